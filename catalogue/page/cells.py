"""Cells of tables: a measured number, or the reason why there is none; and reported figures.

Turns evidence and claims into what a table prints. Knows no language and no markup.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from catalogue.entry import Convention, Figure, Quantity, ReportedResult, Role, Text
from catalogue.page.claims import AccuracyClaim, CostClaim, is_imagenet_val
from catalogue.page.evidence import Counted, Evidence, Finding
from catalogue.page.failed import why
from catalogue.page.level import competing, level_with, shortest
from catalogue.page.verdict import WIDENED, Cause, Judgement, Reading, Verdict
from catalogue.page.wording import (
    GIGA,
    MEBIBYTE,
    MEGA,
    Said,
    by,
    percent_off,
    points,
    printed,
    say,
    significant,
    times,
    top,
)
from catalogue.record import Kind


@dataclass(frozen=True, kw_only=True, slots=True)
class Cell:
    """One measured number of a table, or why it is missing."""

    text: str | None = None
    """The number as printed; None where there is none."""
    value: float | None = None
    """What the column is sorted by."""
    state: str = "missing"
    """`holds`, `out-of-date`, `failed` or `missing`."""
    reason: Said | None = None
    """Why it is not there or no longer holds."""
    share: float | None = None
    """Of the largest value of its column."""
    best: bool = False
    """Whether it is better than everything else in its column."""
    level: str = ""
    """The label that says what it cannot be told from: the best of its column, say."""
    slow: bool = False
    """Whether it is an upper bound, taken while processors ran slower than at their best."""
    pad: str = ""
    """What it lacks behind its last digit to have its point under those of its column: `.00`."""

    @property
    def plain(self) -> bool:
        """Whether the number is all there is to say: it holds, and is no better than others."""
        held = self.text is not None and self.state != "out-of-date"
        return held and not (self.best or self.level or self.slow)


@dataclass(frozen=True, kw_only=True, slots=True)
class ShownClaim:
    """One reported figure, ready to be printed beside its verdict."""

    text: str
    exact: str
    """As it stands in the entry."""
    value: float
    judgement: Judgement
    explanation: Said
    sources: tuple[str, ...]
    qualifier: Said | None = None
    """Whose weights, which role, which input size, where that is not the obvious one."""
    note: Text | None = None

    @property
    def rounded(self) -> bool:
        """Whether the source prints it otherwise, and not just with a sign of percent behind it."""
        return self.exact not in (self.text, f"{self.text}%")


def measured_cell(finding: Finding, value: float, text: str) -> Cell:
    """A number that was measured, up to date or not."""
    if not finding.stale:
        return Cell(text=text, value=value, state="holds")
    return Cell(text=text, value=value, state="out-of-date", reason=stale_reason(finding))


def stale_reason(finding: Finding) -> Said:
    """What has changed since a record was made."""
    return say("state.stale", changes=changed(finding))


def changed(finding: Finding) -> tuple[Said, ...]:
    """The same as a list."""
    return tuple(say(f"change.{word}") for word in finding.stale)


def absent_cell(evidence: Evidence, kind: Kind) -> Cell:
    """A number that is not there: the measurement failed, or was never made."""
    failed = evidence.failed(kind)
    if failed is not None and failed.failure is not None:
        return Cell(state="failed", reason=say("state.failed", reason=why(failed.failure)))
    if evidence.entry.builder is None:
        return Cell(reason=say("state.no-builder"))
    if kind is Kind.ACCURACY and not evidence.entry.validatable:
        return Cell(reason=say("state.no-weights"))
    if kind is Kind.ACCURACY and any(one.top1 for one in evidence.entry.results):
        return Cell(reason=say("state.reported-only"))
    return Cell(reason=say(f"state.missing.{kind.value}"))


def count_cell(evidence: Evidence, pick: Callable[[Counted], float], *, unit: float) -> Cell:
    """One of the counts at the model's own input size, in a unit such as 1e9."""
    counted = evidence.counted()
    if counted is None:
        return absent_cell(evidence, Kind.COMPLEXITY)
    value = pick(counted)
    return measured_cell(counted.finding, value, significant(value / unit))


def top_cell(evidence: Evidence, *, first: bool) -> Cell:
    """The measured accuracy on the whole set by the entry's own recipe."""
    one = evidence.validated()
    if one is not None:
        value = one.result.top1 if first else one.result.top5
        return measured_cell(one.finding, value, top(value))
    stale = evidence.validated_once()
    if stale is not None:
        value = stale.result.top1 if first else stale.result.top5
        return measured_cell(stale.finding, value, top(value))
    return absent_cell(evidence, Kind.ACCURACY)


_COMPARABLE = 2
"""A single number has nothing to be compared with: no bar, and no best."""


def ranked(
    cells: Sequence[Cell], *, least: bool, spreads: Sequence[float] = ()
) -> tuple[Cell, ...]:
    """Scale a column's bars to its largest value and mark its best; only what holds counts.

    Upper bounds are never the best, and leave none where they are below what would be.

    Args:
        cells: The column.
        least: Whether less is better.
        spreads: Of each cell, how far apart the processes were that timed it, as a share. Values
            closer than that are level, and none of them is the best.
    """
    values = {
        row: cell.value
        for row, cell in enumerate(cells)
        if cell.value is not None and cell.state == "holds"
    }
    if len(values) < _COMPARABLE:
        return tuple(cells)
    first, tied = _first(cells, values, least=least, spreads=spreads)
    return tuple(
        replace(
            cell,
            share=min(1.0, cell.value / max(values.values()))
            if cell.value and max(values.values())
            else None,
            best=row in first,
            level="cell.level" if row in tied else "",
        )
        for row, cell in enumerate(cells)
    )


def _first(
    cells: Sequence[Cell], values: Mapping[int, float], *, least: bool, spreads: Sequence[float]
) -> tuple[set[int], set[int]]:
    """The rows of the best, and those that share its place without being better; one is empty."""
    slow = {row for row in values if cells[row].slow}
    best = shortest(values, slow) if least else max(values, key=values.__getitem__)
    if best is None:
        return set(), set()
    level = level_with(competing(values, slow), dict(enumerate(spreads)), best) if spreads else ()
    if level:
        return set(), {best, *level}
    return {row for row, value in values.items() if value == values[best]}, set()


def aligned(cells: Sequence[Cell]) -> tuple[Cell, ...]:
    """Fill up a column's numbers to the decimals of the longest, so that points stand in line."""
    tails = [len(text) - len(text.partition(".")[0]) for text in (one.text or "" for one in cells)]
    longest = max(tails, default=0)
    whole = "." + "0" * (longest - 1) if longest else ""
    return tuple(
        replace(cell, pad=whole[tail:]) if cell.text else cell
        for cell, tail in zip(cells, tails, strict=True)
    )


_UNITS = {
    Quantity.FLOPS: (GIGA, 3),
    Quantity.MACS: (GIGA, 3),
    Quantity.PARAMS: (MEGA, 3),
    Quantity.ACTIVATIONS: (MEGA, 3),
    Quantity.WEIGHTS_BYTES: (MEBIBYTE, 2),
    Quantity.PEAK_MEMORY_BYTES: (MEBIBYTE, 2),
}


def shown_cost(claim: CostClaim, own_size: tuple[int, int] | None) -> ShownClaim:
    """A reported cost as tables print it: G for operations, M for counts, MiB for bytes."""
    cost = claim.cost
    unit, most = _UNITS[cost.quantity]
    return ShownClaim(
        text=printed(cost.figure, unit, most=most),
        exact=cost.figure.text,
        value=cost.figure.value,
        judgement=claim.judgement,
        explanation=explain(claim.judgement),
        sources=cost.sources,
        qualifier=_cost_qualifier(claim, own_size),
        note=cost.note,
    )


def shown_top(
    claim: AccuracyClaim, *, first: bool, own_size: tuple[int, int] | None
) -> ShownClaim | None:
    """A reported accuracy as tables print it, in percent; None where the source gives none."""
    figure = claim.result.top1 if first else claim.result.top5
    judgement = claim.top1 if first else claim.top5
    if figure is None or judgement is None:
        return None
    return ShownClaim(
        text=_percent(figure),
        exact=figure.text,
        value=figure.value,
        judgement=judgement,
        explanation=explain(judgement),
        sources=claim.result.sources,
        qualifier=_top_qualifier(claim, own_size),
        note=claim.result.note,
    )


def explain(judgement: Judgement) -> Said:
    """A verdict in words: held against what, off by how much, and why."""
    if judgement.reason is not None:
        return say(f"reason.{judgement.reason.value}")
    if judgement.reading is None or judgement.off is None or judgement.measured is None:
        return say("explain.nothing")
    if judgement.reading is Reading.TOP:
        return _explain_top(judgement)
    reading = say(f"reading.{judgement.reading.value}")
    if judgement.verdict is Verdict.CONFIRMED:
        key = "explain.exact" if judgement.exact else "explain.confirmed"
        return say(key, reading=reading, off=percent_off(judgement.off))
    fits = judgement.fits or judgement.reading
    return say(
        f"explain.{_cause(judgement)}",
        reading=reading,
        measured=_measured_text(judgement.reading, judgement.measured),
        off=percent_off(judgement.off),
        fits=say(f"reading.{fits.value}"),
        ratio=times(1 + judgement.off),
    )


def _cause(judgement: Judgement) -> str:
    """Why a figure is off, and whether its digits are too few to be sure of it."""
    if judgement.cause is None:
        return "refuted"
    low, high = WIDENED
    sure = low <= round(1 + (judgement.off or 0.0), 3) <= high
    coarse = judgement.cause is Cause.NON_SQUARE and not sure
    return f"{judgement.cause.value}.rounded" if coarse else judgement.cause.value


def _measured_text(reading: Reading, measured: float) -> str:
    """What a figure was held against, with its unit."""
    match reading:
        case Reading.FILE | Reading.FILE_MIB:
            return f"{significant(measured / MEBIBYTE)} MiB"
        case Reading.PARAMS | Reading.PARAMS_AND_BUFFERS | Reading.ACTIVATIONS:
            return f"{significant(measured / MEGA)} M"
        case _:
            return f"{significant(measured / GIGA)} G"


def _explain_top(judgement: Judgement) -> Said:
    measured = judgement.measured or 0.0
    apart = measured * (judgement.off or 0.0)
    return say(
        f"explain.top.{judgement.verdict.value}",
        measured=top(measured),
        points=points(apart),
        direction=say("direction.higher" if apart >= 0 else "direction.lower"),
    )


def _cost_qualifier(claim: CostClaim, own_size: tuple[int, int] | None) -> Said | None:
    """What the column of a figure does not say: input size, and what the source calls it."""
    cost = claim.cost
    elsewhere = cost.input_size is not None and cost.input_size != own_size
    size = by(cost.input_size) if cost.input_size and elsewhere else None
    if cost.quantity is not Quantity.FLOPS:
        return say("qualifier.size", size=size) if size else None
    if cost.convention is Convention.UNKNOWN:
        return say("qualifier.called-flops-unknown" if counts_macs(claim) else "qualifier.unknown")
    if counts_macs(claim):
        key = "qualifier.called-flops-at" if size else "qualifier.called-flops"
        return say(key, size=size or "")
    return say("qualifier.size", size=size) if size else None


def counts_macs(claim: CostClaim) -> bool:
    """Whether a count of operations counts each multiply-accumulate once.

    As its source says; where no source says it, as the reading that came closest.
    """
    if claim.cost.quantity is Quantity.MACS or claim.cost.convention is Convention.MACS:
        return True
    read_as = claim.judgement.reading
    unknown = claim.cost.convention in (None, Convention.UNKNOWN)
    return unknown and read_as in (Reading.MACS, Reading.FVCORE)


def _top_qualifier(claim: AccuracyClaim, own_size: tuple[int, int] | None) -> Said | None:
    result: ReportedResult = claim.result
    if result.applies_to is not None:
        return say("qualifier.whose", whose=result.applies_to)
    if result.role in (Role.PAPER, Role.REFERENCE):
        return say(f"qualifier.{result.role.value}")
    if not is_imagenet_val(result):
        return say("qualifier.dataset", dataset=result.dataset or "–")
    if claim.input_size is not None and claim.input_size != own_size:
        return say("qualifier.size", size=by(claim.input_size))
    return None


def _percent(figure: Figure) -> str:
    return printed(figure)
