"""Where labels go: they cover neither each other nor a point, and stay inside."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogue.plot.placement import Box, Scene, place_labels

AREA = Box(0, 0, 400, 260)
SIZE = (60.0, 12.0)

spots = st.tuples(st.integers(10, 390), st.integers(10, 250)).map(
    lambda spot: (float(spot[0]), float(spot[1]))
)


def scene_of_twenty() -> Scene:
    """Twenty points on a rising curve, every fourth close beside its neighbour."""
    curve = tuple((20.0 + 18 * at - (12 if at % 4 == 0 else 0), 20.0 + 11 * at) for at in range(20))
    lines = tuple(zip(curve[::3], curve[3::3], strict=False))
    return Scene(area=AREA, spots=curve, lines=lines)


def test_twenty_labels_all_find_a_place_and_none_overlaps_another() -> None:
    boxes = place_labels([SIZE] * 20, scene_of_twenty())
    found = [box for box in boxes if box is not None]
    assert len(found) == 20
    assert not any(one.overlaps(other) for one, other in combinations(found, 2))


def test_a_lonely_label_stands_to_the_right_of_its_point_at_its_height() -> None:
    (box,) = place_labels([SIZE], Scene(area=AREA, spots=((100.0, 100.0),), radius=4.0))
    assert box == Box(104, 94, 164, 106)


def test_a_label_at_the_right_edge_turns_to_the_left() -> None:
    (box,) = place_labels([SIZE], Scene(area=AREA, spots=((395.0, 100.0),), radius=4.0))
    assert box is not None
    assert box.right <= 391


def test_a_label_keeps_off_a_line_that_runs_to_the_right() -> None:
    line = ((100.0, 100.0), (400.0, 100.0))
    (box,) = place_labels([SIZE], Scene(area=AREA, spots=((100.0, 100.0),), lines=(line,)))
    assert box is not None
    assert not box.meets(line)


def test_a_label_without_room_is_left_out() -> None:
    tight = Scene(area=Box(0, 0, 50, 50), spots=((25.0, 25.0),))
    assert place_labels([SIZE], tight) == (None,)


def test_the_first_of_two_labels_keeps_the_only_room() -> None:
    narrow = Scene(area=Box(0, 0, 70, 12), spots=((4.0, 6.0), (4.0, 6.0)))
    first, second = place_labels([SIZE, SIZE], narrow)
    assert (first is not None, second) == (True, None)


@given(st.lists(spots, min_size=1, max_size=12))
def test_no_placed_label_overlaps_another_covers_a_point_or_leaves_the_area(
    points: list[tuple[float, float]],
) -> None:
    boxes = place_labels([SIZE] * len(points), Scene(area=AREA, spots=tuple(points)))
    found = [box for box in boxes if box is not None]
    assert not any(one.overlaps(other) for one, other in combinations(found, 2))
    assert all(AREA.holds(box) for box in found)
    assert not any(
        box.left < x < box.right and box.bottom < y < box.top for box in found for x, y in points
    )


@pytest.mark.parametrize(
    ("segment", "meets"),
    [
        (((-1.0, 5.0), (11.0, 5.0)), True),
        (((5.0, 20.0), (5.0, 11.0)), False),
        (((-5.0, 6.0), (6.0, 17.0)), False),
        (((2.0, 2.0), (3.0, 3.0)), True),
        (((0.0, 12.0), (12.0, 0.0)), True),
    ],
)
def test_a_segment_meets_a_box_where_it_touches_it(
    *, segment: tuple[tuple[float, float], tuple[float, float]], meets: bool
) -> None:
    assert Box(0, 0, 10, 10).meets(segment) is meets
