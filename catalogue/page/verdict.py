"""A reported figure judged by a measured one: the rules, with their tolerances and explanations.

Pure arithmetic over figures and results. Does not choose which record a figure is held against.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum
from math import inf

from catalogue.entry import Convention, Figure
from catalogue.record import Complexity

FLOPS_TOLERANCE = 0.005
"""Counters that agree on convolutions still differ by this much over norms, biases and pooling."""
FILE_TOLERANCE = 0.01
"""A weights file holds its tensors and up to so much packaging."""
TOP_MATCH, TOP_NEAR = 0.05, 0.10
"""Percentage points. Sixteen pairs of one protocol differed by at most 0.030, 22 of unlike
protocols by at least 0.130; see the page on verdicts."""
WIDENED = (1.265, 1.29)
"""What a photograph's own width (about 286 where the height is 224) does to a count."""


class Verdict(Enum):
    """What our own measurement says of a reported figure."""

    CONFIRMED = "confirmed"
    NEAR = "near"
    """An accuracy further off than measuring explains, yet closer than another protocol puts it."""
    REFUTED = "refuted"
    NOT_COMPARABLE = "not-comparable"
    NOT_MEASURED = "not-measured"
    OUT_OF_DATE = "out-of-date"
    """There is a measurement, but its subject has changed since."""


class Reading(Enum):
    """What a reported figure was read as, to be compared at all."""

    MACS = "macs"
    TWO_MACS = "2xmacs"
    FVCORE = "fvcore"
    """MACs plus norms and pooling, as fvcore's rules count them."""
    TWO_FVCORE = "2xfvcore"
    PARAMS = "params"
    PARAMS_AND_BUFFERS = "params-and-buffers"
    ACTIVATIONS = "activations"
    FILE = "file"
    FILE_MIB = "file-mib"
    """The same, where the source's MB turns out to be 1,048,576 bytes."""
    TOP = "top"


class Cause(Enum):
    """Why a figure is off, as far as the numbers alone can tell."""

    OTHER_CONVENTION = "other-convention"
    NON_SQUARE = "non-square"
    BUFFERS = "buffers"


class Reason(Enum):
    """Why a figure was not judged."""

    NO_RECORD = "no-record"
    FAILED = "failed"
    STALE = "stale"
    INPUT_SIZE = "input-size"
    OTHER_WEIGHTS = "other-weights"
    REPEATED = "repeated"
    """The claim is the paper's, or one that a source repeats: not of these weights."""
    OTHER_DATASET = "other-dataset"
    OTHER_RECIPE = "other-recipe"
    OTHER_PRECISION = "other-precision"
    SUBSET = "subset"
    OTHER_DEVICE = "other-device"
    OTHER_RUNTIME = "other-runtime"
    NO_METHOD = "no-method"
    """The program does not measure this quantity."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Judgement:
    """A verdict with everything needed to say it."""

    verdict: Verdict
    measured: float | None = None
    """What the figure was held against, in the figure's unit and reading."""
    reading: Reading | None = None
    off: float | None = None
    """(reported - measured) / measured."""
    exact: bool = False
    """Whether the two agree in every digit that was printed."""
    cause: Cause | None = None
    fits: Reading | None = None
    """With `OTHER_CONVENTION`: the reading that does fit."""
    reason: Reason | None = None
    """Of a figure that was not judged."""


def unjudged(verdict: Verdict, reason: Reason) -> Judgement:
    """The judgement of a figure that could not be held against anything."""
    return Judgement(verdict=verdict, reason=reason)


def rounding(figure: Figure) -> float:
    """Half of what the printed digits leave open, in the figure's unit.

    A count that ends in three zeros or more was rounded there: nobody counts 79,250,000.
    """
    unit = figure.resolution
    if unit == 1 and figure.value >= _ROUND and figure.value % _ROUND == 0:
        digits = str(int(figure.value))
        unit = 10 ** (len(digits) - len(digits.rstrip("0")))
    return unit / 2


def judge_params(figure: Figure, complexity: Complexity) -> Judgement:
    """Judge a parameter count: right to its rounding, or refuted.

    A figure that fits parameters plus buffers is refuted with that cause: running statistics of
    normalisation layers are no parameters.
    """
    if _fits(figure, complexity.params):
        return _against(figure, complexity.params, Reading.PARAMS, Verdict.CONFIRMED)
    refuted = _against(figure, complexity.params, Reading.PARAMS, Verdict.REFUTED)
    if complexity.buffers and _fits(figure, complexity.params + complexity.buffers):
        return _because(refuted, Cause.BUFFERS)
    return refuted


def judge_flops(
    figure: Figure, convention: Convention, complexity: Complexity, *, square: bool
) -> Judgement:
    """Judge a count of FLOPs or MACs under the convention its source declares.

    Args:
        figure: The count.
        convention: What one FLOP is, as the entry says; with `UNKNOWN` every reading is tried.
        complexity: Our counts at the same input size.
        square: Whether that input is as high as it is wide.
    """
    values = _readings(complexity)
    declared = {reading: values[reading] for reading in values if reading in _MEANT[convention]}
    best = _closest(figure, declared)
    if _fits(figure, declared[best], tolerance=FLOPS_TOLERANCE):
        return _against(figure, declared[best], best, Verdict.CONFIRMED)
    plain = {key: declared[key] for key in _PLAIN if key in declared}
    widened = _widened(figure, plain) if square else None
    yardstick = widened or _closest(figure, plain)
    refuted = _against(figure, plain[yardstick], yardstick, Verdict.REFUTED)
    other = _closest(figure, values)
    if _fits(figure, values[other], tolerance=FLOPS_TOLERANCE):
        return _because(refuted, Cause.OTHER_CONVENTION, fits=other)
    if widened is not None:
        return _because(refuted, Cause.NON_SQUARE)
    return refuted


def judge_activations(figure: Figure, complexity: Complexity) -> Judgement:
    """Judge a count of activations (outputs of convolutions, linear layers, matrix products)."""
    return _tolerant(figure, complexity.activations, Reading.ACTIVATIONS, FLOPS_TOLERANCE)


def judge_file_size(figure: Figure, complexity: Complexity) -> Judgement:
    """Judge the size of a weights file by the tensors it must hold."""
    binary = figure.value * 1.048576
    if abs(binary - complexity.weights_bytes) <= FILE_TOLERANCE * complexity.weights_bytes:
        off = binary / complexity.weights_bytes - 1
        verdict = Verdict.CONFIRMED
        return Judgement(
            verdict=verdict, measured=complexity.weights_bytes, reading=Reading.FILE_MIB, off=off
        )
    return _tolerant(figure, complexity.weights_bytes, Reading.FILE, FILE_TOLERANCE)


def judge_top(figure: Figure, measured: float) -> Judgement:
    """Judge an accuracy in percent by one measured under the same protocol."""
    apart = abs(figure.value - measured) - rounding(figure) - _FLOAT_NOISE
    if apart <= TOP_MATCH:
        return _against(figure, measured, Reading.TOP, Verdict.CONFIRMED)
    if apart <= TOP_NEAR:
        return _against(figure, measured, Reading.TOP, Verdict.NEAR)
    return _against(figure, measured, Reading.TOP, Verdict.REFUTED)


_FLOAT_NOISE = 1e-9
_ROUND = 1000
_PLAIN = (Reading.MACS, Reading.TWO_MACS)
_MEANT = {
    Convention.MACS: (Reading.MACS, Reading.FVCORE),
    Convention.TWO_MACS: (Reading.TWO_MACS, Reading.TWO_FVCORE),
    Convention.UNKNOWN: (Reading.MACS, Reading.TWO_MACS, Reading.FVCORE, Reading.TWO_FVCORE),
}


def _readings(complexity: Complexity) -> dict[Reading, float]:
    values: dict[Reading, float] = {
        Reading.MACS: complexity.macs,
        Reading.TWO_MACS: complexity.flops,
    }
    if complexity.fvcore_flops is not None:
        values[Reading.FVCORE] = complexity.fvcore_flops
        values[Reading.TWO_FVCORE] = 2 * complexity.fvcore_flops
    return values


def _closest(figure: Figure, values: Mapping[Reading, float]) -> Reading:
    """The reading nearest in ratio; the first of equals."""

    def apart(reading: Reading) -> float:
        return abs(figure.value / values[reading] - 1) if values[reading] else inf

    return min(values, key=apart)


def _fits(figure: Figure, measured: float, *, tolerance: float = 0.0) -> bool:
    return abs(figure.value - measured) <= rounding(figure) + tolerance * measured + _FLOAT_NOISE


def _widened(figure: Figure, values: Mapping[Reading, float]) -> Reading | None:
    """The reading that a count over a photograph's own width fits, if one does."""
    slack = rounding(figure)
    low, high = WIDENED
    fitting = (
        reading
        for reading, value in values.items()
        if low * value - slack <= figure.value <= high * value + slack
    )
    return next(fitting, None)


def _tolerant(figure: Figure, measured: float, reading: Reading, tolerance: float) -> Judgement:
    fits = _fits(figure, measured, tolerance=tolerance)
    return _against(figure, measured, reading, Verdict.CONFIRMED if fits else Verdict.REFUTED)


def _against(figure: Figure, measured: float, reading: Reading, verdict: Verdict) -> Judgement:
    return Judgement(
        verdict=verdict,
        measured=measured,
        reading=reading,
        off=(figure.value - measured) / measured if measured else None,
        exact=_fits(figure, measured),
    )


def _because(refuted: Judgement, cause: Cause, *, fits: Reading | None = None) -> Judgement:
    return replace(refuted, cause=cause, fits=fits)
