"""Top-1 and top-5 accuracy of a model on ImageNet's validation images.

Knows models, images and recipes. Knows nothing of entries, records' files or pages.
"""

import signal
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import partial
from threading import current_thread, main_thread
from time import perf_counter
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import torch
from PIL import Image
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset

from catalogue.entry import Preprocessing
from catalogue.errors import CatalogueError, UnreadyError, near
from catalogue.measure.imagenet import ImageFolder
from catalogue.measure.preprocess import make_pixels, normalise, output_size
from catalogue.record import Accuracy

_DTYPES = {"fp32": torch.float32, "bf16": torch.bfloat16, "fp16": torch.float16}
_Array: TypeAlias = npt.NDArray[np.generic]
_MISS = 1 << 30
"""A rank beyond any number of classes."""
_BROKEN = (OSError, SyntaxError, ValueError, EOFError, Image.DecompressionBombError)
"""What Pillow raises at files that are no images, or are cut off."""


def _in_silence(_done: int, _total: int) -> None:
    pass


@dataclass(frozen=True, kw_only=True, slots=True)
class ValidationSettings:
    """How to validate; none of it but the precision is meant to move a figure."""

    weights_sha256: str
    """Of the file the model's weights were loaded from."""
    device: str = "cpu"
    """As torch names it: `cpu`, `cuda`, `cuda:1`."""
    precision: str = "fp32"
    """fp32 (never TF32), bf16 or fp16: the dtype of weights and activations."""
    batch_size: int = 64
    """Images of one forward pass; halved for as long as memory does not suffice."""
    workers: int = 0
    """Processes that decode images; 0 decodes in this one."""
    on_progress: Callable[[int, int], None] = _in_silence
    """Called with (images done, images in all) after each batch."""

    def __post_init__(self) -> None:
        if self.precision not in _DTYPES:
            message = (
                f"the precision is '{self.precision}'{near(self.precision, _DTYPES)}; "
                "expected fp32, bf16 or fp16"
            )
            raise CatalogueError(message)
        if self.batch_size < 1 or self.workers < 0:
            message = (
                f"batch size {self.batch_size} with {self.workers} workers; "
                "expected a batch of 1 or more, and no fewer than 0 workers"
            )
            raise CatalogueError(message)


def measure_accuracy(
    model: nn.Module,
    images: ImageFolder,
    recipe: Preprocessing,
    *,
    settings: ValidationSettings,
) -> Accuracy:
    """Ask a model about every image.

    Mutates the model: it is left in eval mode, on the device, in the precision's dtype.

    Args:
        model: Gives (N, classes) scores for (N, 3, H, W).
        images: What to ask about; as many classes as the model has outputs.
        recipe: How images become inputs.
        settings: Device, precision, batch size.

    Returns:
        Hits. An image that cannot be decoded is a miss, and named. A class is among the top k
        where fewer than k others score higher; of equal scores the lower index is the higher,
        and a score that is no number beats its class.

    Raises:
        CatalogueError: the model's outputs are not one for each class, or one image is too much
            for the memory.
        UnreadyError: no image can be read, or a worker died.

    Source: top-1 and top-5 of https://arxiv.org/abs/1409.0575, section 4.1.
    """
    started = perf_counter()
    model.to(device=settings.device, dtype=_DTYPES[settings.precision]).eval()
    asked = len(images.images)
    ranks: list[int] = []
    unreadable: list[str] = []
    most = settings.batch_size
    forward = partial(_forward, model, recipe, settings, len(images.synsets))
    with (
        torch.inference_mode(),
        _without_tf32(),
        closing(_batches(images, recipe, settings)) as batches,
    ):
        for pixels, labels, readable in batches:
            scores, most = _scores(forward, pixels, most)
            broken = (~readable).nonzero().flatten().tolist()
            unreadable.extend(images.images[len(ranks) + index][0] for index in broken)
            ranks.extend(rank_of_label(scores, labels).masked_fill(~readable, _MISS).tolist())
            settings.on_progress(len(ranks), asked)
    if len(unreadable) == asked:
        message = (
            f"{images.root}: none of {asked:,} images can be read, '{unreadable[0]}' the first; "
            "expected JPEG files"
        )
        raise UnreadyError(message)
    return Accuracy(
        images=asked,
        top1_hits=sum(rank < 1 for rank in ranks),
        top5_hits=sum(rank < 5 for rank in ranks),  # noqa: PLR2004  # the 5 of top-5
        unreadable=tuple(unreadable),
        weights_sha256=settings.weights_sha256,
        images_per_second=asked / (perf_counter() - started),
    )


def rank_of_label(scores: Tensor, labels: Tensor) -> Tensor:
    """How many classes beat the right one.

    Args:
        scores: (N, classes), of any floating dtype.
        labels: (N), indices of the right classes.

    Returns:
        (N) int64: 0 where the right class comes first. Of equal scores the lower index comes
        first; a score that is not a number comes before every other, and is never right.
    """
    own = scores.gather(1, labels[:, None])
    behind = torch.arange(scores.shape[1]) >= labels[:, None]
    beaten = (scores < own) | ((scores == own) & behind)
    rank = scores.shape[1] - beaten.sum(dim=1)
    return rank.masked_fill(own.isnan().squeeze(1), _MISS)


class _Pixels(Dataset[tuple[Tensor, int, bool]]):
    """The images as (pixels, label, whether they could be read); black where they could not."""

    def __init__(self, images: ImageFolder, recipe: Preprocessing) -> None:
        self._images = images
        self._pixels = make_pixels(recipe)
        self._black = torch.zeros(output_size(recipe), dtype=torch.uint8)

    def __len__(self) -> int:
        return len(self._images.images)

    def __getitem__(self, index: int) -> tuple[Tensor, int, bool]:
        name, label = self._images.images[index]
        try:
            with Image.open(self._images.root / name) as image:
                return self._pixels(image), label, True
        except _BROKEN:
            return self._black, label, False


def _batches(
    images: ImageFolder, recipe: Preprocessing, settings: ValidationSettings
) -> Generator[tuple[Tensor, Tensor, Tensor], None, None]:
    """Pixels (N, 3, H, W) uint8, labels (N) and readability (N), in the order of the images."""
    loader = DataLoader(
        _Pixels(images, recipe),
        batch_size=settings.batch_size,
        num_workers=settings.workers,
        collate_fn=_stacked,
        # Forking a process that has threads or CUDA in it may hang.
        multiprocessing_context="spawn" if settings.workers else None,
    )
    try:
        with _interrupts_ignored():  # which the workers inherit: Ctrl-C is for this process
            loading = iter(loader)
        for arrays in loading:
            pixels, labels, readable = (torch.from_numpy(array) for array in arrays)
            yield pixels, labels, readable
    except RuntimeError as fault:
        if "DataLoader worker" not in str(fault):
            raise
        message = (
            f"a process that decodes images died: {' '.join(str(fault).split())}; "
            "try fewer workers, or none, and a smaller batch"
        )
        raise UnreadyError(message) from fault


def _stacked(items: list[tuple[Tensor, int, bool]]) -> tuple[_Array, _Array, _Array]:
    """A batch as arrays: tensors would go through /dev/shm, which is 64 MB in a container."""
    pixels, labels, readable = zip(*items, strict=True)
    return torch.stack(pixels).numpy(), np.array(labels), np.array(readable)


@contextmanager
def _interrupts_ignored() -> Iterator[None]:
    if current_thread() is not main_thread():  # others can neither receive nor ignore them
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _forward(
    model: nn.Module,
    recipe: Preprocessing,
    settings: ValidationSettings,
    classes: int,
    pixels: Tensor,
) -> Tensor:
    inputs = normalise(pixels.to(settings.device), recipe).to(_DTYPES[settings.precision])
    scores: object = model(inputs)
    if isinstance(scores, Tensor) and scores.shape == (len(pixels), classes):
        return scores.cpu()
    found = tuple(scores.shape) if isinstance(scores, Tensor) else f"a {type(scores).__name__}"
    message = (
        f"the model gives {found} for {len(pixels)} images; expected {(len(pixels), classes)}, "
        "one score for each class of the data set"
    )
    raise CatalogueError(message)


def _scores(forward: Callable[[Tensor], Tensor], pixels: Tensor, most: int) -> tuple[Tensor, int]:
    """Scores of a batch on the CPU, and how many images the memory suffices for at once."""
    while True:
        try:
            return torch.cat([forward(part) for part in torch.split(pixels, most)]), most
        except (RuntimeError, MemoryError) as fault:
            if not _lacks_memory(fault):
                raise
            if most == 1:
                sides = "x".join(str(side) for side in pixels.shape[1:])
                message = f"out of memory with one image of {sides}"
                raise CatalogueError(message) from fault
        most = max(1, most // 2)
        torch.cuda.empty_cache()


def _lacks_memory(fault: Exception) -> bool:
    # The CPU's allocator has no exception of its own.
    cpu = "can't allocate memory" in str(fault)
    return cpu or isinstance(fault, MemoryError | torch.OutOfMemoryError)


@contextmanager
def _without_tf32() -> Iterator[None]:
    """By default cuDNN convolves float32 in TF32, which has 10 bits of mantissa."""
    convolution = torch.backends.cudnn.allow_tf32
    product = torch.backends.cuda.matmul.allow_tf32
    torch.backends.cudnn.allow_tf32 = torch.backends.cuda.matmul.allow_tf32 = False
    try:
        yield
    finally:
        torch.backends.cudnn.allow_tf32 = convolution
        torch.backends.cuda.matmul.allow_tf32 = product
