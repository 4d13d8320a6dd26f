"""The exact commands that take the measured figures of one model again.

Those that differ in precision or batch size alone share a command, where it asks for nothing else.
Knows no language and no markup.
"""

import shlex
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from catalogue.page.evidence import Evidence
from catalogue.page.latency import precision_order
from catalogue.page.timed import conditions_of, joined, way_order
from catalogue.page.wording import Said, by, grouped, say
from catalogue.record import AccuracyConditions, ComplexityConditions, LatencyConditions

IMAGES = "/path/to/images"
"""What stands for where the reader keeps the images."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Command:
    """One command, and which figures it takes again."""

    what: Said
    code: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Commands:
    """Commands that belong together: of one kind, and of one device."""

    title: Said
    commands: tuple[Command, ...]


def commands(evidence: Evidence) -> tuple[Commands, ...]:
    """A command for every figure that was measured or failed; none without a builder."""
    if evidence.entry.builder is None:
        return ()
    timed: dict[str, list[Command]] = defaultdict(list)
    for device, command in _timing(evidence):
        timed[device].append(command)
    groups = (
        (say("kind.complexity"), tuple(_counting(evidence))),
        *((say("command.device", device=one), tuple(found)) for one, found in timed.items()),
        (say("kind.accuracy"), tuple(_validating(evidence))),
    )
    return tuple(Commands(title=title, commands=found) for title, found in groups if found)


def _counting(evidence: Evidence) -> Iterator[Command]:
    for finding in evidence.findings:
        conditions = finding.record.conditions
        if not isinstance(conditions, ComplexityConditions):
            continue
        size = () if finding.record.at_own_size else _sized(conditions.input_size)
        form = () if conditions.form == "training" else ("--form", conditions.form)
        what = f"measurement.complexity.{conditions.form}"
        yield Command(
            what=say(what, size=by(conditions.input_size[1:])),
            code=_refresh(evidence, "complexity", (*size, *form)),
        )


def _timing(evidence: Evidence) -> Iterator[tuple[str, Command]]:
    """(device, command) for each backend, layout and size, and for batch sizes that differ."""
    ways: dict[LatencyConditions, dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
    elsewhere: set[LatencyConditions] = set()
    for finding in evidence.findings:
        conditions = finding.record.conditions
        if isinstance(conditions, LatencyConditions):
            way = replace(conditions, precision="", batch_size=0)
            ways[way][conditions.precision].add(conditions.batch_size)
            if not finding.record.at_own_size:
                elsewhere.add(way)
    for way in sorted(
        ways, key=lambda one: (one.device_type != "cuda", one.device, way_order(one))
    ):
        alike: dict[tuple[int, ...], list[str]] = defaultdict(list)
        for precision in sorted(ways[way], key=lambda name: (precision_order(name), name)):
            alike[tuple(sorted(ways[way][precision]))].append(precision)
        for batches, precisions in alike.items():
            size = _sized(way.input_size) if way in elsewhere else ()
            words = (*_under(way, precisions, batches), *size)
            what = _times_of(way, precisions, batches)
            yield way.device, Command(what=what, code=_refresh(evidence, "latency", words))


def _order(way: LatencyConditions) -> tuple[bool, str, tuple[int, bool], str]:
    return (way.device_type != "cuda", way.device, way_order(way), repr(way))


def _times_of(way: LatencyConditions, precisions: Sequence[str], batches: Sequence[int]) -> Said:
    return say(
        "command.latency",
        conditions=conditions_of(way),
        precisions=joined([one.upper() for one in precisions], "list.alike"),
        batches=joined([str(one) for one in batches], "list.alike"),
    )


def _under(
    way: LatencyConditions, precisions: Sequence[str], batches: Sequence[int]
) -> tuple[str, ...]:
    words = ["--device", way.device_type]
    for precision in precisions:
        words += ["--precision", precision]
    for batch in batches:
        words += ["--batch-size", str(batch)]
    words += ["--backend", way.backend, "--memory-format", way.memory_format]
    return (*words, *(("--threads", str(way.threads)) if way.threads else ()))


def _validating(evidence: Evidence) -> Iterator[Command]:
    for finding in evidence.findings:
        conditions = finding.record.conditions
        if not isinstance(conditions, AccuracyConditions):
            continue
        words = ["--imagenet", IMAGES, "--dataset", conditions.dataset]
        words += ["--accuracy-precision", conditions.precision]
        words += ["--limit", str(conditions.images)] if conditions.subset else []
        yield Command(
            what=say(
                "measurement.accuracy.subset" if conditions.subset else "measurement.accuracy",
                dataset=conditions.dataset,
                images=grouped(conditions.images),
                size=by(conditions.input_size[1:]),
                precision=conditions.precision.upper(),
                recipe=conditions.recipe_id,
            ),
            code=_refresh(evidence, "accuracy", words),
        )


def _sized(size: tuple[int, int, int]) -> tuple[str, str]:
    return ("--input-size", f"{size[1]}x{size[2]}")


def _refresh(evidence: Evidence, kind: str, words: Sequence[str]) -> str:
    start = ("catalogue", "refresh", "--model", evidence.entry.id, "--only", kind)
    return shlex.join((*start, *words, "--force"))
