"""A set of labelled images, wherever their bytes lie: what every layout is read into.

Plain values. Knows nothing of pixels, recipes, models or torch.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol


class ByteSource(Protocol):
    """Where the bytes of a set's images lie; safe to use from several threads, and picklable."""

    def read(self, index: int) -> bytes:
        """The file of one image, as it was stored.

        Args:
            index: Into `ImageSet.images`.

        Raises:
            OSError: it cannot be read.
        """
        ...

    def fingerprint(self, index: int) -> str:
        """What changes when the bytes of one image do, told without reading them.

        Such as size and time of modification of the file that holds it, and its place in it.
        """
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class LabelledImage:
    """One image, and the classes that count as right."""

    name: str
    """`n01440764/ILSVRC2012_val_00000293.JPEG`: synset and file name, whatever the layout."""
    labels: tuple[int, ...]
    """Indices into `ImageSet.synsets`; several for ImageNet-ReaL."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ImageSet:
    """The images of a data set, with labels that names tell, never positions."""

    dataset: str
    """`imagenet-1k`, `imagenet-real`, `imagenet-v2`, `imagenet-a`, `imagenet-r`, …"""
    split: str
    """`val` or `test`."""
    layout: str
    """`folders`, `flat` (a folder of all images), `tar`, `parquet` or `webdataset`."""
    root: Path
    """What the user named."""
    synsets: tuple[str, ...]
    """Every class of a model's outputs, in their order: 1,000 for ImageNet."""
    classes: tuple[int, ...] | None
    """The outputs that compete, in rising order, where the data set has only some of the classes
    (ImageNet-A and -R); None: all of them."""
    images: tuple[LabelledImage, ...]
    """In the order of their names."""
    reading_order: tuple[int, ...]
    """Every index into `images` once, in the order in which their bytes are stored.

    Reading a group of neighbours in this order by one process reads each shard once; any other
    order is right, but on parquet shards many times slower.
    """
    source: ByteSource
    manifest_sha256: str
    """Hash over every image's name and labels; the same for the same images in any layout."""
    complete: bool
    """Whether these are all the images of the data set, under their own names."""
    findings: Sequence[str] = ()
    """What differs from the official set, one line each; none for the whole, untouched set."""

    @property
    def subset(self) -> bool:
        """Whether images of the official set are missing, or were left out on request."""
        return not self.complete
