"""What was measured of a model, as it is published."""

from catalogue.page.evidence import Evidence, Finding
from catalogue.page.timed import answers_wrongly
from catalogue.proportion import wilson_interval
from catalogue.publish.documents import (
    CountedDocument,
    Counts,
    Hits,
    Measured,
    Origin,
    TimedDocument,
    Times,
    ValidatedDocument,
)
from catalogue.record import (
    Accuracy,
    AccuracyConditions,
    Complexity,
    ComplexityConditions,
    Latency,
    LatencyConditions,
    Record,
)


def measured(evidence: Evidence) -> Measured:
    """Every measurement of a model: what holds, what is out of date and what failed."""
    counts, times, validations = [], [], []
    for finding in evidence.findings:
        match finding.record.conditions:
            case ComplexityConditions() as conditions:
                counts.append(_counted(finding, conditions))
            case LatencyConditions() as conditions:
                times.append(_timed(finding, conditions))
            case AccuracyConditions() as conditions:
                validations.append(_validated(finding, conditions))
    return Measured(complexity=tuple(counts), latency=tuple(times), accuracy=tuple(validations))


def _counted(finding: Finding, conditions: ComplexityConditions) -> CountedDocument:
    result = finding.record.result
    return CountedDocument(
        conditions=conditions,
        usual=finding.usual,
        out_of_date=finding.stale,
        failure=finding.failure.reason if finding.failure else None,
        figures=_counts(result) if isinstance(result, Complexity) else None,
        provenance=_origin(finding.record),
    )


def _timed(finding: Finding, conditions: LatencyConditions) -> TimedDocument:
    result = finding.record.result
    return TimedDocument(
        conditions=conditions,
        usual=finding.usual,
        out_of_date=finding.stale,
        failure=finding.failure.reason if finding.failure else None,
        figures=_times(result, conditions) if isinstance(result, Latency) else None,
        provenance=_origin(finding.record),
    )


def _validated(finding: Finding, conditions: AccuracyConditions) -> ValidatedDocument:
    result = finding.record.result
    return ValidatedDocument(
        conditions=conditions,
        usual=finding.usual,
        out_of_date=finding.stale,
        failure=finding.failure.reason if finding.failure else None,
        figures=_hits(result) if isinstance(result, Accuracy) else None,
        provenance=_origin(finding.record),
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
        latency_ms=result.latency_ms,
        throughput=1000 * conditions.batch_size / result.latency_ms,
        p25_ms=result.p25_ms,
        p75_ms=result.p75_ms,
        spread=result.spread,
        processes=len(result.process_medians_ms),
        samples=result.samples,
        cold_ms=result.cold_ms,
        refused=result.refused,
        refusals=result.refusals,
        p90_ms=result.p90_ms,
        p99_ms=result.p99_ms,
        images_per_second=result.images_per_second,
        peak_memory_bytes=result.peak_memory_bytes,
        ready_s=result.ready_s,
        joules=result.joules,
        clock_mhz=result.clock_mhz,
        precision_found=result.precision_found,
        relative_error=result.relative_error,
        top1_agreement=result.top1_agreement,
        wrong=answers_wrongly(result, conditions.precision),
    )


def _hits(result: Accuracy) -> Hits:
    return Hits(
        top1=result.top1,
        top1_interval=wilson_interval(result.top1_hits, result.images),
        top1_hits=result.top1_hits,
        top5=result.top5,
        top5_interval=wilson_interval(result.top5_hits, result.images),
        top5_hits=result.top5_hits,
        images=result.images,
        unreadable=len(result.unreadable),
        weights_sha256=result.weights_sha256,
    )


def _origin(record: Record) -> Origin:
    return Origin(
        time=record.provenance.time,
        program=record.provenance.program,
        method=record.method,
        commit=record.provenance.commit,
        environment=record.provenance.environment,
        library=record.subject.library,
        seconds=record.provenance.seconds,
    )
