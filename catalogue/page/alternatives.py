"""For each model, others that are at least as accurate for less: similar, but cheaper.

Only numbers of the same conditions are held against each other. Knows no language and no markup.
"""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from catalogue.page.chart import Chart, Column
from catalogue.page.frontier import frontier
from catalogue.page.series import Series
from catalogue.page.wording import (
    ModelRef,
    Said,
    in_giga,
    milliseconds,
    percent_off,
    say,
    top,
)

_COSTS = ("flops", "latency")
_TELLING = 0.95
"""Measured times vary: what saves less is no saving."""
_FORMS = {"flops": in_giga, "latency": milliseconds}


@dataclass(frozen=True, kw_only=True, slots=True)
class Alternative:
    """A model that beats another one in a cost, and does not lose to it in accuracy."""

    ref: ModelRef
    says: Said
    """Both models' accuracy and cost."""
    conditions: Said
    """Under which both numbers of both models hold."""


def alternatives(chart: Chart) -> Mapping[str, tuple[Alternative, ...]]:
    """At most two for each cost of each model: the cheapest, and the most accurate.

    A model is judged by the first accuracies and costs of the chart that it has both of.

    Returns:
        By model id; models that nothing beats are left out.
    """
    found: dict[str, list[Alternative]] = {}
    refs = {one.ref.id: one.ref for one in chart.models}
    for quantity in _COSTS:
        left = set(refs)
        for gain, cost in _pairs(chart, quantity):
            both = gain.values.keys() & cost.competing.keys()
            if not both & left:
                continue
            front = _Front(gain=gain, cost=cost, models=sorted(both))
            for model in sorted(both & left):
                for better in front.better_than(model):
                    one = _alternative(quantity, refs, front, (model, better))
                    found.setdefault(model, []).append(one)
            left -= both
    return {model: tuple(ones) for model, ones in found.items()}


def _pairs(chart: Chart, quantity: str) -> Iterator[tuple[Series, Series]]:
    gains = [one for one in chart.columns if one.quantity == "top1"]
    costs = [one for one in chart.columns if one.quantity == quantity]
    for gain in gains:
        for cost in costs:
            if _fit(gain, cost):
                yield gain.series, cost.series


def _fit(gain: Column, cost: Column) -> bool:
    """Whether a cost may stand beside an accuracy: none of another input size."""
    sizes = (gain.series.size, cost.series.size)
    return None in sizes or sizes[0] == sizes[1]


class _Front:
    """The models that nothing beats in one accuracy and one cost, cheapest first."""

    def __init__(self, *, gain: Series, cost: Series, models: Sequence[str]) -> None:
        pairs = [(cost.values[one], gain.values[one]) for one in models]
        best = frontier(pairs)
        self.gain, self.cost = gain, cost
        self._models = [models[index] for index in best]
        self._gains = [pairs[index][1] for index in best]

    def better_than(self, model: str) -> list[str]:
        """The cheapest and the most accurate that are at least as accurate for less."""
        first = bisect_left(self._gains, self.gain.values[model])
        limit = self.cost.values[model] * (_TELLING if self.cost.spreads else 1)
        cheaper = [one for one in self._models[first:] if self.cost.values[one] < limit]
        return list(dict.fromkeys((cheaper[0], cheaper[-1]))) if cheaper else []


def _alternative(
    quantity: str, refs: Mapping[str, ModelRef], front: _Front, pair: tuple[str, str]
) -> Alternative:
    model, better = pair
    gain, cost, costs = front.gain, front.cost, front.cost.values
    form = _FORMS[quantity]
    return Alternative(
        ref=refs[better],
        says=say(
            f"alternative.{quantity}",
            model=refs[better],
            top1=gain.text(better, top),
            than=gain.text(model, top),
            cost=cost.text(better, form),
            than_cost=cost.text(model, form),
            off=percent_off(costs[better] / costs[model] - 1),
        ),
        conditions=say(
            "alternative.conditions", gain=front.gain.conditions, cost=front.cost.conditions
        ),
    )
