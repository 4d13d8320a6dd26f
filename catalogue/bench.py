"""What measuring needs beside the model, and what may come of a point instead of a record.

Needs no torch, so that a process that only hands out work and saves records does without it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from catalogue.entry import Entry
from catalogue.measure.protocol import Protocol
from catalogue.measure.spell import Spell
from catalogue.measure.timing import Budget
from catalogue.plan import Point
from catalogue.record import Record
from catalogue.validate.validation import Validation


def always(_entry: Entry, _points: Sequence[Point]) -> bool:
    """There is always time."""
    return True


_BUDGET = Budget()
_PROTOCOL = Protocol()


@dataclass(frozen=True, kw_only=True, slots=True)
class Bench:
    """Everything measuring needs beside the model."""

    program: str
    """`catalogue 0.1.0`, for the provenance."""
    commit: str | None
    environments: dict[str, str]
    """Environment ids by device type."""
    allowed: frozenset[str]
    path: tuple[str, ...]
    """Folders where allowed packages are looked for."""
    validation: Validation | None
    """None where nothing is validated."""
    weights_dir: Path | None
    weights_cache: Path | None
    """Where downloads are kept; None: the user's own cache."""
    zoo_root: Path
    """The folder that weights' paths in entries start from."""
    tell: Callable[[str, int, int], None]
    """Progress: what goes on, how much is done, of how much (0: nobody knows)."""
    say: Callable[[str], None]
    """What a person should know that is no result; one line."""
    protocol: Protocol = _PROTOCOL
    budget: Budget = _BUDGET
    spell: Spell | None = None
    """What the model that is timed has taken; None: nothing yet."""
    weights_file: Path | None = None
    """The one file to take for the one model, in place of those its entry names."""
    may_begin: Callable[[Entry, Sequence[Point]], bool] = always
    """Whether there is time to begin these points of a model."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Needless:
    """A point that was not measured, since another one's record says it all."""

    model: str
    """Id of the entry."""
    point: Point
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Left:
    """Points of a model for which there was no time."""

    model: str
    points: tuple[Point, ...]


Made = Record | Needless | Left
"""What may come of a point."""
