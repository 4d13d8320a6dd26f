"""What disturbs a timing on the host: other work on its processors, and waiting for them.

Counters of the system, read at the edge, and what is made of two readings. Knows no passes.
"""

import os
import sys
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

from catalogue.measure.pinning import bound_processors

FOREIGN = "foreign load"
WAITING = "waiting for a processor"
QUOTA = "a quota on processor time"
SWITCHES = "involuntary context switches"
SLOW = "slow processors"
APART = "slower than the other processes"
ALONE = "faster than the other processes"

_SLOWER = (1.2, 1.2)
"""How much longer each probe of `pace` may take than at best. On a virtual machine otherwise idle,
a meeting of two threads took 1.0 to 1.15 times its best in two thirds of 1,034 looks, and 1.3 to
1.7 times in all others but one, in spells of seconds to minutes, when passes took 15 to 35 %
longer."""

_QUOTAS = (
    (Path("/sys/fs/cgroup/cpu.stat"), "throttled_usec", 1e-6),
    (Path("/sys/fs/cgroup/cpu/cpu.stat"), "throttled_time", 1e-9),
)
"""Where the kernel counts how long a container was held back, by its two interfaces."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """From where on a stretch of passes is refused."""

    foreign: float = 0.1
    """Share of the processors that other work takes. Systems count it in hundredths of a second,
    so that over a quarter of a second a tenth is the least that can be told."""
    waiting: float = 0.05
    """Share of wall time x threads during which threads were ready to run and had to wait. On a
    quiet machine 0.001 to 0.018 were seen, beside one other busy process 0.3 and more."""
    quota: float = 0.01
    """Share of wall time during which a container's quota held the process back."""
    pace: bool = True
    """Whether processors slower than at their best refuse a stretch as well."""
    switches_per_s: float = 200.0
    """Involuntary context switches a second and thread, asked only where waiting is not counted.
    They tell little: 25 to 75 were seen on a quiet machine, 95 to 180 on a loaded one."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Stretch:
    """What was counted between two moments; all but the last two are seconds."""

    wall: float = 0.0
    own: float = 0.0
    """CPU time of this process, all threads."""
    foreign: float = 0.0
    """CPU time that other work, and the host of a virtual machine, took of our processors."""
    waited: float | None = 0.0
    """Ready to run, but not running; all threads together. None: the system does not count it."""
    held_back: float = 0.0
    """By a container's quota."""
    switches: int = 0
    """Involuntary context switches."""
    processors: int = 1
    """How many this process may use."""

    def __add__(self, other: "Stretch") -> "Stretch":
        """Both one after the other."""
        known = self.waited is not None and other.waited is not None
        return Stretch(
            wall=self.wall + other.wall,
            own=self.own + other.own,
            foreign=self.foreign + other.foreign,
            waited=(self.waited or 0.0) + (other.waited or 0.0) if known else None,
            held_back=self.held_back + other.held_back,
            switches=self.switches + other.switches,
            processors=max(self.processors, other.processors),
        )

    @property
    def foreign_load(self) -> float:
        """Share of the processors that other work took."""
        return max(0.0, self.foreign / (self.wall * self.processors)) if self.wall else 0.0

    def cpu_share(self, threads: int) -> float:
        """CPU time over wall time x threads."""
        return self.own / (self.wall * max(1, threads)) if self.wall else 0.0


def disturbances(stretch: Stretch, limits: Limits, *, threads: int) -> tuple[str, ...]:
    """Why a stretch is refused; nothing where it is sound."""
    shared = stretch.wall * max(1, threads)
    found = []
    if stretch.foreign_load > limits.foreign:
        found.append(FOREIGN)
    if stretch.held_back > limits.quota * stretch.wall:
        found.append(QUOTA)
    if stretch.waited is not None and stretch.waited > limits.waiting * shared:
        found.append(WAITING)
    if stretch.waited is None and stretch.switches > limits.switches_per_s * shared:
        found.append(SWITCHES)
    return tuple(found)


def is_slow(pace: Sequence[float], best: Sequence[float]) -> bool:
    """Whether a pace, of `pace`, is too far from the best one."""
    return any(one > most * usual for one, usual, most in zip(pace, best, _SLOWER, strict=False))


@dataclass(frozen=True, kw_only=True, slots=True)
class Counters:
    """What the system has counted up to a moment, in the units of `Stretch`."""

    wall: float
    own: float
    busy: float
    waited: float | None
    held_back: float
    switches: int


def watch() -> Callable[[], Callable[[], Stretch]]:
    """A function that begins a stretch and gives back the function that ends it."""
    bound = bound_processors()
    watched = {sibling for number in bound for sibling in siblings(number)}

    def begin() -> Callable[[], Stretch]:
        before = _counters(watched)
        return lambda: _between(before, _counters(watched), len(bound))

    return begin


def siblings(processor: int) -> tuple[int, ...]:
    """The logical processors that share a physical core with one, itself included."""
    path = Path(f"/sys/devices/system/cpu/cpu{processor}/topology/thread_siblings_list")
    try:
        return listed(path.read_text(encoding="ascii"))
    except (OSError, ValueError):
        return (processor,)


def listed(text: str) -> tuple[int, ...]:
    """Processors as the kernel lists them: `0-2,8`."""
    found: list[int] = []
    for part in text.strip().split(","):
        first, _, last = part.partition("-")
        found.extend(range(int(first), int(last or first) + 1))
    return tuple(found)


def busy_by_processor() -> tuple[float, ...]:
    """CPU seconds that all work, and the host of a virtual machine, took so far of each."""
    return tuple(_busy(times) for times in psutil.cpu_times(percpu=True))


def busy_seconds(processors: Collection[int]) -> float:
    """The same of some processors together."""
    return sum(one for number, one in enumerate(busy_by_processor()) if number in processors)


def foreign_loads(seconds: float) -> tuple[float, ...]:
    """Share of each processor that is taken now, seen over some seconds of sleep."""
    before, start = busy_by_processor(), time.perf_counter()
    time.sleep(seconds)
    wall = time.perf_counter() - start
    return tuple(
        (after - earlier) / wall
        for earlier, after in zip(before, busy_by_processor(), strict=False)
    )


def _busy(times: object) -> float:
    """Not idle, not waiting; guests are counted in `user` already."""
    parts = ("user", "nice", "system", "irq", "softirq", "steal")
    return sum(float(getattr(times, part, 0.0)) for part in parts)


def _counters(watched: Collection[int]) -> Counters:
    own, switches = _own()
    return Counters(
        wall=time.perf_counter(),
        own=own,
        busy=busy_seconds(watched),
        waited=_waited(),
        held_back=_held_back(),
        switches=switches,
    )


def _own() -> tuple[float, int]:
    if sys.platform == "win32":
        return time.process_time(), 0
    import resource  # noqa: PLC0415  # not on Windows

    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime, usage.ru_nivcsw


def _waited() -> float | None:
    """Seconds that the threads of this process, those alive, spent ready but not running.

    Source: https://docs.kernel.org/scheduler/sched-stats.html, the second field of `schedstat`.
    """
    tasks = Path("/proc/self/task")
    total = 0
    try:
        threads = list(tasks.iterdir())
    except OSError:
        return None
    for thread in threads:
        try:
            total += int((thread / "schedstat").read_text(encoding="ascii").split()[1])
        except FileNotFoundError:
            if thread.name == str(os.getpid()):  # of the main thread: this kernel does not count
                return None
        except (OSError, IndexError, ValueError):  # a thread that has just ended
            continue
    return total / 1e9


def _held_back() -> float:
    for path, key, unit in _QUOTAS:
        try:
            lines = path.read_text(encoding="ascii").splitlines()
        except OSError:
            continue
        for line in lines:
            if line.startswith(key + " "):
                return int(line.split()[1]) * unit
    return 0.0


def _between(before: Counters, after: Counters, processors: int) -> Stretch:
    own = after.own - before.own
    waited = None
    if before.waited is not None and after.waited is not None:
        waited = max(0.0, after.waited - before.waited)
    return Stretch(
        wall=after.wall - before.wall,
        own=own,
        foreign=after.busy - before.busy - own,
        waited=waited,
        held_back=after.held_back - before.held_back,
        switches=after.switches - before.switches,
        processors=processors,
    )
