"""What `refresh` would do and why: every wanted point with the state of its record.

Needs no torch, so that `list` and `refresh --dry-run` answer at once.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import Enum

from catalogue.entry import Entry
from catalogue.freshness import changes
from catalogue.grid import Axes, cells
from catalogue.record import (
    USUAL_DATASET,
    AccuracyConditions,
    ComplexityConditions,
    Failure,
    Kind,
    LatencyConditions,
    Record,
)


class State(Enum):
    """Where a point stands."""

    MISSING = "missing"
    OUT_OF_DATE = "out of date"
    UP_TO_DATE = "up to date"
    FAILED = "failed"
    """It was tried, failed by the model's own fault, and nothing has changed since."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Device:
    """A device to time on."""

    type: str
    """`cpu` or `cuda`."""
    name: str
    threads: int
    """0 for a GPU."""
    affinity: str = "free"
    """As in `LatencyConditions`."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Dataset:
    """A data set to validate on."""

    name: str
    """`imagenet-1k`, `imagenet-v2`, …"""
    split: str
    manifest_sha256: str
    images: int
    subset: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Point:
    """One wanted measurement of one model, before its conditions are known in full."""

    kind: Kind
    input_size: tuple[int, int, int] | None = None
    """(C, H, W). None: the library's, or that of `size`, known only when the model is built."""
    size: tuple[int, int] | None = None
    """(H, W) that somebody asked for; None: the model's own."""
    form: str = "training"
    """As in `ComplexityConditions`."""
    device: Device | None = None
    precision: str | None = None
    batch_size: int | None = None
    backend: str = "eager"
    memory_format: str = "contiguous"
    dataset: Dataset | None = None
    recipe_id: str | None = None

    def __str__(self) -> str:
        words = [self.kind.value]
        if self.device is not None:
            words += [self.device.type, str(self.precision)]
            words += backend_words(self.backend, self.memory_format)
            words.append(f"batch {self.batch_size}")
        if self.kind is Kind.ACCURACY and self.dataset is not None:
            words += accuracy_words(
                self.dataset.name, self.dataset.images, self.dataset.subset, str(self.precision)
            )
        if self.form != "training":
            words.append(self.form)
        if self.size is not None:
            words.append(f"{self.size[0]}x{self.size[1]}")
        return " ".join(words)

    @property
    def together(self) -> tuple[object, ...]:
        """What points share that one run of processes measures: all but the batch size."""
        return (
            self.kind,
            self.size,
            self.form,
            self.device,
            self.precision,
            self.backend,
            self.memory_format,
        )

    def matches(self, record: Record) -> bool:
        """Whether a record is one of this point."""
        conditions = record.conditions
        if record.kind is not self.kind or not self._matches_size(record):
            return False
        if isinstance(conditions, ComplexityConditions):
            return conditions.form == self.form
        if isinstance(conditions, AccuracyConditions):
            return self._matches_accuracy(conditions)
        return self._matches_latency(conditions)

    def _matches_size(self, record: Record) -> bool:
        found = tuple(record.conditions.input_size)
        if self.size is not None:
            return found[1:] == self.size
        if self.input_size is not None:
            return found == self.input_size
        return record.at_own_size

    def _matches_latency(self, conditions: LatencyConditions) -> bool:
        device = self.device
        return device is not None and (
            (device.name, device.threads, device.affinity, self.precision)
            == (
                conditions.device,
                conditions.threads,
                conditions.affinity,
                conditions.precision,
            )
            and (self.backend, self.memory_format, self.batch_size)
            == (conditions.backend, conditions.memory_format, conditions.batch_size)
        )

    def _matches_accuracy(self, conditions: AccuracyConditions) -> bool:
        if self.dataset is None:  # nobody asked about a data set: the usual one, in any precision
            return conditions.dataset == USUAL_DATASET and not conditions.subset
        asked = self.dataset
        return (
            (asked.name, asked.split, asked.manifest_sha256, asked.images)
            == (
                conditions.dataset,
                conditions.split,
                conditions.manifest_sha256,
                conditions.images,
            )
        ) and (self.recipe_id, self.precision) == (conditions.recipe_id, conditions.precision)


def backend_words(backend: str, memory_format: str) -> list[str]:
    """What sets a timing apart from one of PyTorch as it is."""
    return [
        word for word, usual in ((backend, "eager"), (memory_format, "contiguous")) if word != usual
    ]


def accuracy_words(dataset: str, images: int, subset: bool, precision: str) -> list[str]:  # noqa: FBT001  # a field of conditions
    """What sets a validation apart from the usual one."""
    words = [] if dataset == USUAL_DATASET else [dataset]
    words += [] if precision == "fp32" else [precision]
    return words + ([f"subset of {images:,}"] if subset else [])


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """A point of a model, and how its records stand."""

    entry: Entry
    point: Point
    state: State
    reason: str
    """Why it is out of date or failed, or since when it is up to date; may be empty."""


def timings(device: Device, axes: Axes) -> tuple[Point, ...]:
    """Latencies on a device under every combination of a grid, of no model yet."""
    return tuple(
        Point(
            kind=Kind.LATENCY,
            device=device,
            precision=cell.precision,
            batch_size=cell.batch_size,
            backend=cell.backend,
            memory_format=cell.memory_format,
        )
        for cell in cells(device.type, axes)
    )


def points(
    entry: Entry,
    *,
    kinds: Sequence[Kind],
    timings: Sequence[Point],
    dataset: Dataset | None,
    accuracy_precision: str = "fp32",
) -> tuple[Point, ...]:
    """The points wanted of a model, in the order in which they are measured.

    Args:
        entry: The model's entry.
        kinds: What is measured at all.
        timings: As of `timings`: what every model is timed with.
        dataset: What it is validated on; None: nobody asked.
        accuracy_precision: As in `AccuracyConditions`.
    """
    recipe = entry.recipe
    size = recipe.input_size if recipe else None
    wanted = []
    if Kind.COMPLEXITY in kinds:
        wanted.append(Point(kind=Kind.COMPLEXITY, input_size=size))
    if Kind.LATENCY in kinds:
        wanted.extend(replace(one, input_size=size) for one in timings)
    if Kind.ACCURACY in kinds:
        recipe_id = (recipe.id if recipe else None) or "own"
        wanted.append(
            Point(
                kind=Kind.ACCURACY,
                input_size=size,
                precision=accuracy_precision,
                dataset=dataset,
                recipe_id=recipe_id,
            )
        )
    return tuple(wanted)


def standing(entry: Entry, point: Point, records: Iterable[Record]) -> Standing:
    """How a point stands.

    Args:
        entry: The model's entry.
        point: What is wanted.
        records: The model's records, oldest first; those of other points are passed over.
    """
    found = [one for one in records if point.matches(one)]
    for record in reversed(found):
        changed = changes(record, entry)
        if not changed and not isinstance(record.result, Failure):
            day = record.provenance.time[:10]
            return Standing(
                entry=entry, point=point, state=State.UP_TO_DATE, reason=f"measured {day}"
            )
    if not found:
        return Standing(entry=entry, point=point, state=State.MISSING, reason="")
    return _not_up_to_date(entry, point, found[-1])


def _not_up_to_date(entry: Entry, point: Point, last: Record) -> Standing:
    changed = changes(last, entry)
    if isinstance(last.result, Failure):
        if not changed and not last.result.retry:
            state, reason = State.FAILED, last.result.reason
        else:
            state, reason = State.MISSING, f"last try failed: {last.result.reason}"
    else:
        state, reason = State.OUT_OF_DATE, f"changed: {', '.join(changed)}"
    return Standing(entry=entry, point=point, state=state, reason=reason)
