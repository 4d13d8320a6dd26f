"""What sets some images apart from the data set that they are meant to be, one line each.

Knows names, classes and counts; reads no image.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from catalogue.images.contents import Contents, counted, listed, official_number
from catalogue.images.datasets import IMAGENET, REAL, DataSet
from catalogue.images.image_set import LabelledImage
from catalogue.images.manifest import OFFICIAL_MANIFEST
from catalogue.images.synsets import imagenet_synsets, real_labels

_TRAINING = re.compile(r"(n\d{8})_\d+\.JPEG")
_FEW = 1000
"""Images missing up to which they are named: more of them are a part taken on purpose."""
_JUDGED = 20
"""Images with ReaL labels from which on their agreement means something."""


def differences(
    kind: DataSet, synsets: Sequence[str], images: Sequence[LabelledImage], contents: Contents
) -> Iterator[str]:
    """Lines about missing classes, counts, repeated images and doubtful labels."""
    yield from contents.findings
    held = Counter(image.name.partition("/")[0] for image in images)
    own = kind.synsets(synsets)
    empty = frozenset(contents.empty_classes)
    missing = [synset for synset in own if not held[synset] and synset not in empty]
    if missing:
        yield f"{listed(missing, 'class', 'classes')} without an image"
    if empty:
        yield f"{listed(contents.empty_classes, 'class folder')} without an image"
    yield from _counted(kind, synsets, images)
    yield from _doubtful_names(images)


def wrong_names(kind: DataSet, synsets: Sequence[str], manifest: str, count: int) -> Iterator[str]:
    """A line if there are as many images as in the official set, but not the same."""
    official = kind in (IMAGENET, REAL) and tuple(synsets) == imagenet_synsets()
    if official and count == IMAGENET.images and manifest != OFFICIAL_MANIFEST:
        yield "names of images or their classes differ from the official set's"


def expected_images(kind: DataSet, synsets: Sequence[str]) -> int | None:
    """How many images the data set has, or has of these classes; None where nobody counted."""
    if tuple(synsets) == imagenet_synsets():
        return kind.images
    return None if kind.per_class is None else kind.per_class * len(kind.synsets(synsets))


def agreement_with_real(
    images: Sequence[LabelledImage], synsets: Sequence[str]
) -> tuple[int, int] | None:
    """How many labels are among those that ImageNet-ReaL gives the same image, out of how many.

    The two agree on most images and a list in another order on hardly one in a thousand, so that
    this finds a shuffled list on any part of the set. None where it tells nothing: for other
    classes or other names, or fewer than 20 images.
    """
    if tuple(synsets) != imagenet_synsets():
        return None
    judged = agreed = 0
    real = real_labels()
    for image in images:
        number = official_number(image.name.partition("/")[2])
        right = real[number - 1] if number and number <= len(real) else ()
        judged += bool(right)
        agreed += bool(right and image.labels[0] in right)
    return (agreed, judged) if judged >= _JUDGED else None


def _counted(
    kind: DataSet, synsets: Sequence[str], images: Sequence[LabelledImage]
) -> Iterator[str]:
    expected = expected_images(kind, synsets)
    if expected is None or len(images) == expected:
        return
    yield f"{counted(len(images), 'image')}, expected {expected:,}"
    if kind is IMAGENET and tuple(synsets) == imagenet_synsets():
        present = {official_number(image.name.partition("/")[2]) for image in images}
        missing = [number for number in range(1, IMAGENET.images + 1) if number not in present]
        if 0 < len(missing) <= _FEW:
            names = [f"ILSVRC2012_val_{number:08d}.JPEG" for number in missing]
            yield f"{listed(names, 'image')} missing"


def _doubtful_names(images: Sequence[LabelledImage]) -> Iterator[str]:
    homes = defaultdict(list)
    for image in images:
        synset, _, file = image.name.partition("/")
        if official_number(file):
            homes[file].append(synset)
    twice = [f"{file} in {' and '.join(found)}" for file, found in homes.items() if found[1:]]
    if twice:
        yield f"{listed(twice, 'image')} in more than one class"
    if images and all(_TRAINING.fullmatch(image.name.partition("/")[2]) for image in images):
        yield "the names are those of training images; a model has seen them"
