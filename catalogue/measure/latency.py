"""Latency: the same point timed in several fresh processes, and what to make of them.

Why processes: within one, the median of one model was narrow to 1 %, while the medians of eight
ran from 4.7 to 8.2 ms. So a point is the median of the processes' medians.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from statistics import median, quantiles
from typing import TypeVar

from catalogue.failing import DIED, failure
from catalogue.measure.disturbance import APART, SLOW, Limits, foreign_loads, is_slow
from catalogue.measure.job import Job, Observed, Timed
from catalogue.measure.pinning import bound_processors
from catalogue.measure.timing import Samples, percentiles
from catalogue.record import Failure, Latency

Worker = Callable[[Job], Iterable[Timed]]
"""Times a job in a fresh process."""
_Value = TypeVar("_Value", int, float)
_LIMITS = Limits()
_LOSSES = 1
"""A process that died at a point says little: one more is asked. Two that did say enough."""
LOST = "a process that ended early"


@dataclass(frozen=True, kw_only=True, slots=True)
class Protocol:
    """How often to repeat, and what to refuse."""

    processes: int = 3
    """Undisturbed processes wanted for each point."""
    spread: float = 0.03
    """Where their medians differ by more than this share of their median, more are taken …"""
    most: int = 7
    """… up to this many …"""
    extra_s: float = 30.0
    """… and as long as the model has not taken longer than this."""
    fewest: int = 2
    """What disturbance leaves must be as many, or there is no figure."""
    retries: int = 3
    """Further processes, for points that were disturbed …"""
    enough_s: float = 40.0
    """… though none is begun for a point with the fewest, once the model has taken this long."""
    apart: float = 0.1
    """The fastest two that differ by no more than this share set the pace: a process slower than
    they by more was disturbed, since disturbances only ever slow a pass."""
    give_up_s: float = 45.0
    """Once the model has taken this long, a point that was disturbed twice is given up."""
    limits: Limits = _LIMITS
    """From where on passes are refused."""
    quiet: float = 0.1
    """Largest share of the usable processors that other work may take before a process starts."""
    patience_s: float = 15.0
    """How long to wait for a quiet machine before each process."""
    pace_wait_s: float = 4.0
    """How long each process waits for processors as fast as at their best, at all batch sizes
    together."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Sound:
    """A process that nothing disturbed for as long as was needed."""

    samples: Samples
    observed: Observed | None
    slow: bool
    """Whether its processors were slower than at their best."""

    @property
    def median_ms(self) -> float:
        """Of its passes."""
        return median(self.samples.times_ms)


@dataclass(frozen=True, kw_only=True, slots=True)
class Finished:
    """What came of one batch size, all its processes together."""

    batch_size: int
    result: Latency | Failure
    seconds: float
    """Wall time of the processes, waits included; of those that timed other batch sizes as well,
    what this one took, and its share of the rest."""


def measure_latency(
    job: Job,
    *,
    protocol: Protocol,
    worker: Worker,
    on_process: Callable[[int], None],
    clock: Callable[[], float] = time.monotonic,
) -> Iterator[Finished]:
    """Time one model at every batch size of a job.

    Each process times every batch size that wants more, so that a slow drift of the machine hits
    all of them alike.

    Args:
        job: What to time.
        protocol: Repeats and refusals.
        worker: Runs one process, such as `process.run_worker`.
        on_process: Called with the number of processes done, after each.
        clock: Seconds.

    Yields:
        A latency or a failure for every batch size, as soon as it wants no more processes.

    Raises:
        KeyboardInterrupt: as asked for, after every latency that can be judged by then.
    """
    run = _Run(job, protocol, clock)
    for number in range(protocol.most + protocol.retries):
        came: list[Timed] = []
        try:
            for one in worker(run.part()):
                came.append(one)  # noqa: PERF402  # what came before an interruption stays
            on_process(number + 1)
        except KeyboardInterrupt:
            run.take(came)
            yield from (one for one in run.judged() if isinstance(one.result, Latency))
            raise
        run.take(came)
        yield from run.finished()
        if not run.wanting:
            return
    yield from run.judged()


class _Run:
    """What has come of a job so far."""

    def __init__(self, job: Job, protocol: Protocol, clock: Callable[[], float]) -> None:
        self._job, self._protocol, self._clock = job, protocol, clock
        self._timed: dict[int, list[Timed]] = {size: [] for size in job.batch_sizes}
        self._seconds = dict.fromkeys(job.batch_sizes, 0.0)
        self._start, self._spent_s = clock(), 0.0
        self.wanting = tuple(self._timed)
        """Batch sizes that want another process."""

    def part(self) -> Job:
        """What the next process is to time."""
        unasked = tuple(
            size
            for size in self.wanting
            if self._job.backend != "eager" or not _sound(self._timed[size], self._protocol)
        )
        return replace(
            self._job,
            batch_sizes=self.wanting,
            asked=unasked,
            limits=self._protocol.limits,
            pace_wait_s=self._protocol.pace_wait_s,
        )

    def take(self, came: Sequence[Timed]) -> None:
        """Note what a process left; what it took beside its points is shared out among them."""
        before, self._spent_s = self._spent_s, self._clock() - self._start
        rest_s = self._spent_s - before - sum(one.seconds for one in came)
        for size in self.wanting:
            self._seconds[size] += max(rest_s, 0.0) / len(self.wanting)
        for one in came:
            self._timed[one.batch_size].append(one)
            self._seconds[one.batch_size] += one.seconds

    def finished(self) -> Iterator[Finished]:
        """What has just come to want no more."""
        before, protocol = self.wanting, self._protocol
        self.wanting = tuple(
            size for size in before if _wants_more(self._timed[size], protocol, self._spent_s)
        )
        yield from (self._judged(size) for size in before if size not in self.wanting)

    def judged(self) -> Iterator[Finished]:
        """What wants more, as it stands."""
        yield from map(self._judged, self.wanting)

    def _judged(self, size: int) -> Finished:
        result = _judge(self._timed[size], self._protocol)
        return Finished(batch_size=size, result=result, seconds=self._seconds[size])


def wait_for_quiet(protocol: Protocol) -> None:
    """Sleep until other work takes little of the processors, or patience runs out."""
    deadline = time.monotonic() + protocol.patience_s
    while _load(0.3) > protocol.quiet and time.monotonic() < deadline:
        pass


def _load(seconds: float) -> float:
    loads, bound = foreign_loads(seconds), bound_processors()
    return sum(loads[one] for one in bound if one < len(loads)) / len(bound)


def _wants_more(seen: list[Timed], protocol: Protocol, spent_s: float) -> bool:
    """A failure is the model's own and final; a disturbed or lost process is tried again."""
    codes = [timed.failure.code for timed in seen if timed.failure]
    if "not-ended" in codes or len(codes) > _LOSSES or not DIED.issuperset(codes):
        return False
    sound = _sound(seen, protocol)
    fast = [one for one in sound if not one.slow]
    if len(seen) - len(fast) > protocol.retries:
        return False
    if len(seen) - len(sound) > 1 and spent_s >= protocol.give_up_s:
        return False
    if len(fast) < protocol.processes:
        return len(sound) < protocol.fewest or spent_s < protocol.enough_s
    medians = [one.median_ms for one in fast]
    spread = (max(medians) - min(medians)) / median(medians)
    return spent_s < protocol.extra_s and spread > protocol.spread and len(fast) < protocol.most


def _sound(seen: list[Timed], protocol: Protocol) -> list[_Sound]:
    """Those that saw enough on processors as fast as the others', up to where two first agree.

    A faster one that no other agrees with counts, and the spread shows it; without two that agree
    there is only the fastest, which makes no figure.
    """
    undisturbed = _undisturbed(seen, protocol)
    medians = sorted(one.median_ms for one in undisturbed)
    reach = [(1 + protocol.apart) * one for one in medians]
    agreed = [limit for limit, after in zip(reach, medians[1:], strict=False) if after <= limit]
    limit = next(iter(agreed or medians), 0.0)
    return [one for one in undisturbed if one.median_ms <= limit]


def _undisturbed(seen: list[Timed], protocol: Protocol) -> list[_Sound]:
    """Those that saw enough on processors at their best; the slow ones where there are too few.

    The two are kept apart: hypervisors have states in which passes take a third longer, and a
    median over both would be of neither.
    """
    every = _with_enough(seen)
    for slow in (False, True):
        alike = [one for one in every if one.slow is slow]
        if len(alike) >= protocol.fewest:
            return alike
    return every


def _with_enough(seen: list[Timed]) -> list[_Sound]:
    """Those that saw enough; which were slow is told from the best pace of all of them.

    The first processes of all know no better pace than their own; later ones may.
    """
    paces = [one.observed.pace for one in seen if one.observed and one.observed.pace]
    best = tuple(min(probe) for probe in zip(*paces, strict=True))
    return [
        _Sound(
            samples=timed.samples,
            observed=timed.observed,
            slow=timed.samples.aside or bool(timed.observed and is_slow(timed.observed.pace, best)),
        )
        for timed in seen
        if timed.samples is not None and timed.samples.enough
    ]


def _judge(seen: list[Timed], protocol: Protocol) -> Latency | Failure:
    faults = [timed.failure for timed in seen if timed.failure]
    own = [one for one in faults if one.code not in DIED]
    if own:
        return own[0]
    sound = _sound(seen, protocol)
    reasons = _reasons(seen, sound, protocol)
    if len(sound) >= min(protocol.fewest, protocol.processes):
        return _summary(sound, refused=len(seen) - len(sound), refusals=reasons)
    if len(faults) > _LOSSES or any(one.code == "not-ended" for one in faults):
        return faults[-1]
    return failure(
        "disturbed",
        ("reasons", " and ".join(reasons) or "something"),
        ("disturbed", len(seen) - len(sound)),
        ("processes", len(seen)),
        ("wanted", protocol.processes),
        retry=True,
    )


def _reasons(seen: list[Timed], sound: list[_Sound], protocol: Protocol) -> tuple[str, ...]:
    every = [reason for timed in seen if timed.samples for reason in timed.samples.refusals]
    slow = any(one.slow for one in _with_enough(seen))
    undisturbed = _undisturbed(seen, protocol)
    if slow:
        every.append(SLOW)
    if len(undisturbed) > len(sound):
        every.append(APART)
    if any(timed.failure for timed in seen):
        every.append(LOST)
    return tuple(dict.fromkeys(every))


def _summary(sound: list[_Sound], *, refused: int, refusals: tuple[str, ...]) -> Latency:
    samples = [one.samples for one in sound]
    medians = tuple(one.median_ms for one in sound)
    every = [value for process in samples for value in process.times_ms]
    low, _, high = quantiles(every, n=4, method="inclusive")
    p50, p90, p99 = (None if one is None else _rounded(one) for one in percentiles(every))
    latency = Latency(
        latency_ms=_rounded(median(medians)),
        process_medians_ms=tuple(_rounded(value) for value in medians),
        p25_ms=_rounded(low),
        p75_ms=_rounded(high),
        samples=len(every),
        warmup_passes=sum(process.warmup_passes for process in samples),
        cold_ms=_rounded(median(process.cold_ms for process in samples)),
        cpu_share=round(median(process.cpu_share for process in samples), 3),
        foreign_load=round(max(process.foreign_load for process in samples), 3),
        refused=refused,
        refusals=refusals,
        p50_ms=p50,
        p90_ms=p90,
        p99_ms=p99,
        switches=max(process.switches for process in samples),
        slow=any(one.slow for one in sound),
    )
    return _with_observed(latency, [one.observed for one in sound if one.observed])


def _with_observed(latency: Latency, seen: Sequence[Observed]) -> Latency:
    if not seen:
        return latency
    clocks = [clock for one in seen if one.clock_mhz for clock in one.clock_mhz]
    return replace(
        latency,
        images_per_second=_rounded(median(one.images_per_second for one in seen)),
        peak_memory_bytes=max(_known(one.peak_memory_bytes for one in seen), default=None),
        ready_s=_rounded(median(one.ready_s for one in seen)),
        joules=_median(_known(one.joules for one in seen)),
        clock_mhz=(min(clocks), max(clocks)) if clocks else None,
        processors=tuple(sorted({number for one in seen for number in one.processors})),
        precision_found=next((one.precision_found for one in seen if one.precision_found), None),
        relative_error=max(_known(one.relative_error for one in seen), default=None),
        top1_agreement=min(_known(one.top1_agreement for one in seen), default=None),
        backend_version=seen[0].backend_version,
        remarks=tuple(dict.fromkeys(remark for one in seen for remark in one.remarks)),
    )


def _known(values: Iterable[_Value | None]) -> list[_Value]:
    return [value for value in values if value is not None]


def _median(values: list[float]) -> float | None:
    return _rounded(median(values)) if values else None


def _rounded(value: float) -> float:
    """Six significant digits: finer than any clock here, short enough to read."""
    return float(f"{value:.6g}")
