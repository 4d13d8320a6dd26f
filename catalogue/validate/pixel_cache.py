"""Decoded pixels on disk: what one model needed decoded, every later one reads.

One folder for each set of images and pixel transform: the pixels, a table of the blocks that are
in it, and what it holds in words. Blocks are checked when they are read: one that is damaged is
decoded anew. Knows nothing of recipes or models.
"""

import os
import shutil
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from mmap import ACCESS_READ, mmap
from pathlib import Path

import numpy as np
import numpy.typing as npt

from catalogue.validate.decoding import Decoder, Pixels

BLOCK = 64
"""Images that are checked together: 9.6 MB at 224 x 224."""
_PIXELS, _TABLE, _WORDS = "pixels.u8", "blocks.bin", "about.json"
_SPARE = 1_000_000_000
"""Bytes that are left free on the disk."""

_ROW = np.dtype([("crc", "<u4"), ("there", "<u4"), ("broken", "<u8")])
"""A block's checksum, whether it is there, and a bit for each image that cannot be read."""


@dataclass(slots=True)
class PixelCache:
    """The cache of one set and transform, open."""

    folder: Path
    images: int
    shape: tuple[int, int, int]
    _pixels: int
    _table: int
    _mapped: mmap
    _full: bool = False

    def read(self, block: int) -> tuple[Pixels, npt.NDArray[np.bool_]] | None:
        """Pixels (n, H, W, 3) of a block and which of its images are broken.

        Returns:
            None where the block is not there, or not what it was when it was written. The pixels
            are a view of the file; nobody may write to them.
        """
        row = np.frombuffer(os.pread(self._table, _ROW.itemsize, block * _ROW.itemsize), _ROW)
        if len(row) == 0 or not row["there"][0]:
            return None
        first, count, size = self._span(block)
        pixels = np.frombuffer(self._mapped, np.uint8, count * size, first * size)
        broken = row["broken"]
        if _checksum(pixels, broken) != row["crc"][0]:
            return None
        flags = np.unpackbits(broken.view(np.uint8), bitorder="little")[:count].astype(bool)
        return pixels.reshape(count, *self.shape), flags

    def write(self, block: int, pixels: Pixels, broken: npt.NDArray[np.bool_]) -> str | None:
        """Keep a block; in a thread of its own, if need be.

        Returns:
            What is wrong with the disk, the first time that it takes no more; else None.
        """
        if self._full:
            return None
        first, _, size = self._span(block)
        bits = np.zeros(BLOCK, np.bool_)
        bits[: len(broken)] = broken
        packed = np.packbits(bits, bitorder="little").view("<u8")
        row = np.zeros(1, _ROW)
        row["crc"], row["there"], row["broken"] = _checksum(pixels, packed), 1, packed
        try:
            _write_all(self._pixels, pixels.data.cast("B"), first * size)
            _write_all(self._table, memoryview(row.tobytes()), block * _ROW.itemsize)
        except OSError as fault:
            self._full = True
            return fault.strerror or str(fault)
        return None

    def close(self) -> None:
        """Let go of the files; views of their pixels that are still about keep the map alive."""
        os.close(self._pixels)
        os.close(self._table)

    def _span(self, block: int) -> tuple[int, int, int]:
        """The first image of a block, how many it has, and the bytes of one."""
        first = block * BLOCK
        return first, min(BLOCK, self.images - first), int(np.prod(self.shape))


def open_cache(decoder: Decoder, folder: Path, *, limit: int) -> PixelCache | str:
    """Open the cache of a set and transform; make room for it where it is new.

    Args:
        decoder: What the pixels are of.
        folder: Where caches lie.
        limit: Bytes that all of them may take together; those not used for longest go first.

    Returns:
        The cache; or why there is none, in words.
    """
    images = len(decoder.images.images)
    needed = images * int(np.prod(decoder.shape))
    own = folder / decoder.key
    if needed > limit:
        return f"{_gigabytes(needed)} of pixels do not fit into --pixel-cache {_gigabytes(limit)}"
    try:
        _make_room(folder, own, limit - needed)
        if shutil.disk_usage(folder).free < needed - _held(own) + _SPARE:
            return f"{folder}: the disk has no room for {_gigabytes(needed)} of pixels"
        own.mkdir(exist_ok=True)
        (own / _WORDS).write_text(decoder.description + "\n", encoding="utf-8")
        return _opened(own, images, decoder.shape, needed)
    except OSError as fault:
        return f"{fault.filename or own}: {fault.strerror or fault}"


def _opened(own: Path, images: int, shape: tuple[int, int, int], needed: int) -> PixelCache:
    pixels, table = (
        os.open(own / name, os.O_RDWR | os.O_CREAT, 0o644) for name in (_PIXELS, _TABLE)
    )
    # A file that somebody cut short would end the process when its map is read.
    if os.fstat(pixels).st_size != needed:
        os.truncate(pixels, needed)
    return PixelCache(
        folder=own,
        images=images,
        shape=shape,
        _pixels=pixels,
        _table=table,
        _mapped=mmap(pixels, needed, access=ACCESS_READ),
    )


def _make_room(folder: Path, own: Path, room: int) -> None:
    """Delete caches that were not used for longest, until the others fit into so many bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    others = sorted(
        (one for one in folder.iterdir() if one.is_dir() and one != own), key=_last_used
    )
    held = {one: _held(one) for one in others}
    for one in others:
        if sum(held.values()) <= room:
            return
        shutil.rmtree(one, ignore_errors=True)
        del held[one]


def _last_used(folder: Path) -> float:
    words = folder / _WORDS
    return words.stat().st_mtime if words.exists() else 0.0


def _held(folder: Path) -> int:
    """Bytes on the disk: a file that is not filled yet has holes."""
    return sum(512 * path.stat().st_blocks for path in _files(folder))


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in (folder / _PIXELS, folder / _TABLE) if path.exists())


def _checksum(pixels: Pixels, broken: npt.NDArray[np.uint64]) -> int:
    return zlib.crc32(broken.tobytes(), zlib.crc32(pixels.data.cast("B")))


def _write_all(file: int, content: memoryview, offset: int) -> None:
    while content:
        written = os.pwrite(file, content, offset)
        content, offset = content[written:], offset + written


def _gigabytes(count: int) -> str:
    return f"{count / 1e9:.3g} GB"
