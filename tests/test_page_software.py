"""Times of different software say so wherever they stand together, and have no ratio."""

from collections.abc import Iterator
from dataclasses import replace
from functools import cache

import pytest
from latency_zoo import CPU, GPU, MODELS, stored
from page_zoo import ENVIRONMENT, ZOO

from catalogue.page.backends import SpeedUps, model_devices
from catalogue.page.chart import chart
from catalogue.page.comparison import compare, key_figures
from catalogue.page.latency import MeasuredTable, measured_devices
from catalogue.page.plots import Placed
from catalogue.page.rows import model_rows
from catalogue.page.zoo import JudgedZoo, judge_zoo
from catalogue.record import Latency, LatencyConditions, Record

CARD = replace(ENVIRONMENT, gpu="Example card", driver="550.1")
OTHERS = {
    "torch": replace(CARD, packages=(("torch", "2.15.0"),)),
    "driver": replace(CARD, driver="560.2"),
}


@cache
def judged(what: str, backend: str = "eager") -> JudgedZoo:
    """One backend's times of the first model come from other software than all others."""
    kept = stored()
    records = tuple(_made(one, what, backend) for one in kept.records)
    environments = {"e1": CARD, "e2": OTHERS.get(what, CARD)}
    zoo = replace(ZOO, entries=MODELS)
    return judge_zoo(zoo, replace(kept, records=records, environments=environments))


def _made(one: Record, what: str, backend: str) -> Record:
    under, result = one.conditions, one.result
    if not isinstance(under, LatencyConditions) or not isinstance(result, Latency):
        return one
    odd = one.model == MODELS[0].id and under.backend == backend
    version = f"{under.backend} {2 if odd and what == 'backend' else 1}.0"
    environment = "e2" if odd else "e1"
    return replace(
        one,
        result=replace(result, backend_version=version),
        provenance=replace(one.provenance, environment=environment),
    )


def tables(zoo: JudgedZoo) -> Iterator[MeasuredTable]:
    for device in measured_devices(zoo.models):
        yield from device.tables


def told(said: object) -> str:
    return repr(said)


@pytest.mark.parametrize(
    ("what", "words"),
    [
        ("torch", "2.14.1 / 2.15.0"),
        ("driver", "550.1 / 560.2"),
        ("backend", "eager 1.0 / eager 2.0"),
    ],
)
def test_a_table_of_different_software_names_it(what: str, words: str) -> None:
    mixed = {
        (one.shared.device_type, one.shared.backend)
        for one in tables(judged(what))
        if any(said.key == "latency.software.mixed" for said in one.software)
    }
    assert mixed == (
        {("cuda", "eager")} if what == "driver" else {("cuda", "eager"), ("cpu", "eager")}
    )
    assert all(
        words in told(one.software) for one in tables(judged(what)) if one.shared == _of(GPU)
    )


def _of(conditions: LatencyConditions) -> LatencyConditions:
    return replace(conditions, precision="", batch_size=0)


def test_a_table_of_one_software_names_torch_alone() -> None:
    for one in tables(judged("nothing")):
        assert [said.key for said in one.software] == ["latency.software"]


@pytest.mark.parametrize("what", ["torch", "driver", "backend"])
def test_a_column_of_the_chart_says_it_in_its_conditions(what: str) -> None:
    zoo = judged(what)
    placed = tuple(Placed(model=one, family=one.evidence.entry.title) for one in zoo.models)
    drawn = chart(placed, zoo.zoo)
    assert drawn is not None
    columns = [one.series.conditions for one in drawn.columns if one.quantity == "latency"]
    assert any(one.key == "series.mixed" for one in columns)
    assert any(one.key == "series.latency.measured" for one in columns)


@pytest.mark.parametrize("what", ["torch", "driver", "backend"])
def test_no_time_is_the_fastest_of_a_column_of_different_software(what: str) -> None:
    marked = {
        (one.shared.device_type, any(cell.best or cell.level for cell in row.cells))
        for one in tables(judged(what))
        if one.shared.backend == "eager" and one.shared in (_of(CPU), _of(GPU))
        for row in one.rows
    }
    assert ("cuda", True) not in marked
    assert (("cpu", True) in marked) == (what == "driver")  # of which processors have none


def test_where_one_model_is_alone_in_a_column_others_keep_their_fastest() -> None:
    """The first model alone is of other software, so that columns without it are of one."""
    kept = judged("torch")
    zoo = replace(kept, models=kept.models[1:])
    (table,) = (one for one in tables(zoo) if one.shared == _of(CPU))
    assert any(cell.best for row in table.rows for cell in row.cells)


def test_the_tables_and_cards_of_a_page_do_as_its_families() -> None:
    for what in ("torch", "nothing"):
        models = judged(what).models
        series = compare(models, judged(what).zoo)
        rows = model_rows(models, series, families={})
        assert any(row.latency.best for row in rows) == (what == "nothing")
        (card,) = (one for one in key_figures(models, series) if one.key == "latency")
        assert (card.conditions.key == "series.mixed") == (what == "torch")


def ratios(zoo: JudgedZoo) -> Iterator[tuple[str, SpeedUps]]:
    for device in model_devices(zoo.models[0].evidence, ()):
        for one in device.speedups:
            yield device.device, one


@pytest.mark.parametrize("what", ["torch", "driver"])
def test_no_ratio_is_formed_between_times_of_different_software(what: str) -> None:
    for device, one in ratios(judged(what)):
        of_cpu = device == CPU.device
        cells = [cell for row in one.rows for cell in row.ratios]
        if of_cpu and what == "driver":
            assert any(cell.value for cell in cells)
        else:
            assert not any(cell.value for cell in cells)
            assert any(cell.reason and cell.reason.key == "speedup.unlike" for cell in cells)


def test_a_model_whose_backends_have_one_version_each_has_nothing_to_say() -> None:
    for device in model_devices(judged("backend").models[0].evidence, ()):
        assert [said.key for said in device.software] == ["latency.software"]
