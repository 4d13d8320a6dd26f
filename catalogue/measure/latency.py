"""Latency: the same point timed in several fresh processes, and what to make of them.

Why processes: within one, the median of one model was narrow to 1 %, while the medians of eight
ran from 4.7 to 8.2 ms. So a point is the median of the processes' medians.
"""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from statistics import median, quantiles
from typing import TypeVar

import msgspec

from catalogue.machine import user_cache
from catalogue.measure.best_pace import BestPace, load_pace, save_pace
from catalogue.measure.disturbance import APART, SLOW, Limits, foreign_loads, is_slow, siblings
from catalogue.measure.job import Job, Observed, Timed
from catalogue.measure.pinning import bound_processors, choose, command, pool_settings
from catalogue.measure.timing import Samples, percentiles
from catalogue.record import Failure, Latency

Worker = Callable[[Job], Iterable[Timed]]
"""Times a job in a fresh process."""
_Value = TypeVar("_Value", int, float)
_LIMITS = Limits()
_LONGEST_S = 1800.0
"""For one process; compiling takes one or two minutes, slow models as long for all batch sizes."""
_ASKED_TO_END = frozenset({1, 2, 15})
"""SIGHUP, SIGINT and SIGTERM come from people and batch systems, and are no fault of a model."""


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
    """A process that is slower than the fastest by more than this share of it was disturbed, if
    most of them were not: disturbances only ever slow a pass. Where no majority is as fast as the
    fastest, the model itself is uneven, and all of them count."""
    limits: Limits = _LIMITS
    """From where on passes are refused."""
    quiet: float = 0.1
    """Largest share of the usable processors that other work may take before a process starts."""
    patience_s: float = 15.0
    """How long to wait for a quiet machine before each process."""
    pace_wait_s: float = 8.0
    """How long each process waits for processors as fast as at their best, at all batch sizes
    together."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Sound:
    """A process that nothing disturbed for as long as was needed."""

    samples: Samples
    observed: Observed | None

    @property
    def median_ms(self) -> float:
        """Of its passes."""
        return median(self.samples.times_ms)


def measure_latency(
    job: Job,
    *,
    protocol: Protocol,
    worker: Worker,
    on_process: Callable[[int], None],
    clock: Callable[[], float] = time.monotonic,
) -> dict[int, Latency | Failure]:
    """Time one model at every batch size of a job.

    Each process times every batch size that wants more, so that a slow drift of the machine hits
    all of them alike.

    Args:
        job: What to time.
        protocol: Repeats and refusals.
        worker: Runs one process, such as `run_worker`.
        on_process: Called with the number of processes done, after each.
        clock: Seconds.

    Returns:
        A latency or a failure for every batch size.
    """
    timed: dict[int, list[Timed]] = {batch_size: [] for batch_size in job.batch_sizes}
    start = clock()
    for number in range(protocol.most + protocol.retries):
        spent_s = clock() - start
        wanting = tuple(
            size for size, seen in timed.items() if _wants_more(seen, protocol, spent_s)
        )
        if not wanting:
            break
        unasked = tuple(
            size for size in wanting if job.backend != "eager" or not _sound(timed[size], protocol)
        )
        part = replace(
            job,
            batch_sizes=wanting,
            asked=unasked,
            limits=protocol.limits,
            pace_wait_s=protocol.pace_wait_s,
        )
        for one in worker(part):
            timed[one.batch_size].append(one)
        on_process(number + 1)
    return {size: _judge(seen, protocol) for size, seen in timed.items()}


def run_worker(job: Job, *, longest_s: float = _LONGEST_S) -> Iterator[Timed]:
    """Time a job in a fresh process.

    A process that dies, or has not ended after the longest time, leaves a failure for the batch
    size it was at, and nothing for those it did not get to.
    """
    processors = _processors(job)
    cache = user_cache(os.environ)
    known = load_pace(cache, job.threads)
    job = replace(job, pace=known.pace)
    process = subprocess.Popen(  # noqa: S603  # our own module and numbers
        command("catalogue.measure.latency_worker", processors),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, **dict(pool_settings(job.threads))},
    )
    try:
        output, errors, late = _spoken(process, msgspec.json.encode(job), longest_s)
    finally:
        process.kill()
        process.wait()
    done = [msgspec.json.decode(line, type=Timed) for line in output.splitlines()]
    if (learned := _with_process(known, done)) != known:
        save_pace(cache, learned)
    yield from done
    left = sorted(set(job.batch_sizes) - {timed.batch_size for timed in done})
    if left and late:
        reason = f"the process had not ended after {longest_s:,.0f} s, at batch {left[0]}"
        yield Timed(batch_size=left[0], failure=reason)
    elif left:
        yield _died(process.returncode, left[0], errors)


def _spoken(
    process: "subprocess.Popen[bytes]", said: bytes, longest_s: float
) -> tuple[bytes, bytes, bool]:
    """What a process writes to its outputs until its end, and whether that had to be made."""
    try:
        return *process.communicate(said, timeout=longest_s), False
    except subprocess.TimeoutExpired:
        process.kill()
        return *process.communicate(), True


def wait_for_quiet(protocol: Protocol) -> None:
    """Sleep until other work takes little of the processors, or patience runs out."""
    deadline = time.monotonic() + protocol.patience_s
    while _load(0.3) > protocol.quiet and time.monotonic() < deadline:
        pass


def _load(seconds: float) -> float:
    loads, bound = foreign_loads(seconds), bound_processors()
    return sum(loads[one] for one in bound if one < len(loads)) / len(bound)


def _processors(job: Job) -> tuple[int, ...]:
    """Those that the process is bound to; none where it is free."""
    if job.affinity != "pinned":
        return ()
    return choose(job.threads, foreign_loads(0.1), allowed=bound_processors(), siblings=siblings)


def _with_process(known: BestPace, done: Sequence[Timed]) -> BestPace:
    """What is known of the machine's pace after one more process."""
    seen = [timed.observed.pace for timed in done if timed.observed and timed.observed.pace]
    if not seen:
        return known
    slow = all(SLOW in timed.samples.refusals for timed in done if timed.samples)
    sound = any(timed.samples.enough for timed in done if timed.samples)
    return known.after(seen[-1], reached=sound or not slow)


def _died(status: int, batch_size: int, errors: bytes) -> Timed:
    """What a process that died says of the batch size it was at."""
    if status in (-9, 137):
        reason = f"the process was killed, most likely for lack of memory, at batch {batch_size}"
        return Timed(batch_size=batch_size, failure=reason)
    last = errors.decode(errors="replace").strip().splitlines()[-1:]
    said = f": {last[0][:300]}" if last else ""
    how = f"ended with status {status}" if status >= 0 else f"was ended by {_signal(-status)}"
    reason = f"the process {how} at batch {batch_size}{said}"
    return Timed(batch_size=batch_size, failure=reason, retry=-status in _ASKED_TO_END)


def _signal(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def _wants_more(seen: list[Timed], protocol: Protocol, spent_s: float) -> bool:
    """A failure is the model's own and final; a disturbed process is tried again."""
    if any(timed.failure for timed in seen):
        return False
    sound = _sound(seen, protocol)
    if len(seen) - len(sound) > protocol.retries:
        return False
    if len(sound) < protocol.processes:
        return len(sound) < protocol.fewest or spent_s < protocol.enough_s
    medians = [one.median_ms for one in sound]
    spread = (max(medians) - min(medians)) / median(medians)
    return spent_s < protocol.extra_s and spread > protocol.spread and len(sound) < protocol.most


def _sound(seen: list[Timed], protocol: Protocol) -> list[_Sound]:
    """Those that saw enough, on processors as fast as the others', and are no slower than most."""
    undisturbed = _undisturbed(seen)
    if not undisturbed:
        return []
    limit = (1 + protocol.apart) * min(one.median_ms for one in undisturbed)
    alike = [one for one in undisturbed if one.median_ms <= limit]
    most = len(alike) >= protocol.fewest and 2 * len(alike) > len(undisturbed)
    return alike if most else undisturbed


def _undisturbed(seen: list[Timed]) -> list[_Sound]:
    """Those that saw enough, and whose processors were as fast as those of the others.

    The first processes of all know no better pace than their own; later ones may.
    """
    paces = [one.observed.pace for one in seen if one.observed and one.observed.pace]
    best = tuple(min(probe) for probe in zip(*paces, strict=True))
    return [
        _Sound(samples=timed.samples, observed=timed.observed)
        for timed in seen
        if timed.samples is not None
        and timed.samples.enough
        and not (timed.observed and is_slow(timed.observed.pace, best))
    ]


def _judge(seen: list[Timed], protocol: Protocol) -> Latency | Failure:
    for timed in seen:
        if timed.failure:
            return Failure(reason=timed.failure, retry=timed.retry)
    sound = _sound(seen, protocol)
    reasons = _reasons(seen, sound)
    if len(sound) >= min(protocol.fewest, protocol.processes):
        return _summary(sound, refused=len(seen) - len(sound), refusals=reasons)
    reason = (
        f"disturbed by {' and '.join(reasons) or 'something'}: {len(seen) - len(sound)} of "
        f"{len(seen)} processes saw too little without; expected {protocol.processes} sound ones; "
        "run again when the machine is idle"
    )
    return Failure(reason=reason, retry=True)


def _reasons(seen: list[Timed], sound: list[_Sound]) -> tuple[str, ...]:
    every = [reason for timed in seen if timed.samples for reason in timed.samples.refusals]
    seen_enough = sum(bool(timed.samples and timed.samples.enough) for timed in seen)
    undisturbed = len(_undisturbed(seen))
    if seen_enough > undisturbed:
        every.append(SLOW)
    if undisturbed > len(sound):
        every.append(APART)
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
