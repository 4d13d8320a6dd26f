"""Tables of measured latency: models against precision and batch size, device by device.

All numbers of a table share device, backend, layout, threads, affinity and input size, and those
of a column precision and batch size as well. Knows no language and no markup.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from catalogue.page.cells import Cell, aligned, ranked
from catalogue.page.evidence import Finding, Timed
from catalogue.page.failed import remarked
from catalogue.page.series import Judged
from catalogue.page.software import mixture, software
from catalogue.page.timed import (
    BESIDE,
    Timing,
    beside,
    conditions_of,
    counts,
    fault,
    protocol,
    refused,
    shown_timing,
    timed_cell,
    timing,
    timings_of,
    way_of,
    way_order,
)
from catalogue.page.wording import ModelRef, Said, say
from catalogue.record import LatencyConditions

Columns = tuple[tuple[str, tuple[int, ...]], ...]
"""(precision, batch sizes): the columns of a table, one for each batch size."""
PRECISIONS = ("fp32", "tf32", "fp16", "bf16", "amp")
"""In the order in which tables show them."""


@dataclass(frozen=True, kw_only=True, slots=True)
class LatencyRow:
    """One model of a latency table."""

    ref: ModelRef
    cells: tuple[Cell, ...]
    """One for each column of the table."""
    sources: tuple[str, ...] = ()
    timings: tuple[Timing | None, ...] = ()
    """For each cell, where it was measured: what stands behind it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class MeasuredTable:
    """Times of this program, by precision and batch size, on one device in one way."""

    shared: LatencyConditions
    """What all of them have in common; precision and batch size are left open."""
    columns: Columns
    rows: tuple[LatencyRow, ...]
    way: Said
    """Backend and layout."""
    conditions: Said
    protocol: Said
    refused: Said | None
    """How many processes were thrown away, and why."""
    untimed: tuple[ModelRef, ...]
    """Models that can be built, but were never timed under these conditions."""
    remarks: tuple[Said, ...]
    """What failed or no longer holds, and why; what backends remarked; what was not watched."""
    software: tuple[Said, ...]
    """The version of torch, and what rows differ in: torch, the backend, the driver."""

    @property
    def tied(self) -> bool:
        """Whether a column has several that are level with its fastest."""
        return any(cell.level != "" for row in self.rows for cell in row.cells)

    @property
    def slow(self) -> bool:
        """Whether one of its times is an upper bound."""
        return any(cell.slow for row in self.rows for cell in row.cells)


@dataclass(frozen=True, kw_only=True, slots=True)
class MeasuredDevice:
    """Everything that was timed on one device."""

    device: str
    tables: tuple[MeasuredTable, ...]
    """The one of most times first."""


def measured_devices(models: Sequence[Judged]) -> tuple[MeasuredDevice, ...]:
    """Tables for each device that something was timed on, GPUs first."""
    found: dict[LatencyConditions, dict[str, dict[LatencyConditions, Finding]]] = defaultdict(dict)
    for model in models:
        for finding in model.evidence.findings:
            conditions = finding.record.conditions
            if isinstance(conditions, LatencyConditions):
                shared = replace(conditions, precision="", batch_size=0)
                found[shared].setdefault(model.id, {})[conditions] = finding
    devices: dict[tuple[str, str], list[LatencyConditions]] = defaultdict(list)
    for shared in found:
        devices[shared.device_type, shared.device].append(shared)
    return tuple(
        MeasuredDevice(
            device=name,
            tables=tuple(
                _table(shared, found[shared], models)
                for shared in sorted(several, key=lambda one: _usual_first(one, found[one]))
            ),
        )
        for (kind, name), several in sorted(devices.items(), key=lambda one: _gpus_first(one[0]))
    )


def ref_of(model: Judged) -> ModelRef:
    """The model's name, for sentences and tables."""
    return ModelRef(id=model.id, title=model.evidence.entry.title)


def columns_of(conditions: Iterable[LatencyConditions]) -> Columns:
    """The precisions, and the batch sizes of each, that some times are of."""
    batches: dict[str, set[int]] = defaultdict(set)
    for one in conditions:
        batches[one.precision].add(one.batch_size)
    ordered = sorted(batches, key=lambda name: (precision_order(name), name))
    return tuple((name, tuple(sorted(batches[name]))) for name in ordered)


def precision_order(name: str) -> int:
    """Where a precision stands among others."""
    return PRECISIONS.index(name) if name in PRECISIONS else len(PRECISIONS)


def cells_of(columns: Columns) -> tuple[tuple[str, int], ...]:
    """(precision, batch size) of each cell of a row."""
    return tuple((precision, batch) for precision, batches in columns for batch in batches)


def _gpus_first(device: tuple[str, str]) -> tuple[bool, str]:
    return (device[0] != "cuda", device[1])


def _usual_first(
    shared: LatencyConditions, found: Mapping[str, Mapping[LatencyConditions, Finding]]
) -> tuple[int, tuple[int, bool], str]:
    holding = sum(one.holds for by_conditions in found.values() for one in by_conditions.values())
    return (-holding, way_order(shared), repr(shared))


def _table(
    shared: LatencyConditions,
    found: Mapping[str, Mapping[LatencyConditions, Finding]],
    models: Sequence[Judged],
) -> MeasuredTable:
    columns = columns_of(conditions for timed in found.values() for conditions in timed)
    wanted = [
        replace(shared, precision=precision, batch_size=batch)
        for precision, batch in cells_of(columns)
    ]
    rows = [
        LatencyRow(
            ref=ref_of(model),
            cells=tuple(timed_cell(found[model.id].get(one)) for one in wanted),
            timings=tuple(shown_timing(found[model.id].get(one)) for one in wanted),
        )
        for model in models
        if model.id in found
    ]
    findings = [one for timed in found.values() for one in timed.values()]
    return MeasuredTable(
        shared=shared,
        columns=columns,
        rows=_fastest_by_column(rows, [_column(found, models, one) for one in wanted]),
        way=way_of(shared),
        conditions=conditions_of(shared),
        protocol=protocol(findings),
        refused=refused(findings),
        untimed=tuple(
            ref_of(model)
            for model in models
            if model.id not in found and model.evidence.entry.builder is not None
        ),
        remarks=remarks(
            (row.ref, column, cell) for row in rows for column, cell in _named(columns, row.cells)
        )
        + told(
            (ref_of(model), (one.precision, one.batch_size), found[model.id].get(one))
            for model in models
            if model.id in found
            for one in wanted
        )
        + beside(findings),
        software=software(timings_of(findings)),
    )


def _named(columns: Columns, cells: Iterable[Cell]) -> Iterable[tuple[tuple[str, int], Cell]]:
    return zip(cells_of(columns), cells, strict=True)


def _column(
    found: Mapping[str, Mapping[LatencyConditions, Finding]],
    models: Sequence[Judged],
    conditions: LatencyConditions,
) -> tuple[Timed | None, ...]:
    """The times of one column, row by row."""
    return tuple(timing(found[model.id].get(conditions)) for model in models if model.id in found)


def remarks(
    cells: Iterable[tuple[ModelRef | Said, tuple[str, int], Cell]],
) -> tuple[Said, ...]:
    """What failed or no longer holds, of whom and why; batch sizes of one reason together.

    Args:
        cells: (whose row, (precision, batch size), cell).
    """
    return _remarks_of(
        (whose, column, cell.reason)
        for whose, column, cell in cells
        if cell.state in ("failed", "out-of-date") and cell.reason is not None
    )


def told(
    found: Iterable[tuple[ModelRef | Said, tuple[str, int], Finding | None]],
) -> tuple[Said, ...]:
    """What was remarked on times that stand, but for what `beside` counts.

    Args:
        found: (whose, (precision, batch size), what was found there).
    """
    return _remarks_of(
        (whose, column, remarked(text))
        for whose, column, finding in found
        if (timed := timing(finding)) is not None and fault(timed) is None
        for text in timed.result.remarks
        if text not in BESIDE
    )


def _remarks_of(
    said: Iterable[tuple[ModelRef | Said, tuple[str, int], Said]],
) -> tuple[Said, ...]:
    """What is remarked on times, of whom; batch sizes of one reason together.

    Args:
        said: (whose, (precision, batch size), what).
    """
    found: dict[tuple[ModelRef | Said, str, Said], list[str]] = {}
    for whose, (precision, batch), reason in said:
        found.setdefault((whose, precision, reason), []).append(str(batch))
    return tuple(
        say(
            "latency.remark",
            model=whose,
            precision=precision.upper(),
            batches=tuple(sizes),
            reason=reason,
        )
        for (whose, precision, reason), sizes in found.items()
    )


def best_by_column(rows: Sequence[LatencyRow], *, least: bool = True) -> tuple[LatencyRow, ...]:
    """Mark the best of each column, as the numbers stand."""
    return by_column(rows, lambda cells, _: aligned(ranked(cells, least=least)))


def _fastest_by_column(
    rows: Sequence[LatencyRow], columns: Sequence[Sequence[Timed | None]]
) -> tuple[LatencyRow, ...]:
    """Mark the fastest of each column, unless others are level with it.

    Of times by different software none is the fastest: what they differ in may be the software.
    """

    def arrange(cells: Sequence[Cell], number: int) -> Iterable[Cell]:
        times = columns[number]
        if mixture(one for one in times if one is not None and counts(one)):
            return aligned(cells)
        spreads = tuple(one.result.spread if one else 0.0 for one in times)
        return aligned(ranked(cells, least=True, spreads=spreads))

    return by_column(rows, arrange)


def by_column(
    rows: Sequence[LatencyRow], arrange: Callable[[Sequence[Cell], int], Iterable[Cell]]
) -> tuple[LatencyRow, ...]:
    """Change the cells of each column together.

    Args:
        rows: The table.
        arrange: Gives a column's cells anew, from the cells and the column's number.
    """
    columns = zip(*(row.cells for row in rows), strict=True)
    arranged = [arrange(column, number) for number, column in enumerate(columns)]
    cells = list(zip(*arranged, strict=True))
    return tuple(replace(row, cells=tuple(kept)) for row, kept in zip(rows, cells, strict=True))
