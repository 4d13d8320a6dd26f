"""Under what `catalogue refresh` is to time: words of people and the zoo's own grid to points."""

import os
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from catalogue import machine
from catalogue.backend import BY_NAME
from catalogue.errors import UnreadyError, WrongCallError
from catalogue.grid import USUAL, Axes, left_out
from catalogue.plan import Device, Point, timings

_NO_BF16 = (
    "cpu: bf16 left out: this processor has no instructions for it and would take many times as "
    "long; --precision bf16 measures it all the same"
)


_UNSAID = Axes()


@dataclass(frozen=True, kw_only=True, slots=True)
class TimingWishes:
    """Where and under what people want models timed."""

    devices: tuple[str, ...] = ()
    """Types of devices; none: every one there is."""
    axes: Axes = _UNSAID
    threads: int | None = None
    """Compute threads of the CPU; None: one for each physical core."""

    @property
    def option(self) -> str | None:
        """One of the options that were given, if any, beside `--device`."""
        given = {
            "--precision": self.axes.precisions,
            "--batch-size": self.axes.batch_sizes,
            "--backend": self.axes.backends,
            "--memory-format": self.axes.memory_formats,
            "--threads": self.threads,
        }
        return next((name for name, value in given.items() if value), None)


def wished(words: tuple[str, ...], axes: Axes, threads: int | None) -> TimingWishes:
    """Put together what somebody asks for.

    Args:
        words: `cpu`, `cuda` or `cuda:N`.
        axes: What the options say of the grid.
        threads: Compute threads, if somebody says.

    Raises:
        WrongCallError: it cannot be had here, or does not go together.
    """
    devices = tuple(dict.fromkeys(choose_gpu(words)))
    if threads is not None and devices and "cpu" not in devices:
        message = "--threads goes with --device cpu; a GPU has none to choose"
        raise WrongCallError(message)
    if threads is not None and threads > machine.usable_cpus():
        usable = machine.usable_cpus()
        message = (
            f"--threads {threads}: this process may use {usable} processors; expected {usable} "
            "or fewer"
        )
        raise WrongCallError(message)
    return TimingWishes(devices=devices, axes=axes, threads=threads)


def choose_gpu(words: Iterable[str]) -> tuple[str, ...]:
    """Let this process and those it starts see one GPU alone, if somebody names one.

    So everything below knows of one GPU, and `CUDA_VISIBLE_DEVICES` means what it always means.

    Returns:
        The types of the devices.

    Raises:
        WrongCallError: several GPUs are named, or one that is not to be seen.
    """
    found = tuple(words)
    named = {int(one.partition(":")[2]) for one in found if ":" in one}
    if len(named | ({0} if "cuda" in found else set())) > 1:
        message = (
            "--device names several GPUs (cuda alone is the first); one run measures on one, so "
            "start a run for each"
        )
        raise WrongCallError(message)
    for number in named:
        visible = os.environ.get("CUDA_VISIBLE_DEVICES")
        seen = None if visible is None else [one for one in visible.split(",") if one.strip()]
        if seen is not None and number >= len(seen):
            message = (
                f"--device cuda:{number}: CUDA_VISIBLE_DEVICES is '{visible}', {len(seen)} GPUs, "
                "counted from 0; name one of those"
            )
            raise WrongCallError(message)
        os.environ["CUDA_VISIBLE_DEVICES"] = seen[number].strip() if seen else str(number)
    return tuple(one.partition(":")[0] for one in found)


def wished_timings(wishes: TimingWishes, grids: tuple[tuple[str, Axes], ...]) -> tuple[Point, ...]:
    """What every model is timed with, on every device that is meant; what is left out is said.

    Args:
        wishes: What somebody asks for.
        grids: The zoo's own grid for each type of device.

    Raises:
        CatalogueError: a device or a backend is not there, or nothing is left of what options ask
            for; of the zoo's own grid, that is only said.
    """
    _want_installed(wishes.axes.backends)
    found: list[Point] = []
    said: list[str] = []
    for device in _devices(wishes):
        axes = axes_for(device.type, wishes.axes, dict(grids).get(device.type), said.append)
        said += left_out(device.type, axes)
        found += timings(device, axes)
    if not found and said and (wishes.devices or wishes.option):
        message = f"nothing to time: {'; '.join(said)}"
        raise WrongCallError(message)
    for line in said:
        sys.stderr.write(f"{line}\n")
    return tuple(found)


def timings_here(grids: tuple[tuple[str, Axes], ...]) -> tuple[Point, ...]:
    """What `refresh` would time every model with on this machine, told without asking torch."""
    found: list[Point] = []
    for device_type, name in (("cpu", machine.cpu_name()), ("cuda", machine.gpu_name())):
        if name is not None:
            axes = axes_for(device_type, Axes(), dict(grids).get(device_type), _unsaid)
            found += timings(_device(device_type, name), axes)
    return tuple(found)


def axes_for(device_type: str, asked: Axes, own: Axes | None, say: Callable[[str], object]) -> Axes:
    """The whole grid of a type of device: what is asked, else the zoo's own, else the usual.

    Args:
        device_type: `cpu` or `cuda`.
        asked: What options say.
        own: What the zoo says.
        say: Told, in a line, of each thing that is left out because it would not work here.

    Returns:
        Without backends where none of them is installed: then nothing is timed there.
    """
    said = asked.over(own or Axes())
    usual = USUAL[device_type]
    slow = device_type == "cpu" and not said.precisions and not machine.computes_bf16()
    whole = said.over(Axes(precisions=("fp32",)).over(usual) if slow else usual)
    there = tuple(one for one in whole.backends if not machine.absent(BY_NAME[one]))
    absent = tuple(f"{one}: {_absence(one)}" for one in whole.backends if one not in there)
    if slow and there:
        say(_NO_BF16)
    if absent:
        left = "left out" if there else "nothing is timed"
        say(f"{device_type}: {left}: {'; '.join(absent)}")
    return replace(whole, backends=there)


def _want_installed(names: Iterable[str]) -> None:
    for name in names:
        if machine.absent(BY_NAME[name]):
            message = f"--backend {name}: {_absence(name)}"
            raise WrongCallError(message)


def _absence(name: str) -> str:
    backend = BY_NAME[name]
    missing = " and ".join(machine.absent(backend))
    extra = f"; pip install 'zoo-catalogue[{backend.extra}]'" if backend.extra else ""
    return f"{missing} not installed{extra}"


def _devices(wishes: TimingWishes) -> tuple[Device, ...]:
    if wishes.devices:
        try:
            return tuple(_named(one, wishes.threads) for one in wishes.devices)
        except UnreadyError as fault:  # an option asked for it
            raise WrongCallError(str(fault)) from None
    found = [_named("cpu", wishes.threads)]
    if machine.has_gpu() and wishes.threads is None:
        try:
            found.append(_named("cuda", None))
        except UnreadyError as fault:  # nobody asked for it: say so and go on without
            sys.stderr.write(f"cuda left out: {fault}\n")
    return tuple(found)


def _named(device_type: str, threads: int | None) -> Device:
    return _device(device_type, machine.device_name(device_type), threads)


def _device(device_type: str, name: str, threads: int | None = None) -> Device:
    if device_type != "cpu":
        return Device(type=device_type, name=name, threads=0)
    return Device(
        type="cpu",
        name=name,
        threads=threads or machine.physical_threads(),
        affinity=machine.affinity(),
    )


def _unsaid(_line: str) -> None:
    pass
