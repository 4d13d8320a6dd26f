"""Which numbers a page compares its models by: of one kind, under one set of conditions."""

from dataclasses import replace

from page_zoo import (
    LARGE,
    MIDDLE,
    SMALL,
    STORED,
    ZOO,
    figure,
    latency,
    record,
    timed,
    top,
)

from catalogue.entry import Entry, ReportedLatency, Zoo
from catalogue.page.accuracies import accuracy_series
from catalogue.page.apart import told_apart
from catalogue.page.series import (
    Judged,
    flops_series,
    latency_series,
    params_series,
)
from catalogue.page.zoo import judge_zoo
from catalogue.record import Kind, Latency
from catalogue.store import Stored

NOTHING = Stored(environments={})


def models(*entries: Entry, stored: Stored = STORED) -> tuple[Judged, ...]:
    return judge_zoo(replace(ZOO, entries=entries), stored).models


def test_measured_accuracies_are_taken_where_they_cover_half_the_models() -> None:
    series = accuracy_series(models(SMALL, LARGE, MIDDLE), ZOO)
    assert series is not None
    assert series.measured
    assert dict(series.values) == {"small": 75.0, "large": 78.1}
    assert series.size == (224, 224)


def test_else_one_source_for_the_entries_own_weights() -> None:
    series = accuracy_series(models(SMALL, LARGE, MIDDLE, stored=NOTHING), ZOO)
    assert series is not None
    assert not series.measured
    assert dict(series.values) == {"small": 75.0, "large": 78.0, "middle": 74.5}
    assert series.conditions.key == "series.top1.reported"


def test_else_whatever_covers_most_and_the_page_says_whose() -> None:
    others = [replace(one, results=one.results[-1:]) for one in (LARGE,)]
    second = replace(MIDDLE, results=(top("70.0", None, "table", applies_to="other:Middle"),))
    series = accuracy_series(models(*others, second, stored=NOTHING), ZOO)
    assert series is not None
    assert series.conditions.key == "series.top1.reported-for"
    assert dict(series.conditions.values)["whose"] == "other"


def test_sources_and_input_sizes_are_never_mixed() -> None:
    at_288 = replace(LARGE, results=(top("79.0", None, "book", input_size=(288, 288)),))
    series = accuracy_series(models(SMALL, at_288, stored=NOTHING), ZOO)
    assert series is not None
    assert len(series.values) == 1


def test_costs_are_measured_or_of_one_source_in_one_convention() -> None:
    measured = flops_series(models(SMALL, LARGE), ZOO, (224, 224))
    assert measured is not None
    assert dict(measured.values) == {"small": 4e9, "large": 1e10}
    reported = flops_series(models(SMALL, LARGE, MIDDLE, stored=NOTHING), ZOO)
    assert reported is not None
    assert dict(reported.values) == {"small": 4e9, "large": 9.5e9}
    params = params_series(models(SMALL, LARGE, stored=NOTHING), ZOO)
    assert params is not None
    assert dict(params.values) == {"small": 1e7, "large": 2.02e7}


def test_flops_at_another_input_size_do_not_stand_in() -> None:
    series = flops_series(models(SMALL, LARGE), ZOO, (288, 288))
    assert series is None or not series.measured


def test_measured_latencies_come_first_and_failures_are_no_numbers() -> None:
    found = latency_series(models(SMALL, LARGE, MIDDLE), ZOO)
    assert found[0].measured
    assert dict(found[0].values) == {"small": 40.0, "large": 55.0, "middle": 60.0}
    assert all(len(series.values) > 1 for series in found)
    reported = latency_series(models(SMALL, LARGE, stored=NOTHING), ZOO)
    assert [dict(series.values) for series in reported] == [
        {"small": 8.26, "large": 11.5},
        {"small": 13.96, "large": 19.0},
    ]


def test_a_zoo_without_figures_has_no_series() -> None:
    bare = replace(SMALL, results=(), costs=(), latencies=())
    alone = models(bare, stored=NOTHING)
    assert accuracy_series(alone, ZOO) is None
    assert flops_series(alone, ZOO) is None
    assert latency_series(alone, ZOO) == ()


def test_out_of_date_records_are_not_compared() -> None:
    changed = replace(SMALL, builder=replace(LARGE.builder, target="timm:changed"))  # type: ignore[type-var]
    series = flops_series(models(changed, LARGE), Zoo(root=ZOO.root))
    assert series is not None
    assert set(series.values) == {"large"}
    assert Kind.COMPLEXITY in {one.record.kind for one in models(changed)[0].evidence.findings}


def reported(runtime: str | None, source: str) -> ReportedLatency:
    return ReportedLatency(
        device="T4",
        precision="FP32",
        by_batch=((1, figure("5.0")),),
        runtime=runtime,
        sources=(source,),
    )


def axes(*lines: ReportedLatency) -> list[str]:
    entries = [replace(one, latencies=lines) for one in (SMALL, LARGE)]
    return [
        repr(one.axis) for one in told_apart(latency_series(models(*entries, stored=NOTHING), ZOO))
    ]


def test_axes_that_would_read_alike_name_the_runtime_or_that_none_is_stated() -> None:
    first, second = sorted(axes(reported(None, "book"), reported("TensorRT", "book")))
    assert "'TensorRT'" in first
    assert "chart.runtime.none" in second
    (alone,) = axes(reported("TensorRT", "book"))
    assert "TensorRT" not in alone


def test_axes_of_one_runtime_that_would_read_alike_name_the_source_or_the_input_size() -> None:
    other = replace(reported(None, "table"), by_batch=((1, figure("6.0")),))
    first, second = sorted(axes(reported(None, "book"), other))
    assert first != second
    assert "chart.runtime.none" not in first + second
    larger = replace(reported(None, "book"), input_size=(288, 288))
    first, second = sorted(axes(reported(None, "book"), larger))
    assert "288×288" in first + second


def test_the_conditions_of_measured_times_are_all_said_the_usual_ones_too() -> None:
    def told(result: Latency) -> str:
        records = [record(one, Kind.LATENCY, timed(1), result) for one in (SMALL, LARGE)]
        found = models(SMALL, LARGE, stored=Stored(records=tuple(records), environments={}))
        series = next(one for one in latency_series(found, ZOO) if one.measured)
        return repr(series.conditions)

    said = told(replace(latency(5.0), backend_version="torch 2.14.1+cu130"))
    for word in (
        "backend.eager",
        "'2.14.1+cu130'",
        "layout.contiguous",
        "where.threads",
        "affinity.free",
    ):
        assert word in said
    assert "backend.eager" in told(latency(5.0))
