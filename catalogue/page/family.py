"""The page of a family: one comparison of its models, in tables, cards, plots and sentences.

Assembles what the other modules of this package make. Knows no language and no markup.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from catalogue.entry import Collection, Text, Zoo
from catalogue.page.chart import Chart, chart
from catalogue.page.comparison import Card, Comparison, compare, key_figures, page_plots
from catalogue.page.curves import CurvePlot, family_curves
from catalogue.page.deviations import Deviation, deviations
from catalogue.page.latency import MeasuredDevice, measured_devices, ref_of
from catalogue.page.names import names_of_family
from catalogue.page.numbering import NumberedSource, number_sources
from catalogue.page.plots import Placed, Plot
from catalogue.page.rows import FamilyPlace, ModelRow, model_rows
from catalogue.page.sentences import sentences
from catalogue.page.series import Judged, Series
from catalogue.page.snippets import Snippet, python_snippets, refresh_snippet, shell_snippets
from catalogue.page.told_latency import ReportedDevice, reported_devices
from catalogue.page.wording import ModelRef, Said


@dataclass(frozen=True, kw_only=True, slots=True)
class FamilyPage:
    """Everything on the page of a family."""

    slug: str
    collection: Collection
    names: tuple[str, ...]
    """What the search finds it by."""
    cards: tuple[Card, ...]
    rows: tuple[ModelRow, ...]
    deviations: tuple[Deviation, ...]
    says: tuple[Said, ...]
    plots: tuple[Plot, ...]
    chart: Chart | None
    """The plots and more, for readers whose browser runs scripts."""
    series: Comparison
    """What the cards, the first table and the plots compare models by."""
    measured: tuple[MeasuredDevice, ...]
    curves: tuple[tuple[CurvePlot, ...], ...]
    """Of each of these devices: its first table over the batch size."""
    reported: tuple[ReportedDevice, ...]
    example: ModelRef | None
    """The model that the code on the page uses."""
    requires: tuple[str, ...]
    """What that model's builder needs installed."""
    python: tuple[Snippet, ...]
    shell: tuple[Snippet, ...]
    refresh: Snippet | None
    sources: tuple[NumberedSource, ...]


def family_page(
    collection: Collection, models: Sequence[Judged], zoo: Zoo, *, slug: str
) -> FamilyPage:
    """Assemble the page of a family.

    Args:
        collection: The family.
        models: Its models, in the zoo's order; at least one.
        zoo: For the titles of sources.
        slug: The page's file name.
    """
    series = compare(models, zoo)
    name = Text(plain=collection.name)
    placed = [Placed(model=model, family=name) for model in models]
    place = FamilyPlace(number=0, name=name, title=collection.title, slug=slug)
    example = _example(models, series.gain)
    entry = example.evidence.entry
    measured = measured_devices(models)
    return FamilyPage(
        slug=slug,
        collection=collection,
        names=names_of_family(collection),
        cards=key_figures(models, series),
        rows=model_rows(models, series, families={collection.name: place}),
        deviations=deviations(models),
        says=sentences(models, gain=series.gain, flops=series.flops, latencies=series.latencies),
        plots=page_plots(placed, series),
        chart=chart(placed, zoo),
        series=series,
        measured=measured,
        curves=tuple(_curves(models, device) for device in measured),
        reported=reported_devices(models),
        example=ref_of(example),
        requires=entry.builder.requires if entry.builder else (),
        python=python_snippets(entry),
        shell=shell_snippets(entry),
        refresh=refresh_snippet(entry) if entry.builder else None,
        sources=number_sources([model.evidence.entry for model in models], zoo),
    )


def _curves(models: Sequence[Judged], device: MeasuredDevice) -> tuple[CurvePlot, ...]:
    table = device.tables[0]
    return family_curves(models, table.shared, table.columns)


def _example(models: Sequence[Judged], gain: Series | None) -> Judged:
    """The most accurate model that can be loaded with weights; else the first that can be built."""
    loadable = [
        model
        for model in models
        if model.evidence.entry.builder is not None and model.evidence.entry.weights
    ]
    values = gain.values if gain else {}
    if loadable:
        return max(loadable, key=lambda model: values.get(model.id, 0.0))
    return next((model for model in models if model.evidence.entry.builder), models[0])
