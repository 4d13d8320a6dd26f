"""Which of two times is shorter, if either is: a difference within the spread is none.

Pure arithmetic on times and on how far the processes differed that took them.
"""

from collections.abc import Hashable, Mapping
from typing import TypeVar

_Model = TypeVar("_Model", bound=Hashable)


def margin(
    times: Mapping[_Model, float], spreads: Mapping[_Model, float], one: _Model, other: _Model
) -> float:
    """How far apart two times have to be to differ, in their own unit."""
    return max(times[model] * spreads.get(model, 0.0) for model in (one, other))


def level_with(
    times: Mapping[_Model, float], spreads: Mapping[_Model, float], one: _Model
) -> tuple[_Model, ...]:
    """The others whose times cannot be told from one's, in their order.

    Args:
        times: By model.
        spreads: (largest - smallest) / median of the processes' medians, by model; a time without
            one, such as a reported one, is taken as it stands.
        one: Whom to compare with.
    """
    return tuple(
        other
        for other in times
        if other != one and abs(times[other] - times[one]) <= margin(times, spreads, one, other)
    )


def fastest(times: Mapping[_Model, float], spreads: Mapping[_Model, float]) -> _Model | None:
    """The model that is faster than every other by more than the spreads; None where some tie."""
    least = min(times, key=times.__getitem__, default=None)
    if least is None or level_with(times, spreads, least):
        return None
    return least
