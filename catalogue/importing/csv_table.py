"""A CSV file read by its header, within limits, with every odd row told.

Knows nothing of what the columns mean.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from catalogue.errors import CatalogueError
from catalogue.read.numbers import shown

_MOST_BYTES = 32 * 2**20
_LONGEST_CELL = 10_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One line of a table."""

    line: int
    cells: Mapping[str, str]
    """By the header's names, stripped."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Table:
    """A CSV file."""

    file: str
    """Its name, without folders."""
    header: tuple[str, ...]
    rows: tuple[Row, ...]
    remarks: tuple[str, ...]
    """Rows that do not fit the header, one line each."""


def read_table(path: Path) -> Table:
    """Read a CSV file.

    Raises:
        CatalogueError: there is none, it is too large, no UTF-8, or it has no header.
    """
    text = _text(path)
    rows: list[Row] = []
    remarks: list[str] = []
    csv.field_size_limit(_LONGEST_CELL)
    reader = csv.reader(text.splitlines(), strict=True)
    try:
        header = tuple(name.strip() for name in next(reader, []))
        if len(set(header)) < len(header) or not all(header):
            message = (
                f"{path}:1:1: the header is {shown(','.join(header))}, expected names, each once"
            )
            raise CatalogueError(message)
        for cells in reader:
            if not any(cells):
                continue
            if len(cells) != len(header):
                found = (
                    f"{len(cells)} {'cell' if len(cells) == 1 else 'cells'}, expected {len(header)}"
                )
                remarks.append(f"{path.name}:{reader.line_num}: has {found}; the row is not read")
                continue
            stripped = (cell.strip() for cell in cells)
            rows.append(Row(line=reader.line_num, cells=dict(zip(header, stripped, strict=True))))
    except csv.Error as fault:
        message = f"{path}:{reader.line_num}:1: no CSV: {fault}"
        raise CatalogueError(message) from None
    return Table(file=path.name, header=header, rows=tuple(rows), remarks=tuple(remarks))


def _text(path: Path) -> str:
    try:
        size = path.stat().st_size
        if size > _MOST_BYTES:
            message = f"{path}: is {size / 2**20:.0f} MiB, expected at most {_MOST_BYTES // 2**20}"
            raise CatalogueError(message)
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as fault:
        reason = fault.strerror if isinstance(fault, OSError) else "it is no UTF-8"
        message = f"{path}: cannot be read: {reason}; expected a CSV file"
        raise CatalogueError(message) from None
    if not text.strip():
        message = f"{path}:1:1: the file is empty, expected a header and rows"
        raise CatalogueError(message)
    return text
