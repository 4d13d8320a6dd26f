"""What an importer wrote the last time, so that it can tell its own words from people's.

One JSON file for each importer, `imported/NAME.json` beside the root index, one line an entry.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from catalogue.entry import Json
from catalogue.errors import CatalogueError
from catalogue.importing.identity import IDENTITY, Object, find, told

SCHEMA = "catalogue-imported/1"
_MOST_BYTES = 64 * 2**20


@dataclass(frozen=True, kw_only=True, slots=True)
class Ledger:
    """The values an importer wrote, by what identifies them."""

    models: Mapping[str, Object] = field(default_factory=dict)
    """By ID."""
    collections: Mapping[str, Object] = field(default_factory=dict)
    """By name."""
    sources: Mapping[str, Object] = field(default_factory=dict)
    """By id."""


def load_ledger(path: Path) -> Ledger:
    """Read a ledger; one that does not exist is empty.

    Raises:
        CatalogueError: the file is none of ours, or damaged.
    """
    if not path.is_file():
        return Ledger()
    held = _held(path)
    if not isinstance(held, dict) or held.get("schema") != SCHEMA:
        raise _refusal(path, f"it is no {SCHEMA}")
    parts = {name: held.get(name, {}) for name in ("models", "collections", "sources")}
    for name, part in parts.items():
        if not isinstance(part, dict) or not all(isinstance(one, dict) for one in part.values()):
            raise _refusal(path, f"its {name} are no objects")
    return Ledger(**parts)


def _held(path: Path) -> object:
    try:
        size = path.stat().st_size
        return json.loads(path.read_text(encoding="utf-8")) if size <= _MOST_BYTES else None
    except (OSError, ValueError, RecursionError) as fault:
        raise _refusal(path, " ".join(str(fault).split())) from None


def _refusal(path: Path, reason: str) -> CatalogueError:
    advice = "restore it from version control, or delete it to make all entries people's own"
    return CatalogueError(f"{path}: cannot be read as what was imported: {reason}; {advice}")


def with_written(ledger: Ledger, written: Ledger) -> Ledger:
    """A ledger after another import; what that did not concern stays."""
    models = {key: _joined(ledger.models.get(key, {}), one) for key, one in written.models.items()}
    return Ledger(
        models={**ledger.models, **models},
        collections={**ledger.collections, **written.collections},
        sources={**ledger.sources, **written.sources},
    )


def _joined(before: Object, now: Object) -> Object:
    """What was written of a model, with members of lists that only earlier runs wrote."""
    joined: dict[str, Json] = {**before, **now}
    for name in IDENTITY.keys() & before.keys() & now.keys():
        past, present = before[name], now[name]
        if isinstance(past, list) and isinstance(present, list):
            known = [told(name, one) for one in present if isinstance(one, dict)]
            members = [one for one in past if isinstance(one, dict)]
            lost = [one for one in members if find(name, told(name, one), known) is None]
            joined[name] = [*present, *lost]
    return joined


def ledger_text(ledger: Ledger) -> str:
    """The file's text: sorted, one line for each thing, so that differences are readable."""
    parts = {
        "collections": ledger.collections,
        "models": ledger.models,
        "sources": ledger.sources,
    }
    blocks = [f'"schema": {json.dumps(SCHEMA)}']
    for name, held in parts.items():
        lines = [f"{_dumped(key)}: {_dumped(dict(held[key]))}" for key in sorted(held)]
        blocks.append(f"{_dumped(name)}: {{\n" + ",\n".join(lines) + "\n}")
    return "{\n" + ",\n".join(blocks) + "\n}\n"


def _dumped(value: Json) -> str:
    return json.dumps(value, ensure_ascii=False)
