"""Timing passes one at a time, and many back to back: on the host's clock or the GPU's own."""

import time
from collections.abc import Callable
from dataclasses import dataclass

import torch

from catalogue.measure.clocks import Gpu
from catalogue.measure.timing import Pass

_BLOCK_MS = 50.0
"""A block of passes between two events takes this long at least."""
_RATE_MS = 1000.0
"""Blocks altogether: NVML counts energy some ten times a second."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Rate:
    """Of passes sent back to back."""

    passes_per_s: float
    joules: float | None = None
    """Of one pass."""


def timed_passes(forward: Callable[[], None], device_type: str) -> Pass:
    """A pass that tells its own time."""
    return _timed_on_gpu(forward) if device_type == "cuda" else _timed_on_host(forward)


def back_to_back(forward: Callable[[], None], gpu: Gpu | None) -> Rate:
    """Send passes to the GPU without waiting for each, in blocks between two of its events.

    Args:
        forward: Sends one pass.
        gpu: Counts energy.
    """
    torch.cuda.synchronize()
    before = gpu.joules() if gpu else None
    passes, total_ms, count = 0, 0.0, 1
    while total_ms < _RATE_MS:
        block_ms = _block_ms(forward, count)
        if block_ms < _BLOCK_MS and not passes:
            count = 2 * count  # too short to count: the block that does is the first
            before = gpu.joules() if gpu else None
            continue
        passes += count
        total_ms += block_ms
    after = gpu.joules() if gpu else None
    joules = None if before is None or after is None else (after - before) / passes
    return Rate(passes_per_s=1000 * passes / total_ms, joules=joules)


def _block_ms(forward: Callable[[], None], count: int) -> float:
    begin, end = _events()
    begin.record()
    for _ in range(count):
        forward()
    end.record()
    end.synchronize()
    milliseconds: float = begin.elapsed_time(end)
    return milliseconds


def _timed_on_host(forward: Callable[[], None]) -> Pass:
    def run() -> float:
        start = time.perf_counter()
        forward()
        return 1000 * (time.perf_counter() - start)

    return run


def _timed_on_gpu(forward: Callable[[], None]) -> Pass:
    begin, end = _events()

    def run() -> float:
        torch.cuda.synchronize()
        begin.record()
        forward()
        end.record()
        end.synchronize()
        milliseconds: float = begin.elapsed_time(end)
        return milliseconds

    return run


def _events() -> tuple[torch.cuda.Event, torch.cuda.Event]:
    begin, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))  # type: ignore[no-untyped-call]  # torch has no annotation here
    return begin, end
