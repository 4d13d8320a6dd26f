"""Which record speaks for a model: the newest that still holds."""

from dataclasses import replace
from pathlib import Path

from page_zoo import (
    ENVIRONMENT,
    SMALL,
    accuracy,
    complexity,
    counted,
    latency,
    record,
    timed,
    validated,
)

from catalogue.entry import Zoo
from catalogue.page.evidence import Evidence, gather
from catalogue.record import Failure, Kind, Record
from catalogue.store import Stored


def evidence(*records: Record) -> Evidence:
    zoo = Zoo(root=SMALL_ROOT, entries=(SMALL,))
    stored = Stored(records=records, environments={"e1": ENVIRONMENT})
    return gather(zoo, stored)[0]


SMALL_ROOT = Path("model-index")


def test_the_newest_record_that_holds_is_chosen_over_a_newer_stale_one() -> None:
    old = record(SMALL, Kind.COMPLEXITY, counted(), complexity(1, 10))
    stale = record(SMALL, Kind.COMPLEXITY, counted(), complexity(2, 20), target="timm:other")
    found = evidence(old, stale).counted()
    assert found is not None
    assert found.result.params == 1
    assert found.finding.holds


def test_of_records_that_no_longer_hold_the_newest_is_shown_as_out_of_date() -> None:
    first = record(SMALL, Kind.COMPLEXITY, counted(), complexity(1, 10), target="timm:other")
    second = record(SMALL, Kind.COMPLEXITY, counted(), complexity(2, 20), target="timm:other")
    found = evidence(first, second).counted()
    assert found is not None
    assert found.result.params == 2
    assert found.finding.stale == ("builder",)


def test_a_later_failure_replaces_nothing_and_is_remembered() -> None:
    good = record(SMALL, Kind.LATENCY, timed(1), latency(40.0))
    bad = record(SMALL, Kind.LATENCY, timed(1), Failure(reason="out of memory", retry=False))
    found = evidence(good, bad)
    assert found.timings[0].result.latency_ms == 40.0
    assert found.findings[0].later_failure == bad
    assert found.failed(Kind.LATENCY) is None


def test_a_failure_speaks_where_nothing_succeeded() -> None:
    bad = record(SMALL, Kind.COMPLEXITY, counted(), Failure(reason="no such name", retry=False))
    found = evidence(bad)
    failed = found.failed(Kind.COMPLEXITY)
    assert failed is not None
    assert failed.failure == Failure(reason="no such name", retry=False)
    assert found.counted() is None


def test_counts_are_chosen_by_input_size_and_unfused() -> None:
    larger = replace(counted(), input_size=(3, 288, 288))
    fused = replace(counted(), form="deploy")
    found = evidence(
        record(SMALL, Kind.COMPLEXITY, larger, complexity(1, 30)),
        record(SMALL, Kind.COMPLEXITY, fused, complexity(1, 5)),
        record(SMALL, Kind.COMPLEXITY, counted(), complexity(1, 10)),
    )
    own, at_288 = found.counted(), found.counted((288, 288))
    assert own is not None
    assert own.result.macs == 10
    assert at_288 is not None
    assert at_288.result.macs == 30
    assert found.counted((512, 512)) is None


def test_a_validation_of_a_part_does_not_stand_for_the_whole() -> None:
    part = replace(validated(), subset=True, images=5000)
    found = evidence(record(SMALL, Kind.ACCURACY, part, accuracy(37_500, 46_000)))
    assert found.validated() is None
