"""The names and labels of stored images, and what has to be left out."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from catalogue.images.contents import StoredImage, counted, listed, official_number
from catalogue.images.datasets import DataSet
from catalogue.images.image_set import LabelledImage
from catalogue.images.synsets import imagenet_synsets, real_labels


@dataclass(frozen=True, kw_only=True, slots=True)
class Labelled:
    """Images with their labels, and where each is stored."""

    images: tuple[LabelledImage, ...]
    """In the order of their names."""
    numbers: tuple[int, ...]
    """Where each of `images` stands among the stored ones."""
    findings: tuple[str, ...] = ()


def labelled(stored: Sequence[StoredImage], kind: DataSet, synsets: Sequence[str]) -> Labelled:
    """Give every stored image the label that its synset's name means.

    An image of no known class, of a class that the data set does not have, or one that occurs
    again, is left out and told.
    """
    own = frozenset(kind.synsets(synsets))
    label_of = {synset: label for label, synset in enumerate(synsets) if synset in own}
    found: dict[str, tuple[int, int]] = {}
    unlabelled, again, foreign = [], [], Counter[str]()
    for number, image in enumerate(stored):
        name = f"{image.synset}/{image.file}"
        if image.synset is None:
            unlabelled.append(image.file)
        elif image.synset not in label_of:
            foreign[image.synset] += 1
        elif name in found:
            again.append(name)
        else:
            found[name] = (label_of[image.synset], number)
    lines = []
    if unlabelled:
        lines.append(f"{listed(unlabelled, 'image')} whose class nothing tells, left out")
    if foreign:
        which = listed(sorted(foreign), "class", "classes")
        lines.append(f"{which} of another data set, {counted(foreign.total(), 'image')} left out")
    if again:
        lines.append(f"{listed(again, 'image')} stored more than once, taken once")
    names = sorted(found)
    return Labelled(
        images=tuple(LabelledImage(name=name, labels=(found[name][0],)) for name in names),
        numbers=tuple(found[name][1] for name in names),
        findings=tuple(lines),
    )


def relabelled(given: Labelled, synsets: Sequence[str]) -> Labelled:
    """The same images with ImageNet-ReaL's labels, without those that have none."""
    real = real_labels()
    label_of = {synset: label for label, synset in enumerate(synsets)}
    # ReaL counts ILSVRC-2012's classes, whatever those of the model are.
    own = [label_of.get(synset) for synset in imagenet_synsets()]
    images, numbers, strange = [], [], []
    for image, number in zip(given.images, given.numbers, strict=True):
        official = official_number(image.name.partition("/")[2])
        if not official or official > len(real):
            strange.append(image.name)
            continue
        right = sorted(label for each in real[official - 1] if (label := own[each]) is not None)
        if right:
            images.append(LabelledImage(name=image.name, labels=tuple(right)))
            numbers.append(number)
    lines = [*given.findings]
    if strange:
        lines.append(f"{listed(strange, 'image')} not named as in ImageNet, left out")
    return Labelled(images=tuple(images), numbers=tuple(numbers), findings=tuple(lines))
