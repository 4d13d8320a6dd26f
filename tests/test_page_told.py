"""What several sources print alike is one series that names them; what differs stays apart."""

from dataclasses import replace

import pytest
from conftest import ROOT
from page_zoo import SMALL, TABLE, ZOO, cost, entry, figure, top

from catalogue.entry import Entry, Quantity, ReportedLatency
from catalogue.page.accuracies import accuracy_choices
from catalogue.page.series import Judged, Series, latency_series, reported_costs
from catalogue.page.told import source_title
from catalogue.page.zoo import JudgedZoo, judge_zoo
from catalogue.read import read_zoo
from catalogue.store import Stored

NOTHING = Stored(environments={})
BATCHES = ((1, figure("4.16")), (8, figure("10.5")))


def judged(*entries: Entry) -> tuple[Judged, ...]:
    return judge_zoo(replace(ZOO, entries=entries), NOTHING).models


def line(*sources: str, runtime: str | None = None, first: str = "4.16") -> ReportedLatency:
    return ReportedLatency(
        device="Tesla T4",
        precision="FP16",
        runtime=runtime,
        input_size=(224, 224),
        by_batch=((1, figure(first)), BATCHES[1]),
        sources=sources,
    )


def timed(model: str, *lines: ReportedLatency) -> Entry:
    return entry(model, "One", latencies=lines)


def first_batch(*entries: Entry) -> list[Series]:
    found = latency_series(judged(*entries), ZOO)
    return [one for one in found if "b1" in one.key.split(".")]


def test_a_table_that_another_source_repeats_is_shown_once_and_names_both() -> None:
    (series,) = first_batch(
        timed("one", line("book", "table")), timed("two", line("book", "table")), SMALL
    )
    assert set(series.values) == {"one", "two"}
    assert series.source == source_title(ZOO, "book")
    assert series.sources is not None
    assert dict(series.sources.values)["others"] == (TABLE.title,)  # type: ignore[union-attr]


def test_a_source_that_repeats_some_of_a_table_is_not_a_table_of_its_own() -> None:
    alike = timed("one", line("book", "table")), timed("two", line("book", "table"))
    (series,) = first_batch(*alike, timed("three", line("book")))
    assert set(series.values) == {"one", "two", "three"}
    assert series.sources is not None
    assert dict(series.sources.values)["partly"] == (TABLE.title,)  # type: ignore[union-attr]


def test_one_differing_figure_keeps_two_sources_apart_with_all_they_print() -> None:
    found = first_batch(
        timed("one", line("book", "table")),
        timed("two", line("book"), line("table", first="4.17")),
    )
    assert [set(one.values) for one in found] == [{"one", "two"}] * 2
    assert [one.source for one in found] == [source_title(ZOO, "book"), TABLE.title]


def test_the_same_number_in_other_digits_is_another_figure() -> None:
    found = first_batch(
        timed("one", line("book"), line("table", first="4.160")),
        timed("two", line("book"), line("table")),
    )
    assert len(found) == 2


def test_what_only_one_source_states_of_the_runtime_keeps_them_apart() -> None:
    found = first_batch(
        *(timed(name, line("book"), line("table", runtime="TensorRT")) for name in ("one", "two"))
    )
    assert {one.runtime for one in found} == {None, "TensorRT"}


def test_counts_and_accuracies_are_shown_once_too() -> None:
    sources = ("book", "table")
    entries = [
        entry(
            name,
            "One",
            costs=(cost(Quantity.PARAMS, "12.6", 1e6, *sources),),
            results=(top("76.8", None, *sources),),
        )
        for name in ("one", "two")
    ]
    assert len(reported_costs(judged(*entries), ZOO, Quantity.PARAMS)) == 1
    (choice,) = accuracy_choices(judged(*entries), ZOO)
    assert dict(choice.conditions.values)["source"] == choice.sources


@pytest.fixture(scope="module")
def launch() -> JudgedZoo:
    return judge_zoo(read_zoo(ROOT / "model-index/model-index.yml").zoo, NOTHING)


@pytest.mark.parametrize("precision", ["FP16", "FP32"])
def test_the_times_that_one_page_prints_of_both_families_on_a_t4_are_one_group(
    launch: JudgedZoo, precision: str
) -> None:
    """What "the best model under 10 ms on a T4" is answered from."""
    common = source_title(launch.zoo, "paddle-dpn-densenet-zh")
    found = [
        one
        for one in latency_series(launch.models, launch.zoo)
        if one.machine == "Tesla T4"
        and one.source == common
        and {precision.casefold(), "b1"} <= set(one.key.split("."))
    ]
    assert len(found) == 1
    families = {
        model.evidence.entry.collection for model in launch.models if model.id in found[0].values
    }
    assert families == {"DPN", "DenseNet"}
    assert len(found[0].values) == 10
