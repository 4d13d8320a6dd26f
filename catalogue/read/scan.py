"""One pass over YAML's event stream, which builds the nodes and refuses what must not be built.

PyYAML's C composer recurses and crashes the process at about 30,000 nested brackets, and aliases
can stand for billions of nodes; the event stream is flat, so trees grow from it here.
"""

import re
from dataclasses import dataclass, field, replace
from typing import Any

import yaml

from catalogue.read.compose import composed
from catalogue.read.slip import Slip, syntax_slip

MOST_DEPTH = 64
MOST_ALIASED_NODES = 200_000
"""How many nodes all aliases of one text may stand for."""

_STANDARD_TAGS = frozenset(
    f"tag:yaml.org,2002:{name}"
    for name in (
        *("str", "int", "float", "bool", "null", "seq", "map", "timestamp", "merge"),
        *("binary", "set", "omap", "pairs"),
    )
) | {"!"}
_TOKEN_END = re.compile(r"[\s,\[\]{}]")
_UNTAGGED = ""
"""The tag of every node: each field decides its own type from the raw text."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Edit:
    """A stretch of the text that must not be followed, and why."""

    start: int
    end: int
    slip: Slip


@dataclass(frozen=True, kw_only=True, slots=True)
class Scanned:
    """What the event stream says of a text."""

    broken: Slip | None = None
    """Why nothing was built."""
    edits: tuple[Edit, ...] = ()
    """Tags and aliases that cannot be followed."""
    later_documents: tuple[Slip, ...] = ()
    nodes: tuple[yaml.Node, ...] = ()
    """The root of each document; not to be used while there are edits."""


@dataclass(kw_only=True, slots=True)
class _Walk:
    """The state of the pass."""

    text: str
    roots: list[yaml.Node] = field(default_factory=list)
    open: list[yaml.CollectionNode] = field(default_factory=list)
    """Collections begun and not ended; their values are flat lists of what they hold so far."""
    anchors: dict[str, yaml.Node] = field(default_factory=dict)
    extents: dict[int, tuple[int, int]] = field(default_factory=dict)
    """Nodes and levels that each finished anchored node stands for, aliases expanded."""
    aliased: int = 0
    documents: int = 0
    last: yaml.Event | None = None
    edits: list[Edit] = field(default_factory=list)
    later: list[Slip] = field(default_factory=list)


def scan(text: str) -> Scanned:
    """Build the nodes of a YAML text, unless something in it forbids that."""
    nodes = composed(text)
    if nodes is not None:
        return Scanned(nodes=nodes)
    walk = _Walk(text=text)
    try:
        slip = _grow(walk, yaml.CBaseLoader(text))
    except yaml.MarkedYAMLError as fault:
        return Scanned(broken=syntax_slip(text, fault, opened=_still_open(walk)))
    except yaml.YAMLError as fault:
        words = " ".join(str(fault).split())
        slip = Slip(line=0, column=0, code="syntax", message=f"no YAML: {words}", culprit=None)
    if slip is not None:
        return Scanned(broken=slip)
    return Scanned(
        edits=tuple(walk.edits), later_documents=tuple(walk.later), nodes=tuple(walk.roots)
    )


def _grow(walk: _Walk, loader: yaml.CBaseLoader) -> Slip | None:
    """Take in every event; the slip is why nothing must be built.

    Nearly all events are scalars and collections without anchor and tag: for them, this one loop
    is all there is, since a call for each would take half as long again.
    """
    # PyYAML's stubs tell its C marks from its others; the nodes take either.
    event: Any = None
    node: yaml.Node
    stack, siblings = walk.open, walk.roots
    try:
        for event in iter(loader.get_event, None):
            kind = type(event)
            if kind is yaml.ScalarEvent:
                begun, ended = event.start_mark, event.end_mark
                node = yaml.ScalarNode(_UNTAGGED, event.value, begun, ended, event.style)
                siblings.append(node)
            elif kind is yaml.MappingStartEvent or kind is yaml.SequenceStartEvent:
                node = opened = _opened(event)
                siblings.append(opened)
                stack.append(opened)
                siblings = opened.value
                if len(stack) > MOST_DEPTH:
                    return _too_deep(event)
            elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
                _close(walk, stack.pop(), event)
                siblings = stack[-1].value if stack else walk.roots
                continue
            else:
                slip = _other(walk, event, siblings)
                if slip is not None:
                    return slip
                continue
            if event.anchor is not None or event.tag is not None:
                slip = _marked(walk, event, node)
                if slip is not None:
                    return slip
    finally:
        walk.last = event
    return None


def _opened(event: yaml.CollectionStartEvent) -> yaml.CollectionNode:
    begun: Any = event.start_mark
    if isinstance(event, yaml.MappingStartEvent):
        return yaml.MappingNode(_UNTAGGED, [], begun, begun, event.flow_style)
    return yaml.SequenceNode(_UNTAGGED, [], begun, begun, event.flow_style)


def _null_at(event: yaml.Event) -> yaml.ScalarNode:
    """What stands for an alias that cannot be followed."""
    begun: Any = event.start_mark
    return yaml.ScalarNode(_UNTAGGED, "", begun, begun)


def _close(walk: _Walk, node: yaml.CollectionNode, event: yaml.Event) -> None:
    ended: Any = event.end_mark
    node.end_mark = ended
    if isinstance(node, yaml.MappingNode):
        flat = node.value
        node.value = list(zip(flat[::2], flat[1::2], strict=True))
    if walk.anchors and id(node) in walk.extents:
        walk.extents[id(node)] = _extent(walk, node)


def _other(walk: _Walk, event: yaml.Event, siblings: list[yaml.Node]) -> Slip | None:
    """Take in an alias, or the beginning of a document."""
    if isinstance(event, yaml.AliasEvent):
        return _alias(walk, event, siblings)
    if isinstance(event, yaml.DocumentStartEvent):
        walk.documents += 1
        walk.anchors = {}
        if walk.documents > 1:
            walk.later.append(_slip(event, "several-documents", "another document begins"))
    return None


def _marked(
    walk: _Walk, event: yaml.ScalarEvent | yaml.CollectionStartEvent, node: yaml.Node
) -> Slip | None:
    """Take in a node's anchor and tag."""
    anchor = event.anchor
    if anchor is not None:
        if anchor in walk.anchors:
            message = f"anchor '&{anchor}' is set a second time; give it another name"
            return _slip(event, "alias", message)
        walk.anchors[anchor] = node
        walk.extents[id(node)] = (1, 0) if isinstance(node, yaml.ScalarNode) else (0, 0)
    return None if event.tag is None else _check_tag(walk, event, event.tag)


def _extent(walk: _Walk, root: yaml.CollectionNode) -> tuple[int, int]:
    """Nodes and levels a node stands for; anchored ones inside are known already."""
    size, height = 0, 0
    waiting: list[tuple[yaml.Node, int]] = [(root, 0)]
    while waiting:
        node, level = waiting.pop()
        known = walk.extents.get(id(node))
        if known is not None and node is not root:
            size, height = size + known[0], max(height, level + known[1])
            continue
        size += 1
        if isinstance(node, yaml.MappingNode):
            waiting.extend((inner, level + 1) for pair in node.value for inner in pair)
        elif isinstance(node, yaml.SequenceNode):
            waiting.extend((inner, level + 1) for inner in node.value)
        if not isinstance(node, yaml.ScalarNode):
            height = max(height, level + 1)
    return size, height


def _too_deep(event: yaml.Event) -> Slip:
    message = f"nested more than {MOST_DEPTH} deep; a model's fields are a few deep"
    return _slip(event, "too-deep", message)


def _alias(walk: _Walk, event: yaml.AliasEvent, siblings: list[yaml.Node]) -> Slip | None:
    node = walk.anchors.get(event.anchor or "")
    if node is None:
        siblings.append(_null_at(event))
        message = f"alias '*{event.anchor}' has no anchor; quote the text if it is none"
        return _edit(walk, event, "*", _slip(event, "alias", message))
    size, height = walk.extents[id(node)]
    if size == 0:
        siblings.append(_null_at(event))
        message = f"alias '*{event.anchor}' is recursive: it stands inside what it repeats"
        return _edit(walk, event, "*", _slip(event, "alias", message))
    siblings.append(node)
    walk.aliased += size
    if walk.aliased > MOST_ALIASED_NODES:
        message = (
            f"aliases stand for more than {MOST_ALIASED_NODES} values; write out what is meant"
        )
        return replace(_slip(event, "alias", message), culprit=None)
    return _too_deep(event) if len(walk.open) + height > MOST_DEPTH else None


def _check_tag(walk: _Walk, event: yaml.NodeEvent, tag: str) -> Slip | None:
    if tag in _STANDARD_TAGS:
        return None
    written = tag.replace("tag:yaml.org,2002:", "!!")
    message = f"tag '{written}' is not understood; the value is read without it, delete it"
    return _edit(walk, event, "!", _slip(event, "unknown-tag", message))


def _edit(walk: _Walk, event: yaml.Event, sign: str, slip: Slip) -> Slip | None:
    """Plan to blank the token that begins with `sign`; the slip itself where it is not found."""
    begun, ended = event.start_mark, event.end_mark
    start = -1 if begun is None else walk.text.find(sign, begun.index)
    if start < 0 or ended is None or start > ended.index:
        return slip
    end = _TOKEN_END.search(walk.text, start)
    walk.edits.append(Edit(start=start, end=end.start() if end else len(walk.text), slip=slip))
    return None


def _still_open(walk: _Walk) -> tuple[int, int] | None:
    """Where the outermost flow collection still open begins, or a quotation just ended."""
    for begun in walk.open:
        if begun.flow_style:
            return _position(begun)
    if isinstance(walk.last, yaml.ScalarEvent) and walk.last.style in ("'", '"'):
        return _position(walk.last)
    return None


def _slip(event: yaml.Event, code: str, message: str) -> Slip:
    line, column = _position(event)
    return Slip(line=line, column=column, code=code, message=message, culprit=line)


def _position(event: yaml.Event | yaml.Node) -> tuple[int, int]:
    mark = event.start_mark
    return (0, 0) if mark is None else (mark.line, mark.column)
