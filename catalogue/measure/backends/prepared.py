"""What backends are asked for and what they hand back.

Values; knows no backend.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from catalogue.failing import failure
from catalogue.measure.precision import ReadBack, storage_dtype
from catalogue.record import Failure


class CannotRunError(Exception):
    """A backend cannot run this model, this way, here; the text is one line that says why."""

    def __init__(self, why: Failure) -> None:
        super().__init__(why.reason)
        self.why = why


@dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
    """How a backend is to run a model."""

    device_type: str
    """`cpu` or `cuda`."""
    precision: str
    """fp32, tf32, fp16, bf16 or amp."""
    memory_format: str = "contiguous"
    """`contiguous` or `channels_last`; backends that choose a layout by themselves take
    `contiguous` alone."""
    threads: int = 0
    """Of the backend's own pool for one operator; 0: as the backend likes (a GPU's host). torch's
    pool is its process's affair."""

    @property
    def dtype(self) -> torch.dtype:
        """Of weights and input. TF32 and autocast are ways to compute with fp32 ones."""
        return storage_dtype(self.precision)


def nothing() -> tuple[str, ...]:
    """No remarks."""
    return ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Prepared:
    """A model, ready to be timed."""

    place: Callable[[Tensor], Tensor]
    """Brings (N, C, H, W) in fp32 to the device, dtype and layout that `run` wants. Not timed."""
    run: Callable[[Tensor], Tensor]
    """One pass over a placed input, of the example's shape.

    What comes back may be overwritten by the next pass. On a GPU it returns before the work is
    done; the work is in torch's current stream, so events recorded there time it. Inputs are
    remembered where they lie when they are first seen, so that later passes copy nothing.
    """
    version: str
    """`onnxruntime 1.32.0`."""
    read_back: Callable[[], ReadBack]
    """What the arithmetic is really done in, and with how many threads, from what runs.

    May run a pass: to be asked after timing, so that the cold call stays a cold one.
    """
    whole: Callable[[Tensor], tuple[Tensor, ...]]
    """One pass, as `run`, that answers with all of `numbers`. Not timed."""
    read_remarks: Callable[[], tuple[str, ...]] = nothing
    """See `remarks`."""
    module: nn.Module | None = None
    """What torch runs of it, where all memory that it takes is torch's to tell; else None."""
    earlier_s: float = 0.0
    """Seconds that went into a part kept from an earlier batch size, such as an exported graph: a
    cold start at this batch size alone would have taken as much longer."""

    @property
    def remarks(self) -> tuple[str, ...]:
        """What else the backend tells of itself: graph breaks, nodes on another device."""
        return self.read_remarks()


def scores(output: object) -> Tensor:
    """The tensor a model answers with: the output, or the first tensor in it.

    Raises:
        CannotRunError: there is none.
    """
    for part in _tensors(output):
        return part
    raise CannotRunError(failure("no-scores", ("type", type(output).__name__)))


def numbers(output: object) -> tuple[Tensor, ...]:
    """All tensors of floating point that a model answers with; without any, its scores.

    Raises:
        CannotRunError: there is no tensor at all.
    """
    found = tuple(one for one in _tensors(output) if one.is_floating_point())
    return found or (scores(output),)


def _tensors(output: object) -> Iterator[Tensor]:
    if isinstance(output, Tensor):
        yield output
    elif isinstance(output, (dict, tuple, list)):
        for part in output.values() if isinstance(output, dict) else output:
            yield from _tensors(part)
