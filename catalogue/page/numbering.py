"""The numbered sources of a page: each once, in the order in which the page first cites it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from catalogue.entry import Entry, Source, Text, Zoo


@dataclass(frozen=True, kw_only=True, slots=True)
class NumberedSource:
    """A source under the number it is cited by."""

    number: int
    source: Source


def number_sources(entries: Iterable[Entry], zoo: Zoo) -> tuple[NumberedSource, ...]:
    """Number every source that the figures of some entries name.

    Accuracies come first, then costs, then latencies. A source that the zoo does not describe
    is listed under its bare id.
    """
    entries = tuple(entries)
    cited = dict.fromkeys(
        source
        for claims in (
            [result.sources for entry in entries for result in entry.results],
            [cost.sources for entry in entries for cost in entry.costs],
            [line.sources for entry in entries for line in entry.latencies],
        )
        for sources in claims
        for source in sources
    )
    return tuple(
        NumberedSource(
            number=number,
            source=zoo.source(source_id) or Source(id=source_id, title=Text(plain=source_id)),
        )
        for number, source_id in enumerate(cited, start=1)
    )


def numbers(sources: Iterable[NumberedSource]) -> Mapping[str, int]:
    """The number of each source id."""
    return {one.source.id: one.number for one in sources}
