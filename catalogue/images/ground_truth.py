"""Lists that say which class each validation image is of: the devkit's, TensorFlow's, Kaggle's.

Reads small files only; knows no images.
"""

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from catalogue.errors import CatalogueError
from catalogue.images.contents import SYNSET, official_number, printable
from catalogue.images.devkit import read_devkit

IMAGES = 50_000
"""Validation images of ILSVRC-2012; a list by position has to have as many lines."""
KNOWN = (
    "ILSVRC2012_devkit_t12",
    "ILSVRC2012_devkit_t12.tar.gz",
    "imagenet_2012_validation_synset_labels.txt",
    "LOC_val_solution.csv",
)
"""File names under which the lists are distributed, the first found counts."""
PLACES = (
    "ILSVRC2012_devkit_t12.tar.gz (or its folder), imagenet_2012_validation_synset_labels.txt "
    "or LOC_val_solution.csv, beside the images or named by --labels"
)
_LARGEST = 16 * 1024 * 1024
"""Bytes of a list; the true ones have 3 MB at most."""


@dataclass(frozen=True, kw_only=True, slots=True)
class GroundTruth:
    """The class of every validation image that a list knows."""

    file: Path
    synsets: tuple[str, ...]
    """By number, from image 1 on; an empty text where the list says nothing."""

    def of(self, name: str) -> str | None:
        """The synset of the image with that file name."""
        number = official_number(name)
        if not number or number > len(self.synsets):
            return None
        return self.synsets[number - 1] or None


def find_ground_truth(labels: Path | None, folders: Sequence[Path]) -> GroundTruth | None:
    """Read the list that the user named, or the first known one in these folders."""
    if labels is not None:
        return read_ground_truth(labels)
    for folder in folders:
        for name in KNOWN:
            if (folder / name).exists():
                return read_ground_truth(folder / name)
    return None


def read_ground_truth(path: Path) -> GroundTruth:
    """Read one list.

    Raises:
        CatalogueError: it is none, or has another length than there are images.
    """
    if not path.exists():
        message = f"{path}: is not there; expected a list of labels: {PLACES}"
        raise CatalogueError(message)
    if path.is_dir():
        inner = next((path / n for n in KNOWN if (path / n).exists()), None)
        if inner and not (path / "data").is_dir():
            return read_ground_truth(inner)
    if path.is_dir() or path.name.endswith((".tar.gz", ".tgz", ".tar", ".mat")):
        synsets = read_devkit(path)
    elif path.suffix.lower() == ".csv":
        return GroundTruth(file=path, synsets=_read_solution(path))
    elif re.search(r"ground_?truth", path.name):
        synsets = read_devkit(path.parent)
    else:
        synsets = _read_synsets(path)
    if len(synsets) != IMAGES:
        message = (
            f"{path}: has labels of {len(synsets):,} images; expected {IMAGES:,}, because each "
            "line counts by its position; take the official file"
        )
        raise CatalogueError(message)
    return GroundTruth(file=path, synsets=synsets)


def _read_synsets(path: Path) -> tuple[str, ...]:
    """TensorFlow's list: a synset a line, for one image after the other."""
    lines = _text(path).splitlines()
    while lines and not lines[-1].strip():
        lines.pop()
    for number, line in enumerate(lines, 1):
        if not SYNSET.fullmatch(line.strip()):
            message = (
                f"{path}:{number}: '{printable(line)}'; expected a synset in each line, such as "
                "n01440764"
            )
            raise CatalogueError(message)
    return tuple(line.strip() for line in lines)


def _read_solution(path: Path) -> tuple[str, ...]:
    """Kaggle's list: image, then its boxes, each with the one synset in front."""
    synsets = [""] * IMAGES
    for line, row in enumerate(csv.reader(io.StringIO(_text(path))), 1):
        if line == 1 and row[:1] == ["ImageId"]:
            continue
        synset = row[1].split(" ")[0] if len(row) > 1 else ""
        number = official_number(f"{row[0]}.JPEG") if row else None
        if not number or number > IMAGES or not SYNSET.fullmatch(synset):
            message = (
                f"{path}:{line}: '{printable(','.join(row))}'; expected an image and its synset, "
                "such as ILSVRC2012_val_00048981,n03995372 85 1 499 272"
            )
            raise CatalogueError(message)
        if synsets[number - 1] not in ("", synset):
            message = f"{path}:{line}: {row[0]} stands here again with another class"
            raise CatalogueError(message)
        synsets[number - 1] = synset
    return tuple(synsets)


def _text(path: Path) -> str:
    if path.stat().st_size > _LARGEST:
        message = f"{path}: has {path.stat().st_size:,} bytes; expected a list of labels, a few MB"
        raise CatalogueError(message)
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        message = f"{path}: is no text; expected a list of labels"
        raise CatalogueError(message) from None
