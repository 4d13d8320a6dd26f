"""A batch put into the files of a zoo: everything is worked out first, then written at once.

The only module of this room that writes; it lends its reading and writing to those that fill in.
"""

import os
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

import yaml

from catalogue.entry import Json, Zoo
from catalogue.errors import CatalogueError
from catalogue.importing.batch import Batch, Part, Plan, plan_import
from catalogue.importing.ledger import Ledger, ledger_text, load_ledger, with_written
from catalogue.importing.merge import merged
from catalogue.importing.spans import compose, content

_FOLDER = "imported"
_MOST_BYTES = 16 * 2**20
_BOM = "\ufeff"
_HEAD = """\
# Written by `catalogue import {command}`. Edit it as you like: what you write stays when you import
# again, and only what you did not touch is renewed.
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Placed:
    """What an import did."""

    plan: Plan
    written: tuple[str, ...]
    """Files whose text changed, relative to the folder of the root index."""
    kept: tuple[str, ...]
    """What people wrote where the import says otherwise, one line each."""


def place_batch(batch: Batch, zoo: Zoo, root_file: str) -> Placed:
    """Merge a batch into a zoo's files.

    Args:
        batch: What to import.
        zoo: The zoo as it stands.
        root_file: Name of the root index in the zoo's folder.

    Raises:
        CatalogueError: a file cannot be read, or not be edited safely; then none is written.
    """
    ledger_file = f"{_FOLDER}/{batch.name}.json"
    ledger = load_ledger(zoo.root / ledger_file)
    plan = plan_import(batch, zoo, ledger, root_file=root_file)
    before: dict[str, str] = {}
    after: dict[str, str] = {}
    kept: list[str] = []
    for file, part in plan.parts.items():
        before[file] = read_file(zoo.root, file)
        text = before[file].removeprefix(_BOM) or _HEAD.format(command=batch.command)
        outcome = merged(text.replace("\r\n", "\n"), part.wanted(), part.before(), file=file)
        after[file] = outcome.text
        kept += [f"{file}: {one}" for one in outcome.kept]
    _import_files(zoo.root, root_file, plan.imports, before, after)
    before[ledger_file] = read_file(zoo.root, ledger_file)
    after[ledger_file] = ledger_text(with_written(ledger, _written(plan.parts)))
    changed = [file for file in after if restored(after[file], before[file]) != before[file]]
    for file in changed:
        write_file(zoo.root / file, restored(after[file], before[file]))
    return Placed(
        plan=plan,
        written=tuple(file for file in changed if file != ledger_file),
        kept=tuple(kept),
    )


def _import_files(
    root: Path,
    root_file: str,
    files: Sequence[str],
    before: dict[str, str],
    after: dict[str, str],
) -> None:
    """Let the root index import new files, unless a glob of its own reaches them."""
    before.setdefault(root_file, read_file(root, root_file))
    text = after.get(root_file, before[root_file].removeprefix(_BOM).replace("\r\n", "\n"))
    index = compose(text, root_file)
    globs = _imported(index) if index is not None else []
    missing: list[Json] = [
        file for file in files if not any(fnmatchcase(file, pattern) for pattern in globs)
    ]
    if missing:
        outcome = merged(text, {"Import": missing}, {}, file=root_file)
        if outcome.kept:
            message = f"{root_file}: Import is no list; write one, so that files can be added to it"
            raise CatalogueError(message)
        text = outcome.text
    after[root_file] = text


def _imported(index: yaml.MappingNode) -> list[str]:
    for key, value in index.value:
        if str(key.value).casefold() == "import":
            held = content(value)
            return [str(one) for one in (held if isinstance(held, list) else [held])]
    return []


def _written(parts: Mapping[str, Part]) -> Ledger:
    return Ledger(
        models={str(one["ID"]): one for part in parts.values() for one in part.models},
        collections={str(one["Name"]): one for part in parts.values() for one in part.collections},
        sources={
            key: one
            for part in parts.values()
            for key, one in part.sources.items()
            if isinstance(one, dict)
        },
    )


def read_file(root: Path, file: str) -> str:
    """A file of a zoo as it is, byte order mark and line ends included; empty where there is none.

    Raises:
        CatalogueError: it lies outside, cannot be read or is too large.
    """
    path = root / file
    if not path.resolve().is_relative_to(root.resolve()):
        message = f"{file}: leads out of the zoo's folder; nothing is written there"
        raise CatalogueError(message)
    if not path.exists():
        return ""
    try:
        if path.stat().st_size <= _MOST_BYTES or file.startswith(_FOLDER):
            return path.read_bytes().decode()
    except (OSError, UnicodeDecodeError) as fault:
        message = f"{file}: cannot be read: {' '.join(str(fault).split())}"
        raise CatalogueError(message) from None
    message = f"{file}: is over {_MOST_BYTES // 2**20} MiB; split it"
    raise CatalogueError(message)


def restored(text: str, before: str) -> str:
    """A text with the line ends and the byte order mark that its file had."""
    if "\r\n" in before:
        text = text.replace("\r\n", "\n").replace("\n", "\r\n")
    return _BOM + text if before.startswith(_BOM) else text


def write_file(path: Path, text: str) -> None:
    """Write a file whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(text.encode())
        mode = path.stat().st_mode & 0o777 if path.exists() else 0o644
        Path(temporary).chmod(mode)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
