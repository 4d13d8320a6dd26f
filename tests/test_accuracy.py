"""Accuracy: a small net, real JPEG files, and a count that is written another way."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
import torch
from PIL import Image, ImageDraw
from safetensors.torch import save_file
from timm.data import create_transform
from torch import Tensor, nn

from catalogue.entry import Preprocessing
from catalogue.errors import CatalogueError, UnreadyError
from catalogue.measure.accuracy import (
    ValidationSettings,
    measure_accuracy,
    rank_of_label,
)
from catalogue.measure.imagenet import ImageFolder, open_imagenet
from catalogue.measure.preprocess import make_transform
from catalogue.weights import load_weights

SYNSETS = ("n01440764", "n01443537", "n01484850", "n01491361", "n01494475", "n01496331")
"""The class before the last has no image."""
DRAWN = (0, 1, 2, 3, 5)
PER_CLASS = 6
RECIPE = Preprocessing(input_size=(3, 32, 32), crop_pct=0.875, interpolation="bicubic")
SETTINGS = ValidationSettings(weights_sha256="0" * 64, batch_size=7)


def _draw(label: int, number: int) -> Image.Image:
    """A shape of its class's colour at a place of its own, under noise."""
    colour = [
        (220, 40, 40),
        (40, 200, 60),
        (50, 70, 220),
        (220, 210, 50),
        (0, 0, 0),
        (190, 60, 200),
    ]
    width, height = 60 + 7 * number, 50 + 5 * (label + number) % 31
    image = Image.new("RGB", (width, height), (118, 116, 113))
    left, top = 3 * number, 2 * number
    box = (left, top, left + 28 + 3 * label, top + 30)
    draw = ImageDraw.Draw(image)
    (draw.ellipse if label % 2 else draw.rectangle)(box, fill=colour[label])
    noise = Image.effect_noise((width, height), 60).convert("RGB")
    return Image.blend(image, noise, 0.45)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("imagenet")
    for label in DRAWN:
        (root / SYNSETS[label]).mkdir()
        for number in range(PER_CLASS):
            _draw(label, number).save(root / SYNSETS[label] / f"{number}.JPEG", quality=92)
    return root


@pytest.fixture(scope="module")
def images(folder: Path) -> ImageFolder:
    return open_imagenet(folder, synsets=SYNSETS)


def _net() -> nn.Module:
    return nn.Sequential(
        nn.Conv2d(3, 8, 5, stride=4), nn.ReLU(), nn.Flatten(), nn.Linear(8 * 7 * 7, len(SYNSETS))
    )


@pytest.fixture(scope="module")
def weights(images: ImageFolder, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Weights that are right about most images, and wrong about some."""
    torch.manual_seed(3)
    transform = make_transform(RECIPE)
    inputs = torch.stack([transform(Image.open(images.root / name)) for name, _ in images.images])
    labels = torch.tensor([label for _, label in images.images])
    net = _net()
    optimizer = torch.optim.SGD(net.parameters(), lr=0.05, momentum=0.9)
    while int((net(inputs).argmax(dim=1) == labels).sum()) < 0.8 * len(labels):
        optimizer.zero_grad()
        nn.functional.cross_entropy(net(inputs), labels).backward()  # type: ignore[no-untyped-call]
        optimizer.step()
    path = tmp_path_factory.mktemp("weights") / "net.safetensors"
    save_file(net.state_dict(), path)
    return path


@pytest.fixture
def model(weights: Path) -> nn.Module:
    net = _net()
    load_weights(net, weights)
    return net


def _counted_by_hand(model: nn.Module, images: ImageFolder) -> tuple[int, int]:
    """Top-1 and top-5 hits, image by image, with timm's transform and a sorted list."""
    transform = create_transform(
        input_size=(3, 32, 32), crop_pct=0.875, interpolation="bicubic", is_training=False
    )
    top1 = top5 = 0
    for folder in sorted(path for path in images.root.iterdir() if path.is_dir()):
        for file in folder.iterdir():
            with Image.open(file) as image, torch.no_grad():
                scores = model(transform(image.convert("RGB")).unsqueeze(0))[0].tolist()
            best = sorted(range(len(SYNSETS)), key=lambda label: -scores[label])
            top1 += SYNSETS[best[0]] == folder.name
            top5 += folder.name in [SYNSETS[label] for label in best[:5]]
    return top1, top5


def test_hits_are_those_of_an_independent_count(model: nn.Module, images: ImageFolder) -> None:
    counted = _counted_by_hand(model, images)
    measured = measure_accuracy(model, images, RECIPE, settings=SETTINGS)
    assert (measured.top1_hits, measured.top5_hits) == counted
    assert measured.images == len(DRAWN) * PER_CLASS
    assert measured.images * 0.6 < measured.top1_hits < measured.images
    assert measured.unreadable == ()
    assert measured.weights_sha256 == "0" * 64
    assert measured.images_per_second > 0


@pytest.mark.parametrize("batch_size", [1, 4, 30, 64])
def test_the_batch_size_moves_no_hit(
    model: nn.Module, images: ImageFolder, batch_size: int
) -> None:
    usual = measure_accuracy(model, images, RECIPE, settings=SETTINGS)
    other = replace(SETTINGS, batch_size=batch_size)
    measured = measure_accuracy(model, images, RECIPE, settings=other)
    assert measured.top1_hits == usual.top1_hits
    assert measured.top5_hits == usual.top5_hits


def test_worker_processes_move_no_hit(model: nn.Module, images: ImageFolder) -> None:
    alone = measure_accuracy(model, images, RECIPE, settings=SETTINGS)
    helped = measure_accuracy(model, images, RECIPE, settings=replace(SETTINGS, workers=2))
    assert (helped.top1_hits, helped.top5_hits) == (alone.top1_hits, alone.top5_hits)


def test_images_in_the_wrong_folders_cost_their_hits(model: nn.Module, images: ImageFolder) -> None:
    honest = measure_accuracy(model, images, RECIPE, settings=SETTINGS)
    wrong = tuple((name, (label + 1) % 6) for name, label in images.images)
    shuffled = replace(images, images=wrong)
    assert measure_accuracy(model, shuffled, RECIPE, settings=SETTINGS).top1_hits < 8
    assert honest.top1_hits >= 24


def test_a_wrong_mean_or_std_costs_hits(model: nn.Module, images: ImageFolder) -> None:
    right = measure_accuracy(model, images, RECIPE, settings=SETTINGS)
    for wrong in (
        replace(RECIPE, mean=(0.0, 0.0, 0.0), std=(1.0, 1.0, 1.0)),
        replace(RECIPE, mean=(0.0, 0.0, 0.0)),
        replace(RECIPE, color="BGR"),
    ):
        assert measure_accuracy(model, images, wrong, settings=SETTINGS).top1_hits < right.top1_hits


def test_a_broken_image_is_a_miss_and_is_named(
    model: nn.Module, folder: Path, tmp_path: Path
) -> None:
    for label in DRAWN:
        (tmp_path / SYNSETS[label]).symlink_to(folder / SYNSETS[label])
    broken = tmp_path / SYNSETS[4]
    broken.mkdir()
    whole = (folder / SYNSETS[0] / "0.JPEG").read_bytes()
    (broken / "cut.JPEG").write_bytes(whole[: len(whole) // 2])
    (broken / "empty.JPEG").touch()
    (broken / "text.JPEG").write_text("<html>404</html>")
    without = measure_accuracy(
        model, open_imagenet(folder, synsets=SYNSETS), RECIPE, settings=SETTINGS
    )
    images = open_imagenet(tmp_path, synsets=SYNSETS)
    measured = measure_accuracy(model, images, RECIPE, settings=SETTINGS)
    assert measured.unreadable == tuple(
        f"{SYNSETS[4]}/{name}.JPEG" for name in ("cut", "empty", "text")
    )
    assert measured.images == without.images + 3
    assert (measured.top1_hits, measured.top5_hits) == (without.top1_hits, without.top5_hits)


def test_a_data_set_that_cannot_be_read_at_all_is_a_fault(model: nn.Module, tmp_path: Path) -> None:
    (tmp_path / SYNSETS[0]).mkdir()
    (tmp_path / SYNSETS[0] / "a.JPEG").touch()
    images = open_imagenet(tmp_path, synsets=SYNSETS)
    with pytest.raises(UnreadyError) as caught:
        measure_accuracy(model, images, RECIPE, settings=SETTINGS)
    assert str(caught.value) == (
        f"{tmp_path}: none of 1 images can be read, 'n01440764/a.JPEG' the first; "
        "expected JPEG files"
    )


class _Narrow(nn.Module):
    """A device with room for few images, which says so in one of two ways."""

    def __init__(self, inner: nn.Module, room: int, fault: Exception) -> None:
        super().__init__()
        self.inner = inner
        self.room = room
        self.fault = fault
        self.sizes: list[int] = []

    def forward(self, inputs: Tensor) -> Tensor:
        self.sizes.append(len(inputs))
        if len(inputs) > self.room:
            raise self.fault
        scores: Tensor = self.inner(inputs)
        return scores


FULL = [
    torch.OutOfMemoryError("CUDA out of memory"),
    RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate 9 bytes"),
    MemoryError(),
]


@pytest.mark.parametrize("fault", FULL)
def test_a_full_memory_halves_the_batch_for_good_and_moves_no_hit(
    model: nn.Module, images: ImageFolder, fault: Exception
) -> None:
    usual = measure_accuracy(model, images, RECIPE, settings=SETTINGS)
    narrow = _Narrow(model, 3, fault)
    measured = measure_accuracy(narrow, images, RECIPE, settings=replace(SETTINGS, batch_size=16))
    assert (measured.top1_hits, measured.top5_hits) == (usual.top1_hits, usual.top5_hits)
    assert narrow.sizes == [16, 8, 4] + [2] * 15


def test_one_image_that_is_too_much_is_a_fault(model: nn.Module, images: ImageFolder) -> None:
    narrow = _Narrow(model, 0, FULL[0])
    with pytest.raises(CatalogueError) as caught:
        measure_accuracy(narrow, images, RECIPE, settings=SETTINGS)
    assert str(caught.value) == "out of memory with one image of 3x32x32"


def test_another_fault_of_the_model_is_not_taken_for_a_full_memory(
    model: nn.Module, images: ImageFolder
) -> None:
    with pytest.raises(RuntimeError, match=r"^a shape of its own$"):
        measure_accuracy(
            _Narrow(model, 0, RuntimeError("a shape of its own")),
            images,
            RECIPE,
            settings=SETTINGS,
        )


@pytest.mark.parametrize(
    ("last", "found"),
    [
        (nn.Linear(8 * 7 * 7, 7), "(7, 7)"),
        (nn.LSTM(8 * 7 * 7, 6), "a tuple"),
    ],
)
def test_a_model_of_other_outputs_is_refused(
    images: ImageFolder, last: nn.Module, found: str
) -> None:
    net = nn.Sequential(nn.Conv2d(3, 8, 5, stride=4), nn.Flatten(), last)
    with pytest.raises(CatalogueError) as caught:
        measure_accuracy(net, images, RECIPE, settings=SETTINGS)
    assert str(caught.value) == (
        f"the model gives {found} for 7 images; expected (7, 6), "
        "one score for each class of the data set"
    )


@pytest.mark.parametrize("precision", ["bf16", "fp16"])
def test_half_precision_is_that_of_weights_and_inputs(
    model: nn.Module, images: ImageFolder, precision: str
) -> None:
    exact = measure_accuracy(model, images, RECIPE, settings=SETTINGS)
    seen: set[torch.dtype] = set()
    model.register_forward_pre_hook(lambda _model, inputs: seen.add(inputs[0].dtype))
    half = replace(SETTINGS, precision=precision)
    measured = measure_accuracy(model, images, RECIPE, settings=half)
    dtype = {"bf16": torch.bfloat16, "fp16": torch.float16}[precision]
    assert seen == {part.dtype for part in model.parameters()} == {dtype}
    assert abs(measured.top1_hits - exact.top1_hits) <= 2


def test_a_model_in_training_is_measured_in_evaluation(images: ImageFolder) -> None:
    net = nn.Sequential(nn.Flatten(), nn.Dropout(0.9), nn.Linear(3 * 32 * 32, 6)).train()
    first = measure_accuracy(net, images, RECIPE, settings=SETTINGS)
    second = measure_accuracy(net.train(), images, RECIPE, settings=SETTINGS)
    assert not net.training
    assert (first.top1_hits, first.top5_hits) == (second.top1_hits, second.top5_hits)


def test_tf32_is_off_while_measuring_and_as_before_afterwards(images: ImageFolder) -> None:
    before = torch.backends.cudnn.allow_tf32
    seen: set[tuple[bool, bool]] = set()
    net = nn.Sequential(nn.Flatten(), nn.Linear(3 * 32 * 32, 6))
    net.register_forward_pre_hook(
        lambda _model, _inputs: seen.add(
            (torch.backends.cudnn.allow_tf32, torch.backends.cuda.matmul.allow_tf32)
        )
    )
    measure_accuracy(net, images, RECIPE, settings=SETTINGS)
    assert seen == {(False, False)}
    assert torch.backends.cudnn.allow_tf32 == before


def test_progress_is_told_after_every_batch(model: nn.Module, images: ImageFolder) -> None:
    told: list[tuple[int, int]] = []
    settings = replace(
        SETTINGS, batch_size=8, on_progress=lambda done, total: told.append((done, total))
    )
    measure_accuracy(model, images, RECIPE, settings=settings)
    assert told == [(8, 30), (16, 30), (24, 30), (30, 30)]


def test_of_equal_scores_the_lower_index_comes_first() -> None:
    scores = torch.tensor([[1.0, 2.0, 2.0, 0.0]] * 4)
    assert rank_of_label(scores, torch.arange(4)).tolist() == [2, 0, 1, 3]


def test_a_score_that_is_no_number_is_never_right() -> None:
    nan = float("nan")
    scores = torch.tensor([[nan] * 3, [nan, 5.0, 1.0], [nan, 5.0, 1.0]])
    ranks = rank_of_label(scores, torch.tensor([0, 0, 1])).tolist()
    assert ranks[0] > 5
    assert ranks[1] > 5
    assert ranks[2] == 1


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (
            lambda: replace(SETTINGS, precision="fp36"),
            (
                "the precision is 'fp36' (did you mean 'fp32' or 'fp16'?); "
                "expected fp32, bf16 or fp16"
            ),
        ),
        (
            lambda: replace(SETTINGS, batch_size=0),
            (
                "batch size 0 with 0 workers; "
                "expected a batch of 1 or more, and no fewer than 0 workers"
            ),
        ),
    ],
)
def test_settings_that_make_no_sense_are_refused(make: Callable[[], object], text: str) -> None:
    with pytest.raises(CatalogueError) as caught:
        make()
    assert str(caught.value) == text


def test_a_worker_that_is_killed_is_a_fault_to_try_again(
    model: nn.Module, images: ImageFolder
) -> None:
    def kill(_done: int, _total: int) -> None:
        for child in psutil.Process().children():
            with suppress(psutil.ZombieProcess):  # killed at the batch before, not yet buried
                if any("spawn_main" in word for word in child.cmdline()):
                    child.kill()

    settings = replace(SETTINGS, batch_size=1, workers=1, on_progress=kill)
    with pytest.raises(UnreadyError) as caught:
        measure_accuracy(model, images, RECIPE, settings=settings)
    assert str(caught.value).startswith("a process that decodes images died: DataLoader worker")
    assert str(caught.value).endswith("; try fewer workers, or none, and a smaller batch")
    assert "\n" not in str(caught.value)


INTERRUPTED = """
    import sys
    from pathlib import Path
    from torch import nn
    from catalogue.entry import Preprocessing
    from catalogue.measure.accuracy import ValidationSettings, measure_accuracy
    from catalogue.measure.imagenet import open_imagenet

    def tell(done, total):
        print(done, flush=True)

    if __name__ == "__main__":
        images = open_imagenet(Path(sys.argv[1]), synsets=sys.argv[2].split(","))
        recipe = Preprocessing(input_size=(3, 32, 32), crop_pct=0.875)
        net = nn.Sequential(nn.Flatten(), nn.Linear(3 * 32 * 32, 6))
        settings = ValidationSettings(
            weights_sha256="", batch_size=1, workers=2, on_progress=tell
        )
        try:
            while True:
                measure_accuracy(net, images, recipe, settings=settings)
        except KeyboardInterrupt:
            sys.exit(130)
"""


def test_an_interrupt_passes_through_and_leaves_no_process(folder: Path, tmp_path: Path) -> None:
    script = tmp_path / "validate.py"
    script.write_text(textwrap.dedent(INTERRUPTED))
    process = subprocess.Popen(
        [sys.executable, str(script), str(folder), ",".join(SYNSETS)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)},
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "1\n"
    os.killpg(process.pid, signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 130
    assert errors == ""
    assert _ends(process.pid)


def _ends(group: int) -> bool:
    """Whether every process of a group ends within ten seconds."""
    for _ in range(100):
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.1)
    return False
