"""Every figure that an entry reports, with the verdict of the records on it.

Decides what may be held against what. The arithmetic of verdicts is in `verdict`.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from catalogue.entry import (
    Convention,
    Figure,
    Quantity,
    ReportedCost,
    ReportedLatency,
    ReportedResult,
    Role,
)
from catalogue.page.evidence import Counted, Evidence, Validated
from catalogue.page.verdict import (
    Judgement,
    Reason,
    Verdict,
    judge_activations,
    judge_file_size,
    judge_flops,
    judge_params,
    judge_top,
    unjudged,
)
from catalogue.record import USUAL_DATASET, Kind

_IMAGENET = ("imagenet", "imagenet1k", "ilsvrc2012", "imagenet1kval")


@dataclass(frozen=True, kw_only=True, slots=True)
class CostClaim:
    """A reported cost, judged."""

    cost: ReportedCost
    judgement: Judgement


@dataclass(frozen=True, kw_only=True, slots=True)
class AccuracyClaim:
    """A reported accuracy, judged."""

    result: ReportedResult
    input_size: tuple[int, int] | None
    """(H, W): as reported, else that of the recipe it names."""
    top1: Judgement | None
    """None where the source gives no top-1."""
    top5: Judgement | None


@dataclass(frozen=True, kw_only=True, slots=True)
class LatencyClaim:
    """A line of a reported latency table, judged."""

    latency: ReportedLatency
    judgement: Judgement
    """Of every figure of the line."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Claims:
    """Everything an entry reports, judged."""

    costs: tuple[CostClaim, ...]
    accuracies: tuple[AccuracyClaim, ...]
    latencies: tuple[LatencyClaim, ...]

    def of(self, *quantities: Quantity) -> tuple[CostClaim, ...]:
        """The costs of some quantities."""
        return tuple(claim for claim in self.costs if claim.cost.quantity in quantities)

    def verdicts(self) -> Counter[Verdict]:
        """How many figures got each verdict; each top-1, top-5 and batch size is one."""
        return Counter(judgement.verdict for judgement in _judgements(self))


def judge(evidence: Evidence) -> Claims:
    """Judge everything an entry reports by what was measured of it."""
    entry = evidence.entry
    return Claims(
        costs=tuple(
            CostClaim(cost=cost, judgement=_judge_cost(cost, evidence)) for cost in entry.costs
        ),
        accuracies=tuple(_judge_result(result, evidence) for result in entry.results),
        latencies=tuple(
            LatencyClaim(latency=latency, judgement=_judge_latency(latency, evidence))
            for latency in entry.latencies
        ),
    )


def _judgements(claims: Claims) -> Iterator[Judgement]:
    yield from (claim.judgement for claim in claims.costs)
    for claim in claims.accuracies:
        yield from (judgement for judgement in (claim.top1, claim.top5) if judgement is not None)
    for line in claims.latencies:
        yield from (line.judgement for _ in line.latency.by_batch)


def _judge_cost(cost: ReportedCost, evidence: Evidence) -> Judgement:
    if cost.quantity is Quantity.PEAK_MEMORY_BYTES:
        return unjudged(Verdict.NOT_MEASURED, Reason.NO_METHOD)
    sized = cost.quantity in (Quantity.FLOPS, Quantity.MACS, Quantity.ACTIVATIONS)
    counted = evidence.counted(cost.input_size if sized else None)
    if counted is None:
        return _uncounted(evidence, sized=sized)
    if counted.finding.stale:
        return unjudged(Verdict.OUT_OF_DATE, Reason.STALE)
    return _judge_count(cost, counted)


def _uncounted(evidence: Evidence, *, sized: bool) -> Judgement:
    if evidence.counts and sized:
        return unjudged(Verdict.NOT_COMPARABLE, Reason.INPUT_SIZE)
    failed = evidence.failed(Kind.COMPLEXITY) is not None
    return unjudged(Verdict.NOT_MEASURED, Reason.FAILED if failed else Reason.NO_RECORD)


def _judge_count(cost: ReportedCost, counted: Counted) -> Judgement:
    _, height, width = counted.conditions.input_size
    match cost.quantity:
        case Quantity.PARAMS:
            return judge_params(cost.figure, counted.result)
        case Quantity.ACTIVATIONS:
            return judge_activations(cost.figure, counted.result)
        case Quantity.WEIGHTS_BYTES:
            return judge_file_size(cost.figure, counted.result)
        case Quantity.MACS:
            convention = Convention.MACS
        case _:
            convention = cost.convention or Convention.UNKNOWN
    return judge_flops(cost.figure, convention, counted.result, square=height == width)


def _judge_result(result: ReportedResult, evidence: Evidence) -> AccuracyClaim:
    size = claimed_size(result, evidence)
    against = _comparable_validation(result, size, evidence)
    return AccuracyClaim(
        result=result,
        input_size=size,
        top1=_judge_metric(result.top1, against, first=True),
        top5=_judge_metric(result.top5, against, first=False),
    )


def claimed_size(result: ReportedResult, evidence: Evidence) -> tuple[int, int] | None:
    """(H, W) a reported accuracy holds at: as reported, of its recipe, else of the entry's own."""
    if result.input_size is not None:
        return result.input_size
    recipes = evidence.entry.preprocessing
    named = [one for one in recipes if one.id == result.preprocessing and one.input_size]
    own = evidence.input_size
    if named and named[0].input_size:
        return named[0].input_size[1:]
    return own[1:] if own else None


def _judge_metric(
    figure: Figure | None, against: Validated | Judgement, *, first: bool
) -> Judgement | None:
    if figure is None:
        return None
    if isinstance(against, Judgement):
        return against
    return judge_top(figure, against.result.top1 if first else against.result.top5)


def _comparable_validation(
    result: ReportedResult, size: tuple[int, int] | None, evidence: Evidence
) -> Validated | Judgement:
    """The validation a claim may be held against, or the judgement that there is none."""
    elsewhere = _belongs_elsewhere(result)
    if elsewhere is not None:
        return unjudged(Verdict.NOT_COMPARABLE, elsewhere)
    if not evidence.validations:
        failed = evidence.failed(Kind.ACCURACY) is not None
        return unjudged(Verdict.NOT_MEASURED, Reason.FAILED if failed else Reason.NO_RECORD)
    differing: list[Reason] = []
    for one in reversed(evidence.validations):
        difference = _difference(result, size, one, evidence)
        if difference is None:
            return one
        differing.append(difference)
    if Reason.STALE in differing:
        return unjudged(Verdict.OUT_OF_DATE, Reason.STALE)
    return unjudged(Verdict.NOT_COMPARABLE, differing[0])


def _belongs_elsewhere(result: ReportedResult) -> Reason | None:
    """Why a claim could not be held against any validation of these weights."""
    if result.applies_to is not None:
        return Reason.OTHER_WEIGHTS
    if result.role in (Role.PAPER, Role.REFERENCE):
        return Reason.REPEATED
    return None if is_imagenet_val(result) else Reason.OTHER_DATASET


def _difference(
    result: ReportedResult, size: tuple[int, int] | None, one: Validated, evidence: Evidence
) -> Reason | None:
    """The first condition in which a claim and a validation differ."""
    conditions = one.conditions
    recipe = evidence.entry.recipe
    recipe_id = result.preprocessing or (recipe.id if recipe else None) or "own"
    if conditions.dataset != USUAL_DATASET:
        return Reason.OTHER_DATASET
    if conditions.input_size[1:] != size:
        return Reason.INPUT_SIZE
    if conditions.recipe_id != recipe_id:
        return Reason.OTHER_RECIPE
    if conditions.subset:
        return Reason.SUBSET
    if (result.precision or "fp32").casefold() != conditions.precision:
        return Reason.OTHER_PRECISION
    return Reason.STALE if one.finding.stale else None


def is_imagenet_val(result: ReportedResult) -> bool:
    """Whether a claim is about the whole ILSVRC-2012 validation set with its original labels."""
    letters = "".join(filter(str.isalnum, (result.dataset or "imagenet").casefold()))
    split = (result.split or "val").casefold()
    return letters in _IMAGENET and split in ("val", "validation")


def _judge_latency(latency: ReportedLatency, evidence: Evidence) -> Judgement:
    """A reported time is never held against ours: runtime and versions are never the same."""
    device = latency.device.casefold()
    timed = {one.conditions.device.casefold() for one in evidence.timings}
    if any(device in name or name in device for name in timed):
        return unjudged(Verdict.NOT_COMPARABLE, Reason.OTHER_RUNTIME)
    reason = Reason.OTHER_DEVICE if timed else Reason.NO_RECORD
    return unjudged(Verdict.NOT_MEASURED, reason)


def total(claims: Iterable[Claims]) -> Counter[Verdict]:
    """The verdicts of many models together."""
    return sum((one.verdicts() for one in claims), Counter())
