"""Fresh weights whose branches all have a say, so that a wrong one shows in the answers."""

from collections.abc import Callable
from copy import deepcopy
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

from catalogue.measure.awake import awaken
from catalogue.measure.backends.agreement import Agreement, compared, fault_in, questions
from catalogue.measure.disturbance import Limits
from catalogue.measure.job import Job
from catalogue.measure.process import run_worker
from catalogue.measure.timing import Budget

WIDTH = 8
INPUT_SIZE = (3, 16, 16)
ASLEEP = {
    "norm": lambda: torch.zeros(WIDTH),
    "layer scale": lambda: torch.full((WIDTH, 1, 1), 1e-6),
    "deep layer scale": lambda: torch.full((1, WIDTH, 1, 1), 1e-2),
    "one factor": lambda: torch.zeros(()),
    "one factor in a list": lambda: torch.zeros(1),
}


class Residual(nn.Module):
    """A stem, a branch that is scaled before it is added, and a head."""

    def __init__(self, scale: Tensor) -> None:
        super().__init__()
        self.stem = nn.Conv2d(3, WIDTH, 3, padding=1)
        self.branch = nn.Conv2d(WIDTH, WIDTH, 3, padding=1)
        nn.init.normal_(self.branch.weight, std=(WIDTH * 9) ** -0.5)
        self.scale = nn.Parameter(scale)
        self.head = nn.Linear(WIDTH, 10)

    def forward(self, images: Tensor) -> Tensor:
        features = self.stem(images)
        scale = self.scale.reshape(-1, 1, 1) if self.scale.dim() == 1 else self.scale
        features = features + scale * self.branch(features)
        scores: Tensor = self.head(features.flatten(2).transpose(1, 2))
        return scores


def residual(kind: str) -> Residual:
    torch.manual_seed(0)
    return Residual(ASLEEP[kind]()).eval().requires_grad_(requires_grad=False)


def with_a_wrong_branch(model: Residual) -> Agreement:
    wrong = deepcopy(model)
    drawn = torch.Generator().manual_seed(1)
    weight = wrong.branch.weight
    weight.copy_(torch.randn(weight.shape, generator=drawn) / (WIDTH * 9) ** 0.5)
    images = questions(INPUT_SIZE, 4)
    return compared([wrong(images)], [model(images)])


@pytest.mark.parametrize("kind", ASLEEP)
def test_a_wrong_branch_is_found_in_every_precision_once_its_scale_is_awake(kind: str) -> None:
    model = residual(kind)
    assert fault_in(with_a_wrong_branch(model), "bf16") is None
    awaken(model, seed=0)
    for precision in ("fp32", "fp16", "bf16"):
        assert fault_in(with_a_wrong_branch(model), precision) is not None
    assert (with_a_wrong_branch(model).relative_error or 0) > 0.2


@pytest.mark.parametrize("kind", ASLEEP)
def test_shapes_and_types_stay_and_scales_are_those_of_trained_nets(kind: str) -> None:
    model = residual(kind)
    before = model.scale
    assert awaken(model, seed=0) == ("scale",)
    assert model.scale is before
    assert model.scale.shape == ASLEEP[kind]().shape
    assert model.scale.dtype == torch.float32
    assert 0.2 <= model.scale.min().item() <= model.scale.max().item() <= 0.5


class Beginning(nn.Module):
    """What begins as zeros beside scales."""

    def __init__(self) -> None:
        super().__init__()
        self.pos_embed = nn.Parameter(torch.zeros(1, 4, WIDTH))
        self.cls_token = nn.Parameter(1e-6 * torch.randn(1, 1, WIDTH))
        self.beta = nn.Parameter(torch.zeros(1, WIDTH))
        self.norm = nn.LayerNorm(WIDTH)
        self.conv = nn.Conv2d(400, WIDTH, 1)
        self.head = nn.Linear(400, 50)
        self.tied = nn.Linear(400, 50)
        self.lazy = nn.LazyLinear(3)
        for zeros in (self.conv.weight, self.conv.bias, self.head.weight, self.head.bias):
            nn.init.zeros_(zeros)  # type: ignore[arg-type]  # both have biases
        self.tied.weight = self.head.weight


def beginning() -> Beginning:
    torch.manual_seed(0)
    return Beginning()


def test_matrices_are_drawn_by_their_inputs_and_biases_and_the_rest_stay() -> None:
    model, before = beginning(), beginning()
    drawn = awaken(model, seed=0)
    assert drawn == ("pos_embed", "cls_token", "conv.weight", "head.weight")
    for weight in (model.conv.weight, model.head.weight):
        assert weight.std().item() == pytest.approx(0.05, rel=0.1)
    assert model.tied.weight is model.head.weight
    assert 0.01 < model.pos_embed.std().item() < 0.03
    assert 0.005 < model.cls_token.std().item() < 0.04
    kept = [name for name, _ in before.named_parameters() if name not in (*drawn, "lazy.weight")]
    assert {"beta", "norm.weight", "conv.bias", "head.bias", "tied.bias"} < set(kept)
    for name in kept:
        if not name.startswith("lazy"):
            assert torch.equal(model.get_parameter(name), before.get_parameter(name))


def test_the_same_seed_draws_the_same_whatever_else_has_drawn() -> None:
    first, again, other = residual("norm"), residual("norm"), residual("norm")
    awaken(first, seed=3)
    torch.rand(5)
    state = torch.random.get_rng_state()
    awaken(again, seed=3)
    assert torch.equal(torch.random.get_rng_state(), state)
    awaken(other, seed=4)
    assert torch.equal(first.scale, again.scale)
    assert not torch.equal(first.scale, other.scale)


def stack(blocks: int, block: Callable[[], nn.Module]) -> nn.Module:
    torch.manual_seed(0)
    parts = [nn.Conv2d(3, WIDTH, 3), *(block() for _ in range(blocks))]
    return nn.Sequential(*parts).eval().requires_grad_(requires_grad=False)


class Block(nn.Module):
    """A convolution that keeps the variance, and a last norm that begins as zeros."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(WIDTH, WIDTH, 3, padding=1)
        nn.init.normal_(self.conv.weight, std=(WIDTH * 9) ** -0.5)
        self.norm = nn.BatchNorm2d(WIDTH)
        nn.init.zeros_(self.norm.weight)

    def forward(self, features: Tensor) -> Tensor:
        out: Tensor = features + self.norm(self.conv(features))
        return out


def test_fifty_awake_branches_stay_within_fp16() -> None:
    model = stack(50, Block)
    images = questions(INPUT_SIZE, 4)
    asleep = model(images)
    assert len(awaken(model, seed=0)) == 50
    assert 1.5 * asleep.std() < model(images).std() < 1000


class Faint(nn.Module):
    """Two batch norms side by side that let a tenth through and add as much of their own."""

    def __init__(self) -> None:
        super().__init__()
        self.left, self.right = nn.BatchNorm2d(WIDTH), nn.BatchNorm2d(WIDTH)
        for norm in (self.left, self.right):
            nn.init.normal_(norm.weight, 0.1, 0.1)
            nn.init.normal_(norm.bias, 0.0, 0.1)

    def forward(self, features: Tensor) -> Tensor:
        return torch.tanh(self.left(features) + self.right(features))


def test_an_image_still_counts_behind_norms_that_began_faint() -> None:
    model = stack(20, Faint)
    first, second = questions(INPUT_SIZE, 4)[:2]
    assert (model(first[None]) - model(second[None])).abs().max() < 1e-6
    assert len(awaken(model, seed=0)) == 40
    assert (model(first[None]) - model(second[None])).abs().max() > 0.1


ZOO = """
import torch
class Net(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.branch = torch.nn.Conv2d(3, 3, 3, padding=1)
        self.scale = torch.nn.Parameter(torch.zeros(3, 1, 1))
    def forward(self, images):
        branch = self.branch(images)
        if images.dtype == torch.bfloat16:
            branch = -branch
        return (images + self.scale * branch).mean(2)
"""


def test_a_wrong_branch_that_began_as_nothing_gets_no_time(tmp_path: Path) -> None:
    (tmp_path / "zero_zoo.py").write_text(ZOO)
    job = Job(
        model="zero",
        target="zero_zoo:Net",
        arguments='{"args": [], "kwargs": {}}',
        allowed=("zero_zoo",),
        path=(str(tmp_path),),
        input_size=(3, 8, 8),
        device_type="cpu",
        precision="bf16",
        memory_format="contiguous",
        batch_sizes=(1,),
        threads=1,
        budget=Budget(warmup_s=0.05, sample_s=0.05, least_s=0.0),
        limits=Limits(foreign=9.0, waiting=9.0, pace=False),  # tests may run beside anything
    )
    (timed,) = run_worker(job)
    assert timed.samples is None
    assert timed.failure is not None
    assert timed.failure.code == "wrong-answers"
