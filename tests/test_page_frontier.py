"""The Pareto frontier: nothing on it is beaten, everything off it is."""

from hypothesis import given
from hypothesis import strategies as st

from catalogue.page.frontier import frontier

POINTS = st.lists(st.tuples(st.integers(1, 9), st.integers(1, 9)), max_size=12)


def test_cheaper_and_better_models_stand_on_the_frontier() -> None:
    assert frontier([(1, 70), (2, 69), (3, 75), (4, 75), (5, 80)]) == (0, 2, 4)


def test_equal_models_stand_on_it_together() -> None:
    assert frontier([(1, 70), (1, 70)]) == (0, 1)


def test_of_equal_cost_only_the_better_one_stands_on_it() -> None:
    assert frontier([(1, 70), (1, 71)]) == (1,)


def test_no_models_make_no_frontier() -> None:
    assert frontier([]) == ()


@given(POINTS)
def test_a_point_is_on_the_frontier_exactly_if_no_point_beats_it(
    points: list[tuple[int, int]],
) -> None:
    def beats(one: tuple[int, int], other: tuple[int, int]) -> bool:
        return one[0] <= other[0] and one[1] >= other[1] and one != other

    kept = frontier(points)
    for index, point in enumerate(points):
        assert (index in kept) == (not any(beats(other, point) for other in points))
