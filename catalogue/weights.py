"""Weights files: found or downloaded, always verified, and put into a model.

Knows entries' `Weights`, files and addresses. Knows nothing of measuring or records.
"""

import hashlib
import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Protocol
from urllib.parse import unquote, urlsplit

from torch import nn

from catalogue.download import Progress, download, in_silence
from catalogue.entry import Entry, Weights
from catalogue.errors import CatalogueError, UnreadyError
from catalogue.hub import HubCopy, HubFile, fetch_from_hub, hub_cache, hub_file, is_offline
from catalogue.library_weights import as_pretrained, library_weights
from catalogue.state_dict import load_state, read_state

_SUFFIXES = (".safetensors", ".pth", ".pt", ".bin")


class Fetch(Protocol):
    """Writes what stands at an address into a file."""

    def __call__(self, url: str, file: BinaryIO, /, *, on_progress: Progress) -> None:
        """Raise an OSError where it cannot be had."""


class FetchHub(Protocol):
    """Finds or downloads a file of the hub."""

    def __call__(self, wanted: HubFile, /, *, on_progress: Progress) -> HubCopy:
        """Raise an OSError where it cannot be had."""


def default_cache(environment: Mapping[str, str]) -> Path:
    """Where downloaded weights are kept unless the user says otherwise.

    Source: https://specifications.freedesktop.org/basedir-spec/latest/ for XDG_CACHE_HOME.
    """
    home = environment.get("XDG_CACHE_HOME", "")
    cache = Path(home) if Path(home).is_absolute() else Path.home() / ".cache"
    return cache / "catalogue" / "weights"


@dataclass(frozen=True, kw_only=True, slots=True)
class Shelf:
    """Where weights are looked for, in this order, and who fetches what is nowhere."""

    cache: Path
    """Where downloads from other places than the hub are kept."""
    file: Path | None = None
    """The one file to take, whatever the entry says; its hash is held against the entry's."""
    folder: Path | None = None
    """The user's own files."""
    zoo: Path | None = None
    """The folder that paths in entries start from; none are allowed where not given."""
    fetch: Fetch = download
    """Writes what stands at a URL into a file."""
    fetch_hub: FetchHub = fetch_from_hub
    tell: Progress = in_silence


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """A weights file on this machine."""

    path: Path
    source: str
    """The address it came from, a hub's with the commit; `file NAME` where the user gave it."""
    ours: bool = False
    """Whether it lies in this program's own cache."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Loaded:
    """What was put into a model."""

    sha256: str
    source: str
    """As of `Found`."""


def load_entry_weights(model: nn.Module, entry: Entry, shelf: Shelf) -> Loaded:
    """Put an entry's weights into its model: those it names, else those its library means.

    Args:
        model: What the entry's builder made; mutated.
        entry: The entry.
        shelf: Where to look.

    Raises:
        CatalogueError: an address that is not allowed.
        UnreadyError: there are no weights, or not on this machine, or they are not what they
            should be, damaged, of another model, or want to run code.
    """
    builder = entry.builder
    named = next(iter(entry.weights), None)
    weights = named or (library_weights(builder, model) if builder else None)
    if shelf.file is not None:
        found = Found(path=shelf.file, source=f"file {shelf.file.name}")
        _check(found, named or Weights(url=shelf.file.name))
    elif weights is None:
        message = (
            "the entry names no Weights, and its builder's library publishes none; "
            "expected a URL or a path in the entry, or --weights FILE"
        )
        raise UnreadyError(message)
    else:
        found = find_weights(weights, shelf, names=_names(entry, weights))
    try:
        sha256 = load_weights(model, found.path, key=named.key if named else None)
    except UnreadyError as fault:
        message = f"{fault}; {_remedy(found)}"
        raise UnreadyError(message) from fault
    except CatalogueError as fault:
        message = f"{fault}; expected weights of this model: mend its Weights or its Builder"
        raise UnreadyError(message) from fault
    if builder is not None:
        as_pretrained(model, builder, sha256)
    return Loaded(sha256=sha256, source=found.source)


def find_weights(weights: Weights, shelf: Shelf, *, names: Iterable[str] = ()) -> Found:
    """Find a weights file, or download it.

    Args:
        weights: The file as its entry names it: an https URL, or a path inside the zoo.
        shelf: Where to look, and who downloads.
        names: Names under which the user's folder may hold it, beside that of its URL.

    Returns:
        A file whose size and SHA-256 are the entry's, so far as it names them.

    Raises:
        CatalogueError: the URL is not https or leads out of the zoo.
        UnreadyError: the file is nowhere and cannot be downloaded, or is not what it should be.
    """
    if not urlsplit(weights.url).scheme:
        return _check(Found(path=_inside(shelf.zoo, weights), source=weights.url), weights)
    name, hub = _file_name(weights), hub_file(weights.url)
    # On the hub every model's file has the same name, which so tells nothing.
    wanted = tuple(dict.fromkeys((*names, *(() if hub else (name,)))))
    for one in wanted if shelf.folder is not None else ():
        path = Path(shelf.folder or ".", one)
        if path.is_file():
            return _check(Found(path=path, source=f"file {path.name}"), weights)
    kept = shelf.cache / hashlib.sha256(weights.url.encode()).hexdigest()[:16] / name
    try:
        if hub is not None and not kept.is_file():
            copy = shelf.fetch_hub(hub, on_progress=shelf.tell)
            return _check(Found(path=copy.path, source=copy.source.url), weights)
        if not kept.is_file():
            _download(weights, kept, shelf)
    except (OSError, HTTPException) as fault:
        raise _nowhere(weights, fault, shelf, wanted=wanted, kept=kept) from fault
    return _check(Found(path=kept, source=weights.url, ours=True), weights)


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
        UnreadyError: the file is damaged, holds NaN or wants to run code.
        CatalogueError: it does not fit the model.
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


def _names(entry: Entry, weights: Weights) -> Iterator[str]:
    """Names under which a folder of weights may hold an entry's file, the surest first."""
    hub, builder = hub_file(weights.url), entry.builder
    if not hub:
        yield _file_name(weights) if urlsplit(weights.url).scheme else ""
    stems = [entry.id, entry.name]
    if hub:
        stems.append(hub.repository.rpartition("/")[2])  # timm's tag: `dpn131.mx_in1k`
        yield f"{hub.repository}/{hub.file}"
        yield f"{stems[-1]}/{hub.file}"
    if builder is not None and not entry.weights:
        stems.append(builder.name)
    for stem in dict.fromkeys(stems):
        if Path(stem).name == stem:
            yield from (f"{stem}{suffix}" for suffix in _SUFFIXES)


def _nowhere(
    weights: Weights, fault: Exception, shelf: Shelf, *, wanted: Sequence[str], kept: Path
) -> UnreadyError:
    hub = hub_file(weights.url)
    silent = (
        "is on the hub, where HF_HUB_OFFLINE forbids to look"
        if hub and is_offline()
        else (f"does not answer: {_one_line(fault)}")
    )
    looked = f" and in {hub_cache(hub)}" if hub else ""
    own = "a folder named with --weights-dir"
    if shelf.folder is not None:
        own = f"{shelf.folder}"
        looked += f" and in {own} ({', '.join(one for one in wanted if one)})"
    return UnreadyError(
        f"{_where(weights)}'{kept.name}' is not on this machine and {weights.url} {silent}; "
        f"looked at {kept}{looked}; put the file there, or into {own}, or name it with --weights"
    )


def _download(weights: Weights, path: Path, shelf: Shelf) -> None:
    """Download through a temporary file, so that a kill leaves the whole file or none."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")
    try:
        with os.fdopen(descriptor, "wb") as file:
            shelf.fetch(weights.url, file, on_progress=shelf.tell)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _check(found: Found, weights: Weights) -> Found:
    """The file, if it is what its entry says."""
    if not found.path.is_file():
        message = f"{_where(weights)}'{found.path}' does not exist; expected the weights"
        raise UnreadyError(message)
    fault = _fault(found.path, weights)
    if fault is None:
        return found
    message = f"{_where(weights)}'{found.path}' {fault}; {_remedy(found)}, or mend the entry"
    raise UnreadyError(message)


def _remedy(found: Found) -> str:
    """What to do about a file that is not what it should be; one of ours is put aside."""
    if not found.ours:
        return "replace the file"
    aside = found.path.with_name(f"{found.path.name}.refused")
    found.path.replace(aside)
    return f"it was put aside as '{aside.name}'; run again to download it anew"


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
