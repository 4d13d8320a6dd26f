"""The YAML of model cards and evaluation files, read safely: every scalar stays text.

Knows where their results stand; knows nothing of entries.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from catalogue.entry import Json
from catalogue.errors import CatalogueError
from catalogue.importing.spans import content
from catalogue.read.mapping import is_null
from catalogue.read.scan import scan

_MOST_BYTES = 16 * 2**20
_FRONT = re.compile(r"---[ \t]*\r?\n(?P<yaml>.*?\n)(?:---|\.\.\.)[ \t]*(?:\r?\n|$)", re.DOTALL)


@dataclass(frozen=True, kw_only=True, slots=True)
class CardModel:
    """A model of a card's `model-index`."""

    name: str
    """Empty where the card gives none."""
    results: tuple[Mapping[str, Json], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Card:
    """A card's front matter."""

    fields: Mapping[str, Json] = field(default_factory=dict)
    models: tuple[CardModel, ...] = ()


def read_card(path: Path) -> Card:
    """Read a card's front matter.

    Raises:
        CatalogueError: the file cannot be read, has none, or it is no sound YAML.
    """
    match = _FRONT.match(_text(path))
    if match is None:
        message = f"{path}:1:1: the page has no front matter; expected YAML between '---' lines"
        raise CatalogueError(message)
    held = _tree(match["yaml"], path, line_offset=1)
    fields = held if isinstance(held, dict) else {}
    models = tuple(
        CardModel(name=str(one.get("name") or ""), results=tuple(_mappings(one.get("results"))))
        for one in _mappings(fields.get("model-index"))
    )
    return Card(fields=fields, models=models)


def read_evaluations(path: Path) -> tuple[Mapping[str, Json], ...]:
    """Read an `.eval_results` file.

    Raises:
        CatalogueError: the file cannot be read, or is no sound YAML.
    """
    return tuple(_mappings(_tree(_text(path), path, line_offset=0)))


def _tree(text: str, path: Path, *, line_offset: int) -> Json:
    scanned = scan(text)
    slips = (scanned.broken, *(one.slip for one in scanned.edits), *scanned.later_documents)
    for slip in slips:
        if slip is not None:
            place = f"{path}:{slip.line + line_offset + 1}:{slip.column + 1}"
            message = f"{place}: {slip.message}"
            raise CatalogueError(message)
    loader = yaml.CBaseLoader(text)
    try:
        node = loader.get_single_node()
    finally:
        loader.dispose()
    return None if node is None or is_null(node) else content(node)


def _text(path: Path) -> str:
    try:
        if path.stat().st_size <= _MOST_BYTES:
            return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as fault:
        reason = fault.strerror if isinstance(fault, OSError) else "it is no UTF-8"
        message = f"{path}: cannot be read: {reason}; expected a model card or an evaluation file"
        raise CatalogueError(message) from None
    message = f"{path}: is over {_MOST_BYTES // 2**20} MiB; no model card is"
    raise CatalogueError(message)


def _mappings(value: Json) -> list[dict[str, Json]]:
    members = value if isinstance(value, list) else [value]
    return [one for one in members if isinstance(one, dict)]
