"""What machines read: JSON that fits its schema, CSV that no spreadsheet runs, nothing invented."""

import csv
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from io import StringIO
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
import yaml
from conftest import ROOT
from huggingface_hub import (
    ModelCardData,
    eval_result_entries_to_yaml,
    parse_eval_result_entries,
)
from jsonschema import Draft202012Validator
from page_zoo import LARGE, RECIPE, SMALL, STORED, ZOO, entry, latency, record, timed, top

from catalogue.entry import Figure, Json, Role, Source, Text, Weights, Zoo
from catalogue.failing import WORDS
from catalogue.importing.huggingface import import_card
from catalogue.page.zoo import judge_zoo
from catalogue.publish.badges import _fitting, _way, around_of, badges, ways_of
from catalogue.publish.files import published
from catalogue.publish.json_text import DETAILS, USUAL, schema_text
from catalogue.publish.wellformed import yaml_text
from catalogue.read import read_zoo
from catalogue.record import Kind

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


@pytest.mark.parametrize("page", ["machines.md", "machines.zh.md"])
def test_the_page_for_machines_says_how_the_first_column_of_tables_is_read(page: str) -> None:
    told = re.findall('encoding="([^"]+)"', (ROOT / "docs" / page).read_text(encoding="utf-8"))
    assert told
    for path, content in files().items():
        if path.endswith(".csv"):
            first = content.decode(told[0]).partition(",")[0]
            assert first.isalpha(), path


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


def test_times_that_contradict_each_other_are_published_with_their_sources() -> None:
    (model,) = json.loads(files()["api/models/small.json"])["models"]
    (found,) = model["reported"]["contradictions"]
    assert (found["device"], found["precision"], found["batch_size"]) == ("Tesla V100", "FP32", 1)
    assert found["ratio"] == pytest.approx(28.083 / 8.26, rel=1e-5)
    size = {"input_size": [224, 224]}
    assert found["figures"] == [
        {"value": 8.26, "runtime": "TensorRT 8", **size, "sources": ["book"]},
        {"value": 28.083, **size, "sources": ["table"]},
    ]
    assert "no-runtime" in found["reasons"]
    labels = yaml.safe_load(Path("templates/labels/en.yml").read_text("utf-8"))
    assert {f"contradiction.{one}" for one in found["reasons"]} <= labels.keys()


def test_a_figure_as_its_source_prints_it_is_told_where_the_value_does_not_tell_it() -> None:
    percent = Figure(value=75.3, text="75.3%", resolution=0.1)
    told = [top("75.30", None, "book"), top("75.3", None, "table")]
    told.append(replace(told[1], top1=percent, metrics=()))
    made = files_of(replace(ZOO, entries=(replace(SMALL, results=tuple(told)),)))
    (model,) = json.loads(made["api/models/small.json"])["models"]
    assert [
        (one["value"], one.get("printed"), one.get("resolution"))
        for one in model["reported"]["accuracies"]
    ] == [(75.3, "75.30", 0.01), (75.3, None, None), (75.3, None, None)]


def test_macs_and_flops_are_told_apart() -> None:
    model = json.loads(files()["api/models/small.json"])["models"][0]
    (counted,) = model["measured"]["complexity"]
    assert counted["figures"]["macs"] == 2_000_000_000
    assert counted["figures"]["flops"] == 4_000_000_000
    assert [(one["quantity"], one.get("convention")) for one in model["reported"]["costs"][:3]] == [
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


def points(document: dict[str, Any]) -> list[tuple[Any, Any]]:
    """Every measurement of a document's models as (conditions, measurement)."""
    return [
        (document["conditions"][kind][line["conditions"]], one)
        for model in document["models"]
        for kind, lines in model["measured"].items()
        for line in lines
        for one in line.get("points", [line])
    ]


def test_every_measured_figure_has_its_conditions_and_provenance() -> None:
    document = json.loads(files()["api/models/large.json"])
    held = points(document)
    assert len(held) == 4
    for conditions, one in held:
        assert conditions["input_size"] == [3, 224, 224]
        setup = document["setups"][one["provenance"]["setup"]]
        assert setup["environment"] in document["environments"]
    failed = [one for _, one in held if "figures" not in one]
    assert [one["failure"] for one in failed] == [
        {"reason": "out of memory at batch 8", "code": "out-of-memory", "values": {"batch": "8"}}
    ]


def test_the_document_of_all_tells_the_code_of_a_failure_and_the_same_conditions() -> None:
    everything = json.loads(files()["api/models.json"])
    failed = [one["failure"] for _, one in points(everything) if "failure" in one]
    assert {"reason": "out of memory at batch 8", "code": "out-of-memory"} in failed
    for path in files():
        if path.startswith("api/models/"):
            own = json.loads(files()[path])["conditions"]
            for kind, conditions in own.items():
                assert conditions.keys() <= everything["conditions"][kind].keys(), path


@pytest.mark.parametrize("code", WORDS)
def test_pages_have_words_for_the_code_of_every_failure_that_is_published(code: str) -> None:
    for language in LANGUAGES:
        labels = yaml.safe_load(Path(f"templates/labels/{language}.yml").read_text("utf-8"))
        assert f"failure.{code}" in labels


def test_latencies_that_differ_in_the_batch_size_alone_share_their_conditions() -> None:
    document = json.loads(files()["api/models/large.json"])
    (line,) = document["models"][0]["measured"]["latency"]
    assert [one["batch_size"] for one in line["points"]] == [1, 8]
    assert "batch_size" not in document["conditions"]["latency"][line["conditions"]]
    assert line["points"][0]["figures"]["latency_ms"] == 55.0


def empty(value: Json) -> Iterator[str]:
    """The keys of a document that hold nothing, or what goes without saying."""
    if isinstance(value, dict):
        yield from (
            key for key, one in value.items() if one in (None, []) or USUAL.get(key, "") == one
        )
        for one in value.values():
            yield from empty(one)
    elif isinstance(value, list):
        for one in value:
            yield from empty(one)


@pytest.mark.parametrize(
    "text", ["calm", '"note":null,"x":[]}', '\\","note":null', '","usual":true}', *EVIL]
)
def test_keys_that_would_hold_nothing_are_missing_and_texts_that_look_like_such_stay(
    text: str,
) -> None:
    made = files_of(evil_zoo(text))
    documents = [path for path in made if path.endswith(".json") and "schema" not in path]
    assert not [key for path in documents for key in empty(json.loads(made[path]))]
    everything = json.loads(made["api/models.json"])
    assert everything["models"][0]["name"] == text
    assert everything["models"][0]["reported"]["latencies"][0]["runtime"] == text


def test_an_accuracy_out_of_date_says_so() -> None:
    (model,) = json.loads(files()["api/models/middle.json"])["models"]
    assert model["measured"]["accuracy"][0]["out_of_date"] == ["weights"]


def test_every_reported_figure_has_its_sources_and_verdict() -> None:
    document = json.loads(files()["api/models/small.json"])
    (model,) = document["models"]
    claims = [
        one for kind, all_ in model["reported"].items() if kind != "contradictions" for one in all_
    ]
    assert len(claims) == 6 + 6 + 3
    assert sum(len(one.get("points", [])) for one in claims) == 4
    for one in claims:
        assert set(one["sources"]) <= set(document["sources"])
        assert one["judgement"]["verdict"]
    assert document["sources"]["book"]["title"] == {"en": "Book of models", "zh": "模型手册"}


def is_part(brief: Json, whole: Json) -> bool:
    """Whether a value says nothing that another does not say at the same place."""
    if isinstance(brief, dict) and isinstance(whole, dict):
        return all(key in whole and is_part(one, whole[key]) for key, one in brief.items())
    if isinstance(brief, list) and isinstance(whole, list):
        return len(brief) == len(whole) and all(map(is_part, brief, whole))
    return brief == whole


def test_the_document_of_all_leaves_out_how_figures_came_about_and_no_figure() -> None:
    (brief, *_) = json.loads(files()["api/models.json"])["models"]
    (whole,) = json.loads(files()["api/models/small.json"])["models"]
    assert brief["measured"]["latency"][0]["points"][0]["figures"]["latency_ms"] == 40.0
    assert "provenance" in whole["measured"]["latency"][0]["points"][0]
    text = json.dumps(brief)
    assert not [key for key in DETAILS if f'"{key}":' in text]
    for kind in ("costs", "accuracies"):
        told = [(one["value"], one["judgement"]["verdict"]) for one in brief["reported"][kind]]
        assert told == [
            (one["value"], one["judgement"]["verdict"]) for one in whole["reported"][kind]
        ]


def test_the_documents_of_models_say_all_that_the_document_of_all_says() -> None:
    everything = json.loads(files()["api/models.json"])
    by_id = {one["id"]: one for one in everything["models"]}
    assert list(by_id) == ["small", "large", "middle", "loner"]
    for path, content in files().items():
        if path.startswith(("api/models/", "api/families/")) and path.endswith(".json"):
            part = json.loads(content)
            assert all(is_part(by_id[one["id"]], one) for one in part.get("models", [])), path
    family = json.loads(files()["api/families/pairs.json"])
    assert family["families"][0]["models"] == ["small", "large", "middle"]
    assert "models" not in family, "a family's models have documents of their own"
    own = json.loads(files()["api/models/small.json"])["families"]
    assert own == [{key: one for key, one in family["families"][0].items() if key != "models"}]


def test_the_table_and_the_documents_hold_the_same_figures() -> None:
    table = rows(files()["api/models.csv"])
    documents = json.loads(files()["api/models.json"])["models"]
    claims = [model["reported"] for model in documents]
    reported = [
        one
        for claim in claims
        for one in (
            *claim.get("costs", []),
            *claim.get("accuracies", []),
            *(point for line in claim.get("latencies", []) for point in line["points"]),
        )
    ]
    assert [float(row["value"]) for row in table if row["origin"] == "reported"] == [
        one["value"] for one in reported
    ]
    times = [
        one["figures"]["latency_ms"]
        for model in documents
        for line in model["measured"].get("latency", [])
        for one in line["points"]
        if "figures" in one
    ]
    measured = [row for row in table if row["origin"] == "measured"]
    assert [float(row["value"]) for row in measured if row["quantity"] == "latency"] == times


@pytest.mark.parametrize("text", EVIL)
def test_hostile_text_comes_back_from_json_as_it_went_in(text: str) -> None:
    made = files_of(evil_zoo(text))
    document = json.loads(made["api/models/small.json"])
    assert document["models"][0]["name"] == text
    assert "url" not in document["sources"]["book"]
    assert "title" not in document["models"][0], "the name is not repeated"
    for path, content in made.items():
        if path.endswith(".json") and "schema" not in path:
            assert b"<" not in content, path


@pytest.mark.parametrize("text", EVIL)
def test_no_cell_of_the_table_is_a_formula(text: str) -> None:
    made = files_of(evil_zoo(text))
    (names,) = rows(made["api/names.csv"])
    assert names["name"].removeprefix("'") == names["title"].removeprefix("'") == text
    for row in (names, *rows(made["api/models.csv"])):
        for name, cell in row.items():
            if name not in ("value", "off", "held_against"):
                assert not cell.lstrip().startswith(("=", "+", "-", "@")), (name, cell)


def test_the_tables_of_sources_and_setups_hold_what_rows_refer_to() -> None:
    table = rows(files()["api/models.csv"])
    sources = {one["source"]: one for one in rows(files()["api/sources.csv"])}
    setups = {one["setup"]: one for one in rows(files()["api/setups.csv"])}
    names = {one["model"]: one for one in rows(files()["api/names.csv"])}
    assert {row["model"] for row in table} <= set(names)
    assert (names["small"]["family"], names["loner"]["family"]) == ("pairs", "")
    assert {key for row in table for key in row["sources"].split()} <= set(sources)
    assert {row["setup"] for row in table if row["origin"] == "measured"} <= set(setups)
    assert sources["book"]["title"] == "Book of models"
    assert {one["cpu"] for one in setups.values()} == {"Example CPU"}
    own = [json.loads(text) for path, text in files().items() if path.startswith("api/models/")]
    assert {key for document in own for key in document["setups"]} == set(setups)


def test_a_source_is_published_with_its_archived_copy() -> None:
    kept = "https://web.archive.org/web/2026/https://example.org/"
    zoo = replace(ZOO, sources=tuple(replace(one, archive=kept) for one in ZOO.sources))
    made = files_of(zoo)
    assert json.loads(made["api/models.json"])["sources"]["book"]["archive"] == kept
    assert {one["archive"] for one in rows(made["api/sources.csv"])} == {kept}


def test_a_model_without_any_figure_is_published_all_the_same() -> None:
    bare = entry("bare", None, builder=None, weights=(), preprocessing=())
    made = files_of(replace(ZOO, entries=(bare, LARGE)))
    (model,) = json.loads(made["api/models/bare.json"])["models"]
    assert model["measured"] == model["reported"] == {}
    assert RECIPE.input_size is not None


def test_files_of_models_whose_ids_have_dots_never_share_a_name() -> None:
    names = ("a", "a.params", "a.params.svg", "a.card", "a.card.yml", "a.eval_results")
    zoo = replace(ZOO, entries=tuple(entry(name, None) for name in names))
    paths = [one.path for one in published(judge_zoo(zoo, STORED), LANGUAGES)]
    assert len({path.casefold() for path in paths}) == len(paths)
    assert sum(path.startswith("api/badges/") for path in paths) == 8 * len(names)


def test_publishing_twice_gives_the_same_bytes() -> None:
    assert files_of(ZOO) == files()


def everything(zoo: Zoo) -> Iterator[tuple[str, str]]:
    """(path, text) of every file."""
    return ((path, content.decode("utf-8-sig")) for path, content in files_of(zoo).items())


def tree(text: str | bytes) -> ET.Element:
    """What a reader makes of XML that we wrote ourselves."""
    return ET.fromstring(text)  # noqa: S314


@pytest.mark.parametrize("text", EVIL)
def test_every_xml_file_is_well_formed_and_holds_no_element_of_a_stranger(text: str) -> None:
    checked = 0
    for path, content in everything(evil_zoo(text)):
        if path.endswith(".svg"):
            tags = {one.tag.rpartition("}")[2] for one in tree(content).iter()}
            assert tags <= {"svg", "rect", "path", "text"}, path
            checked += 1
    assert checked == 4


@pytest.mark.parametrize("text", EVIL)
def test_hostile_text_in_yaml_stays_text(text: str) -> None:
    made = files_of(evil_zoo(text))
    whole = yaml.safe_load(made["api/model-index.yml"])
    assert whole["Models"][0]["Name"] == text
    assert whole["Sources"]["book"] == {"Title": text, "Commit": text}
    assert yaml.safe_load(made["api/huggingface/small.card.yml"])["model-index"]
    assert isinstance(yaml.safe_load(made["api/huggingface/small.eval_results.yml"]), list)


@pytest.mark.parametrize(
    "value",
    [*EVIL, "", "yes", "1.0", "2026-01-02", "~", "a: b", "# no", 1, 2.5, True, None, [], {}],
)
def test_yaml_gives_back_every_value(value: Json) -> None:
    whole: Json = {"key": value, "list": [value, [value], {"in": value}], str(value): {"deep": 1}}
    assert yaml.safe_load(yaml_text(whole)) == whole


def test_badges_say_what_holds_and_under_what() -> None:
    said = {
        path.removeprefix("api/badges/").removesuffix(".json"): json.loads(content)["message"]
        for path, content in files().items()
        if path.startswith("api/badges/") and path.endswith(".json")
    }
    assert said["small.params"] == "10.00 M"
    assert said["small.flops"] == "4.000 G at 224×224"
    assert said["small.top1"] == "75.000 % at 224×224, FP32"
    assert said["small.latency"] == "40.0 ms: Example CPU, FP32, batch 1, eager, 224×224"
    assert said["middle.top1"] == "74.50 %, reported by Book of models"
    assert said["loner.params"] == "measuring failed"
    assert said["loner.latency"] == "not measured"
    assert len(said) == 16


def test_the_badge_of_a_reported_accuracy_is_of_the_source_that_the_home_page_compares_by() -> None:
    figures = {"a": "71.1", "b": "72.2", "c": "73.3"}
    models = [
        entry(
            name,
            "Pairs",
            results=(
                *([] if name == "c" else [top("70.0", None, "book", preprocessing="timm")]),
                top(told, None, "table", preprocessing="timm"),
            ),
        )
        for name, told in figures.items()
    ]
    made = files_of(replace(ZOO, entries=tuple(models)))
    for name, told in figures.items():
        message = json.loads(made[f"api/badges/{name}.top1.json"])["message"]
        assert message == f"{told} %, reported by table.csv"


def test_a_badge_has_the_fields_that_shields_reads_and_says_the_same_as_its_picture() -> None:
    for path, content in files().items():
        if path.startswith("api/badges/") and path.endswith(".json"):
            badge = json.loads(content)
            assert set(badge) == {"schemaVersion", "label", "message", "color"}
            assert badge["schemaVersion"] == 1
            picture = tree(files()[path.replace(".json", ".svg")])
            texts = [one.text for one in picture.iter("{http://www.w3.org/2000/svg}text")]
            assert texts == [badge["label"], badge["message"]]


def test_the_hub_reads_a_card_and_writes_it_without_giving_a_figure_to_another_source() -> None:
    fields = yaml.safe_load(files()["api/huggingface/small.card.yml"])
    first = ModelCardData(**fields)
    assert first.license == "mit"
    again = ModelCardData(**yaml.safe_load(first.to_yaml()))
    for card in (first, again):
        assert card.eval_results is not None
        assert sorted(
            (one.metric_name or "", float(one.metric_value), one.source_name or "")
            for one in card.eval_results
        ) == [
            ("Top 1 Accuracy", 75.0, ""),
            ("Top 1 Accuracy", 75.0, "Book of models"),
            ("Top 1 Accuracy", 75.3, "table.csv"),
            ("Top 5 Accuracy", 92.0, ""),
            ("Top 5 Accuracy", 92.0, "Book of models"),
        ]


def test_figures_of_other_weights_do_not_go_to_the_hub() -> None:
    for name in ("card.yml", "eval_results.yml"):
        text = files()[f"api/huggingface/small.{name}"].decode()
        assert "76.4" not in text
        assert "74.9" not in text


def test_the_hub_reads_evaluations_with_their_sources() -> None:
    content = yaml.safe_load(files()["api/huggingface/small.eval_results.yml"])
    found = parse_eval_result_entries(content)
    assert eval_result_entries_to_yaml(found) == content
    assert [(one.task_id, one.value, one.source_url) for one in found][-1] == (
        "top_1_accuracy",
        75.3,
        "https://example.org/table.csv",
    )
    assert found[0].source_url is None
    assert (found[0].notes or "").startswith("measured by catalogue 0.1.0; images 50000")


def test_our_own_importer_keeps_the_sources_of_a_card(tmp_path: Path) -> None:
    card = files()["api/huggingface/small.card.yml"].decode()
    (tmp_path / "README.md").write_text(f"---\n{card}---\n# Small\n", encoding="utf-8")
    batch = import_card(tmp_path / "README.md")
    titles = {str(one["Title"]) for one in batch.sources.values() if isinstance(one, dict)}
    assert titles == {"small model card", "Book of models", "table.csv"}


def test_the_model_index_file_reads_as_what_the_zoo_reports(tmp_path: Path) -> None:
    (tmp_path / "model-index.yml").write_bytes(files()["api/model-index.yml"])
    reading = read_zoo(tmp_path / "model-index.yml", allowed=frozenset())
    assert [str(one) for one in reading.diagnostics] == []
    for before, after in zip(ZOO.entries, reading.zoo.entries, strict=True):
        ours = [one for one in after.results if one.role is not Role.MEASURED]
        assert [(one.top1, one.top5, one.sources, one.role, one.applies_to) for one in ours] == [
            (spelt(one.top1), spelt(one.top5), one.sources, one.role, one.applies_to)
            for one in before.results
        ]
        costs = [one for one in after.costs if one.role is not Role.MEASURED]
        for old, new in zip(before.costs, costs, strict=True):
            assert (new.figure.value, new.figure.resolution) == (
                old.figure.value,
                old.figure.resolution,
            )
            assert (new.quantity, new.convention, new.sources) == (
                old.quantity,
                old.convention,
                old.sources,
            )
        assert after.preprocessing == before.preprocessing


def spelt(figure: Figure | None) -> Figure | None:
    """A figure in percent as it is written out."""
    return replace(figure, text=f"{figure.text}%") if figure else None


def test_a_latency_badge_names_what_its_time_differs_in_from_others_of_the_zoo() -> None:
    usual = timed(1)
    compiled = replace(usual, backend="compile", affinity="pinned")
    assert _way(usual, ways_of([usual])) == []
    assert _way(compiled, ways_of([compiled])) == ["affinity pinned"]
    assert _way(usual, ways_of([usual, compiled])) == ["affinity free"]


def test_a_latency_badge_cuts_no_condition_in_two_and_says_that_some_are_left_out() -> None:
    message = "74.3 ms: AMD EPYC (family 25, model 17, stepping 1), FP32, batch 1, eager"
    assert _fitting(message, ["2 threads"]) == f"{message}, 2 threads"
    assert _fitting(message, ["2 threads", "224×224"]) == f"{message}, 2 threads, …"
    assert _fitting(message, ["2 threads", "9"]) == f"{message}, 2 threads, 9"
    assert _fitting(message, []) == message


def test_a_latency_badge_of_an_upper_bound_says_at_most() -> None:
    slow = replace(latency(40.0), slow=True)
    stored = replace(STORED, records=(record(SMALL, Kind.LATENCY, timed(1), slow),))
    zoo = judge_zoo(replace(ZOO, entries=(SMALL,)), stored)
    *_, badge = badges(zoo.models[0], around_of(zoo))
    assert badge.message.startswith("at most 40.0 ms: ")
