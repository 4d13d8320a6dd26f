"""What can go wrong that a user can mend: places, diagnostics and the one exception family.

Knows nothing of entries, records, models or pages.
"""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path


class CatalogueError(Exception):
    """A fault the user can mend; its text is one line that says where, what, and what to do."""


class WrongCallError(CatalogueError):
    """The command was called wrongly: an unknown name, or options that do not go together."""


class UnreadyError(CatalogueError):
    """Something around the model is missing (a package, weights, a permission).

    The model itself may be sound: a measurement that failed so is tried again at the next refresh.
    """


class Severity(IntEnum):
    """How much a diagnostic matters; errors decide the exit status."""

    NOTE = 1
    WARNING = 2
    ERROR = 3

    @property
    def word(self) -> str:
        """The lower-case word printed in diagnostics."""
        return self.name.lower()


@dataclass(frozen=True, kw_only=True, slots=True, order=True)
class Place:
    """A position in a file that a person wrote."""

    file: str
    """Path relative to the zoo's root, with forward slashes."""
    line: int
    """Counted from 1."""
    column: int
    """Counted from 1, in characters."""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Diagnostic:
    """One fault, doubt or guess, at its place."""

    place: Place
    severity: Severity
    code: str
    """The check that found it, as documented: a lower-case slug such as `unknown-collection`."""
    message: str
    """One line: what was found, what was expected, what to do."""

    def __str__(self) -> str:
        return f"{self.place}: {self.severity.word}: {self.message} [{self.code}]"


def as_typed(file: Path) -> str:
    """A path as a person in the current folder would type it, with forward slashes."""
    here, file = Path.cwd().resolve(), file.resolve()
    return (file.relative_to(here) if file.is_relative_to(here) else file).as_posix()


def near(word: str, known: Iterable[str], *, most: int = 3) -> str:
    """Say which known words resemble `word`.

    Args:
        word: What the user wrote.
        known: What would have been understood.
        most: The largest number of suggestions.

    Returns:
        ` (did you mean 'a' or 'b'?)`, with a leading space, or an empty string.
    """
    by_folded = {name.casefold(): name for name in known}
    close = difflib.get_close_matches(word.casefold(), by_folded, n=most, cutoff=0.6)
    if not close:
        return ""
    return " (did you mean " + " or ".join(f"'{by_folded[name]}'" for name in close) + "?)"
