"""Tables as CSV that spreadsheets read and do not run, and those that figures refer to."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from io import StringIO

from catalogue.publish.documents import Document

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
"""What spreadsheets take for the beginning of a formula.

Source: https://owasp.org/www-community/attacks/CSV_Injection.
"""
NAMES = ("model", "name", "title", "family", "input_size", "license_code", "license_weights")
SOURCES = ("source", "title", "url", "archive", "commit", "accessed")
_MACHINE = ("machine", "system", "cpu", "cpus", "memory_bytes", "gpu", "driver", "cuda", "python")
SETUPS = (
    *("setup", "program", "method", "commit", "library", "environment"),
    *(*_MACHINE, "packages"),
)


def table_text(columns: Sequence[str], lines: Iterable[Sequence[object]]) -> str:
    """A table, with a byte order mark so that spreadsheets read UTF-8."""
    text = StringIO()
    text.write("\ufeff")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    for line in lines:
        writer.writerow([_guarded(one) if isinstance(one, str) else one for one in line])
    return text.getvalue()


def names_text(document: Document) -> str:
    """The models by id; titles in the first language that has one."""
    return table_text(NAMES, _names(document))


def _names(document: Document) -> Iterator[tuple[object, ...]]:
    for one in document.models:
        title = next(iter((one.title or {}).values()), one.name)
        size = "x".join(map(str, one.input_size or ()))
        licenses = (one.license_code, one.license_weights)
        yield (one.id, one.name, title, one.family, size, *licenses)


def sources_text(document: Document) -> str:
    """The sources of reported figures, by id; titles in the first language that has one."""
    return table_text(SOURCES, _sources(document))


def _sources(document: Document) -> Iterator[tuple[object, ...]]:
    for key, one in document.sources.items():
        title = next(iter(one.title.values()), None)
        yield (key, title, one.url, one.archive, one.commit, one.accessed)


def setups_text(document: Document) -> str:
    """By what measurements were made, and on which machine, by id."""
    return table_text(SETUPS, _setups(document))


def _setups(document: Document) -> Iterator[tuple[object, ...]]:
    for key, one in document.setups.items():
        where = document.environments.get(one.environment)
        machine = [getattr(where, name, None) for name in _MACHINE]
        packages = (
            " ".join(f"{name}=={version}" for name, version in where.packages) if where else ""
        )
        made = (key, one.program, one.method, one.commit, one.library, one.environment)
        yield (*made, *machine, packages)


def _guarded(text: str) -> str:
    """Text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text
