"""Which of some times is the shortest, if any is: a difference within the spread is none.

A time that was taken while processors ran slower than at their best is an upper bound: it competes
with nothing, but where it is no longer than the shortest of the others, none is the shortest.
Pure arithmetic on times and on how far the processes differed that took them.
"""

from collections.abc import Collection, Hashable, Mapping
from typing import TypeVar

_Model = TypeVar("_Model", bound=Hashable)
_PAIR = 2


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


def competing(times: Mapping[_Model, float], slow: Collection[_Model]) -> dict[_Model, float]:
    """The times but for those that are upper bounds."""
    return {model: time for model, time in times.items() if model not in slow}


def shortest(times: Mapping[_Model, float], slow: Collection[_Model] = ()) -> _Model | None:
    """Whose time is the shortest; None where upper bounds leave that open.

    Args:
        times: By model; all of one set of conditions.
        slow: Whose times are upper bounds.
    """
    others = competing(times, slow)
    least = min(others, key=others.__getitem__, default=None)
    if least is None or (slow and len(others) < _PAIR):
        return None
    return None if any(times[one] <= times[least] for one in slow if one in times) else least
