"""What a model's weights weigh: parameters and buffers, tied ones once.

Knows modules; nothing of forward passes.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import torch
from torch import nn
from torch.nn.parameter import is_lazy

NamedModules: TypeAlias = Sequence[tuple[str, nn.Module]]
"""All modules of a model with their paths, each once: `tuple(model.named_modules())`."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Weights:
    """What a model consists of before it is run."""

    params: Mapping[str, int]
    """Parameter elements by the path of the module that owns them; shared ones at the first."""
    buffers: int
    """Elements of all buffers."""
    saved_bytes: int
    """Bytes of parameters and of the buffers that are saved with them."""
    first: torch.Tensor | None
    """The first floating-point tensor, parameters before buffers."""


def weigh(modules: NamedModules) -> Weights:
    """Count parameters and buffers in one walk.

    Parameters that lazy modules have yet to shape weigh nothing; weigh a model again after its
    first pass.
    """
    parameters: dict[int, torch.Tensor] = {}
    buffers: dict[int, torch.Tensor] = {}
    saved: dict[int, torch.Tensor] = {}
    params: dict[str, int] = {}
    for path, module in modules:
        own = {id(tensor): tensor for tensor in module.parameters(recurse=False)}
        params[path] = _elements(own.keys() - parameters.keys(), own)
        parameters |= own
        # The public way to tell saved buffers, state_dict(), takes a tenth of the whole count.
        unsaved = module._non_persistent_buffers_set  # noqa: SLF001
        for name, tensor in module.named_buffers(recurse=False):
            buffers[id(tensor)] = tensor
            if name not in unsaved:
                saved[id(tensor)] = tensor
    return Weights(
        params=params,
        buffers=_elements(buffers, buffers),
        saved_bytes=sum(
            tensor.numel() * tensor.element_size()
            for tensor in (parameters | saved).values()
            if not is_lazy(tensor)
        ),
        first=next(
            (one for one in (parameters | buffers).values() if one.is_floating_point()), None
        ),
    )


def _elements(keys: Iterable[int], tensors: Mapping[int, torch.Tensor]) -> int:
    return sum(tensors[key].numel() for key in keys if not is_lazy(tensors[key]))
