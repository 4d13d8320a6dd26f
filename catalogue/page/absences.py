"""Why a model has no number under measured conditions: failed, out of date, not measured.

Knows no language and no markup.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from catalogue.page.cells import absent_cell, stale_reason, top_cell
from catalogue.page.evidence import Evidence, Finding
from catalogue.page.failed import why
from catalogue.page.series import Judged, latency_key
from catalogue.page.wording import Said, say
from catalogue.record import Kind, LatencyConditions


@dataclass(frozen=True, kw_only=True, slots=True)
class Absence:
    """Why one model has no number in one column."""

    key: str
    """Of the column."""
    model: str
    reason: Said


@dataclass(frozen=True, kw_only=True, slots=True)
class Absences:
    """Why measured numbers are missing."""

    kinds: tuple[tuple[Kind, tuple[Said | None, ...]], ...]
    """For each kind and, in their order, each model: why there is no such measurement that holds.

    None where there is one: it was made under other conditions than those of a column that lacks
    the model.
    """
    columns: tuple[Absence, ...]
    """What failed or is out of date under a column's very conditions."""


def absences(models: Sequence[Judged]) -> Absences:
    """Look for the reason of every gap that measured columns may have."""
    return Absences(
        kinds=tuple((kind, tuple(_of_kind(one.evidence, kind) for one in models)) for kind in Kind),
        columns=tuple(absence for one in models for absence in _timed(one)),
    )


def _of_kind(evidence: Evidence, kind: Kind) -> Said | None:
    if kind is Kind.ACCURACY:
        cell = top_cell(evidence, first=True)
        return None if cell.state == "holds" else cell.reason
    found = [one for one in evidence.findings if one.record.kind is kind]
    if any(one.holds for one in found):
        return None
    results = [one for one in found if one.failure is None]
    return stale_reason(results[-1]) if results else absent_cell(evidence, kind).reason


def _timed(model: Judged) -> list[Absence]:
    return [
        Absence(key=latency_key(conditions), model=model.id, reason=_reason(finding))
        for finding in model.evidence.findings
        if isinstance(conditions := finding.record.conditions, LatencyConditions)
        and not finding.holds
    ]


def _reason(finding: Finding) -> Said:
    if finding.failure is not None:
        return say("state.failed", reason=why(finding.failure))
    return stale_reason(finding)
