"""What is known to be wrong with a model, its figures or its measurements, in sentences.

Failed measurements have a table of their own. Knows no language and no markup.
"""

from collections.abc import Iterator, Sequence

from catalogue.page.contradictions import Contradiction
from catalogue.page.evidence import Evidence
from catalogue.page.failed import refusals
from catalogue.page.history import measurement_of
from catalogue.page.series import Judged
from catalogue.page.timed import fault
from catalogue.page.verdict import Verdict
from catalogue.page.wording import Said, grouped, say
from catalogue.proportion import at_chance


def known_failures(model: Judged, disagreements: Sequence[Contradiction] = ()) -> tuple[Said, ...]:
    """Everything but failed measurements: doubtful counts, odd accuracies, wrong answers, noise.

    Args:
        model: The model.
        disagreements: What the sources of its latencies contradict each other about.
    """
    evidence = model.evidence
    return (
        *_refuted(model),
        *_contradicted(disagreements),
        *_counts(evidence),
        *_validations(evidence),
        *_answers(evidence),
        *_disturbed(evidence),
    )


def _refuted(model: Judged) -> Iterator[Said]:
    count = model.claims.verdicts()[Verdict.REFUTED]
    if count:
        yield say("known.refuted", count=count)


def _contradicted(disagreements: Sequence[Contradiction]) -> Iterator[Said]:
    if disagreements:
        heading = say("heading.latency")
        yield say("known.contradicted", count=len(disagreements), heading=heading)


def _counts(evidence: Evidence) -> Iterator[Said]:
    counted = evidence.counted()
    if counted is None:
        return
    result = counted.result
    if result.uncounted:
        operators = tuple(
            say("breakdown.uncounted.one-operator", operator=one.operator, count=one.calls)
            for one in result.uncounted
        )
        yield say("breakdown.uncounted", operators=operators)
    if result.macs_checked is not None and result.macs_checked != result.macs:
        yield say("known.counters", macs=grouped(result.macs), other=grouped(result.macs_checked))


def _validations(evidence: Evidence) -> Iterator[Said]:
    for one in evidence.validations:
        result, what = one.result, measurement_of(one.conditions)
        if at_chance(result.top1_hits, result.images, result.chance_hits):
            yield say("known.chance", measurement=what)
        if result.not_finite:
            yield say("known.not-finite", measurement=what, count=result.not_finite)
        if result.unreadable:
            yield say("known.unreadable", measurement=what, count=len(result.unreadable))


def _answers(evidence: Evidence) -> Iterator[Said]:
    for timed in evidence.timings:
        wrong = fault(timed)
        if wrong is not None:
            yield say("known.wrong", measurement=measurement_of(timed.conditions), why=wrong)


def _disturbed(evidence: Evidence) -> Iterator[Said]:
    """Times for which processes had to be thrown away; the reasons of all together."""
    disturbed = [one.result for one in evidence.timings if one.result.refused]
    if not disturbed:
        return
    reasons = refusals(reason for one in disturbed for reason in one.refusals)
    count = sum(one.refused for one in disturbed)
    if reasons:
        yield say("known.refused.why", count=count, times=len(disturbed), reasons=reasons)
    else:
        yield say("known.refused", count=count, times=len(disturbed))
