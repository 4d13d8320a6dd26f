"""The measured quantities of one model, each with everything that is reported of it."""

from dataclasses import dataclass, replace

from catalogue.page.cells import Cell, ShownClaim, absent_cell, measured_cell, top_cell
from catalogue.page.deviations import shown_claims
from catalogue.page.evidence import Counted, Evidence, Validated
from catalogue.page.series import Judged
from catalogue.page.wording import Said, by, grouped, in_giga, in_mebibytes, in_mega, say, top
from catalogue.proportion import wilson_interval
from catalogue.record import Kind


@dataclass(frozen=True, kw_only=True, slots=True)
class Quantity:
    """One measured quantity with everything that is reported of it."""

    name: Said
    cell: Cell
    exact: Said | None
    """All digits, where the cell rounds."""
    conditions: Said | None
    claims: tuple[ShownClaim, ...]

    @property
    def distinct(self) -> tuple[ShownClaim, ...]:
        """Its claims; of those that print the same figure with the same verdict, the first."""
        found: dict[object, ShownClaim] = {}
        for claim in self.claims:
            found.setdefault((claim.text, claim.judgement.verdict), claim)
        return tuple(found.values())


def quantities(model: Judged) -> tuple[Quantity, ...]:
    """Counts and accuracies, each with its claims; quantities that are only reported come last."""
    claims: dict[Said, list[ShownClaim]] = {}
    for name, claim in shown_claims(model):
        claims.setdefault(say(f"quantity.{name}"), []).append(claim)
    found = [
        *_accuracy_quantities(model.evidence),
        *_count_quantities(model.evidence),
    ]
    filled = [replace(quantity, claims=tuple(claims.pop(quantity.name, ()))) for quantity in found]
    rest = [
        Quantity(
            name=name,
            cell=Cell(reason=say("reason.no-method")),
            exact=None,
            conditions=None,
            claims=tuple(left),
        )
        for name, left in claims.items()
    ]
    return (*filled, *rest)


def _accuracy_quantities(evidence: Evidence) -> list[Quantity]:
    own = evidence.validated()
    return [
        Quantity(
            name=say(f"quantity.{name}"),
            cell=top_cell(evidence, first=first),
            exact=None if own is None else _hits(own, first=first),
            conditions=None if own is None else _interval(own, first=first),
            claims=(),
        )
        for name, first in (("top1", True), ("top5", False))
    ]


def _hits(one: Validated, *, first: bool) -> Said:
    hits = one.result.top1_hits if first else one.result.top5_hits
    return say("figures.hits", hits=grouped(hits), images=grouped(one.result.images))


def _interval(one: Validated, *, first: bool) -> Said:
    hits = one.result.top1_hits if first else one.result.top5_hits
    low, high = wilson_interval(hits, one.result.images)
    return say(
        "accuracy.conditions",
        low=top(low),
        high=top(high),
        size=by(one.conditions.input_size[1:]),
        precision=one.conditions.precision.upper(),
        recipe=one.conditions.recipe_id,
    )


def _count_quantities(evidence: Evidence) -> list[Quantity]:
    counted = evidence.counted()
    if counted is None:
        absent = absent_cell(evidence, Kind.COMPLEXITY)
        names = ("macs", "flops", "params", "activations", "weights_bytes")
        return [
            Quantity(
                name=say(f"quantity.{name}"), cell=absent, exact=None, conditions=None, claims=()
            )
            for name in names
        ]
    result = counted.result
    at_size = say("count.conditions", size=by(counted.conditions.input_size[1:]))
    return [
        _count(counted, "macs", result.macs, in_giga(result.macs), at_size),
        _count(counted, "flops", result.flops, in_giga(result.flops), at_size),
        _count(counted, "params", result.params, in_mega(result.params), None),
        _count(counted, "activations", result.activations, in_mega(result.activations), at_size),
        _count(
            counted, "weights_bytes", result.weights_bytes, in_mebibytes(result.weights_bytes), None
        ),
    ]


def _count(counted: Counted, name: str, value: int, text: str, conditions: Said | None) -> Quantity:
    return Quantity(
        name=say(f"quantity.{name}"),
        cell=measured_cell(counted.finding, value, text),
        exact=say(
            "figures.exact.bytes" if name == "weights_bytes" else "figures.exact",
            value=grouped(value),
        ),
        conditions=conditions,
        claims=(),
    )
