"""Zoos as they are published: roots, imports, pages, families, ids, paths."""

from pathlib import Path

import pytest
from written import model, said, written

from catalogue.entry import Convention, Quantity, Role
from catalogue.errors import CatalogueError
from catalogue.read import read_zoo

PAGE = """\
# Dual path networks

```markdown
<!--
Type: model-index
Models: [{Name: an example in code}]
-->
```

<!-- prose, no data -->

<!--
Type: model-index
Collections:
- Name: DPN
  Paper:
    Title: Dual Path Networks
    URL: https://arxiv.org/abs/1707.01629
Models:
- Name: dpn131
  In Collection: DPN
  Metadata:
    FLOPs: 20586274792
    Parameters: 79250000
    File Size: 318016207
    Image Size: '224'
    Crop Pct: '0.875'
  Weights: https://a.org/dpn131-71dfe43e0.pth
  Results:
  - Task: Image Classification
    Dataset: ImageNet
    Metrics:
      Top 1 Accuracy: 79.83%
      Top 5 Accuracy: 94.71%
-->
"""


def files(folder: Path, texts: dict[str, str]) -> Path:
    """Write files under a folder, and give the folder."""
    for name, text in texts.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def test_a_page_is_read_from_its_comment_and_is_its_models_readme(tmp_path: Path) -> None:
    root = files(
        tmp_path,
        {"model-index.yml": "Import:\n- ./docs/models/*.md\n", "docs/models/dpn.md": PAGE},
    )
    reading = read_zoo(root)
    (entry,) = reading.zoo.entries
    assert (entry.name, entry.id, entry.collection) == ("dpn131", "dpn131", "DPN")
    assert entry.readme == "docs/models/dpn.md"
    assert entry.paper is not None
    assert entry.paper.arxiv == "1707.01629"
    assert str(entry.place) == "docs/models/dpn.md:20:9"
    assert str(entry.results[0].metrics[0].figure.place) == "docs/models/dpn.md:33:23"
    assert entry.results[0].top1 is not None
    assert (entry.results[0].top1.value, entry.results[0].top1.resolution) == (79.83, 0.01)
    assert entry.weights[0].sha256_prefix == "71dfe43e0"
    assert [(one.quantity, one.figure.value, one.convention) for one in entry.costs] == [
        (Quantity.FLOPS, 20586274792.0, Convention.UNKNOWN),
        (Quantity.PARAMS, 79250000.0, None),
        (Quantity.WEIGHTS_BYTES, 318016207.0, None),
    ]
    assert entry.costs[0].input_size == (224, 224)
    assert said(reading) == []


def test_a_page_or_metafile_can_be_read_alone(tmp_path: Path) -> None:
    root = files(tmp_path, {"dpn.md": PAGE, "m/metafile.yml": "Models:\n- Name: a\n"})
    assert len(read_zoo(root / "dpn.md").zoo.entries) == 1
    assert len(read_zoo(root / "m" / "metafile.yml").zoo.entries) == 1


def test_a_comment_that_begins_on_its_first_line_keeps_its_columns(tmp_path: Path) -> None:
    root = files(tmp_path, {"a.md": "text <!-- Models: [{Name: a, Wieghts: x}] -->\n"})
    reading = read_zoo(root / "a.md")
    assert [str(one.place) for one in reading.diagnostics] == ["a.md:1:30"]


def test_front_matter_of_a_model_card_is_read(tmp_path: Path) -> None:
    card = """\
---
license: mit
model-index:
- name: m
  results:
  - task: {type: image-classification, name: Image Classification}
    dataset: {type: imagenet, name: ImageNet}
    metrics:
    - {type: accuracy, value: 79.8, name: Top 1 Accuracy}
---
"""
    reading = read_zoo(files(tmp_path, {"README.md": card}) / "README.md")
    (entry,) = reading.zoo.entries
    assert (entry.results[0].task, entry.results[0].dataset) == ("Image Classification", "ImageNet")
    assert entry.results[0].top1 is not None


def test_a_folder_is_read_by_its_index_or_that_of_its_model_index_folder(tmp_path: Path) -> None:
    root = files(tmp_path, {"model-index/model-index.yaml": "Models:\n- Name: a\n"})
    assert read_zoo(root).zoo.root == (root / "model-index").resolve()
    assert len(read_zoo(root / "model-index").zoo.entries) == 1


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("absent", "no such file or folder; expected an index file or its folder"),
        ("x.txt", "found a .txt, expected one of .yml, .yaml, .md, .json"),
        ("", "found no model-index.yml, neither in it nor in its model-index folder"),
    ],
)
def test_what_cannot_be_an_index_is_one_line(tmp_path: Path, name: str, message: str) -> None:
    (tmp_path / "x.txt").write_text("x", encoding="utf-8")
    with pytest.raises(CatalogueError) as raised:
        read_zoo(tmp_path / name)
    assert str(raised.value) == f"{tmp_path / name}: {message}"


def test_a_model_s_own_value_replaces_its_collection_s(tmp_path: Path) -> None:
    reading = written(
        tmp_path,
        (
            "Collections:\n  - Name: F\n    License: MIT\n    Code: https://a.org/f.py\n"
            "    Citation: '@misc{f, title={F}}'\n    Paper: https://arxiv.org/abs/1707.01629\n"
            "    Metadata: {Architecture: [A, B], Training Data: D, Epochs: 100}\n"
            "Models:\n  - Name: own\n    In Collection: F\n    License: Apache-2.0\n    Code: "
            "null\n"
            "    Metadata: {Architecture: [C], epochs: 3}\n  - Name: heir\n    In Collection: F\n"
        ),
    )
    own, heir = reading.zoo.entries
    assert [(one.name, one.values) for one in own.metadata] == [
        ("Architecture", ("C",)),
        ("epochs", ("3",)),
        ("Training Data", ("D",)),
    ]
    assert own.license is not None
    assert (own.license.code, own.code) == ("Apache-2.0", None)
    assert heir.license is not None
    assert (heir.license.code, heir.code) == ("MIT", "https://a.org/f.py")
    assert heir.citation == own.citation == "@misc{f, title={F}}"
    assert heir.paper == own.paper == reading.zoo.collections[0].paper


def test_equal_names_get_ids_of_their_own(tmp_path: Path) -> None:
    reading = written(
        tmp_path,
        (
            "Models:\n  - Name: a\n    Config: https://a.org/1.py\n  - Name: a\n  - Name: A\n"
            "  - {Name: b, ID: a.1}\n  - {Name: c, ID: A.1}\n"
        ),
    )
    ids = [entry.id for entry in reading.zoo.entries]
    assert ids == ["a", "a-2", "A-3", "a.1", "A.1-2"]
    assert [line.rpartition("[")[2] for line in said(reading)] == [
        "duplicate-model]",
        "duplicate-id]",
    ]


def test_readme_and_config_are_found_beside_the_file_and_under_the_root(tmp_path: Path) -> None:
    entry = "Models:\n- {{Name: {0}, README: {1}, Config: https://a.org/c.py}}\n"
    root = files(
        tmp_path,
        {
            "model-index.yml": "Import: [a/m.yml, b/m.yml, c/m.yml]\n",
            "a/m.yml": entry.format("a", "x.md"),
            "a/x.md": "x",
            "b/m.yml": entry.format("b", "a/x.md"),
            "c/m.yml": entry.format("c", "y.md"),
        },
    )
    reading = read_zoo(root)
    assert [entry.readme for entry in reading.zoo.entries] == ["a/x.md", "a/x.md", "y.md"]
    assert [str(one) for one in reading.diagnostics] == [
        (
            "c/m.yml:2:21: warning: README 'y.md' is not there, neither beside this file nor "
            "under the "
            "root [missing-file]"
        ),
    ]


def test_what_repeats_is_said_once_with_its_number(tmp_path: Path) -> None:
    reading = written(
        tmp_path,
        "Models:\n" + "".join(f"  - Name: m{n}\n    Framework: PyTorch\n" for n in range(5)),
    )
    assert said(reading) == [
        (
            "3:5: note: 'Framework' is no key of a model; kept as it is "
            "(and 4 more like it: line 5, 7, 9, 11) [unknown-key]"
        ),
    ]
    assert reading.zoo.entries[4].extra[0].values == ("PyTorch",)


def test_a_comment_silences_its_line_or_the_next_and_gives_a_reason(tmp_path: Path) -> None:
    reading = written(
        tmp_path,
        (
            "Models:\n  - Name: a\n    Wieghts: x  # catalogue: ignore[misspelt-key] a key of "
            "ours\n"
            "    # catalogue: ignore[misspelt-key, unknown-key] ours as well\n    Confg: x\n"
            "    Titel: x  # catalogue: ignore[misspelt-key]\n    Resluts: x\n"
        ),
    )
    assert said(reading) == [
        (
            "6:15: warning: a silence without a reason; expected '# catalogue: ignore[code] "
            "reason' "
            "[bare-silence]"
        ),
        "7:5: warning: 'Resluts' is no key of a model (did you mean 'Results'?) [misspelt-key]",
    ]


def test_merge_keys_are_followed_and_own_keys_win(tmp_path: Path) -> None:
    reading = written(
        tmp_path,
        (
            "Models:\n  - &one\n    Name: a\n    Config: https://a.org/c.py\n"
            "  - <<: *one\n    Name: b\n"
        ),
    )
    assert [(one.name, one.config) for one in reading.zoo.entries] == [
        ("a", "https://a.org/c.py"),
        ("b", "https://a.org/c.py"),
    ]


def test_every_spelling_of_costs_in_metadata_is_understood(tmp_path: Path) -> None:
    entry, messages = model(
        tmp_path,
        "Metadata:\n  Flops(G): 0.53\n  params: 24.33M\n  GMACs: 4.1\n  Model Size (MB): 97.8\n",
    )
    assert [(one.quantity, one.figure.value) for one in entry.costs] == [
        (Quantity.FLOPS, 530e6),
        (Quantity.PARAMS, 24.33e6),
        (Quantity.MACS, 4.1e9),
        (Quantity.WEIGHTS_BYTES, 97.8e6),
    ]
    assert messages == [
        "4:7: note: 'Flops(G)' is read as FLOPs: 530000000 [unit-in-key]",
        "5:15: note: params is '24.33M', read as 24330000 [number-in-words]",
        "6:7: note: 'GMACs' is read as MACs: 4100000000 [unit-in-key]",
    ]


def test_metadata_repeated_under_costs_counts_once(tmp_path: Path) -> None:
    entry, _ = model(
        tmp_path,
        (
            "Metadata: {Parameters: 79250000}\nCosts:\n"
            "  - {Quantity: Parameters, Value: 79.25, Unit: M, Role: paper}"
        ),
    )
    assert [(one.figure.text, one.role) for one in entry.costs] == [("79.25", Role.PAPER)]


def test_inference_times_under_metadata_are_latencies(tmp_path: Path) -> None:
    entry, messages = model(
        tmp_path,
        (
            "Metadata:\n  inference time (ms/im):\n    - {value: 40.5, hardware: V100, backend: "
            "PyTorch,"
            " batch size: 2, mode: FP32, resolution: '(512, 1024)'}\n    - {value: 12}"
        ),
    )
    (row,) = entry.latencies
    assert (row.device, row.precision, row.runtime) == ("V100", "FP32", "PyTorch")
    assert row.input_size == (512, 1024)
    assert [(batch, figure.value) for batch, figure in row.by_batch] == [(2, 81.0)]
    assert messages == []
