"""What models are and how they are fed, row by row, for pages that put them side by side.

Nothing here is a figure. Knows no language and no markup.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from catalogue.entry import Preprocessing
from catalogue.page.evidence import Evidence
from catalogue.page.series import Judged
from catalogue.page.wording import Said, by, say


@dataclass(frozen=True, kw_only=True, slots=True)
class Fact:
    """One property, with what it is of each model."""

    key: str
    """`input`, `resize`, `crop`, `normalise`, `weights-license`, `code-license` or `aliases`."""
    values: tuple[Said | str | None, ...]
    """In the order of the models; None where the entry does not say."""


def facts(models: Sequence[Judged]) -> tuple[Fact, ...]:
    """The properties that the entry of at least one model gives."""
    found = (
        Fact(key=key, values=tuple(value_of(model.evidence) for model in models))
        for key, value_of in _FACTS
    )
    return tuple(one for one in found if any(value is not None for value in one.values))


def _input(evidence: Evidence) -> str | None:
    size = evidence.input_size
    return by(size[1:]) if size else None


def _resize(evidence: Evidence) -> Said | None:
    recipe = evidence.entry.recipe
    resize = recipe.resize_pixels() if recipe else None
    if recipe is None or resize is None:
        return None
    return say(
        f"compare.resize.{recipe.resize_mode}",
        size=str(resize) if isinstance(resize, int) else by(resize),
        interpolation=recipe.interpolation,
        antialias=say("recipe.antialias" if recipe.antialias else "recipe.no-antialias"),
    )


def _crop(evidence: Evidence) -> Said | None:
    recipe = evidence.entry.recipe
    crop = _crop_size(recipe) if recipe else None
    if recipe is None or crop is None:
        return None
    if recipe.crop_mode == "none":
        return say("compare.crop.none")
    return say(f"compare.crop.{recipe.crop_mode}", size=by(crop))


def _crop_size(recipe: Preprocessing) -> tuple[int, int] | None:
    crop = recipe.crop_size or (recipe.input_size[1:] if recipe.input_size else None)
    return (crop, crop) if isinstance(crop, int) else crop


def _normalise(evidence: Evidence) -> Said | None:
    recipe = evidence.entry.recipe
    if recipe is None:
        return None
    return say(
        "compare.normalise.values",
        color=recipe.color,
        mean=" ".join(f"{value:.4g}" for value in recipe.mean),
        std=" ".join(f"{value:.4g}" for value in recipe.std),
    )


def _weights_license(evidence: Evidence) -> str | None:
    license_ = evidence.entry.license
    return license_.weights if license_ else None


def _code_license(evidence: Evidence) -> str | None:
    license_ = evidence.entry.license
    return license_.code if license_ else None


def _aliases(evidence: Evidence) -> str | None:
    return " ".join(evidence.entry.aliases) or None


_FACTS: tuple[tuple[str, Callable[[Evidence], Said | str | None]], ...] = (
    ("input", _input),
    ("resize", _resize),
    ("crop", _crop),
    ("normalise", _normalise),
    ("weights-license", _weights_license),
    ("code-license", _code_license),
    ("aliases", _aliases),
)
