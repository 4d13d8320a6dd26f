"""`catalogue compare`: whether two models differ on the very same images, by a paired test."""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from catalogue.commands.opened import Opened, find_entry, say_errors
from catalogue.entry import Entry
from catalogue.errors import CatalogueError, UnreadyError, WrongCallError
from catalogue.freshness import changes
from catalogue.proportion import Pair, difference_interval, mcnemar_p, wilson_interval
from catalogue.record import USUAL_DATASET, Accuracy, AccuracyConditions, Record
from catalogue.settings import bits_folder
from catalogue.validate.bits import Bits, load_bits

_TINY = 1e-99
"""Smaller p are not told apart."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Validated:
    """An accuracy and the entry it is of."""

    entry: Entry
    record: Record
    conditions: AccuracyConditions
    result: Accuracy

    @property
    def images(self) -> tuple[str, str, str, int, str]:
        """What two models have to share: the same images, labels and precision."""
        asked = self.conditions
        return (asked.dataset, asked.split, asked.manifest_sha256, asked.images, asked.precision)


def compare(opened: Opened, names: tuple[str, str], dataset: str | None) -> int:
    """Print hits of two models, and what a paired test says of their difference.

    Returns:
        0.

    Raises:
        WrongCallError: a name is unknown, or both are of one model.
        CatalogueError: the models were not validated on the same images, or bits are missing.
    """
    say_errors(opened)
    first, second = (find_entry(opened.zoo, name) for name in names)
    if first is second:
        message = f"'{names[0]}' and '{names[1]}' are one model; name two"
        raise WrongCallError(message)
    pair = _chosen(_of(opened, first, dataset), _of(opened, second, dataset), dataset)
    bits = [_bits(opened, one) for one in pair]
    _say(_images(pair[0]))
    for one in pair:
        _say(_hits(one))
    for number, top in enumerate(("top-1", "top-5")):
        for line in _test(top, pair, _paired(bits[0][number], bits[1][number])):
            _say(line)
    return 0


def _of(opened: Opened, entry: Entry, dataset: str | None) -> list[_Validated]:
    """The accuracies of a model, newest first.

    Raises:
        UnreadyError: there is none.
    """
    found = [
        _Validated(entry=entry, record=one, conditions=one.conditions, result=one.result)
        for one in reversed(opened.stored.records)
        if one.model == entry.id
        and isinstance(one.conditions, AccuracyConditions)
        and isinstance(one.result, Accuracy)
        and dataset in (None, one.conditions.dataset)
    ]
    if not found:
        on = f" on {dataset}" if dataset else ""
        message = (
            f"'{entry.id}' has no accuracy record{on}; expected one of each model; run "
            f"`catalogue refresh --model {entry.id} --only accuracy --imagenet PATH`"
        )
        raise UnreadyError(message)
    return found


def _chosen(
    first: Sequence[_Validated], second: Sequence[_Validated], dataset: str | None
) -> tuple[_Validated, _Validated]:
    """The newest accuracies of the same images; those of the usual data set before others."""
    pairs = [(one, two) for one in first for two in second if one.images == two.images]
    if dataset is None:
        pairs.sort(key=lambda pair: pair[0].conditions.dataset != USUAL_DATASET)
    if pairs:
        return pairs[0]
    one, two = first[0], second[0]
    message = (
        f"'{one.entry.id}' was validated on {_images(one)}, '{two.entry.id}' on {_images(two)}; "
        "expected the same images in the same precision; validate both with the same --imagenet"
    )
    raise CatalogueError(message)


def _images(one: _Validated) -> str:
    asked = one.conditions
    part = "a subset of " if asked.subset else ""
    return (
        f"{part}{asked.images:,} images of {asked.dataset} in {asked.precision} "
        f"(manifest {asked.manifest_sha256[:12]})"
    )


def _bits(opened: Opened, one: _Validated) -> tuple[Bits, Bits]:
    again = (
        f"bits are kept outside git: copy the file from where '{one.entry.id}' was validated, or "
        f"run `catalogue refresh --model {one.entry.id} --only accuracy --force --imagenet PATH`"
    )
    if one.result.bits_sha256 is None:
        message = f"the record of '{one.entry.id}' names no bits; {again}"
        raise UnreadyError(message)
    folder = bits_folder(opened.settings.project)
    try:
        return load_bits(folder, one.result.bits_sha256, one.result.images)
    except UnreadyError as fault:
        message = f"{fault}; {again}"
        raise UnreadyError(message) from None


def _hits(one: _Validated) -> str:
    result = one.result
    told = []
    for top, hits in (("top-1", result.top1_hits), ("top-5", result.top5_hits)):
        low, high = wilson_interval(hits, result.images)
        share = 100 * hits / result.images
        told.append(f"{top} {share:.3f} % ({hits:,} hits, 95 % {low:.3f} to {high:.3f})")
    changed = changes(one.record, one.entry)
    late = f"; out of date (changed: {', '.join(changed)})" if changed else ""
    return f"{one.entry.id}: {', '.join(told)}{late}"


def _paired(first: Bits, second: Bits) -> Pair:
    return Pair(
        both=int(np.sum(first & second)),
        only_first=int(np.sum(first & ~second)),
        only_second=int(np.sum(~first & second)),
        neither=int(np.sum(~first & ~second)),
    )


def _test(top: str, pair: tuple[_Validated, _Validated], counts: Pair) -> Iterator[str]:
    first, second = (one.entry.id for one in pair)
    yield (
        f"{top}: only '{first}' is right about b = {counts.only_first:,} images, only '{second}' "
        f"about c = {counts.only_second:,}; both about {counts.both:,}, neither about "
        f"{counts.neither:,}"
    )
    low, high = difference_interval(counts)
    p = mcnemar_p(counts)
    chance = f"p < {_TINY:g}" if p < _TINY else f"p = {p:.3g}"
    yield (
        f"{top}: difference {counts.difference:+.3f} points (95 % {low:+.3f} to {high:+.3f}), "
        f"McNemar's exact test {chance}"
    )


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
