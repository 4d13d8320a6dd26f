"""A model's builder: only what the user allowed may be imported, and nothing is imported here.

Knows the three kinds of targets; builds nothing.
"""

import re
from difflib import get_close_matches

import yaml

from catalogue.entry import Builder, Json
from catalogue.read.mapping import is_null, kind_of, read_part
from catalogue.read.numbers import narrow, shown
from catalogue.read.sheet import Sheet
from catalogue.read.tables import BUILDER
from catalogue.read.values import json_value, text, words

_NAMED = re.compile(r"(timm|torchvision):[A-Za-z0-9_][A-Za-z0-9_.\-]*", re.ASCII)
_PYTHON = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*:(?!__)[A-Za-z_]\w*", re.ASCII)
_ALWAYS = ("timm.models", "torchvision.models")
_EXPECTED = "expected timm:NAME, torchvision:NAME or module:function"


def read_builder(sheet: Sheet, node: yaml.Node | None, model: str) -> Builder | None:
    """Read a builder; one that may not or cannot be imported is an error, and none."""
    if node is None or is_null(node):
        return None
    if isinstance(node, yaml.ScalarNode):
        written = str(node.value).strip()
        usable = _usable(sheet, node, written, model)
        return Builder(target=written, place=sheet.place(node)) if usable else None
    if not isinstance(node, yaml.MappingNode):
        sheet.error(node, "builder", f"'{model}': Builder is {kind_of(node)}; {_EXPECTED}")
        return None
    fields = read_part(sheet, node, BUILDER)
    target = text(fields, "Target")
    if target is None:
        sheet.error(node, "builder", f"'{model}': Builder has no Target; {_EXPECTED}")
        return None
    if not _usable(sheet, fields.known["Target"].value, target, model):
        return None
    return Builder(
        target=target,
        args=_arguments(sheet, fields.value("Args")),
        kwargs=_keywords(sheet, fields.value("Kwargs")),
        requires=words(sheet, fields.value("Requires"), "Requires"),
        place=sheet.place(node),
    )


def _usable(sheet: Sheet, node: yaml.Node, target: str, model: str) -> bool:
    if _NAMED.fullmatch(target):
        return True
    if not _PYTHON.fullmatch(target):
        hint = _misspelt(target)
        sheet.error(node, "builder", f"'{model}': Builder is {shown(target)}{hint}; {_EXPECTED}")
        return False
    module = target.partition(":")[0]
    package = module.partition(".")[0]
    if package in sheet.zone.allowed or f"{module}.".startswith(tuple(f"{m}." for m in _ALWAYS)):
        return True
    if "." not in module and (meant := _misspelt(target)):
        sheet.error(node, "builder", f"'{model}': Builder is {shown(target)}{meant}; {_EXPECTED}")
        return False
    message = (
        f"'{model}': Builder imports '{package}', which is not allowed; "
        f"{_EXPECTED}, or allow the package if you trust it"
    )
    sheet.error(node, "builder-not-allowed", message)
    return False


def _misspelt(target: str) -> str:
    """` (did you mean 'timm:dpn131'?)` for `tim:dpn131`, or nothing."""
    prefix, colon, name = (part.strip() for part in narrow(target).partition(":"))
    if not colon and prefix not in ("timm", "torchvision") and _NAMED.fullmatch(f"timm:{target}"):
        return f" (did you mean {shown(f'timm:{target}')}?)"
    close = get_close_matches(prefix.casefold()[:20], ("timm", "torchvision"), n=1, cutoff=0.6)
    meant = f"{close[0]}:{name}" if close and colon else ""
    return f" (did you mean {shown(meant)}?)" if _NAMED.fullmatch(meant) and meant != target else ""


def _arguments(sheet: Sheet, node: yaml.Node | None) -> tuple[Json, ...]:
    if node is None:
        return ()
    if not isinstance(node, yaml.SequenceNode):
        sheet.error(node, "wrong-kind", f"Args is {kind_of(node)}, expected a list")
        return ()
    return tuple(json_value(sheet, member) for member in node.value)


def _keywords(sheet: Sheet, node: yaml.Node | None) -> dict[str, Json]:
    if node is None:
        return {}
    if not isinstance(node, yaml.MappingNode):
        sheet.error(node, "wrong-kind", f"Kwargs is {kind_of(node)}, expected a mapping")
        return {}
    found = json_value(sheet, node)
    return found if isinstance(found, dict) else {}
