"""Which models were asked about the very same images, so that a paired test may be made.

Knows the names of the files of correctness bits, not their contents.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from catalogue.page.evidence import Evidence, Validated
from catalogue.page.series import Judged
from catalogue.page.wording import Said, grouped, say
from catalogue.record import USUAL_DATASET, AccuracyConditions


@dataclass(frozen=True, kw_only=True, slots=True)
class PairedSet:
    """Models whose hits are known for each image of one set, in one precision."""

    conditions: Said
    images: int
    files: tuple[tuple[str, str], ...]
    """(model id, SHA-256 of its file of bits)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Paired:
    """What can be tested in pairs, and why the rest cannot."""

    sets: tuple[PairedSet, ...]
    """ImageNet-1k first, then those of most models."""
    reasons: tuple[str | None, ...]
    """For each model, in their order: the label that says why it is in no set; None in one."""


def paired(models: Sequence[Judged], known: Collection[str]) -> Paired:
    """Find the models that can be tested in pairs.

    Args:
        models: The models.
        known: SHA-256 of the files of bits that are there and whole.
    """
    found: dict[_Images, dict[str, str]] = defaultdict(dict)
    for model in models:
        for one in model.evidence.validations:
            if one.finding.holds and one.result.bits_sha256 in known:
                found[_images(one.conditions)][model.id] = str(one.result.bits_sha256)
    ordered = sorted(found, key=lambda one: (one.dataset != USUAL_DATASET, -len(found[one])))
    tested = {model for files in found.values() for model in files}
    return Paired(
        sets=tuple(_set(one, found[one]) for one in ordered),
        reasons=tuple(None if one.id in tested else _reason(one.evidence) for one in models),
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class _Images:
    """What two models have to share: the same images, labels and precision."""

    dataset: str
    split: str
    manifest_sha256: str
    images: int
    precision: str
    subset: bool


def _images(conditions: AccuracyConditions) -> _Images:
    return _Images(
        dataset=conditions.dataset,
        split=conditions.split,
        manifest_sha256=conditions.manifest_sha256,
        images=conditions.images,
        precision=conditions.precision,
        subset=conditions.subset,
    )


def _set(of: _Images, files: dict[str, str]) -> PairedSet:
    return PairedSet(
        conditions=say(
            "paired.subset" if of.subset else "paired.images",
            images=grouped(of.images),
            dataset=of.dataset,
            precision=of.precision.upper(),
        ),
        images=of.images,
        files=tuple(files.items()),
    )


def _reason(evidence: Evidence) -> str:
    holding = [one for one in evidence.validations if one.finding.holds]
    if not holding:
        return "paired.out-of-date" if evidence.validations else "paired.not-validated"
    return "paired.no-bits" if _named(holding) is None else "paired.elsewhere"


def _named(validations: Sequence[Validated]) -> str | None:
    return next((one.result.bits_sha256 for one in validations if one.result.bits_sha256), None)
