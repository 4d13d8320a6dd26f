"""Times of processors slower than at their best are upper bounds: marked, never competing."""

from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from latency_zoo import CPU, MODELS, latency, stored
from page_zoo import LARGE, MIDDLE, SMALL, ZOO, record

from catalogue.page.alternatives import alternatives
from catalogue.page.backends import ModelDevice, model_devices
from catalogue.page.chart import chart
from catalogue.page.comparison import compare, key_figures, page_plots
from catalogue.page.frontier import frontier
from catalogue.page.island import content
from catalogue.page.labels import load_labels
from catalogue.page.latency import LatencyRow, measured_devices
from catalogue.page.layers import templates_folder
from catalogue.page.level import shortest
from catalogue.page.plots import Placed
from catalogue.page.rows import model_rows
from catalogue.page.sentences import sentences
from catalogue.page.series import Judged, Series
from catalogue.page.voice import Voice
from catalogue.page.zoo import JudgedZoo, judge_zoo
from catalogue.plot.curves import Line, Lines, draw_curves
from catalogue.record import Kind, Latency, LatencyConditions, Record
from catalogue.render import Where, render_judged
from catalogue.store import Stored

AT_1 = replace(CPU, precision="fp32", batch_size=1)


def timed(*times: float, slow: tuple[int, ...] = ()) -> tuple[Judged, ...]:
    """Three models with counts and accuracies, timed once each; some on slow processors."""
    kept = stored()
    others = [one for one in kept.records if not isinstance(one.conditions, LatencyConditions)]
    results = (replace(latency(time, AT_1), slow=at in slow) for at, time in enumerate(times))
    found = [
        record(model, Kind.LATENCY, AT_1, result)
        for model, result in zip((SMALL, LARGE, MIDDLE), results, strict=True)
    ]
    zoo = replace(ZOO, entries=(SMALL, LARGE, MIDDLE))
    return judge_zoo(zoo, replace(kept, records=(*others, *found))).models


def rows(*times: float, slow: tuple[int, ...] = ()) -> tuple[LatencyRow, ...]:
    (device,) = measured_devices(timed(*times, slow=slow))
    return device.tables[0].rows


def placed(models: tuple[Judged, ...]) -> list[Placed]:
    return [Placed(model=one, family=one.evidence.entry.title) for one in models]


def measured(models: tuple[Judged, ...]) -> Series:
    return next(one for one in compare(models, ZOO).latencies if one.measured)


def test_an_upper_bound_is_marked_and_never_the_best_of_its_column() -> None:
    found = [row.cells[0] for row in rows(30.0, 40.0, 50.0, slow=(2,))]
    assert [cell.slow for cell in found] == [False, False, True]
    assert [cell.best for cell in found] == [True, False, False]
    assert not any(
        cell.best for cell in (row.cells[0] for row in rows(30.0, 40.0, 50.0, slow=(0,)))
    )
    assert not found[2].plain


def test_an_upper_bound_is_level_with_nothing() -> None:
    found = [row.cells[0] for row in rows(30.0, 40.0, 30.01, slow=(2,))]
    assert [bool(cell.level) for cell in found] == [False, False, False]
    assert found[0].best


def test_the_tables_of_models_do_as_those_of_times() -> None:
    models = timed(30.0, 40.0, 50.0, slow=(0,))
    found = [row.latency for row in model_rows(models, compare(models, ZOO), families={})]
    assert [cell.slow for cell in found] == [True, False, False]
    assert not any(cell.best or cell.level for cell in found)


@pytest.mark.parametrize(
    ("slow", "best"), [((), "a"), (("a",), None), (("c",), "a"), (("b", "c"), None)]
)
def test_where_an_upper_bound_is_below_all_others_nothing_is_the_shortest(
    slow: tuple[str, ...], best: str | None
) -> None:
    assert shortest({"a": 1.0, "b": 2.0, "c": 3.0}, slow) == best


def test_no_card_calls_a_model_the_fastest_that_is_not_known_to_be() -> None:
    for slow, keys in (((2,), ["small"]), ((0,), [])):
        models = timed(30.0, 40.0, 50.0, slow=slow)
        series = replace(compare(models, ZOO), latency=measured(models))
        cards = key_figures(models, series)
        assert [one.ref.id for one in cards if one.key == "latency"] == keys


def test_an_upper_bound_stands_on_no_frontier_and_what_it_beats_does_not_either() -> None:
    points = [(1.0, 70.0), (2.0, 80.0), (3.0, 75.0), (4.0, 90.0)]
    assert frontier(points) == (0, 1, 3)
    assert frontier(points, {1}) == (0, 3)
    assert frontier(points, {0, 1, 3}) == ()


def test_pictures_draw_upper_bounds_hollow_off_the_frontier_and_say_what_that_means() -> None:
    models = timed(30.0, 40.0, 50.0, slow=(0,))
    series = replace(compare(models, ZOO), latency=measured(models))
    (plot,) = (one for one in page_plots(placed(models), series) if one.name == "latency")
    assert [one.slow for one in plot.points] == [True, False]
    assert not plot.points[0].on_frontier
    assert "plot.slow" in repr(plot.caption)
    assert "plot.slow" in repr(plot.alt)


def test_where_only_upper_bounds_are_left_a_picture_has_no_frontier() -> None:
    models = timed(30.0, 40.0, 50.0, slow=(0, 1, 2))
    series = replace(compare(models, ZOO), latency=measured(models))
    (plot,) = (one for one in page_plots(placed(models), series) if one.name == "latency")
    assert not any(one.on_frontier for one in plot.points)
    assert "plot.alt.open" in repr(plot.alt)


def test_nothing_is_said_to_be_faster_by_an_upper_bound() -> None:
    for slow, told in (((), True), ((0,), False), ((1,), False)):
        models = timed(60.0, 30.0, 500.0, slow=(*slow, 2))
        series = compare(models, ZOO)
        latencies = [measured(models)]
        found = sentences(models, gain=series.gain, flops=series.flops, latencies=latencies)
        assert any(one.key == "says.inversion" for one in found) == told


def test_an_upper_bound_is_no_alternative_and_has_none() -> None:
    def found(*slow: int) -> list[str]:
        drawn = chart(placed(timed(60.0, 30.0, 50.0, slow=slow)), ZOO)
        assert drawn is not None
        kept = tuple(one for one in drawn.columns if one.series.measured)
        every = alternatives(replace(drawn, columns=kept))
        return [
            one.ref.id
            for ones in every.values()
            for one in ones
            if one.says.key.endswith("latency")
        ]

    assert found() == ["large"]
    assert found(0) == []
    assert found(1) == []


@cache
def slowed(backend: str) -> JudgedZoo:
    """All times of one backend are upper bounds."""
    kept = stored()
    return judge_zoo(
        replace(ZOO, entries=MODELS),
        Stored(
            records=tuple(_slowed(one, backend) for one in kept.records),
            environments=kept.environments,
            limits=kept.limits,
        ),
    )


def _slowed(one: Record, backend: str) -> Record:
    under, result = one.conditions, one.result
    if isinstance(result, Latency) and isinstance(under, LatencyConditions):
        return replace(one, result=replace(result, slow=under.backend == backend))
    return one


def devices(backend: str) -> tuple[ModelDevice, ...]:
    zoo = slowed(backend)
    return model_devices(zoo.models[0].evidence, zoo.limits)


@pytest.mark.parametrize("backend", ["eager", "compile"])
def test_no_speed_up_is_worked_out_from_an_upper_bound(backend: str) -> None:
    cells = [
        cell
        for device in devices(backend)
        for one in device.speedups
        for row in one.rows
        for cell in row.ratios
        if backend == "eager" or "backend.compile" in repr(row.way)
    ]
    assert not any(cell.value for cell in cells)
    assert any(cell.reason and cell.reason.key == "speedup.slow" for cell in cells)


def test_no_upper_bound_is_held_against_the_roofline() -> None:
    cells = [
        (way, cell)
        for device in devices("compile")
        for way, cells in device.closeness.rows
        for cell in cells
    ]
    slow = [cell for way, cell in cells if "backend.compile" in repr(way)]
    assert slow
    assert not any(cell.value for cell in slow)
    assert any(cell.reason and cell.reason.key == "closeness.slow" for cell in slow)
    assert any(cell.value for way, cell in cells if "backend.eager" in repr(way))


def test_details_and_lines_tell_the_batch_sizes_of_upper_bounds() -> None:
    for device in devices("compile"):
        for one in device.details:
            assert set(one.slow) == {"backend.compile" in repr(one.way)}
        for plot in device.curves:
            for curve in plot.curves:
                hollow = "backend.compile" in repr(curve.name)
                assert curve.slow == {batch for batch, _ in curve.spots if hollow}


def test_marks_of_upper_bounds_are_outlines() -> None:
    line = Line(name="a", spots=((1, 1.0), (2, 2.0), (4, 3.0)), hollow=frozenset({2}))
    drawn = draw_curves(Lines(lines=(line,), x_label="x", y_label="y", alt="z"))
    assert drawn.count('class="zoo-hollow"') == 1
    plain = draw_curves(
        Lines(lines=(replace(line, hollow=frozenset()),), x_label="x", y_label="y", alt="z")
    )
    assert "zoo-hollow" not in plain


@cache
def rendered() -> dict[str, str]:
    """Pages of the zoo whose compiled models are timed on slow processors, and of one without."""
    written = {}
    for backend in ("compile", "none"):
        with TemporaryDirectory() as folder:
            render_judged(
                slowed(backend),
                None,
                Where(docs=Path(folder), languages=("en",), templates=None),
                None,
            )
            for one in Path(folder).rglob("*.md"):
                written[f"{backend} {one.relative_to(folder)}"] = one.read_text(encoding="utf-8")
    return written


def test_every_figure_of_an_upper_bound_has_a_mark_and_every_table_with_marks_a_legend() -> None:
    pages = rendered()
    marked = [name for name, page in pages.items() if "zoo-slow" in page]
    assert all(name.startswith("compile ") for name in marked)
    for name in marked:
        for rest in pages[name].split("<table")[1:]:
            table, after = rest.split("</table>", 1)
            legend = "zoo-slow-note" in after.split("<table")[0]
            assert legend == ('class="zoo-slow"' in table), name
    page = pages["compile en/models/small.md"]
    assert "curve.slow" not in page
    assert page.count("zoo-hollow") > 1
    assert "Relative error and same top-1 are of random weights" in page
    assert "Measured latencies: Each time is" in pages["compile en/compare.md"]


def test_the_islands_of_charts_name_the_models_of_upper_bounds() -> None:
    drawn = chart(placed(timed(60.0, 30.0, 50.0, slow=(1,))), ZOO)
    assert drawn is not None
    voice = Voice(
        language="en", labels={"en": load_labels((templates_folder(),), "en")}, link=lambda _: None
    )
    columns = content(drawn, voice, ("chart.",))["columns"]
    assert isinstance(columns, list)
    told = {one["measured"]: one.get("slow") for one in columns if one["quantity"] == "latency"}
    assert told == {True: [1], False: None}
