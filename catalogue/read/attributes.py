"""Metadata: attributes kept as written, and the figures among them.

Knows the many spellings of FLOPs and parameters; knows nothing of whose model it is.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

import yaml

from catalogue.entry import Attribute, Convention, Figure, Quantity, ReportedCost, ReportedLatency
from catalogue.read.fields import folded
from catalogue.read.figures import count, size_in_bytes
from catalogue.read.inference import read_inference_times
from catalogue.read.mapping import Item, is_null, kind_of, pairs
from catalogue.read.numbers import shown
from catalogue.read.sheet import Sheet
from catalogue.read.tables import METADATA_KEYS
from catalogue.read.values import flat

_FIGURE_KEY = re.compile(
    r"(?P<scale>[kmgt]?)(?P<word>flops?|macs?|mult-?adds?)|"
    r"(?P<params>#? ?(?:number of |num )?(?:params?|parameters?))|"
    r"(?P<activations>activations)|"
    r"(?P<size>(?:file|model|weights) size)"
)
_KEY_UNIT = re.compile(r"(?P<name>[^(\[]+?)\s*(?:[(\[]\s*(?P<unit>[a-z]{1,6})\s*[)\]])?")
_STARTS_LIKE_A_NUMBER = re.compile(r"\s*[-+.]?\d")
_MODEL_WORDS = frozenset(folded(key) for key in METADATA_KEYS)


@dataclass(frozen=True, kw_only=True, slots=True)
class Metadata:
    """What a Metadata mapping holds."""

    attributes: tuple[Attribute, ...] = ()
    costs: tuple[ReportedCost, ...] = ()
    latencies: tuple[ReportedLatency, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class _Meaning:
    """Which figure a key stands for."""

    quantity: Quantity
    unit: str
    """Unit inside the key, as in `Params(M)`."""


def read_metadata(sheet: Sheet, items: tuple[Item, ...]) -> Metadata:
    """Read the items of a Metadata mapping."""
    side = next((i.value for i in items if folded(i.key.value) == "image size"), None)
    input_size = _quiet_size(side)
    costs = []
    attributes = []
    for item in items:
        meaning = _meaning(str(item.key.value))
        cost = None if meaning is None else _cost(sheet, item, meaning, input_size)
        if cost is not None:
            costs.append(cost)
        if not is_null(item.value):
            attributes.append(_attribute(sheet, item, judged=cost is not None))
    latencies = read_inference_times(sheet, items)
    return Metadata(attributes=tuple(attributes), costs=tuple(costs), latencies=latencies)


def _attribute(sheet: Sheet, item: Item, *, judged: bool) -> Attribute:
    name, place = str(item.key.value).strip(), sheet.place(item.value)
    return Attribute(name=name, values=flat(item.value), place=place, judged=judged)


def metadata_items(sheet: Sheet, node: yaml.Node | None) -> tuple[Item, ...]:
    """The items of a Metadata value; lists of mappings and one level too many are unpacked."""
    if node is None:
        return ()
    if isinstance(node, yaml.SequenceNode) and all(
        isinstance(member, yaml.MappingNode) for member in node.value
    ):
        sheet.note(node, "read-as-list", "Metadata is a list of mappings, read as one mapping")
        return _unique(sheet, [item for member in node.value for item in pairs(sheet, member)])
    if not isinstance(node, yaml.MappingNode):
        sheet.error(node, "wrong-kind", f"Metadata is {kind_of(node)}, expected a mapping")
        return ()
    items = list(pairs(sheet, node))
    if len(items) == 1 and folded(items[0].key.value) == "metadata":
        inner = items[0]
        sheet.warning(inner.key, "nested-metadata", "Metadata is nested in Metadata; take one out")
        return metadata_items(sheet, inner.value)
    return _unique(sheet, items)


def belongs_in_metadata(key: str) -> bool:
    """Whether a key is one that zoos use inside Metadata."""
    return folded(key) in _MODEL_WORDS or _meaning(key) is not None


def _unique(sheet: Sheet, items: list[Item]) -> tuple[Item, ...]:
    found: dict[str, Item] = {}
    for item in items:
        first = found.setdefault(str(item.key.value), item)
        if first is not item:
            line = sheet.place(first.key).line
            message = f"{shown(item.key.value)} repeats line {line}, which is used; delete one"
            sheet.error(item.key, "repeated-key", message)
    return tuple(found.values())


@lru_cache(maxsize=4096)
def _meaning(key: str) -> _Meaning | None:
    split = _KEY_UNIT.fullmatch(folded(key))
    match = _FIGURE_KEY.fullmatch(split["name"]) if split else None
    if split is None or match is None:
        return None
    unit = split["unit"] or ""
    if match["size"]:
        return _Meaning(quantity=Quantity.WEIGHTS_BYTES, unit=unit)
    if match["params"]:
        return _Meaning(quantity=Quantity.PARAMS, unit=unit)
    if match["activations"]:
        return _Meaning(quantity=Quantity.ACTIVATIONS, unit=unit)
    quantity = Quantity.FLOPS if match["word"].startswith("f") else Quantity.MACS
    return _Meaning(quantity=quantity, unit=unit or match["scale"])


def _cost(
    sheet: Sheet, item: Item, meaning: _Meaning, input_size: tuple[int, int] | None
) -> ReportedCost | None:
    key, node = item
    name = str(key.value).strip()
    quantity = meaning.quantity
    if quantity is Quantity.WEIGHTS_BYTES:
        if not _STARTS_LIKE_A_NUMBER.match(_written(node)):
            # `Model Size: Small` is an attribute like any other.
            return None
        size = size_in_bytes(sheet, node, name, unit=meaning.unit)
        return None if size is None else _reported(sheet, node, quantity, size, input_size)
    counted = count(sheet, node, name, unit=meaning.unit)
    if counted is None:
        return None
    figure, said = counted
    if quantity is Quantity.FLOPS and said == "macs":
        quantity = Quantity.MACS
    _say_reading(sheet, item, meaning, figure)
    return _reported(sheet, node, quantity, figure, input_size)


def _reported(
    sheet: Sheet,
    node: yaml.Node,
    quantity: Quantity,
    figure: Figure,
    input_size: tuple[int, int] | None,
) -> ReportedCost:
    return ReportedCost(
        quantity=quantity,
        figure=figure,
        convention=Convention.UNKNOWN if quantity is Quantity.FLOPS else None,
        input_size=input_size if quantity in (Quantity.FLOPS, Quantity.MACS) else None,
        place=sheet.place(node),
    )


def _say_reading(sheet: Sheet, item: Item, meaning: _Meaning, figure: Figure) -> None:
    """Say how a figure was read that does not stand there as a plain number."""
    key, node = item
    name = str(key.value).strip()
    plain = meaning.quantity.value
    if meaning.unit:
        message = f"{shown(name)} is read as {plain}: {figure.value:.0f}"
        sheet.note(key, "unit-in-key", message, alike=name)
        return
    if figure.text.replace("_", "").strip().isdecimal():
        return
    if meaning.quantity is Quantity.FLOPS:
        message = (
            f"{name} is {shown(figure.text)}, read as {figure.value:.0f} without a convention; "
            "give it under Costs with Convention: macs or 2xmacs"
        )
        sheet.warning(node, "convention", message, alike="text")
    elif any(letter.isalpha() or letter == "," for letter in figure.text):
        message = f"{name} is {shown(figure.text)}, read as {figure.value:.0f}"
        sheet.note(node, "number-in-words", message, alike=name)


def _quiet_size(node: yaml.Node | None) -> tuple[int, int] | None:
    """Read timm's `Image Size: '224'` as (H, W)."""
    written = _written(node)
    if not (written.isascii() and written.isdecimal() and 0 < len(written) < len("100000")):
        return None
    return (int(written), int(written))


def _written(node: yaml.Node | None) -> str:
    return str(node.value) if isinstance(node, yaml.ScalarNode) else ""
