"""Nothing that stands in a file is lost: every value is in the zoo, or in a diagnostic."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from enum import Enum
from pathlib import Path

import pytest
import yaml
from written import written

from catalogue.errors import Severity
from catalogue.read import Reading, read_zoo
from catalogue.read.findings import Findings
from catalogue.read.markdown import pieces

DATA = Path(__file__).parent / "data" / "importing"
FILES = [*sorted(DATA.glob("timm/*.md")), *sorted(DATA.glob("mmpretrain/configs/*/metafile.yml"))]


def texts_of(value: object) -> Iterator[str]:
    """Every text inside a value of the zoo."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Enum):
        yield str(value.value)
    elif isinstance(value, dict):
        yield from texts_of(tuple(value.items()))
    elif isinstance(value, tuple | list):
        for member in value:
            yield from texts_of(member)
    elif is_dataclass(value):
        for one in fields(value):
            yield from texts_of(getattr(value, one.name))


def scalars(node: yaml.Node, *, keys: bool = False) -> Iterator[yaml.ScalarNode]:
    """Every value that says something; of mappings with keys of the author's choice, the keys."""
    if isinstance(node, yaml.ScalarNode):
        if node.value.strip() not in ("", "null", "~"):
            yield node
    elif isinstance(node, yaml.SequenceNode):
        for member in node.value:
            yield from scalars(member, keys=keys)
    elif isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if keys:
                yield from scalars(key)
            yield from scalars(value, keys=keys or key.value in ("Metadata", "Metrics"))


def lost(text: str, reading: Reading, *, before: int = 0) -> list[str]:
    """What stands in a YAML text and neither in the zoo nor in a diagnostic of its line.

    On a line with an error, what is lost is said by that.

    Args:
        text: The YAML.
        reading: What was read of it.
        before: Lines of the file before the text.
    """
    root = yaml.compose(text, Loader=yaml.BaseLoader)
    assert root is not None
    zoo = reading.zoo
    kept = " \n ".join(texts_of((zoo.entries, zoo.collections, zoo.sources)))
    said: dict[int, str] = {}
    for one in reading.diagnostics:
        said[one.place.line] = said.get(one.place.line, "") + one.message
    wrong = {one.place.line for one in reading.diagnostics if one.severity is Severity.ERROR}
    return [
        node.value
        for node in scalars(root)
        if node.value.strip() not in kept
        and node.value.strip() not in said.get(node.start_mark.line + before + 1, "")
        and node.start_mark.line + before + 1 not in wrong
    ]


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_value_of_a_real_file_is_kept_or_said(path: Path) -> None:
    reading = read_zoo(path)
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".yml":
        assert lost(text, reading) == []
        return
    for piece in pieces(text, path.name, Findings()):
        # Every page says what it is, which nobody needs to keep.
        assert lost(piece.text, reading, before=piece.line) == ["model-index"]


def test_what_is_read_twice_or_in_the_wrong_place_is_kept_or_said(tmp_path: Path) -> None:
    text = """\
Models:
  - Name: first
    Epochs: 90
    Framework: PyTorch
    Config: nowhere/config.py
    Metadata:
      FLOPs: 102.7G
      Weights: https://a.org/inside.pth
      Training: {Optimizer: SGD, Schedule: [30, 60]}
    Results:
      Task: Image Classification
      Dataset: {Name: ImageNet, Type: imagenet-1k}
      Metrics: {Top 1 Accuracy: 79,8, AUC: high}
      Comment: {by: me}
    Weights: {URL: https://a.org/a.pth, MD5: abcd, Mirror: https://b.org/a.pth}
    Code: {URL: https://a.org/code, Branch: main}
    Paper: {Title: A title, Venue: CVPR}
    License: {Code: MIT, Data: CC0}
    Latency: {Device: T4, Precision: FP16, By Batch: {1: 3}, Warmup: 50, Clock: 1590 MHz}
    Costs: [{Quantity: FLOPs, Value: 4.2G, Convention: macs, By: hand}]
    Builder: {Target: timm:first, Extra: extra}
    Image: picture.png
  - Name: first
    weights: https://a.org/1.pth
    Weights: https://a.org/2.pth
"""
    assert lost(text, written(tmp_path, text)) == []


def test_a_collection_keeps_what_it_says_though_no_model_is_in_it(tmp_path: Path) -> None:
    text = """\
Collections:
  - Name: lonely
    Framework: PyTorch
    Config: nowhere/config.py
    Weights: https://a.org/lonely.pth
    Preprocessing: {ID: own, Interpolation: bicubic}
    Paper: {Title: A title, Venue: CVPR}
    Metadata: {FLOPs: 102.7G, Epochs: 90}
    Results: {Task: Image Classification, Dataset: ImageNet, Metrics: {Top 1 Accuracy: 79.8}}
Models: []
"""
    assert lost(text, written(tmp_path, text)) == []
