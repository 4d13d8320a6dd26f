"""Whether a record still holds: what of its subject has changed since it was made.

Needs no torch: the library's source files are found by path and hashed.
"""

import hashlib
import importlib.util
import json
from collections.abc import Iterable
from dataclasses import asdict
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from catalogue.entry import Builder, Entry, Preprocessing, Weights
from catalogue.record import METHOD, Accuracy, AccuracyConditions, Kind, Record


def arguments_text(builder: Builder) -> str:
    """The builder's arguments as records hold them: canonical JSON."""
    return json.dumps(
        {"args": list(builder.args), "kwargs": dict(builder.kwargs)},
        sort_keys=True,
        ensure_ascii=False,
    )


def recipe_text(recipe: Preprocessing) -> str:
    """The preprocessing as records hold it: canonical JSON of everything that moves a pixel."""
    fields = asdict(recipe)
    for key in ("id", "place", "crop_pct"):
        del fields[key]
    fields["resize_size"] = recipe.resize_pixels()
    return json.dumps(fields, sort_keys=True)


def weights_text(weights: Iterable[Weights]) -> str | None:
    """The first weights file as the entry names it: its hash, else its URL."""
    first = next(iter(weights), None)
    if first is None:
        return None
    return first.sha256 or first.sha256_prefix or first.url


def file_text(entry: Entry, sha256: str) -> str | None:
    """Weights that somebody named in place of an entry's, as records hold them: by their hash.

    Where the entry has none at all, they are as good as its own, and None stands as for those.
    """
    return sha256 if entry.validatable else None


@cache
def library_text(package: str) -> str:
    """The distribution that defines a model, with its version: `timm 1.0.31`."""
    try:
        return f"{package} {version(package)}"
    except PackageNotFoundError:
        return package


def files_sha256(files: Iterable[str]) -> str | None:
    """Hash over the contents of installed source files, in their order.

    Args:
        files: Paths that begin with an importable top-level package: `timm/models/dpn.py`.

    Returns:
        64 hexadecimal digits, or None where one of the files is not installed here.
    """
    digest = hashlib.sha256()
    for file in files:
        content = _content_sha256(file)
        if content is None:
            return None
        digest.update(content)
    return digest.hexdigest()


def changes(record: Record, entry: Entry) -> tuple[str, ...]:
    """What makes a record out of date.

    Args:
        record: A record of this entry.
        entry: The entry as it is written now.

    Returns:
        Lower-case words among `method`, `builder`, `arguments`, `library`, `recipe` and
        `weights`; none where the record is up to date. A library that is not installed here
        cannot be compared and changes nothing.
    """
    found = []
    if record.method != METHOD[record.kind]:
        found.append("method")
    if entry.builder is None or record.subject.target != entry.builder.target:
        found.append("builder")
    elif record.subject.arguments != arguments_text(entry.builder):
        found.append("arguments")
    elif _library_changed(record, entry.builder):
        found.append("library")
    if record.kind is Kind.ACCURACY:
        found.extend(_accuracy_changes(record, entry))
    return tuple(found)


def _library_changed(record: Record, builder: Builder) -> bool:
    """Compare source files; the version only where a model was never built and has no files."""
    if not record.subject.files:
        return record.subject.library != library_text(builder.package)
    return files_sha256(record.subject.files) not in (None, record.subject.files_sha256)


def _accuracy_changes(record: Record, entry: Entry) -> Iterable[str]:
    if not isinstance(record.conditions, AccuracyConditions):
        return
    recipe = recipe_named(entry, record.conditions.recipe_id)
    if recipe is None:
        # without recipes of its own an entry takes its library's, whose files are compared
        changed = bool(entry.preprocessing)
    else:
        changed = recipe_text(recipe) != record.subject.recipe
    if changed:
        yield "recipe"
    if _weights_changed(record, entry):
        yield "weights"


def _weights_changed(record: Record, entry: Entry) -> bool:
    """A hash that was written into the entry since, and is that of the file, changes nothing."""
    if weights_text(entry.weights) == record.subject.weights:
        return False
    first = next(iter(entry.weights), None)
    digest = (first.sha256 or first.sha256_prefix) if first else None
    return not (
        digest
        and isinstance(record.result, Accuracy)
        and record.result.weights_sha256.startswith(digest)
    )


def recipe_named(entry: Entry, recipe_id: str) -> Preprocessing | None:
    """The entry's recipe of that id; `own` is the first one where it has no id."""
    return next((one for one in entry.preprocessing if (one.id or "own") == recipe_id), None)


@cache
def _package_folder(package: str) -> Path | None:
    """Where a top-level package or module lies; finding it does not import it."""
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        return None
    return Path(spec.origin).parent if spec.submodule_search_locations else Path(spec.origin)


@cache
def _content_sha256(file: str) -> bytes | None:
    """Hash of one installed file; models of one library share most of their files."""
    package, _, inside = file.partition("/")
    package = package.removesuffix(".py")
    if ".." in Path(inside).parts or not package.isidentifier():
        return None  # a record may come from a stranger's branch
    folder = _package_folder(package)
    path = folder / inside if folder and inside else folder
    if path is None or not path.is_file():
        return None
    return hashlib.sha256(path.read_bytes()).digest()


def forget_files() -> None:
    """Look at source files afresh; for a process in which they are edited."""
    _package_folder.cache_clear()
    _content_sha256.cache_clear()
