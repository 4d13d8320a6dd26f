"""Which files an import names: globs, confinement to the root, what cannot be imported.

Looks at the disk, opens nothing.
"""

# ruff: noqa: PTH118, PTH120
# Every import of every file: with pathlib, they took a tenth of the time of reading.

import os
import re
from pathlib import Path

import yaml

from catalogue.read.links import is_url
from catalogue.read.numbers import shown
from catalogue.read.sheet import Sheet

SUFFIXES = (".yml", ".yaml", ".md", ".json")
_MOST_FILES = 10_000
_STARS = re.compile(r"\*{2,}")


def imported_files(sheet: Sheet, node: yaml.ScalarNode) -> tuple[Path, ...]:
    """The files one import names, resolved and inside the root, sorted; faults are said."""
    written = str(node.value).strip()
    root = sheet.zone.root
    if is_url(written):
        sheet.error(
            node, "import-outside", f"import {shown(written)} is a URL, expected a local path"
        )
        return ()
    if "\0" in written or not written:
        sheet.error(node, "import-missing", "an import names no file; expected a path or a glob")
        return ()
    folder = os.path.dirname(os.path.join(root, sheet.file))
    name = os.path.normpath(os.path.join(folder, written))
    found = sheet.zone.folders.real_file(name)
    if found is not None and _is_plain(name, found, root):
        return (Path(found),)
    target = Path(name)
    if not target.is_relative_to(root):
        _say_outside(sheet, node, written)
        return ()
    if any(sign in written for sign in "*?"):
        return _globbed(sheet, node, target.relative_to(root).as_posix(), written)
    return _single(sheet, node, target, written)


def _is_plain(name: str, found: str, root: Path) -> bool:
    """Whether a file is one to read, of which there is nothing to say."""
    return (
        found == name and name.startswith(f"{root}{os.sep}") and name.casefold().endswith(SUFFIXES)
    )


def _single(sheet: Sheet, node: yaml.ScalarNode, target: Path, written: str) -> tuple[Path, ...]:
    resolved = _resolved(target)
    if resolved is None:
        hint = sheet.zone.findings.hint(target.name, _names_beside(target))
        message = f"import {shown(written)} is not there{hint}"
        sheet.error(node, "import-missing", message)
        return ()
    if not resolved.is_relative_to(sheet.zone.root):
        _say_outside(sheet, node, written)
        return ()
    if not resolved.is_file():
        meant = f"{written.rstrip('/')}/*.yml"
        message = f"import {shown(written)} is a folder; expected files, such as {shown(meant)}"
        sheet.error(node, "import-refused", message)
        return ()
    if resolved.suffix.casefold() not in SUFFIXES:
        message = f"import {shown(written)} is none of {', '.join(SUFFIXES)}; it is not read"
        sheet.error(node, "import-refused", message)
        return ()
    return (resolved,)


def _globbed(sheet: Sheet, node: yaml.ScalarNode, pattern: str, written: str) -> tuple[Path, ...]:
    root = sheet.zone.root
    parts = (part if part == "**" else _STARS.sub("*", part) for part in pattern.split("/"))
    literal = "/".join(parts).replace("[", "[[]")
    found = []
    for match in sorted(root.glob(literal))[:_MOST_FILES]:
        path = _resolved(match)
        if path is None:
            continue
        if not path.is_relative_to(root):
            _say_outside(sheet, node, match.relative_to(root).as_posix())
        elif path.is_file() and path.suffix.casefold() in SUFFIXES:
            found.append(path)
    if not found:
        message = f"import {shown(written)} matches no file; mend the path, or take it out"
        sheet.warning(node, "import-empty", message)
    return tuple(found)


def _resolved(path: Path) -> Path | None:
    """The file behind all links; None where there is none."""
    try:
        return path.resolve(strict=True)
    except (OSError, RuntimeError):
        # A loop of links is a RuntimeError up to Python 3.12, then an OSError.
        return None


def _say_outside(sheet: Sheet, node: yaml.ScalarNode, written: str) -> None:
    message = f"import {shown(written)} leads outside of the index's folder; move the file inside"
    sheet.error(node, "import-outside", message)


def _names_beside(target: Path) -> list[str]:
    try:
        return sorted(path.name for path in target.parent.iterdir())[:1000]
    except OSError:
        return []
