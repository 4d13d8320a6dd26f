"""Building models without weights: shapes and dtypes only, on torch's meta device.

Knows nothing of entries, builders or measurements.
"""

import gc
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import torch
from torch.overrides import TorchFunctionMode

_FILLS: frozenset[Callable[..., Any]] = frozenset(
    {
        torch.Tensor.add_,
        torch.Tensor.bernoulli_,
        torch.Tensor.clamp_,
        torch.Tensor.copy_,
        torch.Tensor.div_,
        torch.Tensor.erfinv_,
        torch.Tensor.exponential_,
        torch.Tensor.fill_,
        torch.Tensor.log_normal_,
        torch.Tensor.mul_,
        torch.Tensor.normal_,
        torch.Tensor.sub_,
        torch.Tensor.uniform_,
        torch.Tensor.zero_,
    }
)
"""What initialisation is made of. Each changes values alone, which meta tensors do not have."""


class _NoValues(TorchFunctionMode):
    """Leaves out the work that would only give values to meta tensors."""

    def __torch_function__(
        self,
        func: Callable[..., Any],
        types: object,
        args: tuple[Any, ...] = (),
        kwargs: dict[str, Any] | None = None,
    ) -> object:
        del types
        if func in _FILLS and args[0].is_meta:
            return args[0]
        named = kwargs or {}
        if func is torch.ones and named.get("out") is None:
            # 100 microseconds against 5: torch.ones on meta goes through Python
            return torch.empty(*args, **named)
        return func(*args, **named)


@contextmanager
def collection_paused() -> Iterator[None]:
    """Keep the cyclic garbage collector from running inside, and as it was afterwards.

    Building a model makes some ten thousand objects that all stay; looking through them again and
    again takes a third of the time.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


@contextmanager
def on_meta() -> Iterator[None]:
    """Build models inside on the meta device, without values and without initialising any.

    Tensors that are made with a device of their own (`device="cpu"`) stay there. Random number
    generators are left as they are.
    """
    with ExitStack() as stack:
        stack.enter_context(collection_paused())
        stack.enter_context(torch.device("meta"))
        stack.enter_context(_NoValues())
        yield
