"""Random weights that all have a say: what a fresh model multiplies by nothing is woken.

Fresh models often begin as if some of their branches were not there: the last norm of a ResNet's
branch is zero (https://arxiv.org/abs/1706.02677), layer scales are 1e-6 to 1e-4 (CaiT,
https://arxiv.org/abs/2103.17239), so is ReZero's factor (https://arxiv.org/abs/2003.04887), and
some heads are zeros. RepVGG of timm begins with batch norms of 0.1, so that nothing of the image
is left behind twenty of them. Whatever a backend computes in such places, the answer stays the
same, so that comparing answers would find nothing wrong.

Knows parameters by their names and shapes; nothing of libraries or backends.
"""

from math import sqrt

import torch
from torch import Tensor, nn
from torch.nn.modules.batchnorm import _BatchNorm
from torch.nn.parameter import is_lazy

_ASLEEP_UP_TO = 1e-2
"""A parameter none of whose values is larger says next to nothing. Random matrices have larger
ones: even of 1e6 inputs, one value in a thousand is beyond three thousandths; constants up to 1e-2
are the layer scales of shallow nets."""
_GAINS = (0.2, 0.5)
"""As in trained nets. Of larger ones the activations of 50 blocks in a row leave fp16's range, as
each block adds its gain's square to the variance: 1.13 ** 50 is 450, but 2 ** 50 is 1e15."""
_FAINT_UP_TO = 0.2
"""Batch norms whose gains' root mean square is smaller fade what passes through them."""
_NORMS = (0.4, 0.8)
"""The gains of those instead: the sums of three that RepVGG's blocks are neither fade nor grow."""
_ADDED = ("bias", "beta")
"""How names of what is added end: zeros there hide nothing."""
_PLACES = ("token", "embed", "pos")
"""Part of the names of tokens and position embeddings, whatever their shape."""
_PLACES_STD = 0.02
"""As vision transformers draw them: https://arxiv.org/abs/2010.11929, section D."""


def awaken(model: nn.Module, *, seed: int) -> tuple[str, ...]:
    """Draw anew, in place, each parameter that is zero or nearly so; shapes and types stay.

    Gains and layer scales are drawn uniformly from 0.2 to 0.5, faint batch norms from 0.4 to 0.8,
    matrices and convolutions normally with the variance 1 / inputs, tokens and position embeddings
    normally with 0.02. Biases stay.

    Args:
        model: Changed.
        seed: The same values for the same model and seed, whatever else has drawn.

    Returns:
        The names of what was drawn.
    """
    drawn = torch.Generator().manual_seed(seed)
    norms = {id(one.weight) for one in model.modules() if isinstance(one, _BatchNorm)}
    names = []
    for name, one in model.named_parameters():
        if not _is_drawable(name, one):
            continue
        if _is_asleep(one.detach()):
            one.detach().copy_(_values(name, one, drawn))
        elif id(one) in norms and _is_faint(one.detach()):
            one.detach().copy_(_uniform(one, _NORMS, drawn))
        else:
            continue
        names.append(name)
    return tuple(names)


def _is_drawable(name: str, one: nn.Parameter) -> bool:
    known = not is_lazy(one) and one.is_floating_point() and one.numel() > 0
    return known and not name.endswith(_ADDED)


def _is_asleep(one: Tensor) -> bool:
    least, most = torch.aminmax(one)  # one pass, no copy: the process' memory is measured
    return least.item() >= -_ASLEEP_UP_TO and most.item() <= _ASLEEP_UP_TO


def _is_faint(gains: Tensor) -> bool:
    return gains.square().mean().sqrt().item() < _FAINT_UP_TO


def _values(name: str, one: Tensor, drawn: torch.Generator) -> Tensor:
    if any(part in name.rpartition(".")[2] for part in _PLACES):
        return torch.randn(one.shape, generator=drawn) * _PLACES_STD
    if one.numel() == max(one.shape, default=1):  # one factor for all, or one for each channel
        return _uniform(one, _GAINS, drawn)
    return torch.randn(one.shape, generator=drawn) / sqrt(one.numel() / len(one))


def _uniform(one: Tensor, ends: tuple[float, float], drawn: torch.Generator) -> Tensor:
    return ends[0] + (ends[1] - ends[0]) * torch.rand(one.shape, generator=drawn)
