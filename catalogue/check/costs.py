"""Reported costs against each other: slips by 2 and by 1000, conflicts, missing conventions.

Knows costs; opens no files.
"""

from collections import defaultdict
from collections.abc import Iterable
from itertools import combinations

from catalogue.entry import Convention, Entry, Quantity, ReportedCost, Zoo
from catalogue.read.findings import Findings

NEARLY = 0.05
"""Figures this close are taken for the same."""
SLIP = 0.1
"""Ratios this close to 2 or 1000 are taken for a slip."""
CONVENTION_FACTOR = 2
"""Between counting a multiply-add once and twice."""
_FACTORS = (CONVENTION_FACTOR, 1000, 1_000_000)
_PLAUSIBLE = {
    Quantity.FLOPS: (1e5, 1e15),
    Quantity.MACS: (1e5, 1e15),
    Quantity.PARAMS: (1e3, 1e13),
    Quantity.ACTIVATIONS: (1e2, 1e13),
}


def check_costs(zoo: Zoo, findings: Findings) -> None:
    """Check every reported cost of a zoo."""
    for entry in zoo.entries:
        for cost in entry.costs:
            _level(cost, findings)
            _convention(cost, findings)
        for group in _comparable(entry):
            for first, second in combinations(group, 2):
                _compare(entry, first, second, findings)


def ratio_slip(ratio: float) -> int | None:
    """The factor a ratio betrays: 2 for another convention, 1000 for another unit."""
    larger = max(ratio, 1 / ratio) if ratio > 0 else 0.0
    for factor in _FACTORS:
        if abs(larger / factor - 1) <= SLIP:
            return factor
    return None


def _comparable(entry: Entry) -> Iterable[list[ReportedCost]]:
    """An entry's costs of one quantity at one input size; what states no size fits any."""
    groups: dict[Quantity, list[ReportedCost]] = defaultdict(list)
    for cost in entry.costs:
        groups[Quantity.FLOPS if cost.quantity is Quantity.MACS else cost.quantity].append(cost)
    return groups.values()


def macs_of(cost: ReportedCost) -> float | None:
    """A compute figure in multiply-accumulates; None where its convention is unknown."""
    if cost.quantity is Quantity.MACS or cost.convention is Convention.MACS:
        return cost.figure.value
    return cost.figure.value / 2 if cost.convention is Convention.TWO_MACS else None


def _compare(entry: Entry, first: ReportedCost, second: ReportedCost, findings: Findings) -> None:
    if first.input_size and second.input_size and first.input_size != second.input_size:
        return
    one, other = _like(first, second)
    if one <= 0 or other <= 0:
        return
    factor = ratio_slip(one / other)
    what = f"'{entry.name}': {_named(second)} against {_named(first)}"
    if factor is not None:
        twice = factor == CONVENTION_FACTOR and first.quantity is not Quantity.PARAMS
        why = "one of them counts a multiply-add twice" if twice else "a unit is wrong"
        message = f"{what} differ by a factor of {factor}; most likely {why}"
        findings.warning(second.figure.place, "cost-slip", message, alike=f"by {factor}")
        return
    known = _known(first) and _known(second)
    slack = (first.figure.resolution + second.figure.resolution) / 2
    if known and abs(one - other) > NEARLY * max(one, other) + slack:
        ratio = max(one, other) / min(one, other)
        apart = f"{ratio - 1:.0%}" if ratio < CONVENTION_FACTOR else f"a factor of {ratio:.3g}"
        message = f"{what} differ by {apart}; they are shown side by side, check both sources"
        findings.note(second.figure.place, "cost-conflict", message, alike="conflict")


def _like(first: ReportedCost, second: ReportedCost) -> tuple[float, float]:
    """Both figures in one convention where both are known, else as printed."""
    one, other = macs_of(first), macs_of(second)
    if one is None or other is None:
        return first.figure.value, second.figure.value
    return one, other


def _known(cost: ReportedCost) -> bool:
    return cost.quantity is not Quantity.FLOPS or cost.convention is not Convention.UNKNOWN


def _named(cost: ReportedCost) -> str:
    source = f" ({', '.join(cost.sources)})" if cost.sources else ""
    return f"{cost.quantity.value} {cost.figure.value:.4g}{source}"


def _level(cost: ReportedCost, findings: Findings) -> None:
    low, high = _PLAUSIBLE.get(cost.quantity, (0.0, float("inf")))
    if low <= cost.figure.value <= high:
        return
    meant = f" (did you mean '{cost.figure.text} M'?)" if 1 <= cost.figure.value < low else ""
    message = (
        f"{cost.quantity.value} of {cost.figure.text} is implausible{meant}; "
        f"expected {low:.0e} to {high:.0e}"
    )
    findings.warning(cost.figure.place, "implausible-cost", message)


def _convention(cost: ReportedCost, findings: Findings) -> None:
    """A plain FLOPs under Metadata, as every published zoo has them."""
    stated_in_metadata = cost.place == cost.figure.place
    if cost.quantity is not Quantity.FLOPS or not stated_in_metadata:
        return
    if cost.figure.text.strip().isdecimal():
        message = "FLOPs without a convention, so no measurement can confirm them; use Costs"
        findings.note(cost.figure.place, "convention", message, alike="plain")
