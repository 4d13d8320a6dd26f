"""Axes of reported times that would read alike: told apart by runtime, source or input size.

Knows no language and no markup.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace

from catalogue.page.series import Series
from catalogue.page.wording import Said, Value, by, say


def told_apart(found: Sequence[Series]) -> tuple[Series, ...]:
    """Name in axes what they differ in, if they would read the same without it."""
    told = tuple(found)
    for name in (_runtime, _source, _size):
        told = _named(told, name)
    return told


def _named(found: Sequence[Series], name: Callable[[Series], Value]) -> tuple[Series, ...]:
    names: dict[Said, set[Value]] = defaultdict(set)
    reported = [one for one in found if not one.measured]
    for one in reported:
        names[one.axis].add(name(one))
    return tuple(
        replace(one, axis=say("list.pair", first=one.axis, rest=name(one)))
        if not one.measured and len(names[one.axis]) > 1
        else one
        for one in found
    )


def _runtime(series: Series) -> Value:
    return series.runtime or say("chart.runtime.none")


def _source(series: Series) -> Value:
    return series.sources or "–"


def _size(series: Series) -> Value:
    return by(series.size) if series.size else say("size.unstated")
