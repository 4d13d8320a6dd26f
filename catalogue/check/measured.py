"""Reported figures against measured ones: slips by 2 and by 1000, accuracies far apart.

Knows entries and records; measures nothing. Verdicts on small differences are not its business.
"""

from collections.abc import Iterable, Mapping

from catalogue.check.costs import CONVENTION_FACTOR, macs_of, ratio_slip
from catalogue.entry import Entry, Quantity, ReportedCost, Zoo
from catalogue.read.findings import Findings
from catalogue.record import (
    USUAL_DATASET,
    Accuracy,
    AccuracyConditions,
    Complexity,
    ComplexityConditions,
    Conditions,
    Record,
)

FAR_APART = 5.0
"""Points of top-1 accuracy that no choice of library or resampling explains."""


def check_against_records(zoo: Zoo, records: Iterable[Record], findings: Findings) -> None:
    """Hold what entries report against what was measured of the same model.

    Args:
        zoo: The entries.
        records: Oldest first; of several under like conditions the last counts.
        findings: Takes what is far apart.
    """
    last = {(record.model, record.kind, record.conditions): record for record in records}
    by_model: dict[str, list[Record]] = {}
    for record in last.values():
        by_model.setdefault(record.model, []).append(record)
    for entry in zoo.entries:
        for record in by_model.get(entry.id, ()):
            if isinstance(record.result, Complexity):
                _costs(entry, record, record.result, findings)
            elif isinstance(record.result, Accuracy) and _usual(record.conditions):
                _accuracy(entry, record.result, findings)


def _costs(entry: Entry, record: Record, measured: Complexity, findings: Findings) -> None:
    conditions = record.conditions
    if not isinstance(conditions, ComplexityConditions) or conditions.form != "training":
        return
    counts: Mapping[Quantity, int] = {
        Quantity.PARAMS: measured.params,
        Quantity.ACTIVATIONS: measured.activations,
        Quantity.WEIGHTS_BYTES: measured.weights_bytes,
    }
    for cost in entry.costs:
        if cost.input_size != conditions.input_size[1:] and not (
            cost.input_size is None and record.at_own_size
        ):
            continue
        reported, count = cost.figure.value, counts.get(cost.quantity)
        if cost.quantity in (Quantity.FLOPS, Quantity.MACS):
            reported, count = macs_of(cost) or cost.figure.value, measured.macs
        factor = ratio_slip(reported / count) if count else None
        if factor is not None and not _is_open(cost, factor):
            _say_slip(entry, cost, factor, findings)


def _is_open(cost: ReportedCost, factor: int) -> bool:
    """Whether FLOPs of unknown convention are merely twice the MACs, as half of all zoos print."""
    return factor == CONVENTION_FACTOR and macs_of(cost) is None and cost.quantity is Quantity.FLOPS


def _say_slip(entry: Entry, cost: ReportedCost, factor: int, findings: Findings) -> None:
    what = "convention" if factor == CONVENTION_FACTOR else "unit"
    message = (
        f"'{entry.name}': {cost.quantity.value} of {cost.figure.text} is off the measured figure "
        f"by a factor of {factor}; check its {what}"
    )
    findings.warning(cost.figure.place, "measured-slip", message, alike=f"by {factor}")


def _usual(conditions: Conditions) -> bool:
    """Whether an accuracy is of the whole of what reported ones are of."""
    return (
        isinstance(conditions, AccuracyConditions)
        and conditions.dataset == USUAL_DATASET
        and not conditions.subset
    )


def _accuracy(entry: Entry, measured: Accuracy, findings: Findings) -> None:
    for result in entry.results:
        top1 = result.top1
        if top1 is None or result.applies_to is not None:
            continue
        if "imagenet" in (result.dataset or "").casefold() and (
            abs(top1.value - measured.top1) > FAR_APART
        ):
            message = (
                f"'{entry.name}': top-1 of {top1.text} is far from the {measured.top1:.2f} % "
                "measured; other weights, another recipe, or a slip?"
            )
            findings.warning(top1.place, "measured-accuracy", message)
