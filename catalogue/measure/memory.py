"""How much memory passes take at most: on a GPU by torch's allocator, on a CPU by the system."""

import ctypes
import re
from pathlib import Path

import torch

_STATUS = Path("/proc/self/status")
_CLEAR = Path("/proc/self/clear_refs")
_RESET_PEAK = "5"
"""Source: https://docs.kernel.org/filesystems/proc.html, "clear_refs"."""


def resident_bytes() -> int | None:
    """What this process holds in memory now; None where the system does not tell as Linux does."""
    return _status("VmRSS")


def reset_peak(device_type: str) -> bool:
    """Forget the peak so far; whether that was possible."""
    if device_type == "cuda":
        torch.cuda.reset_peak_memory_stats()
        return True
    _give_back()
    try:
        _CLEAR.write_text(_RESET_PEAK, encoding="ascii")
    except OSError:
        return False
    return True


def peak_bytes(device_type: str, *, before: int | None) -> int | None:
    """The peak since the last reset.

    Args:
        device_type: `cpu` or `cuda`.
        before: Bytes that the process held before there was a model, on a CPU.
    """
    if device_type == "cuda":
        peak: int = torch.cuda.max_memory_allocated()
        return peak
    highest = _status("VmHWM")
    return None if highest is None or before is None else max(0, highest - before)


def _status(key: str) -> int | None:
    try:
        text = _STATUS.read_text(encoding="ascii")
    except OSError:
        return None
    found = re.search(rf"^{key}:\s+(\d+) kB$", text, flags=re.MULTILINE)
    return 1024 * int(found[1]) if found else None


def _give_back() -> None:
    """Let the C library return freed memory, so that what an earlier batch left does not count."""
    try:
        ctypes.CDLL(None).malloc_trim(0)
    except (AttributeError, OSError, TypeError):  # another C library than glibc
        return
