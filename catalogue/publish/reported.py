"""What sources report of a model, judged, as it is published."""

from collections.abc import Iterator, Sequence
from math import isclose, isfinite

from catalogue.entry import Figure, Text
from catalogue.page.claims import AccuracyClaim, Claims, CostClaim, LatencyClaim
from catalogue.page.contradictions import Contradiction, Told
from catalogue.page.verdict import Judgement
from catalogue.publish.documents import (
    AccuracyDocument,
    BatchDocument,
    ContradictionDocument,
    CostDocument,
    JudgementDocument,
    LatencyDocument,
    OpposedDocument,
    Reported,
    Texts,
)
from catalogue.publish.measured import fine


def reported(claims: Claims, languages: Sequence[str], found: Sequence[Contradiction]) -> Reported:
    """Every claim of a model, one document a figure, and what contradicts each other."""
    return Reported(
        costs=tuple(_cost(claim, languages) for claim in claims.costs),
        accuracies=tuple(
            one for claim in claims.accuracies for one in _accuracies(claim, languages)
        ),
        latencies=tuple(_latency(claim, languages) for claim in claims.latencies),
        contradictions=tuple(_contradiction(one) for one in found),
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
        printed=_printed(cost.figure),
        resolution=_resolution(cost.figure),
        input_size=cost.input_size,
        tool=cost.tool,
        role=cost.role,
        sources=cost.sources,
        note=texts(cost.note, languages),
        judgement=_judgement(claim.judgement),
    )


def _accuracies(claim: AccuracyClaim, languages: Sequence[str]) -> Iterator[AccuracyDocument]:
    result = claim.result
    for metric, figure, judgement in metrics_of(claim):
        yield AccuracyDocument(
            metric=metric,
            value=number(figure.value),
            printed=_printed(figure, percent=metric in ("top1", "top5")),
            resolution=_resolution(figure, percent=metric in ("top1", "top5")),
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
            judgement=_judgement(judgement) if judgement else None,
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
        judgement=_judgement(claim.judgement),
        points=tuple(
            BatchDocument(
                batch_size=batch_size,
                value=number(figure.value),
                printed=_printed(figure),
                resolution=_resolution(figure),
            )
            for batch_size, figure in line.by_batch
        ),
    )


def _judgement(judgement: Judgement) -> JudgementDocument:
    """A judgement whose share has no more digits than the figures it is made of."""
    against, off = judgement.measured, judgement.off
    return JudgementDocument(
        verdict=judgement.verdict,
        held_against=None if against is None else number(against),
        reading=judgement.reading,
        off=None if off is None else number(fine(off)),
        exact=judgement.exact,
        cause=judgement.cause,
        fits=judgement.fits,
        reason=judgement.reason,
    )


def _is_value(figure: Figure, *, percent: bool) -> bool:
    """Whether a figure is printed just as its value is written, to the last digit."""
    text = str(number(figure.value))
    _, _, decimals = text.partition(".")
    printed = figure.text.removesuffix("%") if percent else figure.text
    return printed == text and isclose(figure.resolution, 10.0 ** -len(decimals))


def _printed(figure: Figure, *, percent: bool = False) -> str | None:
    return None if _is_value(figure, percent=percent) else figure.text


def _resolution(figure: Figure, *, percent: bool = False) -> int | float | None:
    return None if _is_value(figure, percent=percent) else number(figure.resolution)


def _contradiction(one: Contradiction) -> ContradictionDocument:
    return ContradictionDocument(
        device=one.device,
        precision=one.precision,
        batch_size=one.batch,
        ratio=fine(one.ratio) if isfinite(one.ratio) else None,
        reasons=tuple(said.key.removeprefix("contradiction.") for said in one.reasons),
        figures=tuple(_opposed(told) for told in one.told),
    )


def _opposed(told: Told) -> OpposedDocument:
    latency = told.latency
    return OpposedDocument(
        value=number(told.figure.value),
        printed=_printed(told.figure),
        runtime=latency.runtime,
        input_size=latency.input_size,
        statistic=latency.statistic,
        sources=latency.sources,
    )
