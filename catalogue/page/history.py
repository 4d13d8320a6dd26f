"""How measurements came to be, and which of them failed or no longer hold."""

from collections.abc import Sequence
from dataclasses import dataclass

from catalogue.page.cells import stale_reason
from catalogue.page.evidence import Evidence, Finding
from catalogue.page.wording import Said, by, grouped, say
from catalogue.record import (
    AccuracyConditions,
    ComplexityConditions,
    Conditions,
    Environment,
    Failure,
    LatencyConditions,
    Provenance,
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
    """How one measured figure came to be."""

    measurement: Said
    provenance: Provenance
    environment: Environment | None
    library: str


def measurement_of(conditions: Conditions) -> Said:
    """A measurement by its conditions, as a row heading."""
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
                batch=conditions.batch_size,
                layout=say(f"layout.{conditions.memory_format}"),
            )
        case AccuracyConditions():
            return say(
                "measurement.accuracy.subset" if conditions.subset else "measurement.accuracy",
                images=grouped(conditions.images),
                size=by(conditions.input_size[1:]),
                recipe=conditions.recipe_id,
            )


def states(evidence: Evidence) -> tuple[State, ...]:
    """Every measurement of a model that failed, is out of date or was tried again in vain."""
    found = []
    for finding in evidence.findings:
        measurement = measurement_of(finding.record.conditions)
        time = finding.record.provenance.time
        if finding.failure is not None:
            reason = say("state.failed", reason=finding.failure.reason)
            found.append(State(measurement=measurement, state="failed", reason=reason, time=time))
        elif finding.stale:
            reason = stale_reason(finding)
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
            reason=say("state.failed", reason=later.result.reason),
            time=later.provenance.time,
        )
    ]


def origins(evidence: Evidence) -> tuple[Origin, ...]:
    """How each measurement that succeeded came to be."""
    return tuple(_origin(one) for one in evidence.findings if one.failure is None)


def _origin(finding: Finding) -> Origin:
    return Origin(
        measurement=measurement_of(finding.record.conditions),
        provenance=finding.record.provenance,
        environment=finding.environment,
        library=finding.record.subject.library,
    )
