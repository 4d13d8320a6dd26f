"""The SHA-256 of downloaded weights, written into the entry that names them.

One place of one file changes; every other character stays. Knows entries' YAML and nothing of
downloads. Whatever stands in the way ends in a line that says what to write by hand.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

from catalogue.entry import Json, Weights
from catalogue.errors import CatalogueError, Place
from catalogue.importing.place import read_file, restored, write_file
from catalogue.importing.spans import Edit, applied, compose, content, end_of, lines_below, start_of
from catalogue.importing.spell import spelt
from catalogue.read import read_zoo
from catalogue.read.fields import folded
from catalogue.read.mapping import is_null

_SUFFIXES = (".yml", ".yaml")
_KEY = "SHA256"


@dataclass(frozen=True, kw_only=True, slots=True)
class Download:
    """Weights that were downloaded and measured."""

    model: str
    """Id of the entry."""
    url: str | None
    """As the entry named them when it was read; None where it named none."""
    sha256: str
    source: str
    """The address they came from, a hub's with its commit."""


def fill_in(index: Path, download: Download, *, allowed: frozenset[str]) -> str | None:
    """Write a download's SHA-256 into its entry, which is read afresh.

    A long run leaves people time to edit, and each line that is filled in moves those below it.

    Args:
        index: The zoo's root index.
        download: What was downloaded.
        allowed: Packages that builders may import.

    Returns:
        One line that says what was written where, or what to write and why it was not; None where
        the entry names the hash already.
    """
    zoo = read_zoo(index, allowed=allowed).zoo
    entry = next((one for one in zoo.entries if one.id == download.model), None)
    named = entry.weights[0] if entry and entry.weights else None
    if named is not None and named.sha256:
        return None
    if entry is None or (named.url if named else None) != download.url:
        return _by_hand(download, None, "the entry has changed since it was read")
    place = named.place if named else entry.place
    try:
        _edit_file(zoo.root, place, named, download)
    except CatalogueError as fault:
        return _by_hand(download, place, str(fault))
    except OSError as fault:
        return _by_hand(download, place, f"cannot be written: {fault.strerror or fault}")
    return f"{_KEY} {download.sha256[:12]}… filled in at {place}"


def _by_hand(download: Download, place: Place | None, why: str) -> str:
    where = f"at {place} " if place else ""
    line = f"{_KEY}: {download.sha256}"
    if download.url is None:
        line = f"Weights: {spelt(_whole(download))}"
    return f"not filled in {where}({why}); write there: {line}"


def _whole(download: Download) -> dict[str, Json]:
    return {"URL": download.url or download.source, _KEY: download.sha256}


def _edit_file(root: Path, place: Place, named: Weights | None, download: Download) -> None:
    path = root / place.file
    if path.suffix.lower() not in _SUFFIXES:
        message = f"{path.suffix or 'this'} is no YAML file"
        raise CatalogueError(message)
    if not path.stat().st_mode & 0o222:
        message = "the file is read-only"
        raise CatalogueError(message)
    before = read_file(root, place.file)
    text = before.removeprefix("\ufeff").replace("\r\n", "\n")
    after = _edited(text, place, named, download)
    if read_file(root, place.file) != before:
        message = "the file was being edited"
        raise CatalogueError(message)
    write_file(path, restored(after, before))


def _edited(text: str, place: Place, named: Weights | None, download: Download) -> str:
    root = compose(text, place.file)
    found = next(_at(root, place), None) if root is not None else None
    if found is None:
        message = "the place has moved"
        raise CatalogueError(message)
    parent, node = found
    if named is None and isinstance(parent, yaml.MappingNode):
        wanted: Json = {"Weights": dict(_whole(download))}
        edit = _added(text, parent, f"Weights: {spelt(_whole(download))}", behind=None)
    elif isinstance(node, yaml.MappingNode):
        wanted = {_KEY: download.sha256}
        edit = _with_hash(text, node, download)
    else:
        wanted = dict(_whole(download))
        edit = _as_mapping(text, parent, node, download)
    after = applied(text, [edit])
    if not _holds(compose(after, place.file), wanted):
        message = "its YAML cannot be edited in place"
        raise CatalogueError(message)
    return after


def _at(root: yaml.Node, place: Place) -> Iterator[tuple[yaml.Node, yaml.Node]]:
    """The value at a place, with the mapping or list it stands in; the outermost first."""
    waiting = [root]
    seen: set[int] = set()
    while waiting:
        parent = waiting.pop()
        if id(parent) in seen or isinstance(parent, yaml.ScalarNode):
            continue
        seen.add(id(parent))
        mapping = isinstance(parent, yaml.MappingNode)
        for node in [value for _, value in parent.value] if mapping else parent.value:
            if (node.start_mark.line + 1, node.start_mark.column + 1) == (place.line, place.column):
                yield parent, node
            waiting.append(node)


def _with_hash(text: str, node: yaml.MappingNode, download: Download) -> Edit:
    keys = {folded(str(key.value)): (key, value) for key, value in node.value}
    if folded(_KEY) in keys:
        key, value = keys[folded(_KEY)]
        if not is_null(value):
            message = f"{_KEY} is there and cannot be read"
            raise CatalogueError(message)
        start = text.index(":", end_of(key, text)) + 1
        return Edit(start=start, end=max(start, end_of(value, text)), text=f" {download.sha256}")
    return _added(text, node, f"{_KEY}: {download.sha256}", behind=keys.get("url"))


def _added(
    text: str, node: yaml.Node, item: str, *, behind: tuple[yaml.Node, yaml.Node] | None
) -> Edit:
    """One more item of a mapping, behind a given one or its last."""
    last = behind or node.value[-1]
    end = max(end_of(part, text) for part in last)
    if isinstance(node, yaml.MappingNode) and node.flow_style:
        return Edit(start=end, end=end, text=f", {item}")
    column = node.value[0][0].start_mark.column
    return lines_below(text, end, f"{' ' * column}{item}\n", column)


def _as_mapping(text: str, parent: yaml.Node, node: yaml.Node, download: Download) -> Edit:
    """A bare address becomes a mapping, where a mapping may stand."""
    start, end = start_of(node), end_of(node, text)
    if isinstance(parent, yaml.MappingNode):
        keys = [key.value for key, value in parent.value if value is node]
        if [folded(str(key)) for key in keys] != ["weights"]:
            message = "it stands in a table of names and addresses"
            raise CatalogueError(message)
    if text[start] in "&!*|>":
        message = "an anchor or a tag stands before it"
        raise CatalogueError(message)
    return Edit(start=start, end=end, text=spelt(_whole(download)))


def _holds(root: yaml.Node | None, wanted: Json) -> bool:
    """Whether a value stands somewhere, beside whatever else."""
    waiting = [content(root)] if root is not None else []
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            if isinstance(wanted, dict) and wanted.items() <= one.items():
                return True
            waiting.extend(one.values())
        elif isinstance(one, list):
            waiting.extend(one)
    return False
