"""What fvcore's `flop_count` adds to multiply-accumulates: norms, pooling, upsampling.

Rules by the function that Python code calls, for only there are these still told apart.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from catalogue.measure.call_rules import Call, CallRule, Keywords, taken


def _norm(weight_position: int) -> CallRule:
    """5 per element with weights, 4 without: fvcore `norm_flop_counter`."""

    def flops(args: Sequence[Any], kwargs: Keywords, _: object) -> int:
        image = taken(args, kwargs, 0, "input")
        affine = taken(args, kwargs, weight_position, "weight") is not None
        return int(image.numel()) * (5 if affine else 4)

    return flops


def _batch_norm(weight_position: int) -> CallRule:
    """2 per element with weights, 1 without; in training as other norms: `batchnorm_flop_jit`."""

    def flops(args: Sequence[Any], kwargs: Keywords, out: object) -> int:
        if taken(args, kwargs, 5, "training"):
            return _norm(weight_position)(args, kwargs, out)
        affine = taken(args, kwargs, weight_position, "weight") is not None
        return int(args[0].numel()) * (2 if affine else 1)

    return flops


def _adaptive_pool(args: Sequence[Any], kwargs: Keywords, _: object) -> int:
    """1 per element of the input."""
    return int(taken(args, kwargs, 0, "input").numel())


def _interpolation(args: Sequence[Any], kwargs: Keywords, out: Tensor) -> int:
    """1 per element of a nearest, 4 of a bilinear output; fvcore knows no other kind."""
    mode = taken(args, kwargs, 3, "mode") or "nearest"
    antialiased = taken(args, kwargs, 6, "antialias")
    if antialiased or out.dim() != len("NCHW"):
        return 0
    return out.numel() * {"nearest": 1, "bilinear": 4}.get(mode, 0)


def _grid_sample(_: Sequence[Any], __: Keywords, out: Tensor) -> int:
    """4 per element of the output, as if always bilinear."""
    return 4 * out.numel()


FVCORE_RULES: Mapping[Call, CallRule] = {
    functional.adaptive_avg_pool2d: _adaptive_pool,
    functional.batch_norm: _batch_norm(3),
    functional.grid_sample: _grid_sample,
    functional.group_norm: _norm(2),
    functional.instance_norm: _norm(3),
    functional.interpolate: _interpolation,
    functional.layer_norm: _norm(2),
    torch.batch_norm: _batch_norm(1),
    torch.group_norm: _norm(2),
    torch.instance_norm: _norm(1),
    torch.layer_norm: _norm(2),
}
"""What fvcore's `flop_count` adds to multiply-accumulates, by function.

Source: fvcore 0.1.5.post20221221, `fvcore/nn/flop_count.py` and `jit_handles.py`.
"""
