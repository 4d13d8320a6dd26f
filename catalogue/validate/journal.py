"""What a validation has found so far, on disk, so that a kill loses a few batches at most.

One file for each model and conditions: a head that says how far it is, and a row for each image.
Knows nothing of models or pixels.
"""

import fcntl
import os
import time
import zlib
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np
import numpy.typing as npt

from catalogue.validate.batching import Batching

_DAY = 24 * 60 * 60
_KEPT_DAYS = 30
"""A run that nobody went on with for so long is forgotten."""
_FLUSH_S = 2.0
"""Seconds of work that a kill may cost."""
_HEAD_BYTES = 4096

ROW = np.dtype([("best", "<i2", 5), ("state", "<u2")])
"""An image: its five best classes, and one of the states below."""
PENDING, FINE, NOT_FINITE, BROKEN = range(4)
Rows = npt.NDArray[np.void]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Head:
    """How far a run is."""

    done: int
    seconds: float
    """Of work, in all its sittings."""
    crc: int
    """Of the rows so far: a power cut may keep the head and lose rows."""
    batching: Batching


class Journal:
    """The rows of a run; on disk as well where there is a file."""

    def __init__(self, images: int, file: int | None, path: Path | None) -> None:
        self.rows: Rows = np.zeros(images, ROW)
        self.done = 0
        self.seconds = 0.0
        self._saved = 0
        self._crc = 0
        self._file = file
        self._path = path
        self._flushed = time.monotonic()

    def restore(self, batching: Batching) -> Batching:
        """Take up what an earlier sitting has left.

        Args:
            batching: What a fresh run begins with.

        Returns:
            The batch sizes to go on with.
        """
        if self._file is None:
            return batching
        try:
            text = os.pread(self._file, _HEAD_BYTES, 0).rstrip(b"\0")
            head = msgspec.json.decode(text, type=_Head)
        except msgspec.MsgspecError:  # a fresh file, or one of a power cut
            return batching
        content = os.pread(self._file, head.done * ROW.itemsize, _HEAD_BYTES)
        if zlib.crc32(content) != head.crc or head.done > len(self.rows):
            return batching
        self.rows[: head.done] = np.frombuffer(content, ROW)
        self.done = self._saved = head.done
        self._crc = head.crc
        self.seconds = head.seconds
        return head.batching.taken_up()

    def add(self, rows: Rows, batching: Batching) -> None:
        """Append the rows of a batch."""
        self.rows[self.done : self.done + len(rows)] = rows
        self.done += len(rows)
        if time.monotonic() - self._flushed > _FLUSH_S:
            self.flush(batching)

    def flush(self, batching: Batching) -> None:
        """Write what is new: rows first, then the head that says that they are there."""
        now = time.monotonic()
        self.seconds += now - self._flushed
        self._flushed = now
        if self._file is None:
            return
        new = self.rows[self._saved : self.done].tobytes()
        self._crc = zlib.crc32(new, self._crc)
        head = _Head(done=self.done, seconds=self.seconds, crc=self._crc, batching=batching)
        text = msgspec.json.encode(head).ljust(_HEAD_BYTES, b"\0")
        try:
            os.pwrite(self._file, new, _HEAD_BYTES + self._saved * ROW.itemsize)
            os.pwrite(self._file, text, 0)
        except OSError:  # a full disk: the run goes on, and a kill would cost more
            os.close(self._file)
            self._file = None
            return
        self._saved = self.done

    def close(self) -> None:
        """Let go of the file, which stays for whoever goes on."""
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def forget(self) -> None:
        """Delete the file: the result is safe elsewhere."""
        self.close()
        if self._path is not None:
            self._path.unlink(missing_ok=True)


def open_journal(folder: Path | None, key: str, images: int) -> Journal:
    """Open the journal of a run.

    Where another process has it open, or the disk does not let us, it is in memory alone.
    """
    if folder is None:
        return Journal(images, None, None)
    path = folder / f"{key}.run"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _forget_old(folder)
        file = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError:
        return Journal(images, None, None)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(file)
        return Journal(images, None, None)
    return Journal(images, file, path)


def _forget_old(folder: Path) -> None:
    for path in folder.glob("*.run"):
        if time.time() - path.stat().st_mtime > _KEPT_DAYS * _DAY:
            path.unlink(missing_ok=True)
