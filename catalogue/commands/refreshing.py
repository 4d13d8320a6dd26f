"""`catalogue refresh`: choose, plan, measure, save, tell."""

import signal
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from catalogue import __version__, machine
from catalogue.bench import Bench, Left, Needless, always
from catalogue.commands.forecast import Forecast, forecast, room, thrifty
from catalogue.commands.opened import Opened, entries_of, say_errors, shown
from catalogue.commands.telling import Teller
from catalogue.commands.timing import TimingWishes, wished_timings
from catalogue.commands.validating import (
    ValidationWishes,
    dataset_of,
    images_of,
    validation_of,
)
from catalogue.entry import Entry
from catalogue.errors import WrongCallError
from catalogue.estimate import Pace
from catalogue.experience import experience
from catalogue.filling import Download, fill_in
from catalogue.images.image_set import ImageSet
from catalogue.measure.protocol import Protocol
from catalogue.measure.timing import Budget
from catalogue.parallel import Work, measure_all
from catalogue.plan import Point, Standing, State, points, standing
from catalogue.record import Accuracy, Kind, Record
from catalogue.store import save_environment, save_record
from catalogue.validate.validation import Validation

_WANTS = frozenset({State.MISSING, State.OUT_OF_DATE})


@dataclass(frozen=True, kw_only=True, slots=True)
class Selection:
    """The models that are meant."""

    models: tuple[str, ...]
    families: tuple[str, ...]
    every: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Wishes:
    """What is to be measured of them, and with what."""

    kinds: tuple[str, ...]
    timing: TimingWishes
    validation: ValidationWishes | None
    """None: no images were named."""
    weights_dir: Path | None
    force: bool
    jobs: int | None
    """Processes that count side by side; None: one for each processor."""
    size: tuple[int, int] | None = None
    """(H, W) in place of each model's own."""
    form: str = "training"
    """As in `ComplexityConditions`."""
    weights_file: Path | None = None
    """The weights to validate the one model with, in place of those its entry names."""
    time_budget: float | None = None
    """Seconds to spend; None: as many as it takes."""

    @property
    def processes(self) -> int:
        """How many of them count side by side."""
        return self.jobs or machine.usable_cpus()


def refresh(opened: Opened, selection: Selection, wishes: Wishes, *, dry_run: bool) -> int:
    """Measure what is missing or out of date.

    Returns:
        0; 1 where a measurement failed or an entry could not be read.

    Raises:
        CatalogueError: nothing was selected, a name is unknown, or a data set cannot be used.
    """
    entries = _selected(opened, selection)
    _check_weights(entries, wishes)
    say_errors(opened)
    images = _images(wishes)
    kinds = _kinds(wishes)
    timings = _timings(opened, wishes, kinds)
    teller = Teller()
    work: list[Work] = []
    plan = partial(_wanted, wishes=wishes, kinds=kinds, timings=timings, images=images)
    for entry, standings in _standings(opened, entries, plan):
        wanted = [one for one in standings if _is_wanted(one, wishes)]
        for one in standings:
            teller.plan(one, wanted=one in wanted, dry_run=dry_run)
        if wanted:
            work.append((entry, tuple(one.point for one in wanted)))
        if Kind.ACCURACY in kinds and images is None:
            teller.skip(
                entry.id, "accuracy", "no --imagenet PATH: pages say 'reported, not measured'"
            )
    before = _forecast(opened, work, wishes)
    if dry_run:
        teller.close_dry_run(before, wishes.time_budget)
        return int(opened.broken)
    outcomes = _measure(opened, before, wishes, images, teller)
    return int(opened.broken or outcomes["failed"] > 0)


def _selected(opened: Opened, selection: Selection) -> list[Entry]:
    named = entries_of(opened, selection.models, selection.families)
    if selection.every and named:
        message = f"--all is every model, {named[0].id} among them; leave out --all, or the names"
        raise WrongCallError(message)
    if selection.every:
        return list(opened.zoo.entries)
    if not selection.models and not selection.families:
        message = "nothing selected; name what to refresh with --model NAME, --family NAME or --all"
        raise WrongCallError(message)
    return named


def _check_weights(entries: Sequence[Entry], wishes: Wishes) -> None:
    if wishes.weights_file is not None and len(entries) != 1:
        message = (
            f"--weights {wishes.weights_file}: {len(entries)} models are selected; a file holds "
            "the weights of one, so name exactly one with --model"
        )
        raise WrongCallError(message)


def _is_wanted(one: Standing, wishes: Wishes) -> bool:
    """What a file of weights was named for is measured again, as its record may be of others."""
    again = wishes.weights_file is not None and one.point.kind is Kind.ACCURACY
    return wishes.force or again or one.state in _WANTS


def _images(wishes: Wishes) -> ImageSet | None:
    if wishes.validation is None or (wishes.kinds and "accuracy" not in wishes.kinds):
        return None
    return images_of(wishes.validation)


def _kinds(wishes: Wishes) -> list[Kind]:
    """The kinds that are meant; a size or form that was asked for leaves some out.

    Raises:
        WrongCallError: a kind was asked for that has no such variant.
    """
    possible = list(Kind)
    if wishes.form != "training":
        possible = [Kind.COMPLEXITY]
        why = f"--form {wishes.form} goes with complexity alone"
    elif wishes.size is not None:
        possible = [Kind.COMPLEXITY, Kind.LATENCY]
        why = "--input-size does not go with accuracy, whose size the entry's recipe decides"
    kinds = [kind for kind in Kind if not wishes.kinds or kind.value in wishes.kinds]
    excess = [kind.value for kind in kinds if kind not in possible]
    if wishes.kinds and excess:
        message = f"{why}; leave out --only {excess[0]}"
        raise WrongCallError(message)
    return [kind for kind in kinds if kind in possible]


def _timings(opened: Opened, wishes: Wishes, kinds: Sequence[Kind]) -> tuple[Point, ...]:
    if Kind.LATENCY in kinds:
        return wished_timings(wishes.timing, opened.settings.latency)
    if wishes.timing.option is not None:
        hint = ""
        if wishes.timing.option == "--precision" and Kind.ACCURACY in kinds:
            hint = "; of accuracy it is --accuracy-precision"
        message = f"{wishes.timing.option} goes with latency, which is left out here{hint}"
        raise WrongCallError(message)
    return ()


def _wanted(
    entry: Entry,
    *,
    wishes: Wishes,
    kinds: Sequence[Kind],
    timings: Sequence[Point],
    images: ImageSet | None,
) -> tuple[Point, ...]:
    kinds = [kind for kind in kinds if kind is not Kind.ACCURACY or images is not None]
    found = points(
        entry,
        kinds=kinds,
        timings=timings,
        dataset=None if images is None else dataset_of(images),
        accuracy_precision=wishes.validation.precision if wishes.validation else "fp32",
    )
    if wishes.size is not None:
        found = tuple(replace(one, input_size=None, size=wishes.size) for one in found)
    return tuple(replace(one, form=wishes.form) for one in found)


def _standings(
    opened: Opened, entries: Sequence[Entry], plan: Callable[[Entry], Sequence[Point]]
) -> Iterator[tuple[Entry, list[Standing]]]:
    by_model: dict[str, list[Record]] = {}
    for record in opened.stored.records:
        by_model.setdefault(record.model, []).append(record)
    for entry in entries:
        records = by_model.get(entry.id, [])
        yield entry, [standing(entry, point, records) for point in plan(entry)]


def _forecast(opened: Opened, work: Sequence[Work], wishes: Wishes) -> Forecast:
    known = experience(opened.stored.records, opened.stored.limits)
    pace = Pace(protocol=Protocol(), budget=Budget())
    return forecast(work, known, pace, jobs=wishes.processes)


def _measure(
    opened: Opened,
    before: Forecast,
    wishes: Wishes,
    images: ImageSet | None,
    teller: Teller,
) -> Counter[str]:
    if not before.portions:
        return teller.close()
    work = before.work if wishes.time_budget is None else thrifty(before)
    with teller.progress(before), _ended_like_interrupted():
        folder = opened.settings.measurements
        validation = _validation(opened, wishes, images)
        bench = Bench(
            program=f"catalogue {__version__}",
            commit=machine.git_commit(opened.settings.project),
            environments={
                one: save_environment(folder, machine.describe(device_type=one))
                for one in _device_types(work, validation)
            },
            allowed=opened.settings.allow,
            path=(str(opened.settings.project),) if opened.settings.allow else (),
            validation=validation,
            weights_dir=wishes.weights_dir,
            weights_file=wishes.weights_file,
            zoo_root=opened.zoo.root,
            weights_cache=None,
            tell=teller.step,
            say=teller.remark,
            may_begin=_may_begin(before, wishes),
        )
        places = {entry.id: shown(entry.place, opened.settings) for entry, _ in work}
        try:
            for made in measure_all(work, bench, jobs=wishes.processes):
                if isinstance(made, Left):
                    teller.left(made)
                elif isinstance(made, Needless):
                    teller.needless(made.model, made.point, made.reason)
                else:
                    save_record(folder, made)
                    teller.done(made, places[made.model])
                    _fill_in(opened, made, teller)
        except KeyboardInterrupt:
            teller.interrupted(before)
            raise
    return teller.close()


@contextmanager
def _ended_like_interrupted() -> Iterator[None]:
    """SIGTERM, which batch systems send before they kill, ends a run as Ctrl-C does."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _may_begin(before: Forecast, wishes: Wishes) -> Callable[[Entry, Sequence[Point]], bool]:
    return always if wishes.time_budget is None else room(before, wishes.time_budget)


def _fill_in(opened: Opened, record: Record, teller: Teller) -> None:
    """Write the hash of weights that were downloaded into the entry, once they are measured."""
    result = record.result
    if not isinstance(result, Accuracy) or not (result.weights_source or "").startswith("https:"):
        return
    entry = next(one for one in opened.zoo.entries if one.id == record.model)
    if entry.weights and entry.weights[0].sha256:
        return
    download = Download(
        model=entry.id,
        url=entry.weights[0].url if entry.weights else None,
        sha256=result.weights_sha256,
        source=result.weights_source or "",
    )
    said = fill_in(opened.settings.index, download, allowed=opened.settings.allow)
    if said:
        teller.remark(f"{entry.id}: weights: {said}")


def _validation(opened: Opened, wishes: Wishes, images: ImageSet | None) -> Validation | None:
    if wishes.validation is None or images is None:
        return None
    project = opened.settings.project
    return validation_of(wishes.validation, images, devices=wishes.timing.devices, project=project)


def _device_types(work: Sequence[Work], validation: Validation | None) -> list[str]:
    used = {point.device.type for _, wanted in work for point in wanted if point.device}
    return sorted(used | {"cpu"} | ({validation.device} if validation else set()))
