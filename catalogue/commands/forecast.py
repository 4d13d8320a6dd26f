"""What is before a run of `catalogue refresh`: how much, about how long, and in which order.

Reads the clock; everything else is arithmetic on what is planned.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from catalogue.entry import Entry
from catalogue.estimate import Pace, Span, expected
from catalogue.experience import Experience
from catalogue.plan import Point
from catalogue.record import Kind

_LOADING = Span(low=3.0, high=10.0)
"""Importing torch and the libraries, once a run."""


def number_of(points: int) -> str:
    """How many points, in words."""
    return f"{points} point{'s' if points != 1 else ''}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Portion:
    """Points of one model that one run of processes serves."""

    entry: Entry
    points: tuple[Point, ...]
    span: Span | None
    """None: nothing tells."""
    rank: int
    """Its place among the portions of its model: what is wanted most comes first."""

    @property
    def heading(self) -> str:
        """What it is counted under: a device, or a kind."""
        first = self.points[0]
        if first.device is None:
            return first.kind.value
        threads = first.device.threads
        words = f", {threads} thread{'s' if threads > 1 else ''}" if threads else ""
        return f"latency on {first.device.name}{words}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Forecast:
    """Everything that is before a run."""

    portions: tuple[Portion, ...]
    jobs: int
    """Processes that count side by side."""

    @property
    def work(self) -> list[tuple[Entry, tuple[Point, ...]]]:
        """Models with all their points, in the order of the plan."""
        grouped = groupby(self.portions, key=lambda one: one.entry.id)
        return [(mine[0].entry, _joined(mine)) for mine in (list(group) for _, group in grouped)]

    @property
    def points(self) -> int:
        """How many points there are."""
        return sum(len(one.points) for one in self.portions)

    def span(self, portions: Sequence[Portion] | None = None) -> Span | None:
        """How long these portions take together, or all; None where nothing tells of any."""
        chosen = self.portions if portions is None else portions
        spans = [span for one in chosen if (span := self.share(one)) is not None]
        return sum(spans, Span()) if spans else None

    @property
    def seconds_at_most(self) -> float:
        """The end of the span, and no end where nothing tells of a point."""
        if any(one.span is None for one in self.portions):
            return float("inf")
        return sum((span.high for one in self.portions if (span := self.share(one))), 0.0)

    def total(self) -> str:
        """All of it in words."""
        whole = self.span()
        unknown = sum(len(one.points) for one in self.portions if one.span is None)
        words = str(whole + _LOADING) if whole else "nobody knows how long"
        if whole and unknown:
            words += f", and {number_of(unknown)} of which nothing tells"
        return words

    def lines(self) -> Iterator[str]:
        """By model, where there are several, and by device and kind, with what it goes by."""
        models = dict.fromkeys(one.entry.id for one in self.portions)
        for model in models if len(models) > 1 else ():
            yield self._line(model, [one for one in self.portions if one.entry.id == model])
        for heading in dict.fromkeys(one.heading for one in self.portions):
            mine = [one for one in self.portions if one.heading == heading]
            bases = {one.span.basis for one in mine if one.span is not None}
            words = f" ({max(bases).words})" if bases else ""
            # What is alone is all there is, and has to be told as long as all there is.
            loading = _LOADING if len(mine) == len(self.portions) else None
            yield self._line(heading, mine, loading) + words

    def within(self, seconds: float) -> str:
        """How much of it a run of so many seconds would do, in words."""
        begun = fitting(self, seconds)
        points = sum(len(one.points) for one in begun)
        if points == self.points:
            return "the one point fits" if points == 1 else f"all {points} points fit"
        left = [one for one in self.portions if one not in begun]
        models = len({one.entry.id for one in left})
        return (
            f"{points} of {self.points} points fit{self._told(begun)}; {self.points - points}, of "
            f"{models} model{'s' if models != 1 else ''}, would be left for another run"
        )

    def _told(self, portions: Sequence[Portion]) -> str:
        span = self.span(portions)
        return f", {span}" if span else ""

    def _line(self, heading: str, portions: Sequence[Portion], loading: Span | None = None) -> str:
        points = sum(len(one.points) for one in portions)
        span = self.span(portions)
        words = str(span + loading if span and loading else span or "nobody knows how long")
        return f"{heading}: {number_of(points)}, {words}"

    def share(self, portion: Portion) -> Span | None:
        """What a portion adds to the whole: counting goes side by side."""
        span = portion.span
        if span is None or portion.points[0].kind is not Kind.COMPLEXITY:
            return span
        counted = Counter(one.points[0].kind for one in self.portions)[Kind.COMPLEXITY]
        jobs = min(self.jobs, counted)
        return span.times(1 / jobs, 1 / jobs)


def forecast(
    work: Sequence[tuple[Entry, tuple[Point, ...]]], known: Experience, pace: Pace, *, jobs: int
) -> Forecast:
    """Work out what is before a run."""
    return Forecast(
        portions=tuple(
            Portion(
                entry=entry, points=points, span=expected(entry, points, known, pace), rank=rank
            )
            for entry, wanted in work
            for rank, points in enumerate(_portions(wanted))
        ),
        jobs=jobs,
    )


def thrifty(found: Forecast) -> list[tuple[Entry, tuple[Point, ...]]]:
    """The same work in the order of a run that has little time.

    What is wanted most of every model comes before what is wanted less of any; of as much
    wanted, what is cheap comes first.
    """
    return [(one.entry, one.points) for one in _thrifty(found)]


def _thrifty(found: Forecast) -> list[Portion]:
    return sorted(
        found.portions,
        key=lambda one: (
            one.points[0].kind is not Kind.COMPLEXITY,  # counted before all others, in any case
            one.rank,
            one.span.middle if one.span else float("inf"),
        ),
    )


def fitting(found: Forecast, seconds: float) -> tuple[Portion, ...]:
    """The portions that a run of so many seconds would begin, if all take as long as expected."""
    at, chosen = _LOADING.middle, []
    for portion in _thrifty(found):
        span = found.share(portion)
        if at + (span.middle if span else 0.0) < seconds:
            at += span.middle if span else 0.0
            chosen.append(portion)
    return tuple(chosen)


def room(
    found: Forecast, seconds: float, *, now: Callable[[], float] = time.monotonic
) -> Callable[[Entry, Sequence[Point]], bool]:
    """What tells whether points may still be begun.

    Args:
        found: What is before the run.
        seconds: Time to spend, from now on.
        now: The clock.
    """
    return _Room(found, seconds, now).may_begin


class _Room:
    """What is left of a time, and how good the estimates of timings were so far."""

    def __init__(self, found: Forecast, seconds: float, now: Callable[[], float]) -> None:
        self._now = now
        self._until = now() + seconds
        self._spans = {(one.entry.id, one.points): one.span for one in found.portions}
        self._begun: tuple[float, float] | None = None
        """When the last timing began, and how long it was expected to take."""
        self._took = self._expected = 0.0

    def may_begin(self, entry: Entry, points: Sequence[Point]) -> bool:
        """Whether these points would end in time, going by how others did."""
        now, span = self._now(), self._spans.get((entry.id, tuple(points)))
        self._learn(now)
        pace = min(max(self._took / self._expected, 0.1), 3.0) if self._expected else 1.0
        middle = span.middle if span else 0.0
        fits = now + pace * middle < self._until
        if fits and points[0].kind is Kind.LATENCY:
            self._begun = (now, middle)
        return fits

    def _learn(self, now: float) -> None:
        if self._begun is not None:
            began, expected = self._begun
            self._took += now - began
            self._expected += expected
            self._begun = None


def _joined(portions: Sequence[Portion]) -> tuple[Point, ...]:
    return tuple(point for one in portions for point in one.points)


def _portions(wanted: Sequence[Point]) -> Iterator[tuple[Point, ...]]:
    for _, group in groupby(wanted, key=lambda one: one.together):
        yield tuple(group)
