"""Accuracies as series: measured at each input size, and as each source reports them.

Chooses which of them a page compares its models by.
"""

from collections import defaultdict
from collections.abc import Sequence

from catalogue.entry import Role, Zoo
from catalogue.page.claims import AccuracyClaim, is_imagenet_val
from catalogue.page.keys import address_key, at
from catalogue.page.series import Judged, Series, widest
from catalogue.page.told import (
    Printing,
    Told,
    printed_by,
    printings,
    source_title,
    texts_of,
    values_of,
    verdicts_of,
)
from catalogue.page.wording import by, printed, say


def accuracy_series(models: Sequence[Judged], zoo: Zoo) -> Series | None:
    """The top-1 accuracies to compare models by.

    Measured ones where they cover half the models; else the figures of one source for the
    entries' own weights, where they cover half; else whatever one source gives for most models.
    """
    measured = widest(_measured_accuracies(models, first=True))
    reported = _reported_accuracies(models, zoo, first=True)
    own = widest([series for series, is_own in reported if is_own])
    anyone = widest([series for series, _ in reported])
    for candidate in (measured, own):
        if candidate is not None and 2 * len(candidate.values) >= len(models):
            return candidate
    return anyone or own or measured


def accuracy_choices(models: Sequence[Judged], zoo: Zoo) -> tuple[Series, ...]:
    """Every set of comparable top-1 accuracies of two models or more, the page's own first."""
    first = accuracy_series(models, zoo)
    kept = [one for one in _every(models, zoo, first=True) if one != first]
    return (*([first] if first else []), *kept)


def top5_series(models: Sequence[Judged], zoo: Zoo) -> tuple[Series, ...]:
    """Every set of comparable top-5 accuracies of two models or more."""
    return _every(models, zoo, first=False)


def _every(models: Sequence[Judged], zoo: Zoo, *, first: bool) -> tuple[Series, ...]:
    """Measured ones first, then those of most models."""
    reported = [series for series, _ in _reported_accuracies(models, zoo, first=first)]
    ordered = sorted(
        (*_measured_accuracies(models, first=first), *reported),
        key=lambda one: (not one.measured, -len(one.values)),
    )
    return tuple(one for one in ordered if len(one.values) > 1)


def _measured_accuracies(models: Sequence[Judged], *, first: bool) -> list[Series]:
    values: dict[tuple[int, int], dict[str, float]] = defaultdict(dict)
    for model in models:
        one = model.evidence.validated()
        if one is not None:
            hits = one.result.top1 if first else one.result.top5
            values[one.conditions.input_size[1:]][model.id] = hits
    word = _word(first=first)
    return [
        Series(
            measured=True,
            values=found,
            key=address_key(word, at(size)),
            conditions=say(f"series.{word}.measured", size=by(size)),
            size=size,
            axis=say(f"axis.{word}.measured"),
        )
        for size, found in values.items()
    ]


def _word(*, first: bool) -> str:
    return "top1" if first else "top5"


def _reported_accuracies(
    models: Sequence[Judged], zoo: Zoo, *, first: bool
) -> list[tuple[Series, bool]]:
    """Each source's figures at one input size, and whether they are of our weights.

    Finest digits first, so that of two copies of one table the exact one is taken.
    """
    found: dict[_Claimed, dict[str, dict[str, Told]]] = defaultdict(lambda: defaultdict(dict))
    for model in models:
        for claim in model.claims.accuracies:
            figure = claim.result.top1 if first else claim.result.top5
            judged = claim.top1 if first else claim.top5
            if figure is None or judged is None or claim.input_size is None:
                continue
            if not _is_plain(claim):
                continue
            key = (publisher(claim.result.applies_to), claim.input_size)
            told = Told(figure=figure, verdict=judged.verdict)
            for source in claim.result.sources:
                found[key][source].setdefault(model.id, told)
    ordered = sorted(
        ((key, one) for key, by_source in found.items() for one in printings(by_source)),
        key=lambda one: sum(told.figure.resolution for told in one[1].told.values()),
    )
    word = _word(first=first)
    return [(_claimed_series(word, key, one, zoo=zoo), key[0] is None) for key, one in ordered]


_Claimed = tuple[str | None, tuple[int, int]]
"""Whose weights, and the input size."""


def _is_plain(claim: AccuracyClaim) -> bool:
    result = claim.result
    return result.role in (Role.REPORTED, Role.MEASURED) and is_imagenet_val(result)


def publisher(applies_to: str | None) -> str | None:
    """Whose weights: `paddleclas` of `paddleclas:DPN131`."""
    return applies_to.partition(":")[0] if applies_to else None


def _claimed_series(word: str, key: _Claimed, printing: Printing, *, zoo: Zoo) -> Series:
    whose, size = key
    sources = printed_by(printing, zoo)
    conditions = (
        say(f"series.{word}.reported", source=sources, size=by(size))
        if whose is None
        else say(f"series.{word}.reported-for", source=sources, size=by(size), whose=whose)
    )
    return Series(
        measured=False,
        values=values_of(printing.told),
        texts=texts_of(printing.told, printed),
        verdicts=verdicts_of(printing.told),
        key=address_key(word, printing.source, whose or "", at(size)),
        conditions=conditions,
        axis=say(f"axis.{word}.reported"),
        size=size,
        source=source_title(zoo, printing.source),
        sources=sources,
    )
