"""ImageNet's validation set and its relatives: which there are, and how each is told.

Plain facts; reads nothing but lists of classes.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from catalogue.errors import WrongCallError, near
from catalogue.images.contents import StoredImage, official_number
from catalogue.images.synsets import synsets_of_part


@dataclass(frozen=True, kw_only=True, slots=True)
class DataSet:
    """A published set of images for models with ImageNet's 1,000 outputs."""

    name: str
    split: str
    images: int
    """How many count."""
    per_class: int | None
    """How many in each class, where that is the same for all."""
    part: bool = False
    """Whether it has only some of the classes."""
    files: str | None = None
    """A pattern that its file names fit and those of no other do."""

    def synsets(self, every: Sequence[str]) -> tuple[str, ...]:
        """Its own classes, out of `every` one that a model tells apart, in their order."""
        if not self.part:
            return tuple(every)
        own = frozenset(synsets_of_part(self.name))
        return tuple(synset for synset in every if synset in own)


IMAGENET = DataSet(name="imagenet-1k", split="val", images=50_000, per_class=50)
"""Source: Russakovsky et al., https://arxiv.org/abs/1409.0575."""
REAL = DataSet(name="imagenet-real", split="val", images=46_837, per_class=None)
"""Source: Beyer et al., https://arxiv.org/abs/2006.07159; those with at least one label."""
V2 = DataSet(name="imagenet-v2", split="test", images=10_000, per_class=10)
"""Source: Recht et al., https://arxiv.org/abs/1902.10811; each of its three samples."""
A = DataSet(
    name="imagenet-a",
    split="test",
    images=7_500,
    per_class=None,
    part=True,
    files=r"\d\.\d+_.+_\d\.\d+\.jpg",
)
"""Source: Hendrycks et al., https://arxiv.org/abs/1907.07174."""
R = DataSet(
    name="imagenet-r",
    split="test",
    images=30_000,
    per_class=None,
    part=True,
    files=r"(art|cartoon|deviantart|embroidery|graffiti|graphic|misc|origami|painting|sculpture"
    r"|sketch|sticker|tattoo|toy|videogame)_\d+\.jpg",
)
"""Source: Hendrycks et al., https://arxiv.org/abs/2006.16241."""
SKETCH = DataSet(
    name="imagenet-sketch",
    split="test",
    images=50_889,
    per_class=None,
    files=r"sketch_\d+\.JPEG",
)
"""Source: Wang et al., https://arxiv.org/abs/1905.13549."""
_MOST = 0.9
"""The share of file names that tells a data set."""
DATA_SETS = (IMAGENET, REAL, V2, A, R, SKETCH)


def data_set(name: str) -> DataSet:
    """The data set of that name.

    Raises:
        WrongCallError: there is none.
    """
    by_name = {known.name: known for known in DATA_SETS}
    if name not in by_name:
        meant = near(name, by_name) or near(f"imagenet-{name}", by_name)
        message = f"'{name}' is no data set{meant}; expected one of {', '.join(by_name)}"
        raise WrongCallError(message)
    return by_name[name]


def recognised(images: Sequence[StoredImage]) -> DataSet:
    """The data set whose file names, or else whose classes these are; ImageNet where none fits.

    A class alone tells nothing, as the relatives share theirs with ImageNet; nine file names out
    of ten do, and so do all of a relative's classes without an image named as in ImageNet.
    """
    for known in (A, R, SKETCH):
        pattern = re.compile(known.files or "")
        if images and sum(map(bool, _fits(pattern, images))) >= _MOST * len(images):
            return known
    if not any(official_number(image.file) for image in images):
        synsets = {image.synset for image in images}
        for known in (A, R):
            if synsets == set(synsets_of_part(known.name)):
                return known
    return IMAGENET


def _fits(pattern: re.Pattern[str], images: Sequence[StoredImage]) -> Iterator[object]:
    return (pattern.fullmatch(image.file) for image in images)
