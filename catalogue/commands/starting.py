"""`catalogue init`: start a new zoo and say what to do next."""

import sys
from pathlib import Path

from catalogue.images.contents import counted
from catalogue.starting import start_zoo


def start(folder: Path, *, add: bool) -> int:
    """Write a new zoo's files.

    Returns:
        0.

    Raises:
        WrongCallError: the folder cannot take them.
    """
    written = start_zoo(folder, add=add)
    sys.stdout.write(f"{counted(len(written), 'file')} written in {folder}\n")
    for command in (f"cd {folder}", "catalogue refresh --all", "mkdocs serve"):
        sys.stdout.write(f"    {command}\n")
    return 0
