"""Which models nothing beats: cheaper and more accurate at once.

Pure arithmetic over pairs of numbers.
"""

from collections.abc import Collection, Sequence


def frontier(points: Sequence[tuple[float, float]], slow: Collection[int] = ()) -> tuple[int, ...]:
    """The Pareto frontier of (cost, gain) pairs, where less cost and more gain are better.

    Args:
        points: (cost, gain) of each model.
        slow: Indices of those whose cost is an upper bound. They are left out, and so is what is
            beaten even by them.

    Returns:
        Indices into `points`, cheapest first. Of points that are equal in both, all stand on it;
        a point that costs the same as another and gains less does not.
    """
    ordered = sorted(range(len(points)), key=lambda index: (points[index][0], -points[index][1]))
    kept: list[int] = []
    for index in ordered:
        if not kept or points[index][1] > points[kept[-1]][1] or points[index] == points[kept[-1]]:
            kept.append(index)
    return tuple(index for index in kept if index not in slow)
