"""What a reader of one layout finds, before it is known which data set that is.

Plain values, and the choice of some stored images in another order.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from catalogue.images.image_set import ByteSource

SUFFIXES = frozenset({".jpeg", ".jpg", ".png", ".webp", ".bmp"})
"""Endings of image files, in lower case."""
SYNSET = re.compile(r"n[0-9]{8}")
_OFFICIAL = re.compile(r"(ILSVRC2012_val_([0-9]{8}))(?:_(n[0-9]{8}))?\.jpe?g", re.IGNORECASE)
_NAMED = 3
"""How many names a one-line message lists."""


@dataclass(frozen=True, kw_only=True, slots=True)
class StoredImage:
    """One image as a layout holds it."""

    file: str
    """`ILSVRC2012_val_00000293.JPEG`: its file name, spelt as in the official set."""
    synset: str | None
    """What the layout itself says of its class; None: a list of labels has to say it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Contents:
    """The images of a folder, an archive or shards, in the order in which they are stored."""

    layout: str
    images: tuple[StoredImage, ...]
    source: ByteSource
    """Reads them, by their place in `images`."""
    empty_classes: tuple[str, ...] = ()
    """Class folders that hold no image."""
    findings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Chosen:
    """Some images of a source, in another order."""

    source: ByteSource
    numbers: tuple[int, ...]
    """Where each stands in `source`."""

    def read(self, index: int) -> bytes:
        """See `ByteSource.read`."""
        return self.source.read(self.numbers[index])

    def fingerprint(self, index: int) -> str:
        """See `ByteSource.fingerprint`."""
        return self.source.fingerprint(self.numbers[index])


def official_file(name: str) -> str:
    """The file name as the official set spells it: `…_val_00000293_n01440764.jpg` loses both.

    Line breaks and what no terminal or UTF-8 file can hold are written as escapes.
    """
    found = _OFFICIAL.fullmatch(name)
    if found:
        return f"ILSVRC2012_val_{found[2]}.JPEG"
    return name if name.isprintable() else name.encode("unicode_escape").decode("ascii")


def official_number(name: str) -> int | None:
    """Which validation image a file name means, counted from 1; None for other names."""
    found = _OFFICIAL.fullmatch(name)
    return int(found[2]) if found else None


def listed(names: Sequence[str], one: str, many: str | None = None) -> str:
    """A count with the first few names: `2 folders (a, b)`."""
    word = one if len(names) == 1 else many or f"{one}s"
    more = ", …" if len(names) > _NAMED else ""
    return f"{len(names):,} {word} ({', '.join(map(printable, names[:_NAMED]))}{more})"


def counted(count: int, one: str) -> str:
    """`1 image`, `50,000 images`."""
    return f"{count:,} {one}" if count == 1 else f"{count:,} {one}s"


def printable(name: str) -> str:
    """A name from a foreign file on one line, without control characters, not too long."""
    text = "".join(c if c.isprintable() else "�" for c in " ".join(name.split()))
    return text if len(text) <= 80 else f"{text[:76]} …"  # noqa: PLR2004  # a line's worth
