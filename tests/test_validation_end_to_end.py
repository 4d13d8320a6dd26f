"""Validation as people run it: entry, weights file, images in every layout, kills and slips."""

import io
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import image_zoo
import pytest
import torch
from click.testing import CliRunner, Result
from conftest import ROOT
from image_zoo import Picture
from labelled import drawn
from PIL import Image
from safetensors.torch import load_file, save_file
from timm.data import ImageDataset, create_loader, create_transform
from torch import Tensor, nn

from catalogue.cli import cli
from catalogue.images.synsets import imagenet_synsets
from catalogue.record import Accuracy, AccuracyConditions, Record
from catalogue.store import load
from catalogue.weights import file_sha256

LOOKS = {0: 0, 1: 1, 2: 2, 3: 3, 900: 5}
"""Which class looks like which of `labelled.drawn`; most classes have no image."""
PER_CLASS = 14
MODELS = """
import os, time
import torch

class Net(torch.nn.Sequential):
    def __init__(self):
        super().__init__(
            torch.nn.Conv2d(3, 8, 5, stride=4), torch.nn.ReLU(), torch.nn.Flatten(),
            torch.nn.Linear(392, 1000),
        )

    def forward(self, images):
        time.sleep(float(os.environ.get("TOY_SLEEP", "0")))
        if "TOY_LOG" in os.environ:
            with open(os.environ["TOY_LOG"], "a") as log:
                log.write(f"{len(images)}\\n")
        return super().forward(images)
"""
INDEX = """
Models:
  - Name: toy
    Builder: e2e_models:Net
    Preprocessing: {ID: own, Input Size: [3, 32, 32], Resize: 36, Crop: 32, Interpolation: bicubic}
    Weights: {URL: toy.safetensors, SHA256: HASH}
"""


def net() -> nn.Module:
    return nn.Sequential(
        nn.Conv2d(3, 8, 5, stride=4), nn.ReLU(), nn.Flatten(), nn.Linear(392, 1000)
    )


def transform() -> Callable[[Image.Image], Tensor]:
    """timm's, by its own words."""
    found: Callable[[Image.Image], Tensor] = create_transform(
        input_size=(3, 32, 32), crop_pct=32 / 36, interpolation="bicubic", is_training=False
    )
    return found


@pytest.fixture(scope="module")
def pictures() -> list[Picture]:
    found = []
    for label, look in LOOKS.items():
        synset = imagenet_synsets()[label]
        for number, file in enumerate(image_zoo.official_files(synset, PER_CLASS)):
            found.append(Picture(synset, file, drawn(look, number)))
    return found


@pytest.fixture(scope="module")
def weights(pictures: list[Picture], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Weights that are right about most images and wrong about some."""
    torch.manual_seed(5)
    convert = transform()
    inputs = torch.stack([convert(Image.open(io.BytesIO(one.jpeg))) for one in pictures])
    labels = torch.tensor([imagenet_synsets().index(one.synset) for one in pictures])
    model = net()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
    while int((model(inputs).argmax(dim=1) == labels).sum()) < 0.8 * len(labels):
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(inputs), labels).backward()  # type: ignore[no-untyped-call]
        optimizer.step()
    path = tmp_path_factory.mktemp("weights") / "toy.safetensors"
    save_file(model.state_dict(), path)
    return path


@pytest.fixture
def zoo(weights: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    index = tmp_path / "model-index"
    index.mkdir()
    (index / "toy.safetensors").write_bytes(weights.read_bytes())
    (index / "model-index.yml").write_text(INDEX.replace("HASH", file_sha256(weights)))
    (tmp_path / "e2e_models.py").write_text(MODELS)
    (tmp_path / "catalogue.toml").write_text('allow = ["e2e_models"]\n')
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setitem(sys.modules, "e2e_models", None)
    monkeypatch.delitem(sys.modules, "e2e_models")
    return tmp_path


WORDS = ("refresh", "toy", "--only", "accuracy", "--imagenet")


def refresh(images: Path, *words: str) -> Result:
    return CliRunner().invoke(cli, [*WORDS, str(images), *words])


def records(zoo: Path) -> tuple[Record, ...]:
    return load(zoo / "model-index" / "measurements").records


def accuracy(record: Record) -> tuple[AccuracyConditions, Accuracy]:
    assert isinstance(record.conditions, AccuracyConditions)
    assert isinstance(record.result, Accuracy)
    return record.conditions, record.result


def tar_with_devkit(root: Path, pictures: Sequence[Picture]) -> Path:
    image_zoo.devkit_archive(root, image_zoo.truth_of(pictures))
    return image_zoo.flat_tar(root, pictures)


def counted_by_hand(weights: Path, pictures: Sequence[Picture]) -> tuple[int, int]:
    """Image by image, with a sorted list."""
    model, convert = net().eval(), transform()
    model.load_state_dict(load_file(weights))
    top1 = top5 = 0
    for one in pictures:
        with torch.no_grad():
            scores = model(convert(Image.open(io.BytesIO(one.jpeg))).unsqueeze(0))[0].tolist()
        best = [imagenet_synsets()[n] for n in sorted(range(1000), key=lambda n: -scores[n])[:5]]
        top1 += best[0] == one.synset
        top5 += one.synset in best
    return top1, top5


def evaluated_by_timm(weights: Path, folder: Path) -> tuple[int, int]:
    """With timm's data set, loader and transform, and a map that tells it the classes."""
    label_of = {synset: label for label, synset in enumerate(imagenet_synsets())}
    model = net().eval()
    model.load_state_dict(load_file(weights))
    loader = create_loader(
        ImageDataset(str(folder), class_map=label_of),
        input_size=(3, 32, 32),
        batch_size=16,
        interpolation="bicubic",
        crop_pct=32 / 36,
        num_workers=0,
        use_prefetcher=False,
        persistent_workers=False,
    )
    top1 = top5 = 0
    with torch.inference_mode():
        for inputs, target in loader:
            best = model(inputs).topk(5).indices
            top1 += int((best[:, 0] == target).sum())
            top5 += int((best == target[:, None]).sum())
    return top1, top5


@pytest.mark.filterwarnings("ignore::ResourceWarning")  # timm leaves its files open
def test_every_layout_gives_the_hits_of_an_independent_count_and_of_timm(
    zoo: Path, pictures: list[Picture], weights: Path
) -> None:
    folders = image_zoo.class_folders(zoo / "folders", pictures)
    layouts = (
        folders,
        tar_with_devkit(zoo / "tar", pictures),
        image_zoo.parquet_shards(zoo / "parquet", pictures),
        image_zoo.webdataset_shards(zoo / "webdataset", pictures),
    )
    for path in layouts:
        done = refresh(path, "--force")
        assert done.exit_code == 0, done.output
        assert "of a subset of 70 images" in done.output
    found = [accuracy(one) for one in records(zoo)]
    assert len(found) == len(layouts)
    assert len({conditions.manifest_sha256 for conditions, _ in found}) == 1
    assert len({result.bits_sha256 for _, result in found}) == 1
    counted = counted_by_hand(weights, pictures)
    assert counted == evaluated_by_timm(weights, folders)
    assert {(one.top1_hits, one.top5_hits) for _, one in found} == {counted}
    assert 50 < counted[0] < 70
    assert "1 up to date" in refresh(layouts[2]).output


def test_a_killed_run_goes_on_and_ends_with_the_same_bits(
    zoo: Path, pictures: list[Picture], monkeypatch: pytest.MonkeyPatch
) -> None:
    images = image_zoo.class_folders(zoo / "folders", pictures)
    words = [*WORDS, str(images), "--accuracy-batch", "2"]
    slow = {"TOY_SLEEP": "0.25", "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen([sys.executable, "-m", "catalogue", *words], env=os.environ | slow)
    done = _progress_at_kill(process, zoo / "cache" / "catalogue" / "runs")
    monkeypatch.setenv("TOY_LOG", str(zoo / "log"))
    assert refresh(images, "--accuracy-batch", "2").exit_code == 0
    asked = [int(line) for line in (zoo / "log").read_text().split()]
    assert 0 < done < 70
    assert sum(asked) == 70 - done
    monkeypatch.delenv("TOY_LOG")
    assert refresh(images, "--accuracy-batch", "2", "--force").exit_code == 0
    (_, resumed), (_, whole) = (accuracy(one) for one in records(zoo))
    assert resumed.bits_sha256 == whole.bits_sha256
    assert resumed.top1_by_class == whole.top1_by_class
    assert list((zoo / "cache" / "catalogue" / "runs").iterdir()) == []


def _progress_at_kill(process: subprocess.Popen[bytes], runs: Path) -> int:
    """Kill once some images are safe; gives how many were."""
    for _ in range(600):
        for file in runs.glob("*.run"):
            head = file.read_bytes()[:4096].rstrip(b"\0")
            if head and json.loads(head)["done"]:
                process.send_signal(signal.SIGKILL)
                process.wait()
                return int(json.loads(file.read_bytes()[:4096].rstrip(b"\0"))["done"])
        time.sleep(0.1)
    pytest.fail("no image was done within a minute")


def test_a_shuffled_list_of_labels_is_refused(zoo: Path, pictures: list[Picture]) -> None:
    truth = image_zoo.truth_of(pictures)
    image_zoo.flat_folder(zoo / "flat" / "val", pictures)
    image_zoo.devkit_folder(zoo / "flat", [*truth[1000:], *truth[:1000]])
    done = refresh(zoo / "flat")
    assert done.exit_code != 0
    assert "contradict ImageNet-ReaL's" in str(done.exception)
    assert records(zoo) == ()


def test_labels_that_nobody_can_check_show_as_hits_of_chance(
    zoo: Path, pictures: list[Picture]
) -> None:
    # Names of their own, so that no published list contradicts: only the hits can tell.
    synsets = sorted({one.synset for one in pictures})
    turned = dict(zip(synsets, synsets[2:] + synsets[:2], strict=True))
    wrong = [
        Picture(turned[one.synset], f"mine_{number}.JPEG", one.jpeg)
        for number, one in enumerate(pictures)
    ]
    done = refresh(image_zoo.class_folders(zoo / "wrong", wrong))
    assert done.exit_code == 0
    assert "top-1 hits are what guessing gives" in done.output
    assert "order or labels of classes are off" in done.output


def test_a_wrong_normalisation_shows_as_hits_of_chance(zoo: Path, pictures: list[Picture]) -> None:
    index = zoo / "model-index" / "model-index.yml"
    wrong = "Mean: [0, 0, 0], Std: [0.00392, 0.00392, 0.00392], Interpolation"
    index.write_text(index.read_text().replace("Interpolation", wrong))
    done = refresh(image_zoo.class_folders(zoo / "folders", pictures))
    assert "top-1 hits are what guessing gives" in done.output, done.output


def test_weights_that_are_cut_short_are_refused(zoo: Path, pictures: list[Picture]) -> None:
    images = image_zoo.class_folders(zoo / "folders", pictures)
    file = zoo / "model-index" / "toy.safetensors"
    file.write_bytes(file.read_bytes()[:-1000])
    done = refresh(images)
    assert done.exit_code == 1
    assert "has the SHA-256" in done.output
    index = zoo / "model-index" / "model-index.yml"
    index.write_text(index.read_text().partition(", SHA256")[0] + "}\n")
    done = refresh(images)
    assert done.exit_code == 1
    assert "failed: " in done.output
    assert "toy.safetensors" in done.output
