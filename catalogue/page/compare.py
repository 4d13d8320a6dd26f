"""The page that puts a few models side by side: every comparable number, and what sets them apart.

Holds all models; which of them are compared is in the address, for the page's script to read.
Knows no language and no markup.
"""

from collections.abc import Collection as Some
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from catalogue.entry import Collection, Quantity, Zoo
from catalogue.page.absences import Absences, absences
from catalogue.page.accuracies import top5_series
from catalogue.page.chart import Chart, Column
from catalogue.page.counts import activations_series, weights_series
from catalogue.page.facts import Fact, facts
from catalogue.page.home import HomePage
from catalogue.page.numbering import NumberedSource
from catalogue.page.paired import Paired, paired
from catalogue.page.series import Judged, Series, reported_costs
from catalogue.page.zoo import JudgedZoo

MOST = 6
"""Models that fit side by side."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ComparePage:
    """Everything on the page."""

    chart: Chart
    """All models; columns of one set of conditions each, some of which no other page shows."""
    facts: tuple[Fact, ...]
    absences: Absences
    paired: Paired
    families: tuple[Collection, ...]
    sources: tuple[NumberedSource, ...] = ()
    """None are cited: conditions name theirs in words."""


def compare_page(home: HomePage, judged: JudgedZoo, known: Some[str] = ()) -> ComparePage | None:
    """The page with the numbers of the home page's chart and more; None where there are none.

    Args:
        home: For the chart.
        judged: The models, in the chart's order.
        known: SHA-256 of the files of correctness bits that are published.
    """
    if home.chart is None:
        return None
    models = judged.models
    columns = _together((*home.chart.columns, *_more(models, judged.zoo, home.chart.columns)))
    return ComparePage(
        chart=replace(home.chart, columns=columns),
        facts=facts(models),
        absences=absences(models),
        paired=paired(models, known),
        families=tuple(one.collection for one in judged.families),
    )


_ORDER = ("top1", "top5", "flops", "params", "activations", "weights", "memory", "latency")


def _together(columns: Sequence[Column]) -> tuple[Column, ...]:
    """Each quantity's columns behind one another, measured ones first; none twice."""
    kept = {column.series.key: column for column in reversed(columns)}
    ordered = [column for column in columns if kept[column.series.key] is column]
    ordered.sort(key=lambda one: (_ORDER.index(one.quantity), not one.series.measured))
    return tuple(ordered)


def _more(models: Sequence[Judged], zoo: Zoo, columns: Sequence[Column]) -> Iterator[Column]:
    """What the chart has no use for: no cost and no gain to choose by, or another's word for it."""
    for series in top5_series(models, zoo):
        yield Column(quantity="top5", series=series)
    for name, quantity in (("flops", Quantity.FLOPS), ("params", Quantity.PARAMS)):
        for series in _shared(reported_costs(models, zoo, quantity)):
            yield Column(quantity=name, series=series)
    sizes = dict.fromkeys(one.series.size for one in columns if one.quantity == "top1")
    for size in sizes:
        for series in _shared([activations_series(models, size)] if size else []):
            yield Column(quantity="activations", series=series)
    for series in _shared([weights_series(models)]):
        yield Column(quantity="weights", series=series)


def _shared(found: Sequence[Series | None]) -> list[Series]:
    """Those that two models have a number in."""
    return [one for one in found if one is not None and len(one.values) > 1]
