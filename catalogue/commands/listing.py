"""`catalogue list`: every model, and how its records stand on this machine."""

import sys
from collections import Counter
from collections.abc import Sequence

from catalogue.commands.opened import Opened, find_family, say_errors
from catalogue.commands.timing import timings_here
from catalogue.entry import Entry
from catalogue.freshness import changes
from catalogue.plan import Point, Standing, State, backend_words, points, standing
from catalogue.record import Accuracy, AccuracyConditions, Kind, Latency, LatencyConditions, Record

_COLUMNS = ("model", "family", "complexity", "latency here", "accuracy", "also timed")
"""The last one is left out where nothing stands in it."""


def list_models(opened: Opened, families: Sequence[str]) -> int:
    """Print a line for each model, and a line for each record that no longer holds.

    Returns:
        0; 1 where an entry or a record could not be read.
    """
    say_errors(opened)
    entries: Sequence[Entry] = opened.zoo.entries
    if families:
        entries = [entry for name in families for entry in find_family(opened.zoo, name)]
    here = timings_here(opened.settings.latency)
    rows: list[tuple[str, ...]] = [_COLUMNS]
    remarks: list[str] = []
    for entry in entries:
        records = [one for one in opened.stored.records if one.model == entry.id]
        stands = {
            kind: _stand(entry, points(entry, kinds=[kind], timings=here, dataset=None), records)
            for kind in Kind
        }
        words = {kind: in_a_word(found) for kind, found in stands.items()}
        if words[Kind.ACCURACY] == State.MISSING.value and any(map(_of_subset, records)):
            words[Kind.ACCURACY] = "a subset only"
        further = _further(entry, stands[Kind.LATENCY], records)
        rows.append((entry.id, entry.collection or "-", *words.values(), further))
        remarks.extend(
            f"{entry.id}: {one.point}: {one.state.value} ({one.reason})"
            for found in stands.values()
            for one in found
            if one.reason and one.state is not State.UP_TO_DATE
        )
    _print_table(rows)
    for remark in remarks:
        sys.stdout.write(remark + "\n")
    return int(opened.broken)


def _stand(entry: Entry, wanted: Sequence[Point], records: Sequence[Record]) -> list[Standing]:
    return [standing(entry, point, records) for point in wanted]


def _further(entry: Entry, grid: Sequence[Standing], records: Sequence[Record]) -> str:
    """What a model was timed under as well, here or elsewhere, and holds: not in today's grid."""
    known = [one.point for one in grid]
    found: Counter[str] = Counter()
    here = {one.device.name for one in known if one.device}
    for record in records:
        conditions = record.conditions
        if not isinstance(conditions, LatencyConditions) or not isinstance(record.result, Latency):
            continue
        if changes(record, entry) or any(point.matches(record) for point in known):
            continue
        words = [conditions.precision, *backend_words(conditions.backend, conditions.memory_format)]
        if conditions.device not in here:
            words.append(f"on {conditions.device}")
        elif conditions.device_type == "cpu":
            words.append(f"with {conditions.threads} threads")
        found[" ".join(words)] += 1
    return "; ".join(f"{what} ({count})" for what, count in found.items())


def _of_subset(record: Record) -> bool:
    conditions = record.conditions
    return (
        isinstance(conditions, AccuracyConditions)
        and isinstance(record.result, Accuracy)
        and conditions.subset
    )


def in_a_word(found: Sequence[Standing]) -> str:
    """One word for several points: their common state, else how many need nothing done.

    A failure of the model's own that is current is as good as a figure: refreshing would not try it
    again. One to try again is missing. No points at all, as of a grid without an installed backend,
    are not up to date.
    """
    if not found:
        return "nothing to do here"
    states = {one.state for one in found}
    if len(states) == 1:
        return states.pop().value
    failed = sum(one.state is State.FAILED for one in found)
    current = failed + sum(one.state is State.UP_TO_DATE for one in found)
    words = "up to date" if current == len(found) else f"{current} of {len(found)} up to date"
    return f"{words} ({failed} failed)" if failed else words


def _print_table(rows: Sequence[Sequence[str]]) -> None:
    if not any(row[-1] for row in rows[1:]):
        rows = [row[:-1] for row in rows]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        sys.stdout.write("  ".join(cells).rstrip() + "\n")
