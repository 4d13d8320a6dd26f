"""Sampling one repeated pass until its median is known: the statistics of timing.

Knows nothing of torch, models or records; a pass is a function that returns its milliseconds.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from math import ceil, floor, sqrt
from statistics import median

from catalogue.measure.disturbance import SLOW, Stretch

Pass = Callable[[], float]
"""Runs once and returns how long that took, in ms."""
Begin = Callable[[], Callable[[], Stretch]]
"""Begins a stretch; gives back the function that ends it."""
Refuses = Callable[[Stretch], tuple[str, ...]]
"""Why a stretch is refused; nothing where it is sound."""

_WINDOW = 3
"""Passes in one of the two windows whose medians are compared while warming up."""
_SLOW_MS = 200.0
"""A pass that takes this long is a window by itself: short disturbances do not show in it."""
_VERY_SLOW_MS = 700.0
"""After the cold one, a single pass that takes this long is warm-up enough, and two are samples
enough of one process: what disturbs for a short while does not show in them, and more would cost
minutes."""
_LEAST_VERY_SLOW = 2
_BEARABLE = frozenset({SLOW})
"""Blocks refused for nothing else are put aside, should there be no better ones to be had."""
_Z95 = 1.959964
_COUNTS = ((50, 1), (90, 64), (99, 662))
"""Percentiles, with the samples each needs.

Source: https://github.com/mlcommons/inference_policies, "number of queries"; margin 1/20 of the
tail, confidence 99 % there, 95 % here.
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Budget:
    """How long to sample."""

    steady: float = 0.02
    """Warm-up ends when two windows' medians differ by less than this share."""
    warmup_s: float = 3.0
    """… or after this long."""
    narrow: float = 0.01
    """Sampling ends when the half-width of the median's interval is below this share."""
    sample_s: float = 1.5
    """… or after this long."""
    least: int = 3
    """But not before this many samples …"""
    least_s: float = 0.5
    """… and this long: systems count processor time in hundredths of a second, so that over a
    shorter while a share of it, and with it the load of other work, cannot be told."""
    enough: int = 64
    """An interval from fewer samples than this does not end sampling early."""
    most: int = 2000
    block_s: float = 0.25
    """Passes are judged and, if something disturbed them, refused in blocks of this length."""
    patience_s: float = 2.0
    """How much longer sampling may take to make up for blocks that were refused."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Samples:
    """What one process saw of one point, in the blocks that nothing disturbed."""

    cold_ms: float
    warmup_passes: int
    """Untimed passes, the cold one included."""
    times_ms: tuple[float, ...]
    cpu_share: float
    """CPU time of this process over wall time x threads."""
    foreign_load: float
    """Share of the usable processors' time that other work took, stolen time included."""
    seconds: float = 0.0
    """Wall time of the timed passes."""
    switches: int = 0
    """Involuntary context switches."""
    refused_passes: int = 0
    """Timed passes of blocks that were thrown away."""
    refusals: tuple[str, ...] = ()
    """Why, each reason once."""
    enough: bool = True
    """Whether what is left is as much as the budget wants at least."""
    aside: bool = False
    """Whether these are the passes put aside: of the others there were too few."""

    def none(self) -> "Samples":
        """No passes at all, for the same reasons."""
        return Samples(
            cold_ms=0.0,
            warmup_passes=0,
            times_ms=(),
            cpu_share=0.0,
            foreign_load=0.0,
            refusals=self.refusals,
            enough=False,
        )


@dataclass(slots=True)
class _Sampling:
    """Blocks so far."""

    times: list[float] = field(default_factory=list)
    stretch: Stretch = field(default_factory=Stretch)

    def add(self, times: Sequence[float], stretch: Stretch) -> None:
        """One block more."""
        self.times.extend(times)
        self.stretch += stretch


def sample(
    run: Pass,
    budget: Budget,
    *,
    begin: Begin,
    refuses: Refuses,
    threads: int = 1,
) -> Samples:
    """Time a pass: cold, then to a steady state, then until the median is known.

    Args:
        run: The pass.
        budget: When to stop.
        begin: Watches the system, and tells the time.
        refuses: Judges each block of passes.
        threads: Threads the pass may use, for the share of CPU time it got.
    """
    cold_ms = run()
    warmup = _warm_up(run, budget, begin)
    so_far, aside = _Sampling(), _Sampling()
    refused, found = 0, dict[str, None]()
    whole = begin()
    while not _is_enough(so_far, budget) or not _is_known(so_far, budget):
        times, stretch = _block(run, budget, begin, most=budget.most - len(so_far.times))
        reasons = refuses(stretch)
        if reasons:
            refused += len(times)
            found |= dict.fromkeys(reasons)
            if _BEARABLE.issuperset(reasons):
                aside.add(times, stretch)
        else:
            so_far.add(times, stretch)
        if refused and whole().wall >= budget.sample_s + budget.patience_s:
            break
    put_aside = not _is_enough(so_far, budget) and _is_enough(aside, budget)
    kept = aside if put_aside else so_far
    return Samples(
        cold_ms=cold_ms,
        warmup_passes=1 + warmup,
        times_ms=tuple(kept.times),
        cpu_share=kept.stretch.cpu_share(threads),
        foreign_load=kept.stretch.foreign_load,
        seconds=kept.stretch.wall,
        switches=kept.stretch.switches,
        refused_passes=refused - len(aside.times) if put_aside else refused,
        refusals=tuple(found),
        enough=_is_enough(kept, budget),
        aside=put_aside,
    )


def median_interval(ordered: Sequence[float]) -> tuple[float, float]:
    """95 % confidence interval of the median, from order statistics.

    Args:
        ordered: At least one sample, ascending.

    Source: Le Boudec, Performance Evaluation of Computer and Communication Systems, 2.2.2:
    ranks n/2 -+ 1.96 sqrt(n)/2. No distribution is assumed.
    """
    count = len(ordered)
    reach = _Z95 * sqrt(count) / 2
    low = max(1, floor(count / 2 - reach))
    high = min(count, ceil(1 + count / 2 + reach))
    return ordered[low - 1], ordered[high - 1]


def percentiles(times: Sequence[float]) -> tuple[float | None, ...]:
    """50th, 90th and 99th percentile; None where there are too few samples for one.

    The nearest-rank definition: a time that was seen, not one between two.
    """
    ordered = sorted(times)
    count = len(ordered)
    return tuple(
        ordered[ceil(count * percent / 100) - 1] if count >= needed else None
        for percent, needed in _COUNTS
    )


def _warm_up(run: Pass, budget: Budget, begin: Begin) -> int:
    since = begin()
    times: list[float] = []
    while since().wall < budget.warmup_s:
        times.append(run())
        if times[-1] >= _VERY_SLOW_MS:
            break
        window = 1 if times[-1] >= _SLOW_MS else _WINDOW
        if len(times) >= 2 * window:
            before, now = median(times[-2 * window : -window]), median(times[-window:])
            if abs(now - before) <= budget.steady * before:
                break
    return len(times)


def _block(run: Pass, budget: Budget, begin: Begin, *, most: int) -> tuple[list[float], Stretch]:
    """Passes one after another for the length of a block, at least one."""
    end = begin()
    times = [run()]
    left = 1000 * budget.block_s - times[0]
    while left > 0 and len(times) < most:
        times.append(run())
        left -= times[-1]
    return times, end()


def _is_enough(so_far: _Sampling, budget: Budget) -> bool:
    """As much as is wanted at least."""
    least = budget.least
    if so_far.times and so_far.times[0] >= _VERY_SLOW_MS:
        least = min(least, _LEAST_VERY_SLOW)
    return len(so_far.times) >= least and so_far.stretch.wall >= budget.least_s


def _is_known(so_far: _Sampling, budget: Budget) -> bool:
    """The median is known, or time is up."""
    times = so_far.times
    if so_far.stretch.wall >= budget.sample_s or len(times) >= budget.most:
        return True
    if len(times) < budget.enough:
        return False
    low, high = median_interval(sorted(times))
    return (high - low) / 2 <= budget.narrow * median(times)
