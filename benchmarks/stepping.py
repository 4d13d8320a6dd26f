"""Watching a step of a long run: until it ends, its time is over, or somebody asks for an end."""

import os
import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path


@dataclass(slots=True)
class Asked:
    """Whether somebody asked for an end: a signal's handler, which raises nothing anywhere."""

    to_end: bool = False

    def __call__(self, *_: object) -> None:
        """Note it."""
        self.to_end = True


@dataclass(frozen=True, kw_only=True)
class Ended:
    """How a step ended."""

    status: int
    said: str
    cut: bool = False
    """Whether it was told to end."""


def watched(  # noqa: PLR0913  # what is waited for, how long, and what is done meanwhile
    process: "subprocess.Popen[bytes]",
    log: Path,
    asked: Asked,
    *,
    seconds: float,
    grace_s: float,
    meanwhile: Callable[[], None] = lambda: None,
) -> Ended:
    """Wait for a process, and end it and its session where it has to be.

    Args:
        process: The leader of a session of its own.
        log: What it writes to; shown meanwhile.
        asked: Whether somebody asked for an end.
        seconds: How long it may take.
        grace_s: How long it may take to end once it is told to.
        meanwhile: Called every moment, and once it has ended.
    """
    until, cut = time.monotonic() + seconds, False
    with log.open(encoding="utf-8", errors="replace") as shown:
        while not _has_ended(process, 0.2):
            print(shown.read(), end="", flush=True)
            meanwhile()
            cut = asked.to_end or time.monotonic() > until
            if cut:
                break
        stop(process, grace_s)
        print(shown.read(), end="", flush=True)
        meanwhile()
    status = -signal.SIGKILL if process.returncode is None else process.returncode
    said = log.read_text(encoding="utf-8", errors="replace")
    return Ended(status=status, said=said, cut=cut)


def stop(process: "subprocess.Popen[bytes]", grace_s: float) -> None:
    """Tell a process to end as batch systems do, and end whatever is left of its session.

    Not by SIGINT, which whoever starts this in the background may have made it ignore.
    """
    if process.poll() is None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        _has_ended(process, grace_s)
    for number in _session(process.pid):
        with suppress(ProcessLookupError):
            os.kill(number, signal.SIGKILL)
    _has_ended(process, 5)


def _session(leader: int) -> list[int]:
    import psutil  # noqa: PLC0415  # whether it is there is asked first

    found = []
    for number in psutil.pids():
        with suppress(ProcessLookupError, PermissionError):
            if os.getsid(number) == leader:
                found.append(number)
    return found


def _has_ended(process: "subprocess.Popen[bytes]", seconds: float) -> bool:
    with suppress(subprocess.TimeoutExpired):
        process.wait(timeout=seconds)
    return process.returncode is not None
