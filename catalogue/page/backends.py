"""The times of one model: backends against precision and batch size, device by device.

What differs within a column is the backend and the layout, which its rows name, and nothing else.
A speed-up is over eager PyTorch under conditions that are equal in everything but the backend, by
one torch and one driver.
Knows no language and no markup.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from catalogue.backend import BY_NAME
from catalogue.page.cells import Cell, aligned
from catalogue.page.closeness import Closeness, closeness
from catalogue.page.curves import CurvePlot, backend_curves
from catalogue.page.details import Detail, detail
from catalogue.page.evidence import Evidence, Finding, Timed
from catalogue.page.latency import Columns, cells_of, columns_of, remarks, told
from catalogue.page.software import alike, software
from catalogue.page.timed import (
    beside,
    competes,
    conditions_of,
    counts,
    fault,
    protocol,
    refused,
    timed_cell,
    timing,
    timings_of,
    way_of,
    way_order,
)
from catalogue.page.wording import Said, percent, say, scientific, significant, times
from catalogue.record import LatencyConditions
from catalogue.roofline import Limits

Found = Mapping[LatencyConditions, Finding]
"""What was found under each set of conditions."""


@dataclass(frozen=True, kw_only=True, slots=True)
class BackendRow:
    """One backend in one layout."""

    way: Said
    cells: tuple[Cell, ...]
    """One for each column of the table."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SpeedUp:
    """One backend in one layout against eager PyTorch in the same."""

    way: Said
    ratios: tuple[Cell, ...]
    """Eager's time over its own, one for each batch size."""
    error: str | None
    """Largest relative error of its scores to eager fp32."""
    agreement: str | None
    """Least share of inputs with the same best class, in percent."""
    ready: str | None
    """Longest time from a built model to the first answer, in seconds."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SpeedUps:
    """Every backend in one precision."""

    precision: str
    batches: tuple[int, ...]
    rows: tuple[SpeedUp, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class ModelDevice:
    """All times of one model on one device, with one number of threads, at one input size."""

    device: str
    conditions: Said
    columns: Columns
    rows: tuple[BackendRow, ...]
    speedups: tuple[SpeedUps, ...]
    closeness: Closeness
    curves: tuple[CurvePlot, ...]
    details: tuple[Detail, ...]
    protocol: Said
    refused: Said | None
    remarks: tuple[Said, ...]
    software: tuple[Said, ...]

    @property
    def slow(self) -> bool:
        """Whether one of its times is an upper bound."""
        return any(cell.slow for row in self.rows for cell in row.cells)


def model_devices(evidence: Evidence, limits: Sequence[Limits]) -> tuple[ModelDevice, ...]:
    """A view for each device, number of threads, affinity and input size; GPUs first."""
    found: dict[LatencyConditions, dict[LatencyConditions, Finding]] = defaultdict(dict)
    for finding in evidence.findings:
        conditions = finding.record.conditions
        if isinstance(conditions, LatencyConditions):
            found[_anyhow(conditions)][conditions] = finding
    return tuple(
        _device(shared, found[shared], evidence, limits)
        for shared in sorted(found, key=lambda one: _order(one, found[one]))
    )


def _anyhow(conditions: LatencyConditions) -> LatencyConditions:
    return replace(conditions, backend="", memory_format="", precision="", batch_size=0)


def _order(shared: LatencyConditions, found: Found) -> tuple[bool, str, int, str]:
    holding = sum(one.holds for one in found.values())
    return (shared.device_type != "cuda", shared.device, -holding, repr(shared))


def _device(
    shared: LatencyConditions, found: Found, evidence: Evidence, limits: Sequence[Limits]
) -> ModelDevice:
    columns = columns_of(found)
    ways = _ways(found)
    rows = tuple(_row(way, columns, found) for way in ways)
    arranged = _aligned([row.cells for row in rows])
    return ModelDevice(
        device=shared.device,
        conditions=conditions_of(shared, way=False),
        columns=columns,
        rows=tuple(replace(row, cells=cells) for row, cells in zip(rows, arranged, strict=True)),
        speedups=tuple(
            one for precision, batches in columns if (one := _speedups(precision, batches, found))
        ),
        closeness=closeness(evidence, limits, columns, found),
        curves=backend_curves(evidence, limits, columns, found),
        details=_details(columns, found),
        protocol=protocol(found.values()),
        refused=refused(found.values()),
        remarks=(
            *remarks(
                (row.way, column, cell)
                for row in rows
                for column, cell in zip(cells_of(columns), row.cells, strict=True)
            ),
            *told(
                (
                    way_of(way),
                    (precision, batch),
                    found.get(replace(way, precision=precision, batch_size=batch)),
                )
                for way in ways
                for precision, batch in cells_of(columns)
            ),
            *beside(found.values()),
        ),
        software=software(timings_of(found.values())),
    )


def _ways(found: Found) -> list[LatencyConditions]:
    """The backends and layouts that were tried, eager first."""
    ways = {replace(one, precision="", batch_size=0) for one in found}
    return sorted(ways, key=lambda one: (way_order(one), repr(one)))


def _row(way: LatencyConditions, columns: Columns, found: Found) -> BackendRow:
    wanted = [
        replace(way, precision=precision, batch_size=batch)
        for precision, batch in cells_of(columns)
    ]
    return BackendRow(
        way=way_of(way),
        cells=tuple(timed_cell(found.get(one), _cannot(one)) for one in wanted),
    )


def _cannot(conditions: LatencyConditions) -> Said | None:
    """Why a backend was not even tried, where it cannot be asked for a precision."""
    known = BY_NAME.get(conditions.backend)
    if known is None or known.takes(conditions.device_type, conditions.precision):
        return None
    return say(
        "state.cannot",
        backend=say(f"backend.{conditions.backend}"),
        precision=conditions.precision.upper(),
    )


def _aligned(rows: Sequence[tuple[Cell, ...]]) -> list[tuple[Cell, ...]]:
    columns = [aligned(column) for column in zip(*rows, strict=True)]
    return list(zip(*columns, strict=True))


def _speedups(precision: str, batches: tuple[int, ...], found: Found) -> SpeedUps | None:
    """Every backend but eager in one precision; None where eager is alone."""
    of_precision = {one: finding for one, finding in found.items() if one.precision == precision}
    others = [way for way in _ways(of_precision) if way.backend != "eager"]
    rows = [_speedup(way, precision, batches, of_precision) for way in others]
    if not rows:
        return None
    largest = max((cell.value or 0.0 for row in rows for cell in row.ratios), default=0.0)
    return SpeedUps(
        precision=precision,
        batches=batches,
        rows=tuple(
            replace(row, ratios=tuple(_scaled(cell, largest) for cell in row.ratios))
            for row in rows
        ),
    )


def _scaled(cell: Cell, largest: float) -> Cell:
    return replace(cell, share=cell.value / largest) if cell.value and largest else cell


def _speedup(
    way: LatencyConditions, precision: str, batches: tuple[int, ...], found: Found
) -> SpeedUp:
    wanted = [replace(way, precision=precision, batch_size=batch) for batch in batches]
    timed = [one for each in wanted if (one := timing(found.get(each))) is not None]
    errors = [one.result.relative_error for one in timed if one.result.relative_error is not None]
    agreements = [
        one.result.top1_agreement for one in timed if one.result.top1_agreement is not None
    ]
    readies = [one.result.ready_s for one in timed if one.result.ready_s is not None]
    return SpeedUp(
        way=way_of(way),
        ratios=tuple(_ratio(each, found) for each in wanted),
        error=scientific(max(errors)) if errors else None,
        agreement=percent(min(agreements)) if agreements else None,
        ready=significant(max(readies), 2) if readies else None,
    )


def _ratio(conditions: LatencyConditions, found: Found) -> Cell:
    """Eager's time over this one's, if both hold and differ in the backend alone."""
    one = found.get(conditions)
    eager = timing(found.get(replace(conditions, backend="eager")))
    timed = timing(one)
    if timed is None or not timed.finding.holds or fault(timed):
        cell = timed_cell(one, _cannot(conditions))
        return Cell(state=cell.state if cell.text is None else "missing", reason=cell.reason)
    if eager is None or not counts(eager):
        return Cell(reason=say("speedup.no-eager"))
    if not (competes(timed) and competes(eager)):
        return Cell(reason=say("speedup.slow"))
    if not alike(timed, eager):
        return Cell(reason=say("speedup.unlike"))
    ratio = eager.result.latency_ms / timed.result.latency_ms
    level = "speedup.level" if _level(timed, eager) else ""
    return Cell(text=times(ratio), value=ratio, state="holds", level=level)


def _level(timed: Timed, eager: Timed) -> bool:
    """Whether two times differ by less than their processes do."""
    gap = abs(timed.result.latency_ms - eager.result.latency_ms)
    return gap <= max(one.result.spread * one.result.latency_ms for one in (timed, eager))


def _details(columns: Columns, found: Found) -> tuple[Detail, ...]:
    tables = []
    for precision, batches in columns:
        of_precision = {one: each for one, each in found.items() if one.precision == precision}
        for way in _ways(of_precision):
            wanted = [
                (batch, replace(way, precision=precision, batch_size=batch)) for batch in batches
            ]
            there = [(batch, found[one]) for batch, one in wanted if one in found]
            shown = detail(precision.upper(), way_of(way), there)
            if shown is not None:
                tables.append(shown)
    return tuple(tables)
