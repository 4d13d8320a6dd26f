"""`catalogue data check`: say what validation images were found, and what is wrong with them."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

from catalogue.commands.telling import bar
from catalogue.images.contents import counted
from catalogue.images.datasets import IMAGENET, REAL, data_set
from catalogue.images.decoding import decode_all
from catalogue.images.image_set import ImageSet
from catalogue.images.opening import open_images

_LAYOUTS = {
    "folders": "class folders",
    "flat": "one folder of all images",
    "tar": "an archive, read in place",
    "parquet": "parquet shards",
    "webdataset": "WebDataset shards, read in place",
}


def check_data(path: Path, *, dataset: str | None, labels: Path | None, decode: bool) -> int:
    """Open a data set as validation does, and say what was found.

    Args:
        path: Where the images lie.
        dataset: Its name, where the names of files do not tell it.
        labels: The list of labels, where it lies elsewhere.
        decode: Whether every image is to be decoded.

    Returns:
        0 if these are all the images of the data set and nothing is wrong with them, else 1.

    Raises:
        CatalogueError: they cannot be read as labelled images.
    """
    images = open_images(path, dataset=dataset, labels=labels)
    for line in described(images):
        _say(line)
    for finding in images.findings:
        _say(f"finding   {finding}")
    unreadable = _decoded(images) if decode else 0
    if not decode and images.layout == "parquet":
        _say("not done  the images in the shards were not looked at; --decode reads them all")
    return int(bool(images.findings or unreadable or not images.complete))


def described(images: ImageSet) -> Iterator[str]:
    """What was found, a line for each thing."""
    held = len({image.name.partition("/")[0] for image in images.images})
    own = len(images.synsets if images.classes is None else images.classes)
    yield f"path      {images.root}"
    yield f"layout    {_LAYOUTS[images.layout]}"
    yield f"data set  {images.dataset} ({images.split})"
    yield f"images    {len(images.images):,} of {data_set(images.dataset).images:,}"
    yield f"classes   {held:,} of {own:,}"
    yield f"manifest  {images.manifest_sha256}"
    yield f"official  {_official(images)}"


def _official(images: ImageSet) -> str:
    if images.dataset in (IMAGENET.name, REAL.name):
        if images.complete:
            return "yes: every image of the official set, under its name and in its class"
        return "no: not all images of the official set under their names and in their classes"
    if images.complete:
        return "all images by their number; no list of names was published to hold them against"
    return "no: images are missing"


def _decoded(images: ImageSet) -> int:
    """Decode every image, name those that cannot be, and say how many there are."""
    unreadable = 0
    with bar("decode", len(images.images)) as advance:
        for name, reason in decode_all(images, threads=os.cpu_count() or 1):
            if reason is not None:
                unreadable += 1
                _say(f"unreadable  {name}: {reason}")
            advance()
    _say(f"decoded   {counted(len(images.images), 'image')}, {unreadable:,} unreadable")
    return unreadable


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
