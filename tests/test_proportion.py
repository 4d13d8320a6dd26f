"""Shares of hits: intervals and tests that tables and closed forms confirm."""

from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogue.proportion import (
    Pair,
    at_chance,
    difference_interval,
    mcnemar_p,
    wilson_interval,
)

COUNTS = st.integers(min_value=0, max_value=400)


def pair(only_first: int, only_second: int, both: int = 0, neither: int = 0) -> Pair:
    return Pair(both=both, only_first=only_first, only_second=only_second, neither=neither)


def test_wilsons_interval_is_that_of_his_paper_for_no_and_for_half_the_hits() -> None:
    low, high = wilson_interval(0, 10)
    assert low == 0
    assert high == pytest.approx(100 * 3.8416 / 13.8416, abs=0.01)  # z^2 / (n + z^2)
    assert wilson_interval(25_000, 50_000) == pytest.approx((49.562, 50.438), abs=0.001)


@given(b=COUNTS, c=COUNTS)
def test_mcnemars_p_is_the_two_tails_of_tossed_coins(b: int, c: int) -> None:
    n = b + c
    tail = sum(comb(n, k) for k in range(min(b, c) + 1))
    assert mcnemar_p(pair(b, c)) == pytest.approx(min(1, 2 * tail / 2**n), rel=1e-9)


def test_mcnemars_p_knows_published_values_and_large_counts() -> None:
    assert mcnemar_p(pair(1, 9)) == pytest.approx(0.021484375)
    assert mcnemar_p(pair(0, 0)) == 1
    assert mcnemar_p(pair(10_000, 10_000)) == 1
    assert 0 <= mcnemar_p(pair(2_000, 12_000)) < 1e-99


@given(b=COUNTS, c=COUNTS, both=COUNTS, neither=st.integers(min_value=1, max_value=400))
def test_the_interval_of_a_difference_turns_round_with_the_models(
    b: int, c: int, both: int, neither: int
) -> None:
    low, high = difference_interval(pair(b, c, both, neither))
    assert low <= high
    assert difference_interval(pair(c, b, both, neither)) == pytest.approx((-high, -low))


def test_the_interval_of_a_difference_is_the_one_that_its_formula_gives_by_hand() -> None:
    # 8.5 and 2.5 of 102: centre 6 / 102, half 1.96 * sqrt(11 - 36 / 102) / 102
    low, high = difference_interval(pair(8, 2, 50, 40))
    assert (low, high) == pytest.approx((-0.385, 12.150), abs=0.005)


def test_hits_are_at_chance_within_three_deviations_and_of_enough_images() -> None:
    assert at_chance(20, 80, 20.0)
    assert at_chance(31, 80, 20.0)  # 20 + 3 * 3.87
    assert not at_chance(32, 80, 20.0)
    assert not at_chance(1, 4, 1.0)
    assert not at_chance(80, 80, 80.0)  # all of one class: guessing it is right
