"""How many images go through a model at once: found while working, without a pass too many.

Sizes double for as long as throughput grows with them, and are halved when memory runs out.
Pure values; whoever forwards the batches tells how long they took.
"""

from dataclasses import dataclass, replace

_FIRST = 16
_MOST = {"cpu": 128, "cuda": 1024}
_GAIN = 1.05
"""How much faster a doubled batch has to be, so that the doubling goes on."""
_TRIES = 2
"""Batches of a size: the first pays for preparing kernels, the second is timed."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Batching:
    """The batch size, and how it is being found."""

    size: int
    most: int
    """Not to be exceeded."""
    settled: bool = False
    tried: int = 0
    """Batches of this size so far."""
    rate: float = 0.0
    """Images a second at half this size."""

    def after(self, images: int, seconds: float) -> "Batching":
        """What comes after a batch that took so long."""
        if self.settled or images < self.size:
            return self
        if self.tried + 1 < _TRIES:
            return replace(self, tried=self.tried + 1)
        rate = images / max(seconds, 1e-9)
        if rate < _GAIN * self.rate:
            return replace(self, size=self.size // 2, settled=True)
        if 2 * self.size > self.most:
            return replace(self, settled=True)
        return replace(self, size=2 * self.size, tried=0, rate=rate)

    def halved(self) -> "Batching | None":
        """What comes after memory ran out; None where one image is too much."""
        if self.size == 1:
            return None
        return replace(self, size=self.size // 2, settled=True)

    def taken_up(self) -> "Batching":
        """What a run goes on with that was cut off.

        A size that was new when the run died may be what it died of: the system kills whoever
        takes all its memory.
        """
        if self.settled or self.tried > 0 or self.size <= _FIRST:
            return self
        return replace(self, size=self.size // 2, settled=True)


def batching(size: int | None, device: str) -> Batching:
    """Begin with a size that somebody wants, or with a small one that grows."""
    if size is not None:
        return Batching(size=size, most=size, settled=True)
    return Batching(size=_FIRST, most=_MOST[device])
