"""What the figures say: sentences that follow from comparable numbers, and from verdicts.

Every sentence is computed; none holds unless its numbers do. Knows no language.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise, permutations

from catalogue.entry import Quantity
from catalogue.page.claims import CostClaim
from catalogue.page.contradictions import contradictions, factor
from catalogue.page.frontier import frontier
from catalogue.page.latency import ref_of
from catalogue.page.level import margin
from catalogue.page.series import Judged, Series
from catalogue.page.verdict import Verdict, rounding
from catalogue.page.wording import (
    ModelRef,
    Said,
    in_giga,
    in_mega,
    milliseconds,
    percent_off,
    points,
    printed,
    say,
    times,
    top,
)

CLEARLY_FASTER = 0.97
"""A model counts as faster than another from 3 % on, or from the spread of either if larger."""
_PAIR, _FEW = 2, 3


def sentences(
    models: Sequence[Judged],
    *,
    gain: Series | None,
    flops: Series | None,
    latencies: Sequence[Series],
) -> tuple[Said, ...]:
    """What a family's figures say.

    Args:
        models: The family.
        gain: The accuracies it is compared by.
        flops: Its compute.
        latencies: Its latencies, one series for each set of conditions, the best first.
    """
    refs = {model.id: ref_of(model) for model in models}
    found: list[Said] = []
    if gain is not None:
        found.extend(_most_accurate(gain, refs))
    if gain is not None and flops is not None:
        found.extend(_trade(gain, flops, refs))
    if flops is not None:
        inversions = (list(_inversion(flops, latency, refs)) for latency in latencies)
        found.extend(next(filter(None, inversions), []))
    found.extend(_off_figures(models))
    found.extend(_sources_disagree(models))
    return tuple(found)


def _most_accurate(gain: Series, refs: dict[str, ModelRef]) -> Iterator[Said]:
    ordered = sorted(gain.values.items(), key=lambda one: -one[1])
    if len(ordered) < _PAIR or ordered[0][1] == ordered[1][1]:
        return
    (first, best), (second, next_best) = ordered[:2]
    yield say(
        "says.most-accurate",
        model=refs[first],
        top1=gain.text(first, top),
        second=refs[second],
        points=points(best - next_best),
        conditions=gain.conditions,
    )


def _trade(gain: Series, flops: Series, refs: dict[str, ModelRef]) -> Iterator[Said]:
    """Who is on the frontier of accuracy over FLOPs, who is beaten, what the last step costs."""
    ids = [model for model in refs if model in gain.values and model in flops.values]
    pairs = [(flops.values[model], gain.values[model]) for model in ids]
    best = [ids[index] for index in frontier(pairs)]
    if len(ids) < _FEW:
        return
    yield say(
        "says.cheapest",
        model=refs[best[0]],
        flops=flops.text(best[0], in_giga),
        top1=gain.text(best[0], top),
    )
    beaten = [refs[model] for model in ids if model not in best]
    if beaten:
        frontier_refs = tuple(refs[model] for model in best)
        yield say("says.frontier", models=frontier_refs, beaten=tuple(beaten))
    else:
        yield say("says.frontier.all")
    yield from _steps(gain, flops, best, refs)


def _steps(
    gain: Series, flops: Series, best: Sequence[str], refs: dict[str, ModelRef]
) -> Iterator[Said]:
    """The dearest step along the frontier: most FLOPs for each point of accuracy."""
    steps = [
        (
            (flops.values[high] - flops.values[low]) / (gain.values[high] - gain.values[low]),
            low,
            high,
        )
        for low, high in pairwise(best)
        if gain.values[high] > gain.values[low]
    ]
    if not steps:
        return
    _, low, high = max(steps)
    yield say(
        "says.dearest-step",
        low=refs[low],
        high=refs[high],
        points=points(gain.values[high] - gain.values[low]),
        ratio=times(flops.values[high] / flops.values[low]),
    )


def _inversion(flops: Series, latency: Series, refs: dict[str, ModelRef]) -> Iterator[Said]:
    """The model that needs most more FLOPs than another and is still clearly faster."""
    ids = [model for model in refs if model in flops.values and model in latency.competing]
    inversions = [
        (flops.values[more] / flops.values[less], more, less)
        for more, less in permutations(ids, 2)
        if flops.values[more] > flops.values[less] and _clearly_faster(latency, more, less)
    ]
    if not inversions or latency.device is None:
        return
    ratio, more, less = max(inversions)
    yield say(
        "says.inversion",
        more=refs[more],
        less=refs[less],
        ratio=times(ratio),
        where=latency.device,
        more_ms=latency.text(more, milliseconds),
        less_ms=latency.text(less, milliseconds),
    )


def _clearly_faster(latency: Series, fast: str, slow: str) -> bool:
    """Whether one model beats another by more than the processes that timed either differ."""
    gap = latency.values[slow] - latency.values[fast]
    least = (1 - CLEARLY_FASTER) * latency.values[slow]
    return gap > max(least, margin(latency.values, latency.spreads, fast, slow))


def _off_figures(models: Sequence[Judged]) -> Iterator[Said]:
    """How many reported counts are off, and the worst of each quantity."""
    for quantities, key in (
        ((Quantity.FLOPS, Quantity.MACS), "says.flops-off"),
        ((Quantity.PARAMS,), "says.params-off"),
    ):
        claims = [(model, claim) for model in models for claim in model.claims.of(*quantities)]
        judged = [
            one
            for one in claims
            if one[1].judgement.verdict in (Verdict.CONFIRMED, Verdict.REFUTED)
        ]
        off = [one for one in judged if one[1].judgement.verdict is Verdict.REFUTED]
        if not off:
            continue
        model, worst = max(off, key=_surely_off)
        unit, in_unit = (1e6, in_mega) if key == "says.params-off" else (1e9, in_giga)
        yield say(
            key,
            count=len(off),
            total=len(judged),
            model=ref_of(model),
            reported=printed(worst.cost.figure, unit, most=3),
            measured=in_unit(worst.judgement.measured or 0.0),
            off=percent_off(worst.judgement.off or 0.0),
        )


def _surely_off(one: tuple[Judged, CostClaim]) -> float:
    """How far a figure is off beyond what its rounding leaves open, relative to what is true."""
    judgement, figure = one[1].judgement, one[1].cost.figure
    if not judgement.measured or judgement.off is None:
        return 0.0
    return abs(judgement.off) - rounding(figure) / judgement.measured


def _sources_disagree(models: Sequence[Judged]) -> Iterator[Said]:
    """How often sources contradict each other about a latency, and where by the largest factor."""
    found = [(one, model) for model in models for one in contradictions(model, ())]
    if not found:
        return
    worst, model = max(found, key=lambda pair: pair[0].ratio)
    yield say(
        "says.sources-disagree",
        count=len(found),
        model=ref_of(model),
        device=worst.device,
        precision=worst.precision,
        batch=worst.batch,
        values=worst.values,
        ratio=factor(worst.ratio),
    )
