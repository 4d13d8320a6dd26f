"""Sets of labelled images in memory, and small nets that tell their classes apart."""

import hashlib
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from PIL import Image, ImageDraw
from torch import nn

from catalogue.entry import Preprocessing
from catalogue.images.image_set import ImageSet, LabelledImage
from catalogue.measure.preprocess import make_transform

SYNSETS = ("n01440764", "n01443537", "n01484850", "n01491361", "n01494475", "n01496331")
"""The class before the last has no image."""
DRAWN = (0, 1, 2, 3, 5)
RECIPE = Preprocessing(input_size=(3, 32, 32), crop_pct=0.875, interpolation="bicubic")
_COLOURS = ((220, 40, 40), (40, 200, 60), (50, 70, 220), (220, 210, 50), (0, 0, 0), (190, 60, 200))


@dataclass(frozen=True)
class Bytes:
    """A source whose images are held by this process."""

    contents: tuple[bytes, ...]

    def read(self, index: int) -> bytes:
        return self.contents[index]

    def fingerprint(self, index: int) -> str:
        return hashlib.sha256(self.contents[index]).hexdigest()


def drawn(label: int, number: int) -> bytes:
    """A JPEG of a shape of its class's colour at a place of its own, under noise."""
    width, height = 60 + 7 * (number % 6), 50 + 5 * (label + number) % 31
    image = Image.new("RGB", (width, height), (118, 116, 113))
    left, top = 3 * (number % 6), 2 * (number % 7)
    box = (left, top, left + 28 + 3 * label, top + 30)
    draw = ImageDraw.Draw(image)
    (draw.ellipse if label % 2 else draw.rectangle)(box, fill=_COLOURS[label])
    noise = Image.effect_noise((width, height), 60).convert("RGB")
    stream = io.BytesIO()
    Image.blend(image, noise, 0.45).save(stream, "JPEG", quality=92)
    return stream.getvalue()


def image_set(
    images: Sequence[tuple[str, Sequence[int], bytes]], *, classes: tuple[int, ...] | None = None
) -> ImageSet:
    """A set of (name, labels, bytes), stored in the order in which they are given."""
    order = sorted(range(len(images)), key=lambda index: images[index][0])
    place = {index: number for number, index in enumerate(order)}
    names = "".join(f"{images[index][0]} {images[index][1]}\n" for index in order)
    return ImageSet(
        dataset="imagenet-1k",
        split="val",
        layout="folders",
        root=Path("/images"),
        synsets=SYNSETS,
        classes=classes,
        images=tuple(
            LabelledImage(name=images[index][0], labels=tuple(images[index][1])) for index in order
        ),
        reading_order=tuple(place[index] for index in range(len(images))),
        source=Bytes(tuple(images[index][2] for index in order)),
        manifest_sha256=hashlib.sha256(names.encode()).hexdigest(),
        complete=True,
    )


def small_set(per_class: int = 6) -> ImageSet:
    """Some images of each class but one, stored in another order than that of their names."""
    return image_set(
        [
            (f"{SYNSETS[label]}/{number:03d}.JPEG", (label,), drawn(label, number))
            for number in reversed(range(per_class))
            for label in DRAWN
        ]
    )


def net() -> nn.Module:
    """A net for `RECIPE` and `SYNSETS`, untrained."""
    return nn.Sequential(
        nn.Conv2d(3, 8, 5, stride=4), nn.ReLU(), nn.Flatten(), nn.Linear(8 * 7 * 7, len(SYNSETS))
    )


def trained(images: ImageSet) -> nn.Module:
    """A net that is right about most of the images, and wrong about some."""
    torch.manual_seed(3)
    transform = make_transform(RECIPE)
    read = images.source.read
    inputs = torch.stack(
        [transform(Image.open(io.BytesIO(read(index)))) for index in range(len(images.images))]
    )
    labels = torch.tensor([image.labels[0] for image in images.images])
    model = net()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9)
    while int((model(inputs).argmax(dim=1) == labels).sum()) < 0.8 * len(labels):
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(inputs), labels).backward()  # type: ignore[no-untyped-call]
        optimizer.step()
    return model.eval()
