"""The table of models: comparable numbers in columns, and measured beside reported.

Knows no language and no markup.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from catalogue.entry import Quantity, Role, Text
from catalogue.page.cells import (
    Cell,
    ShownClaim,
    absent_cell,
    aligned,
    count_cell,
    counts_macs,
    ranked,
    shown_cost,
    shown_top,
    stale_reason,
    top_cell,
)
from catalogue.page.claims import AccuracyClaim
from catalogue.page.comparison import Comparison
from catalogue.page.evidence import Evidence
from catalogue.page.latency import ref_of
from catalogue.page.names import names_of_model
from catalogue.page.plots import Placed, plot
from catalogue.page.series import Judged, Series
from catalogue.page.wording import (
    GIGA,
    MEGA,
    ModelRef,
    in_giga,
    in_mega,
    milliseconds,
    say,
    top,
)
from catalogue.record import Kind


@dataclass(frozen=True, kw_only=True, slots=True)
class FamilyPlace:
    """A family as rows and plots refer to it."""

    number: int
    """Among the families of the page; its colour in plots."""
    name: Text
    """Short: the collection's own."""
    title: Text
    slug: str


@dataclass(frozen=True, kw_only=True, slots=True)
class AccuracyLine:
    """What one claim says of accuracy."""

    top1: ShownClaim | None
    top5: ShownClaim | None
    group: str
    """`own`: of the entry's weights; `others`: of other weights; `repeated`: paper, reference."""

    @property
    def either(self) -> ShownClaim | None:
        """A figure of the claim; sources and qualifier are the same for both."""
        return self.top1 or self.top5


@dataclass(frozen=True, kw_only=True, slots=True)
class ModelRow:
    """One model of the tables."""

    ref: ModelRef
    family: FamilyPlace | None
    names: tuple[str, ...]
    """In all languages, with id and aliases."""
    gain: Cell
    """Accuracy, as the page compares by it."""
    flops: Cell
    params: Cell
    latency: Cell
    macs: Cell
    """Measured at the model's own input size."""
    top1: Cell
    """Measured."""
    top5: Cell
    """Measured."""
    accuracies: tuple[AccuracyLine, ...]
    own_flops: Cell
    """Measured at the model's own input size."""
    flops_claims: tuple[ShownClaim, ...]
    """Of 2 x MACs, at the model's own input size."""
    macs_claims: tuple[ShownClaim, ...]
    """Of MACs, whatever their sources call them, at the model's own input size."""
    own_params: Cell
    """Measured."""
    params_claims: tuple[ShownClaim, ...]
    on_frontier: bool


def model_rows(
    models: Sequence[Judged], series: Comparison, *, families: Mapping[str, FamilyPlace]
) -> tuple[ModelRow, ...]:
    """The rows of the tables, with bars and best values over each whole column.

    Args:
        models: The models.
        series: What they are compared by.
        families: By the name of the collection.
    """
    placed = [Placed(model=model, family=Text()) for model in models]
    drawn = plot("flops", placed, series.gain, series.flops)
    best = {point.ref.id for point in drawn.points if point.on_frontier} if drawn else set()
    rows = [_row(model, series, families) for model in models]
    gain = aligned(ranked([row.gain for row in rows], least=False))
    flops = aligned(ranked([row.flops for row in rows], least=True))
    params = aligned(ranked([row.params for row in rows], least=True))
    latency = _latency_column(rows, series.latency)
    macs = aligned([row.macs for row in rows])
    return tuple(
        replace(
            row,
            gain=gain[index],
            flops=flops[index],
            params=params[index],
            latency=latency[index],
            macs=macs[index],
            on_frontier=row.ref.id in best,
        )
        for index, row in enumerate(rows)
    )


def _latency_column(rows: Sequence[ModelRow], series: Series | None) -> tuple[Cell, ...]:
    """The times, the best of them marked if all are by the same software."""
    cells = [row.latency for row in rows]
    if series is not None and series.mixed:
        return aligned(cells)
    spreads = series.spreads if series else {}
    by_row = [spreads.get(row.ref.id, 0.0) for row in rows] if spreads else ()
    return aligned(ranked(cells, least=True, spreads=by_row))


def _row(model: Judged, series: Comparison, families: Mapping[str, FamilyPlace]) -> ModelRow:
    evidence, claims = model.evidence, model.claims
    own = evidence.input_size[1:] if evidence.input_size else None
    operations = [
        claim
        for claim in claims.of(Quantity.FLOPS, Quantity.MACS)
        if claim.cost.input_size in (None, own)
    ]
    return ModelRow(
        ref=ref_of(model),
        family=families.get(evidence.entry.collection or ""),
        names=names_of_model(evidence.entry),
        gain=_compared(model, series.gain, Kind.ACCURACY, top),
        flops=_compared(model, series.flops, Kind.COMPLEXITY, in_giga),
        params=_compared(model, series.params, Kind.COMPLEXITY, in_mega),
        latency=_compared(model, series.latency, Kind.LATENCY, milliseconds),
        macs=count_cell(evidence, lambda one: one.result.macs, unit=GIGA),
        top1=top_cell(evidence, first=True),
        top5=top_cell(evidence, first=False),
        accuracies=_accuracy_lines(model, own),
        own_flops=count_cell(evidence, lambda one: one.result.flops, unit=GIGA),
        flops_claims=tuple(
            shown_cost(claim, own) for claim in operations if not counts_macs(claim)
        ),
        macs_claims=tuple(shown_cost(claim, own) for claim in operations if counts_macs(claim)),
        own_params=count_cell(evidence, lambda one: one.result.params, unit=MEGA),
        params_claims=tuple(shown_cost(claim, own) for claim in claims.of(Quantity.PARAMS)),
        on_frontier=False,
    )


def _compared(
    model: Judged, series: Series | None, kind: Kind, form: Callable[[float], str]
) -> Cell:
    """A model's number in a series, or why it has none there."""
    if series is None:
        return absent_cell(model.evidence, kind)
    value = series.values.get(model.id)
    if value is not None:
        slow = model.id in series.slow
        return Cell(text=series.text(model.id, form), value=value, state="holds", slow=slow)
    without = _without_series(model, kind)
    if series.measured and without.state != "holds":
        return without
    return Cell(reason=say("state.not-in-series", series=series.conditions))


def _without_series(model: Judged, kind: Kind) -> Cell:
    """What there is of a kind apart from a series: out of date, failed or missing."""
    match kind:
        case Kind.ACCURACY:
            return top_cell(model.evidence, first=True)
        case Kind.COMPLEXITY:
            return count_cell(model.evidence, lambda one: one.result.flops, unit=GIGA)
        case Kind.LATENCY:
            return _elsewhere_timed(model.evidence)


def _elsewhere_timed(evidence: Evidence) -> Cell:
    """A time under other conditions than a column's is none of the column, but it is there."""
    if any(timed.finding.holds for timed in evidence.timings):
        return Cell(state="holds")
    if evidence.timings:
        return Cell(reason=stale_reason(evidence.timings[-1].finding))
    return absent_cell(evidence, Kind.LATENCY)


def _accuracy_lines(model: Judged, own: tuple[int, int] | None) -> tuple[AccuracyLine, ...]:
    return tuple(
        AccuracyLine(
            top1=shown_top(claim, first=True, own_size=own),
            top5=shown_top(claim, first=False, own_size=own),
            group=_group(claim),
        )
        for claim in model.claims.accuracies
        if claim.result.top1 is not None or claim.result.top5 is not None
    )


def _group(claim: AccuracyClaim) -> str:
    if claim.result.applies_to is not None:
        return "others"
    return "repeated" if claim.result.role in (Role.PAPER, Role.REFERENCE) else "own"
