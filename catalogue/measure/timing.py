"""Sampling one repeated pass until its median is known: the statistics of timing.

Knows nothing of torch, models or records; a pass is a function that returns its milliseconds.
"""

import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil, floor, sqrt
from statistics import median

import psutil

Pass = Callable[[], float]
"""Runs once and returns how long that took, in ms."""

_WINDOW = 3
"""Passes in one of the two windows whose medians are compared while warming up."""
_Z95 = 1.959964


@dataclass(frozen=True, kw_only=True, slots=True)
class Budget:
    """How long to sample."""

    steady: float = 0.02
    """Warm-up ends when two windows' medians differ by less than this share."""
    warmup_s: float = 3.0
    """… or after this long."""
    narrow: float = 0.01
    """Sampling ends when the half-width of the median's interval is below this share."""
    sample_s: float = 4.0
    """… or after this long."""
    least: int = 5
    """But not before this many samples …"""
    least_s: float = 0.5
    """… and this long: systems count processor time in hundredths of a second, so that over a
    shorter while a share of it, and with it the load of other work, cannot be told."""
    enough: int = 64
    """An interval from fewer samples than this does not end sampling early."""
    most: int = 2000


@dataclass(frozen=True, kw_only=True, slots=True)
class Samples:
    """What one process saw of one point."""

    cold_ms: float
    warmup_passes: int
    """Untimed passes, the cold one included."""
    times_ms: tuple[float, ...]
    cpu_share: float
    """CPU time of this process over wall time x threads."""
    foreign_load: float
    """Share of the usable processors' time that other work took, stolen time included."""


def sample(run: Pass, budget: Budget, *, threads: int) -> Samples:
    """Time a pass: cold, then to a steady state, then until the median is known.

    Args:
        run: The pass.
        budget: When to stop.
        threads: Threads the pass may use, for the share of CPU time it got.
    """
    cold_ms = run()
    warmup = _warm_up(run, budget)
    own, busy, start = _own_seconds(), busy_seconds(), time.perf_counter()
    times: list[float] = []
    while not _sampled(times, budget, time.perf_counter() - start):
        times.append(run())
    wall = time.perf_counter() - start
    own = _own_seconds() - own
    foreign = (busy_seconds() - busy - own) / (wall * len(_processors()))
    return Samples(
        cold_ms=cold_ms,
        warmup_passes=1 + warmup,
        times_ms=tuple(times),
        cpu_share=own / (wall * max(1, threads)),
        foreign_load=max(0.0, foreign),
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


def busy_seconds() -> float:
    """CPU seconds that all work together, and the host of a virtual machine, took so far.

    Only of the processors this process may use.
    """
    every = psutil.cpu_times(percpu=True)
    used = [every[number] for number in _processors() if number < len(every)]
    return sum(_busy(times) for times in used)


def foreign_load(seconds: float) -> float:
    """Share of the usable processors that is taken now, seen over some seconds of sleep."""
    before, start = busy_seconds(), time.perf_counter()
    time.sleep(seconds)
    return (busy_seconds() - before) / ((time.perf_counter() - start) * len(_processors()))


def _busy(times: object) -> float:
    """Not idle, not waiting; guests are counted in `user` already."""
    parts = ("user", "nice", "system", "irq", "softirq", "steal")
    return sum(float(getattr(times, part, 0.0)) for part in parts)


def _processors() -> list[int]:
    if hasattr(os, "sched_getaffinity"):
        return sorted(os.sched_getaffinity(0))
    return list(range(os.cpu_count() or 1))


def _own_seconds() -> float:
    times = os.times()
    return times.user + times.system


def _warm_up(run: Pass, budget: Budget) -> int:
    start = time.perf_counter()
    times: list[float] = []
    while time.perf_counter() - start < budget.warmup_s:
        times.append(run())
        if len(times) >= 2 * _WINDOW:
            before, now = median(times[-2 * _WINDOW : -_WINDOW]), median(times[-_WINDOW:])
            if abs(now - before) <= budget.steady * before:
                break
    return len(times)


def _sampled(times: list[float], budget: Budget, seconds: float) -> bool:
    count = len(times)
    if count < budget.least or seconds < budget.least_s:
        return False
    if seconds >= budget.sample_s or count >= budget.most:
        return True
    if count < budget.enough or count % 16:
        return False  # sorting is not free: look at every sixteenth sample
    low, high = median_interval(sorted(times))
    return (high - low) / 2 <= budget.narrow * median(times)
