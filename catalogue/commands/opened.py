"""A zoo as commands find it: its settings, entries and records, read once."""

import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from catalogue.entry import Entry, Zoo
from catalogue.errors import CatalogueError, Diagnostic, Place, Severity, WrongCallError, near
from catalogue.read import read_zoo
from catalogue.settings import Settings, bits_folder, find_settings
from catalogue.store import Stored, load


@dataclass(frozen=True, kw_only=True, slots=True)
class Opened:
    """A zoo, read."""

    settings: Settings
    zoo: Zoo
    stored: Stored
    diagnostics: tuple[Diagnostic, ...]
    """Of the entries and of the records."""

    @property
    def broken(self) -> bool:
        """Whether something could not be read."""
        return any(one.severity is Severity.ERROR for one in self.diagnostics)


def open_zoo(start: Path, *, index: Path | None, allow: Iterable[str]) -> Opened:
    """Find and read the zoo around a folder.

    The project's folder goes to the end of the import path when a package is allowed, so that
    a zoo's own models are found and nothing installed is shadowed.

    Raises:
        CatalogueError: there is no index, or `catalogue.toml` cannot be used.
    """
    settings = find_settings(start, index=index)
    allowed = settings.allow | frozenset(allow)
    if allowed:
        sys.path.append(str(settings.project))
    settings = replace(settings, allow=allowed)
    reading = read_zoo(settings.index, allowed=allowed)
    stored = load(settings.measurements)
    bits = bits_folder(settings.project)
    stored = replace(stored, limits=(*settings.devices, *stored.limits), bits=bits)
    found = (*reading.diagnostics, *stored.diagnostics)
    return Opened(
        settings=settings,
        zoo=reading.zoo,
        stored=stored,
        diagnostics=tuple(replace(one, place=shown(one.place, settings)) for one in found),
    )


def shown(place: Place, settings: Settings) -> Place:
    """A place with its file as a person in this folder would type it."""
    folder, here = settings.index.parent, Path.cwd().resolve()
    path = folder.relative_to(here) if folder.is_relative_to(here) else folder
    return replace(place, file=(path / place.file).as_posix())


def find_entry(zoo: Zoo, name: str) -> Entry:
    """The model a person means: by id, then by name, then by alias; case does not matter.

    Raises:
        WrongCallError: no model, or several, answer to the name.
    """
    for names_of in (_ids, _names, _aliases):
        found = [entry for entry in zoo.entries if name in names_of(entry)] or [
            entry for entry in zoo.entries if name.casefold() in _folded(names_of(entry))
        ]
        if len(found) == 1:
            return found[0]
        if found:
            ids = ", ".join(entry.id for entry in found)
            message = (
                f"--model {name}: {len(found)} models answer to it ({ids}); name one by its id"
            )
            raise WrongCallError(message)
    known = [word for entry in zoo.entries for word in (*_ids(entry), *_aliases(entry))]
    message = (
        f"--model {name}: no such model among {len(zoo.entries)}{near(name, known)}; "
        "`catalogue list` names them"
    )
    raise WrongCallError(message)


def find_family(zoo: Zoo, name: str) -> tuple[Entry, ...]:
    """The models of a family.

    Raises:
        WrongCallError: no model is in a family of that name.
    """
    found = tuple(e for e in zoo.entries if (e.collection or "").casefold() == name.casefold())
    if not found:
        known = sorted({entry.collection for entry in zoo.entries if entry.collection})
        message = (
            f"--family {name}: no such family{near(name, known)}; "
            f"expected one of {', '.join(known) or 'none: no entry names a collection'}"
        )
        raise WrongCallError(message)
    return found


def say_errors(opened: Opened) -> None:
    """Print the errors of reading, so that nothing is lost in silence."""
    errors = [one for one in opened.diagnostics if one.severity is Severity.ERROR]
    for one in errors:
        sys.stderr.write(f"{one}\n")
    if errors:
        sys.stderr.write("`catalogue check` explains; what could be read goes on.\n")


def entries_of(opened: Opened, models: Sequence[str], families: Sequence[str]) -> list[Entry]:
    """The chosen models, each once, in the order of the zoo.

    Raises:
        CatalogueError: a name is unknown; unreadable entries are mentioned, as it may be in one.
    """
    try:
        chosen = {find_entry(opened.zoo, name).id for name in models}
        chosen |= {entry.id for name in families for entry in find_family(opened.zoo, name)}
    except CatalogueError:
        say_errors(opened)
        raise
    return [entry for entry in opened.zoo.entries if entry.id in chosen]


def _ids(entry: Entry) -> tuple[str, ...]:
    return (entry.id,)


def _names(entry: Entry) -> tuple[str, ...]:
    return (entry.name,)


def _aliases(entry: Entry) -> tuple[str, ...]:
    return entry.aliases


def _folded(names: Iterable[str]) -> set[str]:
    return {name.casefold() for name in names}
