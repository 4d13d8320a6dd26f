"""Measures what a device can do at most: the peak of matrix products, the bandwidth of copies.

Knows torch and a device. Knows nothing of models.
"""

import time
from collections.abc import Callable

import torch

from catalogue.roofline import STORED_AS

_PRECISIONS = {"cpu": ("fp32",), "cuda": ("fp32", "tf32", "fp16", "bf16")}
_SIDES = {"cpu": 2048, "cuda": 8192}
"""Of the square matrices: large enough that arithmetic hides everything else."""
_COPIED_BYTES = {"cpu": 1 << 28, "cuda": 1 << 31}
"""Far more than the device's caches hold."""
_SECONDS = 2.0
_DTYPES = {"fp32": torch.float32, "fp16": torch.float16, "bf16": torch.bfloat16}


def measure_peaks(device_type: str) -> tuple[tuple[str, float], ...]:
    """The fastest product of two square matrices at each precision.

    Returns:
        (precision, FLOP/s) pairs; a product of n x n matrices is 2 n^3 FLOPs.
    """
    side = _SIDES[device_type]
    return tuple(
        (precision, 2 * side**3 / _fastest_product_s(precision, side, device_type))
        for precision in _PRECISIONS[device_type]
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


def _fastest_product_s(precision: str, side: int, device_type: str) -> float:
    left = torch.rand(side, side, dtype=_DTYPES[STORED_AS[precision]], device=device_type)
    right, out = left.clone(), torch.empty_like(left)
    before = torch.backends.cuda.matmul.allow_tf32
    torch.backends.cuda.matmul.allow_tf32 = precision == "tf32"
    try:
        return _fastest_s(lambda: torch.mm(left, right, out=out), device_type)
    finally:
        torch.backends.cuda.matmul.allow_tf32 = before


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
