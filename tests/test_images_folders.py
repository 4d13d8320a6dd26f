"""Validation images in class folders: found, labelled by name, counted, checked."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import image_zoo
import pytest
from timm.data import ImageNetInfo

from catalogue.errors import CatalogueError, WrongCallError
from catalogue.images.folders import list_folder
from catalogue.images.image_set import ImageSet
from catalogue.images.manifest import balanced, manifest_of
from catalogue.images.opening import open_images
from catalogue.images.synsets import imagenet_synsets, real_labels, synsets_of_part

TENCH, GOLDFISH, SHARK, TIGER_SHARK = imagenet_synsets()[:4]
THREE = (TENCH, GOLDFISH, SHARK)
PER_CLASS = 50


def _fill(root: Path, counts: dict[str, int]) -> Path:
    image_zoo.class_folders(root, image_zoo.pictures(counts))
    for synset in counts:
        (root / synset).mkdir(exist_ok=True)
    return root


def _tiny(root: Path, counts: dict[str, int]) -> Path:
    """As `_fill`, with names of our own, as many as one likes, and all of the same bytes."""
    data = image_zoo.jpeg(0)
    for synset, count in counts.items():
        (root / synset).mkdir(parents=True)
        for number in range(count):
            (root / synset / f"{number:03d}.JPEG").write_bytes(data)
    return root


def _labels(images: ImageSet) -> list[int]:
    return [image.labels[0] for image in images.images]


def test_the_classes_are_timms_in_the_same_order() -> None:
    assert list(imagenet_synsets()) == ImageNetInfo().label_names()
    assert len(set(imagenet_synsets())) == 1000
    assert len(set(synsets_of_part("imagenet-a")) & set(imagenet_synsets())) == 200
    assert len(set(synsets_of_part("imagenet-r")) & set(imagenet_synsets())) == 200
    assert len(real_labels()) == 50_000


def test_images_are_labelled_by_the_name_of_their_folder(tmp_path: Path) -> None:
    images = open_images(_fill(tmp_path, {TENCH: 1, SHARK: 2}))
    assert [(image.name, image.labels) for image in images.images] == [
        (f"{TENCH}/ILSVRC2012_val_00000293.JPEG", (0,)),
        (f"{SHARK}/{image_zoo.official_files(SHARK, 1)[0]}", (2,)),
        (f"{SHARK}/{image_zoo.official_files(SHARK, 2)[1]}", (2,)),
    ]
    assert (images.dataset, images.split, images.layout) == ("imagenet-1k", "val", "folders")


def test_bytes_are_those_of_the_file_of_that_name(tmp_path: Path) -> None:
    made = image_zoo.pictures({TENCH: 2, SHARK: 2})
    images = open_images(image_zoo.class_folders(tmp_path, made))
    assert [images.source.read(index) for index in range(4)] == [image.jpeg for image in made]


def test_a_fingerprint_changes_with_its_file_only(tmp_path: Path) -> None:
    images = open_images(_fill(tmp_path, {TENCH: 2}))
    before = [images.source.fingerprint(index) for index in range(2)]
    (tmp_path / images.images[1].name).write_bytes(image_zoo.jpeg(99) + b"\0")
    assert images.source.fingerprint(0) == before[0]
    assert images.source.fingerprint(1) != before[1]


def test_an_empty_class_shifts_no_label(tmp_path: Path) -> None:
    images = open_images(_fill(tmp_path, {TENCH: 1, GOLDFISH: 0, SHARK: 1}))
    assert _labels(images) == [0, 2]
    assert images.findings == (
        "997 classes (n01491361, n01494475, n01496331, …) without an image",
        f"1 class folder ({GOLDFISH}) without an image",
        "2 images, expected 50,000",
    )


def test_the_folder_may_hold_the_images_as_val(tmp_path: Path) -> None:
    _fill(tmp_path / "val", {TENCH: 1})
    assert open_images(tmp_path).images == open_images(tmp_path / "val").images


def test_a_part_of_the_set_is_named_a_subset_and_the_whole_is_not(tmp_path: Path) -> None:
    classes = (TENCH, SHARK)
    _tiny(tmp_path / "part", {TENCH: PER_CLASS, SHARK: PER_CLASS - 1})
    _tiny(tmp_path / "whole", {TENCH: PER_CLASS, SHARK: PER_CLASS})
    assert open_images(tmp_path / "part", synsets=classes).subset
    whole = open_images(tmp_path / "whole", synsets=classes)
    assert not whole.subset
    assert whole.findings == ()
    assert open_images(tmp_path / "whole", synsets=classes, limit=99).subset
    assert open_images(tmp_path / "whole").subset


def test_more_images_than_the_set_has_are_reported(tmp_path: Path) -> None:
    images = open_images(_tiny(tmp_path, {TENCH: PER_CLASS + 1}), synsets=[TENCH])
    assert images.findings == ("51 images, expected 50",)
    assert not images.subset


def test_a_class_of_another_data_set_is_left_out_and_reported(tmp_path: Path) -> None:
    _tiny(tmp_path, {TENCH: PER_CLASS, "n00004475": 3})
    images = open_images(tmp_path, synsets=[TENCH])
    assert len(images.images) == PER_CLASS
    assert images.findings == ("1 class (n00004475) of another data set, 3 images left out",)


def test_strays_are_left_out_and_reported(tmp_path: Path) -> None:
    _tiny(tmp_path, {TENCH: PER_CLASS})
    (tmp_path / "stray.JPEG").touch()
    (tmp_path / "LOC_val_solution.csv").touch()
    (tmp_path / TENCH / "notes.txt").touch()
    (tmp_path / TENCH / "more").mkdir()
    images = open_images(tmp_path, synsets=[TENCH])
    assert images.findings == (
        "1 image (stray.JPEG) outside class folders, left out",
        f"1 folder ({TENCH}/more) within class folders, left out",
        f"1 file ({TENCH}/notes.txt) that is no image, left out",
    )


def test_a_pipe_named_as_an_image_is_no_image_since_reading_it_would_never_end(
    tmp_path: Path,
) -> None:
    os.mkfifo(tmp_path / "000.JPEG")
    (tmp_path / "001.JPEG").symlink_to(tmp_path / "000.JPEG")
    (tmp_path / "002.JPEG").symlink_to(tmp_path / "nowhere")
    listing = list_folder(tmp_path)
    assert listing.images == ("002.JPEG",)
    assert listing.others == ("000.JPEG", "001.JPEG")


def test_what_systems_leave_about_does_not_count(tmp_path: Path) -> None:
    _tiny(tmp_path, {TENCH: PER_CLASS})
    for name in ("Thumbs.db", ".DS_Store", "._ILSVRC2012_val_00000000.JPEG"):
        (tmp_path / TENCH / name).touch()
    (tmp_path / ".cache").mkdir()
    assert open_images(tmp_path, synsets=[TENCH]).findings == ()


def test_an_official_image_in_two_classes_is_reported(tmp_path: Path) -> None:
    _fill(tmp_path, {TENCH: 2, GOLDFISH: 1})
    name = "ILSVRC2012_val_00000293.JPEG"
    (tmp_path / GOLDFISH / name).write_bytes((tmp_path / TENCH / name).read_bytes())
    line = f"1 image ({name} in {TENCH} and {GOLDFISH}) in more than one class"
    assert line in open_images(tmp_path).findings


def test_the_same_image_under_two_endings_counts_once(tmp_path: Path) -> None:
    _fill(tmp_path, {TENCH: 1})
    (tmp_path / TENCH / "ILSVRC2012_val_00000293.jpg").write_bytes(image_zoo.jpeg(1))
    images = open_images(tmp_path)
    assert len(images.images) == 1
    name = f"{TENCH}/ILSVRC2012_val_00000293.JPEG"
    assert f"1 image ({name}) stored more than once, taken once" in images.findings


def test_training_images_are_told(tmp_path: Path) -> None:
    (tmp_path / TENCH).mkdir()
    (tmp_path / TENCH / f"{TENCH}_10026.JPEG").write_bytes(image_zoo.jpeg(1))
    line = "the names are those of training images; a model has seen them"
    assert line in open_images(tmp_path).findings


def test_files_that_can_be_no_images_are_named(tmp_path: Path) -> None:
    _tiny(tmp_path, {TENCH: PER_CLASS})
    folder = tmp_path / TENCH
    (folder / "000.JPEG").write_bytes(b"")
    (folder / "001.JPEG").write_bytes(b"<html>404</html>")
    (folder / "002.JPEG").write_bytes((folder / "003.JPEG").read_bytes()[:-300])
    (folder / "004.JPEG").unlink()
    (folder / "004.JPEG").symlink_to(folder / "nowhere")
    (folder / "005.JPEG").write_bytes(image_zoo.jpeg(1) + b"trailing" * 20)
    assert open_images(tmp_path, synsets=[TENCH]).findings == (
        f"1 image ({TENCH}/000.JPEG) of no bytes",
        f"1 image ({TENCH}/001.JPEG) that no format of images begins like",
        f"1 image ({TENCH}/002.JPEG) cut short",
        f"1 image ({TENCH}/004.JPEG) that cannot be read",
    )


def test_the_manifest_is_the_hash_of_classes_and_names(tmp_path: Path) -> None:
    images = open_images(_tiny(tmp_path, {SHARK: 1, TENCH: 1}))
    lines = f"{TENCH}/000.JPEG\n{SHARK}/000.JPEG\n"
    assert images.manifest_sha256 == hashlib.sha256(lines.encode()).hexdigest()


def test_an_image_in_another_class_changes_the_manifest(tmp_path: Path) -> None:
    _fill(tmp_path, {TENCH: 2, SHARK: 1})
    before = open_images(tmp_path)
    moved = tmp_path / before.images[1].name
    moved.rename(tmp_path / SHARK / moved.name)
    assert open_images(tmp_path).manifest_sha256 != before.manifest_sha256


def test_a_limit_spreads_over_the_classes_and_takes_the_same_images_each_time(
    tmp_path: Path,
) -> None:
    _fill(tmp_path, {TENCH: 9, GOLDFISH: 1, SHARK: 9})
    seven = open_images(tmp_path, limit=7)
    assert [_labels(seven).count(label) for label in (0, 1, 2)] == [3, 1, 3]
    assert seven == open_images(tmp_path, limit=7)
    assert set(seven.images) < set(open_images(tmp_path, limit=8).images)
    assert seven.manifest_sha256 == manifest_of(seven.images, labels_follow=True)
    assert seven.manifest_sha256 != open_images(tmp_path).manifest_sha256
    assert open_images(tmp_path, limit=99).images == open_images(tmp_path).images
    assert seven.source.read(6) == (tmp_path / seven.images[6].name).read_bytes()


def test_a_small_limit_does_not_take_the_first_classes(tmp_path: Path) -> None:
    images = open_images(_tiny(tmp_path, dict.fromkeys(imagenet_synsets()[:100], 1)))
    labels = {imagenet_synsets().index(name[:9]) for name in balanced(images.images, 10)}
    assert len(labels) == 10
    assert max(labels) > 50


def test_a_limit_of_nothing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError) as caught:
        open_images(_fill(tmp_path, {TENCH: 1}), limit=0)
    assert str(caught.value) == "the limit is 0 images; expected 1 or more"


def test_a_data_set_that_nobody_knows_is_a_wrong_call(tmp_path: Path) -> None:
    with pytest.raises(WrongCallError) as caught:
        open_images(_fill(tmp_path, {TENCH: 1}), dataset="imagenet1k")
    assert str(caught.value).startswith("'imagenet1k' is no data set (did you mean 'imagenet-1k'")
    assert str(caught.value).endswith(
        "expected one of imagenet-1k, imagenet-real, imagenet-v2, imagenet-a, imagenet-r, "
        "imagenet-sketch"
    )


def test_a_folder_that_is_named_by_no_synset_is_refused(tmp_path: Path) -> None:
    _tiny(tmp_path, {TENCH: 1, "goldfish": 1})
    with pytest.raises(CatalogueError) as caught:
        open_images(tmp_path)
    assert str(caught.value) == (
        f"{tmp_path}: 1 folder (goldfish) named by no synset; expected n and eight digits, "
        "such as n01440764; rename it or move it elsewhere"
    )


def test_class_folders_without_images_are_refused(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError) as caught:
        open_images(_fill(tmp_path, {TENCH: 0}))
    assert str(caught.value) == (
        f"{tmp_path}: no class folder holds an image; expected JPEG files in each"
    )


def test_labels_of_other_images_are_refused(tmp_path: Path) -> None:
    made = image_zoo.pictures({TENCH: 20, SHARK: 20})
    swapped = [image._replace(synset=SHARK if image.synset == TENCH else TENCH) for image in made]
    with pytest.raises(CatalogueError) as caught:
        open_images(image_zoo.class_folders(tmp_path, swapped))
    assert "the labels of 40 of 40 images contradict ImageNet-ReaL's" in str(caught.value)


def test_opening_images_imports_neither_torch_nor_timm() -> None:
    script = (
        "import sys, catalogue.images.opening as o; from pathlib import Path\n"
        "o.real_labels() if hasattr(o, 'real_labels') else None\n"
        "print([m for m in ('torch', 'timm', 'PIL', 'scipy', 'pyarrow') if m in sys.modules])"
    )
    found = subprocess.run(
        [sys.executable, "-c", script], check=False, capture_output=True, text=True
    )
    assert found.stdout == "[]\n", found.stderr
