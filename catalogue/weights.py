"""Weights files: found or downloaded, always verified, and put into a model.

Knows entries' `Weights`, files and addresses. Knows nothing of measuring or records.
"""

import hashlib
import os
import tempfile
from collections.abc import Callable, Mapping
from http.client import HTTPException
from pathlib import Path, PurePosixPath
from typing import BinaryIO
from urllib.parse import unquote, urlsplit

from torch import nn

from catalogue.download import download
from catalogue.entry import Weights
from catalogue.errors import CatalogueError, UnreadyError
from catalogue.state_dict import load_state, read_state


def default_cache(environment: Mapping[str, str]) -> Path:
    """Where downloaded weights are kept unless the user says otherwise.

    Source: https://specifications.freedesktop.org/basedir-spec/latest/ for XDG_CACHE_HOME.
    """
    home = environment.get("XDG_CACHE_HOME", "")
    cache = Path(home) if Path(home).is_absolute() else Path.home() / ".cache"
    return cache / "catalogue" / "weights"


def fetch_weights(
    weights: Weights,
    *,
    folder: Path | None,
    cache: Path,
    zoo: Path | None = None,
    fetch: Callable[[str, BinaryIO], None] = download,
) -> Path:
    """Find a weights file, or download it.

    Args:
        weights: The file as its entry names it: an https URL, or a path inside the zoo.
        folder: The user's own files, under the names their URLs end in; looked into first.
        cache: Where downloads are kept; looked into next.
        zoo: The folder that paths in entries start from; none are allowed where not given.
        fetch: Writes what stands at a URL into a file.

    Returns:
        A file whose size and SHA-256 are the entry's, so far as it names them.

    Raises:
        CatalogueError: the URL is not https or leads out of the zoo.
        UnreadyError: the file is nowhere and cannot be downloaded, or is not what it should be.
    """
    if not urlsplit(weights.url).scheme:
        return _verified(_inside(zoo, weights), weights)
    name = _file_name(weights)
    if folder is not None and (folder / name).is_file():
        return _verified(folder / name, weights)
    kept = cache / hashlib.sha256(weights.url.encode()).hexdigest()[:16] / name
    if not kept.is_file():
        try:
            _download(weights, kept, fetch)
        except (OSError, HTTPException) as fault:
            message = (
                f"{_where(weights)}'{name}' is not on this machine and {weights.url} does not "
                f"answer: {_one_line(fault)}; put the file into "
                f"{folder or 'a folder named with --weights-dir'}, or at {kept}"
            )
            raise UnreadyError(message) from fault
    return _verified(kept, weights, ours=True)


def load_weights(model: nn.Module, path: Path, *, key: str | None = None) -> str:
    """Put a weights file into a model.

    Keys that do not fit as they are go through timm's own filter for the model, as timm does.

    Args:
        model: Mutated; where this raises, parts of it may hold the file's values.
        path: A safetensors file, or one of `torch.save` that holds nothing but tensors.
        key: Where the state dict stands inside the file; found where there is only one.

    Returns:
        SHA-256 of the file.

    Raises:
        CatalogueError: the file is damaged, wants to run code, or does not fit the model.
    """
    load_state(model, read_state(path, key=key), origin=path)
    return file_sha256(path)


def file_sha256(path: Path) -> str:
    """SHA-256 of a file, in lower-case hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _where(weights: Weights) -> str:
    return f"{weights.place}: " if weights.place.file else ""


def _one_line(fault: Exception) -> str:
    return " ".join(str(fault).split())[:300] or type(fault).__name__


def _inside(zoo: Path | None, weights: Weights) -> Path:
    if zoo is not None:
        root = zoo.resolve()
        path = (root / weights.url).resolve()
        if path.is_relative_to(root):
            return path
    message = (
        f"{_where(weights)}URL is '{weights.url}'; expected https://… or a path inside the zoo"
    )
    raise CatalogueError(message)


def _file_name(weights: Weights) -> str:
    parts = urlsplit(weights.url)
    name = unquote(PurePosixPath(parts.path).name)
    safe = name and not name.startswith(".") and not set(name) & set("/\\:\0")
    if parts.scheme == "https" and parts.hostname and safe:
        return name
    message = (
        f"{_where(weights)}URL is '{weights.url}'; expected https://… that ends in a file's name"
    )
    raise CatalogueError(message)


def _download(weights: Weights, path: Path, fetch: Callable[[str, BinaryIO], None]) -> None:
    """Download through a temporary file, so that a kill leaves the whole file or none."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")
    try:
        with os.fdopen(descriptor, "wb") as file:
            fetch(weights.url, file)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _verified(path: Path, weights: Weights, *, ours: bool = False) -> Path:
    """The path, if the file is what its entry says; a file of ours that is not is put aside."""
    if not path.is_file():
        message = f"{_where(weights)}'{path}' does not exist; expected the file that URL names"
        raise UnreadyError(message)
    fault = _fault(path, weights)
    if fault is None:
        return path
    advice = "replace the file, or mend the entry"
    if ours:
        aside = path.with_name(f"{path.name}.refused")
        path.replace(aside)
        advice = (
            f"it was put aside as '{aside.name}'; run again to download it anew, or mend the entry"
        )
    message = f"{_where(weights)}'{path}' {fault}; {advice}"
    raise UnreadyError(message)


def _fault(path: Path, weights: Weights) -> str | None:
    size = path.stat().st_size
    if weights.size_bytes not in (None, size):
        return f"has {size:,} bytes, expected {weights.size_bytes:,}"
    expected = weights.sha256 or weights.sha256_prefix
    if expected is None:
        return None
    found = file_sha256(path)
    if found.startswith(expected.lower()):
        return None
    word = "expected" if weights.sha256 else "expected it to begin with"
    return f"has the SHA-256 {found}, {word} {expected}"
