"""The site around the pages: renders before mkdocs builds, then builds the second language.

mkdocs calls the `on_…` functions through `docs/hook.py`. Knows nothing of what a page says.
"""

import logging
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import TypeAlias

import jieba
from mkdocs.commands.build import build
from mkdocs.config import load_config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.livereload import LiveReloadServer
from mkdocs.structure.files import Files
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page

from catalogue.errors import CatalogueError, Severity
from catalogue.read import read_zoo
from catalogue.render import render_site
from catalogue.store import FOLDER, load

log = logging.getLogger("mkdocs.hooks.catalogue")

LANGUAGES: Mapping[str, str] = {"en": "English", "zh": "中文"}
"""Languages of the site by their own names; the first stands at the root, others in folders."""
MAIN = next(iter(LANGUAGES))
WORDS = Path(__file__).parent / "words.zh.txt"
"""Terms that the Chinese search must not cut apart."""

Nav: TypeAlias = list["str | dict[str, Nav]"]

_FAMILIES = {"en": "Families", "zh": "模型家族"}
_MOST_UNGROUPED = 24
_GROUPS = 8


def on_config(config: MkDocsConfig) -> None:
    """Bring in the theme, the words of the search, and what `mkdocs serve` watches."""
    theme = _theme_folder()
    if str(theme) not in config.theme.dirs:
        config.theme.dirs.insert(1 if config.theme.custom_dir else 0, str(theme))
    language = _language(config)
    config.extra["alternate"] = _alternates(language, dict.fromkeys(LANGUAGES, ""))
    if language == "zh":
        jieba.setLogLevel(logging.WARNING)
        jieba.load_userdict(str(WORDS))
    if language == MAIN:
        config.watch.extend(map(str, _watched(config)))


def on_pre_build(config: MkDocsConfig) -> None:
    """Render the pages of all languages; those that did not change stay untouched."""
    if _language(config) != MAIN:
        return
    root = _root(config) / "model-index"
    try:
        reading = read_zoo(root)
        stored = load(root / FOLDER)
        for diagnostic in (*reading.diagnostics, *stored.diagnostics):
            level = logging.INFO if diagnostic.severity is Severity.NOTE else logging.WARNING
            log.log(level, "%s", diagnostic)
        render_site(reading.zoo, stored, _docs(config), languages=tuple(LANGUAGES))
    except CatalogueError as fault:
        raise PluginError(str(fault)) from None


def on_files(files: Files, config: MkDocsConfig) -> None:
    """Set the navigation from the pages that exist."""
    pages = [file.src_uri for file in files.documentation_pages()]
    config.nav = navigation(pages, _FAMILIES[_language(config)])


def on_page_context(
    context: Mapping[str, object], page: Page, config: MkDocsConfig, nav: Navigation
) -> None:
    """Point the language switch of one page at the same page in the other languages.

    Where a language lacks the page, the switch leads to that language's home.
    """
    del context, nav
    config.extra["alternate"] = _alternates(
        _language(config),
        {
            language: page.url if (_docs(config) / language / page.file.src_uri).is_file() else ""
            for language in LANGUAGES
        },
    )


def on_post_build(config: MkDocsConfig) -> None:
    """Build the other languages into folders of the site that has just been written."""
    if _language(config) != MAIN:
        return
    for language in list(LANGUAGES)[1:]:
        other = load_config(
            str(_root(config) / f"mkdocs.{language}.yml"),
            site_dir=str(Path(config.site_dir) / language),
            site_url=f"{config.site_url.rstrip('/')}/{language}/" if config.site_url else "",
            strict=config.strict,
        )
        other.plugins.on_startup(command="build", dirty=False)
        build(other)


def on_serve(server: LiveReloadServer, config: MkDocsConfig, builder: object) -> None:
    """Stop watching the folder that rendering writes to: a build would start the next one."""
    del builder
    server.unwatch(config.docs_dir)


def navigation(pages: Iterable[str], families_title: str) -> Nav:
    """What stands in the navigation: home, families, and the pages written by hand.

    Args:
        pages: Paths of all pages, relative to the folder of their language.
        families_title: Heading of the families.

    Returns:
        mkdocs' `nav`; pages without a title there are named by their first heading.
    """
    known = sorted(pages)
    families = [page for page in known if page.startswith("families/")]
    written = [
        page
        for page in known
        if page != "index.md" and not page.startswith(("families/", "models/"))
    ]
    nav: Nav = ["index.md"] if "index.md" in known else []
    if families:
        nav.append({families_title: _grouped(families)})
    return [*nav, *written]


def _grouped(families: Sequence[str]) -> Nav:
    """Many families come in alphabetical groups, named by their first and last."""
    if len(families) <= _MOST_UNGROUPED:
        return list(families)
    size = -(-len(families) // _GROUPS)
    groups = [families[at : at + size] for at in range(0, len(families), size)]
    return [{_span(group): list(group)} for group in groups]


def _span(group: Sequence[str]) -> str:
    first, last = PurePosixPath(group[0]).stem, PurePosixPath(group[-1]).stem
    return first if first == last else f"{first} – {last}"


def _alternates(language: str, urls: Mapping[str, str]) -> list[dict[str, str]]:
    """The language switch, with links relative to the root of `language`'s own site."""
    up = "" if language == MAIN else "../"
    return [
        {
            "name": LANGUAGES[other],
            "lang": other,
            "link": (up + ("" if other == MAIN else f"{other}/") + url or "."),
        }
        for other, url in urls.items()
    ]


def _language(config: MkDocsConfig) -> str:
    return str(config.theme["language"])


def _root(config: MkDocsConfig) -> Path:
    """The folder of `mkdocs.yml`, which holds `model-index`."""
    return Path(config.config_file_path).parent


def _docs(config: MkDocsConfig) -> Path:
    """The folder that has one folder of pages per language."""
    return Path(config.docs_dir).parent


def _theme_folder() -> Path:
    """Where the theme lies: inside the installed package, or beside it in a checkout."""
    package = Path(__file__).parent
    installed = package / "templates"
    return (installed if installed.is_dir() else package.parent / "templates") / "theme"


def _watched(config: MkDocsConfig) -> list[Path]:
    """What people write, and what the program measures: a change there renews the pages."""
    written = [
        path
        for language in LANGUAGES
        for path in (_docs(config) / language).glob("*.md")
        if path.name != "index.md"
    ]
    others = [_root(config) / f"mkdocs.{language}.yml" for language in LANGUAGES]
    folders = [_root(config) / "model-index", _theme_folder().parent]
    return [path for path in (*folders, *others, *written) if path.exists()]
