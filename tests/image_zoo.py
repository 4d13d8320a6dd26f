"""Small ImageNets: real JPEGs in every layout that users have.

Plain functions; each takes (synset, file name, JPEG bytes) and returns the path to open.
"""

import io
import random
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from PIL import Image

from catalogue.images.synsets import imagenet_synsets, real_labels


class Picture(NamedTuple):
    """One image of a zoo."""

    synset: str
    file: str
    jpeg: bytes


def jpeg(seed: int, *, size: tuple[int, int] = (48, 40)) -> bytes:
    """A JPEG of coloured noise, another for each seed."""
    noise = random.Random(seed).randbytes(6 * 5 * 3)  # noqa: S311  # pixels, no secrets
    stream = io.BytesIO()
    Image.frombytes("RGB", (6, 5), noise).resize(size).save(stream, "JPEG")
    return stream.getvalue()


def official_files(synset: str, count: int) -> list[str]:
    """Names of validation images that are of that class, as ImageNet-ReaL has it."""
    label = imagenet_synsets().index(synset)
    numbers = [number for number, labels in enumerate(real_labels(), 1) if labels == (label,)]
    return [f"ILSVRC2012_val_{number:08d}.JPEG" for number in numbers[:count]]


def pictures(counts: dict[str, int]) -> list[Picture]:
    """So many images of each synset, with official names, in the order of their names."""
    files = [(synset, f) for synset, count in counts.items() for f in official_files(synset, count)]
    return [Picture(synset, f, jpeg(seed)) for seed, (synset, f) in enumerate(sorted(files))]


def class_folders(root: Path, images: Sequence[Picture]) -> Path:
    """`root/SYNSET/FILE`."""
    for image in images:
        (root / image.synset).mkdir(parents=True, exist_ok=True)
        (root / image.synset / image.file).write_bytes(image.jpeg)
    return root


def numbered_folders(root: Path, images: Sequence[Picture]) -> Path:
    """ImageNet-V2: `root/OUTPUT/FILE`."""
    by_label = defaultdict(list)
    for image in images:
        by_label[imagenet_synsets().index(image.synset)].append(image)
    for label, found in by_label.items():
        (root / str(label)).mkdir(parents=True)
        for image in found:
            (root / str(label) / image.file).write_bytes(image.jpeg)
    return root
