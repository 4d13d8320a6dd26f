"""Whether a backend answers as eager PyTorch in fp32 does: a fast wrong answer is a failure.

Knows no backend. Seen, with random weights that `measure.awake` has woken, at batch 2 of 224 x 224
on a CPU with AVX-512 and bf16 (torch 2.14, ONNX Runtime 1.32, OpenVINO 2026.4), were resnet18,
resnet50, convnext_atto, cait_xxs24_224, mobilenetv3_small_100, densenet121, dpn68, regnety_002,
repvgg_a0, efficientnet_b0, vit_tiny_patch16_224, swin_tiny_patch4_window7_224 and torchvision's
convnext_tiny; bf16 of 50 more. The smallest and the largest relative errors:

- fp32: 0 to 6.5e-7 in channels_last, 8.9e-8 to 1.0e-6 with ONNX Runtime, 1.4e-7 to 1.4e-6 with
  OpenVINO, 2.5e-7 and 5.4e-7 with torch.compile (resnet18 and convnext_atto alone)
- fp16: 3.1e-4 to 6.4e-3; of nets without batch norm up to 1.1e-2 (resnetv2_50x1_bit)
- bf16: 2.5e-3 to 2.1e-2, with OpenVINO 2.6e-3 to 1.4e-2; eca_nfnet_l0 0.054, dm_nfnet_f0 0.061,
  resnetv2_50x1_bit 0.070, visformer_tiny 0.089; autocast to it no more

So a limit of 1e-4 for fp32 leaves seventy times the worst, and still finds any lower precision that
was used unasked; TF32 keeps as many bits as fp16. The limits of the others are three and a half
times the worst of most nets or more; for bf16 of the four named last they leave little, and
relatives of theirs that are deeper may be refused though right.

Noise in place of all inner convolutions and products is off by 0.29 to 1.8, but 0.0078 in
ghostnet_100 and 0.017 in repghostnet_050, whose scores are the head's bias nearly alone: in fp32 it
is found there as well, in fp16 and bf16 it is not. Neither is a single layer of little weight, such
as one attention of cait_xxs24_224. Nets that grow without trained statistics leave fp16's range:
visformer_tiny, with fresh weights of its own, answers there with what is not finite.

The best class is told, not judged: random weights leave near ties, which bf16 breaks differently
for one image of four in convnext_atto and efficientnet_b0, at relative errors of 0.008 and 0.016.
Others' scores hardly depend on the image (convmixer_768_32), so that an answer to the wrong image
would pass: tests ask for two images.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, isfinite

import torch
from torch import Tensor, nn

from catalogue.backend import ERROR_AT_MOST
from catalogue.failing import failure
from catalogue.measure.backends.form import copied
from catalogue.measure.backends.prepared import Prepared, Settings, numbers
from catalogue.measure.precision import settle
from catalogue.record import Failure

_LEAST_IMAGES = 4
_SEED = 20260512


@dataclass(frozen=True, kw_only=True, slots=True)
class Agreement:
    """How a backend's answers differ from eager fp32's; None where those are all zeros."""

    relative_error: float | None
    """||y - y0|| / ||y0|| over all images together, of the tensor that is farthest off; infinite
    where an answer is not finite."""
    top1_agreement: float | None
    """Share of the images whose largest score is at the same place; None of single numbers too."""


def questions(input_size: tuple[int, int, int], batch_size: int) -> Tensor:
    """The images that every backend is asked about: the same ones everywhere.

    Returns:
        (N, C, H, W) in fp32 on the CPU; N is a multiple of the batch and 4 at least.
    """
    count = batch_size * ceil(_LEAST_IMAGES / batch_size)
    made = torch.Generator().manual_seed(_SEED)
    return torch.randn(count, *input_size, generator=made)


def reference(
    model: nn.Module, images: Tensor, settings: Settings, *, batch_size: int
) -> tuple[Tensor, ...]:
    """Eager fp32's answers, on the device that settings name, without TF32.

    Args:
        model: Never converted.
        images: Of `questions`.
        settings: Of the backend: the device counts, and the precision is settled again.
        batch_size: As the backend runs.

    Returns:
        All tensors of floating point, each (N, …) in fp32 on the CPU.
    """
    plain = Settings(device_type=settings.device_type, precision="fp32")
    exact = model if settings.device_type == "cpu" else copied(model, plain)
    settle("fp32")
    try:
        with torch.inference_mode():
            given = [
                _told(numbers(exact(part.to(plain.device_type))))
                for part in _batches(images, batch_size)
            ]
    finally:
        settle(settings.precision)
    return _joined(given)


def answers(prepared: Prepared, images: Tensor, *, batch_size: int) -> tuple[Tensor, ...]:
    """What a backend's model answers.

    Args:
        prepared: The backend's model.
        images: Of `questions`.
        batch_size: As the backend runs.

    Returns:
        As `reference`.
    """
    with torch.inference_mode():
        given = [
            _told(prepared.whole(prepared.place(part))) for part in _batches(images, batch_size)
        ]
    return _joined(given)


def _told(given: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
    """Copies on the CPU; one number for a whole batch counts as a row."""
    told = (one.to("cpu", torch.float32, copy=True) for one in given)
    return tuple(one if one.dim() else one.reshape(1) for one in told)


def _joined(given: list[tuple[Tensor, ...]]) -> tuple[Tensor, ...]:
    """Each tensor of all batches; those whose sizes differ from batch to batch as bare numbers."""
    return tuple(
        torch.cat(parts)
        if len({part.shape[1:] for part in parts}) == 1
        else torch.cat([part.flatten() for part in parts])
        for parts in zip(*given, strict=True)
    )


def _batches(images: Tensor, batch_size: int) -> list[Tensor]:
    return [images[at : at + batch_size] for at in range(0, len(images), batch_size)]


def compared(given: Sequence[Tensor], expected: Sequence[Tensor]) -> Agreement:
    """How answers, each (N, …) in fp32, differ from those expected: the worst of all tensors.

    The best class is that of the first.
    """
    if [one.shape for one in given] != [one.shape for one in expected]:
        return Agreement(relative_error=float("inf"), top1_agreement=0.0)
    every = [_error(*pair) for pair in zip(given, expected, strict=True)]
    worst = max((one for one in every if one is not None), default=None)
    return Agreement(
        relative_error=worst,
        top1_agreement=None if every[0] is None else _same_best(given[0], expected[0]),
    )


def _error(given: Tensor, expected: Tensor) -> float | None:
    norm: float = expected.double().norm().item()
    error: float = (given.double() - expected.double()).norm().item()
    if not isfinite(error):
        return float("inf")
    if norm == 0:
        return float("inf") if error else None
    return error / norm


def _same_best(given: Tensor, expected: Tensor) -> float | None:
    left, right = (one.reshape(len(one), -1) for one in (given, expected))
    if left.shape[1] == 1:  # one number for an image has no best class
        return None
    same = left.argmax(1) == right.argmax(1)
    return same.float().mean().item()


def fault_in(found: Agreement, precision: str) -> Failure | None:
    """Why these answers cannot stand; None where they can."""
    error, limit = found.relative_error, ERROR_AT_MOST[precision]
    if error is None or error <= limit:
        return None
    if not isfinite(error):
        return failure("not-finite")
    return failure(
        "wrong-answers",
        ("error", f"{error:.2g}"),
        ("limit", f"{limit:g}"),
        ("precision", precision),
    )
