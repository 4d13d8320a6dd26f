"""What an importer found, and which files of a zoo it concerns.

Pure: knows entries and values, no files.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from catalogue.entry import Entry, Json, Zoo
from catalogue.importing.identity import Object
from catalogue.importing.ledger import Ledger

_UNEDITED = (".md", ".json")
"""Files that are read, and that no import edits: Markdown pages, and JSON."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Family:
    """Models that are to stand in one file."""

    file: str
    """Relative to the folder of the root index, with forward slashes."""
    collection: Object | None
    models: tuple[Object, ...]
    """Each with its ID and Name."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Batch:
    """All that one run imports."""

    name: str
    """Of the importer; its ledger is called so."""
    command: str
    """The word that people type behind `catalogue import`."""
    origin: str
    """What was read, in words: `timm 1.0.31`."""
    families: tuple[Family, ...] = ()
    figures: tuple[Object, ...] = ()
    """Fields for entries that stand in the zoo already, each with the entry's ID."""
    sources: Mapping[str, Json] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()
    """What was passed over and why, one line each."""


@dataclass(kw_only=True, slots=True)
class Part:
    """What a batch wants of one file, and what the last import wanted there."""

    models: list[Object] = field(default_factory=list)
    collections: list[Object] = field(default_factory=list)
    sources: dict[str, Json] = field(default_factory=dict)
    before_models: list[Object] = field(default_factory=list)
    before_collections: list[Object] = field(default_factory=list)
    before_sources: dict[str, Json] = field(default_factory=dict)

    def wanted(self) -> Object:
        """The root keys that the file should hold."""
        return _root(self.sources, self.collections, self.models)

    def before(self) -> Object:
        """The same, as of the last import."""
        return _root(self.before_sources, self.before_collections, self.before_models)


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """Which files an import concerns, and what it leaves alone."""

    parts: Mapping[str, Part]
    """By file."""
    imports: tuple[str, ...]
    """Files that the root index has to import."""
    new: tuple[str, ...]
    """Ids of entries that are added."""
    own: tuple[str, ...]
    """Ids that people wrote an entry for, which stays as it is."""
    removed: tuple[str, ...]
    """Ids that were imported before and that people took out."""
    in_pages: tuple[str, ...]
    """Ids of entries in Markdown pages and JSON files, which are not edited."""


def plan_import(batch: Batch, zoo: Zoo, ledger: Ledger, *, root_file: str) -> Plan:
    """Send everything a batch holds to the file it belongs in.

    Args:
        batch: What was found.
        zoo: What stands there.
        ledger: What earlier runs of the same importer wrote.
        root_file: Name of the root index, which takes the sources.
    """
    homes = {entry.id: entry.place.file for entry in zoo.entries}
    strangers = _targets(entry for entry in zoo.entries if entry.id not in ledger.models)
    parts: dict[str, Part] = {}
    left: dict[str, list[str]] = {"new": [], "own": [], "removed": [], "pages": []}
    for family in batch.families:
        for model in family.models:
            model_id = str(model["ID"])
            fate = _fate(model, homes, ledger, strangers)
            if fate is not None:
                left[fate].append(model_id)
            if fate in (None, "new"):
                file = homes.get(model_id, family.file)
                _want(parts, file, model, ledger.models.get(model_id, {}))
        if family.file in parts:
            _want_collection(parts[family.file], family, zoo, ledger)
    for model in batch.figures:
        model_id = str(model["ID"])
        if homes[model_id].endswith(_UNEDITED):
            left["pages"].append(model_id)
        else:
            before = ledger.models.get(model_id) or {"ID": model_id}
            _want(parts, homes[model_id], model, before)
    if parts and batch.sources:
        _want_sources(parts.setdefault(root_file, Part()), batch.sources, ledger)
    there = {*homes.values(), *(family.place.file for family in zoo.collections), root_file}
    return Plan(
        parts=parts,
        imports=tuple(file for file in parts if file not in there),
        new=tuple(left["new"]),
        own=tuple(left["own"]),
        removed=tuple(left["removed"]),
        in_pages=tuple(left["pages"]),
    )


def _fate(
    model: Object, homes: Mapping[str, str], ledger: Ledger, strangers: frozenset[str]
) -> str | None:
    """Why a model is not simply renewed where it stands; None where it is."""
    model_id = str(model["ID"])
    if model_id in ledger.models:
        if model_id not in homes:
            return "removed"
        return "pages" if homes[model_id].endswith(_UNEDITED) else None
    return "own" if model_id in homes or str(model.get("Builder")) in strangers else "new"


def _targets(entries: Iterable[Entry]) -> frozenset[str]:
    """What entries build; one that builds a tag of timm's stands for the architecture as well."""
    targets = {entry.builder.target for entry in entries if entry.builder is not None}
    architectures = {one.partition(".")[0] for one in targets if one.startswith("timm:")}
    return frozenset(targets | architectures)


def _want(parts: dict[str, Part], file: str, model: Object, before: Object) -> None:
    part = parts.setdefault(file, Part())
    part.models.append(model)
    if before:
        part.before_models.append(before)


def _want_collection(part: Part, family: Family, zoo: Zoo, ledger: Ledger) -> None:
    """A collection is the importer's unless people wrote one in its place, or took it out.

    One of the same name in another file does not count: it may say other things, and models take
    over what the collection in their own file says.
    """
    if family.collection is None:
        return
    name = str(family.collection["Name"])
    there = any(one.name == name and one.place.file == family.file for one in zoo.collections)
    before = ledger.collections.get(name)
    if (before is not None) == there:
        part.collections.append(family.collection)
        part.before_collections += [before] if before else []


def _want_sources(part: Part, sources: Mapping[str, Json], ledger: Ledger) -> None:
    part.sources |= sources
    part.before_sources |= {
        key: dict(ledger.sources[key]) for key in sources if key in ledger.sources
    }


def _root(
    sources: dict[str, Json], collections: list[Object], models: list[Object]
) -> dict[str, Json]:
    root: dict[str, Json] = {}
    if sources:
        root["Sources"] = dict(sources)
    if collections:
        root["Collections"] = [dict(one) for one in collections]
    if models:
        root["Models"] = [dict(one) for one in models]
    return root
