"""Results of the commonest ATen operators on meta tensors, made at once from shapes.

torch computes most of them in Python, in 0.1 to 1 millisecond each; here it takes microseconds.
Every answer gives up, by returning None, unless the case is the plain one; torch then answers, or
complains.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

import torch

Answer: TypeAlias = Callable[[Sequence[Any]], Any]
"""From positional arguments to the operator's result, or None to leave it to torch."""


SHAPELESS = frozenset({"alpha", "approximate"})
"""Keyword arguments that no answer depends on."""


def _like(tensor: torch.Tensor) -> torch.Tensor | None:
    """A new tensor laid out as the result of an elementwise operator: gapless, in its order."""
    if tensor.is_contiguous():
        return torch.empty(tensor.shape, dtype=tensor.dtype, device="meta")
    shape, old = tensor.shape, tensor.stride()
    if 0 in old or 0 in shape:
        return None
    strides, step = [0] * len(shape), 1
    for dim in sorted(range(len(shape)), key=lambda dim: (old[dim], -dim)):
        strides[dim] = step
        step *= shape[dim]
    return torch.empty_strided(shape, strides, dtype=tensor.dtype, device="meta")


def _one_operand(args: Sequence[Any]) -> torch.Tensor | None:
    return _like(args[0]) if args[0].is_floating_point() else None


def _one_in_place(args: Sequence[Any]) -> torch.Tensor:
    changed: torch.Tensor = args[0]
    return changed


def _two_operands(args: Sequence[Any]) -> torch.Tensor | None:
    first, second = args
    if _keeps_the_first(first, second):
        return _like(first)
    if isinstance(second, torch.Tensor) and _keeps_the_first(second, first):
        return _like(second)
    return None


def _two_in_place(args: Sequence[Any]) -> torch.Tensor | None:
    return _one_in_place(args) if _keeps_the_first(args[0], args[1]) else None


def _keeps_the_first(first: torch.Tensor, second: torch.Tensor | float) -> bool:
    """Whether shape and dtype of an elementwise result are those of the first operand."""
    if not first.is_floating_point():
        return False
    if isinstance(second, int | float):
        return True
    if not isinstance(second, torch.Tensor) or second.dtype != first.dtype:
        return False
    if not (first.is_meta and second.is_meta):
        return False
    return first.shape == second.shape or _broadcasts_into(second.shape, first.shape)


def _broadcasts_into(small: torch.Size, large: torch.Size) -> bool:
    """Whether broadcasting the two gives `large`."""
    missing = len(large) - len(small)
    if missing < 0:
        return False
    return all(n in (1, wide) for n, wide in zip(small, large[missing:], strict=True))


def _softmax(args: Sequence[Any]) -> torch.Tensor | None:
    """Arguments (input, dim, dtype or half_to_float)."""
    return None if any(args[2:]) or not args[0].is_contiguous() else _one_operand(args)


def _addmm(args: Sequence[Any]) -> torch.Tensor | None:
    added, rows, columns = args
    if rows.shape[1] != columns.shape[0] or rows.dtype != columns.dtype != added.dtype:
        return None
    shape = torch.Size((rows.shape[0], columns.shape[1]))
    if added.shape != shape and not _broadcasts_into(added.shape, shape):
        return None
    return torch.empty(shape, dtype=rows.dtype, device="meta")


def _batch_norm(args: Sequence[Any]) -> tuple[torch.Tensor, ...] | None:
    """Arguments (input, weight, bias, mean, variance, training, momentum, eps)."""
    image, training = args[0], args[5]
    channels = image.shape[1:2]
    if any(given is not None and given.shape != channels for given in args[1:5]):
        return None
    if any(given is not None and given.dtype != image.dtype for given in args[1:3]):
        return None
    normed = _like(image)
    if normed is None or (args[3] is None and not training):
        return None
    moments = torch.empty(channels if training else (0,), dtype=image.dtype, device="meta")
    return normed, moments, moments


def _layer_norm(args: Sequence[Any]) -> tuple[torch.Tensor, ...] | None:
    """Arguments (input, normalised shape, weight, bias, eps)."""
    image, normalised, weight = args[:3]
    kept = image.dim() - len(normalised)
    if list(image.shape[kept:]) != list(normalised):
        return None
    if weight is not None and (weight.shape != image.shape[kept:] or weight.dtype != image.dtype):
        return None
    moments = torch.empty(image.shape[:kept] + (1,) * len(normalised), device="meta")
    return torch.empty(image.shape, dtype=image.dtype, device="meta"), moments, moments


def _group_norm(args: Sequence[Any]) -> tuple[torch.Tensor, ...] | None:
    """Arguments (input, weight, bias, N, C, places, groups, eps)."""
    image, weight, batch, channels, groups = args[0], args[1], args[3], args[4], args[6]
    if not image.is_contiguous() or channels % groups:
        return None
    if weight is not None and (weight.numel() != channels or weight.dtype != image.dtype):
        return None
    moments = torch.empty((batch, groups), device="meta")
    return torch.empty(image.shape, dtype=image.dtype, device="meta"), moments, moments


def _mean(args: Sequence[Any]) -> torch.Tensor | None:
    """Arguments (input, dims, keepdim)."""
    return _reduced(args[0], args[1], keep=any(args[2:]))


def _vector_norm(args: Sequence[Any]) -> torch.Tensor | None:
    """Arguments (input, order, dims, keepdim)."""
    return _reduced(args[0], (*args[2:3], None)[0], keep=any(args[3:]))


def _reduced(image: torch.Tensor, dims: Sequence[int] | None, *, keep: bool) -> torch.Tensor | None:
    if not dims or not image.is_floating_point():
        return None
    gone = {dim % image.dim() for dim in dims}
    shape = [
        1 if dim in gone else n for dim, n in enumerate(image.shape) if keep or dim not in gone
    ]
    return torch.empty(shape, dtype=image.dtype, device="meta")


ANSWERS: Mapping[str, Answer] = {
    "aten._safe_softmax.default": _softmax,
    "aten._softmax.default": _softmax,
    "aten.add.Tensor": _two_operands,
    "aten.add_.Tensor": _two_in_place,
    "aten.addmm.default": _addmm,
    "aten.clamp.default": _one_operand,
    "aten.clamp_min.default": _one_operand,
    "aten.div.Tensor": _two_operands,
    "aten.gelu.default": _one_operand,
    "aten.hardsigmoid.default": _one_operand,
    "aten.hardswish.default": _one_operand,
    "aten.hardswish_.default": _one_in_place,
    "aten.hardtanh.default": _one_operand,
    "aten.hardtanh_.default": _one_in_place,
    "aten.exp.default": _one_operand,
    "aten.leaky_relu.default": _one_operand,
    "aten.linalg_vector_norm.default": _vector_norm,
    "aten.pow.Tensor_Scalar": _one_operand,
    "aten.sigmoid_.default": _one_in_place,
    "aten.tanh_.default": _one_in_place,
    "aten.mean.dim": _mean,
    "aten.mul.Scalar": _one_operand,
    "aten.mul.Tensor": _two_operands,
    "aten.mul_.Tensor": _two_in_place,
    "aten.native_batch_norm.default": _batch_norm,
    "aten.native_group_norm.default": _group_norm,
    "aten.native_layer_norm.default": _layer_norm,
    "aten.neg.default": _one_operand,
    "aten.relu.default": _one_operand,
    "aten.relu_.default": _one_in_place,
    "aten.rsqrt.default": _one_operand,
    "aten.sigmoid.default": _one_operand,
    "aten.silu.default": _one_operand,
    "aten.silu_.default": _one_in_place,
    "aten.sqrt.default": _one_operand,
    "aten.sub.Tensor": _two_operands,
    "aten.tanh.default": _one_operand,
}
"""By the operator's full name, overload included, as torch prints it."""
