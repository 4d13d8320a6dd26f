"""Which precision torch really computes in, read back from what ran."""

import pytest
import torch
from torch import nn

from catalogue.measure.precision import (
    agrees,
    autocast,
    in_words,
    precision_found,
    probe,
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

    assert precision_found(model, run, device_type="cpu") == found
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
    found = precision_found(model, lambda: model(torch.randn(2, 4)), device_type="cpu")
    assert found == "amp fp16"
    assert not agrees("fp32", found)


def test_what_is_only_partly_in_another_precision_is_said() -> None:
    computed = {torch.bfloat16: 50, torch.float32: 2}
    found = in_words(computed, {torch.bfloat16: 9}, plain="fp32")
    assert found == "bf16, partly fp32"
    assert agrees("bf16", found)
    assert in_words({torch.float32: 3}, {torch.float32: 3}, plain="tf32") == "tf32"


def test_products_of_fp32_keep_all_their_bits_unless_asked_otherwise() -> None:
    settle("fp32")
    assert probe("cpu") == "fp32"


def test_older_and_newer_switches_agree() -> None:
    for precision, allowed in (("tf32", True), ("fp32", False)):
        settle(precision)
        assert torch.backends.cuda.matmul.allow_tf32 is allowed
        assert torch.backends.cudnn.allow_tf32 is allowed


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
def test_a_gpu_computes_in_tf32_only_where_it_was_asked_for() -> None:
    settle("fp32")
    assert probe("cuda") == "fp32"
    settle("tf32")
    if torch.cuda.get_device_capability() >= (8, 0):
        assert probe("cuda") == "tf32"
    settle("fp32")
