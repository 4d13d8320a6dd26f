"""What a reader may plot and choose by, and how it comes to the scripts of a page."""

import json
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal

import pytest
from conftest import ROOT
from hypothesis import given
from hypothesis import strategies as st
from page_zoo import LARGE, MIDDLE, SMALL, STORED, ZOO, top

from catalogue.entry import Entry, Text
from catalogue.page.chart import Chart, chart
from catalogue.page.island import island, rounded
from catalogue.page.labels import load_labels
from catalogue.page.plots import Placed
from catalogue.page.voice import Voice
from catalogue.page.wording import milliseconds, say, significant
from catalogue.page.zoo import judge_zoo
from catalogue.store import Stored

PAIRS = Text(plain="Pairs")
NOTHING = Stored(environments={})
HOSTILE = "</script><script>alert(1)</script>\u2028&'"


def drawn(*entries: Entry, stored: Stored = STORED) -> Chart | None:
    models = judge_zoo(replace(ZOO, entries=entries), stored).models
    return chart([Placed(model=model, family=PAIRS) for model in models], ZOO)


def embedded(shown: Chart | None, language: str = "en") -> dict[str, list[object]]:
    assert shown is not None
    labels = {language: load_labels([ROOT / "templates"], language)}
    text = island(shown, Voice(language=language, labels=labels, link=lambda _: None))
    _, _, rest = text.partition(">")
    content, _, end = rest.rpartition("<")
    assert end == "/script>"
    assert not set(content) & set("<>&'\u2028")
    return json.loads(content)  # type: ignore[no-any-return]


def test_the_accuracy_that_the_page_compares_by_comes_first() -> None:
    shown = drawn(SMALL, LARGE, MIDDLE)
    assert shown is not None
    first, *others = [one.series for one in shown.columns if one.quantity == "top1"]
    assert first.measured
    assert len(others) == 2
    assert not any(one.measured for one in others)


def test_every_column_has_one_set_of_conditions_and_a_key_of_its_own() -> None:
    shown = drawn(SMALL, LARGE, MIDDLE)
    assert shown is not None
    keys = [one.series.key for one in shown.columns]
    assert len(set(keys)) == len(keys)
    assert "ms.example-cpu.fp32.b1.224x224.1t" in keys
    assert "ms.tesla-v100.fp32.b1.224x224.tensorrt-8.book" in keys
    assert "ms.tesla-v100.fp32.b1.224x224.table" not in keys  # of one model only


def test_reported_columns_name_their_source_and_runtime_and_measured_ones_neither() -> None:
    columns = embedded(drawn(SMALL, LARGE, MIDDLE))["columns"]
    latencies = [one for one in columns if isinstance(one, dict) and one["quantity"] == "latency"]
    told = [(one["measured"], one.get("source"), one.get("runtime")) for one in latencies]
    assert (True, None, None) in told
    assert (False, "Book of models", "TensorRT 8") in told


def test_numbers_stand_in_the_units_of_their_axes_beside_the_rows_they_belong_to() -> None:
    columns = embedded(drawn(SMALL, LARGE, MIDDLE))["columns"]
    by_key = {one["key"]: one for one in columns if isinstance(one, dict)}
    assert by_key["flops.224x224"]["values"] == [4.0, 10.0, 7.0]
    assert by_key["top1.224x224"]["values"] == [75.0, 78.1]
    assert by_key["top1.224x224"]["rows"] == [0, 1]


def test_without_two_models_to_compare_there_is_no_chart() -> None:
    assert drawn(SMALL, stored=NOTHING) is None


def test_no_title_ends_the_block_it_is_in() -> None:
    hostile = replace(SMALL, title=Text(plain=HOSTILE))
    models = embedded(drawn(hostile, LARGE))["models"]
    assert models[0] == ["small", HOSTILE, 0]


def test_accuracies_at_two_sizes_bring_the_flops_of_both() -> None:
    wide = [
        replace(one, results=(*one.results, top("79.0", None, "table", input_size=(288, 288))))
        for one in (SMALL, LARGE)
    ]
    shown = drawn(*wide)
    assert shown is not None
    assert {one.series.size for one in shown.columns if one.quantity == "top1"} == {
        (224, 224),
        (288, 288),
    }


def test_scripts_have_their_words_in_every_language() -> None:
    english = embedded(drawn(SMALL, LARGE), "en")["words"]
    chinese = embedded(drawn(SMALL, LARGE), "zh")["words"]
    assert {key for key in english if not str(key).endswith(".one")} == set(chinese)
    assert "chart.frontier" in english


def test_models_drawn_as_others_keep_the_name_of_their_family() -> None:
    models = judge_zoo(replace(ZOO, entries=(SMALL, LARGE)), STORED).models
    placed = [Placed(model=model, family=say("plot.others")) for model in models]
    shown = chart(placed, ZOO)
    content = embedded(shown)
    assert content["models"][0] == ["small", "Small net", 0, 0]
    assert content["others"] == ["Pairs"]


def printed_by_scripts(value: float, digits: int) -> str:
    """As `zoo.printed` does: halves up, decimals by the value's own magnitude."""
    decimals = max(0, digits - 1 - Decimal(value).adjusted())
    return f"{Decimal(value).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP):f}"


@given(st.floats(min_value=1e-3, max_value=1e6))
def test_scripts_print_of_every_time_what_the_tables_print(value: float) -> None:
    assert printed_by_scripts(rounded(value, "latency", milliseconds(value)), 3) == milliseconds(
        value
    )


@given(st.floats(min_value=1e-3, max_value=1e6))
def test_scripts_print_of_every_count_what_the_tables_print(value: float) -> None:
    assert printed_by_scripts(rounded(value, "flops", significant(value)), 4) == significant(value)


@pytest.mark.parametrize(("value", "text"), [(121.454, "121"), (153.477, "153"), (120.5, "120")])
def test_a_time_is_not_rounded_twice(value: float, text: str) -> None:
    assert printed_by_scripts(rounded(value, "latency", milliseconds(value)), 3) == text


def test_what_is_printed_is_printed_alike_once_more() -> None:
    assert significant(99.96, 3) == significant(100.0, 3) == "100"


def test_reported_figures_keep_the_decimals_of_their_sources() -> None:
    columns = embedded(drawn(SMALL, LARGE, MIDDLE))["columns"]
    told = [one for one in columns if isinstance(one, dict) and not one["measured"]]
    assert told
    assert all("decimals" in one for one in told)
    assert not any(
        "decimals" in one for one in columns if isinstance(one, dict) and one["measured"]
    )
