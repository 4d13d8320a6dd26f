"""Whether reported accuracies can be true: order, level and scale.

Knows entries; opens no files.
"""

from catalogue.entry import Entry, Figure, ReportedResult
from catalogue.read.findings import Findings

IMPLAUSIBLE_TOP1 = 5.0
"""Percent; nobody publishes an ImageNet classifier below."""


def accuracy_findings(entry: Entry, findings: Findings) -> None:
    """Check every reported result of an entry."""
    for result in entry.results:
        _order(result, findings)
        _level(result, findings)


def _order(result: ReportedResult, findings: Findings) -> None:
    top1, top5 = result.top1, result.top5
    if top1 is None or top5 is None or top1.value <= top5.value:
        return
    message = (
        f"Top 1 {top1.text} is above Top 5 {top5.text}, which cannot be; "
        "swapped, or an error rate (100 % - accuracy)?"
    )
    findings.warning(top1.place, "top1-above-top5", message)


def _level(result: ReportedResult, findings: Findings) -> None:
    top1: Figure | None = result.top1
    if top1 is None or top1.value >= IMPLAUSIBLE_TOP1 or "imagenet" not in (
        result.dataset or ""
    ).casefold():
        return
    message = (
        f"top-1 accuracy of {top1.text} is implausibly low for {result.dataset}; "
        "an error rate, or a fraction with a percent sign?"
    )
    findings.warning(top1.place, "implausible-accuracy", message)
