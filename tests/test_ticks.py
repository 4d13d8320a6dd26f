"""Round values for axes."""

import pytest

from catalogue.plot.ticks import linear_ticks, log_ticks, tick_texts


@pytest.mark.parametrize(
    ("low", "high", "ticks"),
    [
        (3.3, 42.0, (5.0, 7.0, 10.0, 20.0, 30.0)),
        (0.8, 150.0, (1.0, 3.0, 10.0, 30.0, 100.0)),
        (0.5, 20000.0, (1.0, 10.0, 100.0, 1000.0, 10000.0)),
        (5.1, 17.0, (6.0, 8.0, 10.0, 12.0, 14.0, 16.0)),
    ],
)
def test_a_logarithmic_axis_gets_as_few_round_ticks_as_say_where_one_is(
    low: float, high: float, ticks: tuple[float, ...]
) -> None:
    assert log_ticks(low, high) == ticks


@pytest.mark.parametrize(
    ("low", "high", "ticks"),
    [
        (75.2, 81.4, (76.0, 77.0, 78.0, 79.0, 80.0, 81.0)),
        (79.71, 80.12, (79.8, 79.9, 80.0, 80.1)),
        (-3.0, 3.0, (-3.0, -2.0, -1.0, 0.0, 1.0, 2.0, 3.0)),
    ],
)
def test_a_linear_axis_steps_by_one_two_or_five(
    low: float, high: float, ticks: tuple[float, ...]
) -> None:
    assert linear_ticks(low, high) == ticks


def test_ticks_are_written_as_people_write_them() -> None:
    assert tick_texts((0.5, 20, 1000), even=False) == ["0.5", "20", "1,000"]
    assert tick_texts((-1, -0.5, 0), even=True) == ["\N{MINUS SIGN}1.0", "\N{MINUS SIGN}0.5", "0.0"]
