"""Copies that an archive keeps, written beside the sources that are gone.

Only a source without an `Archive` of its own gets one; every other character stays.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import urldefrag

from catalogue.entry import Json, Source, Zoo
from catalogue.importing.merge import merged
from catalogue.importing.place import read_file, restored, write_file
from catalogue.weblinks.archive import Snapshot

_SUFFIXES = (".yml", ".yaml")
_BOM = "\ufeff"


def write_archives(zoo: Zoo, copies: Sequence[tuple[str, Snapshot]]) -> tuple[str, ...]:
    """Write the copies of dead addresses into the entries' files.

    Args:
        zoo: The zoo, as its files stand.
        copies: Of an address each.

    Returns:
        The files that changed, relative to the zoo's root.

    Raises:
        CatalogueError: a file cannot be read, or not be edited in place; those before it are.
    """
    by_file: dict[str, dict[str, Json]] = defaultdict(dict)
    by_address = dict(copies)
    for source in zoo.sources:
        copy = _copy(source, by_address)
        if copy is not None:
            by_file[source.place.file][source.id] = {"Archive": copy.url}
    for file, sources in by_file.items():
        before = read_file(zoo.root, file)
        text = before.removeprefix(_BOM).replace("\r\n", "\n")
        after = merged(text, {"Sources": sources}, {}, file=file).text
        write_file(zoo.root / file, restored(after, before))
    return tuple(by_file)


def _copy(source: Source, copies: Mapping[str, Snapshot]) -> Snapshot | None:
    if source.url is None or source.archive is not None:
        return None
    written = Path(source.place.file).suffix.lower() in _SUFFIXES
    return copies.get(urldefrag(source.url).url) if written else None
