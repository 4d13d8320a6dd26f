"""What machines read: JSON that fits its schema, CSV that no spreadsheet runs, nothing invented."""

import csv
import json
from dataclasses import replace
from functools import cache
from io import StringIO

import pytest
from jsonschema import Draft202012Validator
from page_zoo import LARGE, RECIPE, SMALL, STORED, ZOO, entry, top

from catalogue.entry import Json, Source, Text, Weights, Zoo
from catalogue.page.zoo import judge_zoo
from catalogue.publish.files import published
from catalogue.publish.json_text import schema_text

LANGUAGES = ("en", "zh")
EVIL = (
    "<script>alert(1)</script>",
    "\"quotes\" and 'quotes' & </title>",
    "\u202eright to left, اسم",
    "two\nlines\r\nand a \x00 and a \x1b",
    '=HYPERLINK("https://evil.example",A1)',
    "]]> --> {{ 7 * 7 }} \ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16"),
    "- yes: no # \u2028 \x85 \ufeff \x7f",
)


def files_of(zoo: Zoo) -> dict[str, bytes]:
    return {one.path: one.content for one in published(judge_zoo(zoo, STORED), LANGUAGES)}


@cache
def files() -> dict[str, bytes]:
    return files_of(ZOO)


def evil_zoo(text: str) -> Zoo:
    """A zoo in which a stranger wrote the same text wherever a text can stand."""
    anyone = Text(plain=text)
    model = replace(
        SMALL,
        name=text,
        title=anyone,
        summary=anyone,
        aliases=(text,),
        results=(
            *(replace(one, dataset=text, split=text, note=anyone) for one in SMALL.results),
            top("75.3", None, "book", note=anyone),
        ),
        latencies=tuple(
            replace(one, device=text, runtime=text, note=anyone) for one in SMALL.latencies
        ),
        weights=(Weights(url="javascript:alert(1)", name=text),),
    )
    source = Source(id="book", title=anyone, url="javascript:alert(1)", commit=text, note=anyone)
    family = replace(ZOO.collections[0], title=anyone, summary=anyone)
    return replace(ZOO, entries=(model,), collections=(family,), sources=(source,))


def rows(text: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(text.decode("utf-8-sig"), newline="")))


def close(schema: Json) -> None:
    """Make a schema refuse keys it does not name, so that no key goes undocumented."""
    if isinstance(schema, dict):
        if "properties" in schema:
            schema["additionalProperties"] = False
        for one in schema.values():
            close(one)
    elif isinstance(schema, list):
        for one in schema:
            close(one)


@pytest.mark.parametrize("zoo", [ZOO, *map(evil_zoo, EVIL)], ids=str)
def test_every_document_fits_the_schema_that_is_published_beside_it(zoo: Zoo) -> None:
    made = files_of(zoo)
    schema = json.loads(made["api/models.schema.json"])
    Draft202012Validator.check_schema(schema)
    close(schema)
    strict = Draft202012Validator(schema)
    documents = [
        path
        for path in made
        if path.startswith(("api/models/", "api/families/")) or path == "api/models.json"
    ]
    assert len(documents) > len(zoo.entries)
    for path in documents:
        assert [str(one.message) for one in strict.iter_errors(json.loads(made[path]))] == [], path


def test_the_schema_refuses_a_document_whose_figure_is_text() -> None:
    document = json.loads(files()["api/models/small.json"])
    document["models"][0]["measured"]["complexity"][0]["figures"]["macs"] = "2 G"
    assert not Draft202012Validator(json.loads(schema_text())).is_valid(document)


def test_macs_and_flops_are_told_apart() -> None:
    model = json.loads(files()["api/models/small.json"])["models"][0]
    (counted,) = model["measured"]["complexity"]
    assert counted["figures"]["macs"] == 2_000_000_000
    assert counted["figures"]["flops"] == 4_000_000_000
    assert [(one["quantity"], one["convention"]) for one in model["reported"]["costs"][:3]] == [
        ("FLOPs", "2xmacs"),
        ("FLOPs", "unknown"),
        ("MACs", None),
    ]
    units = {
        (row["convention"], row["unit"])
        for row in rows(files()["api/models.csv"])
        if row["quantity"] == "flops"
    }
    assert units == {("2xmacs", "FLOP"), ("macs", "MAC"), ("unknown", "")}


def test_every_measured_figure_has_its_conditions_and_provenance() -> None:
    document = json.loads(files()["api/models/large.json"])
    (model,) = document["models"]
    held = [one for kind in model["measured"].values() for one in kind]
    assert len(held) == 4
    for one in held:
        assert one["conditions"]["input_size"] == [3, 224, 224]
        assert one["provenance"]["environment"] in document["environments"]
    failed = [one for one in held if one["figures"] is None]
    assert [one["failure"] for one in failed] == ["out of memory at batch 8"]


def test_an_accuracy_out_of_date_says_so() -> None:
    (model,) = json.loads(files()["api/models/middle.json"])["models"]
    assert model["measured"]["accuracy"][0]["out_of_date"] == ["weights"]


def test_every_reported_figure_has_its_sources_and_verdict() -> None:
    document = json.loads(files()["api/models/small.json"])
    (model,) = document["models"]
    claims = [one for kind in model["reported"].values() for one in kind]
    assert len(claims) == 6 + 6 + 4
    for one in claims:
        assert set(one["sources"]) <= set(document["sources"])
        assert one["judgement"]["verdict"]
    assert document["sources"]["book"]["title"] == {"en": "Book of models", "zh": "模型手册"}


def test_the_documents_of_families_and_models_are_parts_of_that_of_all() -> None:
    everything = json.loads(files()["api/models.json"])
    by_id = {one["id"]: one for one in everything["models"]}
    assert list(by_id) == ["small", "large", "middle", "loner"]
    for path, content in files().items():
        if path.startswith(("api/models/", "api/families/")) and path.endswith(".json"):
            part = json.loads(content)
            assert all(by_id[one["id"]] == one for one in part["models"]), path
    family = json.loads(files()["api/families/pairs.json"])
    assert family["families"][0]["models"] == [one["id"] for one in family["models"]]


def test_the_table_and_the_documents_hold_the_same_figures() -> None:
    table = rows(files()["api/models.csv"])
    documents = json.loads(files()["api/models.json"])["models"]
    reported = [one for model in documents for kind in model["reported"].values() for one in kind]
    assert [float(row["value"]) for row in table if row["origin"] == "reported"] == [
        one["value"] for one in reported
    ]
    times = [
        one["figures"]["latency_ms"]
        for model in documents
        for one in model["measured"]["latency"]
        if one["figures"]
    ]
    measured = [row for row in table if row["origin"] == "measured"]
    assert [float(row["value"]) for row in measured if row["quantity"] == "latency"] == times


@pytest.mark.parametrize("text", EVIL)
def test_hostile_text_comes_back_from_json_as_it_went_in(text: str) -> None:
    made = files_of(evil_zoo(text))
    document = json.loads(made["api/models/small.json"])
    assert document["models"][0]["name"] == text
    assert document["sources"]["book"]["url"] is None
    for path, content in made.items():
        if path.endswith(".json") and "schema" not in path:
            assert b"<" not in content, path


@pytest.mark.parametrize("text", EVIL)
def test_no_cell_of_the_table_is_a_formula(text: str) -> None:
    table = rows(files_of(evil_zoo(text))["api/models.csv"])
    assert {row["name"].removeprefix("'") for row in table} == {text}
    for row in table:
        for name, cell in row.items():
            if name not in ("value", "off", "held_against"):
                assert not cell.lstrip().startswith(("=", "+", "-", "@")), (name, cell)


def test_a_model_without_any_figure_is_published_all_the_same() -> None:
    bare = entry("bare", None, builder=None, weights=(), preprocessing=())
    made = files_of(replace(ZOO, entries=(bare, LARGE)))
    (model,) = json.loads(made["api/models/bare.json"])["models"]
    assert model["measured"] == {"complexity": [], "latency": [], "accuracy": []}
    assert RECIPE.input_size is not None


def test_publishing_twice_gives_the_same_bytes() -> None:
    assert files_of(ZOO) == files()
