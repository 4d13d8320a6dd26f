"""Bytes of images that lie in files: whole files, or pieces of archives read in place."""

import os
from dataclasses import dataclass

_HEAD = 12
_TAIL = 64


@dataclass(frozen=True, slots=True)
class Piece:
    """Where the bytes of one image lie."""

    path: str
    start: int = 0
    size: int | None = None
    """In bytes; None: the whole file."""


@dataclass(frozen=True, slots=True)
class Ends:
    """What a glance at a file shows."""

    size: int
    head: bytes
    tail: bytes


@dataclass(frozen=True, slots=True)
class FileSource:
    """Images in files; opens a file for each read, so that threads share no position."""

    pieces: tuple[Piece, ...]

    def read(self, index: int) -> bytes:
        """See `ByteSource.read`."""
        piece = self.pieces[index]
        with open(piece.path, "rb") as file:  # noqa: PTH123  # 50,000 of them
            if piece.size is None:
                return file.read()
            file.seek(piece.start)
            found = file.read(piece.size)
        if len(found) != piece.size:
            message = f"{piece.path}: is cut short at byte {piece.start + len(found)}"
            raise OSError(message)
        return found

    def fingerprint(self, index: int) -> str:
        """See `ByteSource.fingerprint`."""
        piece = self.pieces[index]
        status = os.stat(piece.path)  # noqa: PTH116  # 50,000 of them
        return f"{status.st_size}-{status.st_mtime_ns}-{piece.start}-{piece.size}"

    def ends(self, index: int) -> Ends:
        """Size, first and last bytes of one image.

        Raises:
            OSError: it cannot be read.
        """
        piece = self.pieces[index]
        with open(piece.path, "rb") as file:  # noqa: PTH123  # 50,000 of them
            size = os.fstat(file.fileno()).st_size if piece.size is None else piece.size
            file.seek(piece.start)
            head = file.read(min(_HEAD, size))
            file.seek(piece.start + max(size - _TAIL, 0))
            return Ends(size, head, file.read(min(_TAIL, size)))
