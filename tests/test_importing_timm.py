"""Entries from timm's registry: exact, complete, renewed without touching what people wrote."""

import json
import re
from pathlib import Path

import pytest
import timm
from timm.models import get_arch_pretrained_cfgs

from catalogue.entry import Entry, Json
from catalogue.errors import CatalogueError, WrongCallError
from catalogue.importing.batch import Batch, Family
from catalogue.importing.place import place_batch
from catalogue.importing.timm_models import import_timm
from catalogue.importing.timm_registry import read_registry
from catalogue.read import read_zoo
from catalogue.timm_recipe import recipe_from_timm

ROOT_INDEX = "# mine\nSchema: zoo-index/1\n"


@pytest.fixture
def index(tmp_path: Path) -> Path:
    """The root index of an empty zoo."""
    file = tmp_path / "model-index.yml"
    file.write_text(ROOT_INDEX)
    return file


def place(index: Path, batch: Batch) -> tuple[str, ...]:
    return place_batch(batch, read_zoo(index).zoo, index.name).written


def entries(index: Path) -> dict[str, Entry]:
    reading = read_zoo(index)
    assert reading.diagnostics == ()
    return {entry.id: entry for entry in reading.zoo.entries}


def batch_of(*models: dict[str, Json]) -> Batch:
    return Batch(
        name="timm",
        command="timm",
        origin="timm 1",
        families=(Family(file="timm/a.yml", collection={"Name": "a"}, models=models),),
    )


def test_every_architecture_and_every_pretrained_tag_is_there(index: Path) -> None:
    place(index, import_timm("*"))
    found = entries(index)
    assert set(found) == set(timm.list_models())
    tags = {alias for entry in found.values() for alias in entry.aliases}
    pretrained = set(timm.list_models(pretrained=True))
    assert {name for name in pretrained if "." in name} <= tags
    assert sum(len(entry.weights) for entry in found.values()) >= len(pretrained)
    assert all(e.builder and e.builder.target == f"timm:{name}" for name, e in found.items())


@pytest.mark.parametrize(
    "name", ["dpn131", "resnet50", "eva02_large_patch14_448", "beit_base_patch16_224"]
)
def test_recipes_are_timms_to_the_last_digit(index: Path, name: str) -> None:
    place(index, import_timm(name))
    recipes = {recipe.id: recipe for recipe in entries(index)[name].preprocessing}
    for full_name, config in get_arch_pretrained_cfgs(name).items():
        tag = full_name.partition(".")[2]
        fields = vars(config)
        usual, tested = recipe_from_timm(fields), recipe_from_timm(fields, test_size=True)
        found = recipes[tag]
        assert (found.input_size, found.mean, found.std) == (
            usual.input_size,
            usual.mean,
            usual.std,
        )
        assert (found.crop_pct, found.interpolation) == (usual.crop_pct, usual.interpolation)
        assert (found.resize_mode, found.crop_mode) == (usual.resize_mode, usual.crop_mode)
        assert (f"{tag}-test" in recipes) == (tested != usual)


def test_the_default_tag_comes_first(index: Path) -> None:
    place(index, import_timm("resnet50"))
    entry = entries(index)["resnet50"]
    assert entry.weights[0].name == timm.models.get_pretrained_cfg("resnet50").tag
    assert entry.preprocessing[0].id == entry.weights[0].name


def test_a_dot_makes_entries_of_tags(index: Path) -> None:
    place(index, import_timm("dpn68*.*"))
    found = entries(index)
    assert list(found) == ["dpn68.mx_in1k", "dpn68b.ra_in1k", "dpn68b.mx_in1k"]
    assert found["dpn68b.mx_in1k"].weights[0].url == (
        "https://huggingface.co/timm/dpn68b.mx_in1k/resolve/main/model.safetensors"
    )


def test_an_unknown_pattern_is_a_wrong_call() -> None:
    said = rf"timm {re.escape(timm.__version__)} has no model 'dpn13' \(did you mean 'dpn131'"
    with pytest.raises(WrongCallError, match=said):
        import_timm("dpn13")


def test_licences_are_spdx() -> None:
    named = {tag.license for one in read_registry() for tag in one.tags}
    assert "Apache-2.0" in named
    assert all(name is None or re.fullmatch(r"[A-Za-z0-9.-]+", name) for name in named)
    assert "apache-2.0" not in named


def test_importing_again_writes_nothing(index: Path) -> None:
    assert place(index, import_timm("dpn*")) == ("timm/dpn.yml", "model-index.yml")
    assert index.read_text() == f"{ROOT_INDEX}Import:\n  - timm/dpn.yml\n"
    before = {path: path.read_bytes() for path in index.parent.rglob("*.*")}
    assert place(index, import_timm("dpn*")) == ()
    assert {path: path.read_bytes() for path in index.parent.rglob("*.*")} == before


def test_people_words_survive_and_only_the_rest_is_renewed(index: Path) -> None:
    place(index, batch_of({"ID": "a", "Name": "a", "License": {"Code": "MIT"}, "Alias": ["x"]}))
    file = index.parent / "timm" / "a.yml"
    ours = file.read_text()
    theirs = ours.replace("Code: MIT}", "Code: MIT}  # checked\n    Title: Mine")
    file.write_text(theirs)
    new: dict[str, Json] = {"ID": "a", "Name": "a", "License": {"Code": "BSD"}, "Alias": ["x"]}
    assert place(index, batch_of(new)) == ("timm/a.yml",)
    assert file.read_text() == theirs.replace("MIT", "BSD")


def test_an_entry_of_ones_own_is_left_alone(index: Path) -> None:
    own = "Models:\n  - {Name: DPN-68, ID: mine, Builder: timm:dpn68.mx_in1k}\n"
    (index.parent / "own.yml").write_text(own)
    index.write_text("Import: [own.yml]\n")
    placed = place_batch(import_timm("dpn68"), read_zoo(index).zoo, index.name)
    assert (placed.plan.own, placed.written) == (("dpn68",), ())


def test_an_entry_that_was_taken_out_stays_out(index: Path) -> None:
    place(index, batch_of({"ID": "a", "Name": "a"}, {"ID": "b", "Name": "b"}))
    file = index.parent / "timm" / "a.yml"
    file.write_text(file.read_text().replace("  - ID: b\n    Name: b\n", ""))
    placed = place_batch(
        batch_of({"ID": "a", "Name": "a"}, {"ID": "b", "Name": "b"}),
        read_zoo(index).zoo,
        index.name,
    )
    assert (placed.plan.removed, placed.written) == (("b",), ())


def test_an_entry_that_was_moved_is_renewed_where_it_stands(index: Path) -> None:
    place(index, batch_of({"ID": "a", "Name": "a", "Alias": ["x"]}))
    (index.parent / "timm" / "a.yml").rename(index.parent / "moved.yml")
    index.write_text("Import: [moved.yml]\n")
    assert place(index, batch_of({"ID": "a", "Name": "a", "Alias": ["x", "y"]})) == ("moved.yml",)
    assert "Alias: [x, y]" in (index.parent / "moved.yml").read_text()


def test_a_glob_that_reaches_a_new_file_is_import_enough(index: Path) -> None:
    index.write_text("Import: ['timm/*.yml']\n")
    assert place(index, batch_of({"ID": "a", "Name": "a"})) == ("timm/a.yml",)


def test_line_ends_and_byte_order_marks_stay(index: Path) -> None:
    index.write_bytes(b"\xef\xbb\xbf# mine\r\nSchema: zoo-index/1\r\n")
    place(index, batch_of({"ID": "a", "Name": "a"}))
    assert index.read_bytes() == (
        b"\xef\xbb\xbf# mine\r\nSchema: zoo-index/1\r\nImport:\r\n  - timm/a.yml\r\n"
    )


def test_a_link_that_leads_out_of_the_zoo_is_not_followed(index: Path, tmp_path: Path) -> None:
    outside = tmp_path.parent / f"{tmp_path.name}-outside"
    outside.mkdir()
    (index.parent / "timm").symlink_to(outside)
    with pytest.raises(CatalogueError, match=r"^timm/a\.yml: leads out of the zoo's folder"):
        place(index, batch_of({"ID": "a", "Name": "a"}))
    assert list(outside.iterdir()) == []


def test_a_damaged_ledger_is_one_line(index: Path) -> None:
    ledger = index.parent / "imported" / "timm.json"
    place(index, batch_of({"ID": "a", "Name": "a"}))
    assert json.loads(ledger.read_text())["models"] == {"a": {"ID": "a", "Name": "a"}}
    ledger.write_text("[" * 100_000)
    with pytest.raises(CatalogueError, match="cannot be read as what was imported") as fault:
        place(index, batch_of({"ID": "a", "Name": "a"}))
    assert "\n" not in str(fault.value)


def test_nothing_is_written_where_one_file_cannot_be_edited(index: Path) -> None:
    place(index, batch_of({"ID": "a", "Name": "a"}))
    file = index.parent / "timm" / "a.yml"
    file.write_text(file.read_text() + "Library: {Name: [\n")
    before = index.read_bytes()
    with pytest.raises(CatalogueError, match=r"^timm/a\.yml:\d+:\d+: .*nothing is imported"):
        place(index, batch_of({"ID": "a", "Name": "a", "Alias": ["x"]}))
    assert index.read_bytes() == before


def test_json_is_not_edited(index: Path) -> None:
    place(index, batch_of({"ID": "a", "Name": "a"}))
    text = '{"Models": [{"Name": "a", "ID": "a"}]}'
    (index.parent / "a.json").write_text(text)
    index.write_text("Import: [a.json]\n")
    placed = place_batch(
        batch_of({"ID": "a", "Name": "a", "Alias": ["x"]}), read_zoo(index).zoo, index.name
    )
    assert (placed.plan.in_pages, placed.written) == (("a",), ())
    assert (index.parent / "a.json").read_text() == text
