"""What records tell of how long measuring takes: of the same model, else of the one nearest to it.

Pure look-ups. Models are near to each other by their multiply-accumulates.
"""

from bisect import bisect
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import log
from statistics import median

from catalogue.plan import Point
from catalogue.record import (
    METHOD,
    Accuracy,
    Complexity,
    Kind,
    Latency,
    LatencyConditions,
    Record,
)
from catalogue.roofline import Limits

Likeness = tuple[str, str, str, str, str]
"""What timings have to share for one to tell of the other: device, threads, precision, backend,
memory format."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Shelf:
    """Seconds under the same conditions, by model and then by batch size."""

    likeness: Likeness
    seconds: Mapping[str, Mapping[int, float]]
    sizes: tuple[tuple[float, str], ...]
    """(logarithm of multiply-accumulates, model), ascending; of those whose count is known."""

    def nearest(self, model: str, macs: int | None) -> str | None:
        """The model itself, else the one of the most alike cost; None where nothing tells."""
        if model in self.seconds:
            return model
        if macs is None or not self.sizes:
            return next(iter(self.seconds), None)
        wanted = log(macs)
        place = bisect(self.sizes, (wanted, ""))
        beside = self.sizes[max(0, place - 1) : place + 1]
        return min(beside, key=lambda one: abs(one[0] - wanted))[1]


@dataclass(frozen=True, kw_only=True, slots=True)
class Habit:
    """How timing goes on a device on average, by today's method."""

    processes: float
    """Processes of a run, refused ones included."""
    rest_s: float
    """Of each, beside the passes that counted: starting, waiting, passes that were refused."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Experience:
    """What the records of a zoo tell about times."""

    macs: Mapping[str, int]
    """By model."""
    counting: Mapping[str, float]
    """Seconds that counting took, by model."""
    validating: Mapping[str, float]
    """Images a second of the newest validation, by model."""
    passes: tuple[Shelf, ...]
    """Of one pass."""
    runs: tuple[Shelf, ...]
    """Of a point, all its processes together, by today's method; where records do not tell of a
    batch size alone, of any one of a run: batch size 0."""
    habits: Mapping[str, Habit]
    """By device."""
    limits: tuple[Limits, ...]
    """What devices can do at most."""


def experience(records: Iterable[Record], limits: Iterable[Limits]) -> Experience:
    """Look through records, oldest first."""
    macs: dict[str, int] = {}
    counting: dict[str, float] = {}
    validating: dict[str, float] = {}
    timed: list[Record] = []
    for record in records:
        if isinstance(record.result, Complexity) and record.at_own_size:
            macs[record.model] = record.result.macs
            counting[record.model] = record.provenance.seconds
        elif isinstance(record.result, Accuracy):
            validating[record.model] = record.result.images_per_second
        elif isinstance(record.result, Latency):
            timed.append(record)
    return Experience(
        macs=macs,
        counting=counting,
        validating=validating,
        passes=_shelves(_passes(timed), macs),
        runs=_shelves(_runs(timed), macs),
        habits=_habits(timed),
        limits=tuple(limits),
    )


def likeness_of(conditions: LatencyConditions) -> Likeness:
    """Under what a record was timed."""
    return (
        conditions.device,
        str(conditions.threads),
        conditions.precision,
        conditions.backend,
        conditions.memory_format,
    )


def wanted_likeness(point: Point) -> Likeness:
    """Under what a latency is to be timed."""
    name, threads = (point.device.name, point.device.threads) if point.device else ("", 0)
    return (name, str(threads), point.precision or "fp32", point.backend, point.memory_format)


_Seen = tuple[Likeness, str, int, float]
"""Likeness, model, batch size, seconds."""


def _passes(timed: Iterable[Record]) -> Iterable[_Seen]:
    for one in timed:
        conditions, result = one.conditions, one.result
        if isinstance(conditions, LatencyConditions) and isinstance(result, Latency):
            seconds = result.latency_ms / 1000
            yield likeness_of(conditions), one.model, conditions.batch_size, seconds


def _runs(timed: Iterable[Record]) -> Iterable[_Seen]:
    """Older records of one run have the same seconds but for hundredths: the run's, together."""
    points: dict[tuple[Likeness, str, int], int] = {}
    for one in timed:
        if one.method != METHOD[Kind.LATENCY] or not isinstance(one.conditions, LatencyConditions):
            continue
        if one.provenance.alone:
            likeness, batch_size = likeness_of(one.conditions), one.conditions.batch_size
            yield likeness, one.model, batch_size, one.provenance.seconds
        else:
            key = (likeness_of(one.conditions), one.model, round(10 * one.provenance.seconds))
            points[key] = points.get(key, 0) + 1
    for (likeness, model, tenths), count in points.items():
        yield likeness, model, 0, tenths / 10 / count


def _habits(timed: Iterable[Record]) -> Mapping[str, Habit]:
    """Medians over the runs of each device: of all batch sizes of a model in one way."""
    runs: dict[tuple[Likeness, str], list[Record]] = {}
    for one in timed:
        if one.method == METHOD[Kind.LATENCY] and isinstance(one.conditions, LatencyConditions):
            runs.setdefault((likeness_of(one.conditions), one.model), []).append(one)
    found: dict[str, list[Habit]] = {}
    for (likeness, _), records in runs.items():
        found.setdefault(likeness[0], []).append(_habit(records))
    return {
        device: Habit(
            processes=median(one.processes for one in habits),
            rest_s=median(one.rest_s for one in habits),
        )
        for device, habits in found.items()
    }


def _habit(run: Sequence[Record]) -> Habit:
    alone = sum(one.provenance.seconds for one in run if one.provenance.alone)
    together = {round(10 * one.provenance.seconds) for one in run if not one.provenance.alone}
    processes, passes_s = 1, 0.0
    for one in run:
        if isinstance(one.result, Latency):
            processes = max(processes, len(one.result.process_medians_ms) + one.result.refused)
            counted = one.result.samples + one.result.warmup_passes
            passes_s += counted * one.result.latency_ms / 1000
    rest_s = alone + sum(together) / 10 - passes_s
    return Habit(processes=processes, rest_s=max(rest_s, 0.0) / processes)


def _shelves(seen: Iterable[_Seen], macs: Mapping[str, int]) -> tuple[Shelf, ...]:
    found: dict[Likeness, dict[str, dict[int, float]]] = {}
    for likeness, model, batch_size, seconds in seen:
        found.setdefault(likeness, {}).setdefault(model, {})[batch_size] = seconds
    return tuple(
        Shelf(
            likeness=likeness,
            seconds=by_model,
            sizes=tuple(sorted((log(macs[one]), one) for one in by_model if macs.get(one))),
        )
        for likeness, by_model in found.items()
    )
