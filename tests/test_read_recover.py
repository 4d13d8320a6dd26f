"""A syntax error costs the item it stands in, and nothing else."""

import re
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from written import said, written

from catalogue.check import check_zoo
from catalogue.read import read_zoo

FIRST = "  - Name: first\n    Weights: https://a.org/first.pth\n"
LAST = "  - Name: last\n    Config: https://a.org/last.py\n"


@pytest.mark.parametrize(
    ("damage", "start"),
    [
        ("    Title: Swin: a tale\n", "5:16: error: a second ': ' in 'Title: Swin: a tale'"),
        ("    Title: %d\n", "5:12: error: 'Title: %d' has a text that begins with %, @ or `"),
        ("    Title: @x\n", "5:12: error: "),
        ("    Title: 'abc\n", "5:12: error: a quotation begins in 'Title: 'abc' and never ends"),
        ("    Alias: [a, b\n", "5:12: error: a bracket opened in 'Alias: [a, b' is not closed"),
        ("    Alias: {a: b\n", "5:12: error: a bracket opened in "),
        ("    Alias: [a]]\n", "5:15: error: 'Alias: [a]]' goes on after a value has ended"),
        ('    Title: "a" b\n', "5:16: error: 'Title: \"a\" b' goes on after a value has ended"),
        (
            "    Title: *bold* x\n",
            "5:17: error: 'Title: *bold* x' has a text that begins with * or &",
        ),
        ("    Title: !<x y\n", "5:15: error: 'Title: !<x y' has a text that begins with !"),
        ("    Summary: >x\n", "5:15: error: 'Summary: >x' has text after | or >"),
        (
            '    Title: "a\\qb"\n',
            "5:14: error: 'Title: \"a\\qb\"' has a backslash in double quotes",
        ),
        ("\tTitle: x\n", "5:1: error: a tab indents this line"),
        ("    Title：x\n", "5:10: error: full-width '：' (U+FF1A) where YAML needs ':'"),
        ("   Title: x\n", "5:4: error: 'Title: x' does not line up"),
        ("    Title\n    Alias: x\n", "5:5: error: 'Title' has no colon"),
    ],
)
def test_a_damaged_model_is_said_and_its_neighbours_are_read(
    tmp_path: Path, damage: str, start: str
) -> None:
    reading = written(tmp_path, "Models:\n" + FIRST + "  - Name: bad\n" + damage + LAST)
    names = [entry.name for entry in reading.zoo.entries]
    assert "first" in names
    assert "last" in names
    assert "bad" not in names
    errors = [message for message in said(reading) if " error: " in message]
    assert len(errors) == 1
    assert errors[0].startswith(start)
    assert "'bad' not read" in errors[0]


def test_several_damaged_models_are_each_said(tmp_path: Path) -> None:
    text = "Models:\n" + "".join(f"  - Name: m{n}\n    Title: a: b\n{FIRST}" for n in range(5))
    reading = written(tmp_path, text)
    assert {entry.name for entry in reading.zoo.entries} == {"first"}
    assert sum("[syntax]" in message for message in said(reading)) == 5


def test_collections_and_models_at_the_margin_are_items_too(tmp_path: Path) -> None:
    reading = written(
        tmp_path,
        "Collections:\n- Name: A\n  Title: a: b\n- Name: B\nModels:\n- Name: m\n"
        "  In Collection: B\n- Name: [\n- Name: n\n",
    )
    assert [one.name for one in reading.zoo.collections] == ["B"]
    assert [one.name for one in reading.zoo.entries] == ["m", "n"]


def test_every_document_of_a_file_is_read(tmp_path: Path) -> None:
    reading = written(tmp_path, "Models:\n  - Name: a\n---\nModels:\n  - Name: b\n")
    assert [entry.name for entry in reading.zoo.entries] == ["a", "b"]
    assert said(reading) == [
        (
            "3:1: error: '---' begins another YAML document in this file; delete the line "
            "[several-documents]"
        )
    ]


SOURCE = """\
Sources:
  s: {Title: A table, URL: "https://a.org/t.md"}
Collections:
  - Name: DPN
    Paper: {Title: "Dual: Path", URL: "https://arxiv.org/abs/1707.01629"}
    Metadata:
      Training Data: [ImageNet-1k]
Models:
""" + "".join(
    f"""\
  - Name: model{number}
    In Collection: DPN
    Title: {{en: "Model {number}", zh: 模型{number}}}
    Weights: https://a.org/model{number}-71dfe43e0.pth
    Metadata:
      FLOPs: 20586274792
      Architecture:
        - DPN Block
    Results:
      - Task: Image Classification
        Dataset: ImageNet
        Metrics: {{Top 1 Accuracy: 79.8%, Top 5 Accuracy: 94.7%}}
        Source: s
    Latency:
      - {{Device: T4, Precision: FP32, By Batch: {{1: 8.26, 4: 33.96}}, Source: s}}
"""
    for number in range(6)
)
JUNK = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        [
            *(
                "\t",
                "[",
                "]",
                "{",
                "}",
                "'",
                '"',
                ": ",
                "- ",
                "#",
                "&a",
                "*a",
                "!!x",
                "|",
                ">",
                "%",
            ),
            *("\n", "\n\n", "---\n", "<<: *a", "- - - ", "\u200b", "\x08", "null", ".nan", "1e999"),
            *("：", "？"),
        ]
    ),
)


def read_text(text: str) -> list[str]:
    """Names of the models read from a text; that nothing raises is the point."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "model-index.yml"
        path.write_text(text, encoding="utf-8", errors="surrogatepass", newline="")
        reading = read_zoo(path)
        for one in (*reading.diagnostics, *check_zoo(reading.zoo)):
            assert "\n" not in str(one)
        return [entry.name for entry in reading.zoo.entries]


@settings(max_examples=150, deadline=None)
@given(st.integers(0, len(SOURCE)), st.integers(0, 30), JUNK)
def test_any_damage_anywhere_is_survived(position: int, length: int, junk: str) -> None:
    read_text(SOURCE[:position] + junk + SOURCE[position + length :])


MODEL = re.compile(r"  - Name: model3\n(?:    .*\n)+")


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_damage_within_a_model_s_line_spares_its_neighbours(data: st.DataObject) -> None:
    span = MODEL.search(SOURCE)
    assert span is not None
    lines = span[0].splitlines(keepends=True)
    number = data.draw(st.integers(0, len(lines) - 1))
    junk = data.draw(
        st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), max_size=8)
    )
    where = data.draw(st.integers(4, len(lines[number]) - 1))
    lines[number] = lines[number][:where] + junk + lines[number][where:]
    names = read_text(SOURCE[: span.start()] + "".join(lines) + SOURCE[span.end() :])
    expected = {f"model{other}" for other in range(6) if other != 3}
    assert expected <= set(names)


@pytest.mark.parametrize(
    ("indent", "place", "more"),
    [("  ", 0, ""), ("  ", 1, ""), ("  ", 3, ""), ("  ", 1, "    Title: x\n"), ("", 0, "")],
)
def test_a_dash_without_its_space_costs_that_model_alone(
    tmp_path: Path, indent: str, place: int, more: str
) -> None:
    items = [f"{indent}- Name: {name}\n" for name in ("first", "next", "last")]
    items.insert(place, f"{indent}-Name: bad\n{more}")
    reading = written(tmp_path, "Models:\n" + "".join(items))
    assert [entry.name for entry in reading.zoo.entries] == ["first", "next", "last"]
    (error,) = [message for message in said(reading) if " error: " in message]
    assert error.startswith(
        f"{place + 2}:{len(indent) + 1}: error: '-Name: bad' lacks the space after its dash; "
        "expected '- Name: bad'"
    )
