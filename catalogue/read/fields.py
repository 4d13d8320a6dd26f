"""What a table of the entry format is: its keys, and what may stand behind each.

Knows nothing of YAML nodes.
"""

from dataclasses import KW_ONLY, dataclass
from enum import Enum
from functools import cached_property, lru_cache

from catalogue.read.numbers import narrow


class Shape(Enum):
    """What may stand behind a key."""

    TEXT = "text"
    PROSE = "prose"
    """Text, or text by language."""
    WORDS = "words"
    """A text or a list of texts."""
    NUMBER = "number"
    COUNT = "count"
    """A number, or text with k, M, G or T behind it."""
    INTEGER = "integer"
    SIZE = "size"
    """Pixels: a side, (H, W) or (C, H, W)."""
    NUMBERS = "numbers"
    """A list of numbers, one per channel."""
    SWITCH = "switch"
    CHOICE = "choice"
    URL = "url"
    LIST = "list"
    """A list of anything."""
    ANY = "any"
    ATTRIBUTES = "attributes"
    """A mapping with keys of the author's choice, some of which are figures."""
    METRICS = "metrics"
    BY_BATCH = "by batch"
    TABLE = "table"
    TABLES = "tables"
    ONE_OR_MORE = "one or more"
    """A mapping, or a list of mappings."""
    TEXT_OR_TABLE = "text or table"
    LINKS = "links"
    """A text, a mapping, or a list of either."""
    BY_NAME = "by name"
    """A mapping from ids to mappings."""


@dataclass(frozen=True, slots=True)
class Field:
    """One key."""

    name: str
    shape: Shape
    doc: str
    _: KW_ONLY
    choices: tuple[str, ...] = ()
    table: "Table | None" = None
    required: bool = False
    kept: bool = False
    """Whether it is kept as written, since no page and no check asks for it."""
    inherited: bool = False
    """Whether a model without it has its collection's."""


@lru_cache(maxsize=8192)
def folded(key: str) -> str:
    """A key as it is compared: case, `_` and width do not matter."""
    plain = key if key.isascii() else narrow(key)
    return " ".join(plain.replace("_", " ").casefold().split())


@lru_cache(maxsize=8192)
def squeezed(key: str) -> str:
    """A key's letters alone, in the singular: `In Collections` and `InCollection` meet."""
    letters = "".join(letter for letter in folded(key) if letter.isalnum())
    return letters.removesuffix("s")


@dataclass(frozen=True, kw_only=True, eq=False)
class Table:
    """The keys of one kind of mapping; a table equals only itself."""

    title: str
    """What the mapping is, with its article: `a result`."""
    fields: tuple[Field, ...]
    keeps: bool = True
    """Whether the owner of the mapping has room for keys that the format does not know."""

    @cached_property
    def by_folded(self) -> dict[str, str]:
        """Key names by their folded form."""
        return {folded(field.name): field.name for field in self.fields}

    @cached_property
    def by_squeezed(self) -> dict[str, str]:
        """Key names by their letters."""
        return {squeezed(field.name): field.name for field in self.fields}

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Key names in the order of the format."""
        return tuple(field.name for field in self.fields)

    @cached_property
    def kept(self) -> tuple[str, ...]:
        """Names of the keys that are kept as written."""
        return tuple(field.name for field in self.fields if field.kept)

    def choices(self, name: str) -> tuple[str, ...]:
        """The values a key may have."""
        return next(field.choices for field in self.fields if field.name == name)
