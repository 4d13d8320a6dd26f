"""While `mkdocs serve` runs: a new record rebuilds the pages that show it, anything else the site.

A whole build of a large zoo takes a minute; the pages of one model and its family are there at
once. Those that show all models, and plots, follow when nothing has happened for a while.
"""

import logging
import shutil
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Timer

from jinja2 import Environment
from mkdocs.commands.build import _build_page, _populate_page
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.livereload import LiveReloadServer
from mkdocs.structure.files import Files
from mkdocs.structure.nav import Navigation

from catalogue.errors import CatalogueError
from catalogue.page.layers import templates_folder
from catalogue.render import Known, Rendered, Where, render_judged, render_models
from catalogue.store import DEVICES, ENVIRONMENTS, load

log = logging.getLogger("mkdocs.hooks.catalogue")

_OLD_HOOK = (
    "'%s' lacks on_startup, so that each new record builds the whole site; replace it by the file "
    "that `catalogue init` writes into a new folder"
)
IDLE = 5.0
"""Seconds without a change after which the pages that show all models follow."""
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
class Kept:
    """What stays in this process from one build to the next; mkdocs' events fill it."""

    serving: bool = False
    """Whether there will be a next build."""
    builds: dict[str, Built] = field(default_factory=dict)
    """By language."""
    known: Known | None = None
    """What rendering found last; nothing where no next build needs it."""


KEPT = Kept()
"""That of this process: mkdocs keeps no state between its events."""


def on_startup(*, command: str, dirty: bool) -> None:
    """Keep what rendering finds where a server will build again; mkdocs knows this by its name."""
    del dirty
    # The builds of other languages start up as "build" within a server.
    KEPT.serving = KEPT.serving or command == "serve"


class Overtaken(Exception):  # noqa: N818  # no error: the pages come later
    """Something changed while the pages that show all models were built."""


@dataclass(kw_only=True, slots=True)
class Serving:
    """What a running server knows of its last builds."""

    root: Path
    """The folder of `mkdocs.yml`."""
    watched: tuple[Path, ...]
    kept: Kept
    whole: Callable[[], None]
    """mkdocs' own way to build the site."""
    ask: Callable[[], None]
    """Asks the server for a build, which comes by `build`."""
    asked: Callable[[], bool]
    """Whether the server has been asked for one since it began the last."""
    stamps: Stamps = field(default_factory=dict)
    behind: frozenset[str] = frozenset()
    """Models whose records the pages that show all models do not know yet."""
    timer: Timer | None = None
    torn: bool = False
    """Whether pages that show all models may have been rendered, but not built."""

    def build(self) -> None:
        """Build what has changed since the last time, or what was left for later.

        What was left gives way to what has changed meanwhile, and starts over after it.
        """
        if self.timer is not None:
            self.timer.cancel()
        stamps = stamps_of(self.watched)
        before, self.stamps = self.stamps, stamps
        if stamps == before and self.behind:
            try:
                done = self._overviews(self.behind)
            except Overtaken:
                self.torn = True
                return
            self.behind, self.torn = frozenset(), False
        else:
            only = touched_models(_records(self.root), before, stamps)
            done = only is not None and self._models(only)
            self.behind = self.behind.union(only or ()) if done else frozenset()
        if not done:
            self.torn = False
            self.whole()
        elif self.behind:
            self.timer = Timer(IDLE, self.ask)
            self.timer.daemon = True
            self.timer.start()

    def _models(self, only: Collection[str]) -> bool:
        """Build the pages of some models and their families, where no doubt arises."""
        known = self.kept.known
        if known is None:
            return False
        stored = load(_records(self.root), only=only)
        if stored.diagnostics:
            return False
        return self._rebuilt(lambda where: render_models(known, stored, where, only), only)

    def _overviews(self, only: Collection[str]) -> bool:
        """Build the pages that show all models, and what else shows some of them.

        Raises:
            Overtaken: the server is asked for another build.
        """
        known = self.kept.known
        if known is None:
            return False
        return self._rebuilt(
            lambda where: render_judged(
                known.judged, known.bits, replace(where, between=self._give_way), only
            ),
            only,
            overviews=True,
        )

    def _give_way(self) -> None:
        if self.asked():
            raise Overtaken

    def _rebuilt(
        self,
        render: Callable[[Where], Rendered],
        only: Collection[str],
        *,
        overviews: bool = False,
    ) -> bool:
        """Render, and build the pages that changed by it, where no doubt arises."""
        builds = self.kept.builds
        if not builds or any(one.nav is None for one in builds.values()):
            return False
        templates = self.root / "templates"
        docs = Path(next(iter(builds.values())).config.docs_dir).parent
        where = Where(
            docs=docs,
            languages=tuple(builds),
            templates=templates if templates.is_dir() else None,
        )
        try:
            rendered = render(where)
        except CatalogueError:
            return False
        if rendered.removed:
            return False
        self.kept.known = rendered.known
        again = rendered.unchanged if overviews and self.torn else ()
        for language, built in builds.items():
            for path in (*rendered.written, *again):
                if path.startswith(f"{language}/"):
                    if overviews:
                        self._give_way()
                    _rebuild(built, docs / language, path.removeprefix(f"{language}/"))
        shown = [*sorted(only), *(["all models"] if overviews else [])]
        log.info("Rebuilt what shows %s", ", ".join(shown))
        return True


def serve_touched(
    server: LiveReloadServer, root: Path, watched: tuple[Path, ...], kept: Kept
) -> None:
    """Let a server build no more than what a change touches."""
    if not kept.serving:
        log.warning(_OLD_HOOK, root / "docs" / "hook.py")

    def ask() -> None:
        with server._rebuild_cond:  # noqa: SLF001  # mkdocs has no other way to ask for a build
            server._want_rebuild = True  # noqa: SLF001
            server._rebuild_cond.notify_all()  # noqa: SLF001

    def asked() -> bool:
        return server._want_rebuild  # noqa: SLF001  # mkdocs sets it back before it builds

    serving = Serving(
        root=root, watched=watched, kept=kept, whole=server.builder, ask=ask, asked=asked
    )
    serving.stamps = stamps_of(watched)
    server.builder = serving.build


def _records(root: Path) -> Path:
    return root / "model-index" / "measurements"


def watched(root: Path, docs: Iterable[Path]) -> list[Path]:
    """What people write, and what the program measures: a change there renews the pages.

    Args:
        root: The folder of `mkdocs.yml`.
        docs: The languages' folders of pages.
    """
    written = [
        page
        for folder in docs
        for page in folder.glob("*.md")
        if page.name not in ("index.md", "choose.md", "compare.md")
    ]
    others = list(root.glob("mkdocs.*.yml"))
    folders = dict.fromkeys((root / "model-index", root / "templates", templates_folder()))
    found = (*folders, *others, root / "catalogue.toml", *written)
    return [path for path in found if path.exists()]


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
        if path.parent.name == DEVICES:
            return None
        if path.parent.name != ENVIRONMENTS:
            models.add(path.parent.name)
    return models or None


def _rebuild(built: Built, docs: Path, path: str) -> None:
    """Build a page of a language as mkdocs does, or copy another file."""
    config, files, nav = built.config, built.files, built.nav
    if nav is None:  # before the first build has come that far
        return
    file = files.get_file_from_path(path)
    if file is None or file.page is None:
        target = Path(config.site_dir) / path
        target.parent.mkdir(parents=True, exist_ok=True)
        if not (target.exists() and target.samefile(docs / path)):  # a site shares what it can
            shutil.copyfile(docs / path, target)
        return
    _populate_page(file.page, config, files)
    _build_page(file.page, config, files.documentation_pages(), nav, built.env)
