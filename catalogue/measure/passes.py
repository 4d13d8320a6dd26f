"""Timing passes one at a time, and many back to back: on the host's clock or the GPU's own."""

import time
from collections.abc import Callable
from dataclasses import dataclass

import torch

from catalogue.measure.timing import Pass

_BLOCK_MS = 50.0
"""A block of passes between two events takes this long at least."""
_LOOK_MS = 250.0
"""After so much of blocks something is looked at that may disturb them."""
_RATE_MS = 1000.0
"""Blocks altogether: NVML counts energy some ten times a second."""
_ATTEMPTS = 2


@dataclass(frozen=True, kw_only=True, slots=True)
class Rate:
    """Of passes sent back to back."""

    passes_per_s: float
    joules: float | None = None
    """Of one pass."""
    disturbed: bool = False
    """Whether something disturbed them."""


def timed_passes(forward: Callable[[], None], device_type: str) -> Pass:
    """A pass that tells its own time."""
    return _timed_on_gpu(forward) if device_type == "cuda" else _timed_on_host(forward)


def back_to_back(
    block_ms: Callable[[int], float],
    *,
    joules: Callable[[], float | None],
    is_disturbed: Callable[[], bool],
) -> Rate:
    """Send passes without waiting for each, in blocks, for a second.

    Args:
        block_ms: Sends a number of passes and tells how long they took altogether.
        joules: Counts energy.
        is_disturbed: Whether something disturbed the blocks since it was last asked.
    """
    count = _count(block_ms)
    is_disturbed()  # what was before does not count
    before, disturbed = joules(), False
    passes, total_ms, unseen_ms = 0, 0.0, 0.0
    while total_ms < _RATE_MS:
        lasted_ms = block_ms(count)
        passes += count
        total_ms += lasted_ms
        unseen_ms += lasted_ms
        if unseen_ms >= _LOOK_MS or total_ms >= _RATE_MS:
            disturbed, unseen_ms = is_disturbed() or disturbed, 0.0
    after = joules()
    each = None if before is None or after is None else (after - before) / passes
    return Rate(passes_per_s=1000 * passes / total_ms, joules=each, disturbed=disturbed)


def undisturbed(attempt: Callable[[], Rate]) -> Rate:
    """The first attempt that nothing disturbed, or the last one."""
    rate = attempt()
    for _ in range(_ATTEMPTS - 1):
        if not rate.disturbed:
            break
        rate = attempt()
    return rate


def gpu_block(forward: Callable[[], None]) -> Callable[[int], float]:
    """Passes between two of a GPU's events."""
    begin, end = _events()

    def block_ms(count: int) -> float:
        begin.record()
        for _ in range(count):
            forward()
        end.record()
        end.synchronize()
        milliseconds: float = begin.elapsed_time(end)
        return milliseconds

    torch.cuda.synchronize()
    return block_ms


def _count(block_ms: Callable[[int], float]) -> int:
    """Passes in a block that is long enough."""
    count = 1
    while block_ms(count) < _BLOCK_MS:
        count *= 2
    return count


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
