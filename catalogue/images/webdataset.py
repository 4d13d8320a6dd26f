"""WebDataset shards: NAME.jpg, NAME.cls and NAME.json side by side in archives.

As timm/imagenet-1k-wds has them: the json says `{"filename": "n01440764/ILSVRC2012_val_….JPEG",
"label": 0}`, the cls file the same number, which counts synsets in sorted order.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from catalogue.images.contents import SYNSET, Contents, StoredImage, listed, official_file
from catalogue.images.shards import missing_shards, validation_shards
from catalogue.images.sources import FileSource, Piece
from catalogue.images.tars import Archive, Member

_IMAGES = frozenset({"jpg", "jpeg", "png", "webp"})
_LARGEST = 64 * 1024
"""Bytes of a label; the true ones have dozens."""
_DIGITS = 6
"""Digits of a class; more of them are no class, and slow to read."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Sample:
    image: StoredImage
    piece: Piece
    disagrees: bool


def is_webdataset(archive: Archive) -> bool:
    """Whether images have labels beside them."""
    return any(_extension(member) in ("cls", "json") for member in archive.members)


def read_webdataset(archives: Sequence[Archive], synsets: Sequence[str]) -> Contents:
    """Images of shards, each with the synset of its file name, or else of its number."""
    samples: list[_Sample] = []
    bare: list[str] = []
    for archive in archives:
        with archive.path.open("rb") as file:
            for parts in _grouped(archive.members):
                image = next((parts[e] for e in parts if e in _IMAGES), None)
                if image is None:
                    bare.append(next(iter(parts.values())).file)
                    continue
                texts = {e: _text(file, parts.get(e)) for e in ("cls", "json")}
                samples.append(_sample(image, texts["cls"], texts["json"], synsets))
    return Contents(
        layout="webdataset",
        images=tuple(sample.image for sample in samples),
        source=FileSource(tuple(sample.piece for sample in samples)),
        findings=(
            *(line for archive in archives for line in archive.findings),
            *_findings(samples, bare, [archive.path for archive in archives]),
        ),
    )


def _grouped(members: Sequence[Member]) -> list[dict[str, Member]]:
    """Members of one sample share folder and name up to the first dot; they follow each other."""
    samples: dict[tuple[str, str], dict[str, Member]] = {}
    for member in members:
        key = (member.folder, member.file.partition(".")[0])
        sample = samples.setdefault(key, {})
        # The second of two equal names is another sample, which is told as stored twice.
        if _extension(member) in sample:
            samples[key[0], f"{key[1]}.{len(samples)}"] = sample
            sample = samples[key] = {}
        sample[_extension(member)] = member
    return list(samples.values())


def _extension(member: Member) -> str:
    return member.file.partition(".")[2].lower()


def _text(file: BinaryIO, member: Member | None) -> str:
    if member is None or member.piece.size is None or member.piece.size > _LARGEST:
        return ""
    file.seek(member.piece.start)
    return file.read(member.piece.size).decode("utf-8", "replace").strip()


def _sample(member: Member, cls: str, described: str, synsets: Sequence[str]) -> _Sample:
    name, number = _described(described)
    numbers = {text for text in (cls, number) if text}
    said = {_by_number(text, synsets) for text in numbers} - {None}
    folder, _, file = name.rpartition("/")
    by_name = _by_name((folder.rpartition("/")[2], file, member.folder, member.file))
    return _Sample(
        image=StoredImage(
            file=official_file(file or member.file),
            synset=by_name or (next(iter(said)) if len(said) == 1 else None),
        ),
        piece=member.piece,
        disagrees=len(said | ({by_name} if by_name else set())) > 1,
    )


def _described(text: str) -> tuple[str, str]:
    """File name and label that a json file tells; empty where it does not."""
    try:
        found = json.loads(text) if text else None
    except (ValueError, RecursionError):
        return "", ""
    if not isinstance(found, dict):
        return "", ""
    name, label = found.get("filename"), found.get("label")
    return (
        name if isinstance(name, str) else "",
        str(label) if isinstance(label, int) and not isinstance(label, bool) else "",
    )


def _by_number(text: str, synsets: Sequence[str]) -> str | None:
    plain = text.isascii() and text.isdigit() and len(text) <= _DIGITS
    return synsets[int(text)] if plain and int(text) < len(synsets) else None


def _by_name(names: Sequence[str]) -> str | None:
    """The synset that a folder is called, or that a file's name begins or ends with."""
    for name in names:
        stem = name.partition(".")[0]
        for part in (stem, stem.partition("_")[0], stem.rpartition("_")[2]):
            if SYNSET.fullmatch(part):
                return part
    return None


def _findings(
    samples: Sequence[_Sample], bare: Sequence[str], paths: Sequence[Path]
) -> Iterator[str]:
    disagreeing = [sample.image.file for sample in samples if sample.disagrees]
    if disagreeing:
        yield f"{listed(disagreeing, 'image')} whose name and label disagree; the name counts"
    if bare:
        yield f"{listed(bare, 'sample')} without an image, left out"
    missing = _missing(paths)
    if missing:
        yield f"{listed(missing, 'shard')} missing"


def _missing(paths: Sequence[Path]) -> list[str]:
    """Shards that `_info.json` lists, or that the numbers of the others call for."""
    names = {path.name for path in paths}
    told = paths[0].parent / "_info.json"
    try:
        splits = json.loads(told.read_text(encoding="utf-8"))["splits"].values()
        listed_names = [name for split in splits for name in split["filenames"]]
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return missing_shards(sorted(names))
    own = validation_shards([str(name) for name in listed_names])
    return [name for name in own if name not in names]
