"""One set of images in every layout: the same names, labels and bytes; every fault told."""

import json
import pickle
import shutil
import tarfile
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path

import image_zoo
import pytest
from image_zoo import HubImage, HubRow, Picture

from catalogue.errors import CatalogueError
from catalogue.images.image_set import ImageSet
from catalogue.images.opening import open_images
from catalogue.images.shards import missing_shards, validation_shards
from catalogue.images.synsets import imagenet_synsets

S = imagenet_synsets()
TENCH, GOLDFISH, SHARK = S[:3]
# GOLDFISH has no image: a reader that counts folders would label SHARK as 1.
PICTURES = image_zoo.pictures({TENCH: 9, SHARK: 7, S[900]: 2})
SYNSETS = "imagenet_2012_validation_synset_labels.txt"


def flat_with_devkit_folder(root: Path, images: Sequence[Picture]) -> Path:
    image_zoo.flat_folder(root / "val", images)
    image_zoo.devkit_folder(root, image_zoo.truth_of(images))
    return root


def flat_with_synset_list(root: Path, images: Sequence[Picture]) -> Path:
    image_zoo.flat_folder(root / "val", images)
    (root / SYNSETS).write_text("".join(f"{s}\n" for s in image_zoo.truth_of(images)))
    return root / "val"


def flat_from_kaggle(root: Path, images: Sequence[Picture]) -> Path:
    image_zoo.flat_folder(root / "ILSVRC/Data/CLS-LOC/val", images)
    lines = [f"{image.file[:-5]},{image.synset} 85 1 499 272 \n" for image in images[::-1]]
    (root / "LOC_val_solution.csv").write_text("ImageId,PredictionString\n" + "".join(lines))
    return root


def tar_with_devkit(root: Path, images: Sequence[Picture]) -> Path:
    path = image_zoo.flat_tar(root, images)
    image_zoo.devkit_archive(root, image_zoo.truth_of(images))
    return path


def tar_in_its_folder(root: Path, images: Sequence[Picture]) -> Path:
    return tar_with_devkit(root, images).parent


def tar_of_class_folders(root: Path, images: Sequence[Picture]) -> Path:
    image_zoo.class_folders(root / "val", images)
    with tarfile.open(root / "val.tar", "w") as archive:
        archive.add(root / "val", "val")
    return root / "val.tar"


Writer = Callable[[Path, Sequence[Picture]], Path]
LAYOUTS: dict[Writer, str] = {
    image_zoo.class_folders: "folders",
    flat_with_devkit_folder: "flat",
    flat_with_synset_list: "flat",
    flat_from_kaggle: "flat",
    tar_with_devkit: "tar",
    tar_in_its_folder: "tar",
    tar_of_class_folders: "tar",
    image_zoo.parquet_shards: "parquet",
    image_zoo.webdataset_shards: "webdataset",
}


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> ImageSet:
    return open_images(image_zoo.class_folders(tmp_path_factory.mktemp("folders"), PICTURES))


@pytest.mark.parametrize("write", LAYOUTS)
def test_every_layout_gives_the_same_images(
    tmp_path: Path, folders: ImageSet, write: Writer
) -> None:
    images = open_images(write(tmp_path / "it", PICTURES))
    assert images.layout == LAYOUTS[write]
    assert images.images == folders.images
    assert images.manifest_sha256 == folders.manifest_sha256
    assert images.findings == folders.findings
    assert {image.labels for image in images.images} == {(0,), (2,), (900,)}
    again = pickle.loads(pickle.dumps(images))  # noqa: S301  # our own
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(again.source.read, range(len(PICTURES))))
    assert found == [image.jpeg for image in PICTURES]
    assert len({images.source.fingerprint(i) for i in range(len(PICTURES))}) > 1
    assert sorted(images.reading_order) == list(range(len(PICTURES)))


@pytest.mark.parametrize("write", [tar_with_devkit, image_zoo.parquet_shards])
def test_a_limit_takes_the_same_images_in_every_layout(
    tmp_path: Path, folders: ImageSet, write: Writer
) -> None:
    few = open_images(write(tmp_path / "it", PICTURES), limit=5)
    assert few.manifest_sha256 == open_images(folders.root, limit=5).manifest_sha256
    by_name = {f"{image.synset}/{image.file}": image.jpeg for image in PICTURES}
    assert [few.source.read(i) for i in range(5)] == [by_name[i.name] for i in few.images]


def test_reading_in_order_goes_through_each_group_of_a_shard_once(tmp_path: Path) -> None:
    images = open_images(image_zoo.parquet_shards(tmp_path / "it", PICTURES[::-1]))
    places = [images.source.fingerprint(index) for index in images.reading_order]
    groups = [place.rpartition("-")[0] for place in places]
    changes = sum(a != b for a, b in pairwise(groups))
    assert changes == len(set(groups)) - 1


# Flat images and their lists


def told(path: Path, **options: Path) -> str:
    with pytest.raises(CatalogueError) as caught:
        open_images(path, **options)  # type: ignore[arg-type]
    message = str(caught.value)
    assert "\n" not in message
    return message


@pytest.mark.parametrize("write", [image_zoo.flat_folder, image_zoo.flat_tar])
def test_flat_images_without_a_list_are_refused_never_labelled_0(
    tmp_path: Path, write: Writer
) -> None:
    path = write(tmp_path / "alone" / "it", PICTURES)
    assert told(path) == (
        f"{path}: holds 18 images and nothing that tells their classes; expected "
        "ILSVRC2012_devkit_t12.tar.gz (or its folder), "
        "imagenet_2012_validation_synset_labels.txt or LOC_val_solution.csv, beside the images or "
        "named by --labels"
    )


def test_the_list_may_be_named(tmp_path: Path, folders: ImageSet) -> None:
    path = image_zoo.flat_tar(tmp_path / "here" / "it", PICTURES)
    kit = image_zoo.devkit_folder(tmp_path / "there", image_zoo.truth_of(PICTURES))
    for labels in (kit, kit.parent, kit / "data", kit / "data" / "meta.mat"):
        assert open_images(path, labels=labels).manifest_sha256 == folders.manifest_sha256
    truth = kit / "data" / "ILSVRC2012_validation_ground_truth.txt"
    assert open_images(path, labels=truth).manifest_sha256 == folders.manifest_sha256


def test_a_shuffled_devkit_is_refused(tmp_path: Path) -> None:
    made = image_zoo.pictures({TENCH: 20, SHARK: 20})
    path = image_zoo.flat_folder(tmp_path / "val", made)
    truth = image_zoo.truth_of(made)
    image_zoo.devkit_archive(tmp_path, truth[1:] + truth[:1])
    assert "contradict ImageNet-ReaL's, so that they are in a wrong order" in told(path)


def test_a_devkit_of_another_length_is_refused(tmp_path: Path) -> None:
    path = image_zoo.flat_folder(tmp_path / "val", PICTURES)
    kit = image_zoo.devkit_archive(tmp_path, image_zoo.truth_of(PICTURES)[1:])
    assert told(path).startswith(f"{kit}: has labels of 49,999 images; expected 50,000, because")


def test_a_number_of_no_class_in_the_devkit_is_told_with_its_line(tmp_path: Path) -> None:
    path = image_zoo.flat_folder(tmp_path / "val", PICTURES)
    kit = image_zoo.devkit_folder(tmp_path, image_zoo.truth_of(PICTURES))
    truth = kit / "data" / "ILSVRC2012_validation_ground_truth.txt"
    truth.write_text(truth.read_text().replace("1000\n", "nan\n", 1))
    assert "of ILSVRC2012_validation_ground_truth.txt is 'nan'; expected the number" in told(path)


def _no_list(kit: Path) -> None:
    (kit / "data" / "ILSVRC2012_validation_ground_truth.txt").unlink()


def _broken_meta(kit: Path) -> None:
    (kit / "data" / "meta.mat").write_bytes(b"MATLAB 5.0 MAT-file, so it says" * 9)


@pytest.mark.parametrize("damage", [_no_list, _broken_meta])
def test_a_damaged_devkit_is_one_line(tmp_path: Path, damage: Callable[[Path], None]) -> None:
    path = image_zoo.flat_folder(tmp_path / "val", PICTURES)
    kit = image_zoo.devkit_folder(tmp_path, image_zoo.truth_of(PICTURES))
    damage(kit)
    assert told(path).startswith(f"{kit}: ")


@pytest.mark.parametrize(("place", "value"), [(293, 253), (297, 4), (361, 202)])
def test_a_damaged_meta_mat_that_crashes_its_reader_is_one_line(
    tmp_path: Path, place: int, value: int
) -> None:
    path = image_zoo.flat_folder(tmp_path / "val", PICTURES)
    kit = image_zoo.devkit_folder(tmp_path, image_zoo.truth_of(PICTURES))
    data = bytearray((kit / "data" / "meta.mat").read_bytes())
    data[place] = value
    (kit / "data" / "meta.mat").write_bytes(data)
    assert told(path).startswith(f"{kit}: meta.mat cannot be read (")


@pytest.mark.parametrize("share", [0, 0.01, 0.9])
def test_a_truncated_devkit_archive_is_one_line(tmp_path: Path, share: float) -> None:
    path = image_zoo.flat_folder(tmp_path / "val", PICTURES)
    kit = image_zoo.devkit_archive(tmp_path, image_zoo.truth_of(PICTURES))
    data = kit.read_bytes()
    kit.write_bytes(data[: int(len(data) * share)])
    assert told(path).startswith(f"{kit}: ")


@pytest.mark.parametrize(
    ("name", "text", "found"),
    [
        (SYNSETS, "n01440764\ntench\n", ":2: 'tench'; expected a synset in each line"),
        (SYNSETS, "n01440764\n" * 49_999, ": has labels of 49,999 images; expected 50,000"),
        ("LOC_val_solution.csv", "ImageId,PredictionString\nx,y\n", ":2: 'x,y'; expected an image"),
        (
            "LOC_val_solution.csv",
            "ILSVRC2012_val_00000001,n01440764 1\nILSVRC2012_val_00000001,n01443537 1\n",
            ":2: ILSVRC2012_val_00000001 stands here again with another class",
        ),
    ],
)
def test_a_list_with_a_fault_is_refused(tmp_path: Path, name: str, text: str, found: str) -> None:
    path = image_zoo.flat_folder(tmp_path / "val", PICTURES)
    (tmp_path / name).write_text(text)
    assert told(path).startswith(f"{tmp_path / name}{found}")


def test_images_that_the_list_does_not_know_are_left_out_and_told(tmp_path: Path) -> None:
    flat_from_kaggle(tmp_path, PICTURES)
    (tmp_path / "ILSVRC/Data/CLS-LOC/val/cat.jpg").write_bytes(image_zoo.jpeg(1))
    images = open_images(tmp_path)
    assert len(images.images) == len(PICTURES)
    assert images.findings[0] == "1 image (cat.jpg) whose class nothing tells, left out"


def test_a_list_is_held_against_class_folders(tmp_path: Path) -> None:
    moved = [PICTURES[0]._replace(synset=SHARK), *PICTURES[1:]]
    image_zoo.class_folders(tmp_path / "val", moved)
    (tmp_path / SYNSETS).write_text("".join(f"{s}\n" for s in image_zoo.truth_of(PICTURES)))
    images = open_images(tmp_path, labels=tmp_path / SYNSETS)
    assert images.findings[0] == (
        f"1 image ({PICTURES[0].file}) of another class in {SYNSETS}; the own one counts"
    )


# Archives


def test_a_compressed_archive_is_to_be_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "imagenetv2-matched-frequency.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        image_zoo.add_file(archive, "0/a.jpeg", image_zoo.jpeg(0))
    assert f"unpack it first (tar -xf {path.name}) and name the folder" in told(path)
    assert told(tmp_path).startswith(f"{tmp_path}: 1 archive ({path.name}) compressed")


@pytest.mark.parametrize("share", [0.0, 0.001, 0.3, 0.9])
def test_an_archive_that_is_cut_short_is_refused(tmp_path: Path, share: float) -> None:
    path = tar_with_devkit(tmp_path, PICTURES)
    data = path.read_bytes().rstrip(b"\0")
    path.write_bytes(data[: int(len(data) * share)])
    assert told(path).startswith(f"{path}: ")
    assert told(path).endswith("download it again")


def test_an_archive_that_is_cut_between_two_images_is_refused(tmp_path: Path) -> None:
    path = tar_with_devkit(tmp_path, PICTURES)
    with tarfile.open(path) as archive:
        offset = archive.getmembers()[9].offset
    path.write_bytes(path.read_bytes()[:offset])
    assert f"is cut short at byte {offset:,}" in told(path)


def test_an_archive_that_is_damaged_in_the_middle_is_refused(tmp_path: Path) -> None:
    path = tar_with_devkit(tmp_path, PICTURES)
    with tarfile.open(path) as archive:
        offset = archive.getmembers()[9].offset
    data = bytearray(path.read_bytes())
    data[offset : offset + 512] = b"x" * 512
    path.write_bytes(data)
    assert f"is damaged at byte {offset:,}" in told(path)


def test_an_archive_that_is_none_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "val.tar"
    path.write_bytes(b"<html>not found</html>" * 99)
    assert told(path).startswith(f"{path}: is no archive, damaged or cut short (")


def test_links_and_names_that_lead_out_of_an_archive_are_left_out(tmp_path: Path) -> None:
    image_zoo.devkit_archive(tmp_path, image_zoo.truth_of(PICTURES))
    path = tmp_path / "ILSVRC2012_img_val.tar"
    with tarfile.open(path, "w") as archive:
        for image in PICTURES[1:]:
            image_zoo.add_file(archive, image.file, image.jpeg)
        image_zoo.add_file(archive, f"../../{PICTURES[0].file}", PICTURES[0].jpeg)
        link = tarfile.TarInfo("ILSVRC2012_val_00000001.JPEG")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    images = open_images(path)
    assert len(images.images) == len(PICTURES) - 1
    assert images.findings[:2] == (
        "ILSVRC2012_img_val.tar: 1 link or device (ILSVRC2012_val_00000001.JPEG), left out",
        f"ILSVRC2012_img_val.tar: 1 name (../../{PICTURES[0].file}) leading out of it, left out",
    )


def test_a_member_that_claims_more_than_the_archive_has_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "val.tar"
    member = tarfile.TarInfo("ILSVRC2012_val_00000001.JPEG")
    member.size = 8 * 2**40
    path.write_bytes(member.tobuf(tarfile.GNU_FORMAT) + b"\xff\xd8\xff")
    assert told(path).startswith(f"{path}: is no archive, damaged or cut short (")


def test_empty_and_cut_images_in_an_archive_are_named(tmp_path: Path) -> None:
    made = [
        PICTURES[0]._replace(jpeg=b""),
        PICTURES[1]._replace(jpeg=PICTURES[1].jpeg[:-200]),
        *PICTURES[2:],
    ]
    findings = open_images(tar_with_devkit(tmp_path, made)).findings
    assert f"1 image ({TENCH}/{PICTURES[0].file}) of no bytes" in findings
    assert f"1 image ({TENCH}/{PICTURES[1].file}) cut short" in findings


# WebDataset


def _shard(root: Path, samples: Sequence[tuple[Picture, int]]) -> Path:
    root.mkdir()
    path = root / "imagenet1k-validation-00.tar"
    with tarfile.open(path, "w") as archive:
        for image, label in samples:
            image_zoo.add_sample(archive, image, label=label)
    return path


def test_a_name_counts_where_a_label_of_a_sample_disagrees(tmp_path: Path) -> None:
    images = open_images(_shard(tmp_path / "it", [(PICTURES[0], 5), (PICTURES[1], 0)]))
    assert [image.labels for image in images.images] == [(0,), (0,)]
    assert images.findings[0] == (
        f"1 image ({PICTURES[0].file}) whose name and label disagree; the name counts"
    )


def test_a_sample_without_names_has_the_class_of_its_number(tmp_path: Path) -> None:
    path = tmp_path / "val.tar"
    with tarfile.open(path, "w") as archive:
        for key, label in (("a", b"2"), ("b", b"nan"), ("c", b"1000"), ("d", b"-1")):
            image_zoo.add_file(archive, f"{key}.jpg", image_zoo.jpeg(0))
            image_zoo.add_file(archive, f"{key}.cls", label)
        image_zoo.add_file(archive, "e.cls", b"2")
    images = open_images(path)
    assert [(image.name, image.labels) for image in images.images] == [(f"{SHARK}/a.jpg", (2,))]
    assert images.findings[:2] == (
        "3 images (b.jpg, c.jpg, d.jpg) whose class nothing tells, left out",
        "1 sample (e.cls) without an image, left out",
    )


def test_a_sample_that_is_stored_twice_counts_once(tmp_path: Path) -> None:
    images = open_images(_shard(tmp_path / "it", [(PICTURES[0], 0), (PICTURES[0], 0)]))
    assert len(images.images) == 1
    assert images.findings[0].endswith("stored more than once, taken once")


def test_missing_shards_are_named(tmp_path: Path) -> None:
    root = image_zoo.webdataset_shards(tmp_path / "it", PICTURES, shards=4)
    (root / "imagenet1k-validation-02.tar").unlink()
    assert "1 shard (imagenet1k-validation-02.tar) missing" in open_images(root).findings
    (root / "imagenet1k-validation-03.tar").unlink()
    names = [f"imagenet1k-validation-{number:02d}.tar" for number in range(4)]
    splits = {
        "validation": {"filenames": names},
        "train": {"filenames": ["imagenet1k-train-0.tar"]},
    }
    (root / "_info.json").write_text(json.dumps({"splits": splits}))
    assert f"2 shards ({names[2]}, {names[3]}) missing" in open_images(root).findings


def test_training_shards_beside_are_left_alone(tmp_path: Path, folders: ImageSet) -> None:
    root = image_zoo.webdataset_shards(tmp_path / "it", PICTURES)
    shutil.copy(root / "imagenet1k-validation-00.tar", root / "imagenet1k-train-0000.tar")
    assert open_images(root).images == folders.images


# Parquet


def _parquet(root: Path, rows: Sequence[HubRow]) -> Path:
    root.mkdir()
    image_zoo.write_parquet(root / "validation-00000-of-00001.parquet", rows)
    return root


def test_a_path_counts_where_a_label_disagrees(tmp_path: Path) -> None:
    rows = [image_zoo.hub_row(image) for image in PICTURES]
    rows[0]["label"] = 7
    images = open_images(_parquet(tmp_path / "it", rows))
    assert images.images[0].labels == (0,)
    assert images.findings[0] == (
        f"1 image ({PICTURES[0].file}) whose path and label disagree; the path counts"
    )


def test_rows_without_a_path_have_the_class_of_their_label(tmp_path: Path) -> None:
    labels = (2.0, float("nan"), None)
    rows = [HubRow(image=HubImage(bytes=image_zoo.jpeg(0), path=None), label=2)]
    rows += [HubRow(image=HubImage(bytes=image_zoo.jpeg(0), path=None), label=-1)]
    images = open_images(_parquet(tmp_path / "it", rows))
    name = "validation-00000-of-00001-00000-00000.JPEG"
    assert [(image.name, image.labels) for image in images.images] == [(f"{SHARK}/{name}", (2,))]
    assert "whose class nothing tells, left out" in images.findings[0]
    floats = [HubRow(image=HubImage(bytes=b"", path=None), label=label) for label in labels]
    assert "tells their classes" in told(_parquet(tmp_path / "floats", floats))


def test_a_row_without_bytes_cannot_be_read(tmp_path: Path) -> None:
    rows = [image_zoo.hub_row(image) for image in PICTURES]
    rows[3]["image"]["bytes"] = None
    images = open_images(_parquet(tmp_path / "it", rows))
    with pytest.raises(OSError, match="row 3 of group 0 has no bytes"):
        images.source.read(3)


def test_a_missing_shard_is_named_by_the_count_in_the_others(tmp_path: Path) -> None:
    root = image_zoo.parquet_shards(tmp_path / "it", PICTURES, shards=3)
    (root / "data" / "validation-00002-of-00003.parquet").unlink()
    assert "1 shard (validation-00002-of-00003.parquet) missing" in open_images(root).findings


@pytest.mark.parametrize("left", [0, 10, 2000])
def test_a_damaged_shard_is_refused(tmp_path: Path, left: int) -> None:
    root = image_zoo.parquet_shards(tmp_path / "it", PICTURES)
    path = root / "data" / "validation-00001-of-00002.parquet"
    path.write_bytes(path.read_bytes()[:left])
    assert told(root).startswith(f"{path}: is no parquet file, or damaged (")


def test_other_columns_are_told(tmp_path: Path) -> None:
    pa = pytest.importorskip("pyarrow")
    path = tmp_path / "validation.parquet"
    pytest.importorskip("pyarrow.parquet").write_table(pa.table({"x": [1]}), path)
    assert told(path).startswith(f"{path}: has columns x; expected image (bytes and path) and")


# Elsewhere


def test_a_folder_of_nothing_known_is_told_with_what_it_holds(tmp_path: Path) -> None:
    (tmp_path / "train").mkdir()
    assert told(tmp_path).startswith(f"{tmp_path}: holds 1 thing (train); expected class folders")
    assert told(tmp_path / "x") == (
        f"{tmp_path / 'x'}: is not there; expected the validation images of ImageNet"
    )
    (tmp_path / "notes.txt").touch()
    assert told(tmp_path / "notes.txt").startswith(f"{tmp_path / 'notes.txt'}: is neither a folder")


def test_shards_are_told_by_their_names() -> None:
    names = ["train-0.parquet", "validation-0.parquet", "test-0.parquet"]
    assert validation_shards(names) == ["validation-0.parquet"]
    assert validation_shards(["train-0.parquet"]) == []
    assert validation_shards(["b.tar", "a.tar"]) == ["a.tar", "b.tar"]
    assert missing_shards(["a-00.tar", "a-03.tar", "b.tar"]) == ["a-01.tar", "a-02.tar"]
    assert missing_shards(["a-99999999999.tar", "a-0000000001.tar"]) == []


def test_a_lone_picture_beside_the_images_does_not_hide_them(
    tmp_path: Path, folders: ImageSet
) -> None:
    flat_with_devkit_folder(tmp_path, PICTURES)
    (tmp_path / "logo.png").touch()
    assert open_images(tmp_path).images == folders.images


def test_labels_by_number_count_the_1000_classes_whatever_a_model_has(tmp_path: Path) -> None:
    images = open_images(
        image_zoo.parquet_shards(tmp_path / "it", PICTURES), synsets=[S[900], SHARK, TENCH]
    )
    assert {image.name[:9]: image.labels for image in images.images} == {
        TENCH: (2,),
        SHARK: (1,),
        S[900]: (0,),
    }
    assert not any("disagree" in finding for finding in images.findings)


@pytest.mark.parametrize("name", ["a\nb.jpg", "\udcff.jpg", "\x1b[2J.jpg"])
def test_names_that_no_line_can_hold_are_escaped(tmp_path: Path, name: str) -> None:
    path = tmp_path / "imagenet1k-validation-00.tar"
    with tarfile.open(path, "w") as archive:
        described = {"filename": f"{TENCH}/{name}", "label": 5}
        image_zoo.add_file(archive, "a.jpg", b"")
        image_zoo.add_file(archive, "a.json", json.dumps(described).encode())
    images = open_images(path)
    assert images.images[0].name.isprintable()
    assert images.images[0].name.startswith(TENCH)
    assert all(finding.isprintable() for finding in images.findings)
