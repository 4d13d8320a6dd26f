"""Latency tables: models against batch sizes, one table for each set of other conditions.

Numbers under unlike conditions never meet in one table. Knows no language and no markup.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from catalogue.entry import Figure, ReportedLatency, Text
from catalogue.page.cells import Cell, aligned, measured_cell, ranked
from catalogue.page.evidence import Finding, Timed
from catalogue.page.series import Judged
from catalogue.page.wording import ModelRef, Said, by, milliseconds, printed, say, significant
from catalogue.record import Latency, LatencyConditions

UNKNOWN = "unknown"
"""What entries write where a source does not name the device."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Timing:
    """What stands behind a measured time, as printed."""

    rate: str
    """Images in a second."""
    low: str
    """Lower quartile of the passes, in ms."""
    high: str
    """Upper quartile of the passes, in ms."""
    spread: str
    """Between the processes, in percent of the time."""


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
    """Times of this program, by batch size, on one device under one set of conditions."""

    device: str
    precision: str
    batches: tuple[int, ...]
    rows: tuple[LatencyRow, ...]
    conditions: Said
    protocol: Said
    refused: int
    """Processes that other work disturbed, and whose times were thrown away."""
    remarks: tuple[Said, ...]
    """What failed or no longer holds, and why."""
    software: tuple[str, ...]
    """Versions of torch among the rows; more than one means that the rows differ in it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ReportedTable:
    """Times that sources report of one device, runtime and input size, by precision and batch."""

    unit: str
    precisions: tuple[tuple[str, tuple[int, ...]], ...]
    """(precision, batch sizes): the columns, which are one for each batch size."""
    rows: tuple[LatencyRow, ...]
    conditions: Said
    notes: tuple[Text, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class ReportedDevice:
    """Everything that sources report about one device."""

    device: str | None
    """None where the source does not say which."""
    tables: tuple[ReportedTable, ...]


def measured_tables(models: Sequence[Judged]) -> tuple[MeasuredTable, ...]:
    """One table for each device, precision and layout that something was timed under."""
    found: dict[LatencyConditions, dict[str, dict[int, Finding]]] = defaultdict(dict)
    for model in models:
        for finding in model.evidence.findings:
            conditions = finding.record.conditions
            if isinstance(conditions, LatencyConditions):
                shared = replace(conditions, batch_size=0)
                batches = found[shared].setdefault(model.id, {})
                batches[conditions.batch_size] = finding
    ordered = sorted(found, key=_measured_order)
    return tuple(_measured_table(shared, found[shared], models) for shared in ordered)


def reported_devices(models: Sequence[Judged]) -> tuple[ReportedDevice, ...]:
    """Every reported table, by device in the order in which entries name them, unknown ones last.

    A table holds lines that agree in runtime, input size, unit and statistic.
    """
    lines: dict[str, dict[_Key, list[tuple[Judged, ReportedLatency]]]] = {}
    for model in models:
        for line in model.evidence.entry.latencies:
            tables = lines.setdefault(line.device, {})
            tables.setdefault(_key(line), []).append((model, line))
    ordered = sorted(lines, key=lambda device: device.casefold() == UNKNOWN)
    return tuple(
        ReportedDevice(
            device=None if device.casefold() == UNKNOWN else device,
            tables=tuple(_reported_table(found) for found in lines[device].values()),
        )
        for device in ordered
    )


def ref_of(model: Judged) -> ModelRef:
    """The model's name, for sentences and tables."""
    return ModelRef(id=model.id, title=model.evidence.entry.title)


_Key = tuple[str | None, tuple[int, int] | None, str, str | None]


def _key(line: ReportedLatency) -> _Key:
    return (line.runtime, line.input_size, line.unit, line.statistic)


def _measured_order(shared: LatencyConditions) -> tuple[bool, str, bool, str]:
    return (
        shared.device_type != "cuda",
        shared.device,
        shared.precision != "fp32",
        repr(shared),
    )


def _measured_table(
    shared: LatencyConditions, found: Mapping[str, Mapping[int, Finding]], models: Sequence[Judged]
) -> MeasuredTable:
    batches = tuple(sorted({batch for by_batch in found.values() for batch in by_batch}))
    rows = [
        LatencyRow(
            ref=ref_of(model),
            cells=tuple(_timed_cell(found[model.id].get(batch)) for batch in batches),
            timings=tuple(_shown_timing(found[model.id].get(batch)) for batch in batches),
        )
        for model in models
        if model.id in found
    ]
    findings = [one for by_batch in found.values() for one in by_batch.values()]
    return MeasuredTable(
        device=shared.device,
        precision=shared.precision.upper(),
        batches=batches,
        rows=_best_by_column(rows),
        conditions=conditions_of(shared),
        protocol=_protocol(findings),
        refused=sum(timed.result.refused for one in findings if (timed := timing(one))),
        remarks=_remarks(rows, batches),
        software=_software(findings),
    )


def conditions_of(shared: LatencyConditions) -> Said:
    """The conditions of a measured latency in words, without the batch size."""
    return say(
        "latency.conditions." + ("cpu" if shared.device_type == "cpu" else "gpu"),
        device=shared.device,
        precision=shared.precision.upper(),
        backend=say(f"backend.{shared.backend}"),
        layout=say(f"layout.{shared.memory_format}"),
        threads=shared.threads,
        size=by(shared.input_size[1:]),
    )


def _timed_cell(finding: Finding | None) -> Cell:
    timed = timing(finding)
    if finding is None:
        return Cell(reason=say("state.missing.latency"))
    if timed is None:
        reason = finding.failure.reason if finding.failure else ""
        return Cell(state="failed", reason=say("state.failed", reason=reason))
    value = timed.result.latency_ms
    return measured_cell(finding, value, milliseconds(value))


def timing(finding: Finding | None) -> Timed | None:
    """The latency of a finding, if that is what it holds."""
    if finding is None:
        return None
    conditions, result = finding.record.conditions, finding.record.result
    if not isinstance(result, Latency) or not isinstance(conditions, LatencyConditions):
        return None
    return Timed(finding=finding, conditions=conditions, result=result)


def _shown_timing(finding: Finding | None) -> Timing | None:
    timed = timing(finding)
    if timed is None:
        return None
    result = timed.result
    return Timing(
        rate=significant(1000 * timed.conditions.batch_size / result.latency_ms, 3),
        low=milliseconds(result.p25_ms),
        high=milliseconds(result.p75_ms),
        spread=f"{100 * result.spread:.1f}",
    )


def _protocol(findings: Iterable[Finding]) -> Said:
    """How the times of a table were taken, as counts that hold for all of them."""
    results = [timed.result for one in findings if (timed := timing(one)) is not None]
    if not results:
        return say("latency.protocol.none")
    return say(
        "latency.protocol",
        processes=_span([len(result.process_medians_ms) for result in results]),
        samples=_span([result.samples for result in results]),
        warmup=_span([result.warmup_passes for result in results]),
        spread=f"{100 * max(result.spread for result in results):.1f}",
    )


def _remarks(rows: Iterable[LatencyRow], batches: Sequence[int]) -> tuple[Said, ...]:
    """Each model's failed and outdated times, those of one reason together."""
    found: dict[tuple[ModelRef, Said], list[str]] = {}
    for row in rows:
        for batch, cell in zip(batches, row.cells, strict=True):
            if cell.state in ("failed", "out-of-date") and cell.reason is not None:
                found.setdefault((row.ref, cell.reason), []).append(str(batch))
    return tuple(
        say("latency.remark", model=ref, batches=tuple(sizes), reason=reason)
        for (ref, reason), sizes in found.items()
    )


def _span(counts: Sequence[int]) -> str:
    low, high = min(counts), max(counts)
    return f"{low}" if low == high else f"{low}–{high}"


def _software(findings: Iterable[Finding]) -> tuple[str, ...]:
    versions = {
        version
        for one in findings
        if one.environment is not None
        for name, version in one.environment.packages
        if name == "torch"
    }
    return tuple(sorted(versions))


def _reported_table(lines: Sequence[tuple[Judged, ReportedLatency]]) -> ReportedTable:
    first = lines[0][1]
    sizes: dict[str, set[int]] = {}
    for _, line in lines:
        sizes.setdefault(line.precision, set()).update(batch for batch, _ in line.by_batch)
    precisions = tuple((name, tuple(sorted(found))) for name, found in sizes.items())
    columns = [(name, batch) for name, batches in precisions for batch in batches]
    rows = [
        LatencyRow(
            ref=ref,
            cells=tuple(_told_cell(figures.get(column)) for column in columns),
            sources=sources,
        )
        for ref, sources, figures in _told_rows(lines)
    ]
    several = len({row.ref for row in rows}) > 1
    notes = dict.fromkeys(line.note for _, line in lines if line.note is not None)
    return ReportedTable(
        unit=first.unit,
        precisions=precisions,
        rows=(
            _best_by_column(rows, least=first.unit == "ms")
            if several
            else _by_column(rows, aligned)
        ),
        conditions=_reported_conditions(first),
        notes=tuple(notes),
    )


_Told = tuple[ModelRef, tuple[str, ...], dict[tuple[str, int], Figure]]


def _told_rows(lines: Iterable[tuple[Judged, ReportedLatency]]) -> list[_Told]:
    """Lines of one model and the same sources share a row, unless they are of one precision."""
    rows: list[_Told] = []
    for model, line in lines:
        figures = {(line.precision, batch): figure for batch, figure in line.by_batch}
        ref = ref_of(model)
        for row_ref, sources, told in rows:
            if row_ref == ref and sources == line.sources and not told.keys() & figures.keys():
                told.update(figures)
                break
        else:
            rows.append((ref, line.sources, figures))
    return rows


def _reported_conditions(line: ReportedLatency) -> Said:
    return say(
        "latency.reported.statistic" if line.statistic else "latency.reported.conditions",
        runtime=line.runtime or say("runtime.unstated"),
        size=by(line.input_size) if line.input_size else say("size.unstated"),
        statistic=line.statistic or "",
    )


def _told_cell(figure: Figure | None) -> Cell:
    if figure is None:
        return Cell(reason=say("state.unreported"))
    return Cell(text=printed(figure), value=figure.value, state="holds")


def _best_by_column(rows: Sequence[LatencyRow], *, least: bool = True) -> tuple[LatencyRow, ...]:
    return _by_column(rows, lambda cells: aligned(ranked(cells, least=least)))


def _by_column(
    rows: Sequence[LatencyRow], arrange: Callable[[Sequence[Cell]], Iterable[Cell]]
) -> tuple[LatencyRow, ...]:
    columns = [arrange(column) for column in zip(*(row.cells for row in rows), strict=True)]
    cells = list(zip(*columns, strict=True))
    return tuple(replace(row, cells=tuple(kept)) for row, kept in zip(rows, cells, strict=True))
