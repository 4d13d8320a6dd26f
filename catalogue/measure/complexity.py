"""Measures a model's complexity: what one forward pass of one image costs, and what weights weigh.

One pass, watched twice: by operators, which is what is recorded, and by calls, which checks it.
"""

import inspect
from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import nn
from torch.nn.attention import SDPBackend, sdpa_kernel

from catalogue.errors import CatalogueError
from catalogue.measure.call_counter import CHECKER, CallCounter
from catalogue.measure.live import LiveBytes
from catalogue.measure.operator_counter import OperatorCounter
from catalogue.measure.parts import Parts, rows
from catalogue.meta import collection_paused
from catalogue.record import Complexity


def measure_complexity(model: nn.Module, input_size: tuple[int, int, int]) -> Complexity:
    """Count a model's parameters, multiply-accumulates, activations and memory.

    Args:
        model: On the meta device (fast, no weights needed) or with real weights; it is put into
            evaluation mode, without gradients.
        input_size: (C, H, W) of the one image, in the model's own floating-point type.

    Returns:
        The counts. `fvcore_flops` follows fvcore's rules with what fvcore 0.1.5 cannot see
        counted: attention as torch's function, recurrence, and convolution with padding by name.

    Raises:
        CatalogueError: the model needs other inputs than one image, or depends on the values of
            tensors while it is on meta, or fails on this size, or has an operator without a rule.
    """
    model.eval().requires_grad_(requires_grad=False)
    image = _image(model, input_size)
    _expect_one_input(model, image)
    parts, live = Parts(model), LiveBytes()
    operators, calls = OperatorCounter(parts, live), CallCounter(live)
    live.born(image)
    with _explained(model, input_size), _settled(), parts.followed(), operators, calls:
        model(image)
    macs = sum(operators.part_macs)
    return Complexity(
        params=sum(parameter.numel() for parameter in model.parameters()),
        buffers=sum(buffer.numel() for buffer in model.buffers()),
        weights_bytes=_weights_bytes(model),
        macs=macs,
        macs_checked=None if _holds_compiled_code(model) else calls.macs,
        checker=CHECKER,
        fvcore_flops=None if _holds_compiled_code(model) else macs + calls.fvcore_extras,
        activations=operators.activations,
        by_operator=operators.by_operator,
        by_module=tuple(rows(parts.all, parts.params(model), operators.part_macs)),
        uncounted=operators.uncounted,
        peak_activation_bytes=live.peak,
    )


def _image(model: nn.Module, input_size: tuple[int, int, int]) -> torch.Tensor:
    """One image without content, where the model is and in its first floating-point type."""
    for tensor in (*model.parameters(), *model.buffers()):
        if tensor.is_floating_point():
            return torch.zeros((1, *input_size), dtype=tensor.dtype, device=tensor.device)
    return torch.zeros((1, *input_size), device="meta")


def _expect_one_input(model: nn.Module, image: torch.Tensor) -> None:
    """Refuse a model whose forward cannot be called with one image.

    Raises:
        CatalogueError: it needs more inputs, or takes none.
    """
    try:
        inspect.signature(model.forward).bind(image)
    except TypeError as fault:
        message = (
            f"forward of {type(model).__name__} does not take one image ({fault}); "
            "expected a model that takes one tensor (N, C, H, W) and needs nothing else"
        )
        raise CatalogueError(message) from fault


@contextmanager
def _settled() -> Iterator[None]:
    """Run as every machine would: attention in its plain form, without garbage collection."""
    with torch.no_grad(), sdpa_kernel(SDPBackend.MATH), collection_paused():
        yield


@contextmanager
def _explained(model: nn.Module, input_size: tuple[int, int, int]) -> Iterator[None]:
    """Turn what a model raises in its forward pass into one line.

    Raises:
        CatalogueError: the forward pass failed.
    """
    try:
        yield
    except (RuntimeError, ValueError, TypeError, AssertionError, IndexError) as fault:
        said = str(fault).strip().partition("\n")[0] or "no reason given"
        message = (
            f"forward of {type(model).__name__} fails on an image of {input_size}: "
            f"{type(fault).__name__}: {said}; expected a size that the model takes"
        )
        raise CatalogueError(message) from fault


def _weights_bytes(model: nn.Module) -> int:
    """Bytes of parameters and of those buffers that are saved with them, tied ones once."""
    saved = model.state_dict(keep_vars=True)
    tensors: list[torch.Tensor] = list(model.parameters())
    tensors += [buffer for name, buffer in model.named_buffers() if name in saved]
    return sum(tensor.numel() * tensor.element_size() for tensor in tensors)


def _holds_compiled_code(model: nn.Module) -> bool:
    """Whether parts of the model run outside Python, where calls cannot be counted."""
    return any(isinstance(module, torch.jit.ScriptModule) for module in model.modules())
