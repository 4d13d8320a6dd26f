"""The hub's parquet shards: columns `image` (bytes and path) and `label`.

As ILSVRC/imagenet-1k has them: the path ends in the synset, the label counts synsets in sorted
order. Names and labels are read at once, images when they are asked for.
"""

import importlib.util
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from catalogue.errors import CatalogueError, UnreadyError
from catalogue.images.contents import (
    SYNSET,
    Contents,
    StoredImage,
    listed,
    official_file,
    printable,
)
from catalogue.images.parquet_source import ParquetSource, Row
from catalogue.images.shards import missing_shards

_ENDING = re.compile(r"_(n[0-9]{8})\.\w+")


@dataclass(frozen=True, kw_only=True, slots=True)
class _Found:
    image: StoredImage
    row: Row
    named: bool
    disagrees: bool


def read_parquet(paths: Sequence[Path], synsets: Sequence[str]) -> Contents:
    """Images of shards, each with the synset of its path, or else of its label.

    Raises:
        UnreadyError: pyarrow is not installed.
        CatalogueError: a file is damaged or has other columns.
    """
    if importlib.util.find_spec("pyarrow") is None:
        message = (
            f"{paths[0]}: reading parquet needs pyarrow, which is not installed; "
            "install zoo-catalogue[imagenet]"
        )
        raise UnreadyError(message)
    found = [row for number, path in enumerate(paths) for row in _rows(path, number, synsets)]
    return Contents(
        layout="parquet",
        images=tuple(row.image for row in found),
        source=ParquetSource(tuple(map(str, paths)), tuple(row.row for row in found)),
        findings=tuple(_findings(found, [path.name for path in paths])),
    )


def _rows(path: Path, number: int, synsets: Sequence[str]) -> Iterator[_Found]:
    from pyarrow import ArrowException  # noqa: PLC0415  # optional, and takes a moment
    from pyarrow.parquet import ParquetFile  # noqa: PLC0415  # as above

    try:
        with ParquetFile(path) as file:
            columns = _columns(path, file.schema_arrow)
            classes = _classes(file.schema_arrow, synsets)
            for group in range(file.num_row_groups):
                table = file.read_row_group(group, columns=columns, use_threads=False)
                paths = table.column("image").combine_chunks().field("path").to_pylist()
                labels = table.column("label").to_pylist()
                for row, (name, label) in enumerate(zip(paths, labels, strict=True)):
                    synset = _by_label(label, classes)
                    unnamed = f"{path.stem}-{group:05d}-{row:05d}.JPEG"
                    yield _found(name, synset, unnamed, Row(number, group, row))
    except (ArrowException, OSError, EOFError) as fault:
        message = (
            f"{path}: is no parquet file, or damaged ({printable(str(fault))}); download it again"
        )
        raise CatalogueError(message) from None


def _found(name: object, by_label: str | None, unnamed: str, row: Row) -> _Found:
    text = name if isinstance(name, str) else ""
    folder, _, file = text.rpartition("/")
    ending = _ENDING.search(file)
    parent = folder.rpartition("/")[2]
    by_name = ending[1] if ending else parent if SYNSET.fullmatch(parent) else None
    return _Found(
        image=StoredImage(file=official_file(file or unnamed), synset=by_name or by_label),
        row=row,
        named=bool(file),
        disagrees=bool(by_name and by_label and by_name != by_label),
    )


def _columns(path: Path, schema: Any) -> list[str]:  # noqa: ANN401  # pyarrow has no types
    from pyarrow import types  # noqa: PLC0415  # optional

    names = set(schema.names)
    inner = {}
    if "image" in names and types.is_struct(schema.field("image").type):
        inner = {field.name: field.type for field in schema.field("image").type}
    binary = "bytes" in inner and (
        types.is_binary(inner["bytes"]) or types.is_large_binary(inner["bytes"])
    )
    if not binary or "path" not in inner or "label" not in names:
        message = (
            f"{path}: has columns {printable(', '.join(schema.names))}; expected image (bytes and "
            "path) and label, as in ILSVRC/imagenet-1k"
        )
        raise CatalogueError(message)
    return ["image.path", "label"]


def _classes(schema: Any, synsets: Sequence[str]) -> Sequence[str]:  # noqa: ANN401  # as above
    """The synset of each label: as the file names its labels, if it does so by synset."""
    try:
        features = json.loads((schema.metadata or {})[b"huggingface"])["info"]["features"]
        names = features["label"]["names"]
    except (KeyError, TypeError, ValueError, RecursionError):
        return synsets
    every = isinstance(names, list) and all(SYNSET.fullmatch(str(name)) for name in names)
    return [str(name) for name in names] if every else synsets


def _by_label(label: object, classes: Sequence[str]) -> str | None:
    """The class of a label; None for what is no number of one, such as -1, NaN or nothing."""
    if isinstance(label, int) and not isinstance(label, bool) and 0 <= label < len(classes):
        return classes[label]
    return None


def _findings(found: Sequence[_Found], names: Sequence[str]) -> Iterator[str]:
    disagreeing = [row.image.file for row in found if row.disagrees]
    if disagreeing:
        yield f"{listed(disagreeing, 'image')} whose path and label disagree; the path counts"
    unnamed = [row.image.file for row in found if not row.named]
    if unnamed:
        yield f"{listed(unnamed, 'image')} without a path, named by where they are stored"
    missing = missing_shards(names)
    if missing:
        yield f"{listed(missing, 'shard')} missing"
