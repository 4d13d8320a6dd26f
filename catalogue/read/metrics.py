"""Metrics of a result: names, values, and which of them mean top-1 and top-5 accuracy.

Knows the spellings and scales in use; knows nothing of other fields.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

import yaml

from catalogue.entry import Figure, Metric
from catalogue.read.fields import folded
from catalogue.read.figures import figure, plain_figure
from catalogue.read.mapping import Item, is_null, keep, kind_of, pairs
from catalogue.read.numbers import printed_number, says_nothing, shown
from catalogue.read.sheet import Sheet

_TOP = re.compile(r"(?:acc(?:uracy)?[@/ ]*)?top[ -]?(1|5)(?:[ -]?acc(?:uracy)?\.?)?(?: ?\(?%\)?)?")
_AT = re.compile(r"acc(?:uracy)?\.?[@ /]?(1|5)")
_ACCURACY = re.compile(r"\b(acc|accuracy|top ?[15])\b")
_ERROR = re.compile(r"\berr(or)?\b")
_SPREAD = re.compile(
    r"(?P<value>[\d.]+)\s*%?\s*(?:±|\+/-|\+-|\()\s*(?P<spread>[\d.]+)\s*\)?\s*(?P<unit>%?)"
)
_NOT_FINITE = re.compile(r"nan|inf(inity)?", re.IGNORECASE)
_DOLLAR = re.compile(r"([\d.]+)\s*\$")
_PERCENT = 100.0
_LONGEST_SPREAD = 200


@dataclass(frozen=True, kw_only=True, slots=True)
class Metrics:
    """The metrics of one result."""

    all: tuple[Metric, ...] = ()
    top1: Figure | None = None
    top5: Figure | None = None


def read_metrics(sheet: Sheet, node: yaml.Node, *, classifies: bool) -> Metrics:
    """Read a Metrics value.

    Args:
        sheet: Where it stands.
        node: A mapping, or a list of mappings.
        classifies: Whether the task is image classification, so that a bare `Accuracy` is top-1.
    """
    found: dict[str, Metric] = {}
    top: dict[str, Figure] = {}
    for name, value, place in _named_values(sheet, node):
        printed = _figure(sheet, name, value)
        if printed is None:
            continue
        if name in found:
            message = f"metric {shown(name)} stands here twice; the first is used, delete one"
            sheet.error(place, "repeated-key", message)
            continue
        found[name] = Metric(name=name, figure=printed)
        rank = _rank(name) or ("1" if classifies and folded(name) == "accuracy" else None)
        if rank is not None:
            top.setdefault(rank, printed)
    return Metrics(all=tuple(found.values()), top1=top.get("1"), top5=top.get("5"))


def _named_values(sheet: Sheet, node: yaml.Node) -> Iterator[tuple[str, yaml.Node, yaml.Node]]:
    """(name, value, place of the name) of each metric, whichever way they are listed."""
    if isinstance(node, yaml.MappingNode):
        for item in pairs(sheet, node):
            if isinstance(item.value, yaml.MappingNode):
                yield from _one_or_nested(sheet, item, item.value)
            else:
                yield item.key.value.strip(), item.value, item.key
        return
    if not isinstance(node, yaml.SequenceNode):
        sheet.error(node, "wrong-kind", f"Metrics is {kind_of(node)}, expected names and values")
        return
    for member in node.value:
        if not isinstance(member, yaml.MappingNode):
            sheet.error(
                member, "wrong-kind", f"a metric is {kind_of(member)}, expected name: value"
            )
            continue
        items = {folded(item.key.value): item for item in pairs(sheet, member)}
        if "value" in items and (named := items.get("name") or items.get("type")):
            # The form of Hugging Face's model cards: {type, name, value}.
            yield str(named.value.value), items["value"].value, named.key
            rest = (one for one in items.values() if one not in (named, items["value"]))
            keep(sheet, str(named.value.value), rest)
        else:
            yield from ((str(i.key.value).strip(), i.value, i.key) for i in items.values())


def _one_or_nested(
    sheet: Sheet, item: Item, node: yaml.MappingNode
) -> Iterator[tuple[str, yaml.Node, yaml.Node]]:
    """A metric, or those that stand below a name of their own: `Vid4: {PSNR: 24.4}`."""
    name = str(item.key.value).strip()
    inner = pairs(sheet, node)
    if not inner or any(folded(one.key.value) == "value" for one in inner):
        yield name, item.value, item.key
        return
    names = [f"{name} {str(one.key.value).strip()}" for one in inner]
    message = f"{shown(name)} holds metrics of its own, read as {', '.join(map(shown, names))}"
    sheet.note(item.key, "nested-metrics", message, alike="nested")
    yield from ((full, one.value, one.key) for full, one in zip(names, inner, strict=True))


def _figure(sheet: Sheet, name: str, node: yaml.Node) -> Figure | None:
    unit = ""
    if isinstance(node, yaml.MappingNode):
        items = {folded(item.key.value): item for item in pairs(sheet, node)}
        inner = items.get("value")
        if inner is None:
            message = (
                f"{shown(name)} is a mapping without Value; expected a number or {{Value, Unit}}"
            )
            sheet.error(node, "wrong-kind", message)
            return None
        unit = _unit_of(items.get("unit"))
        rest = (item for key, item in items.items() if key not in ("value", "unit"))
        keep(sheet, name, rest)
        node = inner.value
    if is_null(node):
        return None
    if not isinstance(node, yaml.ScalarNode):
        sheet.error(node, "wrong-kind", f"{shown(name)} is {kind_of(node)}, expected one number")
        return None
    printed = plain_figure(node, sheet) or _printed(sheet, name, node)
    if printed is None:
        return None
    return _scaled(sheet, name, printed, unit or printed.text.strip()[-1:])


def _unit_of(item: Item | None) -> str:
    written = "" if item is None else folded(str(item.value.value))
    return {"percent": "%", "fraction": "fraction", "%": "%"}.get(written, "")


def _printed(sheet: Sheet, name: str, node: yaml.ScalarNode) -> Figure | None:
    """The number as it stands; what is none is said."""
    written = str(node.value)
    if says_nothing(written):
        message = f"{shown(name)} is {shown(written)}, read as not given; leave it out"
        sheet.note(node, "no-value", message, alike="metric")
        return None
    spread = _SPREAD.fullmatch(written.strip()) if len(written) <= _LONGEST_SPREAD else None
    try:
        printed = printed_number(spread["value"] + spread["unit"] if spread else written)
    except ValueError as fault:
        _say_no_number(sheet, node, name, str(fault))
        return None
    if printed.unit not in ("", "%"):
        dollar = _DOLLAR.fullmatch(written.strip())
        meant = f"{dollar[1]}%" if dollar else printed.digits
        message = f"{shown(written)} is no number (did you mean '{meant}'?)"
        _say_no_number(sheet, node, name, message)
        return None
    if spread:
        message = f"{shown(name)} is {shown(written)}, read as {printed.digits}; its spread is not"
        sheet.note(node, "spread", message, alike="metric")
    return figure(node, printed, sheet=sheet)


def _say_no_number(sheet: Sheet, node: yaml.ScalarNode, name: str, message: str) -> None:
    if (
        any(letter.isdecimal() for letter in node.value[:2])
        or node.value[:1] in ".+-~≈<>"
        or _NOT_FINITE.fullmatch(node.value.strip())
    ):
        sheet.error(node, "not-a-number", f"metric {shown(name)}: {message}")
    else:
        words = f"metric {shown(name)} is {shown(node.value)}, expected a number; not read"
        sheet.warning(node, "not-a-number", words, alike=name)


def _scaled(sheet: Sheet, name: str, printed: Figure, unit: str) -> Figure | None:
    """An accuracy in percent; other metrics stay as written."""
    if not _is_accuracy(name):
        return printed
    if unit == "fraction" or (unit != "%" and 0 < printed.value <= 1):
        if unit != "fraction":
            message = (
                f"{shown(name)} is {shown(printed.text)}, read as the fraction of "
                f"{printed.value * _PERCENT:.6g} %; write {printed.value * _PERCENT:.6g}%"
            )
            sheet.zone.findings.note(printed.place, "fraction", message, alike="fraction")
        printed = replace(
            printed,
            value=round(printed.value * _PERCENT, 10),
            resolution=printed.resolution * _PERCENT,
        )
    if 0 <= printed.value <= _PERCENT:
        return printed
    message = f"{shown(name)} is {shown(printed.text)}, expected 0 % to 100 %"
    sheet.zone.findings.error(printed.place, "out-of-range", message)
    return None


@lru_cache(maxsize=1024)
def _rank(name: str) -> str | None:
    """`1` or `5` where the name means top-1 or top-5 accuracy."""
    plain = folded(name)
    match = _TOP.fullmatch(plain) or _AT.fullmatch(plain)
    return match[1] if match else None


@lru_cache(maxsize=1024)
def _is_accuracy(name: str) -> bool:
    plain = folded(name)
    if _ERROR.search(plain):
        return False
    return _rank(name) is not None or _ACCURACY.search(plain) is not None
