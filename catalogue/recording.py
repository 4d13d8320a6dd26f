"""A result with all that a record says of it: subject, conditions, provenance.

Reads the clock; measures nothing.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime

from catalogue.bench import Bench
from catalogue.build import Built
from catalogue.entry import Entry
from catalogue.freshness import arguments_text, file_text, library_text, recipe_text, weights_text
from catalogue.plan import Dataset, Point
from catalogue.provenance import Provenance, utc_text
from catalogue.record import (
    METHOD,
    USUAL_DATASET,
    Accuracy,
    AccuracyConditions,
    ComplexityConditions,
    Conditions,
    Failure,
    Kind,
    LatencyConditions,
    Record,
    Result,
    Subject,
)

_NO_DATASET = Dataset(name=USUAL_DATASET, split="val", manifest_sha256="", images=0, subset=True)
_UNKNOWN_SIZE = (0, 0, 0)
"""The input size in a failure of a model that could not be built and whose entry names none."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Attempt:
    """A model, as far as it came."""

    entry: Entry
    built: Built | Failure
    """As its entry builds it."""
    changed: Built | Failure
    """As points want it: at another size, or fused."""


def record_of(
    attempt: Attempt, point: Point, result: Result, bench: Bench, *, seconds: float
) -> Record:
    """Put a result together with what it is of.

    Args:
        attempt: The model.
        point: What was measured.
        result: What came of it.
        bench: What it was measured with.
        seconds: Wall time of the measurement, of this point alone.
    """
    built = attempt.built
    told = built if isinstance(attempt.changed, Failure) else attempt.changed
    subject = _subject(attempt.entry, point.kind, told, own=_own_size(built))
    return Record(
        model=attempt.entry.id,
        kind=point.kind,
        method=METHOD[point.kind],
        subject=_of_file(subject, attempt.entry, result, bench),
        conditions=_conditions(_sized(point, built)),
        result=result,
        provenance=_provenance(point, bench, seconds=seconds),
    )


def _subject(
    entry: Entry, kind: Kind, built: Built | Failure, *, own: tuple[int, int, int] | None
) -> Subject:
    if isinstance(built, Failure):
        subject, recipe = _unbuilt(entry), entry.recipe
    else:
        subject, recipe = replace(built.subject, input_size=own), built.recipe
    if kind is not Kind.ACCURACY:
        return subject
    return replace(
        subject,
        recipe=recipe_text(recipe) if recipe else None,
        weights=weights_text(entry.weights),
    )


def _of_file(subject: Subject, entry: Entry, result: Result, bench: Bench) -> Subject:
    """A file that was named for one run is no file of the entry's: its record says so."""
    if bench.weights_file is None or not isinstance(result, Accuracy):
        return subject
    return replace(subject, weights=file_text(entry, result.weights_sha256))


def _unbuilt(entry: Entry) -> Subject:
    """The subject of a model that could not be built: no files tell what it is made of."""
    builder = entry.builder
    return Subject(
        target=builder.target if builder else "",
        arguments=arguments_text(builder) if builder else "",
        library=library_text(builder.package) if builder else "",
        files=(),
        files_sha256="",
    )


def _conditions(point: Point) -> Conditions:
    size = point.input_size or _UNKNOWN_SIZE
    if point.kind is Kind.COMPLEXITY:
        return ComplexityConditions(input_size=size, form=point.form)
    if point.kind is Kind.LATENCY and point.device is not None:
        return LatencyConditions(
            device=point.device.name,
            device_type=point.device.type,
            threads=point.device.threads,
            precision=point.precision or "fp32",
            backend=point.backend,
            memory_format=point.memory_format,
            affinity=point.device.affinity,
            batch_size=point.batch_size or 1,
            input_size=size,
        )
    dataset = point.dataset or _NO_DATASET
    return AccuracyConditions(
        dataset=dataset.name,
        split=dataset.split,
        manifest_sha256=dataset.manifest_sha256,
        images=dataset.images,
        subset=dataset.subset,
        precision=point.precision or "fp32",
        input_size=size,
        recipe_id=point.recipe_id or "own",
    )


def _provenance(point: Point, bench: Bench, *, seconds: float) -> Provenance:
    device_type = point.device.type if point.device else "cpu"
    if point.kind is Kind.ACCURACY and bench.validation is not None:
        device_type = bench.validation.device
    return Provenance(
        time=utc_text(datetime.now(UTC)),
        program=bench.program,
        commit=bench.commit,
        environment=bench.environments[device_type],
        seconds=round(seconds, 3),
        alone=True,
    )


def _own_size(built: Built | Failure) -> tuple[int, int, int] | None:
    return None if isinstance(built, Failure) else built.input_size


def _sized(point: Point, built: Built | Failure) -> Point:
    """A point whose size is known as well as it can be, though the model failed."""
    if point.size is None or point.input_size is not None:
        return point
    channels = _UNKNOWN_SIZE[0] if isinstance(built, Failure) else built.input_size[0]
    return replace(point, input_size=(channels, *point.size))
