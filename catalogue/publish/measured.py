"""What was measured of a model, as it is published."""

from collections.abc import Iterable
from functools import cache
from hashlib import sha256

from catalogue.failing import recognised
from catalogue.page.evidence import Evidence, Finding
from catalogue.page.timed import answers_wrongly
from catalogue.proportion import wilson_interval
from catalogue.publish.measured_documents import (
    ConditionsDocument,
    CountedDocument,
    Counts,
    FailureDocument,
    Hits,
    Making,
    Measured,
    Setup,
    TimedAlike,
    TimedDocument,
    TimedSeries,
    Times,
    ValidatedDocument,
)
from catalogue.record import (
    Accuracy,
    AccuracyConditions,
    Complexity,
    ComplexityConditions,
    Conditions,
    Failure,
    Latency,
    LatencyConditions,
    Record,
)

DIGITS = 6
"""Significant digits of what is a measured time: ten thousand times as fine as two runs agree."""


def measured(evidence: Evidence) -> Measured:
    """Every measurement of a model: what holds, what is out of date and what failed."""
    counts, validations = [], []
    series: dict[TimedAlike, list[TimedDocument]] = {}
    for finding in evidence.findings:
        match finding.record.conditions:
            case ComplexityConditions() as conditions:
                counts.append(_counted(finding, conditions))
            case LatencyConditions() as conditions:
                series.setdefault(_alike(conditions), []).append(_timed(finding, conditions))
            case AccuracyConditions() as conditions:
                validations.append(_validated(finding, conditions))
    latency = (
        TimedSeries(conditions=key_of(alike), points=tuple(points))
        for alike, points in series.items()
    )
    return Measured(complexity=tuple(counts), latency=tuple(latency), accuracy=tuple(validations))


def setup_of(record: Record) -> Setup:
    """What a record has in common with others that were made by the same."""
    return Setup(
        program=record.provenance.program,
        method=record.method,
        commit=record.provenance.commit,
        environment=record.provenance.environment,
        library=record.subject.library,
    )


@cache
def key_of(value: Setup | TimedAlike | ComplexityConditions | AccuracyConditions) -> str:
    """The key that a value has in every document, whatever else stands there."""
    return sha256(repr(value).encode()).hexdigest()[:8]


def conditions_of(evidences: Iterable[Evidence]) -> ConditionsDocument:
    """Everything that measurements of models were made under, once each."""
    every = dict.fromkeys(
        _shared(finding.record.conditions)
        for evidence in evidences
        for finding in evidence.findings
    )
    return ConditionsDocument(
        complexity={key_of(one): one for one in every if isinstance(one, ComplexityConditions)},
        latency={key_of(one): one for one in every if isinstance(one, TimedAlike)},
        accuracy={key_of(one): one for one in every if isinstance(one, AccuracyConditions)},
    )


def _shared(conditions: Conditions) -> ComplexityConditions | TimedAlike | AccuracyConditions:
    return _alike(conditions) if isinstance(conditions, LatencyConditions) else conditions


def _counted(finding: Finding, conditions: ComplexityConditions) -> CountedDocument:
    result = finding.record.result
    return CountedDocument(
        conditions=key_of(conditions),
        usual=finding.usual,
        out_of_date=finding.stale,
        failure=_failure(finding.failure) if finding.failure else None,
        figures=_counts(result) if isinstance(result, Complexity) else None,
        provenance=_making(finding.record),
    )


def _timed(finding: Finding, conditions: LatencyConditions) -> TimedDocument:
    result = finding.record.result
    return TimedDocument(
        batch_size=conditions.batch_size,
        usual=finding.usual,
        out_of_date=finding.stale,
        failure=_failure(finding.failure) if finding.failure else None,
        figures=_times(result, conditions) if isinstance(result, Latency) else None,
        provenance=_making(finding.record),
    )


def _alike(conditions: LatencyConditions) -> TimedAlike:
    return TimedAlike(
        device=conditions.device,
        device_type=conditions.device_type,
        threads=conditions.threads,
        precision=conditions.precision,
        backend=conditions.backend,
        memory_format=conditions.memory_format,
        input_size=conditions.input_size,
        affinity=conditions.affinity,
    )


def _validated(finding: Finding, conditions: AccuracyConditions) -> ValidatedDocument:
    result = finding.record.result
    return ValidatedDocument(
        conditions=key_of(conditions),
        usual=finding.usual,
        out_of_date=finding.stale,
        failure=_failure(finding.failure) if finding.failure else None,
        figures=_hits(result) if isinstance(result, Accuracy) else None,
        provenance=_making(finding.record),
    )


def _failure(failure: Failure) -> FailureDocument:
    told = recognised(failure)
    return FailureDocument(
        reason=told.reason, code=told.code or None, values=dict(told.values) or None
    )


def _counts(result: Complexity) -> Counts:
    return Counts(
        params=result.params,
        buffers=result.buffers,
        weights_bytes=result.weights_bytes,
        macs=result.macs,
        flops=result.flops,
        macs_checked=result.macs_checked,
        fvcore_flops=result.fvcore_flops,
        activations=result.activations,
        peak_activation_bytes=result.peak_activation_bytes,
    )


def _times(result: Latency, conditions: LatencyConditions) -> Times:
    return Times(
        latency_ms=fine(result.latency_ms),
        throughput=fine(1000 * conditions.batch_size / result.latency_ms),
        p25_ms=fine(result.p25_ms),
        p75_ms=fine(result.p75_ms),
        spread=fine(result.spread),
        processes=len(result.process_medians_ms),
        samples=result.samples,
        cold_ms=fine(result.cold_ms),
        refused=result.refused,
        refusals=result.refusals,
        slow=result.slow,
        p50_ms=_fine(result.p50_ms),
        p90_ms=_fine(result.p90_ms),
        p99_ms=_fine(result.p99_ms),
        images_per_second=_fine(result.images_per_second),
        peak_memory_bytes=result.peak_memory_bytes,
        ready_s=_fine(result.ready_s),
        joules=_fine(result.joules),
        clock_mhz=result.clock_mhz,
        foreign_load=fine(result.foreign_load),
        cpu_share=fine(result.cpu_share),
        switches=result.switches,
        processors=result.processors,
        backend_version=result.backend_version,
        remarks=result.remarks,
        settings=result.settings or (),
        precision_found=result.precision_found,
        relative_error=_fine(result.relative_error),
        top1_agreement=_fine(result.top1_agreement),
        wrong=answers_wrongly(result, conditions.precision),
    )


def fine(value: float) -> float:
    """A measured time, or what is made of one, without digits that no clock has."""
    return float(f"{value:.{DIGITS}g}")


def _fine(value: float | None) -> float | None:
    return None if value is None else fine(value)


def _hits(result: Accuracy) -> Hits:
    return Hits(
        top1=fine(result.top1),
        top1_interval=_interval(result.top1_hits, result.images),
        top1_hits=result.top1_hits,
        top5=fine(result.top5),
        top5_interval=_interval(result.top5_hits, result.images),
        top5_hits=result.top5_hits,
        images=result.images,
        unreadable=len(result.unreadable),
        weights_sha256=result.weights_sha256,
    )


def _interval(hits: int, images: int) -> tuple[float, float]:
    low, high = wilson_interval(hits, images)
    return (fine(low), fine(high))


def _making(record: Record) -> Making:
    return Making(
        time=record.provenance.time,
        seconds=record.provenance.seconds,
        setup=key_of(setup_of(record)),
    )
