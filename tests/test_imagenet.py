"""Validation images: found, labelled by name, counted."""

import hashlib
from pathlib import Path

import pytest
from timm.data import ImageNetInfo

from catalogue.errors import CatalogueError
from catalogue.measure.imagenet import (
    OFFICIAL_MANIFEST,
    PER_CLASS,
    imagenet_synsets,
    open_imagenet,
)

TENCH, GOLDFISH, SHARK, TIGER_SHARK = imagenet_synsets()[:4]


def _fill(root: Path, counts: dict[str, int]) -> Path:
    """Files that are named as images; nobody decodes them here."""
    for synset, count in counts.items():
        (root / synset).mkdir(parents=True)
        for number in range(count):
            (root / synset / f"ILSVRC2012_val_{number:08d}.JPEG").touch()
    return root


def test_the_classes_are_timms_in_the_same_order() -> None:
    assert list(imagenet_synsets()) == ImageNetInfo().label_names()
    assert len(set(imagenet_synsets())) == 1000


def test_images_are_labelled_by_the_name_of_their_folder(tmp_path: Path) -> None:
    images = open_imagenet(_fill(tmp_path, {TENCH: 1, SHARK: 2}))
    assert images.images == (
        (f"{TENCH}/ILSVRC2012_val_00000000.JPEG", 0),
        (f"{SHARK}/ILSVRC2012_val_00000000.JPEG", 2),
        (f"{SHARK}/ILSVRC2012_val_00000001.JPEG", 2),
    )


def test_an_empty_class_shifts_no_label(tmp_path: Path) -> None:
    images = open_imagenet(_fill(tmp_path, {TENCH: 1, GOLDFISH: 0, SHARK: 1}))
    assert [label for _, label in images.images] == [0, 2]
    assert images.findings == (
        "997 classes (n01491361, n01494475, n01496331, …) without a folder",
        f"1 class folder ({GOLDFISH}) without an image",
        "2 images, expected 50,000",
    )


def test_the_folder_may_hold_the_images_as_val(tmp_path: Path) -> None:
    _fill(tmp_path / "val", {TENCH: 1})
    assert open_imagenet(tmp_path).root == tmp_path / "val"
    assert open_imagenet(tmp_path) == open_imagenet(tmp_path / "val")


def test_a_part_of_the_set_is_named_a_subset_and_the_whole_is_not(tmp_path: Path) -> None:
    classes = (TENCH, SHARK)
    _fill(tmp_path / "part", {TENCH: PER_CLASS, SHARK: PER_CLASS - 1})
    _fill(tmp_path / "whole", {TENCH: PER_CLASS, SHARK: PER_CLASS})
    assert open_imagenet(tmp_path / "part", synsets=classes).subset
    whole = open_imagenet(tmp_path / "whole", synsets=classes)
    assert not whole.subset
    assert whole.findings == ()
    assert open_imagenet(tmp_path / "whole", synsets=classes, limit=99).subset
    assert open_imagenet(tmp_path / "whole").subset


def test_more_images_than_the_set_has_are_reported(tmp_path: Path) -> None:
    images = open_imagenet(_fill(tmp_path, {TENCH: PER_CLASS + 1}), synsets=[TENCH])
    assert images.findings == ("51 images, expected 50",)
    assert not images.subset


def test_a_class_of_another_data_set_is_left_out_and_reported(tmp_path: Path) -> None:
    _fill(tmp_path, {TENCH: PER_CLASS, "n00004475": 3})
    images = open_imagenet(tmp_path, synsets=[TENCH])
    assert len(images.images) == PER_CLASS
    assert images.findings == ("1 folder (n00004475) of no class of this data set, left out",)


def test_images_beside_the_class_folders_are_left_out_and_reported(tmp_path: Path) -> None:
    _fill(tmp_path, {TENCH: PER_CLASS})
    (tmp_path / "stray.JPEG").touch()
    (tmp_path / "LOC_val_solution.csv").touch()
    images = open_imagenet(tmp_path, synsets=[TENCH])
    assert images.findings == ("1 image (stray.JPEG) outside class folders, left out",)


def test_files_that_are_no_images_do_not_count(tmp_path: Path) -> None:
    _fill(tmp_path, {TENCH: 2})
    for name in ("Thumbs.db", ".DS_Store", "._ILSVRC2012_val_00000000.JPEG", "notes.txt"):
        (tmp_path / TENCH / name).touch()
    (tmp_path / ".cache").mkdir()
    assert len(open_imagenet(tmp_path).images) == 2


def test_the_manifest_is_the_hash_of_classes_and_names(tmp_path: Path) -> None:
    images = open_imagenet(_fill(tmp_path, {SHARK: 1, TENCH: 1}))
    lines = f"{TENCH}/ILSVRC2012_val_00000000.JPEG\n{SHARK}/ILSVRC2012_val_00000000.JPEG\n"
    assert images.manifest_sha256 == hashlib.sha256(lines.encode()).hexdigest()


def test_an_image_in_another_class_changes_the_manifest(tmp_path: Path) -> None:
    _fill(tmp_path, {TENCH: 2, SHARK: 1})
    before = open_imagenet(tmp_path).manifest_sha256
    moved = tmp_path / TENCH / "ILSVRC2012_val_00000001.JPEG"
    moved.rename(tmp_path / SHARK / moved.name)
    assert open_imagenet(tmp_path).manifest_sha256 != before


def test_50_000_images_that_are_not_the_official_ones_are_reported(tmp_path: Path) -> None:
    images = open_imagenet(_fill(tmp_path, dict.fromkeys(imagenet_synsets(), PER_CLASS)))
    assert images.manifest_sha256 != OFFICIAL_MANIFEST
    assert images.findings == ("names of images or their classes differ from the official set's",)


def test_a_limit_spreads_over_the_classes_and_takes_the_same_images_each_time(
    tmp_path: Path,
) -> None:
    _fill(tmp_path, {TENCH: 9, GOLDFISH: 1, SHARK: 9})
    seven = open_imagenet(tmp_path, limit=7)
    labels = [label for _, label in seven.images]
    assert [labels.count(label) for label in (0, 1, 2)] == [3, 1, 3]
    assert seven == open_imagenet(tmp_path, limit=7)
    assert set(seven.images) < set(open_imagenet(tmp_path, limit=8).images)
    assert seven.manifest_sha256 != open_imagenet(tmp_path).manifest_sha256
    assert open_imagenet(tmp_path, limit=99).images == open_imagenet(tmp_path).images


def test_a_small_limit_does_not_take_the_first_classes(tmp_path: Path) -> None:
    _fill(tmp_path, dict.fromkeys(imagenet_synsets()[:100], 1))
    labels = sorted(label for _, label in open_imagenet(tmp_path, limit=10).images)
    assert len(set(labels)) == 10
    assert labels[-1] > 50


def test_a_limit_of_nothing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError) as caught:
        open_imagenet(_fill(tmp_path, {TENCH: 1}), limit=0)
    assert str(caught.value) == "the limit is 0 images; expected 1 or more"


def test_a_flat_folder_is_refused_because_its_labels_cannot_be_told(tmp_path: Path) -> None:
    for number in range(3):
        (tmp_path / f"ILSVRC2012_val_{number:08d}.JPEG").touch()
    with pytest.raises(CatalogueError) as caught:
        open_imagenet(tmp_path)
    assert str(caught.value) == (
        f"{tmp_path}: holds 3 images outside class folders; expected one folder for each class, "
        "named by its synset (n01440764, …), in it or in its folder 'val'"
    )


def test_a_folder_without_class_folders_is_refused(tmp_path: Path) -> None:
    (tmp_path / "train").mkdir()
    with pytest.raises(CatalogueError) as caught:
        open_imagenet(tmp_path)
    assert str(caught.value) == (
        f"{tmp_path}: holds no class folder; expected one folder for each class, "
        "named by its synset (n01440764, …), in it or in its folder 'val'"
    )


def test_a_folder_that_is_named_by_no_synset_is_refused(tmp_path: Path) -> None:
    _fill(tmp_path, {TENCH: 1, "goldfish": 1})
    with pytest.raises(CatalogueError) as caught:
        open_imagenet(tmp_path)
    assert str(caught.value) == (
        f"{tmp_path}: 1 folder (goldfish) named by no synset; expected n and eight digits, "
        "such as n01440764; rename it or move it elsewhere"
    )


def test_class_folders_without_images_are_refused(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError) as caught:
        open_imagenet(_fill(tmp_path, {TENCH: 0}))
    assert str(caught.value) == (
        f"{tmp_path}: no class folder holds an image; expected JPEG files in each"
    )


def test_a_path_that_is_no_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError) as caught:
        open_imagenet(tmp_path / "nowhere")
    assert str(caught.value) == (
        f"{tmp_path / 'nowhere'}: is no folder; expected the folder of ImageNet's validation images"
    )
