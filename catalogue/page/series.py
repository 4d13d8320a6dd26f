"""One number per model under one set of conditions: the only things that are plotted or ranked.

Chooses which set of figures a page compares its models by, and says which it is.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from catalogue.entry import Convention, Figure, Quantity, Role, Text, Zoo
from catalogue.page.claims import AccuracyClaim, Claims, is_imagenet_val
from catalogue.page.evidence import Evidence, Timed
from catalogue.page.keys import address_key, at
from catalogue.page.timed import counts, joined, protocol, way_order, way_words
from catalogue.page.wording import Said, by, say
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
    protocol: Said | None = None
    """Of measured latencies: how they were taken."""
    size: tuple[int, int] | None = None
    """(H, W) of the input, where they share one."""
    device: Said | None = None
    """Of latency: where, at which batch size, from which source."""
    short_device: Said | None = None
    """The same without the source."""
    source: Text | None = None
    """Of what is reported: the source's title."""
    runtime: str | None = None
    """Of a reported latency, where its source says it."""


def accuracy_series(models: Sequence[Judged], zoo: Zoo) -> Series | None:
    """The top-1 accuracies to compare models by.

    Measured ones where they cover half the models; else the figures of one source for the
    entries' own weights, where they cover half; else whatever one source gives for most models.
    """
    measured = _widest(_measured_accuracies(models))
    reported = _reported_accuracies(models, zoo)
    own = _widest([series for series, is_own in reported if is_own])
    anyone = _widest([series for series, _ in reported])
    for candidate in (measured, own):
        if candidate is not None and 2 * len(candidate.values) >= len(models):
            return candidate
    return anyone or own or measured


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
    return _widest(_reported_costs(models, zoo, Quantity.FLOPS))


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
    return _widest(_reported_costs(models, zoo, Quantity.PARAMS))


def latency_series(models: Sequence[Judged], zoo: Zoo) -> tuple[Series, ...]:
    """Latencies under each set of conditions that two models or more share.

    Returns:
        Measured sets first, then those of most models; small batches and GPUs first.
    """
    found = [*_measured_latencies(models), *_reported_latencies(models, zoo)]
    kept = [one for one in found if len(one[1].values) > 1]
    kept.sort(key=lambda one: (not one[1].measured, -len(one[1].values), one[0]))
    return tuple(series for _, series in kept)


def accuracy_choices(models: Sequence[Judged], zoo: Zoo) -> tuple[Series, ...]:
    """Every set of comparable accuracies of two models or more; the one to compare by first."""
    first = accuracy_series(models, zoo)
    reported = [series for series, _ in _reported_accuracies(models, zoo)]
    others = sorted(
        (*_measured_accuracies(models), *reported),
        key=lambda one: (not one.measured, -len(one.values)),
    )
    kept = [one for one in others if len(one.values) > 1 and one != first]
    return (*([first] if first else []), *kept)


def _widest(candidates: Iterable[Series]) -> Series | None:
    """The series of most models; the first of equals."""
    return max(candidates, key=lambda series: len(series.values), default=None)


def _measured_accuracies(models: Sequence[Judged]) -> list[Series]:
    values: dict[tuple[int, int], dict[str, float]] = defaultdict(dict)
    for model in models:
        one = model.evidence.validated()
        if one is not None:
            values[one.conditions.input_size[1:]][model.id] = one.result.top1
    return [
        Series(
            measured=True,
            values=found,
            key=address_key("top1", at(size)),
            conditions=say("series.top1.measured", size=by(size)),
            size=size,
            axis=say("axis.top1.measured"),
        )
        for size, found in values.items()
    ]


def _reported_accuracies(models: Sequence[Judged], zoo: Zoo) -> list[tuple[Series, bool]]:
    """Each source's top-1 figures at one input size, and whether they are of our weights.

    Finest digits first, so that of two copies of one table the exact one is taken.
    """
    found: dict[tuple[str | None, str, tuple[int, int]], dict[str, Figure]] = defaultdict(dict)
    for model in models:
        for claim in model.claims.accuracies:
            if claim.result.top1 is None or claim.input_size is None or not _is_plain(claim):
                continue
            whose = publisher(claim.result.applies_to)
            for source in claim.result.sources:
                key = (whose, source, claim.input_size)
                found[key].setdefault(model.id, claim.result.top1)
    ordered = sorted(found.items(), key=lambda one: sum(f.resolution for f in one[1].values()))
    return [(_claimed_series(key, figures, zoo), key[0] is None) for key, figures in ordered]


def _is_plain(claim: AccuracyClaim) -> bool:
    result = claim.result
    return result.role in (Role.REPORTED, Role.MEASURED) and is_imagenet_val(result)


def publisher(applies_to: str | None) -> str | None:
    """Whose weights: `paddleclas` of `paddleclas:DPN131`."""
    return applies_to.partition(":")[0] if applies_to else None


def _claimed_series(
    key: tuple[str | None, str, tuple[int, int]], figures: Mapping[str, Figure], zoo: Zoo
) -> Series:
    whose, source, size = key
    values = {model: figure.value for model, figure in figures.items()}
    title = source_title(zoo, source)
    conditions = (
        say("series.top1.reported", source=title, size=by(size))
        if whose is None
        else say("series.top1.reported-for", source=title, size=by(size), whose=whose)
    )
    return Series(
        measured=False,
        values=values,
        key=address_key("top1", source, whose or "", at(size)),
        conditions=conditions,
        axis=say("axis.top1.reported"),
        size=size,
        source=title,
    )


def source_title(zoo: Zoo, source_id: str) -> Text:
    """The title of a source, or its bare id where the zoo does not describe it."""
    source = zoo.source(source_id)
    return source.title if source else Text(plain=source_id)


def _reported_costs(models: Sequence[Judged], zoo: Zoo, quantity: Quantity) -> list[Series]:
    found: dict[tuple[str, Convention | None], dict[str, float]] = defaultdict(dict)
    for model in models:
        for claim in model.claims.of(quantity):
            for source in claim.cost.sources:
                key = (source, claim.cost.convention)
                found[key].setdefault(model.id, claim.cost.figure.value)
    word = "flops" if quantity is Quantity.FLOPS else "params"
    return [
        Series(
            measured=False,
            values=values,
            key=address_key(word, source, convention.value if convention else ""),
            conditions=say(f"series.{word}.reported", source=source_title(zoo, source)),
            axis=say(f"axis.{word}.reported"),
            source=source_title(zoo, source),
        )
        for (source, convention), values in found.items()
    ]


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
    return Series(
        measured=True,
        values={model: one.result.latency_ms for model, one in timed.items()},
        key=latency_key(conditions),
        spreads={model: one.result.spread for model, one in timed.items()},
        protocol=protocol(one.finding for one in timed.values()),
        conditions=say("series.latency.measured", where=where, size=by(conditions.input_size[1:])),
        size=conditions.input_size[1:],
        axis=say("axis.latency", where=where),
        device=where,
        short_device=where,
    )


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


_Line = tuple[str, str, str, str, int, tuple[int, int] | None]


def _reported_latencies(models: Sequence[Judged], zoo: Zoo) -> list[tuple[_Rank, Series]]:
    found: dict[_Line, dict[str, float]] = defaultdict(dict)
    for model in models:
        for line in model.evidence.entry.latencies:
            if line.unit != "ms" or line.device.casefold() == "unknown":
                continue
            for batch, figure in line.by_batch:
                for source in line.sources:
                    key = (line.device, line.precision, line.runtime or "", source)
                    found[*key, batch, line.input_size].setdefault(model.id, figure.value)
    return [(_reported_rank(key), _told_series(key, values, zoo)) for key, values in found.items()]


def _reported_rank(line: _Line) -> _Rank:
    _, precision, _, _, batch, _ = line
    return (False, batch, precision != "FP32", repr(line))


def _told_series(line: _Line, values: Mapping[str, float], zoo: Zoo) -> Series:
    device, precision, runtime, source, batch, size = line
    where = say(
        "where.reported",
        device=device,
        precision=precision,
        batch=batch,
        source=source_title(zoo, source),
    )
    short = say("where.short", device=device, precision=precision, batch=batch)
    return Series(
        measured=False,
        values=values,
        key=address_key("ms", device, precision, f"b{batch}", at(size), runtime, source),
        conditions=say(
            "series.latency.reported", where=where, size=by(size) if size else say("size.unstated")
        ),
        size=size,
        axis=say("axis.latency", where=short),
        device=where,
        short_device=short,
        source=source_title(zoo, source),
        runtime=runtime or None,
    )
