"""Similar but cheaper: as accurate under the same conditions, for less; else nobody."""

from catalogue.entry import Text
from catalogue.page.alternatives import alternatives
from catalogue.page.chart import Chart, ChartModel, Column
from catalogue.page.series import Series
from catalogue.page.wording import ModelRef, say

AT_224, AT_288 = (224, 224), (288, 288)


def series(
    key: str, size: tuple[int, int] | None, *values: float | None, spread: float = 0
) -> Series:
    told = {f"m{number}": value for number, value in enumerate(values) if value is not None}
    return Series(
        measured=True,
        values=told,
        key=key,
        conditions=say(key),
        axis=say(key),
        spreads=dict.fromkeys(told, spread) if spread else {},
        size=size,
    )


def cheaper(*columns: tuple[str, Series]) -> dict[str, list[tuple[str, str]]]:
    refs = [ModelRef(id=f"m{number}", title=Text(plain=f"M{number}")) for number in range(4)]
    chart = Chart(
        models=tuple(ChartModel(ref=ref, family=0) for ref in refs),
        families=(Text(plain="All"),),
        columns=tuple(Column(quantity=quantity, series=one) for quantity, one in columns),
    )
    return {
        model: [(one.says.key, one.ref.id) for one in ones]
        for model, ones in alternatives(chart).items()
    }


def test_the_cheapest_and_the_most_accurate_are_named() -> None:
    found = cheaper(
        ("top1", series("a", AT_224, 70.0, 75.0, 80.0, 69.0)),
        ("flops", series("f", AT_224, 1e9, 2e9, 3e9, 4e9)),
    )
    assert found == {"m3": [("alternative.flops", "m0"), ("alternative.flops", "m2")]}


def test_one_that_is_less_accurate_or_costs_as_much_is_no_alternative() -> None:
    found = cheaper(
        ("top1", series("a", AT_224, 70.0, 71.0, 71.0)),
        ("flops", series("f", AT_224, 1e9, 2e9, 2e9)),
    )
    assert found == {}


def test_costs_at_another_size_are_not_held_against_an_accuracy() -> None:
    gain = ("top1", series("a", AT_224, 70.0, 69.0))
    assert cheaper(gain, ("flops", series("f", AT_288, 1e9, 2e9))) == {}
    assert cheaper(gain, ("flops", series("f", None, 1e9, 2e9)))["m1"][0][1] == "m0"


def test_a_time_that_is_hardly_shorter_is_no_saving() -> None:
    gain = ("top1", series("a", AT_224, 70.0, 70.0))
    near = ("latency", series("l", AT_224, 9.8, 10.0, spread=0.01))
    clear = ("latency", series("l", AT_224, 9.0, 10.0, spread=0.01))
    assert cheaper(gain, near) == {}
    assert cheaper(gain, clear) == {"m1": [("alternative.latency", "m0")]}


def test_a_model_without_figures_in_the_first_columns_is_judged_by_the_next() -> None:
    found = cheaper(
        ("top1", series("a", AT_224, 70.0, 75.0)),
        ("top1", series("b", AT_224, None, None, 80.0, 79.0)),
        ("flops", series("f", AT_224, 1e9, 2e9, 3e9, 4e9)),
    )
    assert found == {"m3": [("alternative.flops", "m2")]}
