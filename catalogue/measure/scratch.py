"""Folders for what is needed for a while, which go however the process that owns them ends.

Each is locked as long as its owner lives. What an owner left that was killed is found without a
lock, and removed, by the next that makes a folder. Knows nothing of what lies in them.
"""

import os
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_PREFIX = "catalogue-run-"
_YOUNG_S = 60.0
"""The owner of a folder as young as this may not have locked it yet."""


_PATIENCE_S = 5.0
"""A process that is killed may lose its pipes before it loses its locks."""


@contextmanager
def scratch(purpose: str) -> Iterator[Path]:
    """An empty folder, removed at the end of the block; before it, what others have left is."""
    _remove_left()
    folder = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{purpose}-"))
    lock = _lock(folder)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        if lock is not None:
            os.close(lock)


def end_with(lifeline: int) -> None:
    """End this process, and remove the folder it works in, as soon as its parent has gone.

    Only where that folder is one of these, which its parent made for it and can no longer remove.

    Args:
        lifeline: Descriptor of a pipe that the parent keeps open and writes nothing more to.
    """
    folder = Path(tempfile.gettempdir())
    if folder.name.startswith(_PREFIX):
        threading.Thread(target=_await_end, args=(lifeline, folder), daemon=True).start()


def _await_end(lifeline: int, folder: Path) -> None:
    while os.read(lifeline, 1):
        pass
    until = time.monotonic() + _PATIENCE_S
    while folder.exists() and time.monotonic() < until:
        _remove_unowned(folder)
        time.sleep(0.05)
    os._exit(1)  # the model's own code may be anywhere, and would answer to nobody


def _remove_left() -> None:
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        with suppress(OSError):  # others may be at it
            if time.time() - folder.lstat().st_mtime > _YOUNG_S:
                _remove_unowned(folder)


def _remove_unowned(folder: Path) -> None:
    lock = _lock(folder)
    if lock is not None:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(lock)


def _lock(folder: Path) -> int | None:
    """A descriptor that holds the folder's lock; None where another one has it or none can."""
    if sys.platform == "win32":
        return None
    import fcntl  # noqa: PLC0415  # not on Windows

    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except OSError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        return None
    return descriptor
