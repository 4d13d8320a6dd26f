"""Preprocessing: the recipes from an image file to a model's input.

Knows what pixels, means and interpolations may be; knows nothing of other fields.
"""

import yaml

from catalogue.entry import Preprocessing
from catalogue.read.figures import number, sides
from catalogue.read.mapping import Fields, is_null, kind_of, read_part
from catalogue.read.numbers import shown
from catalogue.read.sheet import Sheet
from catalogue.read.tables import CROP, PREPROCESSING, RESIZE
from catalogue.read.values import choice, switch, text

_RGB = 3
_CHANNELS = (1, 3, 4)
_CROP_PCTS = (0.1, 2.0)
"""Nobody crops less than a tenth of a side, or pads to more than twice."""
_DEFAULTS = Preprocessing()


def read_recipes(sheet: Sheet, node: yaml.Node | None) -> tuple[Preprocessing, ...]:
    """Read one recipe or several; ids are unique."""
    if node is None or is_null(node):
        return ()
    members = node.value if isinstance(node, yaml.SequenceNode) else [node]
    recipes: list[Preprocessing] = []
    for member in members:
        if not isinstance(member, yaml.MappingNode):
            message = f"Preprocessing is {kind_of(member)}, expected a mapping"
            sheet.error(member, "wrong-kind", message)
            continue
        recipe = _recipe(sheet, member)
        if any(recipe.id == other.id for other in recipes):
            called = f"ID '{recipe.id}'" if recipe.id else "no ID"
            message = f"two recipes with {called}; give each an ID of its own"
            sheet.error(member, "duplicate-id", message)
            continue
        recipes.append(recipe)
    return tuple(recipes)


def _recipe(sheet: Sheet, node: yaml.MappingNode) -> Preprocessing:
    fields = read_part(sheet, node, PREPROCESSING)
    resize = _part(fields, "Resize")
    crop = _part(fields, "Crop")
    interpolation = choice(fields, "Interpolation")
    antialias = None
    resize_mode = crop_mode = None
    if isinstance(resize, Fields):
        interpolation = choice(resize, "Interpolation") or interpolation
        antialias = switch(resize, "Antialias")
        resize_mode = choice(resize, "Mode")
    if isinstance(crop, Fields):
        crop_mode = choice(crop, "Mode")
    return Preprocessing(
        id=text(fields, "ID"),
        input_size=_input_size(fields),
        resize_size=_side_or_sides(sheet, resize, "Resize"),
        resize_mode=resize_mode or _DEFAULTS.resize_mode,
        interpolation=interpolation or _DEFAULTS.interpolation,
        antialias=_DEFAULTS.antialias if antialias is None else antialias,
        crop_size=_side_or_sides(sheet, crop, "Crop"),
        crop_mode=crop_mode or _DEFAULTS.crop_mode,
        crop_pct=_crop_pct(fields),
        mean=_per_channel(fields, "Mean") or _DEFAULTS.mean,
        std=_per_channel(fields, "Std") or _DEFAULTS.std,
        color=choice(fields, "Color") or _DEFAULTS.color,
        place=sheet.place(node),
    )


def _part(fields: Fields, name: str) -> Fields | yaml.Node | None:
    """Resize or Crop: its fields where it is a mapping, else the node of its size."""
    node = fields.value(name)
    if not isinstance(node, yaml.MappingNode):
        return node
    return read_part(fields.sheet, node, RESIZE if name == "Resize" else CROP)


def _side_or_sides(
    sheet: Sheet, part: Fields | yaml.Node | None, name: str
) -> int | tuple[int, int] | None:
    node = part.value("Size") if isinstance(part, Fields) else part
    found = sides(sheet, node, f"{name} Size")
    if found is None:
        return None
    return found[0] if len(found) == 1 else (found[-2], found[-1])


def _input_size(fields: Fields) -> tuple[int, int, int] | None:
    found = sides(fields.sheet, fields.value("Input Size"), "Input Size")
    if found is None:
        return None
    if len(found) == 1:
        return (_RGB, found[0], found[0])
    return (found[0] if len(found) == _RGB else _RGB, found[-2], found[-1])


def _crop_pct(fields: Fields) -> float | None:
    node = fields.value("Crop Pct")
    printed = None if node is None else number(fields.sheet, node, "Crop Pct")
    if node is None or printed is None:
        return None
    value = printed.value(-2 if printed.unit == "%" else 0)
    if printed.unit in ("", "%") and _CROP_PCTS[0] <= value <= _CROP_PCTS[1]:
        return value
    message = f"Crop Pct is {shown(str(node.value))}, expected a share such as 0.875"
    fields.sheet.error(node, "out-of-range", message)
    return None


def _per_channel(fields: Fields, name: str) -> tuple[float, ...] | None:
    node = fields.value(name)
    if node is None:
        return None
    members = node.value if isinstance(node, yaml.SequenceNode) else [node]
    printed = [number(fields.sheet, member, name) for member in members]
    values = tuple(one.value() for one in printed if one is not None)
    if len(values) != len(members) or not values:
        return None
    if len(values) not in _CHANNELS:
        message = f"{name} has {len(values)} numbers, expected one per channel"
        fields.sheet.error(node, "out-of-range", message)
        return None
    if max(abs(value) for value in values) > 1:
        scaled = ", ".join(f"{value / 255:.4g}" for value in values)
        message = f"{name} is for pixels from 0 to 255, expected 0 to 1: [{scaled}]"
        fields.sheet.error(node, "out-of-range", message)
        return None
    if name == "Std" and min(values) <= 0:
        fields.sheet.error(node, "out-of-range", "Std holds a number that is not above 0")
        return None
    return values
