"""How a record came to be: when, by what, on which machine with which software.

Pure values. Nothing here reads the system or the clock.
"""

from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Provenance:
    """How a record came to be; explains a difference, never decides one."""

    time: str
    """UTC, ISO 8601 to the second, with `Z`."""
    program: str
    """`catalogue 0.1.0`."""
    commit: str | None
    """Git commit of the zoo's checkout, with `+` behind it when the work tree had changes."""
    environment: str
    """Id of the environment, which is written once in a file of its own."""
    seconds: float
    """Wall time of the measurement."""
    alone: bool = False
    """Whether the seconds are this point's alone; those of older latencies are of all batch sizes
    that were timed together."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Environment:
    """A machine and the software on it."""

    machine: str
    """Processor architecture: `x86_64`."""
    system: str
    """Operating system and release."""
    cpu: str
    """Name of the processor, as the vendor or the hypervisor calls it."""
    cpus: int
    """Logical processors this process may use."""
    memory_bytes: int
    gpu: str | None
    driver: str | None
    """GPU driver version."""
    cuda: str | None
    """CUDA version torch was built with, where a GPU is used."""
    python: str
    packages: tuple[tuple[str, str], ...]
    """(distribution, version) of torch, torchvision, timm, fvcore, numpy and pillow, if there."""
    cpu_numbers: tuple[tuple[str, int], ...] = ()
    """What tells processors of one name apart: `family`, `model` and `stepping` of x86,
    `implementer`, `part`, `variant` and `revision` of Arm; none where the system does not tell,
    and in old records."""


def utc_text(moment: datetime) -> str:
    """A moment as records write it: UTC, to the second."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
