"""The table of models: accuracy, compute and size, measured beside reported.

Knows no language and no markup.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from catalogue.entry import Quantity, Text
from catalogue.page.cells import (
    Cell,
    ShownClaim,
    count_cell,
    ranked,
    shown_cost,
    shown_top,
    top_cell,
)
from catalogue.page.comparison import Comparison
from catalogue.page.latency import ref_of
from catalogue.page.plots import Placed, plot
from catalogue.page.series import Judged
from catalogue.page.wording import GIGA, MEGA, ModelRef


@dataclass(frozen=True, kw_only=True, slots=True)
class ModelRow:
    """One model in the table of accuracy, compute and size."""

    ref: ModelRef
    family: Text | None
    series: int
    """Place of the family among the families of the page; its colour in plots."""
    family_slug: str | None
    top1: Cell
    top5: Cell
    accuracies: tuple[tuple[ShownClaim | None, ShownClaim | None], ...]
    """Reported (top-1, top-5), of the entry's own weights first."""
    macs: Cell
    flops: Cell
    flops_claims: tuple[ShownClaim, ...]
    """Of FLOPs and of MACs, at the model's own input size."""
    params: Cell
    params_claims: tuple[ShownClaim, ...]
    on_frontier: bool


def model_rows(
    models: Sequence[Judged],
    series: Comparison,
    *,
    families: Mapping[str, tuple[int, Text, str]],
) -> tuple[ModelRow, ...]:
    """The rows of the table of models, with bars and best values over the whole column."""
    placed = [Placed(model=model, family=Text()) for model in models]
    drawn = plot("flops", placed, series.gain, series.flops)
    best = {point.ref.id for point in drawn.points if point.on_frontier} if drawn else set()
    rows = [_row(model, families, on_frontier=model.id in best) for model in models]
    top1 = ranked([row.top1 for row in rows], least=False)
    top5 = ranked([row.top5 for row in rows], least=False)
    macs = ranked([row.macs for row in rows], least=True)
    flops = ranked([row.flops for row in rows], least=True)
    params = ranked([row.params for row in rows], least=True)
    return tuple(
        replace(
            row,
            top1=top1[index],
            top5=top5[index],
            macs=macs[index],
            flops=flops[index],
            params=params[index],
        )
        for index, row in enumerate(rows)
    )


def _row(
    model: Judged, families: Mapping[str, tuple[int, Text, str]], *, on_frontier: bool
) -> ModelRow:
    evidence, claims = model.evidence, model.claims
    own = evidence.input_size[1:] if evidence.input_size else None
    place = families.get(evidence.entry.collection or "")
    return ModelRow(
        ref=ref_of(model),
        series=place[0] if place else len(families),
        family=place[1] if place else None,
        family_slug=place[2] if place else None,
        top1=top_cell(evidence, first=True),
        top5=top_cell(evidence, first=False),
        accuracies=_shown_accuracies(model, own),
        macs=count_cell(evidence, lambda one: one.result.macs, unit=GIGA),
        flops=count_cell(evidence, lambda one: one.result.flops, unit=GIGA),
        flops_claims=tuple(
            shown_cost(claim, own)
            for claim in claims.of(Quantity.FLOPS, Quantity.MACS)
            if claim.cost.input_size in (None, own)
        ),
        params=count_cell(evidence, lambda one: one.result.params, unit=MEGA),
        params_claims=tuple(shown_cost(claim, own) for claim in claims.of(Quantity.PARAMS)),
        on_frontier=on_frontier,
    )


def _shown_accuracies(
    model: Judged, own: tuple[int, int] | None
) -> tuple[tuple[ShownClaim | None, ShownClaim | None], ...]:
    ordered = sorted(model.claims.accuracies, key=lambda claim: claim.result.applies_to is not None)
    return tuple(
        (
            shown_top(claim, first=True, own_size=own),
            shown_top(claim, first=False, own_size=own),
        )
        for claim in ordered
        if claim.result.top1 is not None or claim.result.top5 is not None
    )
