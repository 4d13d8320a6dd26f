"""A preprocessing recipe as a value of the entry format, such that it reads back the same.

Pure: knows recipes and their keys.
"""

from catalogue.entry import Json, Preprocessing

_USUAL = Preprocessing()


def recipe_value(recipe: Preprocessing) -> dict[str, Json]:
    """A recipe as an entry's mapping; what the format takes for granted is left out."""
    value: dict[str, Json] = {"ID": recipe.id} if recipe.id else {}
    if recipe.input_size is not None:
        value["Input Size"] = list(recipe.input_size)
    resize: dict[str, Json] = {"Size": _sides(recipe.resize_size)} if recipe.resize_size else {}
    resize |= {"Mode": recipe.resize_mode, "Interpolation": recipe.interpolation}
    if recipe.antialias != _USUAL.antialias:
        resize["Antialias"] = recipe.antialias
    crop: dict[str, Json] = {"Size": _sides(recipe.crop_size)} if recipe.crop_size else {}
    value |= {"Resize": resize, "Crop": crop | {"Mode": recipe.crop_mode}}
    if recipe.crop_pct is not None:
        value["Crop Pct"] = recipe.crop_pct
    value |= {"Mean": list(recipe.mean), "Std": list(recipe.std)}
    return value if recipe.color == _USUAL.color else value | {"Color": recipe.color}


def _sides(size: int | tuple[int, int]) -> Json:
    return size if isinstance(size, int) else list(size)
