"""Clocks, throttling, energy, settings: of a GPU as NVML tells them, of processors as Linux does.

NVML is passed in as a value (the module `pynvml`, or what a test puts in its place).
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import psutil

THROTTLING = "throttling"
LOW_CLOCK = "a low clock"
OTHERS_ON_GPU = "other work on the GPU"

_UNWATCHED = "clocks, throttling and other work were not watched: "
NOT_INSTALLED = _UNWATCHED + "nvidia-ml-py is not installed"
NOT_TOLD = _UNWATCHED + "NVML does not tell of this GPU"
SPLIT = _UNWATCHED + "the GPU is split into instances (MIG)"

_GOVERNED = (
    ("governor", "scaling_governor"),
    ("energy_preference", "energy_performance_preference"),
)
"""What is read of each processor, and the file it stands in."""
_LOW = 0.75
"""Share of the highest clock seen, or of a processor's own, below which a sample is refused.

Source: https://github.com/NVIDIA/nvbench, its throttle threshold.
"""
_BUSY_PERCENT = 10
_POWER_CAP = 0x4
_HARDWARE_SLOWDOWN, _SOFTWARE_THERMAL, _HARDWARE_THERMAL, _POWER_BRAKE = 0x8, 0x20, 0x40, 0x80
_BAD = _HARDWARE_SLOWDOWN | _SOFTWARE_THERMAL | _HARDWARE_THERMAL | _POWER_BRAKE
"""The power cap is not among them: some cards run at theirs under any long load. Source:
`nvmlClocksEventReasons` in https://docs.nvidia.com/deploy/nvml-api."""
_REASONS = ("nvmlDeviceGetCurrentClocksEventReasons", "nvmlDeviceGetCurrentClocksThrottleReasons")
"""The question's name, and that of older libraries and drivers."""
_SM = 1
"""`NVML_CLOCK_SM`."""
_NO_STATE = 32
"""`NVML_PSTATE_UNKNOWN`."""

Settings = tuple[tuple[str, str], ...]
"""(what, value), as in `record.Latency`; what the system does not tell is left out."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Unwatched:
    """A GPU of which nothing is known but its times."""

    why: str
    """One of the remarks above."""


class Gpu:
    """One GPU, as NVML sees it. What a card does not tell is None."""

    def __init__(self, nvml: ModuleType, handle: object) -> None:
        self._nvml = nvml
        self._handle = handle
        self._there = frozenset[int]()
        self._until = 0
        self._highest = 0
        self.clocks: list[int] = []
        """MHz of the multiprocessors, one for each look."""

    def begin(self) -> None:
        """Note which processes are there; to be asked once this process is one of them."""
        self._there = frozenset(self._processes())
        self._busiest()  # what was before does not count

    def look(self) -> tuple[str, ...]:
        """Note the clock, and say what is wrong with it now; to be asked right behind passes."""
        found = []
        reasons = next(filter(None, map(self._ask, _REASONS)), 0)
        if reasons & _BAD:
            found.append(THROTTLING)
        clock = self._ask("nvmlDeviceGetClockInfo", _SM)
        if clock is not None:
            self.clocks.append(clock)
            self._highest = max(self._highest, clock)
            if clock < _LOW * self._highest and not reasons & _POWER_CAP:
                found.append(LOW_CLOCK)
        if self._has_others():
            found.append(OTHERS_ON_GPU)
        return tuple(found)

    def is_busy(self) -> bool:
        """Whether something used it in the last moment; to be asked before own work begins."""
        rates = self._ask("nvmlDeviceGetUtilizationRates")
        return rates is not None and int(rates.gpu) > _BUSY_PERCENT

    def joules(self) -> float | None:
        """Energy since the driver was loaded."""
        millijoules = self._ask("nvmlDeviceGetTotalEnergyConsumption")
        return None if millijoules is None else millijoules / 1000

    def settings(self) -> Settings:
        """The power limit in force and the performance state; to be asked right behind passes."""
        limit_mw = self._ask("nvmlDeviceGetEnforcedPowerLimit")
        state = self._ask("nvmlDeviceGetPerformanceState")
        limit = () if limit_mw is None else (("power_limit_w", f"{limit_mw / 1000:g}"),)
        return limit if state in (None, _NO_STATE) else (*limit, ("performance_state", f"P{state}"))

    def is_split(self) -> bool:
        """Whether it is divided into instances, each of which may be somebody else's."""
        mode = self._ask("nvmlDeviceGetMigMode")
        return bool(self._ask("nvmlDeviceIsMigDeviceHandle")) or bool(mode and mode[0])

    def _has_others(self) -> bool:
        """Whether a process has come since the beginning, or one from before has begun to work.

        In a container drivers may call processes by the host's numbers, or by the container's here
        and the host's there. Which one is ours is then unknown, so that only new ones count.
        """
        now = self._processes()
        new = now - self._there - {os.getpid()}
        if new and new - {child.pid for child in psutil.Process().children(recursive=True)}:
            return True
        known = self._there & now
        return os.getpid() in known and not (known - {os.getpid()}).isdisjoint(self._busiest())

    def _processes(self) -> set[int]:
        return {one.pid for one in self._ask("nvmlDeviceGetComputeRunningProcesses") or ()}

    def _busiest(self) -> set[int]:
        """Processes that used a tenth of it at least in some moment since this was last asked."""
        samples = self._ask("nvmlDeviceGetProcessUtilization", self._until) or ()
        self._until = max((self._until, *(one.timeStamp for one in samples)))
        return {one.pid for one in samples if one.smUtil > _BUSY_PERCENT}

    def _ask(self, name: str, *arguments: object) -> Any:  # noqa: ANN401  # NVML's own
        question = getattr(self._nvml, name, None)
        try:
            return question and question(self._handle, *arguments)
        except self._nvml.NVMLError:  # this card or driver does not tell
            return None


def find_gpu(nvml: ModuleType, *, uuid: str | None, bus: str | None) -> Gpu | Unwatched:
    """The GPU that torch computes on: NVML's own numbers ignore `CUDA_VISIBLE_DEVICES`.

    Args:
        nvml: The library, initialised.
        uuid: The device's UUID as torch prints it, with or without `GPU-` or `MIG-`.
        bus: `domain:bus:device.function`.
    """
    bare = uuid and uuid.removeprefix("GPU-").removeprefix("MIG-")
    ways = (
        ("nvmlDeviceGetHandleByUUID", bare and f"GPU-{bare}"),
        ("nvmlDeviceGetHandleByUUID", bare and f"MIG-{bare}"),
        ("nvmlDeviceGetHandleByPciBusId", bus),
    )
    for way, name in ways:
        if not name:
            continue
        try:
            gpu = Gpu(nvml, getattr(nvml, way)(name.encode()))
        except nvml.NVMLError:
            continue
        return Unwatched(why=SPLIT) if gpu.is_split() else gpu
    return Unwatched(why=NOT_TOLD)


def open_gpu() -> Gpu | Unwatched:
    """NVML's view of the device that torch computes on."""
    import torch  # noqa: PLC0415  # whoever has no GPU needs neither

    try:
        import pynvml  # noqa: PLC0415  # an extra
    except ImportError:
        return Unwatched(why=NOT_INSTALLED)
    try:
        pynvml.nvmlInit()
    except pynvml.NVMLError:
        return Unwatched(why=NOT_TOLD)
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
        self._root = root
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

    def settings(self) -> Settings:
        """What decides their clocks: governors, whether they may go above their own, the battery.

        Source: https://docs.kernel.org/admin-guide/pm/cpufreq.html and intel_pstate.html there.
        """
        if not self._places:
            return ()
        found = [
            (what, value)
            for what, file in _GOVERNED
            for value in dict.fromkeys(_text(place / file) for place in self._places)
        ]
        boost = _text(self._root / "cpufreq" / "boost")
        if boost is None and (fixed := _text(self._root / "intel_pstate" / "no_turbo")):
            boost = "0" if fixed == "1" else "1"
        found.append(("boost", boost and ("off" if boost == "0" else "on")))
        found.append(("power", _power()))
        return tuple((what, value) for what, value in found if value)


def watched(gpu: Gpu | None, device_type: str, processors: Sequence[int]) -> "Gpu | Processors":
    """Whose clocks tell of a timing: the device's own, never the processors' beside a GPU.

    A GPU that NVML does not tell of has none: while it computes, the processors rest, and their
    clocks fall rightly.
    """
    if gpu is not None:
        gpu.clocks.clear()  # those of an earlier batch size
    return gpu or Processors(processors if device_type == "cpu" else ())


def _mhz(path: Path) -> int | None:
    try:
        return int(_text(path) or "") // 1000
    except ValueError:
        return None


def _text(path: Path) -> str | None:
    try:
        return path.read_text(encoding="ascii").strip() or None
    except (OSError, ValueError):
        return None


def _power() -> str | None:
    """Where a machine that has a battery takes its power from."""
    asked = getattr(psutil, "sensors_battery", None)  # which some systems lack
    battery = asked() if asked else None
    if battery is None or battery.power_plugged is None:
        return None
    return "mains" if battery.power_plugged else "battery"
