"""Latency and throughput against batch size: which lines a picture shows, and what is seen.

The lines of one picture differ in the model (on the page of a family) or in backend and layout (on
the page of a model), and in nothing else but the batch size of its axis. Knows no drawing library
and no language.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from catalogue.page.closeness import bound_of
from catalogue.page.evidence import Evidence, Finding, Timed
from catalogue.page.latency import Columns, ref_of
from catalogue.page.series import Judged
from catalogue.page.timed import conditions_of, counts, joined, timing, way_of, way_order
from catalogue.page.wording import ModelRef, Said, milliseconds, say, significant
from catalogue.record import LatencyConditions
from catalogue.roofline import Limits

MOST = 8
"""Lines that a picture can tell apart; of more models, these are drawn, evenly spread."""
_TOLD = 6
"""Lines that an alternative text describes one by one."""
_PAIR = 2
_ENOUGH = 3
"""Points of the longest line of a picture: two say nothing that their table does not."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Curve:
    """One line."""

    name: ModelRef | Said
    spots: tuple[tuple[int, float], ...]
    """(batch size, value), smallest batch first; at least two."""
    paint: int = 0
    """The number of its colour and mark, the same in all pictures of a device."""
    bound: bool = False
    """Whether it is what the device allows, instead of something measured."""
    slow: frozenset[int] = frozenset()
    """Batch sizes at which processors ran slower than at their best."""


@dataclass(frozen=True, kw_only=True, slots=True)
class CurvePlot:
    """One picture: lines over the batch size, both axes logarithmic."""

    quantity: str
    """`latency` (ms) or `throughput` (images a second)."""
    curves: tuple[Curve, ...]
    title: Said
    caption: Said
    alt: Said
    left_out: int = 0
    """Models that have a line of their own, but are not drawn."""

    @property
    def slow(self) -> bool:
        """Whether a spot of it is an upper bound of a time."""
        return any(one.slow for one in self.curves)


_Values = Mapping[ModelRef | Said, Sequence[tuple[int, Timed]]]


def backend_curves(
    evidence: Evidence,
    limits: Sequence[Limits],
    columns: Columns,
    found: Mapping[LatencyConditions, Finding],
) -> tuple[CurvePlot, ...]:
    """The pictures of one model on one device: a line for each backend and layout.

    Args:
        evidence: The model, for the bound that its counts give.
        limits: What devices can do.
        columns: The device's precisions and batch sizes.
        found: What was found on the device; of one number of threads and input size.
    """
    pictures: list[CurvePlot] = []
    for precision, _ in columns:
        of_precision = [one for one in found if one.precision == precision]
        ways = {replace(one, batch_size=0, precision=precision) for one in found}
        values: _Values = {
            way_of(way): _counting(way, of_precision, found)
            for way in sorted(ways, key=lambda one: (way_order(one), repr(one)))
        }
        conditions = conditions_of(of_precision[0], way=False)
        bound = _bound(of_precision, evidence, limits)
        pictures.extend(_pictures(precision, values, conditions, bound=bound))
    return tuple(pictures)


def family_curves(
    models: Sequence[Judged], shared: LatencyConditions, columns: Columns
) -> tuple[CurvePlot, ...]:
    """The pictures of a family under one set of conditions: a line for each model.

    Args:
        models: The family.
        shared: The conditions, but for precision and batch size.
        columns: The precisions and batch sizes of its table.
    """
    pictures: list[CurvePlot] = []
    for precision, _ in columns:
        way = replace(shared, precision=precision)
        values: dict[ModelRef | Said, Sequence[tuple[int, Timed]]] = {}
        for model in models:
            found = {one.conditions: one.finding for one in model.evidence.timings}
            fitting = [one for one in found if replace(one, batch_size=0) == way]
            values[ref_of(model)] = _counting(way, fitting, found)
        pictures.extend(_pictures(precision, values, conditions_of(way)))
    return tuple(pictures)


def _counting(
    way: LatencyConditions,
    conditions: Sequence[LatencyConditions],
    found: Mapping[LatencyConditions, Finding],
) -> list[tuple[int, Timed]]:
    """The times that count of one backend and layout, smallest batch first."""
    fitting = sorted(
        (one for one in conditions if replace(one, batch_size=0) == way),
        key=lambda one: one.batch_size,
    )
    timed = ((one.batch_size, timing(found[one])) for one in fitting)
    return [(batch, one) for batch, one in timed if one is not None and counts(one)]


def _bound(
    conditions: Sequence[LatencyConditions], evidence: Evidence, limits: Sequence[Limits]
) -> Curve | None:
    by_batch = {one.batch_size: one for one in conditions}
    found = {batch: bound_of(by_batch[batch], evidence, limits) for batch in sorted(by_batch)}
    spots = tuple((batch, one.latency_ms) for batch, one in found.items() if one is not None)
    if len(spots) < _PAIR:
        return None
    return Curve(name=say("curve.bound"), spots=spots, bound=True)


def _pictures(
    precision: str, values: _Values, conditions: Said, *, bound: Curve | None = None
) -> Iterator[CurvePlot]:
    """Latency and, where it was measured, throughput."""
    for quantity, pick in _PICKS:
        lines = [
            Curve(name=name, spots=spots, paint=number, slow=_slow(timed))
            for number, (name, timed) in enumerate(values.items())
            if len(spots := _spots(timed, pick)) >= _PAIR
        ]
        if all(len(line.spots) < _ENOUGH for line in lines):
            continue
        drawn = _spread(lines)
        more = (bound,) if bound is not None and quantity == "latency" else ()
        title = say(f"curve.title.{quantity}", precision=precision.upper())
        yield CurvePlot(
            quantity=quantity,
            curves=(*drawn, *more),
            title=title,
            caption=conditions,
            alt=_seen(title, quantity, (*drawn, *more)),
            left_out=len(lines) - len(drawn),
        )


def _slow(timed: Sequence[tuple[int, Timed]]) -> frozenset[int]:
    return frozenset(batch for batch, one in timed if one.result.slow)


def _spots(
    timed: Sequence[tuple[int, Timed]], pick: Callable[[Timed], float | None]
) -> tuple[tuple[int, float], ...]:
    picked = ((batch, pick(one)) for batch, one in timed)
    return tuple((batch, value) for batch, value in picked if value is not None and value > 0)


_PICKS: tuple[tuple[str, Callable[[Timed], float | None]], ...] = (
    ("latency", lambda one: one.result.latency_ms),
    ("throughput", lambda one: one.result.images_per_second),
)


def _spread(lines: Sequence[Curve]) -> tuple[Curve, ...]:
    """Of many lines some, from the lowest to the highest at their smallest batch."""
    if len(lines) <= MOST:
        return tuple(lines)
    ordered = sorted(lines, key=lambda one: one.spots[0][1])
    picked = {round(step * (len(lines) - 1) / (MOST - 1)) for step in range(MOST)}
    kept = {ordered[index].name for index in picked}
    return tuple(one for one in lines if one.name in kept)


def _seen(title: Said, quantity: str, curves: Sequence[Curve]) -> Said:
    """What somebody who sees the picture takes from it."""
    form = milliseconds if quantity == "latency" else lambda value: significant(value, 3)
    lines = [
        say(
            "curve.alt.line",
            name=one.name.title if isinstance(one.name, ModelRef) else one.name,
            low=form(one.spots[0][1]),
            first=str(one.spots[0][0]),
            high=form(one.spots[-1][1]),
            last=str(one.spots[-1][0]),
            unit=say(f"curve.unit.{quantity}"),
        )
        for one in curves[:_TOLD]
    ]
    count = len(curves)
    key = "curve.alt" if count <= _TOLD else "curve.alt.more"
    told = joined(lines, "list.clauses")
    return say(key, title=title, count=count, lines=told, more=str(count - len(lines)))
