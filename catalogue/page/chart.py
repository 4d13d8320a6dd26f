"""What a reader may plot and choose by: every series of some models, one set of conditions each.

Knows no language and no markup.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from catalogue.entry import Text, Zoo
from catalogue.page.accuracies import accuracy_choices
from catalogue.page.apart import told_apart
from catalogue.page.counts import memory_series
from catalogue.page.latency import ref_of
from catalogue.page.plots import LEAST, Placed
from catalogue.page.series import (
    Series,
    flops_series,
    latency_series,
    params_series,
)
from catalogue.page.timed import counts, protocol
from catalogue.page.wording import ModelRef, Said


@dataclass(frozen=True, kw_only=True, slots=True)
class Column:
    """One series a reader may choose."""

    quantity: str
    """`top1`, `flops`, `params`, `memory` or `latency`."""
    series: Series


@dataclass(frozen=True, kw_only=True, slots=True)
class ChartModel:
    """One model, and which family it is drawn as."""

    ref: ModelRef
    family: int
    own: str | None = None
    """The family's name, where it is not drawn under it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Chart:
    """Some models with all their comparable numbers."""

    models: tuple[ChartModel, ...]
    families: tuple[Text | Said, ...]
    """In the order of their colours."""
    columns: tuple[Column, ...]
    """Accuracies first, the one that the page compares by before the others."""
    protocol: Said | None = None
    """How the measured latencies among them were taken."""


def chart(
    placed: Sequence[Placed], zoo: Zoo, *, families: Sequence[Text | Said] = ()
) -> Chart | None:
    """Put everything comparable of some models together.

    Args:
        placed: The models, with the families they are drawn as.
        zoo: For the titles of sources.
        families: Those that have a colour already, in the order of the colours.

    Returns:
        None where no accuracy or no cost is shared by two models, so that nothing can be drawn.
    """
    gains = accuracy_choices([one.model for one in placed], zoo)
    costs = tuple(_costs(placed, zoo, gains))
    if not gains or not costs:
        return None
    numbered = {
        family: number
        for number, family in enumerate(dict.fromkeys((*families, *(p.family for p in placed))))
    }
    return Chart(
        models=tuple(
            ChartModel(
                ref=ref_of(one.model),
                family=numbered[one.family],
                own=one.model.evidence.entry.collection if isinstance(one.family, Said) else None,
            )
            for one in placed
        ),
        families=tuple(numbered),
        columns=(*(Column(quantity="top1", series=one) for one in gains), *costs),
        protocol=_protocol(placed, costs),
    )


def _protocol(placed: Sequence[Placed], costs: Sequence[Column]) -> Said | None:
    """How the times were taken, where there are some to choose."""
    if not any(one.series.protocol for one in costs):
        return None
    timings = (timed for one in placed for timed in one.model.evidence.timings)
    return protocol(timed.finding for timed in timings if timed.finding.usual and counts(timed))


def _costs(placed: Sequence[Placed], zoo: Zoo, gains: Sequence[Series]) -> Iterator[Column]:
    """Counts at each input size of an accuracy, params, and latencies under all conditions."""
    models = [one.model for one in placed]
    seen: set[str] = set()
    for size in dict.fromkeys(gain.size for gain in gains):
        flops = flops_series(models, zoo, size)
        if flops is None or len(flops.values) < LEAST or flops.key in seen:
            continue
        # A source's figures are of sizes of their own: they stand in only where nothing is counted.
        if flops.measured or not seen:
            seen.add(flops.key)
            yield Column(quantity="flops", series=flops)
    params = params_series(models, zoo)
    if params is not None and len(params.values) >= LEAST:
        yield Column(quantity="params", series=params)
    for size in dict.fromkeys(gain.size for gain in gains if gain.size is not None):
        memory = memory_series(models, size)
        if memory is not None and len(memory.values) >= LEAST:
            yield Column(quantity="memory", series=memory)
    for latency in told_apart(latency_series(models, zoo)):
        if latency.key not in seen:
            seen.add(latency.key)
            yield Column(quantity="latency", series=latency)
