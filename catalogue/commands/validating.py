"""What `catalogue refresh` is to validate on, and with what: words of people to a `Validation`."""

import os
import re
import sys
from dataclasses import dataclass
from pathlib import Path

from catalogue import machine
from catalogue.errors import UnreadyError, WrongCallError
from catalogue.images.contents import counted
from catalogue.images.image_set import ImageSet
from catalogue.images.opening import open_images
from catalogue.plan import Dataset
from catalogue.settings import bits_folder
from catalogue.validate.validation import PIXEL_CACHE_BYTES, Validation

_UNITS = {"": 1, "KB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12}


@dataclass(frozen=True, kw_only=True, slots=True)
class ValidationWishes:
    """How people want models validated."""

    path: Path
    """Where the images lie."""
    dataset: str | None = None
    """None: told from their names."""
    labels: Path | None = None
    limit: int | None = None
    precision: str = "fp32"
    batch_size: int | None = None
    pixel_cache_bytes: int = PIXEL_CACHE_BYTES
    stop_at_unreadable: bool = False


def size_in_bytes(text: str) -> int:
    """Read `20GB`, `500 MB` or `0`.

    Raises:
        WrongCallError: it is no size.
    """
    found = re.fullmatch(r"(\d{1,9}(?:\.\d{1,3})?)\s*([KMGT]?B?)", text.strip(), re.IGNORECASE)
    unit = found[2].upper() if found else ""
    if found is None or unit == "B":
        message = f"'{text}' is no size; expected 20GB, 500MB, or 0 for none"
        raise WrongCallError(message)
    return int(float(found[1]) * _UNITS[unit if unit.endswith("B") or not unit else f"{unit}B"])


def images_of(wishes: ValidationWishes) -> ImageSet:
    """Open the images and say what is odd about them.

    Raises:
        CatalogueError: they cannot be used.
    """
    images = open_images(
        wishes.path, dataset=wishes.dataset, labels=wishes.labels, limit=wishes.limit
    )
    for finding in images.findings:
        sys.stderr.write(f"{images.root}: {finding}\n")
    if images.subset:
        total = counted(len(images.images), "image")
        sys.stderr.write(f"{images.root}: {total}: a subset of {images.dataset}, recorded as one\n")
    return images


def dataset_of(images: ImageSet) -> Dataset:
    """A set of images as points of the plan name it."""
    return Dataset(
        name=images.dataset,
        split=images.split,
        manifest_sha256=images.manifest_sha256,
        images=len(images.images),
        subset=images.subset,
    )


def validation_of(
    wishes: ValidationWishes, images: ImageSet, *, devices: tuple[str, ...], project: Path
) -> Validation:
    """Put together what models are validated with.

    Args:
        wishes: What somebody asked for.
        images: What `images_of` has opened.
        devices: Types of devices that somebody asked for; none: whatever is best.
        project: The zoo's folder.
    """
    cache = machine.user_cache(os.environ)
    return Validation(
        images=images,
        device=_device(devices),
        precision=wishes.precision,
        batch_size=wishes.batch_size,
        threads=machine.usable_cpus(),
        stop_at_unreadable=wishes.stop_at_unreadable,
        pixel_cache=cache / "pixels",
        pixel_cache_bytes=wishes.pixel_cache_bytes,
        runs=cache / "runs",
        bits=bits_folder(project),
    )


def _device(asked: tuple[str, ...]) -> str:
    """CUDA where it is there and nobody left it out."""
    if "cuda" in asked:
        machine.device_name("cuda")
        return "cuda"
    if asked or not machine.has_gpu():
        return "cpu"
    try:
        machine.device_name("cuda")
    except UnreadyError:  # a driver that torch cannot use
        return "cpu"
    return "cuda"
