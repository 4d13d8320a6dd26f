"""The ImageNet validation images on disk: found, labelled by synset name, and checked.

Knows files and names. Knows nothing of pixels, recipes, models or torch.
"""

import hashlib
import os
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from catalogue.errors import CatalogueError

PER_CLASS = 50
"""Validation images of each of ILSVRC-2012's 1,000 classes."""
OFFICIAL_MANIFEST = "7aec631d6f9e7e0e6b79804a178f00b5b42094a29e66ffa62955518dd740cb14"
"""`manifest_sha256` of the whole set under its own file names.

Source: worked out from the ground truth that TensorFlow Datasets 4.9.10 ships
(`datasets/imagenet2012/validation_labels.txt`).
"""

_SYNSET = re.compile(r"n\d{8}")
_SUFFIXES = frozenset({".jpeg", ".jpg", ".png", ".webp", ".bmp"})
_NAMED = 3
"""How many names a one-line message lists."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ImageFolder:
    """Images in class folders, with the labels that their folders' names mean."""

    root: Path
    """The folder that holds the class folders."""
    synsets: tuple[str, ...]
    """Every class of the data set, in the order of a model's outputs."""
    images: tuple[tuple[str, int], ...]
    """(path under `root` with forward slashes, index into `synsets`), in the order of the paths."""
    manifest_sha256: str
    """Hash over class and file name of every image."""
    findings: tuple[str, ...] = ()
    """What differs from the official set, one line each; none for the whole, untouched set."""

    @property
    def subset(self) -> bool:
        """Whether images of the official set are missing."""
        counts = Counter(label for _, label in self.images)
        return any(counts[label] < PER_CLASS for label in range(len(self.synsets)))


@cache
def imagenet_synsets() -> tuple[str, ...]:
    """The 1,000 WordNet ids of ILSVRC-2012, in the order of a classifier's outputs.

    Source: the challenge's own order, which is that of the sorted ids.
    """
    text = (Path(__file__).parent.parent / "images" / "imagenet_synsets.txt").read_text(
        encoding="ascii"
    )
    return tuple(text.split())


def open_imagenet(
    path: Path, *, synsets: Sequence[str] | None = None, limit: int | None = None
) -> ImageFolder:
    """Find the validation images.

    Args:
        path: The folder of the class folders (`n01440764`, …), or one that holds it as `val`.
        synsets: The classes, in the order of a model's outputs; ILSVRC-2012's where not given.
        limit: Take only so many images, spread evenly over the classes; the same ones each time.

    Returns:
        The images, labelled by the names of their folders. A class without images leaves a gap
        and shifts no label.

    Raises:
        CatalogueError: there is no class folder, or a folder's name is no class; both would
            falsify every figure measured on it.
    """
    classes = tuple(imagenet_synsets() if synsets is None else synsets)
    root = _class_root(path)
    folders = _class_folders(root)
    label_of = {synset: label for label, synset in enumerate(classes)}
    found = [
        (f"{name}/{file}", label_of[name])
        for name in sorted(folders)
        if name in label_of
        for file in _image_names(root / name)
    ]
    if not found:
        message = f"{root}: no class folder holds an image; expected JPEG files in each"
        raise CatalogueError(message)
    images = tuple(found if limit is None else _balanced(found, limit))
    stray = _image_names(root)
    return ImageFolder(
        root=root,
        synsets=classes,
        images=images,
        manifest_sha256=_manifest(images),
        findings=(
            *_findings(folders, classes, found),
            *((f"{_listed(stray, 'image')} outside class folders, left out",) if stray else ()),
        ),
    )


def _class_root(path: Path) -> Path:
    if not path.is_dir():
        message = f"{path}: is no folder; expected the folder of ImageNet's validation images"
        raise CatalogueError(message)
    for root in (path, path / "val"):
        if root.is_dir() and any(_SYNSET.fullmatch(name) for name in _folder_names(root)):
            return root
    flat = sum(1 for root in (path, path / "val") if root.is_dir() for _ in _image_names(root))
    found = f"{flat:,} images outside class folders" if flat else "no class folder"
    message = (
        f"{path}: holds {found}; expected one folder for each class, named by its synset "
        "(n01440764, …), in it or in its folder 'val'"
    )
    raise CatalogueError(message)


def _class_folders(root: Path) -> list[str]:
    names = _folder_names(root)
    strange = [name for name in names if not _SYNSET.fullmatch(name)]
    if strange:
        message = (
            f"{root}: {_listed(strange, 'folder')} named by no synset; expected n and eight "
            "digits, such as n01440764; rename it or move it elsewhere"
        )
        raise CatalogueError(message)
    return names


def _folder_names(root: Path) -> list[str]:
    with os.scandir(root) as entries:
        return sorted(
            entry.name for entry in entries if entry.is_dir() and not entry.name.startswith(".")
        )


def _image_names(folder: Path) -> list[str]:
    with os.scandir(folder) as entries:
        return sorted(
            entry.name
            for entry in entries
            if not entry.name.startswith(".")
            and os.path.splitext(entry.name)[1].lower() in _SUFFIXES  # noqa: PTH122  # 50,000 names
        )


def _balanced(found: Iterable[tuple[str, int]], limit: int) -> list[tuple[str, int]]:
    """So many images, none of a class twice before every class has had its turn.

    The order within a class, and the order of the classes, is that of the paths' hashes: the
    first by name would be neighbours in WordNet, all fish.
    """
    if limit < 1:
        message = f"the limit is {limit} images; expected 1 or more"
        raise CatalogueError(message)
    turns: Counter[int] = Counter()
    ranked = []
    for digest, image in sorted((_digest(image[0]), image) for image in found):
        ranked.append((turns[image[1]], digest, image))
        turns[image[1]] += 1
    return sorted(image for _, _, image in sorted(ranked)[:limit])


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _manifest(images: Iterable[tuple[str, int]]) -> str:
    return _digest("".join(f"{path}\n" for path in sorted(path for path, _ in images)))


def _findings(
    folders: Sequence[str], classes: Sequence[str], found: Sequence[tuple[str, int]]
) -> Iterable[str]:
    held = Counter(label for _, label in found)
    missing = [synset for synset in classes if synset not in folders]
    empty = [
        synset for label, synset in enumerate(classes) if synset in folders and not held[label]
    ]
    unknown = [name for name in folders if name not in classes]
    if missing:
        yield f"{_listed(missing, 'class', 'classes')} without a folder"
    if empty:
        yield f"{_listed(empty, 'class folder')} without an image"
    if unknown:
        yield f"{_listed(unknown, 'folder')} of no class of this data set, left out"
    if len(found) != PER_CLASS * len(classes):
        yield f"{len(found):,} images, expected {PER_CLASS * len(classes):,}"
    elif tuple(classes) == imagenet_synsets() and _manifest(found) != OFFICIAL_MANIFEST:
        yield "names of images or their classes differ from the official set's"


def _listed(names: Sequence[str], one: str, many: str | None = None) -> str:
    """A count with the first few names: `2 folders (a, b)`."""
    word = one if len(names) == 1 else many or f"{one}s"
    more = ", …" if len(names) > _NAMED else ""
    return f"{len(names):,} {word} ({', '.join(names[:_NAMED])}{more})"
