"""Archives read in place: where in the file each member's bytes lie. Nothing is unpacked."""

import tarfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from catalogue.errors import CatalogueError
from catalogue.images.contents import (
    SUFFIXES,
    SYNSET,
    Contents,
    StoredImage,
    listed,
    official_file,
    printable,
)
from catalogue.images.sources import FileSource, Piece

_MOST = 5_000_000
"""Members of one archive; a shard has thousands."""


@dataclass(frozen=True, slots=True)
class Member:
    """A regular file in an archive."""

    folder: str
    """The name of the folder that holds it, without those above; empty at the top."""
    file: str
    piece: Piece

    @property
    def suffix(self) -> str:
        """From the last dot on, in lower case."""
        dot = self.file.rfind(".")
        return self.file[dot:].lower() if dot > 0 else ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Archive:
    """The members of one archive, in their order."""

    path: Path
    members: tuple[Member, ...]
    findings: tuple[str, ...] = ()


def list_archive(path: Path) -> Archive:
    """Find every regular member of an uncompressed archive.

    Links and devices, and members whose name leads out of the archive, are left out and told.

    Raises:
        CatalogueError: it is compressed, damaged or cut short.
    """
    members: list[Member] = []
    links, outside = [], []
    for entry in _entries(path):
        parts = [part for part in entry.name.split("/") if part not in ("", ".")]
        if entry.isdir() or not parts or parts[-1].startswith("."):
            continue
        if ".." in parts or entry.name.startswith("/") or "\\" in entry.name:
            outside.append(entry.name)
        elif not entry.isreg() or entry.issparse():
            links.append(entry.name)
        else:
            piece = Piece(str(path), entry.offset_data, entry.size)
            members.append(Member("".join(parts[-2:-1]), parts[-1], piece))
    findings = []
    if links:
        findings.append(
            f"{path.name}: {listed(links, 'link or device', 'links or devices')}, left out"
        )
    if outside:
        findings.append(f"{path.name}: {listed(outside, 'name')} leading out of it, left out")
    return Archive(path=path, members=tuple(members), findings=tuple(findings))


def read_archive(archive: Archive, synsets: Sequence[str]) -> Contents:
    """Images of an archive, with the class that the folder of each says, if any.

    Args:
        archive: `ILSVRC2012_img_val.tar`, or class folders in an archive.
        synsets: The classes, for folders that are named by output, as ImageNet-V2's are.
    """
    images, pieces, others = [], [], []
    for member in archive.members:
        if member.suffix in SUFFIXES:
            synset = _synset(member.folder, synsets)
            images.append(StoredImage(file=official_file(member.file), synset=synset))
            pieces.append(member.piece)
        else:
            others.append(member.file)
    told = (f"{archive.path.name}: {listed(others, 'file')} that are no images, left out",)
    return Contents(
        layout="tar",
        images=tuple(images),
        source=FileSource(tuple(pieces)),
        findings=(*archive.findings, *(told if others else ())),
    )


def numbered(archive: Archive) -> bool:
    """Whether all its folders are named by numbers, as ImageNet-V2's are."""
    return bool(archive.members) and all(
        member.folder.isascii() and member.folder.isdigit() for member in archive.members
    )


def _synset(folder: str, synsets: Sequence[str]) -> str | None:
    if SYNSET.fullmatch(folder):
        return folder
    if folder.isascii() and folder.isdigit() and len(folder) <= 4 and int(folder) < len(synsets):  # noqa: PLR2004  # digits of 999, and one to spare
        return synsets[int(folder)]
    return None


def _entries(path: Path) -> Iterator[tarfile.TarInfo]:
    with path.open("rb") as file:
        _refuse_compressed(path, file.read(6))
    try:
        with tarfile.open(path, "r:") as archive:
            for count, entry in enumerate(archive):
                if count >= _MOST:
                    message = f"{path}: has more than {_MOST:,} members; expected images"
                    raise CatalogueError(message)
                yield entry
            end = archive.offset
    except (tarfile.TarError, OSError, EOFError, ValueError, RecursionError) as fault:
        message = (
            f"{path}: is no archive, damaged or cut short ({printable(str(fault))}); "
            "download it again"
        )
        raise CatalogueError(message) from None
    _refuse_damaged(path, end)


def _refuse_compressed(path: Path, head: bytes) -> None:
    if head.startswith((b"\x1f\x8b", b"BZh", b"\xfd7zXZ\0", b"\x28\xb5\x2f\xfd")):
        message = (
            f"{path}: is compressed, so that images cannot be read in place; expected a plain "
            f"archive; unpack it first (tar -xf {path.name}) and name the folder"
        )
        raise CatalogueError(message)


def _refuse_damaged(path: Path, end: int) -> None:
    """Look at what follows the last member: tarfile takes a damaged header for the end."""
    with path.open("rb") as file:
        file.seek(end)
        block = file.read(tarfile.BLOCKSIZE)
    if not block or block.strip(b"\0"):
        found = "is cut short" if not block else "is damaged"
        message = f"{path}: {found} at byte {end:,}; expected an archive's end; download it again"
        raise CatalogueError(message)
