"""The list of reported figures that measurement does not bear out, with how much and why."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from catalogue.entry import Quantity
from catalogue.page.cells import ShownClaim, counts_macs, shown_cost, shown_top
from catalogue.page.latency import ref_of
from catalogue.page.series import Judged
from catalogue.page.verdict import Verdict
from catalogue.page.wording import ModelRef, Said, say


@dataclass(frozen=True, kw_only=True, slots=True)
class Deviation:
    """One reported figure that is off."""

    ref: ModelRef
    quantity: Said
    """Its name with its unit."""
    claim: ShownClaim


def deviations(models: Iterable[Judged]) -> tuple[Deviation, ...]:
    """Every refuted figure of some models, in their order, costs before accuracies."""
    return tuple(
        Deviation(ref=ref_of(model), quantity=say(f"reported.{name}"), claim=claim)
        for model in models
        for name, claim in shown_claims(model)
        if claim.judgement.verdict is Verdict.REFUTED
    )


def shown_claims(model: Judged) -> Iterator[tuple[str, ShownClaim]]:
    """Every reported cost and accuracy of a model, with the word for its quantity in labels."""
    own = model.evidence.input_size[1:] if model.evidence.input_size else None
    for cost in model.claims.costs:
        quantity = Quantity.MACS if counts_macs(cost) else cost.cost.quantity
        yield quantity.name.lower(), shown_cost(cost, own)
    for accuracy in model.claims.accuracies:
        for first, name in ((True, "top1"), (False, "top5")):
            shown = shown_top(accuracy, first=first, own_size=own)
            if shown is not None:
                yield name, shown
