"""What lies in the folders that entries name: each is looked at once, however many paths ask.

Looks at the disk, opens nothing.
"""

# ruff: noqa: PTH113, PTH114, PTH118
# Two paths a model are looked for: with pathlib, that took a fifth of the time of reading.

import os
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class _Folder:
    """A folder, listed."""

    prefix: str
    """Its path, all links followed, up to a file's name."""
    files: frozenset[str]
    """Names of the regular files in it, links not among them."""


@dataclass(frozen=True, slots=True)
class Folders:
    """Every folder that was asked about, as it was then."""

    _listed: dict[str, _Folder | None] = field(default_factory=dict)
    _real: dict[str, str] = field(default_factory=dict)

    def real_file(self, path: str) -> str | None:
        """The file at an absolute path, all links followed; None where there is no file.

        A path with a NUL, or with a name longer than the file system takes, names no file.
        """
        parent, name = os.path.split(path)
        if parent not in self._listed:
            self._listed[parent] = self._listing(parent)
        folder = self._listed[parent]
        if folder is None:
            return None
        if name in folder.files:
            return folder.prefix + name
        # A link, a folder, `..`, a name in another case than the disk's: seldom.
        return os.path.realpath(path) if os.path.isfile(path) else None

    def _listing(self, path: str) -> _Folder | None:
        try:
            with os.scandir(path) as found:
                files = frozenset(one.name for one in found if one.is_file(follow_symlinks=False))
        except PermissionError:
            # Files in it may be readable all the same.
            files = frozenset()
        except (OSError, ValueError):
            # ValueError: a NUL in the path.
            return None
        return _Folder(prefix=os.path.join(self._followed(path), ""), files=files)

    def _followed(self, path: str) -> str:
        """A folder's path, all links followed; those above it are many folders' own."""
        if path not in self._real:
            parent, name = os.path.split(path)
            if parent == path or name in ("", ".", "..") or os.path.islink(path):
                self._real[path] = os.path.realpath(path)
            else:
                self._real[path] = os.path.join(self._followed(parent), name)
        return self._real[path]
