"""`catalogue check`: read entries and records, print every fault at its place."""

import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from catalogue.check import check_zoo
from catalogue.check.report import format_diagnostics
from catalogue.commands.opened import shown
from catalogue.errors import Diagnostic, Place, Severity, as_typed
from catalogue.languages import MAIN_FILE, site_languages
from catalogue.page.labels import has_labels, label_faults, label_file, load_labels
from catalogue.page.layers import template_folders
from catalogue.read import read_zoo
from catalogue.settings import Settings, find_settings
from catalogue.store import Stored, load


def check(
    paths: Sequence[Path],
    *,
    form: str,
    strict: bool,
    allow: Sequence[str],
    links: str | None = None,
) -> int:
    """Check zoos, index files, metafiles or pages.

    Args:
        paths: The zoos; the one around here if there are none.
        form: How diagnostics are printed.
        strict: Whether warnings count.
        allow: Packages that builders may import.
        links: `public` or `private`: which hosts are asked for the addresses of entries and
            pages; `archives` to write copies of what is gone as well; None for none.

    Returns:
        1 where there is an error, or a warning when `strict`; else 0.

    Raises:
        CatalogueError: no path was given and there is no zoo around here.
    """
    found: list[Diagnostic] = []
    models = 0
    for settings in _settings(paths):
        diagnostics, read = _check_one(settings, frozenset(allow))
        if links is not None:
            diagnostics += _links(settings, links)
        found.extend(diagnostics)
        models += read
    sys.stdout.write(format_diagnostics(found, form, models=models) + "\n")
    worst = max((one.severity for one in found), default=Severity.NOTE)
    return int(worst >= (Severity.WARNING if strict else Severity.ERROR))


def _settings(paths: Sequence[Path]) -> list[Settings]:
    if not paths:
        return [find_settings(Path.cwd())]
    return [find_settings(Path.cwd(), index=path) for path in paths]


def _check_one(settings: Settings, allow: frozenset[str]) -> tuple[list[Diagnostic], int]:
    """The diagnostics of one zoo in the order of their places, and its number of models."""
    reading = read_zoo(settings.index, allowed=settings.allow | allow)
    stored = load(settings.measurements)
    found = [
        *reading.diagnostics,
        *stored.diagnostics,
        *check_zoo(reading.zoo, records=stored.records, languages=site_languages(settings.project)),
        *_orphans(stored, {entry.id for entry in reading.zoo.entries}),
    ]
    named = [replace(one, place=shown(one.place, settings)) for one in found]
    named += _labels(settings)
    return sorted(named, key=lambda one: one.place), len(reading.zoo.entries)


def _links(settings: Settings, how: str) -> tuple[Diagnostic, ...]:
    from catalogue.commands import linking  # noqa: PLC0415  # an HTTP client that few runs need
    from catalogue.weblinks.asking import Manners  # noqa: PLC0415  # as above

    return linking.links(
        settings, manners=Manners(private=how == "private"), write=how == "archives"
    )


def _labels(settings: Settings) -> tuple[Diagnostic, ...]:
    """What is wrong with the words of the site, where a zoo has a site or words of its own."""
    own = settings.project / "templates"
    if not (own.is_dir() or (settings.project / MAIN_FILE).is_file()):
        return ()
    folders = template_folders(own)
    languages = site_languages(settings.project)
    known = [one for one in languages if has_labels(folders, one)]
    absent = [_no_labels(label_file(folders, one)) for one in languages if one not in known]
    read = {one: load_labels(folders, one) for one in known}
    return (*absent, *label_faults(read, folders))


def _no_labels(file: Path) -> Diagnostic:
    return Diagnostic(
        place=Place(file=as_typed(file), line=1, column=1),
        severity=Severity.ERROR,
        code="missing-label",
        message="the site has a language without labels; write this file, or delete the language's "
        "mkdocs.*.yml",
    )


def _orphans(stored: Stored, known: set[str]) -> list[Diagnostic]:
    """Records of models that no entry describes: renamed, removed, or not readable today."""
    strangers = sorted({record.model for record in stored.records} - known)
    return [
        Diagnostic(
            place=Place(file=f"measurements/{model}", line=1, column=1),
            severity=Severity.WARNING,
            code="orphan-record",
            message=f"records of '{model}', which no entry describes; restore the entry, or "
            "delete the folder",
        )
        for model in strangers
    ]
