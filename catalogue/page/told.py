"""Figures that sources report: once where several print the same under the same conditions.

Knows no language and no markup.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from catalogue.entry import Figure, Text, Zoo
from catalogue.page.verdict import Verdict
from catalogue.page.wording import Said, say


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """A figure of a source, and what we say of it."""

    figure: Figure
    verdict: Verdict


@dataclass(frozen=True, kw_only=True, slots=True)
class Printing:
    """What one source prints under one set of conditions, and who else does."""

    source: str
    """The id of the source that all figures are of."""
    others: tuple[str, ...]
    """Ids of sources that print all of these figures, too: other versions of one table, mostly."""
    partly: tuple[str, ...]
    """Ids of sources that print some of these, and no other ones."""
    told: Mapping[str, Told]
    """By model id."""


def printings(found: Mapping[str, Mapping[str, Told]]) -> Iterator[Printing]:
    """What sources print, without those that only repeat another.

    Where one figure differs, two sources stay apart with everything they print.

    Args:
        found: By source, the figures of models under one set of conditions.
    """
    kept: dict[str, list[str]] = {}
    for source in sorted(found, key=lambda one: -len(found[one])):
        first = next((one for one in kept if _repeats(found[source], found[one])), None)
        if first is None:
            kept[source] = []
        else:
            kept[first].append(source)
    for source in found:
        if source in kept:
            told, size = found[source], len(found[source])
            yield Printing(
                source=source,
                others=tuple(one for one in kept[source] if len(found[one]) == size),
                partly=tuple(one for one in kept[source] if len(found[one]) < size),
                told=told,
            )


def _repeats(figures: Mapping[str, Told], whole: Mapping[str, Told]) -> bool:
    """Whether a source has no figure that another does not print with the same digits."""
    return all(model in whole and _alike(whole[model], told) for model, told in figures.items())


def _alike(one: Told, other: Told) -> bool:
    mine, others = one.figure, other.figure
    return (mine.value, mine.resolution) == (others.value, others.resolution)


def source_title(zoo: Zoo, source_id: str) -> Text:
    """The title of a source, or its bare id where the zoo does not describe it."""
    source = zoo.source(source_id)
    return source.title if source else Text(plain=source_id)


def printed_by(printing: Printing, zoo: Zoo) -> Text | Said:
    """The titles of all sources that print some figures."""
    title = source_title(zoo, printing.source)
    others, partly = (
        tuple(source_title(zoo, one) for one in ids) for ids in (printing.others, printing.partly)
    )
    if others and partly:
        return say("source.also.partly", source=title, others=others, partly=partly)
    if partly:
        return say("source.partly", source=title, partly=partly)
    return say("source.also", source=title, others=others) if others else title


def values_of(told: Mapping[str, Told]) -> Mapping[str, float]:
    """The figures of some models as numbers."""
    return {model: one.figure.value for model, one in told.items()}


def texts_of(told: Mapping[str, Told], form: Callable[[Figure], str]) -> Mapping[str, str]:
    """The figures of some models as they are printed."""
    return {model: form(one.figure) for model, one in told.items()}


def verdicts_of(told: Mapping[str, Told]) -> Mapping[str, Verdict]:
    """What we say of the figures of some models."""
    return {model: one.verdict for model, one in told.items()}
