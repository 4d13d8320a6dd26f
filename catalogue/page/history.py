"""How measurements came to be, and which of them failed or no longer hold."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from catalogue.page.cells import changed
from catalogue.page.evidence import Evidence, Finding
from catalogue.page.failed import why
from catalogue.page.timed import way_of
from catalogue.page.wording import (
    Said,
    by,
    grouped,
    in_giga,
    in_mega,
    milliseconds,
    say,
    top,
)
from catalogue.provenance import Environment
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


@dataclass(frozen=True, kw_only=True, slots=True)
class State:
    """A measurement that failed, is out of date or was tried again in vain."""

    measurement: Said
    state: str
    """`failed`, `out-of-date` or `retried`."""
    reason: Said
    time: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Origin:
    """How one measured figure, or the times of one model at several batch sizes, came to be."""

    measurement: Said
    first: str
    """When, as `2026-11-23 10:12:02`; the first of several."""
    last: str
    seconds: float
    """Of all together."""
    program: str
    commit: str | None
    environment: Environment | None
    library: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Machine:
    """A machine with its software, and what was measured with them."""

    environment: Environment | None
    library: str
    origins: tuple[Origin, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Past:
    """A measurement that another one under the same conditions stands for today."""

    time: str
    measurement: Said
    found: Said
    """What it found, or why it failed."""
    program: str


def measurement_of(conditions: Conditions, *, batches: tuple[str, ...] = ()) -> Said:
    """A measurement by its conditions, as a row heading.

    Args:
        conditions: What it was made under.
        batches: The batch sizes of several times that differ in nothing else.
    """
    match conditions:
        case ComplexityConditions():
            return say(
                f"measurement.complexity.{conditions.form}", size=by(conditions.input_size[1:])
            )
        case LatencyConditions():
            return say(
                "measurement.latency",
                device=conditions.device,
                precision=conditions.precision.upper(),
                batch=batches or str(conditions.batch_size),
                way=way_of(conditions),
                size=by(conditions.input_size[1:]),
            )
        case AccuracyConditions():
            return say(
                "measurement.accuracy.subset" if conditions.subset else "measurement.accuracy",
                dataset=conditions.dataset,
                images=grouped(conditions.images),
                size=by(conditions.input_size[1:]),
                precision=conditions.precision.upper(),
                recipe=conditions.recipe_id,
            )


def states(evidence: Evidence) -> tuple[State, ...]:
    """Every measurement of a model that failed, is out of date or was tried again in vain."""
    found = []
    for finding in evidence.findings:
        measurement = measurement_of(finding.record.conditions)
        time = _moment(finding.record.provenance.time)
        if finding.failure is not None:
            reason = say("state.reason", reason=why(finding.failure))
            found.append(State(measurement=measurement, state="failed", reason=reason, time=time))
        elif finding.stale:
            reason = say("state.reason", reason=changed(finding))
            found.append(
                State(measurement=measurement, state="out-of-date", reason=reason, time=time)
            )
        found.extend(_retried(finding, measurement))
    return tuple(found)


def _retried(finding: Finding, measurement: Said) -> Sequence[State]:
    later = finding.later_failure
    if later is None or not isinstance(later.result, Failure):
        return ()
    return [
        State(
            measurement=measurement,
            state="retried",
            reason=say("state.reason", reason=why(later.result)),
            time=_moment(later.provenance.time),
        )
    ]


def history(evidence: Evidence, *, most: int = 60) -> tuple[Past, ...]:
    """What was measured before, or tried in vain, under conditions that have another record now.

    Args:
        evidence: The model.
        most: How many, newest first.
    """
    found = [record for finding in evidence.findings for record in finding.earlier]
    found.sort(key=lambda one: (one.provenance.time, repr(one.conditions)), reverse=True)
    return tuple(
        Past(
            time=_moment(one.provenance.time),
            measurement=measurement_of(one.conditions),
            found=figures_of(one),
            program=one.provenance.program,
        )
        for one in found[:most]
    )


def figures_of(record: Record) -> Said:
    """The figures of a record in a sentence."""
    match record.result:
        case Complexity() as result:
            return say(
                "feed.complexity",
                params=in_mega(result.params),
                macs=in_giga(result.macs),
                flops=in_giga(result.flops),
            )
        case Latency() as result:
            return say(
                "feed.latency.slow" if result.slow else "feed.latency",
                ms=milliseconds(result.latency_ms),
                low=milliseconds(result.p25_ms),
                high=milliseconds(result.p75_ms),
            )
        case Accuracy() as result:
            return say(
                "feed.accuracy",
                top1=top(result.top1),
                top5=top(result.top5),
                images=grouped(result.images),
            )
        case failure:
            return say("state.failed", reason=why(failure))


def origins(evidence: Evidence) -> tuple[Origin, ...]:
    """How each measurement that succeeded came to be; batch sizes of one origin share a line."""
    groups: dict[object, list[Finding]] = {}
    for finding in evidence.findings:
        if finding.failure is None:
            groups.setdefault(_shared(finding.record), []).append(finding)
    return tuple(_origin(group) for group in groups.values())


def _shared(record: Record) -> tuple[Conditions, str, str | None, str, str]:
    conditions, provenance = record.conditions, record.provenance
    if isinstance(conditions, LatencyConditions):
        conditions = replace(conditions, batch_size=0)
    return (
        conditions,
        provenance.program,
        provenance.commit,
        provenance.environment,
        record.subject.library,
    )


def _origin(group: Sequence[Finding]) -> Origin:
    newest = group[-1].record
    times = sorted(one.record.provenance.time for one in group)
    sizes = sorted(
        one.record.conditions.batch_size
        for one in group
        if isinstance(one.record.conditions, LatencyConditions)
    )
    return Origin(
        measurement=measurement_of(newest.conditions, batches=tuple(map(str, sizes))),
        first=_moment(times[0]),
        last=_moment(times[-1]),
        seconds=sum(one.record.provenance.seconds for one in group),
        program=newest.provenance.program,
        commit=newest.provenance.commit,
        environment=group[-1].environment,
        library=newest.subject.library,
    )


def _moment(time: str) -> str:
    return time.replace("T", " ").removesuffix("Z")


def machines(origins: Sequence[Origin]) -> tuple[Machine, ...]:
    """Measurements by the machine and software that they were made with, in their order."""
    found: dict[tuple[Environment | None, str], list[Origin]] = {}
    for one in origins:
        found.setdefault((one.environment, one.library), []).append(one)
    return tuple(
        Machine(environment=environment, library=library, origins=tuple(ones))
        for (environment, library), ones in found.items()
    )
