"""What sources report of a model, judged, as it is published."""

from collections.abc import Iterator, Sequence

from catalogue.entry import Figure, Text
from catalogue.page.claims import AccuracyClaim, Claims, CostClaim, LatencyClaim
from catalogue.page.verdict import Judgement
from catalogue.publish.documents import (
    AccuracyDocument,
    CostDocument,
    LatencyDocument,
    Reported,
    Texts,
)


def reported(claims: Claims, languages: Sequence[str]) -> Reported:
    """Every claim of a model, one document a figure."""
    return Reported(
        costs=tuple(_cost(claim, languages) for claim in claims.costs),
        accuracies=tuple(
            one for claim in claims.accuracies for one in _accuracies(claim, languages)
        ),
        latencies=tuple(one for claim in claims.latencies for one in _latencies(claim, languages)),
    )


def texts(text: Text | None, languages: Sequence[str]) -> Texts | None:
    """A text in every language of the site that has it; plain text serves all of them."""
    if text is None:
        return None
    said = ((language, text.in_language(language)) for language in languages)
    return {language: one for language, one in said if one is not None}


def number(value: float) -> int | float:
    """A whole number without its decimal point."""
    return int(value) if float(value).is_integer() else value


def metrics_of(claim: AccuracyClaim) -> Iterator[tuple[str, Figure, Judgement | None]]:
    """The figures of a claim as (metric, figure, judgement); top-1 and top-5 come first."""
    result = claim.result
    tops = (("top1", result.top1, claim.top1), ("top5", result.top5, claim.top5))
    for name, figure, judgement in tops:
        if figure is not None:
            yield name, figure, judgement
    for metric in result.metrics:
        if metric.figure not in (result.top1, result.top5):
            yield metric.name, metric.figure, None


def _cost(claim: CostClaim, languages: Sequence[str]) -> CostDocument:
    cost = claim.cost
    return CostDocument(
        quantity=cost.quantity,
        convention=cost.convention,
        value=number(cost.figure.value),
        printed=cost.figure.text,
        resolution=cost.figure.resolution,
        input_size=cost.input_size,
        tool=cost.tool,
        role=cost.role,
        sources=cost.sources,
        note=texts(cost.note, languages),
        judgement=claim.judgement,
    )


def _accuracies(claim: AccuracyClaim, languages: Sequence[str]) -> Iterator[AccuracyDocument]:
    result = claim.result
    for metric, figure, judgement in metrics_of(claim):
        yield AccuracyDocument(
            metric=metric,
            value=number(figure.value),
            printed=figure.text,
            resolution=figure.resolution,
            task=result.task,
            dataset=result.dataset,
            split=result.split,
            preprocessing=result.preprocessing,
            input_size=claim.input_size,
            precision=result.precision,
            applies_to=result.applies_to,
            role=result.role,
            sources=result.sources,
            note=texts(result.note, languages),
            judgement=judgement,
        )


def _latencies(claim: LatencyClaim, languages: Sequence[str]) -> Iterator[LatencyDocument]:
    line = claim.latency
    for batch_size, figure in line.by_batch:
        yield LatencyDocument(
            value=number(figure.value),
            unit=line.unit,
            printed=figure.text,
            resolution=figure.resolution,
            device=line.device,
            precision=line.precision,
            batch_size=batch_size,
            runtime=line.runtime,
            input_size=line.input_size,
            statistic=line.statistic,
            role=line.role,
            sources=line.sources,
            note=texts(line.note, languages),
            judgement=claim.judgement,
        )
