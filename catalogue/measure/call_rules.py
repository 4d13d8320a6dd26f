"""How many multiply-accumulates a call of one of torch's Python functions asks for.

The second opinion on `operators.py`: other functions, seen earlier, by other formulas.
"""

from collections.abc import Callable, Mapping, Sequence
from math import isqrt, prod
from typing import Any, TypeAlias

import torch
from torch import Tensor
from torch.nn import functional

Call: TypeAlias = Callable[..., Any]
"""A function or method of torch as Python code calls it."""

Keywords: TypeAlias = Mapping[str, Any]


CallRule: TypeAlias = Callable[[Sequence[Any], Keywords, Any], int]
"""From positional arguments, keyword arguments and result to a number."""


def taken(args: Sequence[Any], kwargs: Keywords, position: int, name: str) -> Any:  # noqa: ANN401
    """The argument, however it was passed; None where it was not."""
    return args[position] if len(args) > position else kwargs.get(name)


def _convolution(args: Sequence[Any], kwargs: Keywords, out: Tensor) -> int:
    """Each output adds up one filter: (input channels / groups) x kernel."""
    weight = taken(args, kwargs, 1, "weight")
    return out.numel() * int(prod(weight.shape[1:]))


def _transposed_convolution(args: Sequence[Any], kwargs: Keywords, _: Tensor) -> int:
    """Each input is spread over (output channels / groups) x kernel."""
    image, weight = taken(args, kwargs, 0, "input"), taken(args, kwargs, 1, "weight")
    return int(image.numel() * prod(weight.shape[1:]))


def _linear(args: Sequence[Any], kwargs: Keywords, out: Tensor) -> int:
    """Each output adds up one row of the weight (out, in)."""
    return out.numel() * int(taken(args, kwargs, 1, "weight").shape[-1])


def _bilinear(args: Sequence[Any], kwargs: Keywords, out: Tensor) -> int:
    """Each output is one form x' W y; W (out, in1, in2) is applied to x, then to y."""
    weight = taken(args, kwargs, 2, "weight")
    return out.numel() * int(prod(weight.shape[1:]))


def _product(args: Sequence[Any], _: Keywords, out: Tensor) -> int:
    """Each output adds up one row of the first operand."""
    return out.numel() * int(args[0].shape[-1])


def _product_from_right(args: Sequence[Any], _: Keywords, out: Tensor) -> int:
    """`b.__rmatmul__(a)` is a @ b."""
    return out.numel() * int(args[1].shape[-1])


def _tensordot(args: Sequence[Any], _: Keywords, out: Tensor) -> int:
    """What both operands share is summed, so it is there twice and in the output not at all."""
    shared = isqrt(args[0].numel() * args[1].numel() // max(1, out.numel()))
    return out.numel() * shared


def _added_product(args: Sequence[Any], kwargs: Keywords, out: Tensor) -> int:
    """(added, a, b): each output adds up one row of `a`; the names differ between functions."""
    rows = args[1] if len(args) > 1 else kwargs.get("mat1", kwargs.get("batch1"))
    return out.numel() * int(rows.shape[-1]) if rows is not None else 0


def _summed_product(args: Sequence[Any], kwargs: Keywords, out: Tensor) -> int:
    """(added, a, b): as above, for every matrix of the batch."""
    return _added_product(args, kwargs, out) * int(args[1].shape[0])


def _einsum(args: Sequence[Any], _: Keywords, __: object) -> int:
    """Pair after pair from the left, over all letters of a pair; letters not needed later go."""
    terms, result = _spelt(args[0], args[1] if isinstance(args[1], list | tuple) else args[1:])
    total = 0
    (left, sizes), *others = terms
    for position, (right, more_sizes) in enumerate(others, start=1):
        later = result.union(*(names for names, _ in others[position:]))
        widest = dict(sizes)
        for letter, size in more_sizes.items():
            widest[letter] = max(size, widest.get(letter, 1))
        total += _pair(left, right, later, widest)
        left = (left | right) & later
        sizes = widest
    return total


def _spelt(
    equation: str, operands: Sequence[Tensor]
) -> tuple[list[tuple[set[str], dict[str, int]]], set[str]]:
    """Letters of every operand with their sizes, and letters of the result."""
    left, arrow, result = equation.replace(" ", "").partition("->")
    if not arrow:
        result = "..." + "".join(letter for letter in left if left.count(letter) == 1)
    spelt = [_letters(*pair) for pair in zip(left.split(","), operands, strict=True)]
    sizes = [
        dict(zip(names, operand.shape, strict=True))
        for names, operand in zip(spelt, operands, strict=True)
    ]
    unnamed = {letter for names in spelt for letter in names if letter.isdigit()}
    wanted = set(result.replace("...", "")) | (unnamed if "..." in result else set())
    return [(set(names), size) for names, size in zip(spelt, sizes, strict=True)], wanted


def _letters(term: str, operand: Tensor) -> str:
    """Spell an ellipsis out in digits, counted from the right so that they broadcast."""
    unnamed = operand.dim() - len(term.replace("...", ""))
    return term.replace("...", "".join(str(n) for n in range(unnamed - 1, -1, -1)))


def _pair(left: set[str], right: set[str], later: set[str], sizes: Mapping[str, int]) -> int:
    """Work of one product.

    A letter that one operand has alone and nobody needs later is summed beforehand. A pair that
    sums over nothing is an elementwise product, which is free.
    """
    alone = (left ^ right) - later
    summed = (left & right) - later
    if not any(sizes.get(letter, 1) > 1 for letter in summed):
        return 0
    return prod(sizes.get(letter, 1) for letter in (left | right) - alone)


def _attention(args: Sequence[Any], kwargs: Keywords, out: Tensor) -> int:
    """Each output adds up S values, after S weights per query that each add up E products."""
    query, key = taken(args, kwargs, 0, "query"), taken(args, kwargs, 1, "key")
    weights = int(prod(query.shape[:-1]) * key.shape[-2])
    return out.numel() * int(key.shape[-2]) + weights * int(query.shape[-1])


def _multi_head_attention(args: Sequence[Any], kwargs: Keywords, _: object) -> int:
    """Projections of query, key, value and output, with attention between.

    Arguments (query (L, N, E), key (S, N, K), value (S, N, V), E, heads, in_proj_weight,
    in_proj_bias, bias_k, bias_v, add_zero_attn, ...).
    """
    query, key, value = args[:3]
    width = int(query.shape[-1])
    queries = query.numel() // width
    batch = queries // int(query.shape[0])
    keys = int(key.shape[0])
    more = (taken(args, kwargs, 7, "bias_k") is not None) + bool(
        taken(args, kwargs, 9, "add_zero_attn")
    )
    projections = 2 * queries * width + batch * keys * int(key.shape[-1] + value.shape[-1])
    return int(width * projections + 2 * queries * (keys + more) * width)


def _recurrence(args: Sequence[Any], _: Keywords, __: object) -> int:
    """Every matrix of weights is used once per step and item.

    Arguments (input, state, weights, ...), or (packed input, batch sizes, state, weights, ...).
    """
    steps = args[0].numel() // args[0].shape[-1]
    weights = next(argument for argument in args if _is_weights(argument))
    return int(steps * sum(weight.numel() for weight in weights if weight.dim() > 1))


def _is_weights(argument: object) -> bool:
    """States are as many as (h, c) at most and three-dimensional; weights begin with a matrix."""
    return isinstance(argument, list | tuple) and argument[0].dim() == len(("out", "in"))


def _recurrent_cell(args: Sequence[Any], _: Keywords, __: object) -> int:
    """Arguments (input (N, I), state, input weight, hidden weight, ...)."""
    batch = args[0].numel() // args[0].shape[-1]
    return int(batch) * int(args[2].numel() + args[3].numel())


CALL_RULES: Mapping[Call, CallRule] = {
    functional.bilinear: _bilinear,
    functional.conv1d: _convolution,
    functional.conv2d: _convolution,
    functional.conv3d: _convolution,
    functional.conv_transpose1d: _transposed_convolution,
    functional.conv_transpose2d: _transposed_convolution,
    functional.conv_transpose3d: _transposed_convolution,
    functional.linear: _linear,
    functional.multi_head_attention_forward: _multi_head_attention,
    functional.scaled_dot_product_attention: _attention,
    torch.addbmm: _summed_product,
    torch.addmm: _added_product,
    torch.addmv: _added_product,
    torch.baddbmm: _added_product,
    torch.bmm: _product,
    torch.dot: _product,
    torch.einsum: _einsum,
    torch.gru: _recurrence,
    torch.gru_cell: _recurrent_cell,
    torch.inner: _product,
    torch.linalg.matmul: _product,
    torch.lstm: _recurrence,
    torch.lstm_cell: _recurrent_cell,
    torch.matmul: _product,
    torch.mm: _product,
    torch.mv: _product,
    torch.tensordot: _tensordot,
    torch.rnn_relu: _recurrence,
    torch.rnn_relu_cell: _recurrent_cell,
    torch.rnn_tanh: _recurrence,
    torch.rnn_tanh_cell: _recurrent_cell,
    Tensor.__matmul__: _product,
    Tensor.__rmatmul__: _product_from_right,
    Tensor.addbmm: _summed_product,
    Tensor.addmm: _added_product,
    Tensor.addmv: _added_product,
    Tensor.baddbmm: _added_product,
    Tensor.bmm: _product,
    Tensor.dot: _product,
    Tensor.inner: _product,
    Tensor.matmul: _product,
    Tensor.mm: _product,
    Tensor.mv: _product,
}
"""Multiply-accumulates by function."""

OPAQUE: frozenset[Call] = frozenset({torch.chain_matmul, torch.linalg.multi_dot})
"""Functions that choose an order of products themselves; what they cost cannot be told here."""
