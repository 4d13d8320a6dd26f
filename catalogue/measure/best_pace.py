"""The best pace of this machine since it was started, kept between processes.

A cache, in the user's own folder: without it the first process only knows itself.
"""

from dataclasses import dataclass
from pathlib import Path

import msgspec

_BOOT = Path("/proc/sys/kernel/random/boot_id")
_ENOUGH_MISSES = 12
"""Processes in a row that never reached the best pace: it is not to be had any more."""


@dataclass(frozen=True, kw_only=True, slots=True)
class BestPace:
    """What is known of one machine."""

    boot: str
    """Which start of the machine; after another one nothing is known."""
    threads: int
    pace: tuple[float, ...] = ()
    """Of `pace`; empty where nothing is known."""
    misses: int = 0
    """Processes since it was last reached."""

    def after(self, pace: tuple[float, ...], *, reached: bool) -> "BestPace":
        """What is known after one more process, which saw that best pace."""
        misses = 0 if reached else self.misses + 1
        forgotten = misses >= _ENOUGH_MISSES
        return BestPace(
            boot=self.boot,
            threads=self.threads,
            pace=() if forgotten else pace,
            misses=0 if forgotten else misses,
        )


def load_pace(cache: Path, threads: int) -> BestPace:
    """What is known with that many threads."""
    fresh = BestPace(boot=_boot(), threads=threads)
    try:
        kept = msgspec.json.decode(_file(cache, threads).read_bytes(), type=BestPace)
    except (OSError, msgspec.MsgspecError):
        return fresh
    return kept if kept.boot == fresh.boot else fresh


def save_pace(cache: Path, known: BestPace) -> None:
    """Remember it."""
    try:
        cache.mkdir(parents=True, exist_ok=True)
        _file(cache, known.threads).write_bytes(msgspec.json.encode(known))
    except OSError:  # a cache: the next process finds out again
        return


def _file(cache: Path, threads: int) -> Path:
    return cache / f"pace-{threads}.json"


def _boot() -> str:
    try:
        return _BOOT.read_text(encoding="ascii").strip()
    except OSError:
        return ""
