"""The hash that stands for a set of images and their labels, and the even choice of some."""

import hashlib
from collections import Counter
from collections.abc import Sequence

from catalogue.errors import CatalogueError
from catalogue.images.image_set import LabelledImage

OFFICIAL_MANIFEST = "7aec631d6f9e7e0e6b79804a178f00b5b42094a29e66ffa62955518dd740cb14"
"""`manifest_sha256` of the whole ImageNet validation set under its own file names.

Source: worked out from the ground truth that TensorFlow Datasets 4.9.10 ships
(`datasets/imagenet2012/validation_labels.txt`).
"""


def manifest_of(images: Sequence[LabelledImage], *, labels_follow: bool) -> str:
    """Hash over every image's name, and its labels.

    Args:
        images: In any order.
        labels_follow: Whether the synset in an image's name is its label, as it is everywhere
            but in ImageNet-ReaL; the labels then need not be hashed again.
    """
    if labels_follow:
        lines = [image.name for image in images]
    else:
        lines = [f"{image.name}\t{','.join(map(str, image.labels))}" for image in images]
    return _digest("".join(f"{line}\n" for line in sorted(lines)))


def balanced(images: Sequence[LabelledImage], limit: int) -> frozenset[str]:
    """The names of so many images, none of a class twice before every class has had its turn.

    The order within a class, and the order of the classes, is that of the names' hashes: the
    first by name would be neighbours in WordNet, all fish.

    Raises:
        CatalogueError: the limit is below 1.
    """
    if limit < 1:
        message = f"the limit is {limit} images; expected 1 or more"
        raise CatalogueError(message)
    turns: Counter[str] = Counter()
    ranked = []
    for digest, name in sorted((_digest(image.name), image.name) for image in images):
        synset = name.partition("/")[0]
        ranked.append((turns[synset], digest, name))
        turns[synset] += 1
    return frozenset(name for _, _, name in sorted(ranked)[:limit])


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
