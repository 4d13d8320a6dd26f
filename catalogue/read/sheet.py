"""Where one piece of YAML stands: its file, its offset in it, and where findings about it go.

Knows YAML nodes and places; knows nothing of the format's fields.
"""

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import yaml

from catalogue.entry import Source
from catalogue.errors import Place
from catalogue.read.findings import Findings
from catalogue.read.folders import Folders


class Kept(NamedTuple):
    """A value to be kept as written."""

    name: str
    sheet: "Sheet"
    value: yaml.Node


@dataclass(frozen=True, kw_only=True, slots=True)
class Zone:
    """What all files of one reading share."""

    root: Path
    """The folder of the root index file, resolved; nothing outside it is imported."""
    allowed: frozenset[str] = frozenset()
    """Top-level packages that builders may import, besides timm and torchvision."""
    findings: Findings = field(default_factory=Findings)
    sources: dict[str, Source] = field(default_factory=dict)
    """By id; complete when all files were read."""
    cited_early: list[tuple[str, Place]] = field(default_factory=list)
    """Citations of sources that no file had given so far."""
    kept: list["Kept"] = field(default_factory=list)
    """What the mappings inside the model at hand hold besides what the format asks for."""
    folders: Folders = field(default_factory=Folders)
    """Those that were looked into."""
    bases: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """By file, the folders that README and Config paths may start from."""
    given_ids: set[Place] = field(default_factory=set)
    """Places of the models whose id people chose."""
    texts: dict[str, str] = field(default_factory=dict)
    """The texts that were read, by file."""
    ancestors: tuple[Path, ...] = ()
    """Further folders that README and Config paths may start from."""

    def name_of(self, path: Path) -> str:
        """A file under the root, as places name it."""
        return str(path)[len(str(self.root)) :].lstrip(os.sep).replace(os.sep, "/")


@dataclass(frozen=True, kw_only=True, slots=True)
class Sheet:
    """One YAML text: a file, or a comment in a Markdown page."""

    zone: Zone
    file: str
    """Relative to the zone's root, with forward slashes."""
    line_offset: int = 0
    """Lines of the file before the text."""
    column_offset: int = 0
    """Characters before the text on its first line."""
    is_page: bool = False
    """Whether the text stands in a Markdown page."""
    is_bare_list: bool = False
    """Whether the text is a list of models without a root mapping."""

    def place(self, node: yaml.Node) -> Place:
        """Where a node begins."""
        mark = node.start_mark
        line, column = mark.line, mark.column
        if line == 0:
            column += self.column_offset
        return Place(file=self.file, line=line + self.line_offset + 1, column=column + 1)

    def spot(self, line: int, column: int) -> Place:
        """The place of a line and column of the text, both counted from 0."""
        shift = self.column_offset if line == 0 else 0
        return Place(file=self.file, line=line + self.line_offset + 1, column=column + shift + 1)

    def error(self, node: yaml.Node, code: str, message: str, *, alike: str | None = None) -> None:
        """Report an error at a node."""
        self.zone.findings.error(self.place(node), code, message, alike=alike)

    def warning(
        self, node: yaml.Node, code: str, message: str, *, alike: str | None = None
    ) -> None:
        """Report a warning at a node."""
        self.zone.findings.warning(self.place(node), code, message, alike=alike)

    def note(self, node: yaml.Node, code: str, message: str, *, alike: str | None = None) -> None:
        """Report a note at a node."""
        self.zone.findings.note(self.place(node), code, message, alike=alike)
