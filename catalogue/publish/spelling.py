"""Figures and recipes as the entry format spells them: reading them gives the same again."""

from math import isclose, log10

from catalogue.entry import Figure, Json, Preprocessing, Quantity
from catalogue.page.wording import printed

_BYTES = (Quantity.WEIGHTS_BYTES, Quantity.PEAK_MEMORY_BYTES)
_UNITS = (("k", 1e3), ("M", 1e6), ("G", 1e9), ("T", 1e12))


def metric_text(name: str, figure: Figure) -> str:
    """A figure of a result, with the digits its source gave; accuracies in percent."""
    return f"{printed(figure)}%" if name in ("top1", "top5") else figure.text


def count_fields(figure: Figure, quantity: Quantity) -> dict[str, Json]:
    """`Value` and `Unit` that keep how far a count was rounded: `4.00` and `G`."""
    for prefix, unit in _UNITS:
        if 1 < figure.resolution <= unit and _is_power_of_ten(unit / figure.resolution):
            letters = prefix.upper() + "B" if quantity in _BYTES else prefix
            return {"Value": printed(figure, unit), "Unit": letters}
    whole = float(figure.value).is_integer()
    return {"Value": int(figure.value) if whole else figure.value}


def recipe_fields(recipe: Preprocessing) -> Json:
    """A recipe of preprocessing."""
    crop: dict[str, Json] = {"Size": _size(recipe.crop_size), "Mode": recipe.crop_mode}
    resize: dict[str, Json] = {
        "Size": _size(recipe.resize_size),
        "Mode": recipe.resize_mode,
        "Interpolation": recipe.interpolation,
        "Antialias": recipe.antialias,
    }
    said: dict[str, Json | None] = {
        "ID": recipe.id,
        "Input Size": [*recipe.input_size] if recipe.input_size else None,
        "Resize": {key: value for key, value in resize.items() if value is not None},
        "Crop": {key: value for key, value in crop.items() if value is not None},
        "Crop Pct": recipe.crop_pct,
        "Mean": [*recipe.mean],
        "Std": [*recipe.std],
        "Color": recipe.color,
    }
    return {key: value for key, value in said.items() if value is not None}


def _size(size: int | tuple[int, int] | None) -> Json:
    return [*size] if isinstance(size, tuple) else size


def _is_power_of_ten(ratio: float) -> bool:
    return isclose(log10(ratio), round(log10(ratio)), abs_tol=1e-9)
