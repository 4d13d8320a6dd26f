"""In what precision torch really multiplies: seen at the operators of one pass.

Knows nothing of other backends.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor
from torch._ops import OpOverload
from torch.utils._python_dispatch import TorchDispatchMode

from catalogue.measure.backends.form import tf32_allowed
from catalogue.measure.backends.prepared import Settings

_PRODUCTS = ("conv", "linear", "mm", "matmul", "bmm", "einsum", "bilinear", "attention")
"""What an operator's name ends with or holds if it multiplies; all else is small beside it."""
_SHORT = {torch.float16: "fp16", torch.bfloat16: "bf16", torch.float32: "fp32"}


class _Seen(TorchDispatchMode):  # type: ignore[no-untyped-call]  # torch has no annotation here
    """Counts the dtypes of what products are made of."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # … nor here
        self.dtypes: Counter[torch.dtype] = Counter()

    def __torch_dispatch__(
        self,
        func: OpOverload[..., Any],
        types: Sequence[type],
        args: tuple[Any, ...] = (),
        kwargs: dict[str, Any] | None = None,
    ) -> object:
        del types
        name = func.overloadpacket.__name__
        first = args[0] if args else None
        if isinstance(first, Tensor) and any(word in name for word in _PRODUCTS):
            self.dtypes[first.dtype] += 1
        return func(*args, **(kwargs or {}))


def seen_precision(run: Callable[[Tensor], Tensor], images: Tensor, settings: Settings) -> str:
    """Run one pass and say what most of its products were done in.

    Autocast shows where weights and input are fp32 while products are not.
    """
    with _Seen() as seen:
        answer = run(images)
    ranked = seen.dtypes.most_common(1)
    dtype = ranked[0][0] if ranked else answer.dtype
    if dtype != torch.float32 and settings.dtype == torch.float32:
        return "amp"
    if dtype == torch.float32 and settings.device_type == "cuda" and tf32_allowed():
        return "tf32"
    return _SHORT.get(dtype, str(dtype).removeprefix("torch."))
