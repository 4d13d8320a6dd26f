"""Which layout lies at a path: found by what is in it, and read."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from catalogue.errors import CatalogueError
from catalogue.images.contents import SYNSET, Contents, counted, listed
from catalogue.images.datasets import V2, DataSet
from catalogue.images.folders import (
    list_folder,
    read_class_folders,
    read_flat_folder,
    read_numbered_folders,
)
from catalogue.images.ground_truth import PLACES, GroundTruth, find_ground_truth
from catalogue.images.parquet import read_parquet
from catalogue.images.shards import validation_shards
from catalogue.images.synsets import imagenet_synsets
from catalogue.images.tars import list_archive, numbered, read_archive
from catalogue.images.webdataset import is_webdataset, read_webdataset

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
    "imagenetv2-threshold0.7-format-val",
    "imagenetv2-top-images-format-val",
)
"""Where the images lie within a folder that people name."""
_FLAT_TAR = "ILSVRC2012_img_val.tar"
_PACKED = (".tar.gz", ".tgz", ".tar.bz2", ".tar.xz", ".tar.zst", ".zip")


@dataclass(frozen=True, kw_only=True, slots=True)
class Layout:
    """What was read, and the data set if the layout is peculiar to one."""

    contents: Contents
    dataset: DataSet | None = None


def read_layout(path: Path, *, labels: Path | None) -> Layout:
    """Find out how the images at a path are stored, and read what there is.

    Numbers of classes, where a layout has such, are always those of ILSVRC-2012's 1,000.

    Raises:
        CatalogueError: nothing there is a known layout, or it is damaged.
    """
    if not path.exists():
        message = f"{path}: is not there; expected the validation images of ImageNet"
        raise CatalogueError(message)
    layout, root = _read_file(path) if path.is_file() else _read_folder(path)
    truth = None
    if labels or any(image.synset is None for image in layout.contents.images):
        folders = (path, root, path.parent, root.parent, *root.parents[1:4])
        near = folders if layout.contents.layout in ("flat", "tar") else ()
        truth = find_ground_truth(labels, [folder for folder in near if folder.is_dir()])
    return replace(layout, contents=_with_truth(path, layout.contents, truth))


def _read_file(path: Path) -> tuple[Layout, Path]:
    name = path.name.lower()
    if name.endswith(".parquet"):
        return Layout(contents=read_parquet([path], imagenet_synsets())), path
    if name.endswith((".tar", *_PACKED)) and not name.endswith(".zip"):
        return _read_tars([path]), path
    message = (
        f"{path}: is neither a folder nor a .tar or .parquet file; expected the validation images "
        "of ImageNet"
    )
    raise CatalogueError(message)


def _read_folder(path: Path) -> tuple[Layout, Path]:
    roots = [root for root in (path, *(path / inner for inner in _INNER)) if root.is_dir()]
    for reader in (_class_folders, _shards):
        for root in roots:
            layout = reader(root)
            if layout:
                return layout, root
    # A lone picture beside the folder of images is not what was meant.
    counts = [(len(list_folder(root).images), root) for root in roots]
    most, flat = max(counts, key=lambda count: count[0])
    if most:
        return Layout(contents=read_flat_folder(flat)), flat
    raise CatalogueError(_nothing(path))


def _class_folders(root: Path) -> Layout | None:
    folders = list_folder(root).folders
    if any(SYNSET.fullmatch(name) for name in folders):
        return Layout(contents=read_class_folders(root))
    if any(name.isascii() and name.isdigit() for name in folders):
        return Layout(contents=read_numbered_folders(root, imagenet_synsets()), dataset=V2)
    return None


def _shards(root: Path) -> Layout | None:
    names = list_folder(root).others
    if _FLAT_TAR in names:
        return _read_tars([root / _FLAT_TAR])
    parquet = validation_shards([name for name in names if name.endswith(".parquet")])
    if parquet:
        return Layout(contents=read_parquet([root / name for name in parquet], imagenet_synsets()))
    tars = validation_shards([name for name in names if name.endswith(".tar")])
    return _read_tars([root / name for name in tars]) if tars else None


def _read_tars(paths: Sequence[Path]) -> Layout:
    archives = [list_archive(path) for path in paths]
    if any(is_webdataset(archive) for archive in archives):
        return Layout(contents=read_webdataset(archives, imagenet_synsets()))
    if len(archives) > 1:
        message = (
            f"{paths[0].parent}: {listed([path.name for path in paths], 'archive')} without labels "
            "in them; expected one of them to be named"
        )
        raise CatalogueError(message)
    contents = read_archive(archives[0], imagenet_synsets())
    if not contents.images:
        message = f"{paths[0]}: holds no image; expected JPEG files"
        raise CatalogueError(message)
    return Layout(contents=contents, dataset=V2 if numbered(archives[0]) else None)


def _with_truth(path: Path, contents: Contents, truth: GroundTruth | None) -> Contents:
    """The same images, those without a class labelled by the list.

    Raises:
        CatalogueError: no image has a class, and there is no list.
    """
    if truth is None:
        if all(image.synset is None for image in contents.images):
            message = (
                f"{path}: holds {counted(len(contents.images), 'image')} and nothing that tells "
                f"their classes; expected {PLACES}"
            )
            raise CatalogueError(message)
        return contents
    differing = [
        image.file
        for image in contents.images
        if image.synset and truth.of(image.file) not in (None, image.synset)
    ]
    told = f"{listed(differing, 'image')} of another class in {truth.file.name}; the own one counts"
    return replace(
        contents,
        images=tuple(
            image if image.synset else replace(image, synset=truth.of(image.file))
            for image in contents.images
        ),
        findings=(*contents.findings, *((told,) if differing else ())),
    )


def _nothing(path: Path) -> str:
    """What to say of a folder without a known layout: what is in it, and what was expected."""
    listing = list_folder(path)
    packed = [name for name in listing.others if name.lower().endswith(_PACKED)]
    if packed:
        return (
            f"{path}: {listed(packed, 'archive')} compressed, so that images cannot be read in "
            "place; unpack first and name the folder"
        )
    inside = [*listing.folders, *listing.others]
    return (
        f"{path}: holds {listed(inside, 'thing') if inside else 'nothing'}; expected class folders "
        "named by synset (n01440764, …), ILSVRC2012_img_val.tar or its images, or parquet or "
        "WebDataset shards of the validation set, in it or in its folder 'val' or 'data'"
    )
