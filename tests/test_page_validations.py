"""Validations on subsets and other data sets: shown apart, called by name, never compared."""

from dataclasses import replace
from pathlib import Path

from page_zoo import ENVIRONMENT, SMALL, accuracy, record, validated

from catalogue.entry import Zoo
from catalogue.page.evidence import Evidence, gather
from catalogue.page.validations import other_validations
from catalogue.record import Kind, Record
from catalogue.store import Stored

USUAL = record(SMALL, Kind.ACCURACY, validated(), accuracy(38_000, 46_500))
SUBSET = record(
    SMALL,
    Kind.ACCURACY,
    replace(validated(), subset=True, images=1000),
    replace(accuracy(700, 900), images=1000, chance_hits=1.0),
    time="2026-02-02T03:04:05Z",
)
V2 = record(
    SMALL,
    Kind.ACCURACY,
    replace(validated(), dataset="imagenet-v2", images=10_000),
    replace(accuracy(10, 50), images=10_000, chance_hits=10.0),
    time="2026-02-03T03:04:05Z",
)
HALF = record(
    SMALL,
    Kind.ACCURACY,
    replace(validated(), precision="bf16"),
    accuracy(37_000, 46_000),
    time="2026-02-04T03:04:05Z",
)


def evidence(*records: Record) -> Evidence:
    zoo = Zoo(root=Path("model-index"), entries=(SMALL,))
    return gather(zoo, Stored(records=records, environments={"e1": ENVIRONMENT}))[0]


def test_only_the_whole_usual_set_in_fp32_is_what_tables_compare_by() -> None:
    found = evidence(USUAL, SUBSET, V2, HALF).validated()
    assert found is not None
    assert found.result.top1_hits == 38_000
    assert evidence(SUBSET, V2, HALF).validated() is None


def test_the_others_are_shown_apart_and_called_what_they_are() -> None:
    shown = other_validations(evidence(USUAL, SUBSET, V2, HALF))
    assert [one.conditions.key for one in shown] == [
        "measurement.accuracy.subset",
        "measurement.accuracy",
        "measurement.accuracy",
    ]
    assert [one.top1.text for one in shown] == ["70.000", "0.100", "74.000"]


def test_hits_of_chance_are_doubted() -> None:
    shown = other_validations(evidence(SUBSET, V2))
    assert [one.doubt is not None for one in shown] == [False, True]
