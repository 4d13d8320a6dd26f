"""Many models at once: what needs no quiet machine is spread over processes, the rest waits.

Counting is; timing and validation are not: they want the machine for themselves.
"""

import multiprocessing
import signal
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import replace

from catalogue.bench import Bench, Needless
from catalogue.entry import Entry
from catalogue.plan import Point
from catalogue.record import Kind, Record

Work = tuple[Entry, tuple[Point, ...]]
"""A model and the points wanted of it."""

_KILLED = "the process that counted it was killed, most likely for lack of memory"
_WORTH_IT = 8
"""Models from which on starting processes pays: each costs three seconds of imports."""


def measure_all(work: Sequence[Work], bench: Bench, *, jobs: int) -> Iterator[Record | Needless]:
    """Measure the wanted points of many models.

    Args:
        work: Models and points.
        bench: What they are measured with.
        jobs: Processes that count side by side.

    Yields:
        Records as they are made: counts first and in any order, then the rest in order.
    """
    counts = [(entry, _of(points, counting=True)) for entry, points in work]
    counts = [one for one in counts if one[1]]
    if jobs > 1 and len(counts) >= _WORTH_IT:
        yield from _side_by_side(counts, bench, jobs)
        work = [(entry, _of(points, counting=False)) for entry, points in work]
    yield from _one_after_another([one for one in work if one[1]], bench)


def _of(points: Sequence[Point], *, counting: bool) -> tuple[Point, ...]:
    return tuple(point for point in points if (point.kind is Kind.COMPLEXITY) is counting)


def _one_after_another(work: Sequence[Work], bench: Bench) -> Iterator[Record | Needless]:
    if not work:
        return
    from catalogue.refresh import by_pixels, measure_model  # noqa: PLC0415  # torch: seconds

    for entry, points in by_pixels(work):
        yield from measure_model(entry, points, bench)


def _side_by_side(work: Sequence[Work], bench: Bench, jobs: int) -> Iterator[Record | Needless]:
    # Jobs take no images along: there are 50,000 names of them.
    silent = replace(bench, tell=_in_silence, say=_unsaid, validation=None)
    left = dict(enumerate(work))
    with _pool(jobs) as pool:
        futures = {pool.submit(_measured, *one, silent): number for number, one in left.items()}
        try:
            for future in as_completed(futures):
                made = future.result()
                del left[futures[future]]
                bench.tell("complexity, side by side", len(work) - len(left), len(work))
                yield from made
        except BrokenProcessPool:
            bench.tell("complexity, one process for each model", len(work) - len(left), len(work))
    for one in left.values():
        yield from _alone(one, silent)


def _alone(one: Work, bench: Bench) -> list[Record | Needless]:
    """Measure a model in a process of its own, so that only its own points die with it."""
    with _pool(1) as pool:
        try:
            return pool.submit(_measured, *one, bench).result()
        except BrokenProcessPool:
            from catalogue.refresh import failed  # noqa: PLC0415  # torch: seconds

            return list(failed(*one, bench, reason=_KILLED))


@contextmanager
def _pool(jobs: int) -> Iterator[ProcessPoolExecutor]:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["catalogue.refresh", "timm"])
    pool = ProcessPoolExecutor(jobs, mp_context=context, initializer=_leave_interrupts)
    try:
        yield pool
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _measured(entry: Entry, points: tuple[Point, ...], bench: Bench) -> list[Record | Needless]:
    from catalogue.refresh import measure_model  # noqa: PLC0415  # torch: seconds

    return list(measure_model(entry, points, bench))


def _in_silence(_what: str, _done: int, _total: int) -> None:
    pass


def _unsaid(_line: str) -> None:
    pass


def _leave_interrupts() -> None:
    """Ctrl-C reaches the whole group of processes; the parent alone decides what it means."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
