"""Edits of a YAML text by the spans of its nodes, so that every other character stays.

Knows where nodes begin and end; knows nothing of what they mean.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import yaml

from catalogue.entry import Json
from catalogue.errors import CatalogueError
from catalogue.read.mapping import is_null
from catalogue.read.scan import scan
from catalogue.read.slip import Slip


@dataclass(frozen=True, kw_only=True, slots=True)
class Edit:
    """A stretch of a text and what is to stand there instead."""

    start: int
    end: int
    text: str
    depth: int = 0
    """Columns before an inserted line; of those at one position the deeper stand first."""


def compose(text: str, file: str) -> yaml.MappingNode | None:
    """The root mapping of a YAML text; None where it holds nothing.

    Raises:
        CatalogueError: the text is no sound YAML mapping, so that no edit of it would be safe.
    """
    scanned = scan(text)
    for slip in (scanned.broken, *(one.slip for one in scanned.edits), *scanned.later_documents):
        if slip is not None:
            raise _refusal(file, slip)
    loader = yaml.CBaseLoader(text)
    try:
        node = loader.get_single_node()
    finally:
        loader.dispose()
    if node is None or is_null(node):
        return None
    if isinstance(node, yaml.MappingNode):
        return node
    message = f"{file}:1:1: the file is a list or a text, expected a mapping with Models"
    raise CatalogueError(message)


def _refusal(file: str, slip: Slip) -> CatalogueError:
    place = f"{file}:{slip.line + 1}:{slip.column + 1}"
    return CatalogueError(f"{place}: {slip.message}; nothing is imported into a file before it is")


def content(node: yaml.Node) -> Json:
    """What a node holds: texts, lists and mappings; null where nothing stands."""
    if isinstance(node, yaml.MappingNode):
        return {str(key.value): content(value) for key, value in node.value}
    if isinstance(node, yaml.SequenceNode):
        return [content(member) for member in node.value]
    return None if is_null(node) else str(node.value)


def shared_nodes(root: yaml.Node) -> frozenset[int]:
    """Identities of nodes that stand in several places through an anchor."""
    seen: set[int] = set()
    shared: set[int] = set()
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if id(node) in seen:
            shared.add(id(node))
            continue
        seen.add(id(node))
        if isinstance(node, yaml.MappingNode):
            waiting.extend(part for pair in node.value for part in pair)
        elif isinstance(node, yaml.SequenceNode):
            waiting.extend(node.value)
    return frozenset(shared)


def end_of(node: yaml.Node, text: str) -> int:
    """Where a node's own text ends; blank lines and comments after it are not its own."""
    if isinstance(node, yaml.MappingNode) and not node.flow_style and node.value:
        return max(end_of(part, text) for part in node.value[-1])
    if isinstance(node, yaml.SequenceNode) and not node.flow_style and node.value:
        return end_of(node.value[-1], text)
    end = _index(node.end_mark)
    if isinstance(node, yaml.ScalarNode) and node.style in ("|", ">"):
        # The block scalar's mark stands behind the line breaks that follow it.
        return len(text[:end].rstrip())
    return end


def start_of(node: yaml.Node) -> int:
    """Where a node's text begins."""
    return _index(node.start_mark)


def lines_below(text: str, position: int, lines: str, depth: int) -> Edit:
    """The edit that adds whole lines below the line a position is in."""
    found = text.find("\n", position)
    start = len(text) if found < 0 else found + 1
    gap = "" if text[:start].endswith("\n") else "\n"
    return Edit(start=start, end=start, text=gap + lines, depth=depth)


def applied(text: str, edits: Iterable[Edit]) -> str:
    """The text with all edits made; they do not overlap."""
    parts: list[str] = []
    position = 0
    for edit in sorted(edits, key=lambda one: (one.start, one.end > one.start, -one.depth)):
        parts += (text[position : edit.start], edit.text)
        position = max(position, edit.end)
    return "".join((*parts, text[position:]))


def _index(mark: yaml.Mark | None) -> int:
    return 0 if mark is None else mark.index
