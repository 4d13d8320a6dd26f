"""A zoo from a text, for tests of reading and checking."""

from pathlib import Path

from catalogue.check import check_zoo
from catalogue.entry import Entry
from catalogue.read import Reading, read_zoo


def written(folder: Path, text: str, *, allowed: frozenset[str] = frozenset()) -> Reading:
    """Read a text as the root index file of a folder."""
    path = folder / "model-index.yml"
    path.write_text(text, encoding="utf-8", newline="")
    return read_zoo(path, allowed=allowed)


def model(folder: Path, fields: str) -> tuple[Entry, list[str]]:
    """Read one model `m` with further fields, each line indented by four; and what is said."""
    lines = "".join(f"    {line}\n" for line in fields.splitlines())
    reading = written(folder, f"Models:\n  - Name: m\n{lines}")
    return reading.zoo.entries[0], said(reading)


def said(reading: Reading) -> list[str]:
    """Diagnostics of reading as `line:column: severity: message [code]`."""
    return [str(one).partition(":")[2] for one in reading.diagnostics]


def checked(folder: Path, text: str) -> list[str]:
    """Diagnostics of checking alone, in the same form."""
    zoo = written(folder, text).zoo
    return [str(one).partition(":")[2] for one in check_zoo(zoo)]
