"""Folders that last as long as this process: exported graphs and compiled code go there."""

import atexit
from contextlib import ExitStack
from pathlib import Path

from catalogue.measure.scratch import scratch


def own_folder(purpose: str) -> Path:
    """An empty folder, removed when the process ends."""
    kept = ExitStack()
    atexit.register(kept.close)
    return kept.enter_context(scratch(purpose))
