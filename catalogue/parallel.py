"""Many models at once: what needs no quiet machine is spread over processes, the rest waits.

Counting is; timing and validation are not: they want the machine for themselves.
"""

import multiprocessing
import signal
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace

from catalogue.entry import Entry
from catalogue.errors import CatalogueError
from catalogue.plan import Point
from catalogue.record import Kind, Record
from catalogue.refresh import Bench, Needless, measure_model

Work = tuple[Entry, tuple[Point, ...]]
"""A model and the points wanted of it."""

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
    for entry, points in work:
        if points:
            yield from measure_model(entry, points, bench)


def _of(points: Sequence[Point], *, counting: bool) -> tuple[Point, ...]:
    return tuple(point for point in points if (point.kind is Kind.COMPLEXITY) is counting)


def _side_by_side(work: Sequence[Work], bench: Bench, jobs: int) -> Iterator[Record | Needless]:
    silent = replace(bench, tell=_in_silence)
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["catalogue.refresh", "timm"])
    pool = ProcessPoolExecutor(jobs, mp_context=context, initializer=_leave_interrupts)
    try:
        futures = {pool.submit(_measured, entry, points, silent) for entry, points in work}
        for done, future in enumerate(as_completed(futures)):
            bench.tell("complexity, side by side", done, len(work))
            yield from _result(future)
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _result(future: Future[list[Record | Needless]]) -> list[Record | Needless]:
    try:
        return future.result()
    except BrokenProcessPool:
        message = (
            "a process that counted was killed, most likely for lack of memory; what was "
            "measured is kept; run again with --jobs 1 to see which model it was"
        )
        raise CatalogueError(message) from None


def _measured(entry: Entry, points: tuple[Point, ...], bench: Bench) -> list[Record | Needless]:
    return list(measure_model(entry, points, bench))


def _in_silence(_what: str, _done: int, _total: int) -> None:
    pass


def _leave_interrupts() -> None:
    """Ctrl-C reaches the whole group of processes; the parent alone decides what it means."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
