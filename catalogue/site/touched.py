"""While `mkdocs serve` runs: a new record rebuilds the pages that show it, anything else the site.

A whole build of a large zoo takes a minute; the pages that one record touches are a handful.
"""

import logging
import shutil
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from jinja2 import Environment
from mkdocs.commands.build import _build_page, _populate_page
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.livereload import LiveReloadServer
from mkdocs.structure.files import Files
from mkdocs.structure.nav import Navigation

from catalogue.commands.opened import open_zoo
from catalogue.errors import CatalogueError
from catalogue.render import Where, render_touched
from catalogue.store import ENVIRONMENTS

log = logging.getLogger("mkdocs.hooks.catalogue")

Stamps = Mapping[Path, tuple[int, int]]
"""When each file was changed (ns), and its bytes."""


@dataclass(kw_only=True, slots=True)
class Built:
    """The last whole build of one language, as mkdocs left it."""

    config: MkDocsConfig
    files: Files
    env: Environment
    nav: Navigation | None = None


@dataclass(kw_only=True, slots=True)
class Serving:
    """What a running server knows of its last builds."""

    root: Path
    """The folder of `mkdocs.yml`."""
    watched: tuple[Path, ...]
    builds: Mapping[str, Built]
    """By language; mkdocs' events fill it."""
    whole: Callable[[], None]
    """mkdocs' own way to build the site."""
    stamps: Stamps = field(default_factory=dict)

    def build(self) -> None:
        """Build what has changed since the last time."""
        stamps = stamps_of(self.watched)
        only = touched_models(self.root / "model-index" / "measurements", self.stamps, stamps)
        self.stamps = stamps
        if only is None or not self._rebuilt(only):
            self.whole()

    def _rebuilt(self, only: Collection[str]) -> bool:
        """Build the pages that show some models, where no doubt arises."""
        if any(one.nav is None for one in self.builds.values()):
            return False
        templates = self.root / "templates"
        docs = Path(next(iter(self.builds.values())).config.docs_dir).parent
        try:
            opened = open_zoo(self.root, index=None, allow=())
            where = Where(
                docs=docs,
                languages=tuple(self.builds),
                templates=templates if templates.is_dir() else None,
            )
            rendered = render_touched(opened.zoo, opened.stored, where, only)
        except CatalogueError:
            return False
        if opened.broken or rendered.removed:
            return False
        for language, built in self.builds.items():
            mine = [path.removeprefix(f"{language}/") for path in rendered.written]
            here = [path for path, whole in zip(mine, rendered.written, strict=True) if path != whole]
            _rebuild(built, docs / language, here)
        log.info("Rebuilt what shows %s", ", ".join(sorted(only)))
        return True


def serve_touched(
    server: LiveReloadServer, root: Path, watched: tuple[Path, ...], builds: Mapping[str, Built]
) -> None:
    """Let a server build no more than what a change touches."""
    serving = Serving(root=root, watched=watched, builds=builds, whole=server.builder)
    serving.stamps = stamps_of(watched)
    server.builder = serving.build


def stamps_of(watched: Iterable[Path]) -> Stamps:
    """The state of all files at or below some paths."""
    found: dict[Path, tuple[int, int]] = {}
    for path in watched:
        for file in [path] if path.is_file() else path.rglob("*"):
            if file.is_file():
                status = file.stat()
                found[file] = (status.st_mtime_ns, status.st_size)
    return found


def touched_models(records: Path, before: Stamps, after: Stamps) -> Collection[str] | None:
    """The models that have new records, where that is all that happened; else None.

    Args:
        records: Their folder.
        before: The state of the files at the last build; empty before the first.
        after: The state now.
    """
    models = set()
    for path in before.keys() | after.keys():
        if before.get(path) == after.get(path):
            continue
        if path in before or path.suffix != ".json" or path.parent.parent != records:
            return None
        if path.parent.name != ENVIRONMENTS:
            models.add(path.parent.name)
    return models or None


def _rebuild(built: Built, docs: Path, written: Iterable[str]) -> None:
    """Build some pages of a language as mkdocs does, and copy other files."""
    config, files, nav = built.config, built.files, built.nav
    pages = files.documentation_pages()
    for path in written:
        file = files.get_file_from_path(path)
        if file is None or file.page is None:
            target = Path(config.site_dir) / path
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(docs / path, target)
            continue
        _populate_page(file.page, config, files)
        assert nav is not None
        _build_page(file.page, config, pages, nav, built.env)
