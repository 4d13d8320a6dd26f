"""Folders that last as long as this process: exported graphs and compiled code go there."""

import atexit
import shutil
import tempfile
from pathlib import Path


def own_folder(purpose: str) -> Path:
    """An empty folder, removed when the process ends."""
    folder = tempfile.mkdtemp(prefix=f"catalogue-{purpose}-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return Path(folder)
