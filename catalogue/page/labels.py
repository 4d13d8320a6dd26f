"""The words of the pages: label files, one per language, and what is wrong with them.

A label file maps keys to sentences with named gaps: `says.cheapest: "{model} needs …"`.
"""

import string
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import yaml

from catalogue.errors import CatalogueError, Diagnostic, Place, Severity

SINGULAR = ".one"
"""Ending of a key's variant for a count of 1; languages without a singular leave it out."""


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
    if not any(file.is_file() for file in files):
        message = f"{files[-1]}: no labels for the language '{language}'; write this file"
        raise CatalogueError(message)
    for file in reversed(files):
        if file.is_file():
            labels.update(_read(file))
    return labels


def _read(file: Path) -> Mapping[str, str]:
    try:
        content = yaml.safe_load(file.read_text(encoding="utf-8"))
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


def differences(
    by_language: Mapping[str, Mapping[str, str]], folder: Path
) -> tuple[Diagnostic, ...]:
    """What the languages' labels do not have in common: keys, and gaps within one key."""
    return tuple(_differences(by_language, folder))


def _differences(
    by_language: Mapping[str, Mapping[str, str]], folder: Path
) -> Iterator[Diagnostic]:
    every = dict.fromkeys(key for labels in by_language.values() for key in labels)
    for language, labels in by_language.items():
        file = (folder / "labels" / f"{language}.yml").as_posix()
        for key in every:
            if key not in labels:
                if not key.endswith(SINGULAR):
                    yield _missing(file, key, others=_having(by_language, key))
                continue
            first = next(other for other in by_language.values() if key in other)
            if gaps(labels[key]) != gaps(first[key]):
                yield _unlike(file, key, gaps(labels[key]), gaps(first[key]))


def _having(by_language: Mapping[str, Mapping[str, str]], key: str) -> str:
    return ", ".join(f"{language}.yml" for language in by_language if key in by_language[language])


def _missing(file: str, key: str, *, others: str) -> Diagnostic:
    return Diagnostic(
        place=Place(file=file, line=1, column=1),
        severity=Severity.ERROR,
        code="missing-label",
        message=f"the label '{key}' is missing, {others} has it; translate it",
    )


def _unlike(file: str, key: str, found: Iterable[str], expected: Iterable[str]) -> Diagnostic:
    return Diagnostic(
        place=Place(file=file, line=1, column=1),
        severity=Severity.ERROR,
        code="label-gaps",
        message=f"the label '{key}' has the gaps {sorted(found)}, expected {sorted(expected)} "
        "as in the other languages",
    )
