"""Measures what a device can do at most: the peak of arithmetic, the bandwidth of copies.

Knows torch and a device. Knows nothing of models.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import torch
from torch import nn

from catalogue.machine import computes_bf16
from catalogue.roofline import STORED_AS

_ON_GPU = ("fp32", "tf32", "fp16", "bf16")
_SIDES = {"cpu": 2048, "cuda": 8192}
"""Of the square matrices: large enough that arithmetic hides everything else."""
_IMAGES = {"cpu": 8, "cuda": 256}
_CHANNELS, _PIXELS = 256, 56
"""Of the convolution: the shape that a middle stage of many networks has."""
_COPIED_BYTES = {"cpu": 1 << 28, "cuda": 1 << 31}
"""Far more than the device's caches hold."""
_SECONDS = 2.0
_DTYPES = {"fp32": torch.float32, "fp16": torch.float16, "bf16": torch.bfloat16}


def measure_peaks(device_type: str) -> tuple[tuple[str, float], ...]:
    """The faster of a matrix product and a convolution at each precision.

    Either may be: on an AMD processor, convolutions reached half as much again as products.

    On a CPU bf16 is measured where the processor has instructions for it.

    Returns:
        (precision, FLOP/s) pairs; a product of n x n matrices is 2 n^3 FLOPs, a 3 x 3 convolution
        of c channels to c is 18 c^2 FLOPs for each output pixel.
    """
    return tuple(
        (precision, max(_product_rate(precision, device_type), _conv_rate(precision, device_type)))
        for precision in _precisions(device_type)
    )


def measure_bandwidth(device_type: str) -> float:
    """Bytes/s of the fastest copy inside the device's memory, reading and writing together.

    What processors read before they overwrite it is not counted. Source: STREAM's copy kernel,
    https://www.cs.virginia.edu/stream/ref.html.
    """
    size = _COPIED_BYTES[device_type]
    source = torch.ones(size, dtype=torch.uint8, device=device_type)
    target = torch.zeros_like(source)
    return 2 * size / _fastest_s(lambda: target.copy_(source), device_type)


def _precisions(device_type: str) -> tuple[str, ...]:
    if device_type == "cuda":
        return _ON_GPU
    return ("fp32", "bf16") if computes_bf16() else ("fp32",)


def _product_rate(precision: str, device_type: str) -> float:
    side = _SIDES[device_type]
    left = torch.rand(side, side, dtype=_DTYPES[STORED_AS[precision]], device=device_type)
    right, out = left.clone(), torch.empty_like(left)
    with _tf32(allowed=precision == "tf32"):
        return 2 * side**3 / _fastest_s(lambda: torch.mm(left, right, out=out), device_type)


def _conv_rate(precision: str, device_type: str) -> float:
    dtype, images = _DTYPES[STORED_AS[precision]], _IMAGES[device_type]
    conv = nn.Conv2d(_CHANNELS, _CHANNELS, 3, padding=1, bias=False)
    conv = conv.to(device=device_type, dtype=dtype)
    pixels = torch.rand(images, _CHANNELS, _PIXELS, _PIXELS, dtype=dtype, device=device_type)
    flops = 18 * _CHANNELS**2 * images * _PIXELS**2
    with _tf32(allowed=precision == "tf32"), torch.inference_mode():
        return flops / _fastest_s(lambda: conv(pixels), device_type)


@contextmanager
def _tf32(*, allowed: bool) -> Iterator[None]:
    before = (torch.backends.cuda.matmul.allow_tf32, torch.backends.cudnn.allow_tf32)
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = allowed
    try:
        yield
    finally:
        torch.backends.cuda.matmul.allow_tf32, torch.backends.cudnn.allow_tf32 = before


def _fastest_s(work: Callable[[], object], device_type: str) -> float:
    """The least time in two seconds of repeating: whatever disturbs a run only makes it slower."""
    settle = torch.cuda.synchronize if device_type == "cuda" else _nothing
    work()
    settle()
    fastest, until = float("inf"), time.perf_counter() + _SECONDS
    while time.perf_counter() < until:
        start = time.perf_counter()
        work()
        settle()
        fastest = min(fastest, time.perf_counter() - start)
    return fastest


def _nothing() -> None:
    pass
