"""Measure what a plan wants, one model at a time, and hand out records as they are made.

The only module that joins building, measuring and records. It writes nothing itself: whoever
calls it saves each record before asking for the next, so an interruption loses one at most.
"""

import os
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import groupby
from typing import TypeVar

from catalogue.bench import Bench, Left, Made, Needless
from catalogue.build import Built, build
from catalogue.entry import Entry
from catalogue.errors import CatalogueError, UnreadyError
from catalogue.machine import device_name
from catalogue.measure.complexity import measure_complexity
from catalogue.measure.job import Job, Timed
from catalogue.measure.latency import measure_latency, wait_for_quiet
from catalogue.measure.preprocess import output_size, transform_text
from catalogue.measure.process import run_worker
from catalogue.measure.spell import Spell
from catalogue.plan import Device, Point
from catalogue.record import Failure, Kind, Record, Result
from catalogue.recording import Attempt, record_of
from catalogue.validate.engine import Candidate, Outcome, validate
from catalogue.variant import arguments_in_full, varied
from catalogue.weights import Shelf, default_cache, load_entry_weights

_Value = TypeVar("_Value")
_Work = tuple[Entry, tuple[Point, ...]]
_NOTHING_TO_FUSE = "nothing to fuse: same as training form"
_MB = 10**6


@dataclass(frozen=True, kw_only=True, slots=True)
class _Came:
    """What came of a point."""

    point: Point
    result: Result
    seconds: float
    """Wall time of this point alone."""


def measure_model(entry: Entry, wanted: Sequence[Point], bench: Bench) -> Iterator[Made]:
    """Measure the wanted points of one model.

    Args:
        entry: The model's entry.
        wanted: Points of this model, in the order of `plan.points`.
        bench: What it is measured with.

    Yields:
        A record for every point; a point that could not be measured yields a failure. What there is
        no time for is left.
    """
    for _, group in groupby(wanted, key=_variant):
        alike = tuple(group)
        if not bench.may_begin(entry, alike):
            yield Left(model=entry.id, points=alike)
            continue
        bench.tell(f"{entry.id}: build", 0, 0)
        built = _guarded(lambda: build(entry, allowed=bench.allowed, device="meta"))
        changed = _changed(entry, built, alike[0], bench)
        if changed is None:
            yield from (
                Needless(model=entry.id, point=point, reason=_NOTHING_TO_FUSE) for point in alike
            )
        else:
            yield from _records(entry, alike, built, changed, bench=bench)


def by_pixels(work: Sequence[_Work]) -> list[_Work]:
    """Put models whose images are decoded alike one after another.

    What the first of them decodes serves the others, even if the cache holds one transform alone.
    """
    if not any(point.kind is Kind.ACCURACY for _, points in work for point in points):
        return list(work)
    return sorted(work, key=lambda one: _pixels_of(one[0]))


def _pixels_of(entry: Entry) -> str:
    try:
        return transform_text(entry.recipe) if entry.recipe else ""
    except CatalogueError:  # said when it is this model's turn
        return ""


def _variant(point: Point) -> tuple[tuple[int, int] | None, str]:
    """Points of one variant share a model; fusing changes it in place, so others build anew."""
    return (point.size, point.form)


def _changed(
    entry: Entry, built: Built | Failure, point: Point, bench: Bench
) -> Built | Failure | None:
    """The model as the point wants it; None where there is nothing to fuse."""
    if isinstance(built, Failure):
        return built
    size, form = point.size, point.form
    return _guarded(lambda: varied(entry, built, size=size, form=form, allowed=bench.allowed))


def _records(
    entry: Entry,
    wanted: Sequence[Point],
    built: Built | Failure,
    changed: Built | Failure,
    *,
    bench: Bench,
) -> Iterator[Record]:
    attempt = Attempt(entry=entry, built=built, changed=changed)
    runs = [tuple(group) for _, group in groupby(wanted, key=lambda point: point.together)]
    spells = _spells(runs, bench)
    for alike in runs:
        timed = replace(bench, spell=spells.get(alike[0].device))
        for came in _results(entry, alike[0].kind, alike, changed, timed):
            yield record_of(attempt, came.point, came.result, bench, seconds=came.seconds)


def _spells(runs: Sequence[Sequence[Point]], bench: Bench) -> dict[Device | None, Spell]:
    """By device: how long the model may be disturbed there, all its runs by eager together."""
    counts = Counter(one[0].device for one in runs if one[0].backend == "eager")
    return {device: Spell(seconds=count * bench.protocol.run_s) for device, count in counts.items()}


def failed(
    entry: Entry, wanted: Sequence[Point], bench: Bench, *, why: Failure
) -> Iterator[Record]:
    """Records that say that a model's process did not live to tell."""
    return _records(entry, wanted, why, why, bench=bench)


def _results(
    entry: Entry, kind: Kind, wanted: Sequence[Point], built: Built | Failure, bench: Bench
) -> Iterator[_Came]:
    """A result for every point, which now knows its input size; as they come, in any order."""
    if isinstance(built, Failure):
        yield from (_Came(point=point, result=built, seconds=0.0) for point in wanted)
        return
    for came in _MEASURES[kind](entry, wanted, built, bench):
        sized = built.input_size
        if kind is Kind.ACCURACY and not isinstance(came.result, Failure):
            sized = output_size(built.recipe)
        yield replace(came, point=replace(came.point, input_size=sized))


def _complexity(
    entry: Entry, wanted: Sequence[Point], built: Built, bench: Bench
) -> Iterator[_Came]:
    for point in wanted:
        start = time.perf_counter()
        bench.tell(f"{entry.id}: complexity", 0, 0)
        result = _guarded(lambda: measure_complexity(built.module, built.input_size))
        yield _Came(point=point, result=result, seconds=time.perf_counter() - start)


def _latency(entry: Entry, wanted: Sequence[Point], built: Built, bench: Bench) -> Iterator[_Came]:
    job = _job(entry, wanted, built, bench)
    protocol = bench.protocol
    steps = protocol.processes
    what = f"{entry.id}: latency {job.device_type} {job.precision}"
    bench.tell(what, 0, steps)

    def worker(part: Job) -> Iterator[Timed]:
        wait_for_quiet(protocol)
        return run_worker(part)

    by_batch = {point.batch_size or 1: point for point in wanted}
    for one in measure_latency(
        job,
        protocol=protocol,
        worker=worker,
        on_process=lambda done: bench.tell(what, min(done, steps), steps),
        spell=bench.spell,
    ):
        yield _Came(point=by_batch[one.batch_size], result=one.result, seconds=one.seconds)


def _job(entry: Entry, wanted: Sequence[Point], built: Built, bench: Bench) -> Job:
    device = wanted[0].device
    if device is None:
        message = f"{entry.id}: a latency without a device"
        raise ValueError(message)
    return Job(
        model=entry.id,
        target=built.subject.target,
        arguments=arguments_in_full(built.subject),
        allowed=tuple(sorted(bench.allowed)),
        path=bench.path,
        input_size=built.input_size,
        device_type=device.type,
        precision=wanted[0].precision or "fp32",
        backend=wanted[0].backend,
        memory_format=wanted[0].memory_format,
        affinity=device.affinity,
        batch_sizes=tuple(point.batch_size or 1 for point in wanted),
        threads=device.threads,
        budget=bench.budget,
    )


def _accuracy(entry: Entry, wanted: Sequence[Point], built: Built, bench: Bench) -> Iterator[_Came]:
    for point in wanted:
        start = time.perf_counter()
        outcome = _guarded(lambda: _validated(entry, built, bench))
        seconds = time.perf_counter() - start
        if isinstance(outcome, Failure):
            yield _Came(point=point, result=outcome, seconds=seconds)
        else:
            yield _Came(point=point, result=outcome.accuracy, seconds=seconds)
            outcome.journal.forget()  # whoever asks for more has saved the record


def _validated(entry: Entry, built: Built, bench: Bench) -> Outcome:
    if bench.validation is None:
        message = "accuracy needs images; name them with --imagenet PATH"
        raise UnreadyError(message)
    model = build(entry, allowed=bench.allowed, device="cpu").module
    loaded = load_entry_weights(model, entry, _shelf(entry, bench))
    candidate = Candidate(
        model=model,
        recipe=built.recipe,
        weights_sha256=loaded.sha256,
        key="\0".join((entry.id, repr(built.subject))),
        device_name=device_name(bench.validation.device),
    )
    outcome = validate(
        candidate,
        bench.validation,
        on_progress=partial(bench.tell, f"{entry.id}: accuracy"),
        say=lambda line: bench.say(f"{entry.id}: accuracy: {line}"),
    )
    return replace(outcome, accuracy=replace(outcome.accuracy, weights_source=loaded.source))


def _shelf(entry: Entry, bench: Bench) -> Shelf:
    what = f"{entry.id}: weights, MB"
    bench.tell(what, 0, 0)
    return Shelf(
        cache=bench.weights_cache or default_cache(os.environ),
        file=bench.weights_file,
        folder=bench.weights_dir,
        zoo=bench.zoo_root,
        tell=lambda done, total: bench.tell(what, done // _MB, (total or 0) // _MB),
    )


_MEASURES: dict[Kind, Callable[[Entry, Sequence[Point], Built, Bench], Iterator[_Came]]] = {
    Kind.COMPLEXITY: _complexity,
    Kind.LATENCY: _latency,
    Kind.ACCURACY: _accuracy,
}


def _guarded(measure: Callable[[], _Value]) -> _Value | Failure:
    """Run somebody else's model: whatever it raises becomes a failure of that model alone."""
    try:
        return measure()
    except CatalogueError as fault:
        return Failure(reason=str(fault), retry=isinstance(fault, UnreadyError))
    except (Exception, SystemExit) as fault:  # noqa: BLE001  # the one guard between models and the run
        text = " ".join(str(fault).split())[:300]
        return Failure(reason=f"{type(fault).__name__}: {text}", retry=False)
