"""torchvision's weights of a model, and its preset of evaluation, said as an entry's recipe.

Imports torchvision, and torch with it, when it is asked to; knows nothing of files.
"""

from typing import TYPE_CHECKING, Any

from catalogue.entry import Preprocessing

if TYPE_CHECKING:
    from collections.abc import Iterable

    from torchvision.models import WeightsEnum

_PRESET = "ImageClassification"
"""torchvision's only preset from one image to one label; others serve videos, boxes and masks."""


def own_weights(name: str, *, image_size: int | None = None) -> "WeightsEnum | None":
    """The weights torchvision means for a model: its default ones.

    Args:
        name: The builder's name.
        image_size: Side in pixels that the model was built for, where it takes no other.

    Returns:
        None where there are none, or none for that size, or the model does not classify images.
    """
    from torchvision import models  # noqa: PLC0415  # a second that others need not spend

    for weights in default_first(models.get_model_weights(name)):
        preset: Any = weights.transforms()
        if type(preset).__name__ == _PRESET and image_size in (None, preset.crop_size[0]):
            return weights
    return None


def default_first(weights: "Iterable[WeightsEnum]") -> "list[WeightsEnum]":
    """An enum's members, that which its alias `DEFAULT` means before the others."""
    ordered = list(weights)
    if not ordered:
        return []
    default = type(ordered[0]).__members__.get("DEFAULT", ordered[0])
    return sorted(ordered, key=lambda one: one.name != default.name)


def recipe_from_torchvision(weights: "WeightsEnum") -> Preprocessing:
    """What torchvision evaluates weights of classification with.

    Source: torchvision `transforms/_presets.py`, `ImageClassification`.
    """
    preset: Any = weights.transforms()
    crop = preset.crop_size[0]
    return Preprocessing(
        id=weights.name,
        input_size=(3, crop, crop),
        resize_size=preset.resize_size[0],
        interpolation=preset.interpolation.value,
        antialias=bool(preset.antialias),
        crop_size=crop,
        mean=tuple(preset.mean),
        std=tuple(preset.std),
    )
