"""A folder that the program writes: only what changes, removing only what it wrote itself.

Remembers in a list what it wrote. Other files of the folder are never touched.
"""

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

LIST = ".rendered"
"""Names every file that was written, so that only those are removed."""
_OWN = ("api", "cards", "families", "models", "plots")
_OWN_FILES = ("choose.md", "compare.md", "feed.xml", "index.md", "llms.txt")


@dataclass(kw_only=True, slots=True)
class WrittenFolder:
    """A folder of the site, with what earlier runs and this one wrote there."""

    root: Path
    before: Mapping[str, str]
    """By path: the digest of what a picture was drawn from, empty for all else."""
    after: dict[str, str] = field(default_factory=dict)
    written: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    made: set[Path] = field(default_factory=set)
    """Folders that this run has seen to be there."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Written:
    """What became of a folder's files, as paths that begin with its name."""

    written: tuple[str, ...]
    unchanged: tuple[str, ...]
    removed: tuple[str, ...]


def share(root: Path, targets: Mapping[str, Path]) -> tuple[str, ...]:
    """Let a site share the bytes of files that this program wrote, where the disk can do that.

    Args:
        root: The folder they were written to.
        targets: Where files shall stand, by their paths; those of others are left alone, and so
            is whatever lies there already.

    Returns:
        The paths that the site has now.
    """
    made: set[Path] = set()
    shared = []
    for path in _listed(root):
        target = targets.get(path)
        if target is None:
            continue
        if target.parent not in made:
            target.parent.mkdir(parents=True, exist_ok=True)
            made.add(target.parent)
        try:
            os.link(root / path, target)
        except FileExistsError:
            continue
        except OSError:  # Another disk, or one without links.
            break
        shared.append(path)
    return tuple(shared)


def open_folder(root: Path) -> WrittenFolder:
    """A folder with what an earlier run wrote; nothing where its list is missing or damaged."""
    return WrittenFolder(root=root, before=_listed(root))


def write(folder: WrittenFolder, path: str, content: bytes, *, digest: str = "") -> None:
    """Write a file unless it holds this content already."""
    file = folder.root / path
    folder.after[path] = digest
    held = _content(file)
    if held == content:
        folder.unchanged.append(path)
        return
    if held is not None:
        # A new file, because a site that was built may share the old one's bytes (`share`).
        file.unlink()
    elif file.parent not in folder.made:
        file.parent.mkdir(parents=True, exist_ok=True)
        folder.made.add(file.parent)
    file.write_bytes(content)
    folder.written.append(path)


def keep(folder: WrittenFolder, path: str, digest: str) -> bool:
    """Whether a file lies there that was made from the same; it then stays."""
    if folder.before.get(path) != digest or not (folder.root / path).is_file():
        return False
    folder.after[path] = digest
    folder.unchanged.append(path)
    return True


def keep_rest(folder: WrittenFolder) -> None:
    """Keep whatever an earlier run wrote and this one has not looked at."""
    for path, digest in folder.before.items():
        folder.after.setdefault(path, digest)


def finish(folder: WrittenFolder) -> Written:
    """Remove what no longer belongs, with folders that it leaves empty; write the list anew."""
    removed = [path for path in folder.before if path not in folder.after]
    for path in removed:
        (folder.root / path).unlink(missing_ok=True)
    _remove_empty(folder.root, removed)
    listing = json.dumps(folder.after, indent=0, sort_keys=True) + "\n"
    file = folder.root / LIST
    if not file.is_file() or file.read_text(encoding="utf-8") != listing:
        file.write_text(listing, encoding="utf-8")
    name = folder.root.name
    return Written(
        written=tuple(f"{name}/{path}" for path in folder.written),
        unchanged=tuple(f"{name}/{path}" for path in folder.unchanged),
        removed=tuple(f"{name}/{path}" for path in removed),
    )


def _remove_empty(root: Path, removed: Iterable[str]) -> None:
    """Remove the folders that held nothing but files that were removed."""
    folders = {folder for path in removed for folder in (root / path).parents}
    for folder in sorted(folders - {root, *root.parents}, reverse=True):
        try:
            folder.rmdir()
        except OSError:  # Something of others lies there.
            continue


def _content(file: Path) -> bytes | None:
    try:
        return file.read_bytes()
    except FileNotFoundError:
        return None


def _listed(root: Path) -> Mapping[str, str]:
    try:
        listed = json.loads((root / LIST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    if not isinstance(listed, dict):
        return {}
    return {path: str(digest) for path, digest in listed.items() if _is_ours(path)}


def _is_ours(path: str) -> bool:
    """Whether this program could have written a path: the list may have been tampered with."""
    first, *rest = path.split("/")
    if not rest:
        return path in _OWN_FILES
    return first in _OWN and not {"", ".", ".."} & set(rest)
