"""The JSON Schema: made from the readers' tables, and of one mind with the readers."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from test_read_entry import FULL

from catalogue.read.schema import FILE, schema, schema_text

ROOT = Path(__file__).parent.parent
INDEX = sorted((ROOT / "model-index").glob("*.yml"))


def plain(text: str) -> Any:  # noqa: ANN401
    """YAML as JSON has it: keys are texts, dates are texts."""
    return json.loads(json.dumps(yaml.load(text, Loader=yaml.CSafeLoader), default=str))


def faults(text: str) -> list[str]:
    validator = jsonschema.Draft202012Validator(schema())
    return [fault.message for fault in validator.iter_errors(plain(text))]


def test_the_schema_in_the_repository_is_the_one_the_tables_make() -> None:
    committed = (ROOT / FILE).read_text(encoding="utf-8")
    assert committed == schema_text(), (
        'renew it: python -c "from catalogue.read.schema import FILE, schema_text; '
        "open(FILE, 'w', encoding='utf-8').write(schema_text())\""
    )


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(schema())


@pytest.mark.parametrize("path", INDEX, ids=[path.name for path in INDEX])
def test_the_schema_accepts_our_own_index(path: Path) -> None:
    assert faults(path.read_text(encoding="utf-8")) == []


def test_the_schema_accepts_every_key_of_the_format() -> None:
    assert faults(FULL.replace("Quantity: macs", "Quantity: MACs").replace("fp16", "FP16")) == []


@pytest.mark.parametrize(
    "text",
    [
        "Models: [{Name: 152, Weights: null, Results: null, Metadata: {FLOPs: 102.7G}}]",
        "Models: [{Name: m, Results: {Task: T, Dataset: D, Metrics: {mIoU: 65.63}}}]",
        "Models: [{Name: m, Weights: [https://a.org/a.pth, https://a.org/b.pth], Framework: X}]",
        "Import: sub.yml",
        "Collections: [{Name: C, Metadata: {Training Data: [A, B]}}]\nModels: [a.yml]",
    ],
)
def test_the_schema_accepts_what_zoos_publish(text: str) -> None:
    assert faults(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "Models: [{Weights: https://a.org/b.pth}]",
        "Models: [{Name: m, Weights: (https://a.org/b.pth}]",
        "Models: [{Name: m, Results: [{Task: T}]}]",
        "Models: [{Name: m, Results: [{Metrics: {EPE: 0.89s}}]}]",
        "Models: [{Name: m, Costs: [{Quantity: FLOP, Value: 1}]}]",
        "Models: [{Name: m, Latency: [{Device: T4, Precision: half, By Batch: {1: 2}}]}]",
        "This is something",
    ],
)
def test_the_schema_refuses_what_the_readers_call_an_error(text: str) -> None:
    assert faults(text)
