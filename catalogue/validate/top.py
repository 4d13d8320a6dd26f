"""From scores to the best classes of each image, and from those to hits.

Knows numbers. Knows nothing of images, models or files.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from catalogue.images.image_set import LabelledImage

BEST = 5
"""The 5 of top-5."""
NOBODY = -1
"""In place of a class whose score is no number, and where fewer than five compete."""

Classes = npt.NDArray[np.int16]
"""(N, 5): the five best classes of each image, the best one first."""
Flags = npt.NDArray[np.bool_]


def best_classes(scores: Tensor, competing: Sequence[int] | None = None) -> tuple[Classes, Flags]:
    """The five classes with the highest scores.

    Args:
        scores: (N, outputs), of any floating dtype, on any device.
        competing: The outputs that count, in rising order; None: all of them.

    Returns:
        The classes (N, 5), and (N) whether every score that counts was a finite number. Of equal
        scores the lower output comes first. A score that is no number comes before every other,
        and stands as `NOBODY`: it takes a place and is never right.
    """
    outputs = torch.arange(scores.shape[1], device=scores.device)
    if competing is not None:
        outputs = torch.tensor(competing, device=scores.device)
        scores = scores[:, outputs]
    scores = scores.float()
    ordered, places = scores.sort(dim=1, descending=True, stable=True)
    best = outputs[places[:, :BEST]].masked_fill(ordered[:, :BEST].isnan(), NOBODY)
    lack = BEST - best.shape[1]
    if lack > 0:
        best = torch.nn.functional.pad(best, (0, lack), value=NOBODY)
    return best.to(torch.int16).cpu().numpy(), scores.isfinite().all(dim=1).cpu().numpy()


def right(best: Classes, images: Sequence[LabelledImage]) -> tuple[Flags, Flags]:
    """Which images were right at first guess, and within five.

    Source: top-1 and top-5 of https://arxiv.org/abs/1409.0575, section 4.1; for several right
    labels https://arxiv.org/abs/2006.07159, section 3: any of them will do.
    """
    most = max((len(image.labels) for image in images), default=0)
    # A row of labels for each image, filled up by what no class is equal to.
    labels = np.full((len(images), max(most, 1)), NOBODY - 1, dtype=np.int16)
    for row, image in zip(labels, images, strict=True):
        row[: len(image.labels)] = image.labels
    hits = (best[:, :, None] == labels[:, None, :]).any(axis=2)
    return hits[:, 0], hits.any(axis=1)


def expected_hits(best: Classes, images: Sequence[LabelledImage]) -> float:
    """Top-1 hits to be expected if guesses knew nothing of the images, yet were as they are.

    Each class is guessed as often as it was, at random: what agrees then is chance.

    Source: the expected agreement of Cohen 1960, https://doi.org/10.1177/001316446002000104.
    """
    outputs = 1 + max((label for image in images for label in image.labels), default=0)
    guesses = best[:, 0]
    guessed = np.bincount(guesses[(guesses >= 0) & (guesses < outputs)], minlength=outputs)
    labelled = np.bincount([label for image in images for label in image.labels], minlength=outputs)
    return float(guessed @ labelled) / max(1, len(images))


def by_class(
    hits: Flags, images: Sequence[LabelledImage], classes: int
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Hits and images of each class; an image with several right labels is one of each."""
    found, asked = [0] * classes, [0] * classes
    for hit, image in zip(hits.tolist(), images, strict=True):
        for label in image.labels:
            asked[label] += 1
            found[label] += hit
    return tuple(found), tuple(asked)
