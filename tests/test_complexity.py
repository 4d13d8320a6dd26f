"""Tests of counting, against formulas written by hand and two other counters."""

import pytest
import timm
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from nets import NETS, Applied, Net, Tied
from torch import Tensor, nn
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.utils.flop_counter import FlopCounterMode

from catalogue.errors import CatalogueError
from catalogue.measure.complexity import measure_complexity
from catalogue.meta import on_meta
from catalogue.record import Complexity

FAMILIES = {
    "densenet121": (7_978_856, 2_834_161_664, 2_865_546_752),
    "dpn68": (12_611_602, 2_326_163_456, 2_350_639_936),
    "dpn131": (79_254_504, 16_013_648_896, 16_091_427_968),
}
"""Params, MACs and fvcore's total at 224x224; those of fvcore were read off fvcore."""


def measured(name: str, **arguments: object) -> Complexity:
    with on_meta():
        model = timm.create_model(name, **arguments)
    return measure_complexity(model, model.pretrained_cfg["input_size"])


def torchs_macs(model: nn.Module, input_size: tuple[int, int, int]) -> int:
    """Count with torch's own counter, as the third opinion."""
    image = torch.zeros((1, *input_size), device=next(model.parameters()).device)
    model.eval().requires_grad_(requires_grad=False)
    with torch.no_grad(), sdpa_kernel(SDPBackend.MATH), FlopCounterMode(display=False) as counter:
        model(image)
    return int(counter.get_total_flops()) // 2


@pytest.mark.parametrize("device", ["meta", "cpu"])
@pytest.mark.parametrize("net", NETS, ids=lambda net: net.name)
def test_nets_that_know_their_answer_are_counted_exactly(net: Net, device: str) -> None:
    with torch.device(device):
        model = net.build()
    found = measure_complexity(model, net.input_size)
    assert found.params == net.params
    assert found.macs == net.macs
    assert found.macs_checked == net.macs
    assert found.activations == net.activations
    assert found.fvcore_flops == net.macs + net.extras
    assert found.flops == 2 * net.macs
    assert found.uncounted == ()


@pytest.mark.parametrize("net", NETS, ids=lambda net: net.name)
def test_rows_add_up_to_the_whole(net: Net) -> None:
    found = measure_complexity(net.build(), net.input_size)
    assert sum(row.macs for row in found.by_module) == found.macs
    assert sum(row.params for row in found.by_module) == found.params
    assert sum(row.macs for row in found.by_operator) == found.macs


@pytest.mark.parametrize("name", FAMILIES)
def test_launch_families_have_their_known_figures(name: str) -> None:
    found = measured(name)
    assert (found.params, found.macs, found.fvcore_flops) == FAMILIES[name]
    assert found.macs_checked == found.macs


def test_densenet264_has_its_known_figures() -> None:
    found = measured("densenet121", growth_rate=32, block_config=(6, 12, 64, 48))
    assert (found.params, found.macs) == (33_337_704, 5_751_653_376)
    assert found.fvcore_flops == 5_819_811_200


@pytest.mark.filterwarnings("ignore")  # fvcore 0.1.5 imports what torch has deprecated
@pytest.mark.parametrize("name", ["test_vit", "test_resnet", "test_nfnet", "test_convnext"])
def test_small_models_agree_with_fvcore_where_attention_is_spelt_out(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    fvcore = pytest.importorskip("fvcore.nn")
    monkeypatch.setattr("timm.layers.attention.use_fused_attn", lambda *_, **__: False)
    model = timm.create_model(name).eval()
    size = model.pretrained_cfg["input_size"]
    found = measure_complexity(model, size)
    image = torch.zeros(1, *size)
    assert found.fvcore_flops == fvcore.FlopCountAnalysis(model, image).total()
    assert found.activations == fvcore.ActivationCountAnalysis(model, image).total()


@pytest.mark.parametrize(
    "name",
    ["test_vit3", "test_byobnet", "test_efficientnet", "coat_lite_tiny", "xcit_nano_12_p16_224"],
)
def test_models_agree_with_torchs_own_counter(name: str) -> None:
    with on_meta():
        model = timm.create_model(name)
    size = model.pretrained_cfg["input_size"]
    assert measure_complexity(model, size).macs == torchs_macs(model, size)


@st.composite
def convolutions(draw: st.DrawFn) -> tuple[nn.Module, tuple[int, int, int]]:
    """Any two-dimensional convolution on meta, with an image for it."""
    groups = draw(st.integers(1, 3))
    inner, outer = (groups * draw(st.integers(1, 3)) for _ in range(2))
    kernel = (draw(st.integers(1, 4)), draw(st.integers(1, 4)))
    kind = draw(st.sampled_from([nn.Conv2d, nn.ConvTranspose2d]))
    model = kind(
        in_channels=inner,
        out_channels=outer,
        kernel_size=kernel,
        stride=draw(st.integers(1, 3)),
        dilation=draw(st.integers(1, 2)),
        groups=groups,
        device="meta",
    )
    return model, (inner, 9, 8)


@settings(max_examples=40, deadline=None)
@given(case=convolutions())
def test_both_counters_agree_with_torch_on_any_convolution(
    case: tuple[nn.Module, tuple[int, int, int]],
) -> None:
    found = measure_complexity(*case)
    assert found.macs == found.macs_checked == torchs_macs(*case)


@pytest.mark.parametrize(
    "equation",
    ["ij,jk->ik", "ij,jk", "bij,bjk->bik", "...ij,...jk->...ik", "bij,bij->b", "ij,kj,kl->il"],
)
def test_both_counters_agree_on_einsum(equation: str) -> None:
    shapes = {"i": 2, "j": 3, "k": 4, "l": 5, "b": 6}
    terms = equation.partition("->")[0].replace("...", "b").split(",")
    operands = [torch.zeros([shapes[letter] for letter in term]) for term in terms]
    found = measure_complexity(Applied(lambda _: torch.einsum(equation, *operands)), (1, 1, 1))
    assert found.macs > 0
    assert found.macs_checked == found.macs


def test_an_elementwise_einsum_is_free_for_both_counters() -> None:
    model = Applied(lambda x: torch.einsum("bchw,chw->bchw", x, x[0]))
    found = measure_complexity(model, (2, 3, 4))
    assert found.macs == found.macs_checked == 0


def test_calls_that_hide_their_work_leave_the_check_undone() -> None:
    model = Applied(lambda x: torch.linalg.multi_dot([x[0, 0], x[0, 0], x[0, 0]]))
    found = measure_complexity(model, (1, 4, 4))
    assert (found.macs, found.macs_checked) == (2 * 4 * 4 * 4, None)


def test_buffers_count_as_elements_and_weigh_only_when_saved() -> None:
    model = nn.BatchNorm2d(5)
    model.register_buffer("scratch", torch.zeros(7), persistent=False)
    found = measure_complexity(model, (5, 2, 2))
    assert found.params == 2 * 5
    assert found.buffers == 2 * 5 + 1 + 7
    assert found.weights_bytes == 4 * (2 * 5) + 4 * (2 * 5) + 8


def test_weights_weigh_what_their_dtype_does_and_tied_ones_once() -> None:
    assert measure_complexity(Tied().half(), (1, 2, 6)).weights_bytes == 2 * (6 * 6 + 6 + 6)


def test_lazy_modules_are_weighed_after_they_took_shape() -> None:
    model = nn.Sequential(nn.Flatten(), nn.LazyLinear(5))
    assert measure_complexity(model, (2, 3, 4)).params == 2 * 3 * 4 * 5 + 5


def test_peak_holds_the_image_and_what_is_alive_beside_it() -> None:
    image, wide, narrow = 3 * 4 * 4, 8 * 4 * 4, 2 * 4 * 4
    model = nn.Sequential(nn.Conv2d(3, 8, 1), nn.ReLU(inplace=True), nn.Conv2d(8, 2, 1))
    found = measure_complexity(model, (3, 4, 4))
    assert found.peak_activation_bytes == 4 * (image + wide + narrow)


def test_peak_does_not_depend_on_the_device() -> None:
    models = [nn.Sequential(nn.Conv2d(3, 8, 1, device=on), nn.ReLU()) for on in ("meta", "cpu")]
    meta, cpu = (measure_complexity(model, (3, 4, 4)) for model in models)
    assert meta == cpu


def test_attention_weights_are_not_held_in_memory() -> None:
    model = Applied(lambda x: nn.functional.scaled_dot_product_attention(x, x, x))
    found = measure_complexity(model, (1, 100, 2))
    assert found.peak_activation_bytes == 4 * (100 * 2 + 100 * 2)


def test_operators_come_most_expensive_first() -> None:
    model = nn.Sequential(nn.Linear(4, 2, bias=False), nn.Conv2d(3, 5, 1))
    found = measure_complexity(model, (3, 4, 4))
    assert [(cost.operator, cost.calls, cost.macs) for cost in found.by_operator] == [
        ("convolution", 1, 5 * 3 * 4 * 2),
        ("mm", 1, 3 * 4 * 4 * 2),
    ]


def test_a_model_in_training_mode_is_counted_as_it_infers() -> None:
    model = nn.Sequential(nn.Dropout(0.5), nn.BatchNorm2d(3)).train()
    assert measure_complexity(model, (3, 1, 1)).fvcore_flops == 2 * 3
    assert not model.training


class TwoInputs(nn.Module):
    def forward(self, left: Tensor, right: Tensor) -> Tensor:
        return left + right


def refusal(model: nn.Module, input_size: tuple[int, int, int] = (3, 8, 8)) -> str:
    with pytest.raises(CatalogueError) as caught:
        measure_complexity(model, input_size)
    return str(caught.value)


def test_a_forward_that_needs_other_inputs_is_refused() -> None:
    assert refusal(TwoInputs()) == (
        "forward of TwoInputs does not take one image (missing a required argument: 'right'); "
        "expected a model that takes one tensor (N, C, H, W) and needs nothing else"
    )


def test_work_without_a_rule_is_an_error_that_names_it() -> None:
    assert refusal(Applied(torch.fft.fft2)) == (
        "operator '_fft_c2c' does work that no rule counts; "
        "expected one of those in catalogue/measure/operators.py: add its rule there"
    )
    assert "'_cdist_forward' does work" in refusal(Applied(lambda x: torch.cdist(x, x)))


def test_a_custom_operator_is_work_until_it_has_a_rule() -> None:
    @torch.library.custom_op("catalogue_tests::doubled", mutates_args=())
    def doubled(x: Tensor) -> Tensor:
        return 2 * x

    doubled.register_fake(torch.empty_like)
    assert "operator 'catalogue_tests.doubled' does work" in refusal(Applied(doubled))


def test_control_flow_by_values_is_refused_on_meta_and_counted_on_the_cpu() -> None:
    def chosen(x: Tensor, layer: nn.Module) -> object:
        return layer(x) if x.sum() >= 0 else x

    assert refusal(Applied(chosen, nn.Conv2d(3, 1, 1, device="meta"))) == (
        "forward looks at the values of a tensor ('_local_scalar_dense'), and the meta device has "
        "none; expected shapes to be enough: build the model on the CPU to count it"
    )
    assert measure_complexity(Applied(chosen, nn.Conv2d(3, 1, 1)), (3, 8, 8)).macs == 3 * 8 * 8


def test_a_fault_without_words_is_quoted() -> None:
    def picky(x: Tensor, layer: nn.Module) -> object:
        if x.shape[-1] % 7:
            raise AssertionError
        return layer(x)

    assert refusal(Applied(picky, nn.Conv2d(3, 1, 1))) == (
        "forward of Applied fails on an image of (3, 8, 8): AssertionError: "
        "'raise AssertionError'; try a size that it takes"
    )


def test_a_size_that_the_model_cannot_take_is_refused() -> None:
    assert refusal(nn.Linear(9, 4)) == (
        "forward of Linear fails on an image of (3, 8, 8): RuntimeError: mat1 and mat2 shapes "
        "cannot be multiplied (24x8 and 9x4); try a size that it takes"
    )
    with on_meta():
        model = timm.create_model("test_vit")
    assert refusal(model, (3, 97, 97)).endswith("; try a size that it takes")
