"""About how long measuring takes, before it begins: from records, else from peaks, else from caps.

Pure arithmetic on records; needs no torch. An estimate is a span, as wide as what is known of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from math import ceil, log
from statistics import mean, median

from catalogue.entry import Convention, Entry, Quantity
from catalogue.experience import Experience, Likeness, wanted_likeness
from catalogue.measure.protocol import Protocol
from catalogue.measure.timing import Budget
from catalogue.plan import Point
from catalogue.record import Kind
from catalogue.roofline import STORED_AS

_START_S = (3.0, 8.0)
"""A fresh process: importing torch and the library, building the model."""
_READY_S = {
    "compile": (20.0, 120.0),
    "onnxruntime": (2.0, 45.0),
    "onnxruntime-tensorrt": (20.0, 180.0),
    "openvino": (1.0, 15.0),
    "torch-tensorrt": (20.0, 180.0),
}
"""Compiling or exporting at each batch size, of the models this was tried with; eager has none."""
_COUNTING_S = (0.3, 4.0)
_OFF_PEAK = (1.1, 8.0)
"""Models take so many times as long as arithmetic at the device's peak would."""
_USUAL_FLOPS = (5e9, 150e9)
"""What models reach in a second on one thread of a processor: between small ones with many layers
and large ones with wide instructions. In this zoo's records it was 32 to 144, all of large ones."""
_STEADY_PASSES, _LATE_PASSES = 6, 30
"""After so many passes models are warm, and after so many even the slowest to get so."""
_VERY_SLOW_S, _VERY_SLOW_PASSES = 0.7, 4
"""From such a pass on, two of them warm a model up and two are samples enough of a process."""
_SECONDS, _MINUTES, _HOURS = ("s", 1), ("min", 60), ("h", 3600)
_STEPS = (
    (10, 1, _SECONDS, 0),
    (90, 5, _SECONDS, 0),
    (5400, 1, _MINUTES, 0),
    (36_000, 0.1, _HOURS, 1),
    (float("inf"), 1, _HOURS, 0),
)
"""Times below so many seconds are told in steps of so many units, with so many decimal places."""


class Basis(IntEnum):
    """What an estimate goes by, the best first."""

    SAME = 0
    RECORDS = 1
    PEAK = 2
    USUAL = 3
    CAPS = 4

    @property
    def words(self) -> str:
        """For people."""
        return (
            "as it took before",
            "from records of this device",
            "from the device's peak",
            "from operations and what processors usually reach",
            "from the protocol's caps alone",
        )[self]


@dataclass(frozen=True, kw_only=True, slots=True)
class Span:
    """Seconds, from and to."""

    low: float = 0.0
    high: float = 0.0
    basis: Basis = Basis.SAME

    def __add__(self, other: "Span") -> "Span":
        return Span(
            low=self.low + other.low,
            high=self.high + other.high,
            basis=max(self.basis, other.basis),
        )

    def times(self, low: float, high: float) -> "Span":
        """The same, so many times as long."""
        return Span(low=low * self.low, high=high * self.high, basis=self.basis)

    @property
    def middle(self) -> float:
        """One number for it: sums of spans are nearer their middles than their ends."""
        return (self.low + self.high) / 2

    def __str__(self) -> str:
        low, high = _words(self.low), _words(self.high)
        if low == high:
            return f"about {high}"
        number, _, unit = low.partition(" ")
        return f"about {number if high.endswith(' ' + unit) else low} to {high}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Pace:
    """The protocol that times, and its budget."""

    protocol: Protocol
    budget: Budget


def expected(entry: Entry, points: Sequence[Point], known: Experience, pace: Pace) -> Span | None:
    """How long the points of one run of one model take; None where nothing tells.

    Args:
        entry: The model.
        points: Of one kind, or batch sizes that are timed together.
        known: What records tell.
        pace: The protocol that times, and its budget.
    """
    first = points[0]
    if first.kind is Kind.COMPLEXITY:
        return _counting(entry, known)
    if first.kind is Kind.ACCURACY:
        return _validating(entry, first, known)
    return _timing(entry, points, known, pace)


def _counting(entry: Entry, known: Experience) -> Span:
    own = known.counting.get(entry.id)
    if own is not None:
        return Span(low=0.8 * own, high=1.5 * own)
    if known.counting:
        usual = median(known.counting.values())
        return Span(low=0.4 * usual, high=2.5 * usual, basis=Basis.RECORDS)
    return Span(low=_COUNTING_S[0], high=_COUNTING_S[1], basis=Basis.CAPS)


def _validating(entry: Entry, point: Point, known: Experience) -> Span | None:
    rate = known.validating.get(entry.id)
    if rate is None or point.dataset is None or not rate:
        return None
    seconds = point.dataset.images / rate
    return Span(low=0.7 * seconds, high=1.5 * seconds)


def _timing(entry: Entry, points: Sequence[Point], known: Experience, pace: Pace) -> Span:
    ran = [_ran(entry, one, known) for one in points]
    if all(ran):
        return sum(filter(None, ran), Span())
    each = [_sampled(entry, one, known, pace.budget) for one in points]
    device = points[0].device
    habit = known.habits.get(device.name) if device else None
    if habit is None:
        low, high = _START_S
        usual = float(pace.protocol.processes)
        low_n, high_n = usual, usual + 1  # one more where a process is refused
    else:
        low, high = habit.rest_s, habit.rest_s
        low_n, high_n = 0.85 * habit.processes, 1.15 * habit.processes
    whole = sum(each, Span(low=low, high=high))
    enough = max(pace.protocol.fewest, ceil(pace.protocol.enough_s / whole.middle))
    return whole.times(min(low_n, enough), min(high_n, enough))


def _ran(entry: Entry, point: Point, known: Experience) -> Span | None:
    """Seconds of a point, from the same model's own run under the same conditions."""
    wanted = wanted_likeness(point)
    shelf = next((one for one in known.runs if one.likeness == wanted), None)
    told = shelf.seconds.get(entry.id) if shelf else None
    if not told:
        return None
    each = told.get(point.batch_size or 1) or told.get(0) or mean(told.values())
    return Span(low=0.85 * each, high=1.2 * each)


def _sampled(entry: Entry, point: Point, known: Experience, budget: Budget) -> Span:
    """One batch size in one process: getting ready, warming up, sampling."""
    low, high = _READY_S.get(point.backend, (0.0, 0.0))
    ready = Span(low=low, high=high)
    once = _pass(entry, point, known)
    if once is None:
        cap = budget.warmup_s + budget.sample_s
        return ready + Span(low=budget.least_s, high=cap, basis=Basis.CAPS)
    if once.low > _VERY_SLOW_S:
        return ready + once.times(_VERY_SLOW_PASSES, _VERY_SLOW_PASSES)
    warmed = max(2 * once.low, min(_STEADY_PASSES * once.low, budget.warmup_s))
    sampled = min(budget.enough * once.low, budget.sample_s)
    low = warmed + max(budget.least * once.low, budget.least_s, sampled)
    warmed = max(2 * once.high, min(_LATE_PASSES * once.high, budget.warmup_s))
    high = warmed + max(budget.least * once.high, budget.sample_s)
    return ready + Span(low=low, high=high, basis=once.basis)


def _pass(entry: Entry, point: Point, known: Experience) -> Span | None:
    """Seconds of one pass; None where neither records nor operations tell."""
    wanted, macs = wanted_likeness(point), known.macs.get(entry.id) or _told_macs(entry)
    here = [one for one in known.passes if one.likeness[0] == wanted[0]]
    if not here:
        return _at_peak(point, macs, known) or _at_usual(point, macs)
    own = [one for one in here if entry.id in one.seconds]
    shelf = min(own or here, key=lambda one: _differences(one.likeness, wanted))
    near = shelf.nearest(entry.id, macs)
    if near is None:
        return None
    batch_size = point.batch_size or 1
    batch, seconds = min(shelf.seconds[near].items(), key=lambda one: abs(log(batch_size / one[0])))
    seconds *= batch_size / batch
    theirs = known.macs.get(near)
    if near != entry.id and macs and theirs:
        seconds *= macs / theirs
    low, high = _doubt(own=near == entry.id, alike=shelf.likeness == wanted)
    return Span(low=low * seconds, high=high * seconds, basis=Basis.RECORDS)


def _doubt(*, own: bool, alike: bool) -> tuple[float, float]:
    """How far a pass may be from what another one tells of it."""
    if own and alike:
        return (0.9, 1.1)
    return (0.5, 2.0) if alike else (0.2, 2.0)


def _differences(one: Likeness, other: Likeness) -> int:
    return sum(mine != theirs for mine, theirs in zip(one, other, strict=True))


def _at_peak(point: Point, macs: int | None, known: Experience) -> Span | None:
    limits = [one for one in known.limits if point.device and one.device == point.device.name]
    if macs is None or not limits:
        return None
    precision = point.precision or "fp32"
    peaks = dict(limits[0].peaks)
    peak = (
        peaks.get(precision) or peaks.get(STORED_AS.get(precision, "fp32")) or min(peaks.values())
    )
    seconds = 2 * macs * (point.batch_size or 1) / peak
    return Span(low=_OFF_PEAK[0] * seconds, high=_OFF_PEAK[1] * seconds, basis=Basis.PEAK)


def _at_usual(point: Point, macs: int | None) -> Span | None:
    """Of a processor that nobody has measured."""
    if macs is None or point.device is None or point.device.type != "cpu":
        return None
    least, most = (each * max(1, point.device.threads) for each in _USUAL_FLOPS)
    flops = 2 * macs * (point.batch_size or 1)
    return Span(low=flops / most, high=flops / least, basis=Basis.USUAL)


def _told_macs(entry: Entry) -> int | None:
    """As somebody reports them; what does not say how it counts most often counts MACs."""
    for cost in entry.costs:
        if cost.quantity in (Quantity.MACS, Quantity.FLOPS) and cost.figure.value > 0:
            twice = cost.convention is Convention.TWO_MACS
            return round(cost.figure.value / (2 if twice else 1))
    return None


def _words(seconds: float) -> str:
    """A time as people say it, no finer than it is known."""
    _, step, unit, places = next(one for one in _STEPS if seconds < one[0])
    return f"{max(step, step * round(seconds / unit[1] / step)):.{places}f} {unit[0]}"
