"""Reported latencies: rows that repeat each other, and rows that cannot be.

Knows latencies; opens no files.
"""

from collections import defaultdict
from collections.abc import Iterable
from itertools import pairwise

from catalogue.entry import Entry, ReportedLatency, Zoo
from catalogue.read.findings import Findings

SLOWER = 1.1
"""From this ratio on a lower precision counts as slower than a higher one."""
_HIGHER = {"FP16": ("FP32", "TF32"), "BF16": ("FP32", "TF32"), "INT8": ("FP32", "FP16")}


def check_latencies(zoo: Zoo, findings: Findings) -> None:
    """Check every reported latency of a zoo."""
    for entry in zoo.entries:
        for row in entry.latencies:
            _batches(entry, row, findings)
        for group in _tables(entry):
            by_precision = {row.precision: row for row in group}
            for precision, higher in _HIGHER.items():
                for other in higher:
                    if precision in by_precision and other in by_precision:
                        low, high = by_precision[precision], by_precision[other]
                        _precisions(entry, low, high, findings)


def _tables(entry: Entry) -> Iterable[list[ReportedLatency]]:
    """Rows of one table: the same device, sources, size and unit."""
    groups: dict[tuple[object, ...], list[ReportedLatency]] = defaultdict(list)
    for row in entry.latencies:
        groups[row.device, row.sources, row.input_size, row.unit].append(row)
    return groups.values()


def _batches(entry: Entry, row: ReportedLatency, findings: Findings) -> None:
    if row.unit != "ms":
        return
    for (small, first), (large, second) in pairwise(row.by_batch):
        if second.value > first.value:
            continue
        how = "the same as" if second.value == first.value else "less than"
        message = (
            f"'{entry.name}', {row.device} {row.precision}: batch {large} takes {second.text} ms, "
            f"{how} batch {small} ({first.text}); copied, or in images/s?"
        )
        findings.warning(second.place, "batch-latency", message, alike=how)


def _precisions(
    entry: Entry, low: ReportedLatency, high: ReportedLatency, findings: Findings
) -> None:
    batches = dict(high.by_batch)
    pairs = [(figure, batches[batch]) for batch, figure in low.by_batch if batch in batches]
    if not pairs:
        return
    what = f"'{entry.name}', {low.device}: {low.precision}"
    if all(one.value == other.value for one, other in pairs):
        message = f"{what} has the figures of {high.precision}; a column was copied or mislabelled"
        findings.warning(low.place, "same-precision", message, alike="same")
    elif low.unit == "ms" and all(one.value > SLOWER * other.value for one, other in pairs):
        message = f"{what} is slower than {high.precision} at every batch size; columns swapped?"
        findings.warning(low.place, "slower-precision", message, alike="slower")
