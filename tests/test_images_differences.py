"""What sets images apart from the official set, told from names and counts alone."""

from collections.abc import Sequence

from catalogue.images.contents import Contents
from catalogue.images.datasets import IMAGENET
from catalogue.images.differences import (
    agreement_with_real,
    differences,
    strange_classes,
    wrong_names,
)
from catalogue.images.image_set import LabelledImage
from catalogue.images.manifest import OFFICIAL_MANIFEST, manifest_of
from catalogue.images.sources import FileSource
from catalogue.images.synsets import imagenet_synsets, real_labels

S = imagenet_synsets()
NOTHING = Contents(layout="folders", images=(), source=FileSource(()))


def whole(shift: int = 0) -> list[LabelledImage]:
    """50,000 images under official names, 50 to a class, which ReaL may see otherwise."""
    return [image(number, (number + shift) % 1000) for number in range(1, 50_001)]


def image(number: int, label: int) -> LabelledImage:
    return LabelledImage(name=f"{S[label]}/ILSVRC2012_val_{number:08d}.JPEG", labels=(label,))


def as_in_real(shift: int = 0) -> Sequence[LabelledImage]:
    """The images that ReaL labels, by the first label it gives."""
    right = [(n, labels[0]) for n, labels in enumerate(real_labels(), 1) if labels]
    moved = right[shift:] + right[:shift]
    return [image(n, label) for (n, _), (_, label) in zip(right, moved, strict=True)]


def test_49_999_images_are_told_and_the_missing_one_is_named() -> None:
    assert list(differences(IMAGENET, S, whole()[1:], NOTHING)) == [
        "49,999 images, expected 50,000",
        "1 image (ILSVRC2012_val_00000001.JPEG) missing",
    ]


def test_the_images_missing_from_a_part_are_not_listed() -> None:
    assert list(differences(IMAGENET, S, whole()[10_000:], NOTHING)) == [
        "40,000 images, expected 50,000"
    ]


def test_50_000_images_in_other_classes_are_told_by_their_manifest() -> None:
    images = whole()
    assert list(differences(IMAGENET, S, images, NOTHING)) == []
    manifest = manifest_of(images, labels_follow=True)
    told = ["names of images or their classes differ from the official set's"]
    assert list(wrong_names(IMAGENET, S, manifest, len(images))) == told
    assert list(wrong_names(IMAGENET, S, OFFICIAL_MANIFEST, len(images))) == []


def test_a_list_that_is_off_by_one_agrees_with_real_on_hardly_an_image() -> None:
    assert agreement_with_real(as_in_real(), S) == (46_837, 46_837)
    agreed, judged = agreement_with_real(as_in_real(1), S) or (0, 0)
    assert judged == 46_837
    assert agreed < 0.01 * judged


def test_few_images_or_other_classes_are_not_judged() -> None:
    assert agreement_with_real(as_in_real(1)[:19], S) is None
    assert agreement_with_real(as_in_real(1)[:20], S) is not None
    assert agreement_with_real(as_in_real(1), S[:5]) is None


def test_a_folder_that_got_the_name_of_another_class_is_told() -> None:
    true = as_in_real()
    assert list(strange_classes(true, S)) == []
    first = [one for one in true if one.labels == (1,)]
    renamed = [LabelledImage(name=f"{S[0]}/{one.name[10:]}", labels=(0,)) for one in first]
    others = [one for one in true if one.labels[0] > 1]
    (line,) = strange_classes([*renamed, *others], S)
    assert line.startswith(f"ImageNet-ReaL gives no image of 1 class ({S[0]}) that label: ")
    assert list(strange_classes(renamed[:9], S)) == []
