"""Whether a backend answers as eager PyTorch in fp32 does: a fast wrong answer is a failure.

Knows no backend. What was seen, with fresh weights (the first figure is the smallest relative
error of all nets, the second the largest), of resnet18, mobilenetv3_small_100,
vit_tiny_patch16_224, convnext_atto, mobilevit_xxs, regnety_002, ghostnet_100, efficientnet_b0,
levit_128s, xcit_nano_12_p16_224, repvgg_a0, hardcorenas_a, resnext26ts,
swin_tiny_patch4_window7_224, densenet121 and dpn68, on a CPU with AVX-512 and bf16:

- fp32: 0 to 6e-7 in another layout or batch, 9e-8 to 9e-7 with ONNX Runtime, 2e-7 to 1.2e-6 with
  OpenVINO
- fp16: 3e-4 to 6e-3
- bf16: 1.2e-3 to 1.4e-2, OpenVINO's among them; autocast no more than bf16

So a limit of 1e-4 for fp32 leaves 80 times the worst, and still finds any lower precision that
somebody used without saying so; TF32 keeps as many bits as fp16. The limits of the others are
five to seven times the worst: nets deeper than these round more often.

The best class is told, not judged: fresh weights leave near ties, which swin_tiny in bf16 broke
differently for one image of eight at a relative error of 0.006.
"""

from dataclasses import dataclass
from math import ceil, isfinite

import torch
from torch import Tensor, nn

from catalogue.measure.backends.form import converted, exact_fp32
from catalogue.measure.backends.prepared import Prepared, Settings, scores

LIMITS = {"fp32": 1e-4, "tf32": 3e-2, "fp16": 3e-2, "bf16": 1e-1, "amp": 1e-1}
"""Largest relative error of each precision."""
_LEAST_IMAGES = 4
_SEED = 20260512


@dataclass(frozen=True, kw_only=True, slots=True)
class Agreement:
    """How a backend's answers differ from eager fp32's; None where those are all zeros."""

    relative_error: float | None
    """||y - y0|| / ||y0|| over all images together; infinite where an answer is not finite."""
    top1_agreement: float | None
    """Share of the images whose largest score is at the same place."""


def questions(input_size: tuple[int, int, int], batch_size: int) -> Tensor:
    """The images that every backend is asked about: the same ones everywhere.

    Returns:
        (N, C, H, W) in fp32 on the CPU; N is a multiple of the batch and 4 at least.
    """
    count = batch_size * ceil(_LEAST_IMAGES / batch_size)
    made = torch.Generator().manual_seed(_SEED)
    return torch.randn(count, *input_size, generator=made)


def reference(model: nn.Module, images: Tensor, settings: Settings, *, batch_size: int) -> Tensor:
    """Eager fp32's answers, on the device that settings name, without TF32.

    Args:
        model: Never converted.
        images: Of `questions`.
        settings: Of the backend; only the device counts.
        batch_size: As the backend runs.

    Returns:
        (N, …) in fp32 on the CPU.
    """
    plain = Settings(device_type=settings.device_type, precision="fp32")
    exact = converted(model, plain)
    with torch.inference_mode(), exact_fp32():
        answers = [
            scores(exact(part.to(plain.device_type))).float().cpu()
            for part in _batches(images, batch_size)
        ]
    return torch.cat(answers)


def agreement(
    prepared: Prepared, images: Tensor, expected: Tensor, *, batch_size: int
) -> Agreement:
    """Ask a backend and compare.

    Args:
        prepared: The backend's model.
        images: Of `questions`.
        expected: Of `reference`, for the same images.
        batch_size: As the backend runs.
    """
    with torch.inference_mode():
        answers = [
            prepared.run(prepared.place(part)).to("cpu", torch.float32, copy=True)
            for part in _batches(images, batch_size)
        ]
    return compared(torch.cat(answers), expected)


def _batches(images: Tensor, batch_size: int) -> list[Tensor]:
    return [images[at : at + batch_size] for at in range(0, len(images), batch_size)]


def compared(answers: Tensor, expected: Tensor) -> Agreement:
    """How answers (N, …) in fp32 differ from those expected."""
    if answers.shape != expected.shape:
        return Agreement(relative_error=float("inf"), top1_agreement=0.0)
    norm = expected.double().norm().item()
    error = (answers.double() - expected.double()).norm().item()
    if not isfinite(error):
        error = float("inf")
    if norm == 0 and error == 0:
        return Agreement(relative_error=None, top1_agreement=None)
    same = answers.flatten(1).argmax(1) == expected.flatten(1).argmax(1)
    return Agreement(
        relative_error=error / norm if norm else float("inf"),
        top1_agreement=same.float().mean().item(),
    )


def fault_in(found: Agreement, precision: str) -> str | None:
    """Why these answers cannot stand, in one line; None where they can."""
    error, limit = found.relative_error, LIMITS[precision]
    if error is None or error <= limit:
        return None
    if not isfinite(error):
        return (
            "answers wrongly: with scores that are infinite or no numbers, or none of the shape "
            "that eager fp32 gives"
        )
    return (
        f"answers wrongly: relative error {error:.2g} against eager fp32 on the same input, "
        f"expected at most {limit:g} in {precision}"
    )
