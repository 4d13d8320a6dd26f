"""No two latencies of unlike conditions meet: in a column, a series, a picture or a ratio.

Every time of this zoo is a number of its own, so a number on a page tells what it was taken under,
whatever the page says of it.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from functools import cache

import pytest
from latency_zoo import CPU, GPU, judged

from catalogue.page.backends import ModelDevice, SpeedUps
from catalogue.page.cells import Cell
from catalogue.page.choose import choose_page
from catalogue.page.compare import compare_page
from catalogue.page.comparison import Card
from catalogue.page.curves import CurvePlot
from catalogue.page.family import FamilyPage, family_page
from catalogue.page.home import HomePage, home_page
from catalogue.page.latency import MeasuredTable
from catalogue.page.model import ModelPage, model_page
from catalogue.page.plots import Plot
from catalogue.page.series import Series
from catalogue.page.wording import Said, milliseconds
from catalogue.record import LatencyConditions

ALL = {field.name for field in fields(LatencyConditions)}
WAY = {"backend", "memory_format"}
"""What the rows and lines of a model's page name one by one."""
Group = tuple[frozenset[str], tuple[float, ...]]
"""(what may differ, the numbers that stand together)."""


@cache
def taken() -> Mapping[float, LatencyConditions]:
    """The conditions of every time and every rate."""
    found: dict[float, LatencyConditions] = {}
    for model in judged().models:
        for one in model.evidence.timings:
            for value in (one.result.latency_ms, one.result.images_per_second):
                assert value is not None
                assert value not in found, "every number has to be one of its own"
                found[value] = one.conditions
    return found


@cache
def pages() -> tuple[object, ...]:
    zoo = judged()
    home = home_page(zoo)
    families = [
        family_page(one.collection, one.models, zoo.zoo, slug=one.slug) for one in zoo.families
    ]
    choosing = (choose_page(home), compare_page(home, zoo))
    return (home, *choosing, *families, *(model_page(one, zoo) for one in zoo.models))


def parts(value: object) -> Iterator[object]:
    """A value and everything in it."""
    yield value
    if is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            yield from parts(getattr(value, field.name))
    elif isinstance(value, tuple | list):
        for one in value:
            yield from parts(one)
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from parts(one)


def columns(rows: Iterable[tuple[Cell, ...]]) -> Iterator[tuple[float, ...]]:
    for column in zip(*rows, strict=True):
        yield numbers(column)


def groups(value: object) -> Iterator[Group]:
    """The numbers that stand together in one part of a page."""
    match value:
        case MeasuredTable():
            yield from grouped(columns(row.cells for row in value.rows), set())
        case ModelDevice():
            yield from grouped(columns(row.cells for row in value.rows), WAY)
            yield from grouped(map(measured_in, value.curves), WAY | {"batch_size"})
        case FamilyPage():
            drawn = (measured_in(plot) for plots in value.curves for plot in plots)
            yield from grouped(drawn, {"batch_size"})
            yield from grouped([numbers(row.latency for row in value.rows)], set())
        case HomePage():
            yield from grouped([numbers(row.latency for row in value.rows)], set())
        case Series():
            yield from grouped([tuple(value.values.values())], set())
        case Plot():
            yield from grouped([tuple(point.x for point in value.points)], set())


def grouped(together: Iterable[tuple[float, ...]], may: set[str]) -> Iterator[Group]:
    return ((frozenset(may), values) for values in together)


def numbers(cells: Iterable[Cell]) -> tuple[float, ...]:
    return tuple(cell.value for cell in cells if cell.value is not None)


def measured_in(plot: CurvePlot) -> tuple[float, ...]:
    return tuple(spot[1] for curve in plot.curves if not curve.bound for spot in curve.spots)


def unlike(group: Group) -> set[str]:
    """In which conditions the times of a group differ, but for those that may."""
    may, values = group
    times = [taken()[value] for value in values if value in taken()]
    return {name for name in ALL - may if len({getattr(one, name) for one in times}) > 1}


def all_groups() -> list[Group]:
    return [group for page in pages() for part in parts(page) for group in groups(part)]


def test_what_stands_together_was_taken_under_like_conditions() -> None:
    assert [unlike(group) for group in all_groups() if unlike(group)] == []


def test_no_time_stands_anywhere_else() -> None:
    checked = {value for group in all_groups() for value in group[1]}
    shown = {part for page in pages() for part in parts(_shown(page)) if isinstance(part, float)}
    assert shown & set(taken()) <= checked
    assert len(shown & set(taken())) > 300


def _shown(page: object) -> tuple[object, ...]:
    """The parts of a page that are shown; entries and records only lend their figures."""
    return tuple(
        getattr(page, field.name)
        for field in fields(page)  # type: ignore[arg-type]  # all pages are dataclasses
        if field.name not in ("entry", "collection")
    )


def test_times_of_unlike_conditions_would_be_found() -> None:
    times = {conditions: value for value, conditions in taken().items()}
    for other in (
        replace(CPU, precision="bf16"),
        replace(CPU, backend="openvino"),
        replace(CPU, memory_format="channels_last"),
        replace(CPU, threads=2),
        replace(CPU, affinity="free"),
        replace(CPU, input_size=(3, 288, 288)),
        replace(CPU, batch_size=4),
        GPU,
    ):
        assert unlike((frozenset(), (times[CPU], times[other])))


def test_a_ratio_is_of_two_times_that_differ_in_the_backend_alone() -> None:
    legal = set()
    for model in judged().models:
        found = {one.conditions: one.result.latency_ms for one in model.evidence.timings}
        for conditions, value in found.items():
            eager = found.get(replace(conditions, backend="eager"))
            if eager is not None:
                legal.add(eager / value)
    tables = [part for page in pages() for part in parts(page) if isinstance(part, SpeedUps)]
    ratios = {value for one in tables for row in one.rows for value in numbers(row.ratios)}
    assert len(ratios) > 50
    assert ratios <= legal


def test_a_column_of_distances_to_the_bound_has_one_bound() -> None:
    devices = [part for page in pages() for part in parts(page) if isinstance(part, ModelDevice)]
    columns = [
        {
            time.value / ratio.value
            for (_, ratios), row in zip(device.closeness.rows, device.rows, strict=True)
            for ratio, time in [(ratios[column], row.cells[column])]
            if ratio.value and time.value
        }
        for device in devices
        if device.closeness.reason is None
        for column in range(len(device.rows[0].cells))
    ]
    assert sum(map(bool, columns)) > 20
    assert all(max(bounds) == pytest.approx(min(bounds)) for bounds in columns if bounds)


def test_cards_and_sentences_name_times_of_one_set_of_conditions() -> None:
    by_text: dict[str, set[LatencyConditions]] = {}
    for value, conditions in taken().items():
        by_text.setdefault(milliseconds(value), set()).add(conditions)
    cards = [part for page in pages() for part in parts(page) if isinstance(part, Card)]
    assert all(by_text[card.value] for card in cards if card.key == "latency")
    for page in pages():
        for said in parts(page):
            if isinstance(said, Said) and said.key == "says.inversion":
                values = dict(said.values)
                assert by_text[str(values["more_ms"])] & by_text[str(values["less_ms"])]


@pytest.mark.parametrize("kind", [HomePage, FamilyPage, ModelPage])
def test_the_protocol_stands_on_every_page_that_shows_a_time(kind: type) -> None:
    for page in pages():
        if isinstance(page, kind):
            said = [part for part in parts(page) if isinstance(part, Said)]
            assert any(one.key == "latency.protocol" for one in said)
