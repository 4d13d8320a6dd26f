"""Measures a model's complexity: what one forward pass of one image costs, and what weights weigh.

One pass, watched twice: by operators, which is what is recorded, and by calls, which checks it.
"""

import inspect
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from textwrap import shorten
from warnings import catch_warnings, simplefilter

import torch
from torch import nn
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.nn.parameter import is_lazy

from catalogue.errors import CatalogueError
from catalogue.measure.call_counter import CHECKER, CallCounter
from catalogue.measure.live import LiveBytes
from catalogue.measure.operator_counter import OperatorCounter
from catalogue.measure.parts import Parts, rows
from catalogue.measure.weights import NamedModules, weigh
from catalogue.meta import collection_paused
from catalogue.record import Complexity

_MODELS_FAULTS = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    RuntimeError,
    TypeError,
    ValueError,
)
"""What a model raises when it cannot take an image; a reason it gives in its own words."""


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
    modules = tuple(model.eval().named_modules())
    _freeze(modules)
    image = _image(weigh(modules).first, input_size)
    _expect_one_input(model, image)
    parts, live = Parts(modules), LiveBytes()
    operators, calls = OperatorCounter(parts, live), CallCounter(live)
    live.born(image)
    with _explained(model, input_size), _settled(), parts.followed(), operators, calls:
        model(image)
    return _summary(modules, parts, operators, calls=calls, peak=live.peak)


def _summary(
    modules: NamedModules,
    parts: Parts,
    operators: OperatorCounter,
    *,
    calls: CallCounter,
    peak: int,
) -> Complexity:
    """Put together what was seen; what compiled code does, calls cannot tell."""
    weights = weigh(modules)
    params = parts.share(weights.params)
    macs = sum(operators.part_macs)
    compiled = any(isinstance(module, torch.jit.ScriptModule) for _, module in modules)
    return Complexity(
        params=sum(params),
        buffers=weights.buffers,
        weights_bytes=weights.saved_bytes,
        macs=macs,
        macs_checked=None if compiled or calls.opaque else calls.macs,
        checker=CHECKER,
        fvcore_flops=None if compiled else macs + calls.fvcore_extras,
        activations=operators.activations,
        by_operator=operators.by_operator,
        by_module=tuple(rows(parts.all, params, operators.part_macs)),
        uncounted=operators.uncounted,
        peak_activation_bytes=peak,
    )


def _freeze(modules: NamedModules) -> None:
    """Ask for no gradients: though never computed, they make torch choose other operators."""
    for _, module in modules:
        for parameter in module.parameters(recurse=False):
            if not is_lazy(parameter):
                parameter.requires_grad = False


def _image(like: torch.Tensor | None, input_size: tuple[int, int, int]) -> torch.Tensor:
    """One image without content, of the type and on the device of a model's own tensors."""
    if like is None:
        return torch.zeros((1, *input_size), device="meta")
    return torch.zeros((1, *input_size), dtype=like.dtype, device=like.device)


def _expect_one_input(model: nn.Module, image: torch.Tensor) -> None:
    """Refuse a model whose forward cannot be called with one image.

    Raises:
        CatalogueError: it needs more inputs, or takes none.
    """
    try:
        inspect.signature(model.forward).bind(image)
    except ValueError:
        return  # compiled code has no signature; the pass itself will tell
    except TypeError as fault:
        message = (
            f"forward of {type(model).__name__} does not take one image ({fault}); "
            "expected a model that takes one tensor (N, C, H, W) and needs nothing else"
        )
        raise CatalogueError(message) from fault


@contextmanager
def _settled() -> Iterator[None]:
    """Run as on every machine: attention in its plain form, no collections, no warnings.

    What a model warns of concerns those who use its output.
    """
    with torch.no_grad(), sdpa_kernel(SDPBackend.MATH), collection_paused(), catch_warnings():
        simplefilter("ignore")
        yield


def _statement(fault: Exception) -> str:
    """What raised, as it is written: the best reason where a bare assertion gives none."""
    last = traceback.extract_tb(fault.__traceback__)[-1]
    return f"'{last.line}'" if last.line else "no reason given"


@contextmanager
def _explained(model: nn.Module, input_size: tuple[int, int, int]) -> Iterator[None]:
    """Turn what a model raises in its forward pass into one line.

    Raises:
        CatalogueError: the forward pass failed.
    """
    try:
        yield
    except _MODELS_FAULTS as fault:
        said = shorten(str(fault), 200, placeholder=" ...").rstrip(".") or _statement(fault)
        needs_values = "meta" in said
        message = (
            f"forward of {type(model).__name__} fails on an image of {input_size}: "
            f"{type(fault).__name__}: {said}; "
            + ("build it on the CPU to count it" if needs_values else "try a size that it takes")
        )
        raise CatalogueError(message) from fault
