"""What a model's weights weigh: parameters and buffers, tied ones once.

Knows modules; nothing of forward passes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import torch
from torch import nn

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

    Parameters that lazy modules have yet to shape have neither size nor bytes; weigh a model again
    after its first pass.
    """
    parameters: dict[int, torch.Tensor] = {}
    buffers: dict[int, torch.Tensor] = {}
    params: dict[str, int] = {}
    unsaved: set[int] = set()
    for path, module in modules:
        own = [
            tensor for tensor in module.parameters(recurse=False) if id(tensor) not in parameters
        ]
        parameters.update((id(tensor), tensor) for tensor in own)
        params[path] = sum(_elements(tensor) for tensor in own)
        # The public way to tell saved buffers, state_dict(), takes a tenth of the whole count.
        left_out = module._non_persistent_buffers_set  # noqa: SLF001
        for name, tensor in module.named_buffers(recurse=False):
            if id(tensor) not in buffers and name in left_out:
                unsaved.add(id(tensor))
            buffers.setdefault(id(tensor), tensor)
    everything = parameters | buffers
    return Weights(
        params=params,
        buffers=sum(_elements(tensor) for tensor in buffers.values()),
        saved_bytes=sum(
            _elements(tensor) * tensor.element_size()
            for key, tensor in everything.items()
            if key not in unsaved
        ),
        first=next((one for one in everything.values() if one.is_floating_point()), None),
    )


def _elements(tensor: torch.Tensor) -> int:
    return 0 if nn.parameter.is_lazy(tensor) else tensor.numel()
