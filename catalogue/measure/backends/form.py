"""A model and its input in the dtype, in the layout and on the device that are asked for.

The model given stays as it is, in fp32: the answers of the converted one are compared with its.
"""

import copy
from collections.abc import Callable

import torch
from torch import Tensor, nn

from catalogue.measure.backends.kept import Kept, Once
from catalogue.measure.backends.prepared import Settings, numbers, scores
from catalogue.measure.precision import autocast

_IMAGE_DIMENSIONS = 4
"""Of tensors that have a memory format: (N, C, H, W)."""
_CONVERTED: Kept[nn.Module] = Kept()


def converted(model: nn.Module, settings: Settings) -> Once[nn.Module]:
    """The model as settings want it; the same object where nothing has to change."""
    form = settings.device_type, settings.dtype, settings.memory_format
    here = next((part.device.type for part in model.parameters()), settings.device_type)
    if form == (here, torch.float32, "contiguous"):
        return Once(made=model, earlier_s=0.0)
    return _CONVERTED.of(model, form, lambda: copied(model, settings))


def copied(model: nn.Module, settings: Settings) -> nn.Module:
    """A copy of the model as settings want it."""
    made = copy.deepcopy(model).to(device=settings.device_type, dtype=settings.dtype)
    for part in (*made.parameters(), *made.buffers()):
        if part.dim() == _IMAGE_DIMENSIONS:
            part.data = part.data.to(memory_format=_layout(settings))
    return made


def placer(settings: Settings) -> Callable[[Tensor], Tensor]:
    """Brings inputs to where and how settings want them."""

    def place(images: Tensor) -> Tensor:
        return images.to(settings.device_type, settings.dtype, memory_format=_layout(settings))

    return place


def passes(model: Callable[..., object], settings: Settings) -> Callable[[Tensor], Tensor]:
    """One pass of a model that torch itself runs, under autocast where that is asked for."""
    whole = outputs(model, settings)

    def run(images: Tensor) -> Tensor:
        return scores(whole(images))

    return run


def whole_passes(
    model: Callable[..., object], settings: Settings
) -> Callable[[Tensor], tuple[Tensor, ...]]:
    """The same, answering with all of `numbers`."""
    whole = outputs(model, settings)
    return lambda images: numbers(whole(images))


def outputs(model: Callable[..., object], settings: Settings) -> Callable[[Tensor], object]:
    """The same, answering with whatever the model does."""

    def run(images: Tensor) -> object:
        with autocast(settings.precision, settings.device_type):
            return model(images)

    return run


def _layout(settings: Settings) -> torch.memory_format:
    if settings.memory_format == "channels_last":
        return torch.channels_last
    return torch.contiguous_format
