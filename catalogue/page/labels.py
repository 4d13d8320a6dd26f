"""The words of the pages: label files, one per language, and what is wrong with them.

A label file maps keys to sentences with named gaps: `says.cheapest: "{model} needs …"`.
"""

import difflib
import string
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import yaml

from catalogue.errors import CatalogueError, Diagnostic, Place, Severity, as_typed
from catalogue.page.plural import COUNT, base_of

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_ALIKE = 0.85
THEME = "theme."
"""Begins the keys that replace words of mkdocs' theme; a language has those that it needs."""


def load_labels(folders: Sequence[Path], language: str) -> Mapping[str, str]:
    """Read the labels of a language.

    Args:
        folders: Template folders, most specific first; a zoo's own file replaces single labels.
        language: Such as `en`.

    Raises:
        CatalogueError: a file is no flat mapping of keys to text, or no folder has one.
    """
    labels: dict[str, str] = {}
    files = [folder / "labels" / f"{language}.yml" for folder in folders]
    if not has_labels(folders, language):
        message = f"{files[0]}: no labels for the language '{language}'; write this file"
        raise CatalogueError(message)
    for file in reversed(files):
        if file.is_file():
            labels.update(_read(file))
    return labels


def has_labels(folders: Sequence[Path], language: str) -> bool:
    """Whether one of the folders has labels of a language."""
    return any((folder / "labels" / f"{language}.yml").is_file() for folder in folders)


def _read(file: Path) -> Mapping[str, str]:
    try:
        content = yaml.load(file.read_text(encoding="utf-8"), Loader=_LOADER)  # noqa: S506  # safe
    except (yaml.YAMLError, UnicodeDecodeError) as fault:
        message = f"{file}: not readable as YAML: {' '.join(str(fault).split())}; mend the file"
        raise CatalogueError(message) from None
    if not isinstance(content, dict):
        message = f"{file}: holds no mapping, expected lines such as 'nav.home: Home'"
        raise CatalogueError(message)
    for key, label in content.items():
        if not isinstance(key, str) or not isinstance(label, str):
            message = f"{file}: '{key}' is {label!r}, expected text; put it into quotes"
            raise CatalogueError(message)
        _check_gaps(file, key, label)
    return content


def _check_gaps(file: Path, key: str, label: str) -> None:
    try:
        gaps(label)
    except ValueError as fault:
        message = f"{file}: '{key}' has a broken gap ({fault}); write gaps as {{name}}"
        raise CatalogueError(message) from None


def gaps(label: str) -> frozenset[str]:
    """The names of a label's gaps.

    Raises:
        ValueError: braces do not match, or a gap is more than a name.
    """
    found = set()
    for _, name, form, conversion in string.Formatter().parse(label):
        if name is None:
            continue
        if not name.isidentifier() or form or conversion:
            message = f"'{name}' is no plain name"
            raise ValueError(message)
        found.add(name)
    return frozenset(found)


def label_faults(
    by_language: Mapping[str, Mapping[str, str]], folders: Sequence[Path]
) -> tuple[Diagnostic, ...]:
    """What is wrong with the labels of a site's languages, at its place.

    Args:
        by_language: From `load_labels`.
        folders: The same as there; the last is the program's.

    Returns:
        Keys that a language lacks, gaps that differ, and keys of a zoo's own that are misspelt.
    """
    return (*_differences(by_language, folders), *_misspelt(by_language, folders))


def label_file(folders: Sequence[Path], language: str) -> Path:
    """Where a language's labels are mended: in the most specific folder."""
    return folders[0] / "labels" / f"{language}.yml"


def _differences(
    by_language: Mapping[str, Mapping[str, str]], folders: Sequence[Path]
) -> Iterator[Diagnostic]:
    every = dict.fromkeys(key for labels in by_language.values() for key in labels)
    for language, labels in by_language.items():
        for key in every:
            if key not in labels:
                optional = any(plural_of(key, other) for other in by_language.values())
                if not optional and not key.startswith(THEME):
                    yield _missing(label_file(folders, language), key, _having(by_language, key))
                continue
            found, base = gaps(labels[key]), plural_of(key, labels)
            first = next(other for other in by_language.values() if key in other)
            expected = gaps(first[key] if base is None else labels[base])
            # A form may leave gaps out: "1 model" needs no count.
            if found != expected and (base is None or not found <= expected):
                yield _unlike(_place_of(folders, language, key), key, found, expected)


def plural_of(key: str, labels: Mapping[str, str]) -> str | None:
    """The label with a count that a key is a plural form of, which a language may leave out."""
    base = base_of(key)
    return base if base is not None and base in labels and COUNT in gaps(labels[base]) else None


def _misspelt(languages: Iterable[str], folders: Sequence[Path]) -> Iterator[Diagnostic]:
    """Keys of a zoo's own files that all but are one of the program's."""
    *own, program = folders
    files = [folder / "labels" / f"{language}.yml" for folder in own for language in languages]
    written = [(file, key) for file in files if file.is_file() for key in _read(file)]
    known = {key for file in (program / "labels").glob("*.yml") for key in _read(file)}
    for file, key in written:
        close = difflib.get_close_matches(key, known, n=1, cutoff=_ALIKE)
        if key not in known and base_of(key) not in known and close:
            yield Diagnostic(
                place=_line_of(file, key),
                severity=Severity.WARNING,
                code="unknown-label",
                message=f"no page of the program has the label '{key}' (did you mean "
                f"'{close[0]}'?); correct the key, or call yours by an unlike one",
            )


def _place_of(folders: Sequence[Path], language: str, key: str) -> Place:
    """Where a label is written; the most specific file that has it counts."""
    for folder in folders:
        file = folder / "labels" / f"{language}.yml"
        if file.is_file() and key in _read(file):
            return _line_of(file, key)
    return _line_of(label_file(folders, language), key)


def _line_of(file: Path, key: str) -> Place:
    lines = file.read_text(encoding="utf-8").splitlines() if file.is_file() else []
    starts = (f"{key}:", f'"{key}":', f"'{key}':")
    found = (number for number, line in enumerate(lines, 1) if line.startswith(starts))
    return Place(file=as_typed(file), line=next(found, 1), column=1)


def _having(by_language: Mapping[str, Mapping[str, str]], key: str) -> str:
    return ", ".join(f"{language}.yml" for language in by_language if key in by_language[language])


def _missing(file: Path, key: str, others: str) -> Diagnostic:
    return Diagnostic(
        place=Place(file=as_typed(file), line=1, column=1),
        severity=Severity.ERROR,
        code="missing-label",
        message=f"the label '{key}' is missing, {others} has it; translate it",
    )


def _unlike(place: Place, key: str, found: Iterable[str], expected: Iterable[str]) -> Diagnostic:
    return Diagnostic(
        place=place,
        severity=Severity.ERROR,
        code="label-gaps",
        message=f"the label '{key}' has the gaps {sorted(found)}, expected {sorted(expected)} "
        "as in the other languages",
    )
