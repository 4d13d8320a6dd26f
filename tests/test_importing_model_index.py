"""Other zoos' entries: what is read, written and read again is the same."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalogue.entry import Entry, Figure, Quantity, ReportedCost
from catalogue.errors import Severity
from catalogue.importing.batch import Batch
from catalogue.importing.figures import cost_value, metric_value
from catalogue.importing.model_index import import_model_index
from catalogue.importing.place import place_batch
from catalogue.read import Reading, read_zoo

METAFILE = """\
Collections:
  - Name: ResNet
    Metadata:
      Training Data: ImageNet-1k
      Architecture: [ResNet, Residual Block]
      FLOPs: 4.2G
    Paper: {URL: "https://arxiv.org/abs/1512.03385", Title: Deep Residual Learning}
    License: Apache-2.0
    Code: {URL: "https://example.org/resnet.py", Version: v1}
Models:
  - Name: resnet18
    In Collection: ResNet
    Metadata: {FLOPs: 560000000, Parameters: 11.17M, Epochs: 200, Crop Pct: "0.875"}
    Results:
      - {Task: Image Classification, Dataset: CIFAR-10, Metrics: {Top 1 Accuracy: 94.82}}
      - {Task: Image Classification, Dataset: CIFAR-10, Metrics: {Top 1 Accuracy: 0.9482}}
    Weights: https://example.org/resnet18-bd6371c8.pth
    Converted From: {Weights: "https://example.org/a", Code: "https://example.org/b"}
  - Name: "1e3"
    In Collection: ResNet
    Metadata: {Flops(G): 4.12, Params(M): 25.56, File Size: 98 MB, Training Time: 1:30}
    Results: {Task: Image Classification, Dataset: X, Metrics: {Top 1 Accuracy: 79.90%, loss: 1.50}}
    Training Log: https://example.org/log
    Citation: |
      @misc{a,
        title={B}
      }
    Latency:
      - {Device: V100, Precision: FP16, Unit: us, By Batch: {1: 1180, 8: 2300.5}}
      - {Device: T4, Precision: INT8, Unit: images/s, By Batch: {4: 1250.0}}
  - Name: 密集
    Title: {en: Dense, zh: 密集}
    Builder:
      {Target: "timm:densenet121", Kwargs: {num_classes: 10, drop: "0.5"}, Requires: [timm>=1]}
    Preprocessing:
      - ID: a
        Input Size: [3, 224, 192]
        Resize: {Size: [236, 202], Mode: squash}
        Crop: {Mode: none}
      - {ID: b, Input Size: 224, Crop Pct: 0.95, Mean: [0.5, 0.5, 0.5], Color: BGR}
    Alias: [dense, "timm:densenet121"]
    Distinct From: [{Ref: other, Reason: {en: no, zh: 不}}]
"""


@pytest.fixture
def zoo(tmp_path: Path) -> Path:
    """The root index of an empty zoo."""
    index = tmp_path / "zoo" / "model-index" / "model-index.yml"
    index.parent.mkdir(parents=True)
    index.write_text("# mine\nSchema: zoo-index/1\n")
    return index


def import_into(index: Path, source: Path) -> tuple[Batch, Reading]:
    batch = import_model_index(read_zoo(source), source)
    place_batch(batch, read_zoo(index).zoo, index.name)
    return batch, read_zoo(index)


def bare(entry: Entry) -> Entry:
    """An entry without what an import adds to it: the source of figures that name none."""
    return replace(
        entry,
        results=tuple(replace(one, sources=()) for one in entry.results),
        costs=tuple(
            sorted(
                (replace(one, sources=(), figure=still(one.figure)) for one in entry.costs),
                key=lambda one: (one.quantity.value, one.figure.value),
            )
        ),
        latencies=tuple(
            replace(one, sources=(), by_batch=tuple((size, still(f)) for size, f in one.by_batch))
            for one in entry.latencies
        ),
    )


def still(figure: Figure) -> Figure:
    """A figure without the way it is written: `4.2G` is `4.2` with a unit beside it."""
    return replace(figure, text="")


def metrics(entry: Entry) -> list[tuple[str, float]]:
    return [(one.name, one.figure.value) for result in entry.results for one in result.metrics]


def test_an_imported_entry_reads_back_as_it_was(tmp_path: Path, zoo: Path) -> None:
    source = tmp_path / "metafile.yml"
    source.write_text(METAFILE)
    _, reading = import_into(zoo, source)
    before, after = read_zoo(source).zoo, reading.zoo
    assert [one.name for one in after.entries] == ["resnet18", "1e3", "密集"]
    for old, new in zip(before.entries, after.entries, strict=True):
        assert metrics(old) == metrics(new)
        assert bare(replace(old, results=())) == bare(replace(new, results=()))
    # What the format does not know of a collection is handed to its models, compared above.
    assert [one.extra for one in before.collections] != [()]
    assert list(after.collections) == [replace(one, extra=()) for one in before.collections]


@pytest.mark.parametrize("name", ["mmpretrain", "timm/dpn.md", "timm/resnet.md"])
def test_real_zoos_read_back_as_they_were(name: str, zoo: Path) -> None:
    source = Path(__file__).parent / "data" / "importing" / name
    _, reading = import_into(zoo, source)
    before, after = read_zoo(source).zoo.entries, reading.zoo.entries
    by_id = {one.id: one for one in after}
    assert len(before) == len(by_id)
    for old in before:
        new = by_id[old.id]
        assert metrics(old) == metrics(new)
        assert bare(replace(old, results=())) == bare(replace(new, results=()))


def test_every_figure_names_where_it_came_from(tmp_path: Path, zoo: Path) -> None:
    source = tmp_path / "metafile.yml"
    source.write_text(METAFILE)
    batch, reading = import_into(zoo, source)
    named = {
        claim.sources
        for entry in reading.zoo.entries
        for claims in (entry.results, entry.costs, entry.latencies)
        for claim in claims
    }
    assert named == {(batch.name,)}
    assert [one.id for one in reading.zoo.sources] == [batch.name]


def test_importing_again_writes_nothing(tmp_path: Path, zoo: Path) -> None:
    source = tmp_path / "metafile.yml"
    source.write_text(METAFILE)
    import_into(zoo, source)
    batch = import_model_index(read_zoo(source), source)
    assert place_batch(batch, read_zoo(zoo).zoo, zoo.name).written == ()


def test_what_is_wrong_at_the_origin_is_said(tmp_path: Path, zoo: Path) -> None:
    source = tmp_path / "old.yml"
    source.write_text("Models:\n  - {Name: a, In Collection: B}\n  - {Weights: x.pth}\n")
    batch, reading = import_into(zoo, source)
    stray = "there is no collection 'B'; add it to Collections [unknown-collection]"
    assert [one.name for one in reading.zoo.entries] == ["a"]
    assert batch.remarks == (
        f"old.yml:2:30: error: {stray}",
        "old.yml:3:5: error: a model without a Name; add one, it is not read [missing-key]",
    )


def test_paths_become_addresses_where_the_folder_is_published(tmp_path: Path) -> None:
    source = tmp_path / "old.yml"
    source.write_text("Models:\n  - {Name: a, Config: configs/a.py, README: https://e.org/r.md}\n")
    batch = import_model_index(read_zoo(source), source, url="https://e.org/x/main", library="timm")
    model = batch.families[0].models[0]
    assert model["Config"] == "https://e.org/x/main/configs/a.py"
    assert model["README"] == "https://e.org/r.md"
    assert model["Builder"] == "timm:a"


def test_a_family_of_the_same_name_keeps_its_own_words(tmp_path: Path, zoo: Path) -> None:
    zoo.write_text("Collections:\n  - {Name: ResNet, License: MIT}\n")
    source = tmp_path / "metafile.yml"
    source.write_text(METAFILE)
    _, reading = import_into(zoo, source)
    licences = [one.license.code for one in reading.zoo.entries if one.license]
    assert licences == ["Apache-2.0", "Apache-2.0"]
    families = [one.license.code for one in reading.zoo.collections if one.license]
    assert families == ["MIT", "Apache-2.0"]


def malformed() -> list[Path]:
    folder = Path(__file__).parent / "data" / "malformed"
    return sorted(file for file in folder.rglob("*") if file.suffix in (".yml", ".yaml", ".md"))


@pytest.mark.parametrize("source", malformed(), ids=lambda path: path.name)
def test_what_can_be_read_of_broken_files_is_imported(source: Path, zoo: Path) -> None:
    readable = {one.id for one in read_zoo(source).zoo.entries}
    _, reading = import_into(zoo, source)
    assert {one.id for one in reading.zoo.entries} == readable
    batch = import_model_index(read_zoo(source), source)
    assert place_batch(batch, reading.zoo, zoo.name).written == ()


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    digits=st.from_regex(r"[1-9][0-9]{0,4}(\.[0-9]{1,3})?", fullmatch=True),
    unit=st.sampled_from(["", "k", "M", "G", "T"]),
)
def test_counts_keep_their_digits(tmp_path: Path, digits: str, unit: str) -> None:
    source = tmp_path / "counts.yml"
    source.write_text(f"Models: [{{Name: a, Metadata: {{Parameters: '{digits}{unit}'}}}}]")
    entry = read_zoo(source).zoo.entries[0]
    value = cost_value(entry.costs[0])
    again = tmp_path / "again.yml"
    cost = ", ".join(f"{key}: {one}" for key, one in value.items())
    again.write_text(f"Models: [{{Name: a, Costs: [{{Quantity: Parameters, {cost}}}]}}]")
    reading = read_zoo(again)
    assert not [one for one in reading.diagnostics if one.severity is Severity.ERROR]
    figure = reading.zoo.entries[0].costs[0].figure
    assert (figure.value, figure.resolution) == (
        entry.costs[0].figure.value,
        entry.costs[0].figure.resolution,
    )


def test_sizes_keep_their_unit() -> None:
    figure = Figure(value=98 * 2**20, resolution=2**20, text="98")
    cost = ReportedCost(quantity=Quantity.WEIGHTS_BYTES, figure=figure)
    assert cost_value(cost) == {"Value": "98", "Unit": "MiB"}


@pytest.mark.parametrize(
    ("text", "value", "resolution", "written"),
    [
        ("79.90%", 79.9, 0.01, "79.90%"),
        ("79.90", 79.9, 0.01, "79.90"),
        ("0.7990", 79.9, 0.01, "79.90%"),
        ("79.1 ± 0.2", 79.1, 0.1, "79.1%"),
        ("0.5", 50.0, 10.0, {"Value": "0.5", "Unit": "fraction"}),
    ],
)
def test_metrics_say_what_they_said(
    text: str, value: float, resolution: float, written: object
) -> None:
    assert metric_value(Figure(value=value, resolution=resolution, text=text)) == written
