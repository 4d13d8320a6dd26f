"""Many models at once: counting is spread over processes, the rest has the machine for itself.

Counting always happens in processes of their own: a model that kills the one it is in, for lack
of memory or by its own code, must not take the command down.
"""

import multiprocessing
import signal
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import replace

from catalogue.bench import Bench, Left, Made, always
from catalogue.entry import Entry
from catalogue.failing import failure
from catalogue.plan import Point
from catalogue.record import Failure, Kind, Record

_KILLED = "counting-killed"
_NOT_TRIED = "not-tried"
Work = tuple[Entry, tuple[Point, ...]]
"""A model and the points wanted of it."""


def measure_all(work: Sequence[Work], bench: Bench, *, jobs: int) -> Iterator[Made]:
    """Measure the wanted points of many models.

    Args:
        work: Models and points; a model may come several times.
        bench: What they are measured with.
        jobs: Processes that count side by side.

    Yields:
        Records as they are made: counts first and in any order, then the rest in order. A model
        that killed the process that counted it is not built again: the rest of it fails as well.
    """
    deadly: set[str] = set()
    for made in _counted(_of(work, counting=True), bench, jobs):
        if isinstance(made, Record) and _is_death(made):
            deadly.add(made.model)
        yield made
    rest = _of(work, counting=False)
    for one in (one for one in rest if one[0].id in deadly):
        yield from _failed(one, bench, code=_NOT_TRIED)
    yield from _one_after_another([one for one in rest if one[0].id not in deadly], bench)


def _of(work: Sequence[Work], *, counting: bool) -> list[Work]:
    halves = (
        (entry, tuple(one for one in points if (one.kind is Kind.COMPLEXITY) is counting))
        for entry, points in work
    )
    return [one for one in halves if one[1]]


def _is_death(record: Record) -> bool:
    return isinstance(record.result, Failure) and record.result.code == _KILLED


def _one_after_another(work: Sequence[Work], bench: Bench) -> Iterator[Made]:
    if not work:
        return
    from catalogue.refresh import by_pixels, measure_model  # noqa: PLC0415  # torch: seconds

    for entry, points in by_pixels(work):
        yield from measure_model(entry, points, bench)


def _counted(work: Sequence[Work], bench: Bench, jobs: int) -> Iterator[Made]:
    # Jobs take no images along: there are 50,000 names of them.
    silent = replace(bench, tell=_in_silence, say=_unsaid, validation=None, may_begin=always)
    left = dict(enumerate(work))
    if len(left) > 1:
        with _pool(min(jobs, len(work))) as pool:
            yield from _side_by_side(pool, left, bench, silent)
    for one in left.values():
        bench.tell(f"{one[0].id}: complexity", 0, 0)
        yield from _alone(one, silent) if bench.may_begin(*one) else [_left(one)]


def _side_by_side(
    pool: ProcessPoolExecutor, left: dict[int, Work], bench: Bench, silent: Bench
) -> Iterator[Made]:
    """Count as long as the pool lives; what is done is taken out of `left`."""
    total = len(left)
    futures = {pool.submit(_measured, *one, silent): number for number, one in left.items()}
    try:
        for future in as_completed(futures):
            one = left[futures[future]]
            made = [_left(one)] if future.cancelled() else future.result()
            del left[futures[future]]
            bench.tell("complexity, side by side", total - len(left), total)
            yield from made
            _give_up(futures, left, bench)
    except BrokenProcessPool:
        bench.tell("complexity, one process for each model", total - len(left), total)


def _give_up(futures: dict[Future[list[Made]], int], left: dict[int, Work], bench: Bench) -> None:
    """Take back what there is no time for, unless it has begun."""
    for future, number in futures.items():
        if number in left and not bench.may_begin(*left[number]):
            future.cancel()


def _left(one: Work) -> Left:
    return Left(model=one[0].id, points=one[1])


def _alone(one: Work, bench: Bench) -> list[Made]:
    """Measure a model in a process of its own, so that only its own points die with it."""
    with _pool(1) as pool:
        try:
            return pool.submit(_measured, *one, bench).result()
        except BrokenProcessPool:
            return _failed(one, bench, code=_KILLED)


def _failed(one: Work, bench: Bench, *, code: str) -> list[Made]:
    from catalogue.refresh import failed  # noqa: PLC0415  # torch: seconds

    return list(failed(*one, bench, why=failure(code, retry=True)))


@contextmanager
def _pool(jobs: int) -> Iterator[ProcessPoolExecutor]:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["catalogue.refresh", "timm"])
    pool = ProcessPoolExecutor(jobs, mp_context=context, initializer=_leave_interrupts)
    try:
        yield pool
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _measured(entry: Entry, points: tuple[Point, ...], bench: Bench) -> list[Made]:
    from catalogue.refresh import measure_model  # noqa: PLC0415  # torch: seconds

    return list(measure_model(entry, points, bench))


def _in_silence(_what: str, _done: int, _total: int) -> None:
    pass


def _unsaid(_line: str) -> None:
    pass


def _leave_interrupts() -> None:
    """Ctrl-C reaches the whole group of processes; the parent alone decides what it means."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
