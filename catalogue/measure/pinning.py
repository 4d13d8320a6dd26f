"""Which processors a timing gets, and binding a process to them before it imports anything.

`python -m catalogue.measure.pinning 0,2 MODULE` runs a module bound to processors 0 and 2.
"""

import os
import runpy
import sys
from collections.abc import Callable, Sequence

_POOLS = (
    "OMP_NUM_THREADS",
    "MKL_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "NUMEXPR_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
)
"""The variables that libraries take the size of their thread pools from."""


def bound_processors() -> tuple[int, ...]:
    """Logical processors that this process may run on."""
    if hasattr(os, "sched_getaffinity"):
        return tuple(sorted(os.sched_getaffinity(0)))
    return tuple(range(os.cpu_count() or 1))


def choose(
    threads: int,
    loads: Sequence[float],
    *,
    allowed: Sequence[int],
    siblings: Callable[[int], Sequence[int]],
) -> tuple[int, ...]:
    """The processors for so many threads: one on each physical core, the least loaded first.

    Args:
        threads: How many are needed.
        loads: Share of each logical processor that other work takes, by its number.
        allowed: Those that may be used.
        siblings: The processors on the same physical core as one.

    Returns:
        In ascending order; fewer than asked for where fewer are allowed.
    """

    def load(processor: int) -> float:
        return loads[processor] if processor < len(loads) else 0.0

    by_load = sorted(allowed, key=lambda one: (sum(map(load, siblings(one))), load(one), one))
    cores: set[tuple[int, ...]] = set()
    firsts: list[int] = []
    others: list[int] = []
    for processor in by_load:
        core = tuple(sorted(siblings(processor)))
        (others if core in cores else firsts).append(processor)
        cores.add(core)
    return tuple(sorted((firsts + others)[:threads]))


def pool_settings(threads: int) -> tuple[tuple[str, str], ...]:
    """Environment variables that make all thread pools equal."""
    return tuple((name, str(max(1, threads))) for name in _POOLS)


def command(module: str, processors: Sequence[int]) -> list[str]:
    """How to run a module of ours, bound to processors; to none where there are none."""
    if not processors:
        return [sys.executable, "-m", module]
    return [
        sys.executable,
        "-m",
        "catalogue.measure.pinning",
        ",".join(map(str, processors)),
        module,
    ]


def main() -> None:
    """Bind this process, then become the module."""
    processors, module = sys.argv[1:3]
    os.sched_setaffinity(0, [int(one) for one in processors.split(",")])
    sys.argv = [module]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
