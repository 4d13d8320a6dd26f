"""What a model costs beyond FLOPs: bytes, intensity, and what bounds its latency on a device."""

from collections.abc import Sequence
from dataclasses import dataclass

from catalogue.page.cells import Cell, measured_cell
from catalogue.page.evidence import Counted, Evidence
from catalogue.page.history import measurement_of
from catalogue.page.wording import (
    GIGA,
    Said,
    by,
    in_giga,
    in_mebibytes,
    in_mega,
    milliseconds,
    say,
    significant,
)
from catalogue.roofline import BYTES, Bound, Limits, bounds, intensity, weights_bytes

BATCHES = (1, 32)
"""One image, as when somebody waits; and as many as a device takes at once."""
_TERA = 1e12


@dataclass(frozen=True, kw_only=True, slots=True)
class RoofRow:
    """One device at one precision."""

    device: str
    origin: Said
    """Who says what the device can do."""
    precision: str
    peak: str
    """TFLOP/s."""
    bandwidth: str
    """GB/s."""
    ridge: str
    """FLOPs per byte from which on arithmetic is the limit."""
    least: tuple[tuple[str, Said], ...]
    """(ms, what bounds it) at each batch size."""


@dataclass(frozen=True, kw_only=True, slots=True)
class RoofView:
    """The cost of a model in bytes, and the bounds that follow."""

    size: str
    """Height and width of the image counted with."""
    precisions: tuple[str, ...]
    weights: tuple[str, ...]
    """MiB of the parameters at each precision."""
    intensities: tuple[tuple[int, tuple[str, ...]], ...]
    """(batch size, FLOPs per byte at each precision)."""
    peak_memory: str | None
    """MiB of activations that live at the same time, for one image."""
    batches: tuple[int, ...]
    rows: tuple[RoofRow, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class OtherCount:
    """What was counted under conditions that somebody asked for."""

    conditions: Said
    params: Cell
    macs: Cell
    flops: Cell
    activations: Cell


def roof_view(counted: Counted | None, limits: Sequence[Limits]) -> RoofView | None:
    """Work out what bounds a model on each device; None where there is no count."""
    if counted is None:
        return None
    result, size = counted.result, counted.conditions.input_size
    peak = result.peak_activation_bytes
    return RoofView(
        size=by(size[1:]),
        precisions=tuple(precision.upper() for precision in BYTES),
        weights=tuple(in_mebibytes(weights_bytes(result, precision)) for precision in BYTES),
        intensities=tuple((batch, _intensities(counted, batch)) for batch in BATCHES),
        peak_memory=None if peak is None else in_mebibytes(peak),
        batches=BATCHES,
        rows=tuple(row for one in limits for row in _rows(counted, one)),
    )


def other_counts(evidence: Evidence) -> tuple[OtherCount, ...]:
    """Counts at other input sizes, smallest first, then those of the fused model."""
    found = sorted(
        evidence.counted_elsewhere(),
        key=lambda one: (one.conditions.form != "training", one.conditions.input_size),
    )
    return tuple(_other(one) for one in found)


def _other(one: Counted) -> OtherCount:
    found, result = one.finding, one.result
    return OtherCount(
        conditions=measurement_of(one.conditions),
        params=measured_cell(found, result.params, in_mega(result.params)),
        macs=measured_cell(found, result.macs, in_giga(result.macs)),
        flops=measured_cell(found, result.flops, in_giga(result.flops)),
        activations=measured_cell(found, result.activations, in_mega(result.activations)),
    )


def _intensities(counted: Counted, batch_size: int) -> tuple[str, ...]:
    result, size = counted.result, counted.conditions.input_size
    return tuple(
        significant(intensity(result, size, precision=precision, batch_size=batch_size), 3)
        for precision in BYTES
    )


def _rows(counted: Counted, limits: Limits) -> list[RoofRow]:
    by_batch = [
        bounds(counted.result, counted.conditions.input_size, limits, batch_size=batch)
        for batch in BATCHES
    ]
    return [
        RoofRow(
            device=limits.device,
            origin=_origin(limits),
            precision=precision.upper(),
            peak=significant(peak / _TERA, 3),
            bandwidth=significant(limits.bandwidth / GIGA, 3),
            ridge=significant(peak / limits.bandwidth, 3),
            least=tuple(_least(of_batch[number]) for of_batch in by_batch),
        )
        for number, (precision, peak) in enumerate(limits.peaks)
    ]


def _least(bound: Bound) -> tuple[str, Said]:
    return milliseconds(bound.latency_ms), say(f"roof.by.{bound.roof.value}")


def _origin(limits: Limits) -> Said:
    if limits.measured is None:
        return say("roof.given")
    if limits.threads is None:
        return say("roof.measured", day=limits.measured)
    return say("roof.measured.threads", day=limits.measured, threads=limits.threads)
