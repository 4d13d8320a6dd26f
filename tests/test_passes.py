"""Passes sent back to back: their rate and energy, and what is made of disturbances."""

from collections.abc import Callable

import pytest

from catalogue.measure.passes import Rate, back_to_back, undisturbed


def looks(seen: str) -> Callable[[], bool]:
    """A look for each letter, `x` where something disturbs; nothing does after them."""
    left = iter(seen)
    return lambda: next(left, ".") == "x"


def rate(is_disturbed: Callable[[], bool]) -> Rate:
    """Of passes that take 2 ms and 0.5 J each."""
    done = [0]

    def block_ms(count: int) -> float:
        done[0] += count
        return 2.0 * count

    return back_to_back(block_ms, joules=lambda: 0.5 * done[0], is_disturbed=is_disturbed)


def test_passes_and_energy_are_counted_in_blocks_of_their_own() -> None:
    found = rate(looks(""))
    assert found == Rate(passes_per_s=500.0, joules=0.5, disturbed=False)


@pytest.mark.parametrize("late", [1, 2, 4])
def test_a_disturbance_at_any_look_is_one_of_all_and_what_was_before_is_none(late: int) -> None:
    assert rate(looks(late * "." + "x")).disturbed
    assert not rate(looks("x")).disturbed


def test_a_disturbed_rate_is_taken_once_more() -> None:
    kinds = {"x": Rate(passes_per_s=1.0, disturbed=True), ".": Rate(passes_per_s=2.0)}

    def taken(seen: str) -> Rate:
        left = iter(seen)
        return undisturbed(lambda: kinds[next(left)])

    assert taken(".") == taken("x.") == kinds["."]
    assert taken("xx") == kinds["x"]
