"""Tests of building without weights."""

import gc

import pytest
import timm
import torch
from torch import nn

from catalogue.meta import hollow, on_meta


def test_models_are_built_without_values() -> None:
    with on_meta():
        model = timm.create_model("test_vit")
    assert {tensor.device.type for tensor in model.parameters()} == {"meta"}


def test_shapes_and_names_are_those_of_a_real_model() -> None:
    with on_meta():
        hollow = timm.create_model("test_convnext")
    real = timm.create_model("test_convnext")
    assert {name: (one.shape, one.dtype) for name, one in hollow.state_dict().items()} == {
        name: (one.shape, one.dtype) for name, one in real.state_dict().items()
    }


def test_tensors_with_a_device_of_their_own_keep_their_values() -> None:
    with on_meta():
        ramp = torch.linspace(0, 1, 3, device="cpu").mul_(2)
        ones = torch.ones(2, device="cpu")
        fives = torch.empty(2, device="cpu").fill_(5)
    assert ramp.tolist() == [0, 1, 2]
    assert ones.tolist() == [1, 1]
    assert fives.tolist() == [5, 5]


def test_values_outside_are_drawn_as_if_nothing_had_been_built() -> None:
    torch.manual_seed(1)
    expected = torch.rand(1)
    torch.manual_seed(1)
    with on_meta():
        nn.Linear(4, 4)
    assert torch.rand(1) == expected


def test_everything_is_as_before_after_a_failure() -> None:
    with pytest.raises(ZeroDivisionError), on_meta():
        _ = 1 / 0
    assert gc.isenabled()
    assert nn.Linear(2, 2).weight.device.type == "cpu"
    assert nn.init.constant_(torch.empty(1), 3).item() == 3


def widths_from_tensors() -> nn.Module:
    first, second = (torch.arange(2) * 3 + 2).tolist()
    return nn.Linear(first, second)


def test_models_whose_building_needs_values_are_hollow_all_the_same() -> None:
    weight = hollow(widths_from_tensors).get_parameter("weight")
    assert (weight.shape, weight.device.type) == ((5, 2), "meta")


def test_faults_of_the_builder_itself_are_passed_on() -> None:
    def fails() -> nn.Module:
        return nn.Linear(2, -1)

    with pytest.raises(RuntimeError, match="negative dimension -1"):
        hollow(fails)
