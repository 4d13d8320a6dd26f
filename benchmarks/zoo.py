"""A zoo made up for benchmarks: as many models as wanted, each counted, timed, validated, reported.

Everything lies on disk as a user's would: YAML, records, and what this checkout gives a site.
"""

import random
import shutil
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

from page_zoo import (
    ENVIRONMENT,
    accuracy,
    complexity,
    counted,
    latency,
    record,
    timed,
    validated,
)

from catalogue.entry import Entry
from catalogue.read import read_zoo
from catalogue.record import Kind, LatencyConditions, ModuleCost, Record
from catalogue.store import FOLDER, save_environment, save_record

ROOT = Path(__file__).resolve().parent.parent
FAMILY_SIZE = 25
DEVICES = (("Tesla T4", "FP32"), ("Tesla T4", "FP16"), ("Tesla V100", "FP32"), ("Edge", "INT8"))
BATCHES = (1, 8)
PARTS = 10
"""Modules that a model's operations are divided among."""
SOURCES = """\
Sources:
  table: {Title: A table, URL: "https://example.org/table"}
  book: {Title: {en: A book, zh: 一本手册}, URL: "https://example.org/book"}
"""
FAMILY = """\
Collections:
  - Name: Family {family}
    Title: {{en: Family {family}, zh: 系列 {family}}}
    Summary: {{en: Nets of the family number {family}., zh: 第 {family} 个系列的网络。}}
    Description: {{en: Nets of one make., zh: 同一种结构的网络。}}
    Paper: {{Title: On family {family}, URL: "https://example.org/{family}"}}
    License: {{Code: Apache-2.0}}
Models:
"""
MODEL = """\
  - Name: net{number}_patch16_224
    In Collection: Family {family}
    Summary: {{en: The net number {number}., zh: 第 {number} 个网络。}}
    Alias: [n{number}]
    Builder: {{Target: "timm:net{number}.in1k"}}
    Weights: [{{URL: "https://example.org/net{number}-0123abcd.pth", SHA256 Prefix: "0123abcd"}}]
    Preprocessing:
      - ID: timm
        Input Size: [3, 224, 224]
        Resize: {{Size: 256, Mode: shortest, Interpolation: bicubic}}
        Crop: {{Size: 224, Mode: center}}
        Mean: [0.485, 0.456, 0.406]
        Std: [0.229, 0.224, 0.225]
    Costs:
      - {{Quantity: Parameters, Value: {params:.2f}, Unit: M, Source: table}}
      - {{Quantity: Parameters, Value: {params:.1f}, Unit: M, Source: book}}
      - {{Quantity: FLOPs, Value: {flops:.2f}, Unit: G, Convention: 2xmacs, Source: table}}
      - {{Quantity: MACs, Value: {macs:.2f}, Unit: G, Source: book}}
    Results:
      - {{Dataset: ImageNet-1k, Metrics: {{Top 1 Accuracy: "{top1:.2f}%"}}, Source: table}}
      - Dataset: ImageNet-1k
        Metrics: {{Top 1 Accuracy: "{paper:.1f}%"}}
        Source: book
        Role: paper
    Latency:
"""
LATENCY = (
    "      - {{Device: {device}, Precision: {precision}, Input Size: 224,"
    " By Batch: {{1: {one:.3f}, 8: {eight:.3f}}}, Source: table}}\n"
)


def write_zoo(folder: Path, models: int) -> Path:
    """A project of so many models in families of 25, ready for mkdocs."""
    for name in ("mkdocs.yml", "mkdocs.zh.yml", "docs/hook.py"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, folder / name)
    for language in ("en", "zh"):
        (folder / "docs" / language).mkdir()
        shutil.copy(ROOT / "docs" / language / "method.md", folder / "docs" / language)
    (folder / "model-index").mkdir()
    write_entries(folder / "model-index", models)
    write_records(folder / "model-index")
    return folder


def write_entries(index: Path, models: int) -> None:
    """The YAML: models whose accuracy grows with their cost, with noise."""
    chance = random.Random(0)  # noqa: S311 - the same zoo each time
    families = range(-(-models // FAMILY_SIZE))
    names = ", ".join(f"family{family}.yml" for family in families)
    (index / "model-index.yml").write_text(f"{SOURCES}Import: [{names}]\n", encoding="utf-8")
    for family in families:
        numbers = range(family * FAMILY_SIZE, min(models, (family + 1) * FAMILY_SIZE))
        text = FAMILY.format(family=family)
        text += "".join(_model(number, family, chance) for number in numbers)
        (index / f"family{family}.yml").write_text(text, encoding="utf-8")


def _model(number: int, family: int, chance: random.Random) -> str:
    flops = 10 ** chance.uniform(-0.5, 2)
    top1 = 72 + 5 * chance.gauss(0, 0.4) + 5 * (flops**0.25 - 1)
    text = MODEL.format(
        number=number,
        family=family,
        params=flops * chance.uniform(2, 6),
        flops=flops,
        macs=flops / 2,
        top1=top1,
        paper=top1 + chance.gauss(0, 0.2),
    )
    for device, precision in DEVICES:
        one = flops * chance.uniform(0.5, 2)
        text += LATENCY.format(device=device, precision=precision, one=one, eight=6 * one)
    return text


def write_records(index: Path) -> None:
    """What was measured: counts, a validation, and latencies of each device and batch size."""
    records, environment = index / FOLDER, save_environment(index / FOLDER, ENVIRONMENT)
    for entry in read_zoo(index / "model-index.yml").zoo.entries:
        for one in _records(entry):
            made = replace(one.provenance, environment=environment)
            save_record(records, replace(one, provenance=made))


def _records(entry: Entry) -> Iterator[Record]:
    chance = random.Random(entry.id)  # noqa: S311 - the same zoo each time
    params, flops = (entry.costs[at].figure.value for at in (0, 2))
    counts = complexity(int(params), int(flops / 2))
    parts = tuple(
        ModuleCost(
            module=f"stages.{at}",
            type="Sequential",
            params=int(params / PARTS),
            macs=int(flops / 2 / PARTS),
        )
        for at in range(PARTS)
    )
    yield record(entry, Kind.COMPLEXITY, counted(), replace(counts, by_module=parts))
    for device, precision in (("Example CPU", "fp32"), ("Tesla T4", "fp16")):
        for batch in BATCHES:
            conditions = _timed(device, precision, batch)
            time = flops / 1e9 * batch**0.8 * chance.uniform(0.8, 1.25)
            yield record(entry, Kind.LATENCY, conditions, latency(time))
    top1 = next(one.top1.value for one in entry.results if one.top1 is not None)
    hits = int(top1 / 100 * 50_000 + chance.gauss(0, 40))
    yield record(entry, Kind.ACCURACY, validated(), accuracy(hits, hits + (50_000 - hits) // 2))


def _timed(device: str, precision: str, batch: int) -> LatencyConditions:
    return replace(timed(batch), device=device, precision=precision)


def change_a_record(project: Path, milliseconds: float) -> Path:
    """Write a new latency of the middle model, as `catalogue refresh` would."""
    index = project / "model-index"
    entries = read_zoo(index / "model-index.yml").zoo.entries
    entry = entries[len(entries) // 2]
    environment = save_environment(index / FOLDER, ENVIRONMENT)
    newer = record(
        entry, Kind.LATENCY, timed(1), latency(milliseconds), time="2026-02-03T04:05:06Z"
    )
    made = replace(newer.provenance, environment=environment)
    return save_record(index / FOLDER, replace(newer, provenance=made))
