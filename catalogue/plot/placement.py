"""Where the labels of a scatter plot go, so that they cover neither each other nor a point.

Pure geometry in one unit, y upwards. Knows nothing of fonts, models or drawing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

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


@dataclass(frozen=True, slots=True)
class _Candidate:
    cost: float
    box: Box


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
    marks = [_mark(spot, 0.8 * scene.radius) for spot in scene.spots]
    offers = [_candidates(index, size, scene, marks) for index, size in enumerate(sizes)]
    chosen = [found[0] if found else None for found in offers]
    for _ in range(_ROUNDS):
        before = list(chosen)
        for index, found in enumerate(offers):
            if found:
                others = [one.box for at, one in enumerate(chosen) if one and at != index]
                chosen[index] = _cheapest(found, others)
        if chosen == before:
            break
    return _without_overlaps(chosen)


def _candidates(
    index: int, size: tuple[float, float], scene: Scene, marks: Sequence[Box]
) -> list[_Candidate]:
    """Every place that covers no mark, cheapest first, other labels apart."""
    spot = scene.spots[index]
    reach = _mark(spot, scene.radius + _DISTANCES[-1])
    wide, tall = size
    reach = Box(reach.left - wide, reach.bottom - tall, reach.right + wide, reach.top + tall)
    near = [mark for mark in marks if reach.overlaps(mark)]
    lines = [line for line in scene.lines if reach.meets(line)]
    found = []
    for distance in _DISTANCES:
        for rank, direction in enumerate(_DIRECTIONS):
            box = _beside(spot, size, direction, scene.radius + distance)
            if scene.area.holds(box) and not _covers(box, near):
                crossed = sum(box.meets(line) for line in lines)
                cost = distance * _DISTANCE_COST + rank * _DIRECTION_COST
                found.append(_Candidate(cost + crossed * _CROSSING_COST, box))
    return sorted(found, key=lambda one: one.cost)


def _covers(box: Box, others: Iterable[Box]) -> bool:
    """Whether a box overlaps any; spelt out, for it is asked a hundred million times."""
    left, bottom, right, top = box.left, box.bottom, box.right, box.top
    for other in others:
        if left < other.right and other.left < right and bottom < other.top and other.bottom < top:
            return True
    return False


def _beside(spot: Spot, size: tuple[float, float], direction: tuple[int, int], gap: float) -> Box:
    width, height = size
    right, up = direction
    shrunk = gap * 0.6 if right and up else gap
    x = spot[0] + right * shrunk - (width / 2) * (1 - right)
    y = spot[1] + up * shrunk - (height / 2) * (1 - up)
    return Box(x, y, x + width, y + height)


def _mark(spot: Spot, radius: float) -> Box:
    return Box(spot[0] - radius, spot[1] - radius, spot[0] + radius, spot[1] + radius)


def _cheapest(offers: Sequence[_Candidate], others: Sequence[Box]) -> _Candidate:
    """The best offer beside labels that stand already; `offers` come cheapest first."""
    free = next((offer for offer in offers if not _covers(offer.box, others)), None)
    if free is not None and free.cost <= _OVERLAP_COST:
        return free
    return min(
        offers, key=lambda one: one.cost + _OVERLAP_COST * sum(map(one.box.overlaps, others))
    )


def _without_overlaps(chosen: Sequence[_Candidate | None]) -> tuple[Box | None, ...]:
    kept: list[Box | None] = []
    for candidate in chosen:
        free = candidate is not None and not any(
            candidate.box.overlaps(box) for box in kept if box is not None
        )
        kept.append(candidate.box if candidate is not None and free else None)
    return tuple(kept)
