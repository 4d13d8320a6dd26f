"""The collection of broken inputs: each gets the diagnosis it deserves, and loses nobody else."""

import json
from pathlib import Path
from typing import Any

import pytest

from catalogue.check import check_zoo
from catalogue.errors import Diagnostic, Severity
from catalogue.read import read_zoo

FOLDER = Path(__file__).parent / "data" / "malformed"
CASES: list[dict[str, Any]] = json.loads((FOLDER / "cases.json").read_text(encoding="utf-8"))


def diagnose(folder: Path) -> list[Diagnostic]:
    reading = read_zoo(folder)
    return [*reading.diagnostics, *check_zoo(reading.zoo)]


def fits(expected: dict[str, Any], found: Diagnostic) -> bool:
    return (
        found.severity.word == expected["severity"]
        and found.place.file == expected["file"]
        and expected["line"] in (None, found.place.line)
        and expected["column"] in (None, found.place.column)
        and expected["says"] in found.message
    )


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_a_broken_input_gets_its_diagnosis_and_no_other_warning(case: dict[str, Any]) -> None:
    found = diagnose(FOLDER / case["id"])
    for expected in case["expect"]:
        fitting = [one for one in found if fits(expected, one)]
        assert fitting, f"{expected} is not among {[str(one) for one in found]}"
        found.remove(fitting[0])
    assert [str(one) for one in found if one.severity > Severity.NOTE] == []


def test_every_message_is_one_line_without_python_in_it() -> None:
    for case in CASES:
        for found in diagnose(FOLDER / case["id"]):
            assert "\n" not in str(found)
            assert "Node(" not in found.message
            assert "Traceback" not in found.message


def test_a_broken_file_does_not_hinder_its_neighbour() -> None:
    reading = read_zoo(FOLDER / "47-import-no-file-level-isolation")
    assert [entry.name for entry in reading.zoo.entries] == ["ok"]


def test_the_plural_of_in_collection_is_read_all_the_same() -> None:
    reading = read_zoo(FOLDER / "05-in-collections-plural")
    assert reading.zoo.entries[0].collection == "EfficientNet"


def test_models_take_over_the_collection_in_their_own_file() -> None:
    reading = read_zoo(FOLDER / "09-duplicate-collection-other-file")
    assert {entry.name: entry.readme for entry in reading.zoo.entries} == {
        "a": "det/det.md",
        "b": "rec/rec.md",
    }


def test_a_gbk_file_is_read_as_gbk_after_it_was_said() -> None:
    entry = read_zoo(FOLDER / "33-gbk-encoding").zoo.entries[0]
    assert entry.summary is not None
    assert entry.summary.plain == "双通道网络"


def test_yaml_1_1_words_stay_texts() -> None:
    entry = read_zoo(FOLDER / "35-yaml11-norway").zoo.entries[0]
    assert entry.name == "no"
    assert entry.aliases == ("on", "y", "1:30")
    assert entry.metadata[0].values == ("2012",)


def test_a_misspelt_language_is_read_as_the_one_meant() -> None:
    entry = read_zoo(FOLDER / "75-language-key").zoo.entries[0]
    assert entry.summary is not None
    assert entry.summary.languages == ("en", "zh")


def test_a_model_s_metadata_replaces_its_collection_s_of_the_same_name() -> None:
    entry = read_zoo(FOLDER / "83-metadata-dict-both-longkey").zoo.entries[0]
    assert [(one.name, one.values) for one in entry.metadata] == [("Training", ("Momentum: 0.9",))]


def test_keys_the_format_does_not_know_are_kept() -> None:
    entry = read_zoo(FOLDER / "67-result-extra-keys").zoo.entries[0]
    assert [(one.name, one.values) for one in entry.extra] == [("Results 1: Config", ("eval.py",))]
    assert entry.results[0].sources == ("paper",)
