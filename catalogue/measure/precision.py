"""Asking torch for a precision, and reading back which one it computed in.

Source of what is read: the operators of one pass, as torch dispatches them, and products whose
result tells how many bits of their factors were used.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext

import torch
from torch.nn import functional
from torch.utils._python_dispatch import TorchDispatchMode

_WORDS = {torch.float32: "fp32", torch.float16: "fp16", torch.bfloat16: "bf16"}
_DTYPES = {"fp16": torch.float16, "bf16": torch.bfloat16}
_PRODUCTS = ("conv", "mm", "linear", "attention", "einsum", "lstm", "gru", "rnn", "dot")
"""Parts of the names of operators that multiply and accumulate."""
_DEEP = 64
"""Factors of each sum in the probe: their exact sum has 19 bits, fewer than fp32 keeps."""
_TINY, _SMALL = 2.0**-12, 2.0**-9
"""1 + the first is lost in TF32, 1 + the second in bfloat16 as well, neither in fp32."""


def settle(precision: str) -> None:
    """Allow torch what the precision asked for allows, and nothing below it.

    The older switches set the newer ones (`fp32_precision`, torch 2.9) with them and leave both
    in agreement; setting the newer alone makes reading the older raise.
    """
    allowed = precision == "tf32"
    torch.set_float32_matmul_precision("high" if allowed else "highest")
    torch.backends.cudnn.allow_tf32 = allowed
    for part in ("matmul", "conv", "rnn"):
        switch = getattr(torch.backends.mkldnn, part, None)
        if switch is not None and hasattr(switch, "fp32_precision"):
            switch.fp32_precision = "ieee"
    torch.backends.cudnn.benchmark = False


def storage_dtype(precision: str) -> torch.dtype:
    """The dtype that weights and images have."""
    return _DTYPES.get(precision, torch.float32)


def autocast(precision: str, device_type: str) -> AbstractContextManager[object]:
    """What passes run under."""
    return torch.autocast(device_type) if precision == "amp" else nullcontext()


def precision_found(model: torch.nn.Module, run: Callable[[], object], *, device_type: str) -> str:
    """The precision of one pass: fp32, tf32, fp16, bf16, or `amp` and the one that was cast to.

    Args:
        model: What is run, for the dtype of its parameters.
        run: One pass, under the conditions that it is timed under.
        device_type: Where.

    Returns:
        The precision of most products; where others were not in it, `, partly` and theirs.
    """
    seen = _Seen()
    with seen:
        run()
    stored = Counter(one.dtype for one in model.parameters() if one.is_floating_point())
    return in_words(seen.dtypes or stored, stored, plain=_plain(seen.dtypes or stored, device_type))


def in_words(
    computed: Mapping[torch.dtype, int], stored: Mapping[torch.dtype, int], *, plain: str
) -> str:
    """Dtypes of products and of parameters, how many of each, as a precision.

    Args:
        computed: Of the factors of products.
        stored: Of the parameters.
        plain: What float32 turned out to be: fp32, tf32 or bf16.
    """
    words = {torch.float32: plain}
    by_count = sorted(computed, key=lambda dtype: -computed[dtype])
    names = [words.get(dtype) or _WORDS.get(dtype, str(dtype)) for dtype in by_count]
    if not names:
        return plain
    first, *others = dict.fromkeys(names)
    if by_count[0] is not torch.float32 and set(stored) == {torch.float32}:
        first, others = f"amp {first}", []  # autocast leaves some in fp32 by its rules
    return first + (f", partly {' and '.join(others)}" if others else "")


def agrees(asked: str, found: str) -> bool:
    """Whether a precision read back is the one asked for."""
    return found.replace(",", " ").split()[0] == asked


def probe(device_type: str) -> str:
    """How many bits products of float32 use here and now: `fp32`, `tf32` or `bf16`.

    The worse of a matrix product and a convolution.
    """
    rank = ("fp32", "tf32", "bf16")
    return max((_product(device_type), _convolution(device_type)), key=rank.index)


def _plain(dtypes: Mapping[torch.dtype, int], device_type: str) -> str:
    return probe(device_type) if torch.float32 in dtypes else "fp32"


def _product(device_type: str) -> str:
    def mean(value: float) -> float:
        left = torch.full((4 * _DEEP, _DEEP), value, device=device_type)
        right = torch.ones(_DEEP, 4 * _DEEP, device=device_type)
        return float((left @ right)[0, 0]) / _DEEP

    return _bits(mean)


def _convolution(device_type: str) -> str:
    def mean(value: float) -> float:
        images = torch.full((1, _DEEP, 16, 16), value, device=device_type)
        kernel = torch.ones(_DEEP, _DEEP, 1, 1, device=device_type)
        return float(functional.conv2d(images, kernel)[0, 0, 8, 8]) / _DEEP

    return _bits(mean)


def _bits(mean: Callable[[float], float]) -> str:
    """Which of the small differences survive a product with ones."""
    if _survives(mean, _TINY):
        return "fp32"
    return "tf32" if _survives(mean, _SMALL) else "bf16"


def _survives(mean: Callable[[float], float], difference: float) -> bool:
    return abs(mean(1 + difference) - 1 - difference) < difference / 4


class _Seen(TorchDispatchMode):  # type: ignore[no-untyped-call]  # torch has no annotation here
    """Counts the dtypes of the factors of all products that are dispatched."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # nor here
        self.dtypes: Counter[torch.dtype] = Counter()

    def __torch_dispatch__(
        self,
        func: Callable[..., object],
        types: Sequence[type],
        args: Sequence[object] = (),
        kwargs: Mapping[str, object] | None = None,
    ) -> object:
        name = str(func)
        if any(part in name for part in _PRODUCTS):
            factor = next((one for one in args if isinstance(one, torch.Tensor)), None)
            if factor is not None and factor.is_floating_point():
                self.dtypes[factor.dtype] += 1
        return func(*args, **(kwargs or {}))
