"""ILSVRC-2012's development kit: numbers of classes by image, and the synsets they mean.

The numbers are the challenge's own, in another order than a model's outputs.
"""

import importlib.util
import tarfile
import zlib
from pathlib import Path

from catalogue.errors import CatalogueError, UnreadyError
from catalogue.images.contents import printable
from catalogue.images.meta_worker import read_meta

_META = "meta.mat"
_TRUTH = "ILSVRC2012_validation_ground_truth.txt"
_LARGEST = 64 * 1024 * 1024
"""Bytes of an unpacked devkit; the true one has 5 MB."""


def read_devkit(path: Path) -> tuple[str, ...]:
    """The synset of each validation image, in the order of their numbers.

    Args:
        path: `ILSVRC2012_devkit_t12.tar.gz`, the folder unpacked from it, its folder `data`, or
            the `meta.mat` in that.

    Raises:
        UnreadyError: scipy is not installed.
        CatalogueError: a file is missing or damaged, or a number means no class.
    """
    if importlib.util.find_spec("scipy") is None:
        message = (
            f"{path}: reading the devkit needs scipy, which is not installed; "
            "install zoo-catalogue[imagenet]"
        )
        raise UnreadyError(message)
    if path.is_dir() or path.suffix == ".mat":
        meta, truth = _from_folder(path.parent if path.suffix == ".mat" else path)
    else:
        meta, truth = _from_archive(path)
    synset_of = _synsets(path, meta)
    found = []
    for line, number in enumerate(truth.split(), 1):
        if number not in synset_of:
            message = (
                f"{path}: line {line} of {_TRUTH} is '{printable(number)}'; expected the number "
                f"of a class in {_META}"
            )
            raise CatalogueError(message)
        found.append(synset_of[number])
    return tuple(found)


def _from_folder(folder: Path) -> tuple[bytes, str]:
    homes = (folder, folder / "data", folder / "ILSVRC2012_devkit_t12" / "data")
    for home in homes:
        if (home / _META).is_file() and (home / _TRUTH).is_file():
            truth = (home / _TRUTH).read_text(encoding="ascii", errors="replace")
            return (home / _META).read_bytes(), truth
    message = f"{folder}: lacks data/{_META} or data/{_TRUTH}; expected the unpacked devkit"
    raise CatalogueError(message)


def _from_archive(path: Path) -> tuple[bytes, str]:
    found: dict[str, bytes] = {}
    try:
        with tarfile.open(path, "r:*") as archive:
            for member in archive:
                name = member.name.rpartition("/")[2]
                if member.offset_data + member.size > _LARGEST:
                    message = f"{path}: unpacks to more than {_LARGEST:,} bytes; expected a devkit"
                    raise CatalogueError(message)
                stream = archive.extractfile(member) if member.isreg() else None
                if stream and name in (_META, _TRUTH):
                    found[name] = stream.read()
    except (tarfile.TarError, OSError, EOFError, zlib.error, ValueError, RecursionError) as fault:
        told = printable(str(fault))
        message = f"{path}: cannot be read as an archive ({told}); download the devkit again"
        raise CatalogueError(message) from None
    if len(found) != len((_META, _TRUTH)):
        message = f"{path}: lacks {_META} or {_TRUTH}; expected ILSVRC2012_devkit_t12.tar.gz"
        raise CatalogueError(message)
    return found[_META], found[_TRUTH].decode("ascii", "replace")


def _synsets(path: Path, meta: bytes) -> dict[str, str]:
    """WordNet id by the challenge's number, as its text."""
    found = read_meta(meta)
    if isinstance(found, str):
        message = f"{path}: {_META} cannot be read ({printable(found)}); download the devkit again"
        raise CatalogueError(message)
    return found
