"""Figures from nodes: counts, sizes in bytes, percentages and times, with what was guessed said.

Knows numbers and places; knows nothing of whose figures they are.
"""

import re

import yaml

from catalogue.entry import Figure
from catalogue.read.mapping import is_null, kind_of
from catalogue.read.numbers import (
    Printed,
    byte_factor,
    count_shift,
    printed_number,
    says_nothing,
    shown,
)
from catalogue.read.sheet import Sheet

_LARGEST_SIDE = 100_000
_SIDE = re.compile(r"\s*\d{1,6}\s*", re.ASCII)
_MOST_SIDES = 3
_CHANNELS = (1, 3, 4)
_PLAIN = re.compile(r"(\d{1,15}(?:\.(\d{1,9}))?)%?", re.ASCII)
_RESOLUTIONS = tuple(float(f"1e-{decimals}") for decimals in range(10))
_BYTE_LETTERS = re.compile(r"([kmgt])b", re.IGNORECASE)


def number(sheet: Sheet, node: yaml.Node, name: str) -> Printed | None:
    """A number with its unit; what is none is said."""
    if is_null(node):
        return None
    if not isinstance(node, yaml.ScalarNode):
        sheet.error(node, "not-a-number", f"{name} is {kind_of(node)}, expected a number")
        return None
    if says_nothing(node.value):
        message = f"{name} is {shown(node.value)}, read as not given; leave it out"
        sheet.note(node, "no-value", message, alike=name)
        return None
    try:
        return printed_number(node.value)
    except ValueError as fault:
        sheet.error(node, "not-a-number", f"{name}: {fault}")
        return None


def plain_figure(node: yaml.ScalarNode, sheet: Sheet) -> Figure | None:
    """A figure such as `79.83` or `94.71%`; None of all others, which `number` reads as well.

    Nearly all figures of a zoo are such, and read so at a third of the cost.
    """
    match = _PLAIN.fullmatch(node.value)
    if match is None:
        return None
    return Figure(
        value=float(match[1]),
        resolution=_RESOLUTIONS[len(match[2] or "")],
        text=node.value,
        place=sheet.place(node),
    )


def figure(node: yaml.Node, printed: Printed, *, sheet: Sheet, shift: int = 0) -> Figure:
    """A printed number as a figure, multiplied by 10**shift."""
    return Figure(
        value=printed.value(shift),
        resolution=printed.resolution(shift),
        text=str(node.value),
        place=sheet.place(node),
    )


def count(sheet: Sheet, node: yaml.Node, name: str, *, unit: str = "") -> tuple[Figure, str] | None:
    """A count such as `86.92 M`, and what its unit says is counted.

    Args:
        sheet: Where the node stands.
        node: The value.
        name: The key, for messages.
        unit: A unit given elsewhere, which stands behind the number's own.
    """
    printed = number(sheet, node, name)
    if printed is None:
        return None
    try:
        shift, counted = _shift(sheet, node, name, printed, unit)
    except ValueError as fault:
        sheet.error(node, "unit", f"{name} is {shown(node.value)}: {fault}")
        return None
    if printed.digits.startswith("-"):
        sheet.error(node, "out-of-range", f"{name} is {shown(node.value)}, expected no less than 0")
        return None
    return figure(node, printed, sheet=sheet, shift=shift), counted


def _shift(
    sheet: Sheet, node: yaml.Node, name: str, printed: Printed, unit: str
) -> tuple[int, str]:
    written = printed.unit or unit
    if printed.unit and unit and count_shift(printed.unit)[0] != count_shift(unit)[0]:
        message = f"unit '{unit}' is given as well; give one of them"
        raise ValueError(message)
    in_bytes = _BYTE_LETTERS.fullmatch(written)
    if in_bytes:
        shift, counted = count_shift(in_bytes[1])
        message = (
            f"{name} is {shown(node.value)}, a size in bytes; "
            f"read as the count {printed.value(shift):.0f}, write '{in_bytes[1]}'"
        )
        sheet.warning(node, "unit", message, alike=name)
        return shift, counted
    return count_shift(written)


def size_in_bytes(sheet: Sheet, node: yaml.Node, name: str, *, unit: str = "") -> Figure | None:
    """A size such as `318016207`, `303 MB` or `1.2GiB`, in bytes."""
    printed = number(sheet, node, name)
    if printed is None:
        return None
    factor = byte_factor(printed.unit or unit)
    if factor is None or printed.digits.startswith("-"):
        message = f"{name} is {shown(node.value)}, expected bytes, or a number with KB, MB or GiB"
        sheet.error(node, "unit", message)
        return None
    return Figure(
        value=printed.value() * factor,
        resolution=printed.resolution() * factor,
        text=str(node.value),
        place=sheet.place(node),
    )


def whole(sheet: Sheet, node: yaml.Node | None, name: str) -> int | None:
    """A whole number without a unit, no less than 0."""
    printed = None if node is None else number(sheet, node, name)
    if node is None or printed is None:
        return None
    value = printed.value()
    if printed.unit or value != int(value) or value < 0:
        message = f"{name} is {shown(node.value)}, expected a whole number"
        sheet.error(node, "not-a-number", message)
        return None
    return int(value)


def sides(sheet: Sheet, node: yaml.Node | None, name: str) -> tuple[int, ...] | None:
    """Pixels: one side, (H, W) or (C, H, W), as a list, a number, or text such as `3x224x224`."""
    if node is None:
        return None
    if isinstance(node, yaml.SequenceNode):
        found = [whole(sheet, member, name) for member in node.value]
    elif isinstance(node, yaml.ScalarNode):
        parts = str(node.value).strip("()[] ").replace("×", "x").replace(",", "x").split("x")
        found = [int(part) if _SIDE.fullmatch(part) else None for part in parts]
    else:
        found = [None]
    fit = [side for side in found if side is not None and 0 < side <= _LARGEST_SIDE]
    if not fit or len(fit) < len(found) or len(fit) > _MOST_SIDES:
        written = shown(node.value) if isinstance(node, yaml.ScalarNode) else kind_of(node)
        message = f"{name} is {written}, expected pixels: 224, [H, W] or [C, H, W]"
        sheet.error(node, "not-a-size", message)
        return None
    if len(fit) == _MOST_SIDES and fit[0] > fit[2] and fit[2] in _CHANNELS:
        message = f"{name} has its channels last; write [{fit[2]}, {fit[0]}, {fit[1]}]"
        sheet.error(node, "not-a-size", message)
        return None
    return tuple(fit)


def height_and_width(sheet: Sheet, node: yaml.Node | None, name: str) -> tuple[int, int] | None:
    """Pixels as (H, W); one side is both, channels are left out."""
    found = sides(sheet, node, name)
    if found is None:
        return None
    return (found[0], found[0]) if len(found) == 1 else (found[-2], found[-1])
