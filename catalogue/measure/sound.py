"""Which of the processes that timed a point count.

A process counts that saw enough undisturbed passes, on processors as fast as the others'. Needs no
torch.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import median

from catalogue.measure.disturbance import is_slow
from catalogue.measure.job import Observed, Timed
from catalogue.measure.protocol import Protocol
from catalogue.measure.timing import Samples


@dataclass(frozen=True, kw_only=True, slots=True)
class Sound:
    """A process that nothing disturbed for as long as was needed."""

    samples: Samples
    observed: Observed | None
    slow: bool
    """Whether processors were slower than at their best, or another process was faster."""

    @property
    def median_ms(self) -> float:
        """Of its passes."""
        return median(self.samples.times_ms)


def sound(seen: Sequence[Timed], protocol: Protocol) -> list[Sound]:
    """Those that saw enough and agree with the fastest: what disturbs a pass only ever slows it.

    Where the fastest stands alone, the fastest that agree with each other count as slow, and it
    not at all; where no two agree there is only the fastest, which makes no figure.
    """
    alike = undisturbed(seen, protocol)
    paces = sorted(one.median_ms for one in alike)
    for pace in paces:
        limit = (1 + protocol.apart) * pace
        agreed = [one for one in alike if pace <= one.median_ms <= limit]
        if len(agreed) >= protocol.least:
            slower = pace > paces[0]
            return [replace(one, slow=True) for one in agreed] if slower else agreed
    return [one for one in alike if one.median_ms == paces[0]]


def undisturbed(seen: Sequence[Timed], protocol: Protocol) -> list[Sound]:
    """Those that saw enough on processors at their best; the slow ones where there are too few.

    The two are kept apart: hypervisors have states in which passes take a third longer, and a
    median over both would be of neither.
    """
    every = with_enough(seen)
    for slow in (False, True):
        alike = [one for one in every if one.slow is slow]
        if len(alike) >= protocol.fewest:
            return alike
    return every


def with_enough(seen: Sequence[Timed]) -> list[Sound]:
    """Those that saw enough; which were slow is told from the best pace of all of them.

    The first processes of all know no better pace than their own; later ones may.
    """
    paces = [one.observed.pace for one in seen if one.observed and one.observed.pace]
    best = tuple(min(probe) for probe in zip(*paces, strict=True))
    return [
        Sound(
            samples=timed.samples,
            observed=timed.observed,
            slow=timed.samples.aside or bool(timed.observed and is_slow(timed.observed.pace, best)),
        )
        for timed in seen
        if timed.samples is not None and timed.samples.enough
    ]
