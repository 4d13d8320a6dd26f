"""When sampling stops, and what it makes of its samples."""

import itertools
import time

from hypothesis import given
from hypothesis import strategies as st

from catalogue.measure.timing import Budget, foreign_load, median_interval, sample


def test_the_first_pass_is_kept_apart() -> None:
    times = itertools.chain([90.0], itertools.repeat(5.0))
    samples = sample(lambda: next(times), Budget(sample_s=0.05), threads=1)
    assert samples.cold_ms == 90.0
    assert set(samples.times_ms) == {5.0}


def test_warming_up_goes_on_until_two_windows_agree() -> None:
    times = itertools.chain([90, 50, 40, 30, 20, 10, 9, 8, 7], itertools.repeat(5.0))
    samples = sample(lambda: next(times), Budget(), threads=1)
    assert samples.warmup_passes >= 12
    assert set(samples.times_ms) == {5.0}


def test_a_steady_pass_is_sampled_until_its_median_is_narrow() -> None:
    budget = Budget(least_s=0)
    assert len(sample(lambda: 5.0, budget, threads=1).times_ms) == budget.enough


def test_a_restless_pass_is_sampled_to_the_cap() -> None:
    times = itertools.cycle([1.0, 9.0])
    assert len(sample(lambda: next(times), Budget(most=500, least_s=0), threads=1).times_ms) == 500


def test_a_quick_pass_is_sampled_for_as_long_as_processor_time_takes_to_be_counted() -> None:
    start = time.perf_counter()
    samples = sample(lambda: 0.001, Budget(least_s=0.2), threads=1)
    assert time.perf_counter() - start >= 0.2
    assert len(samples.times_ms) > Budget().enough


def test_a_slow_pass_is_sampled_no_less_than_the_least() -> None:
    budget = Budget(sample_s=0.0, warmup_s=0.0, least=5, least_s=0.0)
    assert len(sample(lambda: 2000.0, budget, threads=1).times_ms) == 5


@given(st.lists(st.floats(min_value=0.1, max_value=1e6), min_size=1))
def test_the_interval_of_the_median_lies_within_the_samples(times: list[float]) -> None:
    ordered = sorted(times)
    low, high = median_interval(ordered)
    assert ordered[0] <= low <= high <= ordered[-1]


def test_the_interval_of_the_median_has_the_ranks_of_the_books() -> None:
    # n = 100: ranks 40 and 61, Le Boudec's table in appendix A.
    assert median_interval([float(rank) for rank in range(1, 101)]) == (40.0, 61.0)


def test_the_load_of_the_machine_is_a_share() -> None:
    assert 0.0 <= foreign_load(0.05) <= 1.5
