"""Latencies that sources report: a table for each device, runtime and input size.

Knows no language and no markup.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from catalogue.entry import Figure, ReportedLatency, Text
from catalogue.page.cells import Cell, aligned, explain
from catalogue.page.contradictions import UNKNOWN, Contradiction, stated_conditions
from catalogue.page.latency import LatencyRow, best_by_column, by_column, ref_of
from catalogue.page.series import Judged
from catalogue.page.verdict import Verdict
from catalogue.page.wording import ModelRef, Said, printed, say


@dataclass(frozen=True, kw_only=True, slots=True)
class Note:
    """What an entry remarks on lines of a table."""

    text: Text
    precisions: tuple[str, ...]
    """The columns it is about; none where it is about all of them."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ReportedTable:
    """Times that sources report of one device, runtime and input size, by precision and batch."""

    unit: str
    precisions: tuple[tuple[str, tuple[int, ...]], ...]
    """(precision, batch sizes): the columns, which are one for each batch size."""
    rows: tuple[LatencyRow, ...]
    conditions: Said
    notes: tuple[Note, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class ReportedDevice:
    """Everything that sources report about one device."""

    device: str | None
    """None where the source does not say which."""
    tables: tuple[ReportedTable, ...]
    verdicts: tuple[tuple[Verdict, Said], ...]
    """Of its figures, with why; several where those of some models have another one."""
    contradictions: tuple[Contradiction, ...] = ()
    """What sources contradict each other about, on the page of a model."""


def reported_devices(
    models: Sequence[Judged], contradictions: Sequence[Contradiction] = ()
) -> tuple[ReportedDevice, ...]:
    """Every reported table, by device in the order in which entries name them, unknown ones last.

    A table holds lines that agree in runtime, input size, unit and statistic.
    """
    lines: dict[str, dict[_Key, list[tuple[Judged, ReportedLatency]]]] = {}
    verdicts: dict[str, dict[tuple[Verdict, Said], None]] = {}
    for model in models:
        for claim in model.claims.latencies:
            line, verdict = claim.latency, claim.judgement.verdict
            tables = lines.setdefault(line.device, {})
            tables.setdefault(_key(line), []).append((model, line))
            verdicts.setdefault(line.device, {})[verdict, explain(claim.judgement)] = None
    ordered = sorted(lines, key=lambda device: device.casefold() == UNKNOWN)
    return tuple(
        ReportedDevice(
            device=None if device.casefold() == UNKNOWN else device,
            tables=tuple(_reported_table(found) for found in lines[device].values()),
            verdicts=tuple(verdicts[device]),
            contradictions=tuple(one for one in contradictions if one.device == device),
        )
        for device in ordered
    )


_Key = tuple[str | None, tuple[int, int] | None, str, str | None]


def _key(line: ReportedLatency) -> _Key:
    return (line.runtime, line.input_size, line.unit, line.statistic)


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
    return ReportedTable(
        unit=first.unit,
        precisions=precisions,
        rows=(
            best_by_column(rows, least=first.unit == "ms")
            if several
            else by_column(rows, lambda cells, _: aligned(cells))
        ),
        conditions=stated_conditions(first),
        notes=_notes(lines),
    )


def _notes(lines: Sequence[tuple[Judged, ReportedLatency]]) -> tuple[Note, ...]:
    about: dict[Text, dict[str, None]] = {}
    for _, line in lines:
        if line.note is not None:
            about.setdefault(line.note, {})[line.precision] = None
    every = {line.precision for _, line in lines}
    return tuple(
        Note(text=text, precisions=() if set(found) == every else tuple(found))
        for text, found in about.items()
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


def _told_cell(figure: Figure | None) -> Cell:
    if figure is None:
        return Cell(reason=say("state.unreported"))
    return Cell(text=printed(figure), value=figure.value, state="holds")
