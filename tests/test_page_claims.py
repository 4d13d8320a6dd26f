"""What may be held against what: weights, role, data set, input size, recipe, device."""

from collections import Counter
from dataclasses import replace

import pytest
from page_zoo import (
    LARGE,
    LONER,
    SMALL,
    STORED,
    ZOO,
    accuracy,
    cost,
    figure,
    record,
    top,
    validated,
)

from catalogue.entry import (
    Convention,
    Entry,
    Quantity,
    ReportedCost,
    ReportedLatency,
    ReportedResult,
    Role,
    Zoo,
)
from catalogue.page.claims import judge
from catalogue.page.evidence import Evidence, gather
from catalogue.page.verdict import Judgement, Reason, Verdict
from catalogue.page.zoo import judge_zoo
from catalogue.record import Kind, Record
from catalogue.store import Stored


def evidence(entry: Entry, *records: Record) -> Evidence:
    stored = Stored(records=(*STORED.records, *records), environments=STORED.environments)
    return gather(Zoo(root=ZOO.root, entries=(entry,)), stored)[0]


def of_result(result: ReportedResult, *records: Record) -> Judgement | None:
    return judge(evidence(replace(SMALL, results=(result,)), *records)).accuracies[0].top1


def of_cost(claim: ReportedCost, entry: Entry = SMALL) -> Judgement:
    return judge(evidence(replace(entry, costs=(claim,)))).costs[0].judgement


@pytest.mark.parametrize(
    ("result", "reason"),
    [
        (top("75.0", None, applies_to="other:Small"), Reason.OTHER_WEIGHTS),
        (top("75.0", None, role=Role.PAPER), Reason.REPEATED),
        (top("75.0", None, role=Role.REFERENCE), Reason.REPEATED),
        (replace(top("75.0", None), dataset="ImageNet-ReaL"), Reason.OTHER_DATASET),
        (replace(top("75.0", None), split="test"), Reason.OTHER_DATASET),
        (top("75.0", None, input_size=(288, 288)), Reason.INPUT_SIZE),
        (top("75.0", None, preprocessing="other"), Reason.OTHER_RECIPE),
        (top("75.0", None, precision="FP16"), Reason.OTHER_PRECISION),
    ],
)
def test_accuracies_under_other_conditions_are_not_comparable(
    result: ReportedResult, reason: Reason
) -> None:
    judged = of_result(result)
    assert judged == Judgement(verdict=Verdict.NOT_COMPARABLE, reason=reason)


def test_an_accuracy_under_the_same_conditions_is_judged() -> None:
    judged = of_result(top("75.00", None, precision="FP32"))
    assert judged is not None
    assert judged.verdict is Verdict.CONFIRMED


def test_a_data_set_that_is_spelt_otherwise_is_the_same() -> None:
    for name in ("ImageNet", "imagenet 1K", "ILSVRC2012", None):
        judged = of_result(replace(top("75.00", None), dataset=name))
        assert judged is not None
        assert judged.verdict is Verdict.CONFIRMED


def test_a_part_of_the_images_confirms_nothing() -> None:
    conditions = replace(validated(), subset=True, images=5000)
    part = record(LARGE, Kind.ACCURACY, conditions, accuracy(39_000, 47_000))
    entry = replace(LARGE, results=(top("78.00", None),))
    stored = Stored(records=(part,), environments={})
    alone = gather(Zoo(root=ZOO.root, entries=(entry,)), stored)[0]
    judged = judge(alone).accuracies[0].top1
    assert judged == Judgement(verdict=Verdict.NOT_COMPARABLE, reason=Reason.SUBSET)


def test_costs_at_an_input_size_that_was_not_counted_are_not_comparable() -> None:
    claim = cost(Quantity.FLOPS, "4.0", 1e9, convention=Convention.TWO_MACS, input_size=(288, 288))
    assert of_cost(claim) == Judgement(verdict=Verdict.NOT_COMPARABLE, reason=Reason.INPUT_SIZE)


def test_params_do_not_depend_on_the_input_size() -> None:
    claim = cost(Quantity.PARAMS, "10.00", 1e6, input_size=(288, 288))
    assert of_cost(claim).verdict is Verdict.CONFIRMED


def test_without_a_count_nothing_is_measured_and_a_failure_is_said() -> None:
    judged = of_cost(cost(Quantity.PARAMS, "1.5", 1e6), LONER)
    assert judged == Judgement(verdict=Verdict.NOT_MEASURED, reason=Reason.FAILED)


def test_an_out_of_date_count_judges_nothing() -> None:
    entry = replace(SMALL, builder=replace(LARGE.builder, target="timm:changed"))  # type: ignore[type-var]
    judged = of_cost(cost(Quantity.PARAMS, "10.00", 1e6), entry)
    assert judged == Judgement(verdict=Verdict.OUT_OF_DATE, reason=Reason.STALE)


def test_peak_memory_is_not_measured() -> None:
    judged = of_cost(cost(Quantity.PEAK_MEMORY_BYTES, "100", 1e6))
    assert judged == Judgement(verdict=Verdict.NOT_MEASURED, reason=Reason.NO_METHOD)


@pytest.mark.parametrize(
    ("device", "verdict", "reason"),
    [
        ("Tesla V100", Verdict.NOT_MEASURED, Reason.OTHER_DEVICE),
        ("example cpu", Verdict.NOT_COMPARABLE, Reason.OTHER_RUNTIME),
    ],
)
def test_reported_times_are_never_held_against_ours(
    device: str, verdict: Verdict, reason: Reason
) -> None:
    line = ReportedLatency(device=device, precision="FP32", by_batch=((1, figure("40.0")),))
    judged = judge(evidence(replace(SMALL, latencies=(line,)))).latencies[0].judgement
    assert judged == Judgement(verdict=verdict, reason=reason)


def test_each_figure_is_counted_once() -> None:
    models = judge_zoo(ZOO, STORED).models
    small = next(model for model in models if model.id == "small")
    assert small.claims.verdicts() == Counter(
        {
            Verdict.CONFIRMED: 6,
            Verdict.REFUTED: 2,
            Verdict.NOT_COMPARABLE: 3,
            Verdict.NOT_MEASURED: 5,
        }
    )
