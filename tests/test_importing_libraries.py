"""torchvision's models and Hugging Face's cards: figures as published, each under its source."""

from pathlib import Path

import pytest
from torchvision import models

from catalogue.build import build
from catalogue.entry import Convention, Entry, Quantity
from catalogue.errors import CatalogueError, WrongCallError
from catalogue.importing.batch import Batch
from catalogue.importing.huggingface import import_card
from catalogue.importing.place import place_batch
from catalogue.importing.torchvision_models import import_torchvision
from catalogue.read import read_zoo

CARD = """\
---
license: other
license_name: My Licence
library_name: timm
tags: [vision]
model-index:
- name: org/MyNet
  results:
  - task: {type: image-classification, name: Image Classification}
    dataset: {name: ImageNet-1k, type: imagenet-1k, config: default, split: validation}
    metrics: [{type: accuracy, value: 0.8123, name: Top 1 Accuracy}]
    source: {name: Leaderboard, url: https://a.org/x}
  - task: {type: image-classification, name: Image Classification}
    dataset: {name: ImageNet-1k, type: imagenet-1k, config: v2, split: validation}
    metrics:
    - {type: accuracy, value: 80.10, name: Top 1 Accuracy}
    - {type: accuracy, value: 79.00, name: Top 1 Accuracy}
    - {type: accuracy, value: fine}
    source: {name: Leaderboard, url: https://b.org/y}
  - task: {type: image-classification}
    dataset: {type: imagenet-1k}
    metrics: [{type: accuracy, value: 79.5}]
---
# MyNet
"""
EVALUATIONS = """\
- dataset: {id: org/bench, task_id: default, revision: abc}
  value: 20.90
  date: "2025-01-15"
  source: {url: https://c.org/z, name: Logs}
  notes: no tools
- dataset: {id: org/other, task_id: hard}
  value: 0.412
"""


@pytest.fixture
def index(tmp_path: Path) -> Path:
    """The root index of an empty zoo."""
    file = tmp_path / "zoo" / "model-index.yml"
    file.parent.mkdir()
    file.write_text("Schema: zoo-index/1\n")
    return file


@pytest.fixture
def card(tmp_path: Path) -> Path:
    """A model's repository with a card and an evaluation file."""
    file = tmp_path / "repository" / "README.md"
    (file.parent / ".eval_results").mkdir(parents=True)
    file.write_text(CARD)
    (file.parent / ".eval_results" / "bench.yaml").write_text(EVALUATIONS)
    return file


def import_into(index: Path, batch: Batch) -> dict[str, Entry]:
    place_batch(batch, read_zoo(index).zoo, index.name)
    return {entry.id: entry for entry in read_zoo(index).zoo.entries}


def test_every_classification_model_of_torchvision_is_there(index: Path) -> None:
    found = import_into(index, import_torchvision("*"))
    assert [one.builder.name for one in found.values() if one.builder] != []
    assert {one.name for one in found.values()} == set(models.list_models(module=models))
    assert read_zoo(index).diagnostics == ()


def test_torchvisions_figures_are_as_published(index: Path) -> None:
    entry = import_into(index, import_torchvision("resnet50"))["torchvision-resnet50"]
    v2, v1 = models.ResNet50_Weights.IMAGENET1K_V2, models.ResNet50_Weights.IMAGENET1K_V1
    assert [one.url for one in entry.weights] == [v2.url, v1.url]
    assert entry.weights[0].sha256_prefix == "11ad3fa6"
    shown = [one.top1.value for one in entry.results if one.top1]
    published = [w.meta["_metrics"]["ImageNet-1K"]["acc@1"] for w in (v2, v1)]
    assert shown == published
    assert [one.applies_to for one in entry.results] == [None, "torchvision:resnet50 IMAGENET1K_V1"]
    costs = {one.quantity: one for one in entry.costs}
    assert costs[Quantity.PARAMS].figure.value == v2.meta["num_params"]
    assert costs[Quantity.FLOPS].figure.value == pytest.approx(v2.meta["_ops"] * 1e9)
    assert costs[Quantity.FLOPS].convention is Convention.MACS


def test_torchvisions_recipes_are_its_presets(index: Path) -> None:
    entry = import_into(index, import_torchvision("efficientnet_b3"))["torchvision-efficientnet_b3"]
    preset = models.EfficientNet_B3_Weights.DEFAULT.transforms()
    recipe = entry.preprocessing[0]
    assert (recipe.resize_size, recipe.crop_size) == (preset.resize_size[0], preset.crop_size[0])
    assert recipe.interpolation == preset.interpolation.value
    assert (recipe.mean, recipe.std) == (tuple(preset.mean), tuple(preset.std))


def test_a_model_for_one_size_only_is_built_for_that_of_its_weights(index: Path) -> None:
    entry = import_into(index, import_torchvision("vit_h_14"))["torchvision-vit_h_14"]
    built = build(entry, allowed=frozenset(), device="meta")
    assert (vars(built.module)["image_size"], built.input_size) == (518, (3, 518, 518))


def test_an_unknown_model_of_torchvision_is_a_wrong_call() -> None:
    with pytest.raises(WrongCallError, match="has no classification model 'resnet5'"):
        import_torchvision("resnet5")


def test_each_result_of_a_card_keeps_its_own_source(index: Path, card: Path) -> None:
    entry = import_into(index, import_card(card))["org-MyNet"]
    shown = [(one.metrics[0].figure.value, one.sources[0]) for one in entry.results]
    assert shown == [
        (81.23, "Leaderboard-a.org-x"),
        (80.1, "Leaderboard-b.org-y"),
        (79.0, "Leaderboard-b.org-y"),
        (79.5, "card-org-MyNet"),
        (20.9, "Logs-c.org-z"),
        (0.412, "card-org-MyNet"),
    ]
    urls = {one.id: one.url for one in read_zoo(index).zoo.sources}
    assert urls["Leaderboard-a.org-x"] == "https://a.org/x"
    assert urls["card-org-MyNet"] is None


def test_a_card_loses_nothing_in_silence(index: Path, card: Path) -> None:
    batch = import_card(card)
    entry = import_into(index, batch)["org-MyNet"]
    assert batch.remarks == ("README.md: accuracy is 'fine', expected a number; not read",)
    assert entry.license
    assert entry.license.weights == "LicenseRef-my-licence"
    assert [(one.name, one.values) for one in entry.metadata] == [
        ("Library", ("timm",)),
        ("Tags", ("vision",)),
    ]
    notes = [one.note.plain if one.note else None for one in entry.results]
    assert notes[1] == "config v2"
    assert notes[4] == "no tools; date 2025-01-15; revision abc"
    assert [one.dataset for one in entry.results][4:] == ["org/bench", "org/other (hard)"]


def test_an_evaluation_file_comes_alone_as_well(index: Path, card: Path) -> None:
    file = card.parent / ".eval_results" / "bench.yaml"
    entry = import_into(index, import_card(file, model="org/MyNet"))["org-MyNet"]
    assert [one.dataset for one in entry.results] == ["org/bench", "org/other (hard)"]


def test_importing_a_card_again_writes_nothing(index: Path, card: Path) -> None:
    import_into(index, import_card(card))
    placed = place_batch(import_card(card), read_zoo(index).zoo, index.name)
    assert placed.written == ()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("# A page\n", "README.md:1:1: the page has no front matter; expected YAML between"),
        ("---\nlicense: mit\n---\n", "README.md:1:1: holds no result; expected a card with"),
        ("---\nmodel-index: [\n---\n", "README.md:2:14: a bracket opened in"),
        (f"---\na: {'[' * 50_000}\n---\n", "README.md:2:"),
        ("---\na: &a [*a]\n---\n", "is recursive"),
        ("---\nmodel-index: [{results: [{metrics: 3}, 4]}, 5]\n---\n", "holds no result"),
    ],
)
def test_a_card_that_cannot_be_used_is_one_line(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "README.md").write_text(text)
    with pytest.raises(CatalogueError) as fault:
        import_card(tmp_path / "README.md")
    assert message in str(fault.value)
    assert "\n" not in str(fault.value)
