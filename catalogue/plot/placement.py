"""Where the labels of a scatter plot go, so that they cover neither each other nor a point.

Pure geometry in one unit, y upwards. Knows nothing of fonts, models or drawing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Spot: TypeAlias = tuple[float, float]
"""(x, y)."""
Segment: TypeAlias = tuple[Spot, Spot]

_DISTANCES = (0.0, 5.0, 11.0, 18.0, 27.0, 38.0, 52.0)
_DIRECTIONS = ((1, 0), (1, -1), (-1, 0), (-1, 1), (1, 1), (-1, -1), (0, 1), (0, -1))
"""Sides of the point a label may stand on, the most readable first."""
_DIRECTION_COST = 0.6
_DISTANCE_COST = 0.5
_CROSSING_COST = 14.0
_OVERLAP_COST = 1000.0
_ROUNDS = 8


@dataclass(frozen=True, slots=True)
class Box:
    """An upright rectangle."""

    left: float
    bottom: float
    right: float
    top: float

    def overlaps(self, other: "Box") -> bool:
        """Whether the two share more than an edge."""
        return (
            self.left < other.right
            and other.left < self.right
            and self.bottom < other.top
            and other.bottom < self.top
        )

    def holds(self, other: "Box") -> bool:
        """Whether `other` lies wholly inside."""
        return (
            self.left <= other.left
            and other.right <= self.right
            and self.bottom <= other.bottom
            and other.top <= self.top
        )

    def nearest(self, spot: Spot) -> Spot:
        """The point of the rectangle that is nearest to `spot`."""
        x = min(max(spot[0], self.left), self.right)
        return (x, min(max(spot[1], self.bottom), self.top))

    def meets(self, segment: Segment) -> bool:
        """Whether a line segment touches the rectangle (Liang and Barsky's clipping)."""
        (x, y), (end_x, end_y) = segment
        first, last = 0.0, 1.0
        for start, step, low, high in (
            (x, end_x - x, self.left, self.right),
            (y, end_y - y, self.bottom, self.top),
        ):
            if step == 0:
                if not low <= start <= high:
                    return False
                continue
            enter, leave = sorted(((low - start) / step, (high - start) / step))
            first, last = max(first, enter), min(last, leave)
        return first <= last


@dataclass(frozen=True, kw_only=True, slots=True)
class Scene:
    """What the labels have to live with."""

    area: Box
    """Where labels may stand."""
    spots: tuple[Spot, ...]
    """The points, in the order of their labels."""
    lines: tuple[Segment, ...] = ()
    """Lines that labels should not cross."""
    radius: float = 4.0
    """Half the size of a point's mark."""


_Boxes: TypeAlias = npt.NDArray[np.float64]
"""Rectangles, one a row: left, bottom, right, top. One that is nowhere is all NaN."""


@dataclass(frozen=True, slots=True)
class _Offers:
    """The places that a label could have, cheapest first."""

    costs: npt.NDArray[np.float64]
    boxes: _Boxes


def place_labels(sizes: Sequence[tuple[float, float]], scene: Scene) -> tuple[Box | None, ...]:
    """Find a place for every label.

    Args:
        sizes: (width, height) of each label, in the order of `scene.spots`; where two fight for
            the last room, the earlier one keeps it.
        scene: Points, lines and room.

    Returns:
        One box per label, none of which overlaps another, covers a mark or leaves the area; None
        for a label that has no such room.
    """
    return _placed(tuple(sizes), scene)


@lru_cache(maxsize=256)
def _placed(sizes: tuple[tuple[float, float], ...], scene: Scene) -> tuple[Box | None, ...]:
    """The same picture comes again in every language: found places are kept."""
    marks = _array(_mark(spot, 0.8 * scene.radius) for spot in scene.spots)
    offers = [
        _offers(spot, size, scene, marks) for spot, size in zip(scene.spots, sizes, strict=True)
    ]
    chosen = np.full((len(offers), 4), np.nan)
    for index, found in enumerate(offers):
        chosen[index] = found.boxes[0] if len(found.boxes) else np.nan
    for _ in range(_ROUNDS):
        before = chosen.copy()
        for index, found in enumerate(offers):
            if len(found.boxes):
                chosen[index] = np.nan
                overlaps = _overlapping(found.boxes, chosen).sum(axis=1)
                best = np.argmin(found.costs + _OVERLAP_COST * overlaps)
                chosen[index] = found.boxes[best]
        if np.array_equal(chosen, before, equal_nan=True):
            break
    return _without_overlaps(chosen)


def _offers(spot: Spot, size: tuple[float, float], scene: Scene, marks: _Boxes) -> _Offers:
    """Every place that covers no mark, cheapest first, other labels apart."""
    places = [
        (distance * _DISTANCE_COST + rank * _DIRECTION_COST, box)
        for distance in _DISTANCES
        for rank, direction in enumerate(_DIRECTIONS)
        if scene.area.holds(box := _beside(spot, size, direction, scene.radius + distance))
    ]
    if not places:
        return _Offers(np.empty(0), np.empty((0, 4)))
    boxes = _array(box for _, box in places)
    reach = Box(*boxes[:, :2].min(axis=0), *boxes[:, 2:].max(axis=0))
    lines = [line for line in scene.lines if reach.meets(line)]
    free = np.logical_not(_overlapping(boxes, marks).any(axis=1))
    costs = np.array(
        [
            cost + _CROSSING_COST * sum(box.meets(line) for line in lines)
            for (cost, box), is_free in zip(places, free.tolist(), strict=True)
            if is_free
        ]
    )
    order = np.argsort(costs, kind="stable")
    return _Offers(costs[order], boxes[free][order])


def _overlapping(some: _Boxes, others: _Boxes) -> npt.NDArray[np.bool_]:
    """Which rectangles share more than an edge with which others."""
    left, bottom, right, top = some.T[:, :, np.newaxis]
    beside: npt.NDArray[np.bool_] = (left < others[:, 2]) & (others[:, 0] < right)
    above: npt.NDArray[np.bool_] = (bottom < others[:, 3]) & (others[:, 1] < top)
    return beside & above


def _array(boxes: Iterable[Box]) -> _Boxes:
    rows = [(box.left, box.bottom, box.right, box.top) for box in boxes]
    return np.array(rows, dtype=np.float64).reshape(-1, 4)


def _beside(spot: Spot, size: tuple[float, float], direction: tuple[int, int], gap: float) -> Box:
    width, height = size
    right, up = direction
    shrunk = gap * 0.6 if right and up else gap
    x = spot[0] + right * shrunk - (width / 2) * (1 - right)
    y = spot[1] + up * shrunk - (height / 2) * (1 - up)
    return Box(x, y, x + width, y + height)


def _mark(spot: Spot, radius: float) -> Box:
    return Box(spot[0] - radius, spot[1] - radius, spot[0] + radius, spot[1] + radius)


def _without_overlaps(chosen: _Boxes) -> tuple[Box | None, ...]:
    """The places of the labels that keep one: of two that overlap the earlier."""
    kept = chosen.copy()
    for index in range(len(kept)):
        if _overlapping(kept[index : index + 1], kept[:index]).any():
            kept[index] = np.nan
    return tuple(None if np.isnan(row[0]) else Box(*(float(edge) for edge in row)) for row in kept)
