"""Which layout lies at a path: found by what is in it, and read."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from catalogue.errors import CatalogueError
from catalogue.images.contents import SYNSET, Contents, listed
from catalogue.images.datasets import V2, DataSet
from catalogue.images.folders import list_folder, read_class_folders, read_numbered_folders

_INNER = (
    "val",
    "validation",
    "ILSVRC/Data/CLS-LOC/val",
    "Data/CLS-LOC/val",
    "data",
    "imagenet-a",
    "imagenet-r",
    "sketch",
    "imagenetv2-matched-frequency-format-val",
)
"""Where the images lie within a folder that people name."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Layout:
    """What was read, and the data set if the layout is peculiar to one."""

    contents: Contents
    dataset: DataSet | None = None


def read_layout(path: Path, *, labels: Path | None, synsets: Sequence[str]) -> Layout:
    """Find out how the images at a path are stored, and read what there is.

    Raises:
        CatalogueError: nothing there is a known layout.
    """
    del labels
    if not path.is_dir():
        message = f"{path}: is no folder; expected the folder of ImageNet's validation images"
        raise CatalogueError(message)
    for root in (path, *(path / inner for inner in _INNER)):
        layout = _folder_layout(root, synsets) if root.is_dir() else None
        if layout:
            return layout
    listing = list_folder(path)
    found = f"{listed(listing.folders, 'folder')}" if listing.folders else "no class folder"
    message = (
        f"{path}: holds {found}; expected one folder for each class, named by its synset "
        "(n01440764, …), in it or in its folder 'val'"
    )
    raise CatalogueError(message)


def _folder_layout(root: Path, synsets: Sequence[str]) -> Layout | None:
    listing = list_folder(root)
    if any(SYNSET.fullmatch(name) for name in listing.folders):
        return Layout(contents=read_class_folders(root))
    if any(name.isascii() and name.isdigit() for name in listing.folders):
        return Layout(contents=read_numbered_folders(root, synsets), dataset=V2)
    return None
