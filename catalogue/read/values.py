"""Nodes as texts, lists of texts, prose in languages, choices and JSON, decided by the field.

A scalar's type is never guessed by YAML: `no`, `152` and `1:30` are texts where text is due.
"""

import re
from collections.abc import Iterator
from math import inf, isfinite

import yaml

from catalogue.entry import Json, Text
from catalogue.errors import near
from catalogue.read.fields import folded
from catalogue.read.mapping import NULLS, Fields, Item, is_null, is_plain, kind_of, pairs
from catalogue.read.numbers import shown
from catalogue.read.sheet import Sheet
from catalogue.read.tables import LANGUAGES

_LANGUAGE_NAMES = {
    "zh": ("cn", "zhcn", "zhhans", "zhhanscn", "chs", "chinese", "zho", "中文", "ch"),
    "en": ("eng", "enus", "engb", "english", "us", "英文"),
}
_LANGUAGE_CODE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_INTEGER = re.compile(r"[-+]?\d{1,30}", re.ASCII)
_FLOAT = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d{1,3})?", re.ASCII)
_TRUTHS = {"true": True, "false": False}


def text(fields: Fields, name: str) -> str | None:
    """The text of a key, exactly as written; None where there is none."""
    node = fields.value(name)
    return None if node is None else scalar_text(fields.sheet, node, name)


def scalar_text(sheet: Sheet, node: yaml.Node, name: str) -> str | None:
    """A scalar's text without surrounding space; anything else is said."""
    if isinstance(node, yaml.ScalarNode):
        return str(node.value).strip() or None
    sheet.error(node, "wrong-kind", f"{name} is {kind_of(node)}, expected text")
    return None


def words(sheet: Sheet, node: yaml.Node | None, name: str) -> tuple[str, ...]:
    """A text or a list of texts."""
    if node is None:
        return ()
    members = node.value if isinstance(node, yaml.SequenceNode) else [node]
    given = [member for member in members if not is_null(member)]
    found = [scalar_text(sheet, member, name) for member in given]
    for member, word in zip(given, found, strict=True):
        if word is not None and "，" in word:
            message = f"{name} holds {shown(word)} with a full-width '，'; several texts need ','"
            sheet.warning(member, "full-width", message)
    return tuple(word for word in found if word is not None)


def prose(fields: Fields, name: str) -> Text | None:
    """Plain text, or text by language."""
    node = fields.value(name)
    if not isinstance(node, yaml.MappingNode):
        plain = None if node is None else scalar_text(fields.sheet, node, name)
        return None if plain is None or node is None else _placed(fields, node, plain=plain)
    found: dict[str, str] = {}
    for item in pairs(fields.sheet, node):
        language = _language(fields.sheet, item)
        written = None if is_null(item.value) else scalar_text(fields.sheet, item.value, name)
        if written is None:
            continue
        if language in found:
            message = f"{name} has '{language}' twice; the first is used, delete one"
            fields.sheet.error(item.key, "repeated-key", message)
        found.setdefault(language, written)
    return _placed(fields, node, translations=tuple(found.items())) if found else None


def _placed(
    fields: Fields,
    node: yaml.Node,
    *,
    plain: str | None = None,
    translations: tuple[tuple[str, str], ...] = (),
) -> Text:
    return Text(plain=plain, translations=translations, place=fields.sheet.place(node))


def _language(sheet: Sheet, item: Item) -> str:
    written = str(item.key.value)
    if written in LANGUAGES:
        return written
    letters = "".join(letter for letter in written.casefold() if letter.isalnum())
    for code, names in _LANGUAGE_NAMES.items():
        if letters == code or letters in names:
            message = f"language '{written}' is read as '{code}' (did you mean '{code}'?)"
            sheet.warning(item.key, "language", message, alike=written)
            return code
    if not _LANGUAGE_CODE.fullmatch(written):
        known = " or ".join(LANGUAGES)
        message = (
            f"{shown(written)} is no language code, expected {known}{near(written, LANGUAGES)}"
        )
        sheet.warning(item.key, "language", message, alike=written)
    return written


def choice(fields: Fields, name: str) -> str | None:
    """One of the values the table lists for a key; another is an error."""
    node = fields.value(name)
    written = None if node is None else scalar_text(fields.sheet, node, name)
    if node is None or written is None:
        return None
    choices = fields.table.choices(name)
    by_folded = {folded(known): known for known in choices}
    found = by_folded.get(folded(written))
    if found is None:
        listed = ", ".join(choices)
        message = f"{name} is {shown(written)}{near(written[:40], choices)}; expected {listed}"
        fields.sheet.error(node, "unknown-choice", message)
    return found


def switch(fields: Fields, name: str) -> bool | None:
    """True or false."""
    node = fields.value(name)
    if node is None:
        return None
    written = (scalar_text(fields.sheet, node, name) or "").casefold()
    if written in ("true", "yes", "on"):
        return True
    if written in ("false", "no", "off"):
        return False
    fields.sheet.error(
        node, "unknown-choice", f"{name} is {shown(written)}, expected true or false"
    )
    return None


def flat(node: yaml.Node) -> tuple[str, ...]:
    """Whatever stands behind an attribute, as texts: list members, or `key: value` of a mapping."""
    if isinstance(node, yaml.ScalarNode):
        return () if is_null(node) else (node.value,)
    if isinstance(node, yaml.SequenceNode):
        return tuple([_one_line(member) for member in node.value])
    return tuple(_pair_lines(node)) if isinstance(node, yaml.MappingNode) else ()


def _one_line(node: yaml.Node) -> str:
    if isinstance(node, yaml.ScalarNode):
        return str(node.value)
    if isinstance(node, yaml.SequenceNode):
        return "[" + ", ".join(_one_line(member) for member in node.value) + "]"
    return ", ".join(_pair_lines(node)) if isinstance(node, yaml.MappingNode) else ""


def _pair_lines(node: yaml.MappingNode) -> Iterator[str]:
    return (f"{_one_line(key)}: {_one_line(value)}" for key, value in node.value)


def json_value(sheet: Sheet, node: yaml.Node) -> Json:
    """A builder's argument: YAML 1.2's types for plain scalars, text for quoted ones."""
    if isinstance(node, yaml.SequenceNode):
        return [json_value(sheet, member) for member in node.value]
    if isinstance(node, yaml.MappingNode):
        return {item.key.value: json_value(sheet, item.value) for item in pairs(sheet, node)}
    return _plain_value(str(node.value)) if _is_unquoted(node) else str(node.value)


def _is_unquoted(node: yaml.Node) -> bool:
    return isinstance(node, yaml.ScalarNode) and is_plain(node)


def _plain_value(written: str) -> Json:
    if written in NULLS:
        return None
    if written.casefold() in _TRUTHS:
        return _TRUTHS[written.casefold()]
    if _INTEGER.fullmatch(written):
        return int(written)
    number = float(written) if _FLOAT.fullmatch(written) else inf
    return number if isfinite(number) else written
