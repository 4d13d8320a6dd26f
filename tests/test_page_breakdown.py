"""Where the work goes: three digits with the prefix that fits, and shares that never lie."""

from dataclasses import replace

import pytest
from page_zoo import SMALL, complexity, counted, record

from catalogue.page.breakdown import Breakdown, breakdown
from catalogue.page.evidence import Counted, Finding
from catalogue.page.wording import percent, say, scaled
from catalogue.record import Kind, ModuleCost


def of_parts(*parts: ModuleCost, checker: str = "fvcore 0.1.5") -> Breakdown:
    result = replace(complexity(12_000_000, 2_300_000_000), by_module=parts, checker=checker)
    finding = Finding(record=record(SMALL, Kind.COMPLEXITY, counted(), result), environment=None)
    found = breakdown(Counted(finding=finding, conditions=counted(), result=result))
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (16_013_648_896, "16.0 G"),
        (243_000_000, "243 M"),
        (2_688_000, "2.69 M"),
        (5_376, "5.38 k"),
        (64, "64"),
        (0, "0"),
    ],
)
def test_counts_have_the_prefix_that_fits(count: int, text: str) -> None:
    assert scaled(count) == text


def test_a_little_is_never_shown_as_nothing() -> None:
    assert [percent(share) for share in (1.0, 0.1234, 0.0005, 0.0004, 0.0)] == [
        "100.0",
        "12.3",
        "0.1",
        "<0.1",
        "0.0",
    ]


def test_parts_have_their_own_units_and_those_without_any_cost_are_left_out() -> None:
    found = of_parts(
        ModuleCost(module="stem", type="Conv2d", params=9_408, macs=2_297_312_000),
        ModuleCost(module="head", type="Linear", params=2_689_000, macs=2_688_000),
        ModuleCost(module="act", type="ReLU", params=0, macs=0),
    )
    assert [(bar.name, bar.value, bar.percent) for bar in found.modules] == [
        ("stem", "2.30 G", "99.9"),
        ("head", "2.69 M", "0.1"),
    ]
    assert found.modules[1].note == say("breakdown.params", params="2.69 M")


def test_our_own_second_counter_is_named_in_words_and_others_by_their_names() -> None:
    part = ModuleCost(module="stem", type="Conv2d", params=9_408, macs=2_300_000_000)
    assert dict(of_parts(part).checked.values)["checker"] == "fvcore 0.1.5"
    ours = dict(of_parts(part, checker="calls of torch 2.14.1 functions").checked.values)
    assert ours["checker"] == say("breakdown.checker.calls", version="2.14.1")
