"""Whether files can be images at all: told from their sizes, first and last bytes.

Decodes only what looks cut short.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from enum import Enum

from catalogue.images.contents import listed
from catalogue.images.decoding import undecodable, unwarned
from catalogue.images.image_set import ByteSource
from catalogue.images.sources import Ends, FileSource

_MAGIC = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF", b"BM")
_JPEG = _MAGIC[0]
_JPEG_END = b"\xff\xd9"
_THREADS = 8
"""Reading few bytes waits for the disk, not for the processor."""


class Fault(Enum):
    """What is wrong with a file at first sight."""

    EMPTY = "of no bytes"
    STRANGE = "that no format of images begins like"
    CUT = "cut short"
    UNREADABLE = "that cannot be read"


def glance(source: ByteSource, numbers: Sequence[int], names: Sequence[str]) -> Iterator[str]:
    """One line for each kind of fault.

    Args:
        source: Only images in files are looked at; other sources would have to read everything.
        numbers: Where the images stand in it.
        names: What they are called.
    """
    if not isinstance(source, FileSource):
        return
    files = source

    def seen(number: int) -> Fault | None:
        return fault_of(files, number)

    with ThreadPoolExecutor(_THREADS) as pool, unwarned():
        faults = list(pool.map(seen, numbers))
    for kind in Fault:
        found = [name for name, fault in zip(names, faults, strict=True) if fault is kind]
        if found:
            yield f"{listed(found, 'image')} {kind.value}"


def fault_of(source: FileSource, number: int) -> Fault | None:
    """What is wrong with one file at first sight, if anything."""
    try:
        ends = source.ends(number)
        if not ends.size:
            return Fault.EMPTY
        if not ends.head.startswith(_MAGIC):
            return Fault.STRANGE
        if _looks_cut(ends) and undecodable(source.read(number)):
            return Fault.CUT
    except OSError:
        return Fault.UNREADABLE
    return None


def _looks_cut(ends: Ends) -> bool:
    return ends.head.startswith(_JPEG) and _JPEG_END not in ends.tail
