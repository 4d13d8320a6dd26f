"""Another zoo's model-index files, metafiles and Markdown pages as entries of this one.

Knows entries; the files are read by `catalogue.read`, with all it says of them.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar
from urllib.parse import urljoin

from catalogue.entry import (
    Builder,
    Collection,
    Entry,
    Json,
    ReportedCost,
    ReportedLatency,
    ReportedResult,
)
from catalogue.errors import Severity
from catalogue.importing.batch import Batch, Family
from catalogue.importing.entries import collection_value, entry_value, source_value
from catalogue.read import Reading

_Claim = TypeVar("_Claim", ReportedResult, ReportedCost, ReportedLatency)
_Linked = TypeVar("_Linked", Collection, Entry)
_PLAIN_NAMES = frozenset({"model-index", "metafile", "models", "readme", "index"})
"""File names that tell nothing; their folder's name does."""


def import_model_index(
    reading: Reading, path: Path, *, url: str | None = None, library: str | None = None
) -> Batch:
    """Everything that a zoo holds, one file for each collection.

    Args:
        reading: What `read_zoo(path)` gave.
        path: The file or folder it was read from; its name names the import.
        url: Where its folder is published: paths become addresses below it.
        library: `timm` or `torchvision`, if that builds the models under the names they have here.
    """
    name = f"index-{_told_name(path)}"
    zoo = reading.zoo
    families = []
    for title in dict.fromkeys(entry.collection for entry in zoo.entries):
        collection = zoo.collection(title)
        if collection is not None:
            collection = _addressed(collection, url)
        entries = (entry for entry in zoo.entries if entry.collection == title)
        family = Family(
            file=f"{name}/{_slug(title or 'models')}.yml",
            collection=collection_value(collection) if collection else None,
            models=tuple(
                entry_value(_built(_sourced(_addressed(one, url), name), library), collection)
                for one in entries
            ),
        )
        families.append(family)
    address: dict[str, Json] = {"URL": url} if url else {}
    sources: dict[str, Json] = {one.id: source_value(one) for one in zoo.sources}
    doubts = [one for one in reading.diagnostics if one.severity > Severity.NOTE]
    return Batch(
        name=name,
        command="model-index",
        origin=f"{path}, {len(zoo.entries)} models",
        families=tuple(families),
        sources={**sources, name: {"Title": f"{_told_name(path)} model-index", **address}},
        remarks=tuple(str(one) for one in doubts),
    )


def _told_name(path: Path) -> str:
    """The name of a file or folder, or of the first folder above it that tells something."""
    resolved = path.resolve()
    names = [resolved.stem if resolved.is_file() else resolved.name]
    names += [folder.name for folder in resolved.parents]
    telling = (name for name in names if name and name.casefold() not in _PLAIN_NAMES)
    return _slug(next(telling, "zoo"))


def _slug(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9_-]+", "-", name).strip("-").casefold()[:80] or "zoo"


def _addressed(linked: _Linked, url: str | None) -> _Linked:
    """README and Config as addresses, where the folder's is known."""
    if url is None:
        return linked
    base = f"{url.rstrip('/')}/"
    readme = urljoin(base, linked.readme) if linked.readme else None
    if isinstance(linked, Entry):
        config = urljoin(base, linked.config) if linked.config else None
        return replace(linked, readme=readme, config=config)
    return replace(linked, readme=readme)


def _built(entry: Entry, library: str | None) -> Entry:
    if library is None or entry.builder is not None:
        return entry
    return replace(entry, builder=Builder(target=f"{library}:{entry.name}"))


def _sourced(entry: Entry, source: str) -> Entry:
    """An entry whose every figure names a source: its own, else the zoo it came from."""
    return replace(
        entry,
        results=_with_source(entry.results, source),
        costs=_with_source(entry.costs, source),
        latencies=_with_source(entry.latencies, source),
    )


def _with_source(claims: Sequence[_Claim], source: str) -> tuple[_Claim, ...]:
    return tuple(one if one.sources else replace(one, sources=(source,)) for one in claims)
