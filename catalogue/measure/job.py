"""What goes between the process that judges latencies and those that time them.

A job there, what came of it back: plain values that become JSON. Needs no torch, so that
planning may know them.
"""

from dataclasses import dataclass

from catalogue.measure.disturbance import Limits
from catalogue.measure.timing import Budget, Samples
from catalogue.record import Failure

_LIMITS = Limits()


@dataclass(frozen=True, kw_only=True, slots=True)
class Job:
    """What to time. Plain enough to be JSON."""

    model: str
    """Id of the entry, for messages."""
    target: str
    """The builder's target."""
    arguments: str
    """The builder's arguments, as `freshness.arguments_text` writes them."""
    allowed: tuple[str, ...]
    """Python packages that may be imported, beside timm and torchvision."""
    path: tuple[str, ...]
    """Folders where those are looked for."""
    input_size: tuple[int, int, int]
    """(C, H, W)."""
    device_type: str
    precision: str
    memory_format: str
    batch_sizes: tuple[int, ...]
    threads: int
    budget: Budget
    backend: str = "eager"
    affinity: str = "free"
    """As in `LatencyConditions`."""
    limits: Limits = _LIMITS
    asked: tuple[int, ...] | None = None
    """Batch sizes at which the backend is asked in what precision it computes, and its answers are
    compared with eager fp32's: in one process where eager runs, which says the same in all. None:
    at every one."""
    pace: tuple[float, ...] = ()
    """The best pace known of this machine, of `pace`."""
    hurry_s: float | None = None
    """Once a batch size was disturbed, none is begun after the process has taken this long."""
    pace_wait_s: float = 0.0
    """How long to wait for that pace, before all batch sizes together."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Observed:
    """What one process saw beside the times; as in `record.Latency`."""

    ready_s: float
    images_per_second: float | None = None
    """None where passes sent back to back were disturbed twice."""
    precision_found: str | None = None
    peak_memory_bytes: int | None = None
    joules: float | None = None
    clock_mhz: tuple[int, int] | None = None
    processors: tuple[int, ...] = ()
    relative_error: float | None = None
    top1_agreement: float | None = None
    backend_version: str | None = None
    remarks: tuple[str, ...] = ()
    pace: tuple[float, ...] = ()
    """The best pace that was seen, of `pace`."""
    settings: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Timed:
    """What came of one batch size: samples, or the reason why there are none."""

    batch_size: int
    samples: Samples | None = None
    observed: Observed | None = None
    failure: Failure | None = None
    seconds: float = 0.0
    """Wall time that it took, all in all."""
