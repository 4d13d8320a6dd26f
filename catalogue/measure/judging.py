"""What several processes saw of one point, as one latency, or why there is none.

Plain arithmetic on what processes tell; needs no torch.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from statistics import median, quantiles
from typing import TypeVar

from catalogue.failing import DIED, failure, remark
from catalogue.measure.disturbance import ALONE, APART, SLOW
from catalogue.measure.job import Observed, Timed
from catalogue.measure.protocol import Protocol
from catalogue.measure.sound import Sound, sound, undisturbed, with_enough
from catalogue.measure.timing import percentiles
from catalogue.record import Failure, Latency

LOST = "a process that ended early"
RATE_DISTURBED = "throughput and energy were left out: passes sent back to back were disturbed"
_Value = TypeVar("_Value", int, float)


def judge(seen: Sequence[Timed], protocol: Protocol) -> Latency | Failure:
    """Make a latency of what processes saw of one batch size, or say why there is none."""
    faults = [timed.failure for timed in seen if timed.failure]
    own = [one for one in faults if one.code not in DIED]
    if own:
        return own[0]
    kept = sound(seen, protocol)
    reasons = _reasons(seen, kept, protocol)
    if len(kept) >= protocol.least:
        latency = _summary(kept, refused=len(seen) - len(kept), refusals=reasons)
        observed = [one.observed for one in kept if one.observed]
        return _with_answers(_with_observed(latency, observed, protocol), seen)
    if len(faults) > protocol.losses or any(one.code == "not-ended" for one in faults):
        return faults[-1]
    return failure(
        "disturbed",
        ("reasons", " and ".join(reasons) or "something"),
        ("disturbed", len(seen) - len(kept)),
        ("processes", len(seen)),
        ("wanted", protocol.processes),
        retry=True,
    )


def _reasons(seen: Sequence[Timed], kept: Sequence[Sound], protocol: Protocol) -> tuple[str, ...]:
    every = [reason for timed in seen if timed.samples for reason in timed.samples.refusals]
    if any(one.slow for one in with_enough(seen)):
        every.append(SLOW)
    medians = [one.median_ms for one in kept]
    for one in undisturbed(seen, protocol) if kept else ():
        if one.median_ms > max(medians):
            every.append(APART)
        elif one.median_ms < min(medians):
            every.append(ALONE)
    if any(timed.failure for timed in seen):
        every.append(LOST)
    return tuple(dict.fromkeys(every))


def _summary(kept: Sequence[Sound], *, refused: int, refusals: tuple[str, ...]) -> Latency:
    samples = [one.samples for one in kept]
    medians = tuple(one.median_ms for one in kept)
    every = [value for process in samples for value in process.times_ms]
    low, _, high = quantiles(every, n=4, method="inclusive")
    p50, p90, p99 = (None if one is None else _rounded(one) for one in percentiles(every))
    return Latency(
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
        slow=any(one.slow for one in kept),
    )


def _with_observed(latency: Latency, seen: Sequence[Observed], protocol: Protocol) -> Latency:
    if not seen:
        return latency
    clocks = [clock for one in seen if one.clock_mhz for clock in one.clock_mhz]
    rated = _rated(latency, seen, protocol)
    return replace(
        rated,
        peak_memory_bytes=max(_known(one.peak_memory_bytes for one in seen), default=None),
        ready_s=_rounded(median(one.ready_s for one in seen)),
        clock_mhz=(min(clocks), max(clocks)) if clocks else None,
        processors=tuple(sorted({number for one in seen for number in one.processors})),
        backend_version=seen[0].backend_version,
        settings=tuple(dict.fromkeys(setting for one in seen for setting in one.settings)),
        remarks=(*dict.fromkeys(said for one in seen for said in one.remarks), *rated.remarks),
    )


def _with_answers(latency: Latency, every: Sequence[Timed]) -> Latency:
    """With what any process was found to answer and to compute in.

    One process of a point is asked, and time that others take from it changes no answer: so it
    counts whether or not its times do.
    """
    seen = [one.observed for one in every if one.observed]
    return replace(
        latency,
        precision_found=next((one.precision_found for one in seen if one.precision_found), None),
        relative_error=max(_known(one.relative_error for one in seen), default=None),
        top1_agreement=min(_known(one.top1_agreement for one in seen), default=None),
    )


def _rated(latency: Latency, seen: Sequence[Observed], protocol: Protocol) -> Latency:
    """With throughput and energy of the processes in which nothing disturbed them.

    As of times, there is none of too few processes; of fewer than all it is said of how many.
    """
    rates = _known(one.images_per_second for one in seen)
    if len(rates) < min(protocol.least, len(seen)):
        return replace(latency, remarks=(RATE_DISTURBED,))
    few = remark("rate-of-some", ("kept", len(rates)), ("processes", len(seen)))
    return replace(
        latency,
        images_per_second=_median(rates),
        joules=_median(_known(one.joules for one in seen)),
        remarks=() if len(rates) == len(seen) else (few,),
    )


def _known(values: Iterable[_Value | None]) -> list[_Value]:
    return [value for value in values if value is not None]


def _median(values: Sequence[float]) -> float | None:
    return _rounded(median(values)) if values else None


def _rounded(value: float) -> float:
    """Six significant digits: finer than any clock here, short enough to read."""
    return float(f"{value:.6g}")
