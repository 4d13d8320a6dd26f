"""From the root index file to every collection and model node it reaches.

Follows imports; knows nothing of the fields below Collections and Models.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Generic, TypeVar

import yaml

from catalogue.read.content import Content, read_content
from catalogue.read.fields import folded
from catalogue.read.imports import SUFFIXES, imported_files
from catalogue.read.mapping import Fields, is_null, kind_of, pairs, read_fields, say_unknown
from catalogue.read.markdown import pieces
from catalogue.read.numbers import shown
from catalogue.read.recover import documents
from catalogue.read.sheet import Sheet, Zone
from catalogue.read.sources import read_sources
from catalogue.read.tables import MODEL, ROOT

Part = TypeVar("Part")

_DEEPEST_IMPORT = 32
_ROOT_KEYS = frozenset({"Models", "Collections", "Import"})
_LONE_MODEL = frozenset(
    (
        "weights",
        "config",
        "results",
        "metadata",
        "in collection",
        "paper",
        "code",
        "readme",
        "builder",
    )
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Loaded:
    """The nodes of one file."""

    sheet: Sheet
    collections: tuple[yaml.MappingNode, ...] = ()
    models: tuple[yaml.MappingNode, ...] = ()


@dataclass(kw_only=True, slots=True)
class _Trail(Generic[Part]):
    """What has been read on the way."""

    zone: Zone
    take: Callable[[Loaded], Part]
    taken: list[Part] = field(default_factory=list)
    seen: set[Path] = field(default_factory=set)
    above: list[Path] = field(default_factory=list)
    """The files whose imports are being followed."""


def load(zone: Zone, path: Path, take: Callable[[Loaded], Part]) -> tuple[Part, ...]:
    """Read a file and all it imports.

    Args:
        zone: Takes diagnostics, sources and texts.
        path: The root index file, resolved.
        take: Makes of a file's nodes what is to be kept of them, so that the nodes can go.

    Returns:
        What was taken file by file, in order of reading.
    """
    trail = _Trail(zone=zone, take=take)
    _file(trail, path)
    return tuple(trail.taken)


def _file(trail: _Trail[Part], path: Path) -> None:
    trail.seen.add(path)
    name = trail.zone.name_of(path)
    content = read_content(path, name, trail.zone.findings)
    if content is None:
        return
    trail.zone.texts[name] = content.text
    trail.above.append(path)
    sheet = Sheet(zone=trail.zone, file=name, is_page=path.suffix.casefold() == ".md")
    if sheet.is_page:
        _page(trail, sheet, content)
    else:
        _index(trail, sheet, content)
    trail.above.pop()


def _index(trail: _Trail[Part], sheet: Sheet, content: Content) -> None:
    nodes = documents(content.text, sheet)
    for node in nodes:
        if not is_null(node):
            _root(trail, sheet, node, content)
    if all(is_null(node) for node in nodes) and not trail.zone.findings.concern(sheet.file):
        message = "the file is empty, expected a mapping with Models, Collections or Import"
        place = sheet.spot(0, 0)
        if len(trail.above) == 1:
            trail.zone.findings.error(place, "empty-file", message)
        else:
            trail.zone.findings.warning(place, "empty-file", message)


def _page(trail: _Trail[Part], sheet: Sheet, content: Content) -> None:
    for piece in pieces(content.text, sheet.file, trail.zone.findings):
        part = replace(sheet, line_offset=piece.line, column_offset=piece.column)
        for node in documents(piece.text, part):
            inner = node
            if piece.is_front and isinstance(node, yaml.MappingNode):
                fronts = [
                    v
                    for k, v in pairs(part, node)
                    if folded(k.value) in ("model-index", "model index")
                ]
                inner = fronts[0] if fronts else node
            _root(trail, part, inner, content)


def _root(trail: _Trail[Part], sheet: Sheet, node: yaml.Node, content: Content) -> None:
    if isinstance(node, yaml.SequenceNode):
        # In the front matter of a model card, a list is the rule.
        if not sheet.is_page and not trail.zone.findings.concern(sheet.file):
            message = "the file is a list, read as Models; write 'Models:' above it"
            sheet.warning(node, "root-list", message)
        sheet = replace(sheet, is_bare_list=True)
        models = _mappings(trail, sheet, node, "Models")
        trail.taken.append(trail.take(Loaded(sheet=sheet, models=models)))
        return
    if not isinstance(node, yaml.MappingNode):
        message = (
            f"the file is {kind_of(node)}, expected a mapping with Models, Collections or Import"
        )
        sheet.error(node, "root", message)
        return
    if _is_lone_model(sheet, node):
        trail.taken.append(trail.take(Loaded(sheet=sheet, models=(node,))))
        return
    fields = read_fields(sheet, node, ROOT)
    say_unknown(fields)
    if not {"Models", "Collections", "Import", "Sources", "Library"} & set(fields.known):
        message = "the file has no Models, Collections or Import, so nothing of it is read"
        sheet.warning(node, "root", message)
    read_sources(sheet, fields.value("Sources"))
    index = len(trail.taken)
    collections = _mappings(trail, sheet, fields.value("Collections"), "Collections")
    models = _mappings(trail, sheet, fields.value("Models"), "Models")
    loaded = Loaded(sheet=sheet, collections=collections, models=models)
    trail.taken.insert(index, trail.take(loaded))
    if not content.conflicted:
        _imports(trail, fields)


def _is_lone_model(sheet: Sheet, node: yaml.MappingNode) -> bool:
    """Whether a whole file or comment is one model, as the model-index library allows."""
    if any(key.value in _ROOT_KEYS for key, _ in node.value if isinstance(key, yaml.ScalarNode)):
        return False
    keys = {
        folded(str(item.key.value))
        for item in pairs(Sheet(zone=Zone(root=sheet.zone.root), file=""), node)
    }
    if keys & {"models", "collections", "import"}:
        return False
    return "name" in keys and bool(keys & _LONE_MODEL)


def _mappings(
    trail: _Trail[Part], sheet: Sheet, node: yaml.Node | None, name: str
) -> tuple[yaml.MappingNode, ...]:
    """The members of Collections or Models; texts among them are files to import."""
    if node is None or is_null(node):
        return ()
    members = node.value if isinstance(node, yaml.SequenceNode) else [node]
    if isinstance(node, yaml.MappingNode):
        if not any(key.value in MODEL.by_folded.values() for key, _ in node.value):
            glued = any(key.value[:1] == "-" for key, _ in node.value)
            space = "; a space is missing after '-'" if glued else ""
            message = f"{name} is a mapping, expected a list: '- Name: …'{space}"
            sheet.error(node, "wrong-kind", message)
            return ()
        sheet.note(node, "read-as-list", f"{name} is a mapping, read as a list of one")
    found = []
    for member in members:
        if isinstance(member, yaml.MappingNode):
            found.append(member)
        elif isinstance(member, yaml.ScalarNode) and not is_null(member):
            _member_text(trail, sheet, member, name)
        elif not is_null(member):
            sheet.error(member, "wrong-kind", f"{name} holds {kind_of(member)}, expected mappings")
    return tuple(found)


def _member_text(trail: _Trail[Part], sheet: Sheet, node: yaml.ScalarNode, name: str) -> None:
    """A text among models or collections: a file to import, or a slip."""
    written = str(node.value)
    if written.strip().casefold().endswith(SUFFIXES):
        _import(trail, sheet, node)
        return
    space = "; it holds a no-break space" if "\u00a0" in written else ""
    message = f"{name} holds the text {shown(written)}{space}, expected '- Name: …'"
    sheet.error(node, "wrong-kind", message)


def _imports(trail: _Trail[Part], fields: Fields) -> None:
    node = fields.value("Import")
    if node is None:
        return
    sheet = fields.sheet
    if isinstance(node, yaml.ScalarNode):
        message = f"Import is the text {shown(node.value)}, read as a list of one; write a list"
        sheet.note(node, "read-as-list", message)
    members = node.value if isinstance(node, yaml.SequenceNode) else [node]
    for member in members:
        if isinstance(member, yaml.ScalarNode):
            _import(trail, sheet, member)
        else:
            sheet.error(
                member, "import-missing", f"Import holds {kind_of(member)}, expected a path"
            )


def _import(trail: _Trail[Part], sheet: Sheet, node: yaml.ScalarNode) -> None:
    name_of = trail.zone.name_of
    for path in imported_files(sheet, node):
        if path in trail.above:
            message = f"'{name_of(path)}' imports itself in a circle; take this import out"
            sheet.warning(node, "import-cycle", message)
        elif path in trail.seen:
            message = f"'{name_of(path)}' is imported already"
            sheet.note(node, "import-twice", message, alike="twice")
        elif len(trail.above) >= _DEEPEST_IMPORT:
            message = f"imports are nested more than {_DEEPEST_IMPORT} deep; import from the root"
            sheet.error(node, "import-refused", message)
        else:
            _file(trail, path)
