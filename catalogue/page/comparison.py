"""How a page compares its models: one series for each quantity, and the key figures from them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from catalogue.entry import Zoo
from catalogue.page.accuracies import accuracy_series
from catalogue.page.apart import told_apart
from catalogue.page.latency import ref_of
from catalogue.page.level import level_with, shortest
from catalogue.page.plots import Placed, Plot, plot
from catalogue.page.series import (
    Judged,
    Series,
    flops_series,
    latency_series,
    params_series,
)
from catalogue.page.wording import ModelRef, Said, in_giga, in_mega, milliseconds, say, top


@dataclass(frozen=True, kw_only=True, slots=True)
class Comparison:
    """The series that a page compares its models by."""

    gain: Series | None
    flops: Series | None
    params: Series | None
    latency: Series | None
    latencies: tuple[Series, ...]
    """Every set of conditions at the accuracies' input size that two models or more share."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Card:
    """One key figure."""

    key: str
    """`accurate`, `flops`, `params`, `latency` or `half`."""
    value: str
    ref: ModelRef
    conditions: Said
    level: tuple[ModelRef, ...] = ()
    """Of the fastest: others whose times cannot be told from it."""


def compare(models: Sequence[Judged], zoo: Zoo) -> Comparison:
    """Choose the comparable numbers of some models: one accuracy, and costs at its input size."""
    gain = accuracy_series(models, zoo)
    size = gain.size if gain else None
    latencies = told_apart(latency_series(models, zoo))
    fitting = [one for one in latencies if size is None or one.size == size]
    return Comparison(
        gain=gain,
        flops=flops_series(models, zoo, size),
        params=params_series(models, zoo),
        latency=next(iter((*fitting, *latencies)), None),
        latencies=tuple(fitting),
    )


DEVICES = 3
"""Devices that have a plot of their own, the one that the page compares by among them."""
_ENOUGH = 4
"""Models that a further device needs for one."""


def page_plots(placed: Sequence[Placed], series: Comparison) -> tuple[Plot, ...]:
    """Accuracy over FLOPs, params and latency: on the device compared by, and on others like it."""
    gain = series.gain
    found = [
        plot("flops", placed, gain, series.flops),
        plot("params", placed, gain, series.params),
    ]
    devices = _drawn_devices(series)
    for number, cost in enumerate(devices, start=1):
        name = f"latency-{number}" if number > 1 else "latency"
        where = cost.short_device if len(devices) > 1 else None
        found.append(plot(name, placed, gain, cost, where=where))
    return tuple(one for one in found if one is not None)


def _drawn_devices(series: Comparison) -> list[Series]:
    """The latencies compared by; then the first of each other device that is as well known."""
    first, gain = series.latency, series.gain
    if first is None or gain is None:
        return []
    kept = {first.machine: first}
    for one in series.latencies:
        if one.measured is first.measured and len(one.values.keys() & gain.values) >= _ENOUGH:
            kept.setdefault(one.machine, one)
    return list(kept.values())[:DEVICES]


def key_figures(models: Sequence[Judged], series: Comparison) -> tuple[Card, ...]:
    """Cards: most accurate, best under half its FLOPs, fewest FLOPs, smallest, fastest."""
    refs = {model.id: ref_of(model) for model in models}
    cards = []
    if series.gain is not None:
        model = max(series.gain.values, key=series.gain.values.__getitem__)
        value = series.gain.text(model, top)
        conditions = series.gain.conditions
        cards.append(Card(key="accurate", value=value, ref=refs[model], conditions=conditions))
        cards.extend(_best_under_half(model, series.gain, series.flops, refs))
    for key, costs, form in (
        ("flops", series.flops, in_giga),
        ("params", series.params, in_mega),
        ("latency", series.latency, milliseconds),
    ):
        least = None if costs is None else shortest(costs.values, costs.slow)
        if costs is not None and least is not None:
            cards.append(
                Card(
                    key=key,
                    value=costs.text(least, form),
                    ref=refs[least],
                    conditions=_card_conditions(costs),
                    level=_level(costs, least, refs),
                )
            )
    return tuple(cards)


def _level(costs: Series, first: str, refs: Mapping[str, ModelRef]) -> tuple[ModelRef, ...]:
    """The models that a measured time does not set apart from the first."""
    if not costs.spreads:
        return ()
    return tuple(refs[model] for model in level_with(costs.competing, costs.spreads, first))


def _card_conditions(costs: Series) -> Said:
    """The conditions of a series, without the source where the device says enough."""
    if costs.short_device is None:
        return costs.conditions
    kind = "measured" if costs.measured else "reported"
    said = say(f"card.latency.{kind}", where=costs.short_device)
    return say("series.mixed", conditions=said, what=costs.mixed) if costs.mixed else said


def _best_under_half(
    first: str, gain: Series, flops: Series | None, refs: Mapping[str, ModelRef]
) -> tuple[Card, ...]:
    if flops is None or first not in flops.values:
        return ()
    budget = flops.values[first] / 2
    cheap = [
        model for model in gain.values if model in flops.values and flops.values[model] <= budget
    ]
    if not cheap:
        return ()
    model = max(cheap, key=gain.values.__getitem__)
    conditions = say("card.half.note", flops=flops.text(model, in_giga), than=refs[first])
    return (Card(key="half", value=gain.text(model, top), ref=refs[model], conditions=conditions),)
