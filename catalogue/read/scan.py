"""One pass over YAML's event stream, before any tree is built from it.

PyYAML's C composer recurses and crashes the process at about 30,000 nested brackets, and aliases
can stand for billions of nodes; the event stream is flat, so it is looked at first.
"""

import re
from dataclasses import dataclass, field, replace

import yaml

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


@dataclass(frozen=True, kw_only=True, slots=True)
class Edit:
    """A stretch of the text that must not reach the composer, and why."""

    start: int
    end: int
    slip: Slip


@dataclass(frozen=True, kw_only=True, slots=True)
class Scanned:
    """What the event stream says of a text."""

    broken: Slip | None = None
    """Why the text must not be composed."""
    edits: tuple[Edit, ...] = ()
    """Tags and aliases that cannot be followed."""
    later_documents: tuple[Slip, ...] = ()


@dataclass(kw_only=True, slots=True)
class _Walk:
    """The state of the pass."""

    text: str
    open: list[yaml.CollectionStartEvent] = field(default_factory=list)
    """Collections begun and not ended."""
    sizes: list[int] = field(default_factory=lambda: [0])
    """Nodes in each open collection, aliases expanded."""
    heights: list[int] = field(default_factory=lambda: [0])
    """Levels below each open collection, aliases expanded."""
    anchors: dict[str, tuple[int, int]] = field(default_factory=dict)
    """Nodes and levels each finished anchor stands for; no nodes while it is open."""
    aliased: int = 0
    documents: int = 0
    last: yaml.Event | None = None
    edits: list[Edit] = field(default_factory=list)
    later: list[Slip] = field(default_factory=list)


def scan(text: str) -> Scanned:
    """Look at a YAML text without building anything from it."""
    walk = _Walk(text=text)
    try:
        for event in yaml.parse(text, Loader=yaml.CBaseLoader):
            slip = _step(walk, event)
            if slip is not None:
                return Scanned(broken=slip)
    except yaml.MarkedYAMLError as fault:
        return Scanned(broken=syntax_slip(text, fault, opened=_still_open(walk)))
    except yaml.YAMLError as fault:
        words = " ".join(str(fault).split())
        slip = Slip(line=0, column=0, code="syntax", message=f"no YAML: {words}", culprit=None)
        return Scanned(broken=slip)
    return Scanned(edits=tuple(walk.edits), later_documents=tuple(walk.later))


def _step(walk: _Walk, event: yaml.Event) -> Slip | None:
    """Take one event in; the slip is why the text must not be composed."""
    walk.last = event
    if isinstance(event, yaml.ScalarEvent):
        walk.sizes[-1] += 1
        return _marked(walk, event, size=1)
    if isinstance(event, yaml.CollectionStartEvent):
        return _opened(walk, event)
    if isinstance(event, yaml.CollectionEndEvent):
        _closed(walk)
    elif isinstance(event, yaml.AliasEvent):
        return _alias(walk, event)
    elif isinstance(event, yaml.DocumentStartEvent):
        walk.documents += 1
        walk.anchors = {}
        if walk.documents > 1:
            walk.later.append(_slip(event, "several-documents", "another document begins"))
    return None


def _opened(walk: _Walk, event: yaml.CollectionStartEvent) -> Slip | None:
    slip = _marked(walk, event, size=0)
    if slip is not None:
        return slip
    walk.open.append(event)
    walk.sizes.append(1)
    walk.heights.append(0)
    return _too_deep(walk, event, 0)


def _marked(
    walk: _Walk, event: yaml.ScalarEvent | yaml.CollectionStartEvent, *, size: int
) -> Slip | None:
    """Take in a node's anchor and tag."""
    anchor = event.anchor
    if anchor is not None:
        if anchor in walk.anchors:
            message = f"anchor '&{anchor}' is set a second time; give it another name"
            return _slip(event, "alias", message)
        walk.anchors[anchor] = (size, 0)
    return None if event.tag is None else _check_tag(walk, event, event.tag)


def _too_deep(walk: _Walk, event: yaml.Event, below: int) -> Slip | None:
    if len(walk.open) + below <= MOST_DEPTH:
        return None
    message = f"nested more than {MOST_DEPTH} deep; a model's fields are a few deep"
    return _slip(event, "too-deep", message)


def _closed(walk: _Walk) -> None:
    size, height = walk.sizes.pop(), walk.heights.pop() + 1
    walk.sizes[-1] += size
    walk.heights[-1] = max(walk.heights[-1], height)
    begun = walk.open.pop()
    if begun.anchor is not None:
        walk.anchors[begun.anchor] = (size, height)


def _alias(walk: _Walk, event: yaml.AliasEvent) -> Slip | None:
    size, height = walk.anchors.get(event.anchor or "", (-1, 0))
    if size < 0:
        message = f"alias '*{event.anchor}' has no anchor; quote the text if it is none"
        return _edit(walk, event, "*", _slip(event, "alias", message))
    if size == 0:
        message = f"alias '*{event.anchor}' is recursive: it stands inside what it repeats"
        return _edit(walk, event, "*", _slip(event, "alias", message))
    walk.sizes[-1] += size
    walk.heights[-1] = max(walk.heights[-1], height)
    walk.aliased += size
    if walk.aliased > MOST_ALIASED_NODES:
        message = (
            f"aliases stand for more than {MOST_ALIASED_NODES} values; write out what is meant"
        )
        return replace(_slip(event, "alias", message), culprit=None)
    return _too_deep(walk, event, height)


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


def _position(event: yaml.Event) -> tuple[int, int]:
    mark = event.start_mark
    return (0, 0) if mark is None else (mark.line, mark.column)
