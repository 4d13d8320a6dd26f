"""The page to compare on: columns of one set of conditions, facts, reasons, paired sets."""

import json
from dataclasses import replace
from itertools import groupby
from typing import Any

from conftest import ROOT
from page_zoo import (
    LARGE,
    LONER,
    MIDDLE,
    SIZE,
    SMALL,
    STORED,
    ZOO,
    accuracy,
    cost,
    record,
    validated,
)

from catalogue.entry import Convention, Quantity, ReportedCost, Text
from catalogue.page.compare import ComparePage, compare_page
from catalogue.page.compare_island import compare_island
from catalogue.page.home import home_page
from catalogue.page.island import runs
from catalogue.page.labels import load_labels
from catalogue.page.voice import Voice
from catalogue.page.wording import Said
from catalogue.page.zoo import judge_zoo
from catalogue.record import Accuracy, Kind
from catalogue.store import Stored

DIGESTS = ("aa" * 32, "bb" * 32, "cc" * 32)
HOSTILE = "</script><script>alert(1)</script>"


def page(stored: Stored = STORED, known: tuple[str, ...] = (), **more: object) -> ComparePage:
    """The page of the small zoo, or of one that `more` changes."""
    judged = judge_zoo(replace(ZOO, **more), stored)  # type: ignore[arg-type]
    made = compare_page(home_page(judged), judged, known)
    assert made is not None
    return made


def island(shown: ComparePage, language: str = "en") -> Any:  # noqa: ANN401 - whatever JSON holds
    labels = {language: load_labels([ROOT / "templates"], language)}
    text = compare_island(shown, Voice(language=language, labels=labels, link=lambda _: None))
    content, _, end = text.partition(">")[2].rpartition("<")
    assert end == "/script>"
    assert "<" not in content
    return json.loads(content)


def with_bits(result: Accuracy, digest: str | None) -> Accuracy:
    return replace(result, bits_sha256=digest)


def test_without_a_chart_there_is_nothing_to_compare() -> None:
    judged = judge_zoo(replace(ZOO, entries=(LONER,)), Stored(environments={}))
    assert compare_page(home_page(judged), judged) is None


def test_each_column_stands_once_beside_those_of_its_quantity_measured_before_reported() -> None:
    columns = page().chart.columns
    keys = [one.series.key for one in columns]
    assert len(set(keys)) == len(keys)
    found = [(one.quantity, one.series.measured) for one in columns]
    runs = [quantity for quantity, _ in groupby(found, key=lambda one: one[0])]
    assert len(runs) == len(set(runs))
    assert found.index(("flops", True)) < found.index(("flops", False))
    assert {"top5", "weights", "activations"} <= set(runs)


def test_flops_that_one_source_reports_at_two_sizes_are_two_columns() -> None:
    def reported(value: str, size: tuple[int, int]) -> ReportedCost:
        convention = Convention.TWO_MACS
        return cost(Quantity.FLOPS, value, 1e9, "book", convention=convention, input_size=size)

    both = (reported("4.0", (224, 224)), reported("6.0", (288, 288)))
    entries = tuple(replace(one, costs=both) for one in (SMALL, LARGE))
    columns = page(entries=entries).chart.columns
    told = {one.series.key: one.series for one in columns if not one.series.measured}
    assert told["flops.book.2xmacs.224x224"].values == {"small": 4.0e9, "large": 4.0e9}
    assert told["flops.book.2xmacs.288x288"].size == (288, 288)


def test_facts_say_how_images_are_prepared_and_leave_out_what_no_entry_says() -> None:
    facts = {one.key: one.values for one in page().facts}
    assert facts["input"] == ("224×224", "224×224", "224×224", "224×224")
    assert facts["weights-license"] == ("MIT", None, None, None)
    resize = facts["resize"][0]
    assert isinstance(resize, Said)
    assert ("size", "256") in resize.values
    assert "aliases" not in {one.key for one in page(entries=(LARGE, MIDDLE)).facts}


def test_a_failed_an_outdated_and_a_missing_measurement_have_reasons_of_their_own() -> None:
    told = page().absences
    (failed,) = [one for one in told.columns if one.model == "large"]
    assert failed.key == "ms.example-cpu.fp32.b8.224x224.1t"
    assert failed.reason.key == "state.failed"
    reasons = dict(told.kinds)
    keys = {kind: [one and one.key for one in of] for kind, of in reasons.items()}
    assert keys[Kind.ACCURACY][:3] == [None, None, "state.stale"]
    assert keys[Kind.COMPLEXITY] == [None, None, None, "state.failed"]
    assert keys[Kind.LATENCY][3] == "state.missing.latency"


def test_models_of_the_same_images_whose_bits_are_there_can_be_tested_in_pairs() -> None:
    first, second, third = DIGESTS
    subset = replace(validated(), manifest_sha256="ef" * 32, images=100, subset=True)
    records = (
        record(SMALL, Kind.ACCURACY, validated(), with_bits(accuracy(30_000, 40_000), first)),
        record(LARGE, Kind.ACCURACY, validated(), with_bits(accuracy(31_000, 40_000), second)),
        record(MIDDLE, Kind.ACCURACY, subset, with_bits(accuracy(50, 60), third)),
    )
    stored = replace(STORED, records=records)
    whole, part = page(stored, known=DIGESTS).paired.sets
    assert whole.files == (("small", first), ("large", second))
    assert part.conditions.key == "paired.subset"
    assert page(stored, known=DIGESTS).paired.reasons[:3] == (None, None, None)
    assert page(stored, known=(first,)).paired.reasons[1] == "paired.elsewhere"
    assert page().paired.reasons == (
        "paired.no-bits",
        "paired.no-bits",
        "paired.out-of-date",
        "paired.not-validated",
    )


def test_the_island_names_rows_texts_and_scripts_of_bits() -> None:
    result = with_bits(accuracy(30_000, 40_000), DIGESTS[0])
    stored = replace(STORED, records=(record(SMALL, Kind.ACCURACY, validated(), result),))
    told = island(page(stored, known=DIGESTS))
    assert told["paired"]["sets"] == [
        {
            "conditions": "the 50,000 images of imagenet-1k in FP32",
            "images": 50_000,
            "of": [[0, "aa" * 8]],
        }
    ]
    (size,) = [one for one in told["facts"] if one["key"] == "input"]
    ((number, count),) = size["of"]
    assert (told["texts"][number], count) == (f"{SIZE[1]}×{SIZE[2]}", 4)


def test_the_island_tells_how_far_apart_the_processes_were_behind_each_time() -> None:
    columns = island(page())["columns"]
    spread = [one for one in columns if "spreads" in one]
    assert spread[0]["key"].startswith("ms.example-cpu")
    assert sum(one[1] if isinstance(one, list) else 1 for one in spread[0]["spreads"]) == len(
        spread[0]["values"]
    )


def test_many_equal_numbers_are_written_once() -> None:
    assert runs([4, 4, 4, 4, 5, 5, -1, 7, 7, 7]) == [[4, 4], 5, 5, -1, [7, 3]]
    assert runs([]) == []


def test_nothing_that_an_entry_says_ends_the_island() -> None:
    hostile = replace(SMALL, title=Text(plain=HOSTILE), aliases=(HOSTILE,))
    told = island(page(entries=(hostile, LARGE)), "zh")
    assert told["models"][0][1] == HOSTILE
    assert HOSTILE in told["texts"]
