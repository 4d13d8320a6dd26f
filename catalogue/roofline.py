"""What a device's bandwidth and peak allow: bytes moved, arithmetic intensity, least latency.

Pure arithmetic on counts. Nothing here reads files or measures anything.

Source: Williams, Waterman, Patterson, "Roofline: an insightful visual performance model for
multicore architectures", https://doi.org/10.1145/1498765.1498785.
"""

from dataclasses import dataclass
from enum import Enum
from math import prod

from catalogue.record import Complexity

BYTES = {"fp32": 4, "fp16": 2, "bf16": 2, "int8": 1}
"""Bytes of one number."""
STORED_AS = {"fp32": "fp32", "tf32": "fp32", "fp16": "fp16", "bf16": "bf16", "int8": "int8"}
"""How numbers lie in memory while they are computed with in a precision."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """What a device can do at most."""

    device: str
    """Its own name, or what the zoo calls it."""
    peaks: tuple[tuple[str, float], ...]
    """(precision, FLOP/s), a multiplication and an addition counted as two."""
    bandwidth: float
    """Bytes/s between the device and its memory, reading and writing together."""
    measured: str | None = None
    """The day it was measured, `2026-11-23`; None where somebody gives it."""
    threads: int | None = None
    """Compute threads that it was measured with; None for a GPU, or where somebody gives it."""

    def __post_init__(self) -> None:
        """Hold that every limit is positive and every precision known.

        Raises:
            ValueError: one is not.
        """
        for precision, peak in self.peaks:
            if precision not in STORED_AS:
                message = f"precision is '{precision}'; expected one of {', '.join(STORED_AS)}"
                raise ValueError(message)
            if not 0 < peak < float("inf"):
                message = f"the peak at {precision} is {peak}; expected a positive number"
                raise ValueError(message)
        if not 0 < self.bandwidth < float("inf"):
            message = f"the bandwidth is {self.bandwidth}; expected a positive number"
            raise ValueError(message)


class Roof(Enum):
    """Which part of the roof lies above a model."""

    MEMORY = "memory"
    """Moving its bytes takes longer than its arithmetic."""
    COMPUTE = "compute"


@dataclass(frozen=True, kw_only=True, slots=True)
class Bound:
    """The least time that one forward pass of one batch can take on a device."""

    device: str
    precision: str
    batch_size: int
    latency_ms: float
    """The longer of arithmetic at the peak and traffic at full bandwidth."""
    roof: Roof
    intensity: float
    """FLOPs for each byte moved, of the model at this batch size."""
    ridge: float
    """FLOPs for each byte from which on the device is bound by arithmetic: peak / bandwidth."""


def weights_bytes(counts: Complexity, precision: str) -> int:
    """Bytes of the parameters alone, each in this precision; scales of int8 are not included."""
    return counts.params * BYTES[precision]


def moved_bytes(
    counts: Complexity, input_size: tuple[int, int, int], *, precision: str, batch_size: int
) -> int:
    """Bytes that a forward pass must move at least, if nothing stays in a cache.

    The parameters are read once; the images are read; what every convolution, linear layer and
    matrix product puts out is written once and read once. Norms, activation functions and sums
    are taken to happen on the way, as fused kernels do.

    Args:
        counts: The model's counts at this input size.
        input_size: (C, H, W).
        precision: A key of `STORED_AS`.
        batch_size: Images in a pass.
    """
    each = BYTES[STORED_AS[precision]]
    return each * (counts.params + batch_size * (prod(input_size) + 2 * counts.activations))


def intensity(
    counts: Complexity, input_size: tuple[int, int, int], *, precision: str, batch_size: int
) -> float:
    """Arithmetic intensity: FLOPs (2 x MACs) for each byte of `moved_bytes`."""
    moved = moved_bytes(counts, input_size, precision=precision, batch_size=batch_size)
    return batch_size * counts.flops / moved if moved else 0.0


def bounds(
    counts: Complexity, input_size: tuple[int, int, int], limits: Limits, *, batch_size: int
) -> tuple[Bound, ...]:
    """The roofline bound of latency at every precision whose peak is known."""
    return tuple(
        _bound(counts, input_size, limits, precision=precision, batch_size=batch_size)
        for precision, _ in limits.peaks
    )


def _bound(
    counts: Complexity,
    input_size: tuple[int, int, int],
    limits: Limits,
    *,
    precision: str,
    batch_size: int,
) -> Bound:
    peak = dict(limits.peaks)[precision]
    moved = moved_bytes(counts, input_size, precision=precision, batch_size=batch_size)
    arithmetic_s = batch_size * counts.flops / peak
    traffic_s = moved / limits.bandwidth
    return Bound(
        device=limits.device,
        precision=precision,
        batch_size=batch_size,
        latency_ms=1000 * max(arithmetic_s, traffic_s),
        roof=Roof.MEMORY if traffic_s > arithmetic_s else Roof.COMPUTE,
        intensity=intensity(counts, input_size, precision=precision, batch_size=batch_size),
        ridge=peak / limits.bandwidth,
    )
