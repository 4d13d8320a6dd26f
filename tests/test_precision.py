"""Which precision torch really computes in, read back from what ran."""

import pytest
import torch
from torch import Tensor, nn

from catalogue.measure.precision import (
    ReadBack,
    agrees,
    autocast,
    cudnn_settings,
    in_words,
    probe,
    read_back,
    settle,
    storage_dtype,
)


def net(precision: str) -> nn.Module:
    layers = nn.Sequential(nn.Conv2d(3, 4, 3), nn.ReLU(), nn.Flatten(), nn.Linear(4 * 6 * 6, 2))
    return layers.to(storage_dtype(precision))


@pytest.mark.parametrize(
    ("precision", "found"),
    [("fp32", "fp32"), ("bf16", "bf16"), ("fp16", "fp16"), ("amp", "amp bf16")],
)
def test_the_precision_is_read_back_from_the_products_of_a_pass(precision: str, found: str) -> None:
    settle(precision)
    model = net(precision)
    images = torch.randn(1, 3, 8, 8, dtype=storage_dtype(precision))

    def run() -> None:
        with torch.inference_mode(), autocast(precision, "cpu"):
            model(images)

    assert read_back(model, run, device_type="cpu").precision == found
    assert agrees(precision, found)


def test_a_model_that_casts_by_itself_is_found_out() -> None:
    class Casting(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.layer = nn.Linear(4, 4)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            weight = self.layer.weight.half()
            return x.half() @ weight + (x @ self.layer.weight).half() + x.half() @ weight

    model = Casting()
    found = of_a_pass(model, torch.randn(2, 4))
    assert found == "amp fp16, partly fp32"
    assert not agrees("fp32", found)


def test_what_is_only_partly_in_another_precision_is_said() -> None:
    found = in_words({"fp32": 2, "bf16": 50}, cast=False)
    assert found == "bf16, partly fp32"
    assert agrees("bf16", found)
    assert in_words({"tf32": 3}, cast=True) == "tf32"


@pytest.mark.parametrize(
    ("asked", "found", "right"),
    [
        ("fp32", "fp32, partly bf16", False),
        ("fp32", "fp32, partly int8", False),
        ("fp32", "fp32, partly fp64", True),
        ("fp32", "amp bf16, partly fp32", False),
        ("tf32", "tf32, partly fp16", False),
        ("tf32", "tf32, partly fp32", True),
        ("bf16", "bf16, partly fp32 and int8", False),
        ("bf16", "int8, partly bf16", False),
        ("amp", "amp bf16, partly fp32", True),
        ("amp", "amp bf16, partly int8", False),
    ],
)
def test_no_part_may_be_below_the_precision_asked_for(asked: str, found: str, right: bool) -> None:  # noqa: FBT001  # a column of the table
    assert agrees(asked, found) is right


class Sneaking(nn.Module):
    """Does the work of two convolutions in a way of its own, and three tiny layers as asked."""

    def __init__(self) -> None:
        super().__init__()
        self.large = nn.Sequential(nn.Conv2d(3, 16, 3), nn.Conv2d(16, 16, 3))
        self.tiny = nn.Sequential(nn.Linear(16, 4), nn.Linear(4, 4), nn.Linear(4, 2))

    def inside(self, images: Tensor) -> Tensor:
        features: Tensor = self.large(images)
        return features

    def forward(self, images: Tensor) -> Tensor:
        scores: Tensor = self.tiny(self.inside(images).float().mean((2, 3)))
        return scores


class Casting(Sneaking):
    def inside(self, images: Tensor) -> Tensor:
        with torch.autocast("cpu"):
            return super().inside(images)


class Switching(Sneaking):
    def inside(self, images: Tensor) -> Tensor:
        switch, threads = getattr(torch.backends.mkldnn, "conv"), torch.get_num_threads()  # noqa: B009  # not in all versions
        before, switch.fp32_precision = switch.fp32_precision, "bf16"
        torch.set_num_threads(threads + 1)
        try:
            return super().inside(images)
        finally:
            switch.fp32_precision = before
            torch.set_num_threads(threads)


def of_a_pass(model: nn.Module, images: Tensor) -> str:
    return read(model, images).precision


def read(model: nn.Module, images: Tensor) -> ReadBack:
    def run() -> None:
        with torch.inference_mode():
            model(images)

    return read_back(model, run, device_type="cpu")


def test_precisions_are_weighed_by_how_much_is_multiplied_in_them() -> None:
    settle("fp32")
    found = of_a_pass(Casting(), torch.randn(2, 3, 16, 16))
    assert found == "amp bf16, partly fp32"


@pytest.mark.skipif(
    not hasattr(torch.backends.mkldnn, "conv"), reason="torch 2.8 has no such switch"
)
def test_switches_that_a_model_sets_back_are_read_while_they_hold() -> None:
    settle("fp32")
    threads = torch.get_num_threads()
    found = read(Switching(), torch.randn(2, 3, 16, 16))
    assert found == ReadBack(precision="bf16, partly fp32", threads=(threads, threads + 1))


def quantised(model: nn.Module) -> nn.Module:
    quantise = torch.ao.quantization.quantize_dynamic
    made: nn.Module = quantise(model.eval(), {nn.Linear}, dtype=torch.qint8)  # type: ignore[no-untyped-call]
    return made


@pytest.mark.filterwarnings("ignore")
def test_quantised_products_are_int8_whatever_their_input_is() -> None:
    settle("fp32")
    images = torch.randn(2, 3, 16, 16)
    assert of_a_pass(quantised(Sneaking()), images) == "fp32, partly int8"
    layers = nn.Sequential(nn.Flatten(), nn.Linear(768, 2))
    assert of_a_pass(quantised(layers), images) == "int8"


def test_products_of_integer_weights_are_int8() -> None:
    weight, scales = torch.ones(8, 8, dtype=torch.int8), torch.ones(8)

    class Packed(nn.Module):
        def forward(self, rows: Tensor) -> Tensor:
            return torch._weight_int8pack_mm(rows, weight, scales)

    assert of_a_pass(Packed(), torch.randn(2, 8)) == "int8"


def test_layers_that_only_sound_like_products_do_not_count() -> None:
    layers = nn.Sequential(nn.Upsample(scale_factor=2, mode="bilinear"), nn.Conv2d(3, 2, 3))
    model = layers.bfloat16()

    class Enlarging(nn.Module):
        def forward(self, images: Tensor) -> Tensor:
            scores: Tensor = model[1](model[0](images.float()).bfloat16())
            return scores

    assert of_a_pass(Enlarging(), torch.randn(1, 3, 8, 8)) == "bf16"


def test_products_of_fp32_keep_all_their_bits_unless_asked_otherwise() -> None:
    settle("fp32")
    assert probe("cpu") == "fp32"


def test_older_and_newer_switches_agree() -> None:
    for precision, allowed in (("tf32", True), ("fp32", False)):
        settle(precision)
        assert torch.backends.cuda.matmul.allow_tf32 is allowed
        assert torch.backends.cudnn.allow_tf32 is allowed
        assert (torch.get_float32_matmul_precision() == "high") is allowed


def test_cudnn_switches_are_told_as_they_are_set(monkeypatch: pytest.MonkeyPatch) -> None:
    settle("fp32")
    assert cudnn_settings() == (("cudnn_benchmark", "off"), ("cudnn_deterministic", "off"))
    for name in ("benchmark", "deterministic"):
        monkeypatch.setattr(torch.backends.cudnn, name, True)
    assert cudnn_settings() == (("cudnn_benchmark", "on"), ("cudnn_deterministic", "on"))


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
def test_a_gpu_computes_in_tf32_only_where_it_was_asked_for() -> None:
    settle("fp32")
    assert probe("cuda") == "fp32"
    settle("tf32")
    if torch.cuda.get_device_capability() >= (8, 0):
        assert probe("cuda") == "tf32"
    settle("fp32")
