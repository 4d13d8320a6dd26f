"""Accuracies beside the usual one: on subsets, other data sets, or in another precision."""

from dataclasses import dataclass

from catalogue.page.cells import Cell, measured_cell
from catalogue.page.evidence import Evidence, Validated
from catalogue.page.history import measurement_of
from catalogue.page.wording import Said, grouped, say, top
from catalogue.proportion import at_chance, wilson_interval


@dataclass(frozen=True, kw_only=True, slots=True)
class OtherValidation:
    """What a model achieved under conditions that somebody asked for."""

    conditions: Said
    top1: Cell
    top1_hits: Said
    top5: Cell
    top5_hits: Said
    doubt: Said | None
    """Why it is hard to believe, if so."""


def other_validations(evidence: Evidence) -> tuple[OtherValidation, ...]:
    """Every validation but the one that tables compare by, oldest first."""
    usual = evidence.validated()
    return tuple(_other(one) for one in evidence.validations if one is not usual)


def _other(one: Validated) -> OtherValidation:
    result = one.result
    doubtful = at_chance(result.top1_hits, result.images, result.chance_hits)
    return OtherValidation(
        conditions=measurement_of(one.conditions),
        top1=measured_cell(one.finding, result.top1, top(result.top1)),
        top1_hits=_hits(result.top1_hits, result.images),
        top5=measured_cell(one.finding, result.top5, top(result.top5)),
        top5_hits=_hits(result.top5_hits, result.images),
        doubt=say("validations.chance") if doubtful else None,
    )


def _hits(hits: int, images: int) -> Said:
    low, high = wilson_interval(hits, images)
    return say(
        "validations.hits",
        hits=grouped(hits),
        images=grouped(images),
        low=top(low),
        high=top(high),
    )
