"""The plots of a page: which numbers they show, with caption, alternative text and frontier.

Knows no drawing library and no language.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from catalogue.entry import Text
from catalogue.page.frontier import frontier
from catalogue.page.latency import ref_of
from catalogue.page.series import Judged, Series
from catalogue.page.wording import ModelRef, Said, in_giga, in_mega, milliseconds, say, top

NAMED = 6
"""Models that are missing from a plot are counted rather than named from here on."""
LEAST = 2
"""Points below which a plot says nothing."""
_FORMS = {"flops": in_giga, "params": in_mega}
"""How what was measured is printed; times are milliseconds."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PlotPoint:
    """One model of a plot."""

    ref: ModelRef
    x: float
    y: float
    family: Text | Said
    on_frontier: bool
    slow: bool = False
    """Whether x is an upper bound."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Plot:
    """What one picture shows."""

    name: str
    """`flops`, `params` or `latency`; those of further devices are numbered: `latency-2`."""
    points: tuple[PlotPoint, ...]
    x_label: Said
    y_label: Said
    title: Said
    caption: Said
    alt: Said
    missing: Said | None
    """Which models have no number in one of the two series."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Placed:
    """A model with the family it is drawn as."""

    model: Judged
    family: Text | Said


def plot(
    name: str,
    placed: Sequence[Placed],
    gain: Series | None,
    cost: Series | None,
    *,
    where: Said | None = None,
) -> Plot | None:
    """Put accuracy against one cost.

    Args:
        name: Which plot: `flops`, `params` or `latency`, with a number where there are more.
        placed: The models, with their families.
        gain: Their accuracies.
        cost: Their costs; FLOPs and params are drawn in G and M.
        where: On which device, where others are drawn beside it.

    Returns:
        The plot, or None where fewer than two models have both numbers.
    """
    if gain is None or cost is None:
        return None
    kind = name.partition("-")[0]
    unit = {"flops": 1e9, "params": 1e6}.get(kind, 1.0)
    shown = [one for one in placed if one.model.id in gain.values and one.model.id in cost.values]
    if len(shown) < LEAST:
        return None
    drawn = {one.model.id for one in shown}
    pairs = [(cost.values[one.model.id] / unit, gain.values[one.model.id]) for one in shown]
    slow = frozenset(at for at, one in enumerate(shown) if one.model.id in cost.slow)
    best = frontier(pairs, slow)
    points = _points(shown, pairs, slow=slow, best=frozenset(best))
    title = say(f"plot.title.{kind}")
    if where is not None:
        title = say("plot.title.on", title=title, where=where)
    ends = _ends([points[index].ref for index in best], kind, cost, gain)
    return Plot(
        name=name,
        points=points,
        x_label=cost.axis,
        y_label=gain.axis,
        title=title,
        caption=_caption(gain, cost, slow=bool(slow)),
        alt=_both(_seen(title, kind, ends, shown), slow=bool(slow)),
        missing=_missing([ref_of(one.model) for one in placed if one.model.id not in drawn]),
    )


def _points(
    shown: Sequence[Placed],
    pairs: Sequence[tuple[float, float]],
    *,
    slow: frozenset[int],
    best: frozenset[int],
) -> tuple[PlotPoint, ...]:
    return tuple(
        PlotPoint(
            ref=ref_of(one.model),
            x=x,
            y=y,
            family=one.family,
            on_frontier=index in best,
            slow=index in slow,
        )
        for index, (one, (x, y)) in enumerate(zip(shown, pairs, strict=True))
    )


def _caption(gain: Series, cost: Series, *, slow: bool) -> Said:
    said = say("plot.caption", gain=gain.conditions, cost=cost.conditions)
    return _both(said, slow=slow)


def _both(said: Said, *, slow: bool) -> Said:
    """What is said of a picture, and of its upper bounds where it has some."""
    return say("table.both", one=said, other=say("plot.slow")) if slow else said


def _missing(models: Sequence[ModelRef]) -> Said | None:
    """Who is not in the picture, by name while they are few."""
    if not models:
        return None
    if len(models) > NAMED:
        return say("plot.missing.many", count=len(models))
    return say("plot.missing", models=tuple(models))


@dataclass(frozen=True, kw_only=True, slots=True)
class _Seen:
    """A model of the frontier, with its numbers as tables print them."""

    title: Text
    cost: str
    gain: str


def _ends(best: Sequence[ModelRef], kind: str, cost: Series, gain: Series) -> list[_Seen]:
    form = _FORMS.get(kind, milliseconds)
    return [
        _Seen(title=one.title, cost=cost.text(one.id, form), gain=gain.text(one.id, top))
        for one in best
    ]


def _seen(title: Said, kind: str, best: Sequence[_Seen], shown: Sequence[Placed]) -> Said:
    """What somebody who sees the picture takes from it."""
    if not best:  # beaten by upper bounds, or bounds themselves
        return say("plot.alt.open", count=len(shown), title=title)
    cheapest, dearest = best[0], best[-1]
    everyone = "plot.alt.all" if len(best) == len(shown) else "plot.alt"
    return say(
        everyone if len(best) > 1 else "plot.alt.single",
        count=len(shown),
        title=title,
        cheapest=cheapest.title,
        cheapest_y=cheapest.gain,
        cheapest_x=cheapest.cost,
        dearest=dearest.title,
        dearest_y=dearest.gain,
        dearest_x=dearest.cost,
        unit=say(f"plot.unit.{kind}"),
        frontier=tuple(one.title for one in best),
    )
