"""One file of a repository on the Hugging Face hub, at a commit.

Downloading is the hub's own client's, so that its cache, HF_HOME, HF_ENDPOINT, HF_HUB_OFFLINE and
the user's token are honoured, and what timm has fetched is not fetched again.
"""

import inspect
import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit

_HOSTS = ("huggingface.co", "www.huggingface.co", "hf.co")
_PATH = re.compile(r"/((?:[\w.-]+/)?[\w.-]+)/resolve/([^/]+)/(.+)", re.ASCII)
_COMMIT = re.compile(r"[0-9a-f]{40}", re.ASCII)


@dataclass(frozen=True, kw_only=True, slots=True)
class HubFile:
    """A file of a repository."""

    repository: str
    """`timm/dpn131.mx_in1k`."""
    revision: str
    """A branch, a tag or a commit."""
    file: str

    @property
    def url(self) -> str:
        """Its address."""
        revision = quote(self.revision, safe="")
        return f"https://huggingface.co/{self.repository}/resolve/{revision}/{quote(self.file)}"


@dataclass(frozen=True, kw_only=True, slots=True)
class HubCopy:
    """A file in the hub's cache."""

    path: Path
    source: HubFile
    """The revision is the commit that was resolved, where the cache tells."""


def hub_file(url: str) -> HubFile | None:
    """The file of the hub that an address means; None for an address elsewhere."""
    parts = urlsplit(url)
    found = _PATH.fullmatch(parts.path)
    if parts.scheme != "https" or parts.hostname not in _HOSTS or found is None:
        return None
    file = unquote(found[3])
    if any(step in ("", ".", "..") for step in file.split("/")):
        return None
    return HubFile(repository=found[1], revision=unquote(found[2]), file=file)


def fetch_from_hub(wanted: HubFile, *, on_progress: Callable[[int, int | None], None]) -> HubCopy:
    """Find a file in the hub's cache, or download it into the cache, whole or not at all.

    Raises:
        OSError: it is not in the cache, and the hub does not answer, refuses or lacks it.
    """
    from huggingface_hub import hf_hub_download  # noqa: PLC0415  # half a second
    from huggingface_hub.errors import (  # noqa: PLC0415
        EntryNotFoundError,
        HfHubHTTPError,
        HFValidationError,
    )

    # A connection that breaks raises what the client's own errors derive from, whichever library
    # speaks HTTP for it: requests, httpx or a later one.
    broken = (one for one in HfHubHTTPError.__bases__ if issubclass(one, Exception))
    faults: tuple[type[Exception], ...] = (EntryNotFoundError, HFValidationError, *broken)
    # Older clients take no bar from others and draw their own.
    told = "tqdm_class" in inspect.signature(hf_hub_download).parameters
    bar: Any = {"tqdm_class": _bar(on_progress)} if told else {}
    try:
        found: Any = hf_hub_download(
            wanted.repository, wanted.file, revision=wanted.revision, **bar
        )
    except faults as fault:
        raise OSError(str(fault.__cause__ or fault)) from fault
    path = Path(found)
    commit = next((part for part in reversed(path.parts) if _COMMIT.fullmatch(part)), None)
    source = HubFile(
        repository=wanted.repository, revision=commit or wanted.revision, file=wanted.file
    )
    return HubCopy(path=path, source=source)


def hub_cache(wanted: HubFile) -> Path:
    """The folder of the user's hub cache that holds a repository."""
    from huggingface_hub import constants  # noqa: PLC0415  # half a second

    return Path(constants.HF_HUB_CACHE) / f"models--{wanted.repository.replace('/', '--')}"


def is_offline() -> bool:
    """Whether the user has told the hub's client to stay off the network."""
    return os.environ.get("HF_HUB_OFFLINE", "").upper() in ("1", "ON", "YES", "TRUE")


def _bar(on_progress: Callable[[int, int | None], None]) -> Any:  # noqa: ANN401  # tqdm has no types
    """A bar for the hub's client that draws nothing and tells how far it is."""
    from tqdm.auto import tqdm  # type: ignore[import-untyped]  # noqa: PLC0415  # comes with the hub's client

    class Told(tqdm):  # type: ignore[misc]  # tqdm has no types
        def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401  # as tqdm's own
            kwargs.pop("name", None)
            super().__init__(*args, **{**kwargs, "disable": False, "file": _Void()})

        def update(self, n: float | None = 1) -> None:
            super().update(n)
            on_progress(int(self.n), int(self.total) if self.total else None)

    return Told


class _Void:
    """Where a bar is drawn that nobody is to see."""

    def write(self, _text: str) -> int:
        return 0

    def flush(self) -> None:
        pass
