"""Accuracy: a small net, real JPEGs, and a count that is written another way."""

import io
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
import torch
from labelled import DRAWN, RECIPE, SYNSETS, Bytes, drawn, image_set, net, small_set, trained
from PIL import Image
from timm.data import create_transform
from torch import Tensor, nn

from catalogue.entry import Preprocessing
from catalogue.errors import CatalogueError, UnreadyError, WrongCallError
from catalogue.images.image_set import ImageSet, LabelledImage
from catalogue.record import Accuracy
from catalogue.validate.bits import load_bits
from catalogue.validate.engine import Candidate, validate
from catalogue.validate.top import best_classes, by_class, expected_hits, right
from catalogue.validate.validation import Validation

FULL = [
    torch.OutOfMemoryError("CUDA out of memory"),
    RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate 9 bytes"),
    MemoryError(),
]


@pytest.fixture(scope="module")
def images() -> ImageSet:
    return small_set()


@pytest.fixture(scope="module")
def state(images: ImageSet) -> dict[str, Tensor]:
    return {name: value.clone() for name, value in trained(images).state_dict().items()}


@pytest.fixture
def model(state: dict[str, Tensor]) -> nn.Module:
    fresh = net()
    fresh.load_state_dict(state)
    return fresh


def asked(
    model: nn.Module, validation: Validation, *, recipe: Preprocessing = RECIPE, key: str = "net"
) -> Accuracy:
    candidate = Candidate(
        model=model, recipe=recipe, weights_sha256="0" * 64, key=key, device_name="A CPU"
    )
    outcome = validate(candidate, validation)
    outcome.journal.forget()
    return outcome.accuracy


def counted_by_hand(model: nn.Module, images: ImageSet) -> tuple[int, int]:
    """Top-1 and top-5 hits, image by image, with timm's transform and a sorted list."""
    transform = create_transform(
        input_size=(3, 32, 32), crop_pct=0.875, interpolation="bicubic", is_training=False
    )
    top1 = top5 = 0
    for index, image in enumerate(images.images):
        picture = Image.open(io.BytesIO(images.source.read(index))).convert("RGB")
        with torch.no_grad():
            scores = model.eval()(transform(picture).unsqueeze(0))[0].tolist()
        best = sorted(range(len(SYNSETS)), key=lambda label: -scores[label])
        synset = image.name.partition("/")[0]
        top1 += SYNSETS[best[0]] == synset
        top5 += synset in [SYNSETS[label] for label in best[:5]]
    return top1, top5


def test_hits_are_those_of_an_independent_count(
    model: nn.Module, images: ImageSet, tmp_path: Path
) -> None:
    counted = counted_by_hand(model, images)
    found = asked(model, Validation(images=images, bits=tmp_path, threads=2))
    assert (found.top1_hits, found.top5_hits) == counted
    assert found.images == 30
    assert 18 < found.top1_hits < 30
    assert (found.unreadable, found.not_finite) == ((), 0)
    assert found.weights_sha256 == "0" * 64
    by_name = [int(hits) for hits in found.top1_by_class.split()]
    assert sum(by_name) == found.top1_hits
    assert by_name[4] == 0
    assert found.images_by_class == "6 6 6 6 0 6"
    assert found.bits_sha256 is not None
    top1, top5 = load_bits(tmp_path, found.bits_sha256, 30)
    assert (top1.sum(), top5.sum()) == counted


def test_bits_are_in_the_order_of_names_whatever_the_order_of_bytes(
    model: nn.Module, images: ImageSet, tmp_path: Path
) -> None:
    named = [
        (image.name, image.labels, images.source.read(index))
        for index, image in enumerate(images.images)
    ]
    sorted_set = image_set(named)
    assert sorted_set.reading_order != images.reading_order
    first, second = (
        asked(model, Validation(images=one, bits=tmp_path)) for one in (images, sorted_set)
    )
    assert first.bits_sha256 == second.bits_sha256


def test_a_wrong_mean_or_std_costs_hits(model: nn.Module, images: ImageSet) -> None:
    right_one = asked(model, Validation(images=images))
    for wrong in (
        replace(RECIPE, mean=(0.0, 0.0, 0.0), std=(1.0, 1.0, 1.0)),
        replace(RECIPE, mean=(0.0, 0.0, 0.0)),
        replace(RECIPE, color="BGR"),
    ):
        found = asked(model, Validation(images=images), recipe=wrong)
        assert found.top1_hits < right_one.top1_hits


def broken_set(images: ImageSet) -> ImageSet:
    """The images, with three of the class that has none."""
    whole = drawn(0, 1)
    bad = {"cut": whole[: len(whole) // 2], "empty": b"", "text": b"<html>404</html>"}
    named = [
        (image.name, image.labels, images.source.read(index))
        for index, image in enumerate(images.images)
    ]
    return image_set(
        [*((f"{SYNSETS[4]}/{name}.JPEG", (4,), data) for name, data in bad.items()), *named]
    )


def test_a_broken_image_is_a_miss_and_is_named(model: nn.Module, images: ImageSet) -> None:
    whole = asked(model, Validation(images=images))
    found = asked(model, Validation(images=broken_set(images)))
    names = tuple(f"{SYNSETS[4]}/{name}.JPEG" for name in ("cut", "empty", "text"))
    assert found.unreadable == names
    assert found.images == whole.images + 3
    assert (found.top1_hits, found.top5_hits) == (whole.top1_hits, whole.top5_hits)


def test_a_broken_image_ends_the_run_where_that_is_wanted(
    model: nn.Module, images: ImageSet
) -> None:
    with pytest.raises(UnreadyError) as caught:
        asked(model, Validation(images=broken_set(images), stop_at_unreadable=True))
    assert str(caught.value) == (
        "/images: 'n01494475/cut.JPEG' cannot be read; replace it, or count such images as wrong "
        "with --unreadable wrong"
    )


def test_a_data_set_that_cannot_be_read_at_all_is_a_fault(model: nn.Module) -> None:
    with pytest.raises(UnreadyError) as caught:
        asked(model, Validation(images=image_set([("n01440764/a.JPEG", (0,), b"")])))
    assert str(caught.value) == (
        "/images: none of 1 images can be read, 'n01440764/a.JPEG' the first; expected JPEG files"
    )


class _Narrow(nn.Module):
    """A device with room for few images, which says so in one of several ways."""

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


@pytest.mark.parametrize("fault", FULL)
def test_a_full_memory_halves_the_batch_for_good_and_moves_no_hit(
    model: nn.Module, images: ImageSet, fault: Exception
) -> None:
    usual = asked(model, Validation(images=images))
    narrow = _Narrow(model, 3, fault)
    found = asked(narrow, Validation(images=images, batch_size=16))
    assert (found.top1_hits, found.top5_hits) == (usual.top1_hits, usual.top5_hits)
    assert narrow.sizes == [16, 8, 4] + [2] * 15
    assert found.batch_size == 2


def test_one_image_that_is_too_much_is_a_fault(model: nn.Module, images: ImageSet) -> None:
    with pytest.raises(CatalogueError) as caught:
        asked(_Narrow(model, 0, FULL[0]), Validation(images=images))
    assert str(caught.value) == "out of memory with one image of 3x32x32"


def test_another_fault_of_the_model_is_not_taken_for_a_full_memory(
    model: nn.Module, images: ImageSet
) -> None:
    narrow = _Narrow(model, 0, RuntimeError("a shape of its own"))
    with pytest.raises(RuntimeError, match=r"^a shape of its own$"):
        asked(narrow, Validation(images=images))


class _Flat(nn.Module):
    """A model that takes tensors for contiguous ones, as some do."""

    def __init__(self, inner: nn.Module) -> None:
        super().__init__()
        self.inner = inner

    def forward(self, inputs: Tensor) -> Tensor:
        inputs.view(len(inputs), -1)
        scores: Tensor = self.inner(inputs)
        return scores


def test_a_model_that_cannot_take_channels_last_is_asked_without(
    model: nn.Module, images: ImageSet
) -> None:
    usual = asked(model, Validation(images=images))
    found = asked(_Flat(model), Validation(images=images))
    assert (usual.memory_format, found.memory_format) == ("channels_last", "contiguous")
    assert found.top1_hits == usual.top1_hits


@pytest.mark.parametrize(
    ("last", "said"),
    [(nn.Linear(8 * 7 * 7, 7), "(16, 7)"), (nn.LSTM(8 * 7 * 7, 6), "a tuple")],
)
def test_a_model_of_other_outputs_is_refused(images: ImageSet, last: nn.Module, said: str) -> None:
    other = nn.Sequential(nn.Conv2d(3, 8, 5, stride=4), nn.Flatten(), last)
    with pytest.raises(CatalogueError) as caught:
        asked(other, Validation(images=images))
    assert str(caught.value) == (
        f"the model gives {said} for 16 images; expected (16, 6), "
        "one score for each class of the data set"
    )


@pytest.mark.parametrize("precision", ["bf16", "fp16", "amp"])
def test_half_precision_is_that_of_weights_and_inputs_or_of_autocast(
    model: nn.Module, images: ImageSet, precision: str
) -> None:
    exact = asked(model, Validation(images=images))
    seen: set[torch.dtype] = set()
    model.register_forward_hook(lambda _model, _inputs, scores: seen.add(scores.dtype))
    found = asked(model, Validation(images=images, precision=precision))
    dtype = torch.float16 if precision == "fp16" else torch.bfloat16
    weights = torch.float32 if precision == "amp" else dtype
    assert seen == {dtype}
    assert {part.dtype for part in model.parameters()} == {weights}
    assert abs(found.top1_hits - exact.top1_hits) <= 2


def test_a_model_in_training_is_measured_in_evaluation(images: ImageSet) -> None:
    lax = nn.Sequential(nn.Flatten(), nn.Dropout(0.9), nn.Linear(3 * 32 * 32, 6)).train()
    first = asked(lax, Validation(images=images))
    second = asked(lax.train(), Validation(images=images))
    assert not lax.training
    assert (first.top1_hits, first.top5_hits) == (second.top1_hits, second.top5_hits)


def test_tf32_is_off_while_measuring_and_as_before_afterwards(
    model: nn.Module, images: ImageSet
) -> None:
    before = torch.backends.cudnn.allow_tf32
    seen: set[tuple[bool, bool]] = set()
    model.register_forward_pre_hook(
        lambda _model, _inputs: seen.add(
            (torch.backends.cudnn.allow_tf32, torch.backends.cuda.matmul.allow_tf32)
        )
    )
    asked(model, Validation(images=images))
    assert seen == {(False, False)}
    assert torch.backends.cudnn.allow_tf32 == before


def test_progress_is_told_after_every_batch(model: nn.Module, images: ImageSet) -> None:
    told: list[tuple[int, int]] = []
    candidate = Candidate(
        model=model, recipe=RECIPE, weights_sha256="", key="", device_name="A CPU"
    )
    validate(
        candidate,
        Validation(images=images, batch_size=8),
        on_progress=lambda done, total: told.append((done, total)),
    )
    assert told == [(8, 30), (16, 30), (24, 30), (30, 30)]


def best(scores: list[list[float]], competing: tuple[int, ...] | None = None) -> list[list[int]]:
    rows: list[list[int]] = best_classes(torch.tensor(scores), competing)[0].tolist()
    return rows


def test_of_equal_scores_the_lower_output_comes_first() -> None:
    assert best([[1.0, 2.0, 2.0, 0.0, 2.0, 2.0]]) == [[1, 2, 4, 5, 0]]


def test_a_score_that_is_no_number_takes_a_place_and_is_never_right() -> None:
    nan, inf = float("nan"), float("inf")
    assert best([[1.0, nan, 3.0, 2.0, inf, 0.0]]) == [[-1, 4, 2, 3, 0]]
    _, finite = best_classes(torch.tensor([[nan, 1.0], [inf, 1.0], [0.0, 1.0]]))
    assert finite.tolist() == [False, False, True]


def test_only_classes_of_the_data_set_compete() -> None:
    assert best([[9.0, 1.0, 8.0, 3.0, 7.0, 2.0]], competing=(1, 3, 5)) == [[3, 5, 1, -1, -1]]


def test_any_of_several_labels_is_right() -> None:
    images = [LabelledImage(name="a", labels=(3, 7)), LabelledImage(name="b", labels=(1,))]
    top1, top5 = right(np.array([[7, 0, 2, 4, 5], [0, 2, 1, 4, 5]], np.int16), images)
    assert (top1.tolist(), top5.tolist()) == ([True, False], [True, True])
    assert by_class(top1, images, 8)[1] == (0, 1, 0, 1, 0, 0, 0, 1)


def test_chance_is_what_the_same_guesses_give_in_random_order() -> None:
    images = [LabelledImage(name=str(n), labels=(n % 4,)) for n in range(80)]
    constant = np.zeros((80, 5), np.int16)
    assert expected_hits(constant, images) == 20
    nobody = np.full((80, 5), -1, np.int16)
    assert expected_hits(nobody, images) == 0


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (
            lambda: Validation(images=small_set(1), precision="fp36"),
            (
                "the precision is 'fp36' (did you mean 'fp32' or 'fp16'?); "
                "expected fp32, bf16, fp16 or amp"
            ),
        ),
        (
            lambda: Validation(images=small_set(1), batch_size=0),
            "the batch size is 0; expected 1 or more",
        ),
    ],
)
def test_settings_that_make_no_sense_are_refused(make: Callable[[], object], text: str) -> None:
    with pytest.raises(WrongCallError) as caught:
        make()
    assert str(caught.value) == text


@dataclass(frozen=True)
class _Killer(Bytes):
    """A source that dies at one image, the first time."""

    def read(self, index: int) -> bytes:
        if index == len(self.contents) - 1:
            raise KeyboardInterrupt
        return self.contents[index]


def test_an_interrupted_run_goes_on_from_where_it_was(model: nn.Module, tmp_path: Path) -> None:
    images = small_set(40)  # four blocks, of which the last one is not reached
    assert isinstance(images.source, Bytes)
    usual = asked(model, Validation(images=images, bits=tmp_path))
    deadly = replace(
        images,
        source=_Killer(images.source.contents),
        reading_order=tuple(range(len(images.images))),
    )
    whole = replace(deadly, source=images.source)
    seen: list[int] = []
    model.register_forward_pre_hook(lambda _model, inputs: seen.append(len(inputs[0])))
    with pytest.raises(KeyboardInterrupt):
        asked(model, Validation(images=deadly, runs=tmp_path / "runs", batch_size=16))
    before = sum(seen)
    found = asked(
        model, Validation(images=whole, runs=tmp_path / "runs", batch_size=16, bits=tmp_path)
    )
    assert 0 < before < 200
    assert sum(seen) == 200
    assert found.bits_sha256 == usual.bits_sha256
    assert list((tmp_path / "runs").iterdir()) == []


def test_another_model_does_not_take_up_the_run(model: nn.Module, tmp_path: Path) -> None:
    images = small_set(1)
    validation = Validation(images=images, runs=tmp_path)
    candidate = Candidate(
        model=model, recipe=RECIPE, weights_sha256="", key="one", device_name="A CPU"
    )
    validate(candidate, validation)  # not forgotten: as if killed before it was saved
    seen: list[int] = []
    model.register_forward_pre_hook(lambda _model, inputs: seen.append(len(inputs[0])))
    validate(candidate, validation)
    assert seen == []
    validate(replace(candidate, weights_sha256="1"), validation)
    validate(replace(candidate, recipe=replace(RECIPE, std=(1.0, 1.0, 1.0))), validation)
    assert seen == [len(DRAWN)] * 2
