"""Clocks, throttling and energy: of a GPU as NVML tells them, of processors as Linux does.

NVML is passed in as a value (the module `pynvml`, or what a test puts in its place).
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

THROTTLING = "throttling"
LOW_CLOCK = "a low clock"
OTHERS_ON_GPU = "other work on the GPU"

_LOW = 0.75
"""Share of the default clock below which a sample is refused.

Source: https://github.com/NVIDIA/nvbench, its throttle threshold.
"""
_BUSY_PERCENT = 10
_HARDWARE_SLOWDOWN, _SOFTWARE_THERMAL, _HARDWARE_THERMAL, _POWER_BRAKE = 0x8, 0x20, 0x40, 0x80
_BAD = _HARDWARE_SLOWDOWN | _SOFTWARE_THERMAL | _HARDWARE_THERMAL | _POWER_BRAKE
"""A power cap (0x4) is not among them: some cards run at theirs all the time, and their clock
tells. Source: `nvmlClocksEventReasons` in https://docs.nvidia.com/deploy/nvml-api."""
_GRAPHICS = 0
"""`NVML_CLOCK_GRAPHICS`."""


class Gpu:
    """One GPU, as NVML sees it. What a card does not tell is None."""

    def __init__(self, nvml: ModuleType, handle: object) -> None:
        self._nvml = nvml
        self._handle = handle
        self.clocks: list[int] = []
        """MHz, one for each look."""

    def default_mhz(self) -> int | None:
        """The clock it runs at unless told otherwise; else its highest."""
        for question in ("nvmlDeviceGetDefaultApplicationsClock", "nvmlDeviceGetMaxClockInfo"):
            clock: int | None = self._ask(getattr(self._nvml, question), _GRAPHICS)
            if clock:
                return clock
        return None

    def look(self) -> tuple[str, ...]:
        """Note the clock, and say what is wrong with it now."""
        found = []
        reasons = self._ask(self._nvml.nvmlDeviceGetCurrentClocksThrottleReasons)
        if reasons is not None and reasons & _BAD:
            found.append(THROTTLING)
        clock = self._ask(self._nvml.nvmlDeviceGetClockInfo, _GRAPHICS)
        if clock is not None:
            self.clocks.append(clock)
            default = self.default_mhz()
            if default is not None and clock < _LOW * default:
                found.append(LOW_CLOCK)
        return tuple(found)

    def is_busy(self) -> bool:
        """Whether something used it in the last moment; to be asked before own work begins."""
        rates = self._ask(self._nvml.nvmlDeviceGetUtilizationRates)
        return rates is not None and int(rates.gpu) > _BUSY_PERCENT

    def joules(self) -> float | None:
        """Energy since the driver was loaded."""
        millijoules = self._ask(self._nvml.nvmlDeviceGetTotalEnergyConsumption)
        return None if millijoules is None else millijoules / 1000

    def _ask(self, question: Callable[..., Any], *arguments: object) -> Any:  # noqa: ANN401  # NVML's own
        try:
            return question(self._handle, *arguments)
        except self._nvml.NVMLError:  # this card or driver does not tell
            return None


def find_gpu(nvml: ModuleType, *, uuid: str | None, bus: str | None) -> Gpu | None:
    """The GPU that torch computes on: NVML's own numbers ignore `CUDA_VISIBLE_DEVICES`.

    Args:
        nvml: The library, initialised.
        uuid: The device's UUID as torch prints it, without `GPU-`.
        bus: `domain:bus:device.function`.
    """
    ways: tuple[tuple[Callable[[bytes], Any], str | None], ...] = (
        (nvml.nvmlDeviceGetHandleByUUID, uuid and f"GPU-{uuid.removeprefix('GPU-')}"),
        (nvml.nvmlDeviceGetHandleByPciBusId, bus),
    )
    for way, name in ways:
        if not name:
            continue
        try:
            return Gpu(nvml, way(name.encode()))
        except nvml.NVMLError:
            continue
    return None


def open_gpu() -> Gpu | None:
    """NVML's view of the device that torch computes on; None without `nvidia-ml-py`."""
    import torch  # noqa: PLC0415  # whoever has no GPU needs neither

    try:
        import pynvml  # noqa: PLC0415  # an extra
    except ImportError:
        return None
    try:
        pynvml.nvmlInit()
    except pynvml.NVMLError:
        return None
    properties = torch.cuda.get_device_properties(torch.cuda.current_device())
    uuid = getattr(properties, "uuid", None)
    numbers = [getattr(properties, f"pci_{part}_id", None) for part in ("domain", "bus", "device")]
    domain, slot, device = (one or 0 for one in numbers)
    bus = None if None in numbers else f"{domain:08x}:{slot:02x}:{device:02x}.0"
    return find_gpu(pynvml, uuid=None if uuid is None else str(uuid), bus=bus)


class Processors:
    """The clocks of some processors, where the system tells them (most virtual machines do not)."""

    def __init__(
        self, processors: Sequence[int], root: Path = Path("/sys/devices/system/cpu")
    ) -> None:
        self._places = [root / f"cpu{number}" / "cpufreq" for number in processors]
        self.clocks: list[int] = []
        """MHz, one for each look and processor."""

    def look(self) -> tuple[str, ...]:
        """Note the clocks, and say what is wrong with them now."""
        low = False
        for place in self._places:
            clock, usual = _mhz(place / "scaling_cur_freq"), _mhz(place / "base_frequency")
            if clock is not None:
                self.clocks.append(clock)
                low = low or (usual is not None and clock < _LOW * usual)
        return (LOW_CLOCK,) if low else ()


def watched(gpu: Gpu | None, device_type: str, processors: Sequence[int]) -> "Gpu | Processors":
    """Whose clocks tell of a timing: the device's own, never the processors' beside a GPU.

    A GPU that NVML does not tell of has none: while it computes, the processors rest, and their
    clocks fall rightly.
    """
    return gpu or Processors(processors if device_type == "cpu" else ())


def _mhz(path: Path) -> int | None:
    try:
        return int(path.read_text(encoding="ascii")) // 1000
    except (OSError, ValueError):
        return None
