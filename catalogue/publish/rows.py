"""Every figure of a zoo as a row of CSV, measured and reported alike.

Takes its figures from the documents, so that both files say the same.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from catalogue.entry import Convention, Quantity, Role
from catalogue.publish.csv_text import table_text
from catalogue.publish.documents import (
    Document,
    JudgementDocument,
    ModelDocument,
)
from catalogue.publish.measured_documents import ConditionsDocument, Making, TimedAlike, Times

_QUANTITIES = {
    Quantity.FLOPS: ("flops", "FLOP"),
    Quantity.MACS: ("macs", "MAC"),
    Quantity.PARAMS: ("params", ""),
    Quantity.ACTIVATIONS: ("activations", ""),
    Quantity.WEIGHTS_BYTES: ("weights_bytes", "bytes"),
    Quantity.PEAK_MEMORY_BYTES: ("peak_memory_bytes", "bytes"),
}
_COUNTS = (
    ("params", ""),
    ("macs", "MAC"),
    ("flops", "FLOP"),
    ("activations", ""),
    ("weights_bytes", "bytes"),
    ("peak_activation_bytes", "bytes"),
)
_COUNTED_IN = {Convention.MACS: "MAC", Convention.TWO_MACS: "FLOP", Convention.UNKNOWN: ""}
"""What a source's FLOPs are, by what it counts as one."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Under:
    """The conditions of a figure, each its own column; empty where it has none."""

    dataset: str | None = None
    split: str | None = None
    device: str | None = None
    precision: str | None = None
    precision_found: str | None = None
    """As read back from what was timed."""
    batch_size: int | None = None
    input_size: tuple[int, int] | None = None
    preprocessing: str | None = None
    runtime: str | None = None
    form: str | None = None
    applies_to: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One figure: measured, with its provenance, or reported, with its sources."""

    quantity: str
    value: float
    unit: str
    under: Under
    printed: str | None = None
    convention: str | None = None
    role: Role | None = None
    """None of a measured figure."""
    sources: tuple[str, ...] = ()
    judgement: JudgementDocument | None = None
    provenance: Making | None = None
    """None of a reported figure."""
    out_of_date: tuple[str, ...] = ()


COLUMNS = (
    *("model", "origin", "quantity", "value", "unit", "printed", "convention"),
    *(
        "dataset",
        "split",
        "device",
        "precision",
        "precision_found",
        "batch_size",
        "input_size",
        "preprocessing",
    ),
    *("runtime", "form", "applies_to", "role", "sources", "verdict", "reason"),
    *("held_against", "off", "out_of_date", "time", "setup"),
)


def figures_text(document: Document) -> str:
    """The table of all figures."""
    return table_text(COLUMNS, _lines(document))


def _lines(document: Document) -> Iterator[tuple[object, ...]]:
    for model in document.models:
        for row in rows_of(model, document.conditions):
            yield (model.id, *_figure(row), *_claimed(row), *_made(row))


def _figure(row: Row) -> tuple[object, ...]:
    under = row.under
    return (
        "measured" if row.provenance else "reported",
        *(row.quantity, row.value, row.unit, row.printed, row.convention),
        *(under.dataset, under.split, under.device, under.precision),
        *(under.precision_found, under.batch_size),
        "x".join(map(str, under.input_size or ())),
        *(under.preprocessing, under.runtime, under.form, under.applies_to),
    )


def _claimed(row: Row) -> tuple[object, ...]:
    judgement = row.judgement
    return (
        row.role.value if row.role and row.role is not Role.REPORTED else None,
        " ".join(row.sources),
        judgement.verdict.value if judgement else None,
        judgement.reason.value if judgement and judgement.reason else None,
        judgement.held_against if judgement else None,
        judgement.off if judgement else None,
    )


def _made(row: Row) -> tuple[object, ...]:
    made = row.provenance
    return (" ".join(row.out_of_date), made.time, made.setup) if made else (None,) * 3


def rows_of(model: ModelDocument, conditions: ConditionsDocument) -> Iterator[Row]:
    """Every figure of a model; measurements that failed have none."""
    yield from _counted(model, conditions)
    yield from _timed(model, conditions)
    yield from _validated(model, conditions)
    yield from _costs(model)
    yield from _accuracies(model)
    yield from _latencies(model)


def _counted(model: ModelDocument, conditions: ConditionsDocument) -> Iterator[Row]:
    for one in model.measured.complexity:
        counted = conditions.complexity[one.conditions]
        under = Under(input_size=counted.input_size[1:], form=counted.form)
        for quantity, unit in _COUNTS if one.figures else ():
            value = getattr(one.figures, quantity)
            if value is not None:
                yield Row(
                    quantity=quantity,
                    value=value,
                    unit=unit,
                    convention="2xmacs" if quantity == "flops" else None,
                    under=under,
                    provenance=one.provenance,
                    out_of_date=one.out_of_date,
                )


def _timed(model: ModelDocument, conditions: ConditionsDocument) -> Iterator[Row]:
    for line in model.measured.latency:
        for one in line.points:
            if one.figures is None:
                continue
            timed = conditions.latency[line.conditions]
            under = _timed_under(timed, one.batch_size, one.figures.precision_found)
            for quantity, value, unit in _times_of(one.figures):
                if value is not None:
                    yield Row(
                        quantity=quantity,
                        value=value,
                        unit=unit,
                        under=under,
                        provenance=one.provenance,
                        out_of_date=one.out_of_date,
                    )


def _times_of(figures: Times) -> tuple[tuple[str, float | None, str], ...]:
    """(quantity, value, unit) of one time; those of wrong answers are none."""
    if figures.wrong:
        return ()
    slowest, fastest = figures.clock_mhz or (None, None)
    return (
        ("latency", figures.latency_ms, "ms"),
        ("latency_p90", figures.p90_ms, "ms"),
        ("latency_p99", figures.p99_ms, "ms"),
        ("throughput_back_to_back", figures.images_per_second, "images/s"),
        ("latency_peak_memory", figures.peak_memory_bytes, "bytes"),
        ("ready", figures.ready_s, "s"),
        ("energy", figures.joules, "J"),
        ("clock_low", slowest, "MHz"),
        ("clock_high", fastest, "MHz"),
    )


def _timed_under(conditions: TimedAlike, batch_size: int, precision_found: str | None) -> Under:
    threads = f" {conditions.threads} threads" if conditions.threads else ""
    bound = f" {conditions.affinity}" if conditions.affinity != "free" else ""
    return Under(
        device=conditions.device,
        precision=conditions.precision,
        precision_found=precision_found,
        batch_size=batch_size,
        input_size=conditions.input_size[1:],
        runtime=f"{conditions.backend} {conditions.memory_format}{threads}{bound}",
    )


def _validated(model: ModelDocument, conditions: ConditionsDocument) -> Iterator[Row]:
    for one in model.measured.accuracy:
        if one.figures is None:
            continue
        validated = conditions.accuracy[one.conditions]
        under = Under(
            dataset=validated.dataset + (" (part)" if validated.subset else ""),
            split=validated.split,
            precision=validated.precision,
            input_size=validated.input_size[1:],
            preprocessing=validated.recipe_id,
        )
        for quantity, value in (("top1", one.figures.top1), ("top5", one.figures.top5)):
            yield Row(
                quantity=quantity,
                value=value,
                unit="%",
                under=under,
                provenance=one.provenance,
                out_of_date=one.out_of_date,
            )


def _costs(model: ModelDocument) -> Iterator[Row]:
    for one in model.reported.costs:
        quantity, unit = _QUANTITIES[one.quantity]
        if one.convention is not None:
            unit = _COUNTED_IN[one.convention]
        yield Row(
            quantity=quantity,
            value=one.value,
            unit=unit,
            printed=one.printed,
            convention=one.convention.value if one.convention else None,
            under=Under(input_size=one.input_size),
            role=one.role,
            sources=one.sources,
            judgement=one.judgement,
        )


def _accuracies(model: ModelDocument) -> Iterator[Row]:
    for one in model.reported.accuracies:
        yield Row(
            quantity=one.metric,
            value=one.value,
            unit="%" if one.metric in ("top1", "top5") else "",
            printed=one.printed,
            under=Under(
                dataset=one.dataset,
                split=one.split,
                precision=one.precision,
                input_size=one.input_size,
                preprocessing=one.preprocessing,
                applies_to=one.applies_to,
            ),
            role=one.role,
            sources=one.sources,
            judgement=one.judgement,
        )


def _latencies(model: ModelDocument) -> Iterator[Row]:
    for line in model.reported.latencies:
        for one in line.points:
            yield Row(
                quantity="latency" if line.unit == "ms" else "throughput",
                value=one.value,
                unit=line.unit,
                printed=one.printed,
                under=Under(
                    device=line.device,
                    precision=line.precision,
                    batch_size=one.batch_size,
                    input_size=line.input_size,
                    runtime=line.runtime,
                ),
                role=line.role,
                sources=line.sources,
                judgement=line.judgement,
            )
