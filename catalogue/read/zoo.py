"""Reading a zoo: from a path to entries, collections, sources and everything odd about them.

Assembles what the other readers give; ids, duplicates and families are settled here.
"""

import gc
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import yaml

from catalogue.entry import Collection, Entry, Zoo
from catalogue.errors import CatalogueError, Diagnostic
from catalogue.read.fields import squeezed
from catalogue.read.findings import Findings
from catalogue.read.imports import SUFFIXES
from catalogue.read.load import Loaded, load
from catalogue.read.model import Family, read_family, read_model
from catalogue.read.numbers import shown
from catalogue.read.results import say_unknown_sources
from catalogue.read.sheet import Zone
from catalogue.read.silence import bare_silences, unsilenced

ROOT_FILES = ("model-index.yml", "model-index.yaml")
_RESERVED = frozenset({"devices", "environments"})
"""Ids that would clash with a folder of the records."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """A zoo as people wrote it, and what is odd about how they did."""

    zoo: Zoo
    diagnostics: tuple[Diagnostic, ...] = ()
    """By place."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Part:
    """What is kept of one file."""

    file: str
    families: tuple[Family, ...] = ()
    entries: tuple[Entry, ...] = ()
    waiting: Loaded | None = None
    """Its nodes, where its models have to wait for collections of other files."""


def read_zoo(path: Path, *, allowed: frozenset[str] = frozenset()) -> Reading:
    """Read an index and all that it imports.

    Args:
        path: A root index file, a folder that holds one (or has it in `model-index/`), a single
            metafile, or a Markdown page with a model-index comment.
        allowed: Top-level packages that builders may import, besides timm's and torchvision's
            models.

    Returns:
        Every entry that could be read; whatever could not is among the diagnostics.

    Raises:
        CatalogueError: there is nothing at `path` that could be an index.
    """
    start = _root_file(path).resolve()
    zone = Zone(root=start.parent, allowed=allowed, ancestors=_ancestors(start))
    with _collector_paused():
        zoo = _read(zone, start)
    kept = unsilenced(zone.findings.folded(), zone.texts) + bare_silences(zone.texts)
    return Reading(zoo=zoo, diagnostics=tuple(sorted(kept, key=lambda one: one.place)))


def _read(zone: Zone, start: Path) -> Zoo:
    """The zoo; the trees of nodes end with this call."""
    parts = load(zone, start, _part)
    entries = tuple(_with_ids(zone, _entries(parts)))
    say_unknown_sources(zone)
    return Zoo(
        root=zone.root,
        collections=_collections(zone.findings, parts),
        entries=entries,
        sources=tuple(zone.sources.values()),
    )


def _root_file(path: Path) -> Path:
    if path.is_file():
        if path.suffix.casefold() not in SUFFIXES:
            message = f"{path}: found a {path.suffix or 'file without suffix'}, expected one of "
            raise CatalogueError(message + ", ".join(SUFFIXES))
        return path
    if not path.is_dir():
        message = f"{path}: no such file or folder; expected an index file or its folder"
        raise CatalogueError(message)
    for folder in (path, path / "model-index"):
        for name in ROOT_FILES:
            if (folder / name).is_file():
                return folder / name
    message = f"{path}: found no {ROOT_FILES[0]}, neither in it nor in its model-index folder"
    raise CatalogueError(message)


def _ancestors(start: Path) -> tuple[Path, ...]:
    """Folders above a metafile that is read alone, up to its project's root index."""
    if start.name in ROOT_FILES:
        return ()
    for number, folder in enumerate(start.parents):
        if any((folder / name).is_file() for name in ROOT_FILES):
            return tuple(start.parents[1 : number + 1])
    return ()


@contextmanager
def _collector_paused() -> Iterator[None]:
    """No cyclic garbage collection: it doubles the time to build a large tree without cycles."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            _spare()
            gc.enable()


def _spare() -> None:
    """Let the collector not visit all that was read as soon as it is on again: it lives on."""
    if gc.get_freeze_count() == 0:
        gc.freeze()
        gc.unfreeze()


def _part(loaded: Loaded) -> _Part:
    """Read a file's collections, and its models unless they need collections of other files."""
    sheet = loaded.sheet
    found = (read_family(sheet, node) for node in loaded.collections)
    families = tuple(family for family in found if family is not None)
    own = {family.collection.name: family for family in reversed(families)}
    if any(_reaches_out(node, own) for node in loaded.models):
        return _Part(file=sheet.file, families=families, waiting=loaded)
    return _Part(file=sheet.file, families=families, entries=_models(loaded, own))


def _reaches_out(node: yaml.MappingNode, own: Mapping[str, Family]) -> bool:
    """Whether a model may be in a collection that its own file has not shown so far."""
    for key, value in node.value:
        if key.value == "<<":
            return True
        if isinstance(key, yaml.ScalarNode) and squeezed(key.value) == "incollection":
            return not isinstance(value, yaml.ScalarNode) or value.value.strip() not in own
    return False


def _models(loaded: Loaded, families: Mapping[str, Family]) -> tuple[Entry, ...]:
    found = (read_model(loaded.sheet, node, families) for node in loaded.models)
    return tuple(entry for entry in found if entry is not None)


def _entries(parts: tuple[_Part, ...]) -> Iterator[Entry]:
    everywhere: dict[str, Family] = {}
    by_file: dict[str, dict[str, Family]] = {}
    for part in parts:
        own = by_file.setdefault(part.file, {})
        for family in part.families:
            own.setdefault(family.collection.name, family)
            everywhere.setdefault(family.collection.name, family)
    for part in parts:
        if part.waiting is None:
            yield from part.entries
            continue
        own = by_file[part.file]
        yield from _models(part.waiting, {**everywhere, **own} if own else everywhere)


def _collections(findings: Findings, parts: tuple[_Part, ...]) -> tuple[Collection, ...]:
    """All collections; a name that stands for two different ones is said."""
    first: dict[str, Collection] = {}
    found: list[Collection] = []
    for part in parts:
        for family in part.families:
            collection = family.collection
            other = first.setdefault(collection.name, collection)
            if other is collection:
                found.append(collection)
                continue
            if replace(collection, place=other.place) == other:
                message = f"collection {shown(collection.name)} stands at {other.place} as well"
                findings.note(collection.place, "duplicate-collection", message, alike="same")
                continue
            found.append(collection)
            message = (
                f"collection {shown(collection.name)} differs from that of the same name at "
                f"{other.place}; models use the one in their own file, rename one"
            )
            findings.warning(collection.place, "duplicate-collection", message, alike="other")
    return tuple(found)


def _with_ids(zone: Zone, entries: Iterator[Entry]) -> Iterator[Entry]:
    """Entries under unique ids; names and ids that are taken are said."""
    names: dict[str, Entry] = {}
    taken: dict[str, Entry] = {}
    numbers: Counter[str] = Counter()
    findings = zone.findings
    for entry in entries:
        first = names.setdefault(entry.name, entry)
        given = bool(zone.given_ids) and entry.place in zone.given_ids
        if first is not entry and not given:
            _say_duplicate(findings, entry, first)
        if given and entry.id.casefold() in taken:
            other = taken[entry.id.casefold()]
            message = f"ID '{entry.id}' is taken by '{other.name}' at {other.place}; choose another"
            findings.error(entry.place, "duplicate-id", message)
        free = _free(entry.id, taken, numbers)
        settled = entry if free == entry.id else replace(entry, id=free)
        taken[free.casefold()] = settled
        yield settled


def _say_duplicate(findings: Findings, entry: Entry, first: Entry) -> None:
    same = replace(entry, place=first.place, id=first.id) == first
    if same:
        message = f"model {shown(entry.name)} stands at {first.place} as well; delete one"
        findings.warning(entry.place, "duplicate-model", message, alike="same")
        return
    message = (
        f"model {shown(entry.name)} differs from that of the same name at {first.place}; "
        "rename one, or give each an ID"
    )
    findings.warning(entry.place, "duplicate-model", message, alike="other")


def _free(wished: str, taken: Mapping[str, Entry], numbers: Counter[str]) -> str:
    """The id, or the next of `id-2`, `id-3`, … that is free on any file system."""
    free = wished
    while free.casefold() in taken or free.casefold() in _RESERVED:
        numbers[wished] += 1
        free = f"{wished}-{numbers[wished] + 1}"
    return free
