"""Asking torch for a precision, and reading back which one it computed in.

Source of what is read: the operators of one pass, as torch dispatches them, and products whose
result tells how many bits of their factors were used.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

import torch
from torch._ops import OpOverload
from torch.nn import functional
from torch.utils._python_dispatch import TorchDispatchMode

from catalogue.measure.operators import RULES
from catalogue.measure.standing import name_in_aten

_RANK = ("int4", "int8", "fp8", "bf16", "fp16", "tf32", "fp32", "fp64")
"""All precisions, the lowest first."""
_WORDS = {
    **dict.fromkeys((torch.quint4x2, torch.quint2x4), "int4"),
    **dict.fromkeys((torch.qint8, torch.quint8, torch.int8, torch.uint8), "int8"),
    **dict.fromkeys((torch.float8_e4m3fn, torch.float8_e5m2), "fp8"),
    torch.bfloat16: "bf16",
    **dict.fromkeys((torch.float16, torch.complex32), "fp16"),
    **dict.fromkeys((torch.float32, torch.complex64), "fp32"),
    **dict.fromkeys((torch.float64, torch.complex128), "fp64"),
}
_DTYPES = {"fp16": torch.float16, "bf16": torch.bfloat16}
_LAYERS = ("lstm", "gru", "rnn")
_PRODUCTS = ("conv", "mm", "mv", "matmul", "linear", "attention", "einsum", "dot", *_LAYERS)
"""Parts of the names of operators that multiply and accumulate. Without gradients torch hands some
over whole, such as `matmul`, which are made of others elsewhere."""
_OTHERS = ("upsample", "convert", "_thnn")
"""Parts of names that have one of those in them, and belong to no product."""
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


def cudnn_settings() -> tuple[tuple[str, str], ...]:
    """Which of cuDNN's switches are on here and now, as `record.Latency` has it."""
    exact = torch.backends.cudnn.deterministic or torch.are_deterministic_algorithms_enabled()
    switches = {
        "cudnn_benchmark": torch.backends.cudnn.benchmark,
        "cudnn_deterministic": exact,
    }
    return tuple((what, "on" if is_on else "off") for what, is_on in switches.items())


def storage_dtype(precision: str) -> torch.dtype:
    """The dtype that weights and images have."""
    return _DTYPES.get(precision, torch.float32)


def autocast(precision: str, device_type: str) -> AbstractContextManager[object]:
    """What passes run under."""
    return torch.autocast(device_type) if precision == "amp" else nullcontext()


@dataclass(frozen=True, kw_only=True, slots=True)
class ReadBack:
    """What was found to run."""

    precision: str
    """One of `_RANK`, or `amp` and the one that was cast to: that of most multiply-accumulates;
    where others were done in others, `, partly` and theirs."""
    threads: tuple[int, ...] = ()
    """Sizes that torch's pool had at the operators of a pass; none where nothing watched one."""


def read_back(model: torch.nn.Module, run: Callable[[], object], *, device_type: str) -> ReadBack:
    """What one pass is computed in, and with how many threads, read at each of its operators.

    Args:
        model: What is run, for the dtype of its parameters.
        run: One pass, under the conditions that it is timed under.
        device_type: Where.
    """
    seen = _Seen(device_type)
    with seen:
        run()
    stored = Counter[torch.dtype]()
    for one in model.parameters():
        if one.is_floating_point():
            stored[one.dtype] += one.numel()
    work = seen.work or {_word((one,), device_type) or str(one): stored[one] for one in stored}
    precision = in_words(work, cast=seen.cast and set(stored) == {torch.float32})
    return ReadBack(precision=precision, threads=tuple(sorted(seen.threads)))


def in_words(work: Mapping[str, int], *, cast: bool) -> str:
    """Precisions of products, and how much was multiplied in each, as one text.

    Args:
        work: Multiply-accumulates of each precision.
        cast: Whether all parameters are in fp32, so that lower ones were cast to.
    """
    names = sorted(work, key=lambda one: -work[one])
    if not names:
        return "fp32"
    first, *others = names
    if cast and first in ("fp16", "bf16"):
        first = f"amp {first}"
    return first + (f", partly {' and '.join(others)}" if others else "")


def agrees(asked: str, found: str) -> bool:
    """Whether a precision read back is the one asked for, and nothing of it below that."""
    first, _, rest = found.partition(", partly ")
    if first.split()[0] != asked:
        return False
    least = _rank(first.split()[-1])
    return all(_rank(part) >= least for part in rest.split(" and ") if part)


def probe(device_type: str) -> str:
    """How many bits products of float32 use here and now: `fp32`, `tf32` or `bf16`.

    The worse of a matrix product and a convolution.
    """
    with torch.autocast(device_type, enabled=False):
        return min(_product(device_type), _convolution(device_type), key=_rank)


def _rank(word: str) -> int:
    return _RANK.index(word) if word in _RANK else -1


def _product(device_type: str) -> str:
    def mean(value: float) -> float:
        left = torch.full((4 * _DEEP, _DEEP), value, device=device_type, dtype=torch.float32)
        right = torch.ones(_DEEP, 4 * _DEEP, device=device_type, dtype=torch.float32)
        return float((left @ right)[0, 0]) / _DEEP

    return _bits(mean)


def _convolution(device_type: str) -> str:
    def mean(value: float) -> float:
        shape = (1, _DEEP, 16, 16)
        images = torch.full(shape, value, device=device_type, dtype=torch.float32)
        kernel = torch.ones(_DEEP, _DEEP, 1, 1, device=device_type, dtype=torch.float32)
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
    """Weighs the precisions of all products that are dispatched, and notes the threads.

    Switches that a model sets for a while hold at its own products, so float32 is probed there.
    """

    def __init__(self, device_type: str) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # nor here
        self.work: Counter[str] = Counter()
        self.threads: set[int] = set()
        self.cast = False
        """Whether some factors are in fp16 or bf16 themselves, not by a switch."""
        self._device_type = device_type

    def __torch_dispatch__(
        self,
        func: OpOverload[..., object],
        types: Sequence[type],
        args: Sequence[object] = (),
        kwargs: Mapping[str, object] | None = None,
    ) -> object:
        self.threads.add(torch.get_num_threads())
        result = func(*args, **(kwargs or {}))
        name = name_in_aten(func)
        factors = _tensors((*args, *(kwargs or {}).values()))
        if factors and _multiplies(name):
            dtypes = {one.dtype for one in factors}
            self.cast = self.cast or not dtypes.isdisjoint((torch.float16, torch.bfloat16))
            word = _of_name(name) or _word(dtypes, self._device_type)
            if word == "fp32":
                word = _allowed(name, self._device_type)
            if word is not None and (macs := _macs(name, args, factors, result)):
                self.work[word] += macs
        return result


def _multiplies(name: str) -> bool:
    return any(one in name for one in _PRODUCTS) and not any(one in name for one in _OTHERS)


def _of_name(name: str) -> str | None:
    """Of operators whose weights are packed, or lie in integers that only the name tells of."""
    if "int4" in name:
        return "int4"
    return "int8" if name.startswith("quantized.") or "int8" in name else None


def _word(dtypes: Iterable[torch.dtype], device_type: str) -> str | None:
    """The lowest precision among factors; None where none of them are of real numbers."""
    words = [_WORDS[one] for one in dtypes if one in _WORDS]
    least = min(words, key=_rank, default=None)
    return probe(device_type) if least == "fp32" else least


def _allowed(name: str, device_type: str) -> str:
    """The lowest precision that a switch of torch's allows a product of fp32 to be computed in.

    Kernels that make use of it may be there for other sizes than the probe's. The switches are
    those of torch 2.9 (`fp32_precision`), which the older ones set too.
    """
    kind = "conv" if "conv" in name else "rnn" if any(one in name for one in _LAYERS) else "matmul"
    owner: object = torch.backends.mkldnn
    if device_type == "cuda":
        owner = torch.backends.cuda if kind == "matmul" else torch.backends.cudnn
    allowed = getattr(getattr(owner, kind, None), "fp32_precision", None)
    return allowed if allowed in ("tf32", "bf16") else "fp32"


def _tensors(values: Iterable[object]) -> list[torch.Tensor]:
    found: list[torch.Tensor] = []
    for one in values:
        if isinstance(one, torch.Tensor):
            found.append(one)
        elif isinstance(one, (list, tuple)):
            found += _tensors(one)
    return found


def _macs(
    name: str, args: Sequence[object], factors: Sequence[torch.Tensor], result: object
) -> int:
    """Multiply-accumulates; of operators without a rule roughly, by outputs and depth of sums."""
    rule = RULES.get(name)
    if rule is not None:
        return rule(args, result).macs
    outputs = sum(one.numel() for one in _tensors((result,))[:1])
    first, *others = factors
    if "conv" not in name:
        return outputs * (first.shape[-1] if first.dim() else 1)
    if others and others[0].dim() == first.dim():
        return outputs * others[0][:1].numel()
    return outputs * first.shape[1]  # packed weights do not tell the size of the kernel
