"""What is called fvcore's total is what fvcore itself prints."""

import warnings

import pytest
import timm
import torch
from torch import nn

from catalogue.measure.complexity import measure_complexity

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # fvcore scripts a function with what torch has deprecated
    from fvcore.nn import FlopCountAnalysis


def fvcores_total(model: nn.Module) -> int:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # … and traces through what torch has deprecated
        analysis = FlopCountAnalysis(model, torch.zeros(1, 3, 224, 224))
        analysis.unsupported_ops_warnings(enabled=False).uncalled_modules_warnings(enabled=False)
        total: int = analysis.total()
    return total


@pytest.mark.parametrize("name", ["dpn68", "densenet121", "mobilenetv3_small_100", "resnet18"])
def test_the_total_under_fvcores_rules_is_fvcores(name: str) -> None:
    model = timm.create_model(name).eval().requires_grad_(requires_grad=False)
    assert measure_complexity(model, (3, 224, 224)).fvcore_flops == fvcores_total(model)
