"""Images in folders: one for each class, named by synset or by output, or all in one."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from catalogue.errors import CatalogueError
from catalogue.images.contents import SUFFIXES, SYNSET, Contents, StoredImage, listed, official_file
from catalogue.images.sources import FileSource, Piece

_SYSTEM = frozenset({"thumbs.db", "desktop.ini"})
"""Files that operating systems leave about."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Listing:
    """What lies in a folder, but for hidden files."""

    folders: tuple[str, ...]
    images: tuple[str, ...]
    others: tuple[str, ...]


def list_folder(folder: Path) -> Listing:
    """Names of sub-folders, images and other files, each sorted."""
    folders, images, others = [], [], []
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith(".") or entry.name.lower() in _SYSTEM:
                continue
            if entry.is_dir():
                folders.append(entry.name)
            elif _named_as_image(entry.name) and not _is_special(entry):
                images.append(entry.name)
            else:
                others.append(entry.name)
    return Listing(
        folders=tuple(sorted(folders)), images=tuple(sorted(images)), others=tuple(sorted(others))
    )


def _named_as_image(name: str) -> bool:
    return os.path.splitext(name)[1].lower() in SUFFIXES  # noqa: PTH122  # 50,000


def _is_special(entry: os.DirEntry[str]) -> bool:
    """Whether it is a pipe, socket or device, which could be read for ever.

    A link to nothing is none: it stays an image, so that it is named as unreadable.
    """
    return not entry.is_file() and os.path.exists(entry.path)  # noqa: PTH110  # as `entry.path`


def read_class_folders(root: Path) -> Contents:
    """Images in folders that are named by synset.

    Raises:
        CatalogueError: a folder's name is no synset, or no folder holds an image.
    """
    listing = list_folder(root)
    strange = [name for name in listing.folders if not SYNSET.fullmatch(name)]
    if strange:
        message = (
            f"{root}: {listed(strange, 'folder')} named by no synset; expected n and eight "
            "digits, such as n01440764; rename it or move it elsewhere"
        )
        raise CatalogueError(message)
    return _contents(root, listing, dict(zip(listing.folders, listing.folders, strict=True)))


def read_numbered_folders(root: Path, synsets: Sequence[str]) -> Contents:
    """ImageNet-V2's folders, named by a classifier's outputs: 0 to 999.

    The numbers are numbers: sorted as text, 10 would come before 2.

    Raises:
        CatalogueError: a folder's name is no such number, or no folder holds an image.
    """
    listing = list_folder(root)
    strange = [name for name in listing.folders if not _is_output(name, synsets)]
    if strange:
        message = (
            f"{root}: {listed(strange, 'folder')} of no class; expected numbers from 0 to "
            f"{len(synsets) - 1}, as in ImageNet-V2; rename it or move it elsewhere"
        )
        raise CatalogueError(message)
    return _contents(root, listing, {name: synsets[int(name)] for name in listing.folders})


def read_flat_folder(root: Path) -> Contents:
    """Images side by side, whose classes a list of labels has to say."""
    names = list_folder(root).images
    return Contents(
        layout="flat",
        images=tuple(StoredImage(file=official_file(name), synset=None) for name in names),
        source=FileSource(tuple(Piece(str(root / name)) for name in names)),
    )


def _is_output(name: str, synsets: Sequence[str]) -> bool:
    return name.isascii() and name.isdigit() and len(name) <= 4 and int(name) < len(synsets)  # noqa: PLR2004  # digits of 999, and one to spare


def _contents(root: Path, listing: Listing, synset_of: dict[str, str]) -> Contents:
    images, pieces, empty, nested, others = [], [], [], [], []
    for folder, synset in synset_of.items():
        inside = list_folder(root / folder)
        for name in inside.images:
            images.append(StoredImage(file=official_file(name), synset=synset))
            pieces.append(Piece(os.path.join(root, folder, name)))  # noqa: PTH118  # 50,000
        empty += [] if inside.images else [folder]
        nested += [f"{folder}/{name}" for name in inside.folders]
        others += [f"{folder}/{name}" for name in inside.others]
    if not images:
        message = f"{root}: no class folder holds an image; expected JPEG files in each"
        raise CatalogueError(message)
    stray = listing.images
    return Contents(
        layout="folders",
        images=tuple(images),
        source=FileSource(tuple(pieces)),
        empty_classes=tuple(empty),
        findings=(
            *((f"{listed(stray, 'image')} outside class folders, left out",) if stray else ()),
            *((f"{listed(nested, 'folder')} within class folders, left out",) if nested else ()),
            *(
                (f"{listed(others, 'file')} that {_are(others)} no image, left out",)
                if others
                else ()
            ),
        ),
    )


def _are(names: Sequence[str]) -> str:
    return "is" if len(names) == 1 else "are"
