"""Where a zoo lies, and what its `catalogue.toml` allows."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

from catalogue.errors import CatalogueError

FILE = "catalogue.toml"
_INDEX_NAMES = ("model-index.yml", "model-index.yaml")


@dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
    """A zoo's folders and permissions."""

    index: Path
    """The root index file."""
    project: Path
    """The folder that holds `catalogue.toml`, `mkdocs.yml`, `docs/` and `templates/`."""
    allow: frozenset[str] = frozenset()
    """Top-level Python packages that builders may import."""

    @property
    def measurements(self) -> Path:
        """The records' folder."""
        return self.index.parent / "measurements"


def find_settings(start: Path, *, index: Path | None = None) -> Settings:
    """Find the zoo around a folder.

    Args:
        start: Where to begin; its parents are searched as well.
        index: The root index file or its folder, if the user named it.

    Raises:
        CatalogueError: there is no index, or `catalogue.toml` cannot be used.
    """
    file = _index_in(index) if index else _search(start)
    if file is None:
        where = index or start
        message = (
            f"{where}: no model index found; expected model-index/model-index.yml here or in a "
            "parent folder; name it with --index PATH"
        )
        raise CatalogueError(message)
    project = file.parent.parent if file.parent.name == "model-index" else file.parent
    return Settings(index=file, project=project, allow=_allowed(project / FILE))


def _search(start: Path) -> Path | None:
    for folder in (start.resolve(), *start.resolve().parents):
        found = _index_in(folder / "model-index") or _index_in(folder)
        if found:
            return found
    return None


def _index_in(path: Path) -> Path | None:
    if path.is_file():
        return path.resolve()
    candidates = (folder / name for folder in (path, path / "model-index") for name in _INDEX_NAMES)
    return next((one.resolve() for one in candidates if one.is_file()), None)


def _allowed(file: Path) -> frozenset[str]:
    if not file.is_file():
        return frozenset()
    try:
        allow = tomllib.loads(file.read_text(encoding="utf-8")).get("allow", [])
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        message = f"{file.name}: not valid TOML: {fault}"
        raise CatalogueError(message) from None
    if not isinstance(allow, list) or not all(isinstance(name, str) for name in allow):
        message = f'{file.name}: allow is {allow!r}; expected a list such as ["my_models"]'
        raise CatalogueError(message)
    return frozenset(allow)
