"""What models are timed with on a type of device: precisions, batch sizes, backends, layouts.

Plain choices and the grid they span. Knows nothing of models, and not what is installed.
"""

from collections.abc import Iterable
from dataclasses import dataclass, fields

from catalogue.backend import BY_NAME, Backend
from catalogue.errors import near

DEVICE_TYPES = ("cpu", "cuda")
MEMORY_FORMATS = ("contiguous", "channels_last")
MOST_IMAGES = 2**20
"""Of a batch: at 224 x 224, its images alone fill 588 GiB."""
PRECISIONS = ("fp32", "tf32", "fp16", "bf16", "amp")


def _hold(what: str, words: Iterable[str], known: tuple[str, ...]) -> None:
    for word in words:
        if word not in known:
            expected = ", ".join(known)
            message = f"{what} '{word}'{near(word, known)}; expected one of {expected}"
            raise ValueError(message)


@dataclass(frozen=True, kw_only=True, slots=True)
class Axes:
    """What somebody wants of a grid; an empty axis: nothing was said of it."""

    precisions: tuple[str, ...] = ()
    batch_sizes: tuple[int, ...] = ()
    backends: tuple[str, ...] = ()
    memory_formats: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Hold that every word is known and every batch size one that can be.

        Raises:
            ValueError: one is not.
        """
        _hold("precision", self.precisions, PRECISIONS)
        _hold("backend", self.backends, tuple(BY_NAME))
        _hold("memory format", self.memory_formats, MEMORY_FORMATS)
        for size in self.batch_sizes:
            if size < 1:
                message = f"batch size {size}; expected 1 or more"
                raise ValueError(message)
            if size > MOST_IMAGES:
                message = f"batch size {size}; expected {MOST_IMAGES} or less"
                raise ValueError(message)

    def over(self, other: "Axes") -> "Axes":
        """These axes, and the other's where nothing is said here."""
        mine = {
            one.name: getattr(self, one.name) or getattr(other, one.name) for one in fields(self)
        }
        return Axes(**mine)


@dataclass(frozen=True, kw_only=True, slots=True, order=True)
class Cell:
    """One cell of a grid: under what a model is timed on a device."""

    backend: str
    memory_format: str
    precision: str
    batch_size: int


USUAL = {
    "cpu": Axes(
        precisions=("fp32", "bf16"),
        batch_sizes=(1, 4, 8),
        backends=("eager",),
        memory_formats=("contiguous",),
    ),
    "cuda": Axes(
        precisions=("fp32", "fp16"),
        batch_sizes=(1, 4, 8, 32),
        backends=("eager",),
        memory_formats=("contiguous",),
    ),
}
"""The default grid of a type of device: batch sizes and precisions of the tables zoos publish."""


def cells(device_type: str, axes: Axes) -> tuple[Cell, ...]:
    """Every combination that exists, each once; batch sizes of one process stand together.

    Args:
        device_type: `cpu` or `cuda`.
        axes: Whole, nothing unsaid.
    """
    return tuple(
        Cell(backend=backend, memory_format=layout, precision=precision, batch_size=size)
        for backend in dict.fromkeys(axes.backends)
        for layout in dict.fromkeys(axes.memory_formats)
        for precision in dict.fromkeys(axes.precisions)
        if BY_NAME[backend].takes(device_type, precision)
        and (layout == "contiguous" or not BY_NAME[backend].own_layout)
        for size in sorted(set(axes.batch_sizes))
    )


def left_out(device_type: str, axes: Axes) -> tuple[str, ...]:
    """What backends cannot be asked for on such a device, in words; only what is really why."""
    return tuple(
        line
        for backend in dict.fromkeys(axes.backends)
        if (line := _left_out(BY_NAME[backend], device_type, axes))
    )


def _left_out(backend: Backend, device_type: str, axes: Axes) -> str:
    name, taken = backend.name, dict(backend.precisions).get(device_type, ())
    where = "a CPU" if device_type == "cpu" else "a GPU"
    refused = [one for one in dict.fromkeys(axes.precisions) if one not in taken]
    said = []
    if not taken:
        return f"{name} does not run on {where}"
    if backend.own_layout and "contiguous" not in axes.memory_formats:
        said.append(
            f"{name} chooses its memory format itself and is timed under contiguous alone; "
            "leave out --memory-format, or name contiguous as well"
        )
    elif backend.own_layout and "channels_last" in axes.memory_formats:
        said.append(f"{name} chooses its memory format itself and is timed once, not for each")
    if refused and (not said or len(refused) == len(dict.fromkeys(axes.precisions))):
        said.append(f"{name} takes no {', '.join(refused)} on {where}, only {', '.join(taken)}")
    return "; ".join(said)
