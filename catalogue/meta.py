"""Building models without weights: shapes and dtypes only, on torch's meta device.

Knows nothing of entries, builders or measurements.
"""

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import nn
from torch.overrides import TorchFunctionMode
from torch.utils._device import DeviceContext

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


_INITIALISERS: frozenset[Callable[..., Any]] = frozenset(
    {
        torch.nn.init.constant_,
        torch.nn.init.kaiming_uniform_,
        torch.nn.init.normal_,
        torch.nn.init.uniform_,
    }
)
"""Those of torch.nn.init that say so themselves; the others are made of `_FILLS`."""


class _WithoutValues(DeviceContext):
    """torch's own `with torch.device("meta")`, less the work that would only give values."""

    def __torch_function__(
        self,
        func: Callable[..., Any],
        types: object,
        args: tuple[Any, ...] = (),
        kwargs: dict[str, Any] | None = None,
    ) -> object:
        named = kwargs or {}
        if func in _FILLS and args[0].is_meta:
            return args[0]
        if func in _INITIALISERS and named["tensor"].is_meta:
            return named["tensor"]
        if func is torch.ones and named.get("device") is None and named.get("out") is None:
            # 100 microseconds against 5: on meta torch.ones goes through Python, empty does not
            func = torch.empty
        return super().__torch_function__(func, types, args, named)  # type: ignore[no-untyped-call]


class _WithoutInitialisers(TorchFunctionMode):
    """Leaves weights as memory happened to be; everything else is computed."""

    def __torch_function__(
        self,
        func: Callable[..., Any],
        types: object,
        args: tuple[Any, ...] = (),
        kwargs: dict[str, Any] | None = None,
    ) -> object:
        del types
        named = kwargs or {}
        return named["tensor"] if func in _INITIALISERS else func(*args, **named)


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
    with collection_paused(), _WithoutValues(torch.device("meta")):
        yield


def hollow(build: Callable[[], nn.Module]) -> nn.Module:
    """Build a model on meta, also where building needs the values of some tensors.

    torchvision's RegNet computes its widths with tensors, which fails on meta. Such a model is
    built on the CPU, without initialising its weights, then stripped of values.

    Args:
        build: Makes the model; called a second time if the first one fails for want of values.
    """
    try:
        with on_meta():
            return build()
    except RuntimeError as fault:
        if "meta" not in str(fault):
            raise
    with collection_paused(), _WithoutInitialisers():
        return build().to("meta")
