"""Tests of the quick answers on meta, against torch's own."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from catalogue.measure.meta_answers import ANSWERS

LAYOUTS = ("contiguous", "channels last", "transposed", "sliced", "expanded")
NAMES = [name.removeprefix("aten.") for name in ANSWERS]
aten = torch.ops.aten


def laid_out(layout: str, *, dtype: torch.dtype = torch.float32) -> torch.Tensor:
    """A meta tensor (2, 4, 6, 8) in memory as asked."""
    plain = torch.empty(2, 4, 6, 8, device="meta", dtype=dtype)
    if layout == "channels last":
        return plain.to(memory_format=torch.channels_last)
    if layout == "transposed":
        return torch.empty(2, 8, 6, 4, device="meta", dtype=dtype).transpose(1, 3)
    if layout == "sliced":
        return torch.empty(2, 4, 6, 24, device="meta", dtype=dtype)[..., ::3]
    if layout == "expanded":
        return torch.empty(2, 1, 6, 8, device="meta", dtype=dtype).expand(2, 4, 6, 8)
    return plain


def arguments(name: str, first: torch.Tensor) -> list[tuple[object, ...]]:
    """Several lists of arguments behind the first, by operator."""
    number = torch.empty(4, device="meta")
    other = torch.empty(2, 4, 6, 8, device="meta")
    special: dict[str, list[tuple[object, ...]]] = {
        "_softmax.default": [(first, -1, False), (first, 1, False)],
        "_safe_softmax.default": [(first, -1), (first, 1, torch.float64)],
        "addmm.default": [
            (
                torch.empty(5, device="meta"),
                torch.empty(3, 4, device="meta"),
                number.expand(5, 4).t(),
            )
        ],
        "clamp.default": [(first, 0, 1)],
        "clamp_min.default": [(first, 0)],
        "linalg_vector_norm.default": [(first, 2, [1]), (first, 2, [1, -1], True), (first, 2)],
        "mean.dim": [(first, [2, 3]), (first, [-1], True), (first, [])],
        "mul.Scalar": [(first, 2)],
        "native_batch_norm.default": [
            (first, number, number, number, number, False, 0.1, 1e-5),
            (first, None, None, number, number, False, 0.1, 1e-5),
            (first, number, number, None, None, True, 0.1, 1e-5),
        ],
        "native_group_norm.default": [(first, number, number, 2, 4, 48, 2, 1e-5)],
        "native_layer_norm.default": [
            (first, [8], None, None, 1e-5),
            (first, [6, 8], None, None, 1),
        ],
        "pow.Tensor_Scalar": [(first, 2), (first, 0.5)],
    }
    if name in special:
        return special[name]
    if name.endswith(".Tensor"):
        smaller = torch.empty(4, 1, 1, device="meta")
        return [(first, other), (first, smaller), (smaller, first), (first, first), (first, 2)]
    return [(first,)]


def described(result: object) -> object:
    """What later operators could tell apart; strides of single steps tell nothing."""
    if isinstance(result, tuple | list):
        return [described(result[0])]
    assert isinstance(result, torch.Tensor)
    strides = [step for n, step in zip(result.shape, result.stride(), strict=True) if n > 1]
    return tuple(result.shape), result.dtype, strides, result.device.type


def torchs_answer(name: str, args: tuple[object, ...]) -> object:
    packet, overload = name.split(".")
    return getattr(getattr(aten, packet), overload)(*args)


CASES = [
    (name, layout)
    for name in NAMES
    for layout in LAYOUTS
    if not (layout == "expanded" and name.partition(".")[0].endswith("_"))
]
"""All but changing an expanded tensor in place, which torch refuses."""


@pytest.mark.parametrize(("name", "layout"), CASES)
def test_answers_are_torchs_own(name: str, layout: str) -> None:
    first = laid_out(layout)
    for args in arguments(name, first):
        answer = ANSWERS[f"aten.{name}"](args)
        if answer is not None:
            assert described(answer) == described(torchs_answer(name, args)), args


@pytest.mark.parametrize("name", NAMES)
def test_the_plain_case_is_answered(name: str) -> None:
    args = arguments(name, laid_out("contiguous"))[0]
    assert ANSWERS[f"aten.{name}"](args) is not None


@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("add.Tensor", (torch.empty(3, device="meta"), torch.empty(4, device="meta"))),
        ("add_.Tensor", (torch.empty(3, device="meta"), torch.empty(2, 3, device="meta"))),
        ("mul.Tensor", (torch.empty(3, device="meta"), torch.empty(3))),
        ("mul.Tensor", (torch.empty(3, device="meta"), torch.empty(3, 1).half())),
        ("native_layer_norm.default", (torch.empty(3, 4, device="meta"), [5], None, None, 1e-5)),
        (
            "addmm.default",
            tuple(torch.empty(shape, device="meta") for shape in [(5,), (3, 4), (3, 5)]),
        ),
        (
            "native_batch_norm.default",
            (
                torch.empty(1, 3, 2, 2, device="meta"),
                *4 * [torch.empty(4, device="meta")],
                *(False, 0.1, 1e-5),
            ),
        ),
    ],
)
def test_what_torch_may_refuse_is_left_to_torch(name: str, args: tuple[object, ...]) -> None:
    assert ANSWERS[f"aten.{name}"](args) is None


@settings(max_examples=60, deadline=None)
@given(
    left=st.lists(st.sampled_from([1, 2, 3]), max_size=4),
    right=st.lists(st.sampled_from([1, 2, 3]), max_size=4),
)
def test_broadcasting_is_answered_as_torch_would_or_not_at_all(
    left: list[int], right: list[int]
) -> None:
    first, second = torch.empty(left, device="meta"), torch.empty(right, device="meta")
    answer = ANSWERS["aten.add.Tensor"]((first, second))
    if answer is not None:
        assert described(answer) == described(first + second)
