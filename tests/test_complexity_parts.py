"""Tests of dividing a model's cost among its parts."""

from collections import OrderedDict

from torch import nn

from catalogue.measure.complexity import measure_complexity
from catalogue.measure.parts import MOST_ROWS, Part, rows
from catalogue.record import ModuleCost


def chain(names: list[str]) -> nn.Sequential:
    """Equal convolutions one behind the other."""
    return nn.Sequential(OrderedDict((name, nn.Conv2d(2, 2, 1, bias=False)) for name in names))


def paths(costs: tuple[ModuleCost, ...]) -> list[str]:
    return [cost.module for cost in costs]


def test_a_part_with_most_of_the_work_is_opened() -> None:
    model = nn.Sequential(
        OrderedDict(features=chain(["conv", "block1", "block2"]), head=chain(["fc"]))
    )
    found = measure_complexity(model, (2, 4, 4)).by_module
    assert paths(found) == ["features.conv", "features.block1", "features.block2", "head"]
    assert {cost.macs for cost in found} == {2 * 2 * 4 * 4}


def test_parts_of_equal_weight_stay_closed() -> None:
    model = nn.Sequential(OrderedDict(left=chain(["a", "b"]), right=chain(["a", "b"])))
    found = measure_complexity(model, (2, 4, 4)).by_module
    assert [(row.module, row.type, row.macs) for row in found] == [
        ("left", "Sequential", 2 * 2 * 2 * 4 * 4),
        ("right", "Sequential", 2 * 2 * 2 * 4 * 4),
    ]


def test_too_many_numbered_parts_share_rows_by_name() -> None:
    names = ["stem"] + [f"conv{stage}_{n}" for stage in (2, 3) for n in range(MOST_ROWS)]
    model = nn.Sequential(OrderedDict(features=chain(names)))
    found = measure_complexity(model, (2, 4, 4)).by_module
    assert paths(found) == ["features.stem", "features.conv2_*", "features.conv3_*"]
    assert [row.params for row in found] == [2 * 2, MOST_ROWS * 2 * 2, MOST_ROWS * 2 * 2]


def test_too_many_parts_that_are_only_numbered_stay_one() -> None:
    model = nn.Sequential(OrderedDict(blocks=chain([str(n) for n in range(MOST_ROWS + 1)])))
    assert paths(measure_complexity(model, (2, 4, 4)).by_module) == ["blocks"]


def test_parts_without_params_and_work_have_no_row() -> None:
    model = nn.Sequential(nn.ReLU(), nn.Conv2d(2, 2, 1), nn.Identity())
    assert paths(measure_complexity(model, (2, 4, 4)).by_module) == ["1"]


def test_work_inside_a_bypassed_part_is_its_own_and_work_outside_has_a_row() -> None:
    parts = (
        Part(path="", type="Model", parent=-1),
        Part(path="stem", type="Sequential", parent=0),
        Part(path="stem.conv", type="Conv2d", parent=1),
    )
    assert rows(parts, [5, 0, 7], [30, 10, 20]) == [
        ModuleCost(module="", type="Model", params=5, macs=30),
        ModuleCost(module="stem", type="Sequential", params=7, macs=30),
    ]


def test_shared_modules_are_counted_where_they_come_first() -> None:
    shared = nn.Conv2d(2, 2, 1, bias=False)
    model = nn.Sequential(OrderedDict(left=nn.Sequential(shared), right=nn.Sequential(shared)))
    found = measure_complexity(model, (2, 4, 4)).by_module
    assert sum(row.params for row in found) == 2 * 2
    assert sum(row.macs for row in found) == 2 * (2 * 2 * 4 * 4)
