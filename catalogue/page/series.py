"""One number per model under one set of conditions: the only things that are plotted or ranked.

What a series is, and those of costs; those of accuracy are in `catalogue.page.accuracies`.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from catalogue.entry import Convention, Quantity, Text, Zoo
from catalogue.page.claims import Claims
from catalogue.page.evidence import Evidence, Timed
from catalogue.page.keys import address_key, at
from catalogue.page.level import competing
from catalogue.page.software import mixture
from catalogue.page.timed import (
    counts,
    every_way_word,
    joined,
    protocol,
    way_order,
    way_words,
)
from catalogue.page.told import (
    Printing,
    Told,
    printed_by,
    printings,
    source_title,
    texts_of,
    values_of,
    verdicts_of,
)
from catalogue.page.verdict import Verdict
from catalogue.page.wording import GIGA, MEGA, Said, Value, by, printed, say
from catalogue.record import LatencyConditions


@dataclass(frozen=True, kw_only=True, slots=True)
class Judged:
    """A model with its measurements and its judged claims."""

    evidence: Evidence
    claims: Claims

    @property
    def id(self) -> str:
        """The entry's id."""
        return self.evidence.entry.id


@dataclass(frozen=True, kw_only=True, slots=True)
class Series:
    """Comparable numbers of several models."""

    measured: bool
    values: Mapping[str, float]
    """By model id; percent, counts or milliseconds."""
    key: str
    """Names the conditions in addresses that readers share; the same as long as they are."""
    conditions: Said
    """What they have in common, in words."""
    axis: Said
    """The name of the quantity, for an axis, with its unit."""
    spreads: Mapping[str, float] = field(default_factory=dict)
    """By model id, of measured latencies: how far apart the processes were, as a share."""
    slow: frozenset[str] = frozenset()
    """Of measured latencies: models whose time is an upper bound, which competes with nothing."""
    mixed: tuple[Value, ...] = ()
    """Of measured latencies: what software they differ in; then none of them is called the best."""
    protocol: Said | None = None
    """Of measured latencies: how they were taken."""
    size: tuple[int, int] | None = None
    """(H, W) of the input, where they share one."""
    machine: str | None = None
    """Of latency: the device's own name."""
    device: Said | None = None
    """Of latency: where, at which batch size, from which source."""
    short_device: Said | None = None
    """The same without the source."""
    source: Text | None = None
    """Of what is reported: the source's title."""
    sources: Text | Said | None = None
    """The same, with the titles of those that print the same figures."""
    runtime: str | None = None
    """Of a reported latency, where its source says it."""
    texts: Mapping[str, str] = field(default_factory=dict)
    """By model id, of what is reported: the figure as its source gives it, in tables' unit."""
    verdicts: Mapping[str, Verdict] = field(default_factory=dict)
    """By model id, of what is reported: what our own measurement says of it."""

    @property
    def competing(self) -> Mapping[str, float]:
        """The values but for upper bounds: what may be ranked, or held against each other."""
        return competing(self.values, self.slow)

    def text(self, model: str, form: Callable[[float], str]) -> str:
        """A model's number as every page prints it; `form` prints what was measured."""
        return self.texts.get(model) or form(self.values[model])


def flops_series(
    models: Sequence[Judged], zoo: Zoo, size: tuple[int, int] | None = None
) -> Series | None:
    """FLOPs (2 x MACs) at one input size; one source's figures where none was measured.

    Args:
        models: The models.
        zoo: For the titles of sources.
        size: (H, W) that the accuracies hold at; None for each model's own.
    """
    values = {
        model.id: float(counted.result.flops)
        for model in models
        if (counted := model.evidence.counted(size)) and counted.finding.holds
    }
    axis = say("axis.flops")
    if values:
        return Series(
            measured=True,
            values=values,
            key=address_key("flops", at(size)),
            conditions=say("series.flops.measured"),
            axis=axis,
            size=size,
        )
    reported = reported_costs(models, zoo, Quantity.FLOPS)
    return widest(one for one in reported if size is None or one.size in (None, size))


def params_series(models: Sequence[Judged], zoo: Zoo) -> Series | None:
    """Parameter counts; one source's figures where none was measured."""
    values = {
        model.id: float(counted.result.params)
        for model in models
        if (counted := model.evidence.counted()) and counted.finding.holds
    }
    if values:
        return Series(
            measured=True,
            values=values,
            key="params",
            conditions=say("series.params.measured"),
            axis=say("axis.params"),
        )
    return widest(reported_costs(models, zoo, Quantity.PARAMS))


def latency_series(models: Sequence[Judged], zoo: Zoo) -> tuple[Series, ...]:
    """Latencies under each set of conditions that two models or more share.

    Returns:
        Measured sets first, then those of most models; small batches and GPUs first.
    """
    found = [*_measured_latencies(models), *_reported_latencies(models, zoo)]
    kept = [one for one in found if len(one[1].values) > 1]
    kept.sort(key=lambda one: (not one[1].measured, -len(one[1].values), one[0]))
    return tuple(series for _, series in kept)


def widest(candidates: Iterable[Series]) -> Series | None:
    """The series of most models; the first of equals."""
    return max(candidates, key=lambda series: len(series.values), default=None)


_Counting = tuple[Convention | None, tuple[int, int] | None]


def reported_costs(models: Sequence[Judged], zoo: Zoo, quantity: Quantity) -> list[Series]:
    """FLOPs or params as sources report them, one series for each table, convention and size."""
    found: dict[_Counting, dict[str, dict[str, Told]]] = defaultdict(lambda: defaultdict(dict))
    for model in models:
        for claim in model.claims.of(quantity):
            size = claim.cost.input_size if quantity is Quantity.FLOPS else None
            told = Told(figure=claim.cost.figure, verdict=claim.judgement.verdict)
            for source in claim.cost.sources:
                found[claim.cost.convention, size][source].setdefault(model.id, told)
    return [
        _costs_series(quantity, key, printing, zoo)
        for key, by_source in found.items()
        for printing in printings(by_source)
    ]


def _costs_series(quantity: Quantity, key: _Counting, printing: Printing, zoo: Zoo) -> Series:
    convention, size = key
    word, unit = ("flops", GIGA) if quantity is Quantity.FLOPS else ("params", MEGA)
    counted_as = convention.value if convention else ""
    return Series(
        measured=False,
        values=values_of(printing.told),
        texts=texts_of(printing.told, lambda figure: printed(figure, unit, most=3)),
        verdicts=verdicts_of(printing.told),
        key=address_key(word, printing.source, counted_as, at(size)),
        conditions=say(f"series.{word}.reported", source=printed_by(printing, zoo)),
        axis=say(f"axis.{word}.reported"),
        size=size,
        source=source_title(zoo, printing.source),
        sources=printed_by(printing, zoo),
    )


_Rank = tuple[bool, int, bool, str]


def _measured_latencies(models: Sequence[Judged]) -> list[tuple[_Rank, Series]]:
    """Times that hold, of right answers, under each set of conditions."""
    found: dict[LatencyConditions, dict[str, Timed]] = defaultdict(dict)
    for model in models:
        for timed in model.evidence.timings:
            if timed.finding.usual and counts(timed):
                found[timed.conditions][model.id] = timed
    return [(_measured_rank(key), _timed_series(key, timed)) for key, timed in found.items()]


def _measured_rank(conditions: LatencyConditions) -> _Rank:
    return (
        conditions.device_type != "cuda",
        conditions.batch_size,
        conditions.precision != "fp32",
        f"{way_order(conditions)}{conditions!r}",
    )


def _timed_series(conditions: LatencyConditions, timed: Mapping[str, Timed]) -> Series:
    where = say(
        "where.measured",
        device=conditions.device,
        how=joined(
            (
                *way_words(conditions),
                conditions.precision.upper(),
                say("where.batch", batch=conditions.batch_size),
            )
        ),
    )
    size = by(conditions.input_size[1:])
    said = say("series.latency.measured", where=_whole(conditions, timed), size=size)
    mixed = mixture(timed.values())
    return Series(
        measured=True,
        values={model: one.result.latency_ms for model, one in timed.items()},
        key=latency_key(conditions),
        spreads={model: one.result.spread for model, one in timed.items()},
        protocol=protocol(one.finding for one in timed.values()),
        slow=frozenset(model for model, one in timed.items() if one.result.slow),
        mixed=mixed,
        conditions=say("series.mixed", conditions=said, what=mixed) if mixed else said,
        size=conditions.input_size[1:],
        axis=say("axis.latency", where=where),
        machine=conditions.device,
        device=where,
        short_device=where,
    )


def _whole(conditions: LatencyConditions, timed: Mapping[str, Timed]) -> Said:
    """Where, and every condition but the input size, the usual ones too."""
    versions = {one.result.backend_version for one in timed.values()}
    words = (
        *every_way_word(conditions, versions.pop() if len(versions) == 1 else None),
        conditions.precision.upper(),
        say("where.batch", batch=conditions.batch_size),
    )
    return say("where.measured", device=conditions.device, how=joined(words))


def latency_key(conditions: LatencyConditions) -> str:
    """The conditions in an address; what is usual (eager, contiguous, not bound) is left out."""
    backend, affinity = conditions.backend, conditions.affinity
    return address_key(
        "ms",
        conditions.device,
        conditions.precision,
        f"b{conditions.batch_size}",
        at(conditions.input_size[1:]),
        f"{conditions.threads}t" if conditions.threads else "",
        "nhwc" if conditions.memory_format == "channels_last" else "",
        backend if backend != "eager" else "",
        affinity if affinity != "free" else "",
    )


_Line = tuple[str, str, str, int, tuple[int, int] | None]


def _reported_latencies(models: Sequence[Judged], zoo: Zoo) -> list[tuple[_Rank, Series]]:
    found: dict[_Line, dict[str, dict[str, Told]]] = defaultdict(lambda: defaultdict(dict))
    for model in models:
        for claim in model.claims.latencies:
            line, verdict = claim.latency, claim.judgement.verdict
            if line.unit != "ms" or line.device.casefold() == "unknown":
                continue
            for batch, figure in line.by_batch:
                told = Told(figure=figure, verdict=verdict)
                key = (line.device, line.precision, line.runtime or "", batch, line.input_size)
                for source in line.sources:
                    found[key][source].setdefault(model.id, told)
    return [
        (_reported_rank(key, printing.source), _told_series(key, printing, zoo))
        for key, by_source in found.items()
        for printing in printings(by_source)
    ]


def _reported_rank(line: _Line, source: str) -> _Rank:
    device, precision, runtime, batch, size = line
    return (False, batch, precision != "FP32", repr((device, precision, runtime, source, size)))


def _told_series(line: _Line, printing: Printing, zoo: Zoo) -> Series:
    device, precision, runtime, batch, size = line
    where = say(
        "where.reported",
        device=device,
        precision=precision,
        batch=batch,
        source=printed_by(printing, zoo),
    )
    short = say("where.short", device=device, precision=precision, batch=batch)
    return Series(
        measured=False,
        values=values_of(printing.told),
        texts=texts_of(printing.told, printed),
        verdicts=verdicts_of(printing.told),
        key=address_key("ms", device, precision, f"b{batch}", at(size), runtime, printing.source),
        conditions=say(
            "series.latency.reported", where=where, size=by(size) if size else say("size.unstated")
        ),
        size=size,
        axis=say("axis.latency", where=short),
        machine=device,
        device=where,
        short_device=short,
        source=source_title(zoo, printing.source),
        sources=printed_by(printing, zoo),
        runtime=runtime or None,
    )
