"""Pixels in order, ahead of need: read where they are kept, else decoded by threads.

Pillow decodes and resizes without Python's lock, so threads do, and start at once; nothing is
copied between processes. Knows nothing of models.
"""

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from catalogue.validate.decoding import Decoder, Pixels
from catalogue.validate.pixel_cache import BLOCK, PixelCache

_AHEAD = 2
"""Blocks that are at hand beyond those that threads are at."""
_Block = tuple[Pixels, npt.NDArray[np.bool_]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Batch:
    """Some images, one after another."""

    first: int
    """Index of the first one."""
    pixels: Pixels
    """(n, H, W, 3); black where an image cannot be read."""
    broken: npt.NDArray[np.bool_]
    """(n): whether it cannot be read."""


@dataclass(slots=True)
class Supply:
    """Hands out images in order."""

    position: int
    """Index of the next image."""
    _total: int
    _start: Callable[[int], Future[_Block]]
    _ahead: int
    _begun: deque[Future[_Block]] = field(default_factory=deque)
    _next: int = 0

    def __post_init__(self) -> None:
        self._next = self.position // BLOCK

    @property
    def busy(self) -> int:
        """Blocks that threads are reading or decoding now."""
        return sum(not one.done() for one in self._begun)

    def take(self, most: int) -> Batch:
        """The next images: so many, or what is left of them.

        Raises:
            Exception: what reading the images' source raised, but for broken images.
        """
        first, wanted = self.position, min(most, self._total - self.position)
        pixels: list[Pixels] = []
        broken: list[npt.NDArray[np.bool_]] = []
        while wanted:
            block = self._current(wanted)
            inside = self.position % BLOCK
            taken = min(wanted, len(block[0]) - inside)
            pixels.append(block[0][inside : inside + taken])
            broken.append(block[1][inside : inside + taken])
            self.position += taken
            wanted -= taken
            if inside + taken == len(block[0]):
                self._begun.popleft()
        return Batch(first=first, pixels=np.concatenate(pixels), broken=np.concatenate(broken))

    def _current(self, wanted: int) -> _Block:
        while len(self._begun) < self._ahead + wanted // BLOCK and self._next * BLOCK < self._total:
            self._begun.append(self._start(self._next))
            self._next += 1
        return self._begun[0].result()


@contextmanager
def supply(
    decoder: Decoder,
    cache: PixelCache | None,
    *,
    threads: int,
    start: int,
    say: Callable[[str], None],
) -> Iterator[Supply]:
    """Begin to read and decode.

    Args:
        decoder: The images.
        cache: Where pixels are kept; None: nowhere.
        threads: How many decode side by side.
        start: Index of the first image that is wanted.
        say: Told, once, why pixels cannot be kept any longer.
    """
    total = len(decoder.images.images)

    def load(block: int) -> _Block:
        return _kept(decoder, cache, block) or _decoded(decoder, cache, block, say)

    pool = ThreadPoolExecutor(threads, thread_name_prefix="decode")
    try:
        yield Supply(start, total, lambda block: pool.submit(load, block), threads + _AHEAD)
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _kept(decoder: Decoder, cache: PixelCache | None, block: int) -> _Block | None:
    """A block from the cache; what could not be read is tried again, lest a hiccup stay."""
    found = None if cache is None else cache.read(block)
    if found is None or not found[1].any():
        return found
    pixels = found[0].copy()
    for place in np.flatnonzero(found[1]).tolist():
        found[1][place] = not decoder.decode(block * BLOCK + place, pixels[place])
    return pixels, found[1]


def _decoded(
    decoder: Decoder, cache: PixelCache | None, block: int, say: Callable[[str], None]
) -> _Block:
    first = block * BLOCK
    count = min(BLOCK, len(decoder.images.images) - first)
    pixels = np.empty((count, *decoder.shape), np.uint8)
    broken = np.zeros(count, np.bool_)
    for place in range(count):
        broken[place] = not decoder.decode(first + place, pixels[place])
    fault = None if cache is None else cache.write(block, pixels, broken)
    if fault is not None:
        say(f"pixels are not kept any longer: {fault}")
    return pixels, broken
