"""The home page: the whole zoo at a glance.

Knows no language and no markup.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from catalogue.entry import Text
from catalogue.page.chart import Chart, chart
from catalogue.page.claims import total
from catalogue.page.comparison import Comparison, compare, page_plots
from catalogue.page.numbering import NumberedSource, number_sources
from catalogue.page.plots import Placed, Plot
from catalogue.page.rows import FamilyPlace, ModelRow, model_rows
from catalogue.page.series import Series
from catalogue.page.verdict import Verdict
from catalogue.page.wording import Said, in_giga, in_mega, say, top
from catalogue.page.zoo import Family, JudgedZoo
from catalogue.record import Kind, LatencyConditions


@dataclass(frozen=True, kw_only=True, slots=True)
class FamilyCard:
    """A family as the home page introduces it."""

    slug: str
    title: Text
    summary: Text | None
    models: int
    ranges: tuple[Said, ...]
    """From - to of accuracy, FLOPs and params."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Coverage:
    """How many models have a valid measurement of one kind."""

    kind: Kind
    models: int


@dataclass(frozen=True, kw_only=True, slots=True)
class HomePage:
    """Everything on the home page."""

    families: tuple[FamilyCard, ...]
    models: int
    """How many there are."""
    rows: tuple[ModelRow, ...]
    """All models of a small zoo; of a large one the best of each family, and those without one."""
    verdicts: tuple[tuple[Verdict, int], ...]
    """How many reported figures got each verdict, in the order of the verdicts; none with 0."""
    checked: int
    """Figures that a measurement confirmed, came near or refuted."""
    coverage: tuple[Coverage, ...]
    devices: tuple[str, ...]
    """That something was timed on."""
    plots: tuple[Plot, ...]
    chart: Chart | None
    """The plots and more, for readers whose browser runs scripts."""
    series: Comparison
    """What the table compares models by."""
    sources: tuple[NumberedSource, ...]


def home_page(judged: JudgedZoo) -> HomePage:
    """Assemble the home page."""
    models, zoo = judged.models, judged.zoo
    series = compare(models, zoo)
    drawn = _drawn_families(judged)
    placed = [
        Placed(model=model, family=drawn.get(model.evidence.entry.collection or "", _OTHERS))
        for model in models
    ]
    plots = page_plots(placed, series)
    order = _order(plots, drawn)
    counts = total(model.claims for model in models)
    return HomePage(
        families=tuple(_card(family, judged) for family in judged.families),
        models=len(models),
        rows=_listed(model_rows(models, series, families=_places(judged, order))),
        verdicts=tuple((verdict, counts[verdict]) for verdict in Verdict if counts[verdict]),
        checked=sum(counts[verdict] for verdict in _JUDGED),
        coverage=_coverage(judged),
        devices=_devices(judged),
        plots=plots,
        chart=chart(placed, zoo, families=order),
        series=series,
        sources=number_sources([model.evidence.entry for model in models], zoo),
    )


SERIES = 6
"""Families that a plot can tell apart by colour and shape; smaller ones are drawn as one."""
_JUDGED = (Verdict.CONFIRMED, Verdict.NEAR, Verdict.REFUTED)
_OTHERS = say("plot.others")


LISTED = 100
"""Models up to which the table holds them all."""


def _listed(rows: tuple[ModelRow, ...]) -> tuple[ModelRow, ...]:
    """The rows of the table: a page that grows with every model would be slow on a phone."""
    if len(rows) <= LISTED:
        return rows
    best: dict[str, ModelRow] = {}
    for row in rows:
        if row.family is not None:
            before = best.setdefault(row.family.slug, row)
            if (row.gain.value or 0.0) > (before.gain.value or 0.0):
                best[row.family.slug] = row
    kept = {row.ref.id for row in best.values()}
    return tuple(row for row in rows if row.family is None or row.ref.id in kept)


def _drawn_families(judged: JudgedZoo) -> Mapping[str, Text]:
    """The families that are drawn under their own names: the largest."""
    largest = sorted(judged.families, key=lambda family: -len(family.models))[:SERIES]
    return {family.collection.name: Text(plain=family.collection.name) for family in largest}


def _order(plots: Sequence[Plot], drawn: Mapping[str, Text]) -> tuple[Text | Said, ...]:
    """The families by their colours: as the first plot has them, then those it lacks."""
    points = plots[0].points if plots else ()
    found = dict.fromkeys((*(point.family for point in points), *drawn.values()))
    return tuple(family for family in found if family != _OTHERS)


def _places(judged: JudgedZoo, order: Sequence[Text | Said]) -> Mapping[str, FamilyPlace]:
    """The families with the numbers of their colours; all that are drawn as one share the last."""
    numbers = {family: number for number, family in enumerate(order)}
    return {
        family.collection.name: FamilyPlace(
            number=numbers.get(Text(plain=family.collection.name), len(numbers)),
            name=Text(plain=family.collection.name),
            title=family.collection.title,
            slug=family.slug,
        )
        for family in judged.families
    }


def _card(family: Family, judged: JudgedZoo) -> FamilyCard:
    series = compare(family.models, judged.zoo)
    ranges = []
    if series.gain is not None:
        ranges.append(_range("range.top1", series.gain, top))
    if series.flops is not None:
        ranges.append(_range("range.flops", series.flops, in_giga))
    if series.params is not None:
        ranges.append(_range("range.params", series.params, in_mega))
    return FamilyCard(
        slug=family.slug,
        title=family.collection.title,
        summary=family.collection.summary,
        models=len(family.models),
        ranges=tuple(ranges),
    )


def _range(key: str, series: Series, form: Callable[[float], str]) -> Said:
    """From the least to the most, as tables print them."""
    ordered = sorted(series.values, key=series.values.__getitem__)
    low, high = (series.text(model, form) for model in (ordered[0], ordered[-1]))
    return say(key, range=low if low == high else f"{low}–{high}")


def _coverage(judged: JudgedZoo) -> tuple[Coverage, ...]:
    return tuple(
        Coverage(
            kind=kind,
            models=sum(
                any(
                    one.record.kind is kind and one.holds and one.usual
                    for one in model.evidence.findings
                )
                for model in judged.models
            ),
        )
        for kind in Kind
    )


def _devices(judged: JudgedZoo) -> tuple[str, ...]:
    found = {
        finding.record.conditions.device
        for model in judged.models
        for finding in model.evidence.findings
        if isinstance(finding.record.conditions, LatencyConditions) and finding.failure is None
    }
    return tuple(sorted(found))
