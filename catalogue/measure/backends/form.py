"""A model and its input in the dtype, in the layout and on the device that are asked for.

The model given stays as it is, in fp32: the answers of the converted one are compared with its.
"""

import copy
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext

import torch
from torch import Tensor, nn

from catalogue.measure.backends.prepared import Settings, scores

_IMAGE_DIMENSIONS = 4
"""Of tensors that have a memory format: (N, C, H, W)."""


def converted(model: nn.Module, settings: Settings) -> nn.Module:
    """The model as settings want it; the same object where nothing has to change."""
    here = next((part.device.type for part in model.parameters()), settings.device_type)
    plain = settings.dtype == torch.float32 and settings.memory_format == "contiguous"
    if plain and here == settings.device_type:
        return model
    changed = copy.deepcopy(model).to(device=settings.device_type, dtype=settings.dtype)
    for part in (*changed.parameters(), *changed.buffers()):
        if part.dim() == _IMAGE_DIMENSIONS:
            part.data = part.data.to(memory_format=layout(settings))
    return changed


def placer(settings: Settings) -> Callable[[Tensor], Tensor]:
    """Brings inputs to where and how settings want them."""

    def place(images: Tensor) -> Tensor:
        return images.to(settings.device_type, settings.dtype, memory_format=layout(settings))

    return place


def passes(model: Callable[..., object], settings: Settings) -> Callable[[Tensor], Tensor]:
    """One pass of a model that torch itself runs, under autocast where that is asked for."""

    def run(images: Tensor) -> Tensor:
        with autocast(settings):
            return scores(model(images))

    return run


def layout(settings: Settings) -> torch.memory_format:
    """The memory format of weights and inputs."""
    if settings.memory_format == "channels_last":
        return torch.channels_last
    return torch.contiguous_format


def autocast(settings: Settings) -> AbstractContextManager[object]:
    """Autocast for amp, else nothing. torch's own choice: bf16 on a CPU, fp16 on a GPU."""
    if settings.precision == "amp":
        return torch.autocast(settings.device_type)
    return nullcontext()


def allow_tf32(*, allowed: bool) -> None:
    """Whether CUDA may round the inputs of fp32 products to TF32.

    By default torch allows it in cuDNN's convolutions, under what is called fp32.
    """
    torch.backends.cuda.matmul.allow_tf32 = allowed
    torch.backends.cudnn.allow_tf32 = allowed


def tf32_allowed() -> bool:
    """Whether convolutions and matrix products on CUDA may be done in TF32."""
    return bool(torch.backends.cuda.matmul.allow_tf32 and torch.backends.cudnn.allow_tf32)


@contextmanager
def exact_fp32() -> Iterator[None]:
    """Keep TF32 out inside, and allow afterwards what was allowed before."""
    before = torch.backends.cuda.matmul.allow_tf32, torch.backends.cudnn.allow_tf32
    allow_tf32(allowed=False)
    try:
        yield
    finally:
        torch.backends.cuda.matmul.allow_tf32, torch.backends.cudnn.allow_tf32 = before
