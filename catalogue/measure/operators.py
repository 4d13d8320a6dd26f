"""How many multiply-accumulates an ATen operator does: one rule per operator, from shapes alone.

Knows nothing of models or of how operators are observed.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import prod
from typing import Any, TypeAlias

import torch

Arguments: TypeAlias = Sequence[Any]
"""Positional arguments of an ATen operator, in the order of its schema."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Work:
    """What one call of an operator does."""

    macs: int
    outputs: int
    """Elements that its products leave behind: what the field calls activations."""


Rule: TypeAlias = Callable[[Arguments, Any], Work]
"""From arguments and result to work."""


def _convolution(args: Arguments, out: torch.Tensor) -> Work:
    """Every weight is used once per output position; per input position when transposed.

    Source: fvcore `conv_flop_count`; arguments (input, weight, bias, stride, padding, dilation,
    transposed, output_padding, groups). Grouping is in the shape of the weight already.
    """
    image, weight, transposed = args[0], args[1], args[6]
    places = (image if transposed else out).shape[2:]
    batch = image.shape[0] if image.dim() == weight.dim() else 1
    return Work(macs=batch * weight.numel() * prod(places), outputs=out.numel())


def _product(rows: torch.Tensor, columns: torch.Tensor) -> Work:
    """(..., M, K) by (..., K, N), batch dimensions alike."""
    outputs = prod(rows.shape[:-1]) * columns.shape[-1]
    return Work(macs=outputs * rows.shape[-1], outputs=outputs)


def _matrix_product(args: Arguments, _: torch.Tensor) -> Work:
    """Arguments (a, b) with matrices in their last two dimensions."""
    return _product(args[0], args[1])


def _added_product(args: Arguments, _: torch.Tensor) -> Work:
    """Arguments (added, a, b)."""
    return _product(args[1], args[2])


def _summed_product(args: Arguments, out: torch.Tensor) -> Work:
    """Arguments (added, a, b); the products of a batch are summed into one matrix."""
    return Work(macs=_product(args[1], args[2]).macs, outputs=out.numel())


def _vector_product(args: Arguments, out: torch.Tensor) -> Work:
    """Arguments (a, b), the second a vector."""
    return Work(macs=args[0].numel(), outputs=out.numel())


def _added_vector_product(args: Arguments, out: torch.Tensor) -> Work:
    """Arguments (added, a, b), the last a vector."""
    return Work(macs=args[1].numel(), outputs=out.numel())


def _linear(args: Arguments, out: torch.Tensor) -> Work:
    """Arguments (input, weight, bias), weight (out, in)."""
    return Work(macs=args[0].numel() * args[1].shape[0], outputs=out.numel())


def _bilinear(args: Arguments, out: torch.Tensor) -> Work:
    """The form x' W y: arguments (x (N, I), weight (O, I, J), y (N, J), ...)."""
    return Work(macs=args[0].shape[0] * args[1].numel(), outputs=out.numel())


def _attention(args: Arguments, _: object) -> Work:
    """Queries by keys, then weights by values, as if nothing were masked.

    Arguments (query, key, value): (N, heads, L, E), (N, heads, S, E), (N, heads, S, V). Keys and
    values may have fewer heads, which are then used several times.

    Source: torch.utils.flop_counter `sdpa_flop_count`.
    """
    query, key, value = args[:3]
    weights = prod(query.shape[:-1]) * key.shape[-2]
    outputs = prod(query.shape[:-1]) * value.shape[-1]
    return Work(
        macs=weights * (query.shape[-1] + value.shape[-1]),
        outputs=weights + outputs,
    )


def _recurrence(args: Arguments, _: object) -> Work:
    """One direction of one LSTM layer, as the CPU's fused operator.

    Arguments (input (T, N, I), input weight (4 H, I), hidden weight (4 H, H), ...). Every weight is
    used once per step and item; each step leaves both products behind.
    """
    steps = prod(args[0].shape[:2])
    return Work(
        macs=steps * (args[1].numel() + args[2].numel()),
        outputs=steps * (args[1].shape[0] + args[2].shape[0]),
    )


RULES: Mapping[str, Rule] = {
    "_convolution": _convolution,
    "_scaled_dot_product_cudnn_attention": _attention,
    "_scaled_dot_product_efficient_attention": _attention,
    "_scaled_dot_product_flash_attention": _attention,
    "_scaled_dot_product_flash_attention_for_cpu": _attention,
    "_scaled_dot_product_fused_attention_overrideable": _attention,
    "_trilinear": _bilinear,
    "addbmm": _summed_product,
    "addmm": _added_product,
    "addmv": _added_vector_product,
    "baddbmm": _added_product,
    "bmm": _matrix_product,
    "convolution": _convolution,
    "dot": _vector_product,
    "linear": _linear,
    "mkldnn_rnn_layer": _recurrence,
    "mm": _matrix_product,
    "mv": _vector_product,
}
"""Rules by the operator's name in ATen, overloads alike."""
