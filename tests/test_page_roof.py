"""Cost beyond FLOPs on the page of a model, and counts under conditions that were asked for."""

from dataclasses import replace
from pathlib import Path

import pytest
from page_zoo import LIMITS, SMALL, STORED, ZOO, complexity, counted, latency, record, timed

from catalogue.entry import Preprocessing
from catalogue.page.claims import judge
from catalogue.page.evidence import Evidence, gather
from catalogue.page.roof import other_counts, roof_view
from catalogue.page.series import Judged, _measured_latencies
from catalogue.page.wording import say
from catalogue.record import ComplexityConditions, Failure, Kind, Record
from catalogue.render import render_site
from catalogue.store import Stored

LARGER = ComplexityConditions(input_size=(3, 288, 288))
FUSED = replace(counted(), form="deploy")
OWN = (3, 224, 224)


def asked(conditions: ComplexityConditions, macs: int) -> Record:
    counts = complexity(10_000_000, macs)
    return record(SMALL, Kind.COMPLEXITY, conditions, counts, input_size=OWN)


def evidence_of(*records: Record, recipe: bool = True) -> Evidence:
    entry = SMALL if recipe else replace(SMALL, preprocessing=())
    (found,) = gather(replace(ZOO, entries=(entry,)), Stored(records=records, environments={}))
    return found


USUAL = asked(counted(), 2_000_000_000)


@pytest.mark.parametrize("recipe", [True, False])
def test_counts_on_request_never_stand_for_the_own_size(*, recipe: bool) -> None:
    others = (asked(LARGER, 3_306_122_449), asked(FUSED, 1_900_000_000))
    for records in ((USUAL, *others), (*others, USUAL)):
        found = evidence_of(*records, recipe=recipe)
        own = found.counted()
        assert own is not None
        assert (found.input_size, own.result.macs) == (OWN, 2_000_000_000)
        assert len(found.counted_elsewhere()) == 2
    assert evidence_of(*others, recipe=recipe).counted() is None


def test_failing_at_a_size_on_request_is_no_failure_of_the_model() -> None:
    failure = Failure(reason="cannot take 288x288", retry=False)
    found = evidence_of(record(SMALL, Kind.COMPLEXITY, LARGER, failure, input_size=OWN))
    assert found.failed(Kind.COMPLEXITY) is None
    assert [one.usual for one in found.findings] == [False]


def test_times_at_a_size_on_request_take_no_part_in_comparisons() -> None:
    larger = replace(timed(1), input_size=(3, 192, 192))
    records = (
        record(SMALL, Kind.LATENCY, timed(1), latency(40.0), input_size=OWN),
        record(SMALL, Kind.LATENCY, larger, latency(30.0), input_size=OWN),
    )
    evidence = evidence_of(*records)
    found = _measured_latencies([Judged(evidence=evidence, claims=judge(evidence))])
    assert [dict(one.values) for _, one in found] == [{"small": 40.0}]


def test_a_figure_reported_at_another_size_meets_the_count_at_that_size() -> None:
    found = evidence_of(USUAL, asked(LARGER, 3_306_122_449)).counted((288, 288))
    assert found is not None
    assert found.result.macs == 3_306_122_449


def test_a_recipe_of_another_size_makes_that_size_the_own_one() -> None:
    entry = replace(SMALL, preprocessing=(Preprocessing(input_size=(3, 288, 288)),))
    stored = Stored(records=(USUAL, asked(LARGER, 3_306_122_449)), environments={})
    (found,) = gather(replace(ZOO, entries=(entry,)), stored)
    own = found.counted()
    assert own is not None
    assert own.conditions == LARGER


def test_counts_on_request_have_rows_of_their_own() -> None:
    sized, fused = other_counts(
        evidence_of(USUAL, asked(LARGER, 3_306_122_449), asked(FUSED, 1_900_000_000))
    )
    assert sized.conditions == say("measurement.complexity.training", size="288×288")
    assert (sized.params.text, sized.macs.text, sized.flops.text) == ("10.00", "3.306", "6.612")
    assert fused.conditions == say("measurement.complexity.deploy", size="224×224")
    assert fused.macs.text == "1.900"


def test_bytes_intensity_and_bounds_are_those_of_the_roofline() -> None:
    view = roof_view(evidence_of(USUAL).counted(), LIMITS)
    assert view is not None
    assert view.precisions == ("FP32", "FP16", "BF16", "INT8")
    assert view.weights == ("38.15", "19.07", "19.07", "9.537")
    moved = 4 * (10_000_000 + 150_528 + 2 * 10_000_000)
    assert view.intensities[0] == (
        1,
        tuple(f"{4e9 * k / moved:.{d}f}" for k, d in ((1, 1), (2, 1), (2, 1), (4, 0))),
    )
    fp32, fp16, cpu = view.rows
    assert (fp32.peak, fp32.bandwidth, fp32.ridge) == ("8.10", "320", "25.3")
    assert fp32.least[0] == ("0.494", say("roof.by.compute"))  # 4 GFLOPs at 8.1 TFLOP/s
    assert fp16.least[0] == ("0.188", say("roof.by.memory"))  # 60.3 MB at 320 GB/s
    assert cpu.least[0] == ("40.0", say("roof.by.compute"))
    assert fp32.origin == say("roof.given")
    assert cpu.origin == say("roof.measured.threads", day="2026-01-02", threads=1)


def test_without_a_count_there_is_no_bound_and_without_devices_only_bytes() -> None:
    assert roof_view(None, LIMITS) is None
    view = roof_view(evidence_of(USUAL).counted(), ())
    assert view is not None
    assert view.rows == ()


def test_the_page_says_both_in_both_languages(tmp_path: Path) -> None:
    stored = replace(STORED, records=(*STORED.records, asked(LARGER, 3_306_122_449)))
    render_site(replace(ZOO, entries=(SMALL,)), stored, tmp_path)
    english = (tmp_path / "en" / "models" / "small.md").read_text(encoding="utf-8")
    chinese = (tmp_path / "zh" / "models" / "small.md").read_text(encoding="utf-8")
    assert "## Bound by memory or compute" in english
    assert "Counts at 288×288" in english
    assert "## 受限于访存还是算力" in chinese
    assert "288×288 输入下的统计" in chinese
    bare = replace(stored, limits=())
    render_site(replace(ZOO, entries=(SMALL,)), bare, tmp_path)
    english = (tmp_path / "en" / "models" / "small.md").read_text(encoding="utf-8")
    assert "No device is described, so there is no bound of latency" in english
