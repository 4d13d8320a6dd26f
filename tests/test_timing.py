"""When sampling stops, what it refuses, and what it makes of its samples."""

import itertools
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogue.measure.disturbance import FOREIGN, SLOW, WAITING, Limits, Stretch, disturbances
from catalogue.measure.timing import Budget, Samples, median_interval, percentiles, sample


@dataclass
class Machine:
    """A made-up machine: passes of given times, other work at given seconds, a clock of its own."""

    times_ms: Iterator[float]
    busy: Callable[[float], bool] = lambda _: False
    now: float = 0.0
    foreign: float = 0.0

    def run(self) -> float:
        milliseconds = next(self.times_ms)
        if self.busy(self.now):
            self.foreign += milliseconds / 1000
            milliseconds *= 2
        self.now += milliseconds / 1000
        return milliseconds

    def begin(self) -> Callable[[], Stretch]:
        since, foreign = self.now, self.foreign

        def end() -> Stretch:
            wall, other = self.now - since, self.foreign - foreign
            return Stretch(wall=wall, own=wall - other, foreign=other, waited=other, switches=1)

        return end


def refuses(stretch: Stretch) -> tuple[str, ...]:
    return disturbances(stretch, Limits(), threads=1)


def sampled(
    times_ms: Iterable[float],
    budget: Budget,
    busy: Callable[[float], bool] = lambda _: False,
) -> Samples:
    machine = Machine(iter(times_ms), busy)
    return sample(machine.run, budget, begin=machine.begin, refuses=refuses)


def test_the_first_pass_is_kept_apart() -> None:
    samples = sampled(itertools.chain([90.0], itertools.repeat(5.0)), Budget())
    assert samples.cold_ms == 90.0
    assert set(samples.times_ms) == {5.0}


def test_warming_up_goes_on_until_two_windows_agree() -> None:
    times = itertools.chain([90, 50, 40, 30, 20, 10, 9, 8, 7], itertools.repeat(5.0))
    samples = sampled(times, Budget())
    assert samples.warmup_passes >= 12
    assert set(samples.times_ms) == {5.0}


@pytest.mark.parametrize(("milliseconds", "passes"), [(300.0, 3), (1000.0, 2)])
def test_the_slower_a_pass_the_fewer_warm_it_up(milliseconds: float, passes: int) -> None:
    times = itertools.chain([3000.0], itertools.repeat(milliseconds))
    assert sampled(times, Budget()).warmup_passes == passes


def test_a_steady_pass_is_sampled_until_its_median_is_narrow() -> None:
    samples = sampled(itertools.repeat(5.0), Budget(least_s=0))
    assert len(samples.times_ms) == 100  # the first blocks of 250 ms that hold 64
    assert samples.enough


def test_a_restless_pass_is_sampled_to_the_cap() -> None:
    samples = sampled(itertools.cycle([1.0, 9.0]), Budget(most=500, sample_s=9.0))
    assert len(samples.times_ms) == 500


def test_a_quick_pass_is_sampled_for_as_long_as_processor_time_takes_to_be_counted() -> None:
    samples = sampled(itertools.repeat(1.0), Budget())
    assert samples.seconds >= Budget().least_s


def test_a_slow_pass_is_sampled_no_less_than_the_least() -> None:
    samples = sampled(itertools.repeat(2000.0), Budget(sample_s=0.0))
    assert len(samples.times_ms) == 2
    samples = sampled(itertools.repeat(400.0), Budget(sample_s=0.0))
    assert len(samples.times_ms) == 3


def test_passes_beside_other_work_are_refused_and_made_up_for() -> None:
    samples = sampled(itertools.repeat(5.0), Budget(), busy=lambda now: 0.2 < now % 1.0 < 0.7)
    assert median(samples.times_ms) == 5.0
    assert samples.enough
    assert samples.refused_passes > 0
    assert samples.refusals == (FOREIGN, WAITING)
    assert samples.foreign_load < Limits().foreign


def on_slow_processors(fast: range) -> Samples:
    """Passes of 5 ms in blocks that all but those of these numbers find the processors slow."""
    machine, blocks = Machine(itertools.repeat(5.0)), itertools.count()

    def judge(_: Stretch) -> tuple[str, ...]:
        return () if next(blocks) in fast else (SLOW,)

    return sample(machine.run, Budget(), begin=machine.begin, refuses=judge)


def test_passes_on_slow_processors_are_kept_aside_for_want_of_better_ones() -> None:
    samples = on_slow_processors(range(0))
    assert (samples.enough, samples.aside, samples.refusals) == (True, True, (SLOW,))
    assert len(samples.times_ms) > 0
    assert samples.refused_passes == 0


def test_passes_on_slow_processors_are_thrown_away_where_there_are_better_ones() -> None:
    samples = on_slow_processors(range(2, 6))
    assert (samples.enough, samples.aside, samples.refusals) == (True, False, (SLOW,))
    assert samples.refused_passes == 100  # two blocks


def test_a_process_that_is_never_alone_gives_up_and_has_no_samples() -> None:
    budget = Budget(sample_s=1.0, patience_s=1.0)
    samples = sampled(itertools.repeat(5.0), budget, busy=lambda _: True)
    assert samples.times_ms == ()
    assert not samples.enough
    assert samples.refused_passes == 225  # the blocks of 25 passes of 10 ms that cover 2 s


@given(st.lists(st.floats(min_value=0.1, max_value=1e6), min_size=1))
def test_the_interval_of_the_median_lies_within_the_samples(times: list[float]) -> None:
    ordered = sorted(times)
    low, high = median_interval(ordered)
    assert ordered[0] <= low <= high <= ordered[-1]


def test_the_interval_of_the_median_has_the_ranks_of_the_books() -> None:
    # n = 100: ranks 40 and 61, Le Boudec's table in appendix A.
    assert median_interval([float(rank) for rank in range(1, 101)]) == (40.0, 61.0)


def test_a_percentile_is_given_only_where_the_sample_allows_it() -> None:
    assert percentiles([3.0, 1.0, 2.0]) == (2.0, None, None)
    assert percentiles([float(one) for one in range(1, 64)]) == (32.0, None, None)
    assert percentiles([float(one) for one in range(1, 65)]) == (32.0, 58.0, None)
    assert percentiles([float(one) for one in range(1, 663)])[2] == 656.0
