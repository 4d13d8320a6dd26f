"""How close measured times come to what a device allows: time over its roofline bound.

Knows no language and no markup.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from catalogue.page.cells import Cell
from catalogue.page.evidence import Evidence, Finding
from catalogue.page.latency import Columns, cells_of
from catalogue.page.timed import competes, counts, timed_cell, timing, way_of, way_order
from catalogue.page.wording import Said, say, significant
from catalogue.record import LatencyConditions
from catalogue.roofline import Bound, Limits, bounds


@dataclass(frozen=True, kw_only=True, slots=True)
class Closeness:
    """Measured time over bound, or why there is none."""

    rows: tuple[tuple[Said, tuple[Cell, ...]], ...] = ()
    """(backend and layout, one cell for each column of the device's table)."""
    reason: Said | None = None
    """Why no time can be held against a bound."""


def closeness(
    evidence: Evidence,
    limits: Sequence[Limits],
    columns: Columns,
    found: Mapping[LatencyConditions, Finding],
) -> Closeness:
    """Hold the times of one device against what it allows.

    Args:
        evidence: The model, for its counts.
        limits: What devices can do.
        columns: The device's precisions and batch sizes.
        found: What was found on the device; of one number of threads and input size.
    """
    some = next(iter(found))
    if limits_of(some, limits) is None:
        return Closeness(reason=say("closeness.no-device", device=some.device))
    if evidence.counted(some.input_size[1:]) is None:
        return Closeness(reason=say("closeness.no-count"))
    ways = {replace(one, precision="", batch_size=0) for one in found}
    return Closeness(
        rows=tuple(
            (
                way_of(way),
                tuple(
                    _cell(
                        replace(way, precision=precision, batch_size=batch), evidence, limits, found
                    )
                    for precision, batch in cells_of(columns)
                ),
            )
            for way in sorted(ways, key=lambda one: (way_order(one), repr(one)))
        )
    )


def limits_of(conditions: LatencyConditions, limits: Sequence[Limits]) -> Limits | None:
    """What the device of a time can do, with as many threads."""
    threads = (None, conditions.threads or None)
    fitting = (one for one in limits if one.device == conditions.device)
    return next((one for one in fitting if one.threads in threads), None)


def bound_of(
    conditions: LatencyConditions, evidence: Evidence, limits: Sequence[Limits]
) -> Bound | None:
    """The least time possible under some conditions, where it is known."""
    able = limits_of(conditions, limits)
    counted = evidence.counted(conditions.input_size[1:])
    if able is None or counted is None:
        return None
    found = bounds(
        counted.result, counted.conditions.input_size, able, batch_size=conditions.batch_size
    )
    return next((one for one in found if one.precision == conditions.precision), None)


def _cell(
    conditions: LatencyConditions,
    evidence: Evidence,
    limits: Sequence[Limits],
    found: Mapping[LatencyConditions, Finding],
) -> Cell:
    timed = timing(found.get(conditions))
    if timed is None or not counts(timed):
        cell = timed_cell(found.get(conditions))
        return Cell(state=cell.state if cell.text is None else "missing", reason=cell.reason)
    if not competes(timed):
        return Cell(reason=say("closeness.slow"))
    bound = bound_of(conditions, evidence, limits)
    if bound is None:
        return Cell(reason=say("closeness.no-peak", precision=conditions.precision.upper()))
    ratio = timed.result.latency_ms / bound.latency_ms
    return Cell(text=significant(ratio, 3), value=ratio, state="holds")
