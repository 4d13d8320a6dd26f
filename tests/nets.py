"""Nets that know their answer: tiny modules with counts written as formulas by hand."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional


@dataclass(frozen=True, kw_only=True, slots=True)
class Net:
    """A model to build, and what must be counted in one pass of one image."""

    name: str
    build: Callable[[], nn.Module]
    input_size: tuple[int, int, int]
    params: int
    macs: int
    activations: int
    extras: int = 0
    """What fvcore adds to `macs`."""


class Applied(nn.Module):
    """A module of its own from a function of its parts and the image."""

    def __init__(self, function: Callable[..., object], *parts: nn.Module) -> None:
        super().__init__()
        self.parts = nn.ModuleList(parts)
        self.function = function

    def forward(self, image: Tensor) -> object:
        return self.function(image, *self.parts)


class Tied(nn.Module):
    """A linear layer and another that has the first one's weight."""

    def __init__(self) -> None:
        super().__init__()
        self.inwards = nn.Linear(6, 6)
        self.outwards = nn.Linear(6, 6)
        self.outwards.weight = self.inwards.weight

    def forward(self, image: Tensor) -> Tensor:
        out: Tensor = self.outwards(self.inwards(image))
        return out


class Bypassed(nn.Module):
    """Its stem is never called, only what is inside the stem."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(3, 4, 1, bias=False), nn.ReLU())
        self.head = nn.Linear(4, 2, bias=False)

    def forward(self, image: Tensor) -> Tensor:
        features = image
        for module in self.stem:
            features = module(features)
        out: Tensor = self.head(features.mean((2, 3)))
        return out @ out.new_zeros(2, 5)


def _self_attention(image: Tensor, layer: nn.Module) -> Tensor:
    tokens = image.flatten(2)
    out: Tensor = layer(tokens, tokens, tokens, need_weights=False)[0]
    return out


def _fused_attention(image: Tensor) -> Tensor:
    query, key, value = image[:, :, :5], image[..., :6], image[..., :6]
    return functional.scaled_dot_product_attention(query[..., :6], key, value[..., :4])


def _recurrence(image: Tensor, layer: nn.Module) -> object:
    return layer(image.flatten(2))


NETS = (
    Net(
        name="convolution",
        build=lambda: nn.Conv2d(3, 8, 3, stride=2, padding=1),
        input_size=(3, 10, 14),
        params=8 * 3 * 3 * 3 + 8,
        macs=(8 * 5 * 7) * (3 * 3 * 3),
        activations=8 * 5 * 7,
    ),
    Net(
        name="grouped and dilated convolution",
        build=lambda: nn.Conv2d(4, 6, (3, 2), groups=2, dilation=2, bias=False),
        input_size=(4, 9, 9),
        params=6 * (4 // 2) * 3 * 2,
        macs=(6 * 5 * 7) * (4 // 2 * 3 * 2),
        activations=6 * 5 * 7,
    ),
    Net(
        name="depthwise convolution padded by name",
        build=lambda: nn.Conv2d(4, 4, 4, groups=4, padding="same"),
        input_size=(4, 9, 8),
        params=4 * 4 * 4 + 4,
        macs=(4 * 9 * 8) * (4 * 4),
        activations=4 * 9 * 8,
    ),
    Net(
        name="grouped transposed convolution",
        build=lambda: nn.ConvTranspose2d(4, 6, 3, stride=2, groups=2, bias=False),
        input_size=(4, 5, 7),
        params=4 * (6 // 2) * 3 * 3,
        macs=(4 * 5 * 7) * (6 // 2 * 3 * 3),
        activations=6 * 11 * 15,
    ),
    Net(
        name="convolutions of one and three dimensions",
        build=lambda: Applied(
            lambda image, line, block: (line(image[0]), block(image[None])),
            nn.Conv1d(5, 2, 3),
            nn.Conv3d(1, 2, 3),
        ),
        input_size=(3, 5, 6),
        params=(2 * 5 * 3 + 2) + (2 * 1 * 27 + 2),
        macs=(3 * 2 * 4) * (5 * 3) + (2 * 1 * 3 * 4) * 27,
        activations=3 * 2 * 4 + 2 * 1 * 3 * 4,
    ),
    Net(
        name="linear layers with and without bias",
        build=lambda: nn.Sequential(nn.Linear(6, 5), nn.Linear(5, 4, bias=False)),
        input_size=(3, 7, 6),
        params=(6 * 5 + 5) + 5 * 4,
        macs=3 * 7 * (6 * 5 + 5 * 4),
        activations=3 * 7 * (5 + 4),
    ),
    Net(
        name="tied weights",
        build=Tied,
        input_size=(1, 2, 6),
        params=6 * 6 + 6 + 6,
        macs=2 * 2 * 6 * 6,
        activations=2 * 2 * 6,
    ),
    Net(
        name="one module called three times",
        build=lambda: Applied(
            lambda image, layer: layer(layer(layer(image))), nn.Conv2d(3, 3, 1, bias=False)
        ),
        input_size=(3, 4, 4),
        params=3 * 3,
        macs=3 * (3 * 3 * 4 * 4),
        activations=3 * (3 * 4 * 4),
    ),
    Net(
        name="attention as one function",
        build=lambda: Applied(_fused_attention),
        input_size=(2, 7, 8),
        params=0,
        macs=2 * 5 * 7 * (6 + 4),
        activations=2 * 5 * (7 + 4),
    ),
    Net(
        name="attention as a module",
        build=lambda: Applied(_self_attention, nn.MultiheadAttention(12, 3, batch_first=True)),
        input_size=(5, 3, 4),
        params=4 * (12 * 12 + 12),
        macs=4 * (5 * 12 * 12) + 2 * (5 * 5 * 12),
        activations=5 * (3 * 12) + 3 * 5 * 5 + 5 * 12 + 5 * 12,
    ),
    Net(
        name="transformer layer",
        build=lambda: Applied(_recurrence, nn.TransformerEncoderLayer(12, 3, 20, batch_first=True)),
        input_size=(5, 3, 4),
        params=4 * (12 * 12 + 12) + (12 * 20 + 20) + (20 * 12 + 12) + 2 * 24,
        macs=4 * (5 * 12 * 12) + 2 * (5 * 5 * 12) + 2 * (5 * 12 * 20),
        activations=5 * (3 * 12) + 3 * 5 * 5 + 5 * 12 + 5 * 12 + 5 * (20 + 12),
        extras=2 * 5 * (5 * 12),
    ),
    Net(
        name="recurrence in both directions and two layers",
        build=lambda: Applied(
            _recurrence, nn.LSTM(12, 4, num_layers=2, bidirectional=True, batch_first=True)
        ),
        input_size=(5, 3, 4),
        params=2 * 16 * (12 + 4 + 2) + 2 * 16 * (8 + 4 + 2),
        macs=5 * (2 * 16 * (12 + 4) + 2 * 16 * (8 + 4)),
        activations=5 * (2 * 2 * (16 + 16)),
    ),
    Net(
        name="gated recurrence",
        build=lambda: Applied(_recurrence, nn.GRU(12, 4, batch_first=True)),
        input_size=(5, 3, 4),
        params=12 * (12 + 4 + 2),
        macs=5 * 12 * (12 + 4),
        activations=5 * (12 + 12),
    ),
    Net(
        name="products of matrices and vectors",
        build=lambda: Applied(
            lambda x: (x @ x, x[0, 0] @ x, x[0, 0, 0] @ x[0, 0, 0], torch.addmm(*3 * [x[0, 0]]))
        ),
        input_size=(2, 4, 4),
        params=0,
        macs=2 * 4 * 4 * 4 + 2 * 4 * 4 * 4 + 4 + 4 * 4 * 4,
        activations=2 * 4 * 4 + 2 * 4 * 4 + 1 + 4 * 4,
    ),
    Net(
        name="einsum over two letters",
        build=lambda: Applied(lambda x: torch.einsum("bchw,bkhw->bck", x, x[:, :2])),
        input_size=(3, 4, 5),
        params=0,
        macs=3 * 2 * (4 * 5),
        activations=3 * 2,
    ),
    Net(
        name="bilinear form",
        build=lambda: Applied(lambda x, form: form(x[0], x[0]), nn.Bilinear(4, 4, 5, bias=False)),
        input_size=(2, 3, 4),
        params=5 * 4 * 4,
        macs=2 * 3 * 5 * 4 * 4,
        activations=2 * 3 * 5,
    ),
    Net(
        name="norms, pooling and upsampling",
        build=lambda: nn.Sequential(
            nn.BatchNorm2d(4),
            nn.BatchNorm2d(4, affine=False),
            nn.GroupNorm(2, 4),
            nn.LayerNorm(6),
            nn.LayerNorm(6, elementwise_affine=False),
            nn.Upsample(scale_factor=2),
            nn.Upsample(scale_factor=2, mode="bilinear"),
            nn.AdaptiveAvgPool2d(1),
        ),
        input_size=(4, 6, 6),
        params=2 * 4 + 2 * 4 + 2 * 6,
        macs=0,
        activations=0,
        extras=4 * 6 * 6 * ((2 + 1) + 5 + (5 + 4) + 4 + 4 * 16 + 16),
    ),
    Net(
        name="a part that is bypassed, work outside all parts",
        build=Bypassed,
        input_size=(3, 5, 5),
        params=3 * 4 + 4 * 2,
        macs=5 * 5 * 3 * 4 + 4 * 2 + 2 * 5,
        activations=5 * 5 * 4 + 2 + 5,
    ),
)
