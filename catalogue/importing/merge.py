"""Imported values merged into a YAML text: a three-way merge that people win.

`wanted` is what an importer says today, `before` what it said when it last wrote here. What equals
`before` is the importer's and may be renewed; everything else is a person's, and stays.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import yaml

from catalogue.entry import Json
from catalogue.errors import CatalogueError
from catalogue.importing.identity import IDENTITY, SETS, Object, find, same, told
from catalogue.importing.spans import (
    Edit,
    applied,
    compose,
    content,
    end_of,
    lines_below,
    shared_nodes,
    start_of,
)
from catalogue.importing.spell import TALL, spelt, spelt_item, spelt_member
from catalogue.read.fields import folded
from catalogue.read.mapping import is_null
from catalogue.read.numbers import shown

_Path: TypeAlias = tuple[str, ...]
_NOTHING: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True, slots=True)
class Merged:
    """A text after an import."""

    text: str
    kept: tuple[str, ...]
    """What a person wrote where the import says otherwise, one line each."""


@dataclass(kw_only=True, slots=True)
class _Walk:
    text: str
    shared: frozenset[int]
    """Nodes that an anchor repeats elsewhere."""
    edits: list[Edit] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)


def merged(text: str, wanted: Object, before: Object, *, file: str) -> Merged:
    """Merge values into a text.

    Args:
        text: An index file.
        wanted: Root keys (`Models`, `Sources`, …) with what should stand under them.
        before: The same, as of the last import; empty where there was none.
        file: The file's name, for messages.

    Raises:
        CatalogueError: the text is no sound YAML, or cannot be edited safely.
    """
    once = _pass(text, wanted, before, file)
    if once.text != text and _pass(once.text, wanted, wanted, file).text != once.text:
        message = f"{file}:1:1: cannot be edited in place; write it in block style and import again"
        raise CatalogueError(message)
    return once


def _pass(text: str, wanted: Object, before: Object, file: str) -> Merged:
    root = compose(text, file)
    if root is None:
        gap = "" if not text or text.endswith("\n") else "\n"
        lines = "\n".join(spelt_item(key, value, 0) for key, value in wanted.items())
        return Merged(text=text + gap + lines, kept=())
    walk = _Walk(text=text, shared=shared_nodes(root))
    _mapping(walk, root, wanted, before, ())
    return Merged(text=applied(text, walk.edits), kept=tuple(walk.kept))


def _mapping(
    walk: _Walk, node: yaml.MappingNode, wanted: Object, before: Object, path: _Path
) -> None:
    present = {folded(str(key.value)): (key, value) for key, value in node.value}
    if id(node) in walk.shared or "<<" in present:
        walk.kept.append(f"{_words(path)}: stays, an anchor shares it")
        return
    additions: dict[str, Json] = {}
    for name, value in wanted.items():
        item = present.get(folded(name))
        if item is None:
            additions |= {} if name in before else {name: value}
        elif _is_empty(item[1]):
            _fill(walk, item, name, value)
        else:
            _value(walk, item[1], value, before.get(name), (*path, name))
    _add_items(walk, node, additions)


def _value(walk: _Walk, node: yaml.Node, value: Json, before: Json, path: _Path) -> None:
    if id(node) in walk.shared:
        walk.kept.append(f"{_words(path)}: stays, an anchor shares it")
    elif isinstance(value, dict) and isinstance(node, yaml.MappingNode):
        _mapping(walk, node, value, before if isinstance(before, dict) else {}, path)
    elif path[-1] in IDENTITY and _mappings(value) and isinstance(node, yaml.SequenceNode):
        _members(walk, node, _mappings(value), _mappings(before), path)
    elif path[-1] in SETS and isinstance(value, list) and isinstance(node, yaml.SequenceNode):
        past = before if isinstance(before, list) else []
        known = [*past, *(content(member) for member in node.value)]
        _add_members(walk, node, [one for one in value if one not in known], path[-1])
    else:
        _leaf(walk, node, value, before, path)


def _leaf(walk: _Walk, node: yaml.Node, value: Json, before: Json, path: _Path) -> None:
    found = content(node)
    if same(found, value):
        return
    if before is not None and same(found, before):
        edit = Edit(start=start_of(node), end=end_of(node, walk.text), text=spelt(value))
        walk.edits.append(edit)
    elif before is None or not same(before, value):
        walk.kept.append(f"{_words(path)}: {_said(found)} stays, the import says {_said(value)}")


def _said(value: Json) -> str:
    return shown(value if isinstance(value, str) else spelt(value))


def _members(
    walk: _Walk,
    node: yaml.SequenceNode,
    wanted: Sequence[Object],
    before: Sequence[Object],
    path: _Path,
) -> None:
    """Merge lists of mappings member by member; of equal ones the first goes to the first."""
    name = path[-1]
    found = [member for member in node.value if isinstance(member, yaml.MappingNode)]
    said = [told(name, _object(content(member))) for member in found]
    past, past_said = list(before), [told(name, one) for one in before]
    additions: list[Json] = []
    for one in wanted:
        identity = told(name, one)
        at, past_at = find(name, identity, said), find(name, identity, past_said)
        earlier: Object = {}
        if past_at is not None:
            earlier = past.pop(past_at)
            del past_said[past_at]
        if at is not None:
            values = {key: value for key, value in one.items() if key not in IDENTITY[name]}
            # What several sources say is not renewed because one of them says something new.
            several = said[at].get("source", _NOTHING) > identity.get("source", _NOTHING)
            before_it = {} if several else earlier
            _mapping(walk, found[at], values, before_it, (*path, _label(one)))
            if not several:
                del said[at], found[at]
        elif not earlier:
            additions.append(dict(one))
    _add_members(walk, node, additions, name)


def _label(member: Object) -> str:
    named = (member.get(key) for key in ("ID", "Name", "Quantity", "Device", "Dataset"))
    return next((str(one) for one in named if one), "")


def _words(path: _Path) -> str:
    return " > ".join(one for one in path if one and one != "Models") or "the file"


def _object(value: Json) -> Object:
    return value if isinstance(value, dict) else {}


def _mappings(value: Json) -> list[Object]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _is_empty(node: yaml.Node) -> bool:
    if isinstance(node, yaml.CollectionNode):
        return bool(node.flow_style) and not node.value
    return is_null(node)


def _fill(walk: _Walk, item: tuple[yaml.Node, yaml.Node], name: str, value: Json) -> None:
    """Put a value behind a key that has none."""
    key, node = item
    indent = key.start_mark.column
    lines = spelt_item(name, value, indent)
    body = lines[indent + len(spelt(name)) + 1 :]
    start, end = start_of(node), end_of(node, walk.text)
    if body.startswith("\n"):
        walk.edits.append(Edit(start=start, end=end, text=""))
        walk.edits.append(lines_below(walk.text, end, body[1:], indent))
    else:
        text = body.rstrip("\n") if start == end else body.strip()
        walk.edits.append(Edit(start=start, end=end, text=text))


def _add_items(walk: _Walk, node: yaml.MappingNode, items: Object) -> None:
    if not items:
        return
    if node.flow_style:
        _add_in_brackets(walk, node, spelt(dict(items))[1:-1])
        return
    indent = node.value[0][0].start_mark.column
    lines = "".join(spelt_item(key, value, indent) for key, value in items.items())
    walk.edits.append(lines_below(walk.text, end_of(node, walk.text), lines, indent))


def _add_members(walk: _Walk, node: yaml.SequenceNode, members: Sequence[Json], name: str) -> None:
    if not members:
        return
    if node.flow_style:
        _add_in_brackets(walk, node, spelt(list(members))[1:-1])
        return
    tall = name in TALL
    indent = node.start_mark.column
    gap = "\n" if tall else ""
    lines = "".join(gap + spelt_member(one, indent, tall=tall) for one in members)
    walk.edits.append(lines_below(walk.text, end_of(node, walk.text), lines, indent))


def _add_in_brackets(walk: _Walk, node: yaml.CollectionNode, body: str) -> None:
    """Add behind the last member of a collection in brackets."""
    last = node.value[-1]
    behind = end_of(last[1] if isinstance(last, tuple) else last, walk.text)
    closing = end_of(node, walk.text) - 1
    if walk.text[behind:closing].lstrip().startswith(","):
        edit = Edit(start=closing, end=closing, text=body)
    else:
        edit = Edit(start=behind, end=behind, text=f", {body}")
    walk.edits.append(edit)
