"""What happens while mkdocs builds: render first, then build the second language beside.

mkdocs knows these functions by their names.
"""

import logging
import posixpath
from collections.abc import Mapping, MutableMapping
from pathlib import Path
from typing import cast
from urllib.parse import quote

import jieba
from jinja2 import ChoiceLoader, Environment, FileSystemLoader, PrefixLoader
from mkdocs.commands.build import build
from mkdocs.config import load_config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.livereload import LiveReloadServer
from mkdocs.structure.files import File, Files
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page

from catalogue.commands.opened import open_zoo
from catalogue.errors import CatalogueError, Severity
from catalogue.page.layers import PROGRAM
from catalogue.page.typeset import DATA
from catalogue.publish import feed, llms
from catalogue.publish.spoken import HOME_PREVIEW
from catalogue.read import schema
from catalogue.render import render_site, templates_folder
from catalogue.site.links import Alternate, relative_link, resolve_links
from catalogue.site.machines import Head, finished_feed, finished_llms
from catalogue.site.navigation import navigation
from catalogue.site.policy import guarded, own_scripts
from catalogue.site.serving import serving
from catalogue.site.tables import cut_tables, restore_tables

log = logging.getLogger("mkdocs.hooks.catalogue")

LANGUAGES: Mapping[str, str] = {"en": "English", "zh": "中文"}
"""Languages of the site by their own names; the first stands at the root, others in folders."""
MAIN = next(iter(LANGUAGES))
WORDS = Path(__file__).parent / "words.zh.txt"
"""Terms that the Chinese search must not cut apart."""

_TABLES = "zoo-tables"
_THEME = "theme"
_SCRIPTS = "zoo-scripts"
_POLICY = "policy"
_FAMILIES = {"en": "Families", "zh": "模型系列"}
_SCRIPT_TEMPLATES = "partials/javascripts/"
_LOCALES = {"en": "en_US", "zh": "zh_CN"}
_SEARCH = {"en": "Search", "zh": "搜索"}


def on_config(config: MkDocsConfig) -> None:
    """Bring in the theme, the words of the search, and what `mkdocs serve` watches."""
    _lay_themes(config)
    # Material shows its language switch where this is true, and would itself write links to the
    # languages' homes where it is a list.
    config.extra["alternate"] = True
    config.extra[_SCRIPTS] = own_scripts(_script_templates(config))
    language = _language(config)
    if language == "zh":
        jieba.setLogLevel(logging.WARNING)
        jieba.load_userdict(str(WORDS))
    if language == MAIN:
        config.watch.extend(str(path) for path in _watched(config))


def on_pre_build(config: MkDocsConfig) -> None:
    """Render the pages of all languages; those that did not change stay untouched.

    Raises:
        PluginError: there is no zoo, or a page cannot be rendered.
    """
    if _language(config) != MAIN:
        return
    templates = _root(config) / "templates"
    try:
        opened = open_zoo(_root(config), index=None, allow=())
        rendered = render_site(
            opened.zoo,
            opened.stored,
            _docs(config),
            languages=tuple(LANGUAGES),
            templates=templates if templates.is_dir() else None,
        )
    except CatalogueError as fault:
        raise PluginError(str(fault)) from None
    for diagnostic in opened.diagnostics:
        level = logging.WARNING if diagnostic.severity is Severity.ERROR else logging.INFO
        log.log(level, "%s", diagnostic)
    for diagnostic in rendered.diagnostics:
        log.warning("%s", diagnostic)


def on_files(files: Files, config: MkDocsConfig) -> None:
    """Set the navigation from the pages that exist, and publish the schema of the entries."""
    pages = [file.src_uri for file in files.documentation_pages()]
    if _language(config) == MAIN:
        files.append(File.generated(config, schema.FILE, content=schema.schema_text()))
    config.nav = navigation(pages, _FAMILIES[_language(config)])


def on_env(env: Environment, config: MkDocsConfig, files: Files) -> None:
    """Let a zoo's theme build on the program's files: `{% extends "catalogue/main.html" %}`."""
    del config, files
    program = PrefixLoader({PROGRAM: FileSystemLoader(templates_folder() / _THEME)})
    env.loader = ChoiceLoader([env.loader, program] if env.loader else [program])


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Resolve the links of HTML blocks, and take the tables out until the page is done.

    A link that leads nowhere is a warning.
    """

    def address(path: str) -> str | None:
        target = files.get_file_from_path(path)
        if target is not None:
            return target.url_relative_to(page.file)
        shared = path.removeprefix(f"../{MAIN}/")
        if shared != path and (_docs(config) / MAIN / shared).is_file():
            return relative_link(shared, _folder(_language(config)) + page.url)
        log.warning("'%s' links to '%s', which does not exist", page.file.src_uri, path)
        return None

    resolved = resolve_links(markdown, page.file.src_uri, address)
    without, page.meta[_TABLES] = cut_tables(resolved)
    return without.replace(f"]({DATA}/badges/", f"]({_site(config)}{DATA}/badges/")


def on_template_context(
    context: MutableMapping[str, object], template_name: str, config: MkDocsConfig
) -> None:
    """Tell the sitemap where every page stands in every language.

    Not in the pages' heads: Material's script fetches a sitemap for every such link it finds.
    """
    if template_name == "sitemap.xml":
        files = cast("list[File]", context["pages"])
        context["alternates"] = {
            file.src_uri: _alternates(file.page, config) for file in files if file.page
        }


def on_page_context(
    context: MutableMapping[str, object], page: Page, config: MkDocsConfig, nav: Navigation
) -> None:
    """Tell the theme where one page stands in every language.

    Where a language lacks the page, its switch leads to that language's home.
    """
    del nav
    context["alternates"] = _alternates(page, config)
    context["head"] = _head(page, config)


def on_post_template(output_content: str, template_name: str, config: MkDocsConfig) -> str:
    """Mend what Material leaves out of its page for wrong addresses, and give it its policy."""
    return _guarded(_with_named_search(output_content, config), template_name, config)


def on_post_page(output: str, page: Page, config: MkDocsConfig) -> str:
    """Put the tables back, mend what Material leaves out of its pages, and set their policy."""
    mended = _guarded(_with_named_search(output, config), page.file.src_uri, config)
    return restore_tables(mended, page.meta[_TABLES])


def on_post_build(config: MkDocsConfig) -> None:
    """Build the other languages into folders of the site that has just been written."""
    _finish_texts(config)
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
    """Stop watching the folder that rendering writes to: a build would start the next one.

    The script by which the server reloads pages joins their policy as they are sent.
    """
    del builder
    server.unwatch(config.docs_dir)
    app = server.get_app()
    if app is not None:
        server.set_app(serving(app))


def _lay_themes(config: MkDocsConfig) -> None:
    """Lay a zoo's own theme over the program's, and that over Material's, file by file."""
    own, program = _root(config) / "templates" / _THEME, templates_folder() / _THEME
    layers = [str(folder) for folder in (own, program) if folder.is_dir()]
    behind = [folder for folder in config.theme.dirs if folder not in layers]
    first = 1 if config.theme.custom_dir else 0
    config.theme.dirs[:] = [*behind[:first], *dict.fromkeys(layers), *behind[first:]]


def _finish_texts(config: MkDocsConfig) -> None:
    """Give the feed and `llms.txt` the addresses that only the built site knows."""
    for name, finished in ((feed.FILE, finished_feed), (llms.FILE, finished_llms)):
        file = Path(config.site_dir) / name
        if file.is_file():
            text = file.read_text(encoding="utf-8")
            address = config.site_url or None
            text = finished(text, address=address, folders=config.use_directory_urls)
            file.write_text(text, encoding="utf-8")


def _head(page: Page, config: MkDocsConfig) -> Head:
    """What the head of a page tells programs."""
    folder, stem = posixpath.split(page.file.src_uri.removesuffix(".md"))
    own = _docs(config) / _language(config)
    data = f"{DATA}/{folder}/{stem}.json" if folder else f"{DATA}/models.json"
    links = [("application/json", data)] if (own.parent / MAIN / data).is_file() else []
    here = _folder(_language(config))
    if (own / feed.FILE).is_file():
        links.append(("application/atom+xml", here + feed.FILE))
    picture = page.meta.get("image", HOME_PREVIEW)
    shown = config.site_url and (own / picture).is_file()
    return Head(
        locale=_LOCALES[_language(config)],
        image=f"{config.site_url}{quote(picture)}" if shown else None,
        links=[(kind, relative_link(address, here + page.url)) for kind, address in links],
    )


def _with_named_search(html: str, config: MkDocsConfig) -> str:
    """Give the search dialog the name that screen readers need."""
    dialog = 'data-md-component="search" role="dialog"'
    return html.replace(dialog, f'{dialog} aria-label="{_SEARCH[_language(config)]}"', 1)


def _script_templates(config: MkDocsConfig) -> list[str]:
    """The theme's templates that hold the scripts it writes into pages."""
    theme = config.theme.get_env()
    names = [name for name in theme.list_templates() if name.startswith(_SCRIPT_TEMPLATES)]
    return [theme.loader.get_source(theme, name)[0] for name in names] if theme.loader else []


def _guarded(html: str, source: str, config: MkDocsConfig) -> str:
    """Set the policy of a page, and warn of what it keeps from running."""
    done = guarded(html, config.extra[_SCRIPTS], config.extra.get(_POLICY) or {})
    for script in done.blocked:
        log.warning(
            "'%s' has a script within the page, which its content policy keeps from running: '%s'; "
            "move it into a file that extra_javascript names",
            source,
            script,
        )
    return done.html


def _alternates(page: Page, config: MkDocsConfig) -> list[Alternate]:
    """One page in every language, as the theme shows it."""
    here = _folder(_language(config))
    site = _site(config)
    home = "" if config.use_directory_urls else "index.html"
    found = []
    for language, name in LANGUAGES.items():
        exists = (_docs(config) / language / page.file.src_uri).is_file()
        url = _folder(language) + (page.url if exists else home)
        found.append(
            Alternate(
                lang=language,
                name=name,
                link=relative_link(url, here + page.url),
                absolute=site + url if site and exists else None,
                current=language == _language(config),
            )
        )
    return found


def _site(config: MkDocsConfig) -> str:
    """The address of the whole site, if it is known; else nothing."""
    return (config.site_url or "").removesuffix(_folder(_language(config)))


def _folder(language: str) -> str:
    """Where a language stands in the site."""
    return "" if language == MAIN else f"{language}/"


def _language(config: MkDocsConfig) -> str:
    return str(config.theme["language"])


def _root(config: MkDocsConfig) -> Path:
    """The folder of `mkdocs.yml`."""
    return Path(config.config_file_path).parent


def _docs(config: MkDocsConfig) -> Path:
    """The folder that has one folder of pages per language."""
    return Path(config.docs_dir).parent


def _watched(config: MkDocsConfig) -> list[Path]:
    """What people write, and what the program measures: a change there renews the pages."""
    written = [
        page
        for language in LANGUAGES
        for page in (_docs(config) / language).glob("*.md")
        if page.name not in ("index.md", "choose.md")
    ]
    others = [_root(config) / f"mkdocs.{language}.yml" for language in LANGUAGES]
    own = _root(config) / "templates"
    folders = dict.fromkeys((_root(config) / "model-index", own, templates_folder()))
    return [path for path in (*folders, *others, *written) if path.exists()]
