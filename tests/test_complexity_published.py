"""Counts are those that timm publishes, as far as its tables print them.

`data/timm_published.csv` holds rows of the tables under
https://github.com/huggingface/pytorch-image-models/tree/main/results (`benchmark-infer-*.csv`);
of several tables the largest figure, since some were made before attention was counted. The rows
of form `deploy` are of a table that was made with `--reparam`.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import timm

from catalogue.build import build
from catalogue.entry import Builder, Entry, Text
from catalogue.measure.complexity import measure_complexity
from catalogue.variant import varied

TABLE = Path(__file__).parent / "data" / "timm_published.csv"
KNOWN = frozenset(timm.list_models())


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """A published row."""

    architecture: str
    form: str
    side: int
    gmacs: float
    params_m: float
    macts_m: float


def rows() -> Iterator[Row]:
    with TABLE.open(newline="", encoding="utf-8") as file:
        for line in csv.DictReader(file):
            yield Row(
                architecture=line["architecture"],
                form=line["form"],
                side=int(line["side"]),
                gmacs=float(line["gmacs"]),
                params_m=float(line["params_m"]),
                macts_m=float(line["macts_m"]),
            )


def counted(row: Row) -> tuple[float, float, float]:
    """What the program makes of a row: G under fvcore's rules, M params, M activations."""
    name = row.architecture
    builder = Builder(target=f"timm:{name}")
    entry = Entry(id=name, name=name, title=Text(plain=name), builder=builder)
    built = build(entry, allowed=frozenset(), device="meta")
    size = (row.side, row.side)
    model = varied(entry, built, size=size, form=row.form, allowed=frozenset())
    assert model is not None, f"{name} has nothing to fuse"
    counts = measure_complexity(model.module, model.input_size)
    assert counts.macs_checked == counts.macs
    assert counts.fvcore_flops is not None
    return counts.fvcore_flops / 1e9, counts.params / 1e6, counts.activations / 1e6


def near(ours: float, theirs: float) -> bool:
    """Within one percent, or half a unit of the second decimal."""
    return abs(ours - theirs) <= max(0.01 * theirs, 0.0051)


def unlike(found: list[Row]) -> list[str]:
    """Rows that the program counts otherwise, in words."""
    words = []
    for row in found:
        ours = counted(row)
        theirs = (row.gmacs, row.params_m, row.macts_m)
        if not all(near(*pair) for pair in zip(ours, theirs, strict=True)):
            words.append(f"{row.architecture} {row.form} {row.side}: {ours}, published {theirs}")
    return words


def test_a_sample_of_timms_published_costs_is_what_the_program_counts() -> None:
    assert unlike([row for row in rows() if row.architecture in KNOWN][::40]) == []


@pytest.mark.slow
def test_timms_published_costs_are_what_the_program_counts() -> None:
    published = [row for row in rows() if row.architecture in KNOWN]
    assert len(published) > 300
    assert unlike(published) == []
