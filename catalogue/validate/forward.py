"""A batch of pixels through a model, to the five best classes of each image.

The only place of the room that runs a model. Knows nothing of images, files or labels.
"""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from catalogue.entry import Preprocessing
from catalogue.errors import CatalogueError
from catalogue.machine import physical_threads, usable_cpus
from catalogue.measure.preprocess import normalise
from catalogue.validate.decoding import Pixels
from catalogue.validate.top import Classes, Flags, best_classes

_DTYPES = {
    "fp32": torch.float32,
    "bf16": torch.bfloat16,
    "fp16": torch.float16,
    "amp": torch.float32,
}
_AMP = {"cpu": torch.bfloat16, "cuda": torch.float16}
"""What autocast computes in: the CPU's has no fp16 products."""


class MemoryLackError(Exception):
    """The device has no room for so many images at once."""


@dataclass(slots=True)
class Forward:
    """A model, ready to be asked."""

    model: nn.Module
    recipe: Preprocessing
    device: str
    precision: str
    outputs: int
    """Classes that the model has to tell apart."""
    competing: Sequence[int] | None
    memory_format: str = "channels_last"

    def __post_init__(self) -> None:
        self.model.to(device=self.device, dtype=_DTYPES[self.precision]).eval()
        try:
            self.model.to(memory_format=torch.channels_last)
        except RuntimeError:  # weights of five dimensions
            self._fall_back()

    def __call__(self, pixels: Pixels) -> tuple[Classes, Flags]:
        """Ask about (N, H, W, 3); `top.best_classes` says what comes back.

        Raises:
            MemoryLackError: so many images are too many.
            CatalogueError: the outputs are not one for each class.
        """
        try:
            return best_classes(self._scores(pixels), self.competing)
        except (RuntimeError, MemoryError) as fault:
            if _lacks_memory(fault):
                raise MemoryLackError from fault
            if self.memory_format == "contiguous":
                raise
        # Some models view tensors as if they were contiguous: ask again before blaming them.
        self._fall_back()
        return self(pixels)

    def _fall_back(self) -> None:
        self.memory_format = "contiguous"
        self.model.to(memory_format=torch.contiguous_format)

    def _scores(self, pixels: Pixels) -> Tensor:
        batch = torch.from_numpy(pixels).to(self.device).permute(0, 3, 1, 2)
        if self.memory_format == "contiguous":
            batch = batch.contiguous()
        inputs = normalise(batch, self.recipe).to(_DTYPES[self.precision])
        with self._autocast():
            scores: object = self.model(inputs)
        if isinstance(scores, Tensor) and scores.shape == (len(pixels), self.outputs):
            return scores
        found = tuple(scores.shape) if isinstance(scores, Tensor) else f"a {type(scores).__name__}"
        message = (
            f"the model gives {found} for {len(pixels)} images; expected "
            f"{(len(pixels), self.outputs)}, one score for each class of the data set"
        )
        raise CatalogueError(message)

    def _autocast(self) -> AbstractContextManager[object]:
        if self.precision != "amp":
            return nullcontext()
        kind = self.device.partition(":")[0]
        return torch.autocast(kind, dtype=_AMP[kind])


@contextmanager
def exact() -> Iterator[None]:
    """No gradients, and no TF32.

    By default cuDNN convolves float32 in TF32, which has 10 bits of mantissa. Afterwards all of
    torch's settings are as before.
    """
    threads = torch.get_num_threads()
    convolution = torch.backends.cudnn.allow_tf32
    product = torch.backends.cuda.matmul.allow_tf32
    torch.backends.cudnn.allow_tf32 = torch.backends.cuda.matmul.allow_tf32 = False
    try:
        with torch.inference_mode():
            yield
    finally:
        torch.backends.cudnn.allow_tf32 = convolution
        torch.backends.cuda.matmul.allow_tf32 = product
        torch.set_num_threads(threads)


def leave_processors(busy: int) -> None:
    """Compute on those processors that other threads of ours leave free, on one at least.

    Where more threads compute than processors are free, OpenMP's wait for each other in loops: a
    small net took 20 s of processor time beside two decoding threads for what one thread does in 8.
    """
    usable = usable_cpus()
    torch.set_num_threads(max(1, min(physical_threads(), usable - busy)))


def free_memory() -> None:
    """Hand back what the device's allocator keeps."""
    torch.cuda.empty_cache()


def _lacks_memory(fault: Exception) -> bool:
    # The CPU's allocator has no exception of its own.
    cpu = "can't allocate memory" in str(fault)
    return cpu or isinstance(fault, MemoryError | torch.OutOfMemoryError)
