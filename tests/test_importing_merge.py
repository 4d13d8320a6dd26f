"""The merge that people win: every edit is as small as what changed, and comments stay."""

import difflib

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from catalogue.entry import Json
from catalogue.errors import CatalogueError
from catalogue.importing.merge import merged
from catalogue.importing.spell import Digits, spelt, spelt_item

ZOO = """\
# 我们的模型
Models:
  - Name: a   # 甲
    Weights: https://x.org/y-1.pth  # mine
    Alias: [q]
    Preprocessing:
      - {ID: p, Crop Pct: 0.875}   # as timm has it
    Description: |
      Text.

  # about b
  - Name: b
    ID: bb
    Results:
    Alias: []

# the end
"""


def model(**fields: Json) -> dict[str, Json]:
    return {"ID": "a", "Name": "a"} | {key.replace("_", " "): one for key, one in fields.items()}


def changed(before: str, after: str) -> list[str]:
    """The lines that differ, with their signs."""
    lines = difflib.ndiff(before.splitlines(), after.splitlines())
    return [line for line in lines if line[0] in "+-"]


def merge(wanted: list[Json], before: list[Json], text: str = ZOO) -> str:
    return merged(text, {"Models": wanted}, {"Models": before}, file="a.yml").text


def test_a_value_of_ours_is_renewed_in_its_line() -> None:
    old, new = model(Weights="https://x.org/y-1.pth"), model(Weights="https://x.org/y-2.pth")
    assert changed(ZOO, merge([new], [old])) == [
        "-     Weights: https://x.org/y-1.pth  # mine",
        "+     Weights: https://x.org/y-2.pth  # mine",
    ]


def test_a_value_that_a_person_changed_stays_and_is_said_once() -> None:
    old, new = model(Weights="https://x.org/old.pth"), model(Weights="https://x.org/new.pth")
    first = merged(ZOO, {"Models": [new]}, {"Models": [old]}, file="a.yml")
    assert first.text == ZOO
    assert first.kept == (
        "a > Weights: 'https://x.org/y-1.pth' stays, the import says 'https://x.org/new.pth'",
    )
    assert merged(ZOO, {"Models": [new]}, {"Models": [new]}, file="a.yml").kept == ()


def test_a_new_key_stands_below_the_last_of_its_model() -> None:
    assert changed(ZOO, merge([model(Title="A")], [model()])) == ["+     Title: A"]
    lines = merge([model(Title="A")], [model()]).splitlines()
    assert lines[lines.index("    Title: A") - 1] == "      Text."


def test_a_key_that_a_person_deleted_stays_out() -> None:
    assert merge([model(Title="A")], [model(Title="A")]) == ZOO


def test_list_members_are_matched_by_what_identifies_them() -> None:
    recipes: list[Json] = [{"ID": "q"}, {"ID": "p", "Crop Pct": 0.875, "Mean": [0.5]}]
    assert changed(ZOO, merge([model(Preprocessing=recipes)], [])) == [
        "-       - {ID: p, Crop Pct: 0.875}   # as timm has it",
        "+       - {ID: p, Crop Pct: 0.875, Mean: [0.5]}   # as timm has it",
        "+       - {ID: q}",
    ]


def test_a_list_member_that_a_person_deleted_stays_out() -> None:
    recipes: list[Json] = [{"ID": "q"}]
    assert merge([model(Preprocessing=recipes)], [model(Preprocessing=recipes)]) == ZOO


def test_words_are_added_to_lists_of_words() -> None:
    assert "Alias: [q, r]\n" in merge([model(Alias=["q", "r"])], [])
    assert merge([model(Alias=["q", "r"])], [model(Alias=["r"])]) == ZOO


def test_empty_keys_are_filled() -> None:
    wanted: Json = {"ID": "bb", "Name": "b", "Alias": ["z"], "Results": [{"Dataset": "d"}]}
    text = merge([wanted], [])
    assert "    Results:\n      - {Dataset: d}\n    Alias: [z]\n" in text


def test_a_new_model_stands_behind_the_last_and_the_end_stays_the_end() -> None:
    text = merge([{"ID": "c", "Name": "c"}], [])
    assert text.endswith("    Alias: []\n\n  - ID: c\n    Name: c\n\n# the end\n")


def test_an_id_counts_more_than_a_name() -> None:
    wanted: Json = {"ID": "bb", "Name": "renamed", "Title": "B"}
    assert changed(ZOO, merge([wanted], [])) == ["+     Title: B"]


def test_a_claim_of_several_sources_is_not_repeated_nor_renewed_for_one() -> None:
    text = (
        "Models:\n  - Name: a\n    Costs:\n      - {Quantity: MACs, Value: 2.35, Source: [s, t]}\n"
    )
    costs: list[Json] = [{"Quantity": "MACs", "Value": Digits("2.35"), "Source": "s"}]
    assert merge([model(Costs=costs)], [], text) == text
    newer: list[Json] = [{"Quantity": "MACs", "Value": Digits("2.40"), "Source": "s"}]
    outcome = merged(
        text,
        {"Models": [model(Costs=newer)]},
        {"Models": [model(Costs=costs)]},
        file="a.yml",
    )
    assert outcome.text == text
    assert outcome.kept == ("a > Costs > MACs > Value: '2.35' stays, the import says '2.40'",)


def test_what_an_anchor_shares_is_left_alone() -> None:
    text = "Models:\n  - Name: a\n    License: &l {Code: MIT}\n  - Name: b\n    License: *l\n"
    wanted = model(License={"Code": "MIT", "Weights": "MIT"})
    outcome = merged(text, {"Models": [wanted]}, {}, file="a.yml")
    assert (outcome.text, outcome.kept) == (text, ("a > License: stays, an anchor shares it",))


def test_a_file_that_is_no_sound_yaml_is_refused_at_the_place() -> None:
    with pytest.raises(CatalogueError) as fault:
        merged("Models:\n  - {Name: a\n", {"Models": [model()]}, {}, file="a.yml")
    assert str(fault.value).startswith("a.yml:2:5: ")
    assert "\n" not in str(fault.value)


def test_deep_brackets_end_in_one_line() -> None:
    with pytest.raises(CatalogueError, match=r"^a\.yml:1:\d+: .*nest"):
        merged("[" * 40_000, {"Models": [model()]}, {}, file="a.yml")


NAMES = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\ufeff\ufffe\uffff"), max_size=12
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | NAMES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=8,
)


@settings(deadline=None)
@given(value=VALUES)
def test_any_value_reads_back_from_one_line(value: Json) -> None:
    assert yaml.safe_load(f"k: {spelt(value)}") == {"k": value}


@settings(deadline=None)
@given(value=VALUES)
def test_any_value_reads_back_from_a_block(value: Json) -> None:
    assert yaml.safe_load(spelt_item("k", value, 0)) == {"k": value}


@settings(deadline=None)
@given(value=VALUES, depth=st.integers(0, 2))
def test_a_merge_keeps_every_character_around_what_it_adds(value: Json, depth: int) -> None:
    wanted = model(New=value) | {"ID": ["a", "bb", "c"][depth]}
    wanted |= {"Name": ["a", "b", "c"][depth]}
    text = merge([wanted], [])
    kept = [line for line in difflib.ndiff(ZOO.splitlines(), text.splitlines()) if line[0] == "-"]
    assert kept == []
    assert merge([wanted], [wanted], text) == text
