"""ImageNet's relatives: recognised, labelled by name, with the classes that compete."""

from pathlib import Path

import image_zoo
import pytest

from catalogue.errors import CatalogueError
from catalogue.images.contents import StoredImage
from catalogue.images.datasets import recognised
from catalogue.images.opening import open_images
from catalogue.images.synsets import imagenet_synsets, real_labels, synsets_of_part

S = imagenet_synsets()


def test_v2_folders_are_outputs_not_positions(tmp_path: Path) -> None:
    made = image_zoo.pictures({S[2]: 1, S[10]: 1, S[100]: 1})
    images = open_images(image_zoo.numbered_folders(tmp_path, made))
    assert images.dataset == "imagenet-v2"
    assert images.classes is None
    assert [image.labels for image in images.images] == [(2,), (10,), (100,)]
    assert images.images[1].name.startswith(f"{S[10]}/")
    assert [images.source.read(index) for index in range(3)] == [image.jpeg for image in made]


def test_a_whole_v2_has_no_finding(tmp_path: Path) -> None:
    images = open_images(image_zoo.whole_v2(tmp_path / "imagenetv2.tar"))
    assert images.dataset == "imagenet-v2"
    assert images.findings == ()
    assert images.complete
    assert not open_images(images.root, limit=5).complete
    labels = {image.name.partition("/")[0]: image.labels for image in images.images}
    assert labels == {synset: (label,) for label, synset in enumerate(S)}


def test_v2_folders_of_no_class_are_refused(tmp_path: Path) -> None:
    for name in ("0", "1000"):
        (tmp_path / name).mkdir()
    with pytest.raises(CatalogueError, match=r"1 folder \(1000\) of no class; expected numbers"):
        open_images(tmp_path)


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("imagenet-a", "0.000116_digital clock _ digital clock_0.865662.jpg"),
        ("imagenet-r", "deviantart_0.jpg"),
    ],
)
def test_a_and_r_are_told_by_their_files_and_let_200_classes_compete(
    tmp_path: Path, name: str, file: str
) -> None:
    own = synsets_of_part(name)
    foreign = next(synset for synset in S if synset not in own)
    for synset in (own[3], own[199], foreign):
        (tmp_path / synset).mkdir()
        (tmp_path / synset / file).write_bytes(image_zoo.jpeg(1))
    images = open_images(tmp_path)
    assert images.dataset == name
    assert images.classes == tuple(sorted(S.index(synset) for synset in own))
    assert [image.labels for image in images.images] == [(S.index(own[3]),), (S.index(own[199]),)]
    assert images.findings[0] == f"1 class ({foreign}) of another data set, 1 image left out"
    assert images.findings[1].startswith("198 classes (")


def test_sketch_is_told_by_its_files(tmp_path: Path) -> None:
    (tmp_path / S[5]).mkdir()
    (tmp_path / S[5] / "sketch_3.JPEG").write_bytes(image_zoo.jpeg(1))
    images = open_images(tmp_path)
    assert images.dataset == "imagenet-sketch"
    assert images.findings[-1] == "1 image, expected 50,889"


def test_real_gives_several_labels_and_leaves_out_what_has_none(tmp_path: Path) -> None:
    made = image_zoo.pictures({S[0]: 2, S[970]: 1})
    labels = real_labels()
    several = next(n for n, right in enumerate(labels, 1) if len(right) == 2)
    nothing = next(n for n, right in enumerate(labels, 1) if not right)
    for number in (several, nothing):
        file = f"ILSVRC2012_val_{number:08d}.JPEG"
        made.append(image_zoo.Picture(S[970], file, image_zoo.jpeg(number)))
    made.append(image_zoo.Picture(S[0], "mine.JPEG", image_zoo.jpeg(7)))
    root = image_zoo.class_folders(tmp_path, made)
    images = open_images(root, dataset="imagenet-real")
    by_name = {image.name: image.labels for image in images.images}
    assert by_name[f"{S[970]}/ILSVRC2012_val_{several:08d}.JPEG"] == tuple(
        sorted(labels[several - 1])
    )
    assert len(by_name) == 4
    assert images.findings[0] == f"1 image ({S[0]}/mine.JPEG) not named as in ImageNet, left out"
    assert images.findings[-1] == "4 images, expected 46,837"
    assert images.manifest_sha256 != open_images(root).manifest_sha256


def test_the_expected_count_of_real_is_that_of_images_with_labels() -> None:
    assert sum(1 for labels in real_labels() if labels) == 46_837


def test_all_200_classes_tell_a_and_r_where_files_were_renamed() -> None:
    for name in ("imagenet-a", "imagenet-r"):
        own = [StoredImage(file="1.jpg", synset=synset) for synset in synsets_of_part(name)]
        assert recognised(own).name == name
        assert recognised(own[1:]).name == "imagenet-1k"
        official = StoredImage(file="ILSVRC2012_val_00000001.JPEG", synset=own[0].synset)
        assert recognised([*own, official]).name == "imagenet-1k"


def test_labels_of_real_are_those_of_the_model(tmp_path: Path) -> None:
    root = image_zoo.class_folders(tmp_path, image_zoo.pictures({S[0]: 1, S[970]: 1}))
    images = open_images(root, dataset="imagenet-real", synsets=[S[970], S[5], S[0]])
    assert {image.name[:9]: image.labels for image in images.images} == {S[0]: (2,), S[970]: (0,)}
