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
_CLASS = 10
"""… and images of one class from which on it means something that none agrees."""


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
    judged, agreed = _held_against_real(images, synsets)
    total = judged.total()
    return (agreed.total(), total) if total >= _JUDGED else None


def strange_classes(images: Sequence[LabelledImage], synsets: Sequence[str]) -> Iterator[str]:
    """A line if ImageNet-ReaL gives not one of a class's images the label of that class.

    So a folder that got another class's name is found, though the other labels are right.
    """
    judged, agreed = _held_against_real(images, synsets)
    strange = sorted(
        synsets[label] for label, count in judged.items() if count >= _CLASS and not agreed[label]
    )
    if strange:
        yield (
            f"ImageNet-ReaL gives no image of {listed(strange, 'class', 'classes')} that label: "
            "folders are misnamed, or labels wrong"
        )


def _held_against_real(
    images: Sequence[LabelledImage], synsets: Sequence[str]
) -> tuple[Counter[int], Counter[int]]:
    """By label: images that ImageNet-ReaL has labels of, and those that have this one there."""
    judged: Counter[int] = Counter()
    agreed: Counter[int] = Counter()
    if tuple(synsets) == imagenet_synsets():
        real = real_labels()
        for image in images:
            number = official_number(image.name.partition("/")[2])
            right = real[number - 1] if number and number <= len(real) else ()
            judged[image.labels[0]] += bool(right)
            agreed[image.labels[0]] += bool(right and image.labels[0] in right)
    return judged, agreed


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
