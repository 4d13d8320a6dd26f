"""Failures in the words of each language: by their code, or a library's own words, quoted."""

import pytest

from catalogue.failing import DIED, REMARKS, WORDS, failure, recognised, remark
from catalogue.page.failed import precision, remarked, why
from catalogue.page.labels import gaps, load_labels
from catalogue.page.wording import say
from catalogue.record import Failure
from catalogue.render import templates_folder

LABELS = {one: load_labels([templates_folder()], one) for one in ("en", "zh")}


@pytest.mark.parametrize("code", WORDS)
def test_every_code_has_words_in_every_language_with_gaps_that_it_fills(code: str) -> None:
    for labels in LABELS.values():
        assert gaps(labels[f"failure.{code}"]) <= gaps(WORDS[code])


def test_no_label_names_a_code_that_there_is_not() -> None:
    codes = {key.removeprefix("failure.") for key in LABELS["en"] if key.startswith("failure.")}
    assert codes == {*WORDS, "quoted"}
    assert set(WORDS) >= DIED


def test_a_failure_is_said_by_its_code_and_its_values() -> None:
    said = why(failure("out-of-memory", ("batch", 32)))
    assert (said.key, dict(said.values)) == ("failure.out-of-memory", {"batch": "32"})


def test_what_disturbed_is_said_in_words_of_the_language_too() -> None:
    reasons = ("reasons", "foreign load and a low clock")
    counts = ("disturbed", 4), ("processes", 5), ("wanted", 3)
    listed = dict(why(failure("disturbed", reasons, *counts)).values)["reasons"]
    assert isinstance(listed, tuple)
    assert [getattr(one, "key", one) for one in listed] == ["refusal.foreign", "refusal.clock"]


@pytest.mark.parametrize("code", WORDS)
def test_old_records_which_have_the_sentence_alone_are_recognised(code: str) -> None:
    whole = failure(code, *((gap, f"its {gap}") for gap in sorted(gaps(WORDS[code]))))
    found = recognised(Failure(reason=whole.reason, retry=False))
    assert (found.code, dict(found.values)) == (code, dict(whole.values))


def test_what_older_versions_said_of_a_killed_process_is_recognised() -> None:
    old = "the process was killed, most likely for lack of memory, at batch 8"
    found = recognised(Failure(reason=old, retry=False))
    assert (found.code, found.values) == ("killed", (("batch", "8"),))


@pytest.mark.parametrize("code", ["", "of-a-later-version"])
def test_the_words_of_libraries_are_quoted(code: str) -> None:
    said = why(Failure(reason="ValueError: four", retry=False, code=code))
    assert (said.key, dict(said.values)) == ("failure.quoted", {"text": "ValueError: four"})


def test_values_are_one_line() -> None:
    assert failure("raised", ("fault", "a\n b")).reason == "the forward pass raised a b"


@pytest.mark.parametrize("code", REMARKS)
def test_remarks_are_said_in_every_language_with_their_values(code: str) -> None:
    for labels in LABELS.values():
        assert gaps(labels[f"remark.{code}"]) == gaps(REMARKS[code])
    values = tuple((gap, 3 if gap == "count" else gap) for gap in sorted(gaps(REMARKS[code])))
    said = remarked(remark(code, *values))
    assert (said.key, dict(said.values)) == (f"remark.{code}", dict(values))


def test_a_remark_that_is_none_of_ours_is_quoted() -> None:
    assert remarked("four").key == "failure.quoted"


def test_what_is_partly_in_another_precision_is_said_in_words_of_the_language() -> None:
    said = why(failure("precision", ("asked", "fp32"), ("found", "fp32, partly bf16 and int8")))
    assert dict(said.values) == {
        "asked": "fp32",
        "found": say("precision.partly", first="fp32", others=("bf16", "int8")),
    }
    assert precision("amp bf16", str.upper) == "AMP BF16"
