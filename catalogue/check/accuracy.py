"""Whether reported accuracies can be true: order, level and scale.

Knows results; opens no files.
"""

from collections import defaultdict
from collections.abc import Iterator
from statistics import median

from catalogue.entry import Entry, Figure, ReportedResult, Zoo
from catalogue.read.findings import Findings

IMPLAUSIBLE_TOP1 = 5.0
"""Percent; nobody publishes an ImageNet classifier below."""
_HALF = 50.0
_FEW = 2
"""So few siblings say nothing of what is usual."""
_FAR = 30.0
"""Points below what is usual from which a figure is suspect."""
_APART = 10.0
"""Points by which models of one family may differ."""


def check_accuracies(zoo: Zoo, findings: Findings) -> None:
    """Check every reported accuracy of a zoo."""
    for entry in zoo.entries:
        for result in entry.results:
            _order(result, findings)
            _level(result, findings)
    _siblings(zoo, findings)
    _scales(zoo, findings)


def _siblings(zoo: Zoo, findings: Findings) -> None:
    """Error rates among accuracies: a figure that is 100 % less what its siblings reach."""
    groups: dict[tuple[str, str], list[Figure]] = defaultdict(list)
    for entry in zoo.entries:
        for result in entry.results:
            # On other data sets a family's models are tried on tasks of very unlike difficulty.
            imagenet = "imagenet" in (result.dataset or "").casefold()
            if imagenet and result.dataset and result.top1 is not None:
                groups[entry.collection or "", result.dataset].append(result.top1)
    for group in groups.values():
        usual = median(figure.value for figure in group)
        if len(group) <= _FEW or usual < _HALF + _APART:
            continue
        for figure in group:
            accuracy = 100 - figure.value
            if IMPLAUSIBLE_TOP1 <= figure.value < usual - _FAR and abs(accuracy - usual) < _APART:
                message = (
                    f"top-1 accuracy {figure.text} is implausible beside its siblings' "
                    f"{usual:.4g}; is it an error rate, of an accuracy of {accuracy:.6g}?"
                )
                findings.warning(figure.place, "implausible-accuracy", message)


def _order(result: ReportedResult, findings: Findings) -> None:
    top1, top5 = result.top1, result.top5
    if top1 is None or top5 is None or top1.value <= top5.value:
        return
    message = (
        f"Top 1 {top1.text} is above Top 5 {top5.text}, which cannot be; "
        "are they swapped, or error rates (100 % less the accuracy)?"
    )
    findings.warning(top1.place, "top1-above-top5", message)


def _level(result: ReportedResult, findings: Findings) -> None:
    top1 = result.top1
    dataset = result.dataset or ""
    if top1 is None or top1.value >= IMPLAUSIBLE_TOP1 or "imagenet" not in dataset.casefold():
        return
    if any(word in dataset.casefold() for word in ("-a", "-c", "-r", "sketch", "21k", "22k")):
        # Hard variants: an accuracy near 0 is what they are made for.
        return
    message = (
        f"top-1 accuracy {top1.text} is implausible for {dataset}; "
        "is it an error rate, or a fraction with a percent sign?"
    )
    findings.warning(top1.place, "implausible-accuracy", message)


def _accuracies(entry: Entry) -> Iterator[Figure]:
    for result in entry.results:
        yield from (figure for figure in (result.top1, result.top5) if figure is not None)


def _scales(zoo: Zoo, findings: Findings) -> None:
    """Fractions in a zoo that gives percentages; a zoo of fractions is of one mind."""
    figures = [figure for entry in zoo.entries for figure in _accuracies(entry)]
    fractions = [figure for figure in figures if _is_fraction(figure)]
    if not fractions or len(fractions) * 2 > len(figures):
        return
    for figure in fractions:
        message = (
            f"accuracy {figure.text} is a fraction where the zoo's others are percentages; "
            f"write {figure.value:.6g}%"
        )
        findings.warning(figure.place, "mixed-scale", message, alike="scale")


def _is_fraction(figure: Figure) -> bool:
    """Whether the reader multiplied the figure by 100."""
    digits = figure.text.strip()
    return digits[:2] in ("0.", "1.", ".0") and "%" not in digits and figure.value > 1.0
