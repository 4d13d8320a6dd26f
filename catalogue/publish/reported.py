"""What sources report of a model, judged, as it is published."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from catalogue.entry import Figure, Text
from catalogue.page.claims import AccuracyClaim, Claims, CostClaim, LatencyClaim
from catalogue.page.verdict import Judgement
from catalogue.publish.documents import (
    AccuracyDocument,
    BatchDocument,
    CostDocument,
    LatencyDocument,
    Reported,
    Texts,
)
from catalogue.publish.measured import fine


def reported(claims: Claims, languages: Sequence[str]) -> Reported:
    """Every claim of a model, one document a figure."""
    return Reported(
        costs=tuple(_cost(claim, languages) for claim in claims.costs),
        accuracies=tuple(
            one for claim in claims.accuracies for one in _accuracies(claim, languages)
        ),
        latencies=tuple(_latency(claim, languages) for claim in claims.latencies),
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
        judgement=_fine(claim.judgement),
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
            judgement=_fine(judgement) if judgement else None,
        )


def _latency(claim: LatencyClaim, languages: Sequence[str]) -> LatencyDocument:
    line = claim.latency
    return LatencyDocument(
        unit=line.unit,
        device=line.device,
        precision=line.precision,
        runtime=line.runtime,
        input_size=line.input_size,
        statistic=line.statistic,
        role=line.role,
        sources=line.sources,
        note=texts(line.note, languages),
        judgement=_fine(claim.judgement),
        points=tuple(
            BatchDocument(
                batch_size=batch_size,
                value=number(figure.value),
                printed=figure.text,
                resolution=figure.resolution,
            )
            for batch_size, figure in line.by_batch
        ),
    )


def _fine(judgement: Judgement) -> Judgement:
    """A judgement whose share has no more digits than the figures it is made of."""
    if judgement.off is None:
        return judgement
    return replace(judgement, off=fine(judgement.off))
