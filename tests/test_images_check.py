"""`catalogue data check`: plain lines about what was found, and the exit status."""

import io
import os
import subprocess
import sys
from pathlib import Path

import image_zoo
import pytest
from conftest import ROOT
from PIL import Image

from catalogue.commands.looking import check_data
from catalogue.errors import CatalogueError
from catalogue.images.decoding import decode_all, undecodable
from catalogue.images.opening import open_images
from catalogue.images.synsets import imagenet_synsets

S = imagenet_synsets()
PICTURES = image_zoo.pictures({S[0]: 3, S[2]: 2})


def run(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "catalogue", "data", "check", *words],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_part_is_described_and_ends_with_status_1(tmp_path: Path) -> None:
    path = image_zoo.flat_tar(tmp_path, PICTURES)
    kit = image_zoo.devkit_archive(tmp_path / "kit", image_zoo.truth_of(PICTURES))
    done = run(str(path), "--labels", str(kit), "--decode")
    assert done.stderr == ""
    assert done.returncode == 1
    images = open_images(path, labels=kit)
    assert done.stdout.splitlines() == [
        f"path      {path}",
        "layout    an archive, read in place",
        "data set  imagenet-1k (val)",
        "images    5 of 50,000",
        "classes   2 of 1,000",
        f"manifest  {images.manifest_sha256}",
        "official  no: not all images of the official set under their names and in their classes",
        f"finding   998 classes ({S[1]}, {S[3]}, {S[4]}, …) without an image",
        "finding   5 images, expected 50,000",
        "decoded   5 images, 0 unreadable",
    ]


def test_what_cannot_be_opened_is_one_line_and_status_1(tmp_path: Path) -> None:
    done = run(str(tmp_path / "nowhere"))
    told = f"catalogue: {tmp_path / 'nowhere'}: is not there; expected the validation images of"
    assert done.stderr == f"{told} ImageNet\n"
    assert done.returncode == 1


def test_a_wrong_call_is_status_2(tmp_path: Path) -> None:
    done = run(str(image_zoo.class_folders(tmp_path, PICTURES)), "--dataset", "sketch")
    assert done.stderr.startswith(
        "catalogue: 'sketch' is no data set (did you mean 'imagenet-sketch'"
    )
    assert done.returncode == 2


def test_a_whole_set_is_status_0(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = image_zoo.whole_v2(tmp_path / "imagenetv2.tar")
    assert check_data(path, dataset=None, labels=None, decode=False) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[2:5] == [
        "data set  imagenet-v2 (test)",
        "images    10,000 of 10,000",
        "classes   1,000 of 1,000",
    ]
    assert said[-1].startswith("official  all images by their number; no list of names")


def test_each_undecodable_image_is_named_with_its_reason(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = bytearray(PICTURES[1].jpeg)
    broken[200:700] = bytes(500)
    bomb = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(bomb, "PNG")
    large = io.BytesIO()
    Image.new("1", (10_000, 9_000)).save(large, "PNG")
    bad = [bytes(broken), bomb.getvalue(), large.getvalue(), b"\xff\xd8\xff"]
    made = [PICTURES[0], *(p._replace(jpeg=b) for p, b in zip(PICTURES[1:], bad, strict=True))]
    path = image_zoo.parquet_shards(tmp_path / "it", made)
    assert check_data(path, dataset=None, labels=None, decode=True) == 1
    said = capsys.readouterr().out
    names = [f"{image.synset}/{image.file}" for image in made]
    assert f"{names[0]}:" not in said
    assert all(f"unreadable  {name}: " in said for name in names[1:])
    assert f"{names[2]}: has far too many pixels to be meant" in said
    assert f"{names[3]}: has 10,000 x 9,000 pixels, too many to be meant" in said
    assert said.endswith("decoded   5 images, 4 unreadable\n")


def test_images_that_vanish_are_named(tmp_path: Path) -> None:
    images = open_images(image_zoo.class_folders(tmp_path, PICTURES))
    (tmp_path / images.images[2].name).unlink()
    found = dict(decode_all(images, threads=3))
    assert [name for name, reason in found.items() if reason] == [images.images[2].name]


def test_shards_that_were_not_looked_into_are_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    check_data(
        image_zoo.parquet_shards(tmp_path / "it", PICTURES),
        dataset=None,
        labels=None,
        decode=False,
    )
    assert capsys.readouterr().out.splitlines()[-1].startswith("not done  the images in the shards")


@pytest.mark.parametrize("package", ["scipy", "pyarrow"])
def test_a_package_that_is_not_installed_is_named_with_its_extra(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, package: str
) -> None:
    if package == "scipy":
        path = image_zoo.flat_tar(tmp_path, PICTURES)
        image_zoo.devkit_archive(tmp_path, image_zoo.truth_of(PICTURES))
    else:
        path = image_zoo.parquet_shards(tmp_path / "it", PICTURES)
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(CatalogueError) as caught:
        open_images(path)
    assert f"needs {package}, which is not installed; install zoo-catalogue[imagenet]" in str(
        caught.value
    )


def test_a_whole_image_is_no_fault() -> None:
    assert undecodable(image_zoo.jpeg(0)) is None
    assert undecodable(b"") == "has no bytes"
    assert undecodable(b"text") == "is of no known format"
