"""Mapping nodes by the keys of the format: known, unknown, repeated, misspelt.

Knows YAML nodes and tables; knows nothing of what the values mean.
"""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from functools import lru_cache
from typing import NamedTuple

import yaml

from catalogue.errors import near
from catalogue.read.fields import Table, folded, squeezed
from catalogue.read.numbers import shown
from catalogue.read.sheet import Kept, Sheet

NULLS = frozenset({"", "~", "null", "Null", "NULL"})
"""What a plain scalar may be written as to say that there is nothing."""
_MISSPELT = 0.8
"""Likeness from which an unknown key is taken for a misspelt one; `Training Log` is no such."""

_LONGEST_KEY = 80


class Item(NamedTuple):
    """A key and its value."""

    key: yaml.ScalarNode
    value: yaml.Node


class Fields(NamedTuple):
    """A mapping's items under the names of the format."""

    sheet: Sheet
    node: yaml.MappingNode
    table: Table
    known: Mapping[str, Item]
    unknown: tuple[Item, ...]
    """In the order written."""

    def value(self, name: str) -> yaml.Node | None:
        """The value of a key; None where the key is missing or its value null."""
        item = self.known.get(name)
        if item is None:
            return None
        node = item.value
        # As in `is_null`; this is asked of every key of every model.
        if isinstance(node, yaml.ScalarNode) and not node.style and node.value in NULLS:
            return None
        return node


def is_plain(node: yaml.ScalarNode) -> bool:
    """Whether a scalar stands without quotes; libyaml gives such a style of `''`, not None."""
    return not node.style


def is_null(node: yaml.Node) -> bool:
    """Whether a node is null: nothing, `~` or `null`, unquoted."""
    return isinstance(node, yaml.ScalarNode) and not node.style and node.value in NULLS


def kind_of(node: yaml.Node) -> str:
    """What a node is, in words."""
    if isinstance(node, yaml.ScalarNode):
        return "null" if is_null(node) else f"text {shown(node.value)}"
    return "a list" if isinstance(node, yaml.SequenceNode) else "a mapping"


def pairs(sheet: Sheet, node: yaml.MappingNode) -> list[Item]:
    """The items of a mapping, then those that `<<` merges in; keys that are no text are said."""
    items: list[Item] = []
    merged: list[yaml.Node] = []
    split = False
    for key, value in node.value:
        if not isinstance(key, yaml.ScalarNode):
            sheet.error(key, "bad-key", f"a key is {kind_of(key)}, expected text; quote it")
        elif key.value == "<<" and is_plain(key):
            merged.extend(value.value if isinstance(value, yaml.SequenceNode) else [value])
        elif node.flow_style and key.value.isdecimal() and is_null(value) and (split or items):
            # Of `{FLOPs: 1,234,567}` the second comma is no fault of its own.
            if not split:
                _say_split(sheet, items.pop(), key)
            split = True
        else:
            split = False
            items.append(Item(key, value))
    own = {item.key.value for item in items} if merged else set()
    for other in merged:
        if isinstance(other, yaml.MappingNode):
            found = [item for item in pairs(sheet, other) if item.key.value not in own]
            own.update(item.key.value for item in found)
            items.extend(found)
        else:
            sheet.error(other, "bad-key", f"'<<' takes over {kind_of(other)}, expected '*anchor'")
    return items


def _say_split(sheet: Sheet, item: Item, rest: yaml.ScalarNode) -> None:
    """`{Top 1: 79,83}` is a 79 and a key 83: neither is what was meant."""
    first = item.value.value if isinstance(item.value, yaml.ScalarNode) else kind_of(item.value)
    message = (
        f"{shown(item.key.value)} is '{first},{rest.value}', which braces split at the comma; "
        f"write {shown(f'{first}.{rest.value}')}, it is not read"
    )
    sheet.error(item.value, "not-a-number", message)


def read_fields(sheet: Sheet, node: yaml.MappingNode, table: Table) -> Fields:
    """Sort a mapping's items by the keys a table knows, and say which are repeated or misspelt."""
    known: dict[str, Item] = {}
    unknown: list[Item] = []
    for item in pairs(sheet, node):
        name = _name_of(table, item.key.value)
        if name is None:
            name = _plural_of(table, item.key.value)
            if name is None or name in known:
                unknown.append(item)
                continue
            message = f"'{item.key.value}' is no key of {table.title}; read as '{name}', rename it"
            sheet.warning(item.key, "misspelt-key", message, alike=item.key.value)
        if name in known:
            _say_repeated(sheet, known[name].key, item.key)
        else:
            known[name] = item
    return Fields(sheet=sheet, node=node, table=table, known=known, unknown=tuple(unknown))


def say_unknown(fields: Fields, items: tuple[Item, ...] | None = None) -> None:
    """Say which keys the format does not know: a likely slip of the pen, or another's extension."""
    for item in fields.unknown if items is None else items:
        key = item.key.value
        meant = misspelt(fields.table, key)
        if meant:
            message = f"{shown(key)} is no key of {fields.table.title}{near(key, [meant])}"
            fields.sheet.warning(item.key, "misspelt-key", message, alike=key)
        else:
            fate = "kept as it is" if fields.table.keeps else "not read"
            message = f"{shown(key)} is no key of {fields.table.title}; {fate}"
            fields.sheet.note(item.key, "unknown-key", message, alike=key)


def read_part(sheet: Sheet, node: yaml.MappingNode, table: Table) -> Fields:
    """The fields of a mapping inside a model; what the format does not ask for is kept."""
    fields = read_fields(sheet, node, table)
    say_unknown(fields)
    keep(sheet, table.title, fields.unknown)
    keep(sheet, table.title, [fields.known[name] for name in table.kept if name in fields.known])
    return fields


def keep(sheet: Sheet, owner: str, items: Iterable[Item]) -> None:
    """Keep items as written, under the name of what they stand in."""
    whose = owner.removeprefix("a ")
    sheet.zone.kept.extend(
        Kept(name=f"{whose}: {item.key.value}", sheet=sheet, value=item.value) for item in items
    )


@lru_cache(maxsize=4096)
def misspelt(table: Table, key: str) -> str | None:
    """The key that was most likely meant, if one is close."""
    if len(key) > _LONGEST_KEY:
        return None
    close = get_close_matches(folded(key), table.by_folded, n=1, cutoff=_MISSPELT)
    return table.by_folded[close[0]] if close else None


@lru_cache(maxsize=4096)
def _name_of(table: Table, key: str) -> str | None:
    return table.by_folded.get(folded(key))


@lru_cache(maxsize=4096)
def _plural_of(table: Table, key: str) -> str | None:
    return table.by_squeezed.get(squeezed(key)) if len(key) <= _LONGEST_KEY else None


def _say_repeated(sheet: Sheet, first: yaml.ScalarNode, again: yaml.ScalarNode) -> None:
    line = sheet.place(first).line
    message = f"'{again.value}' repeats '{first.value}' of line {line}, which is used; delete one"
    sheet.error(again, "repeated-key", message)
