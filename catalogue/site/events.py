"""What happens while mkdocs builds: render first, then build the other languages beside.

mkdocs knows these functions by their names.
"""

import logging
import posixpath
from collections.abc import MutableMapping
from pathlib import Path
from typing import cast

from jinja2 import Environment
from mkdocs.commands.build import build
from mkdocs.config import load_config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.livereload import LiveReloadServer
from mkdocs.plugins import event_priority
from mkdocs.structure.files import File, Files
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page

from catalogue.commands.opened import open_zoo
from catalogue.errors import CatalogueError, Severity
from catalogue.languages import settings_file
from catalogue.page.typeset import DATA
from catalogue.read import schema
from catalogue.render import render_site
from catalogue.site.assets import load_bundles, page_scripts, put_together, write_first
from catalogue.site.blocks import (
    cut_blocks,
    cut_sections,
    restore_blocks,
    restore_sections,
    slimmed,
)
from catalogue.site.copied import finish_texts, share_files
from catalogue.site.finished import parts_of, rendering
from catalogue.site.frame import homes, lay_themes, name_layers, name_toggle, speak
from catalogue.site.links import relative_link, resolve_links
from catalogue.site.maps import leave_maps
from catalogue.site.navigation import navigation
from catalogue.site.policy import guarded, own_scripts
from catalogue.site.previews import leave_previews
from catalogue.site.search import finish_index, names_in, settle_search
from catalogue.site.serving import serving
from catalogue.site.shared import lead_to_shared, leave_shared
from catalogue.site.tables import cut_tables, restore_tables
from catalogue.site.tongues import tongues
from catalogue.site.touched import KEPT, Built, serve_touched, watched
from catalogue.site.unquoted import unquoted
from catalogue.site.whereabouts import (
    TONGUES,
    alternates_of,
    docs_of,
    head_of,
    home_page,
    own_tongue,
    root_of,
    site_address,
    tongues_of,
)

log = logging.getLogger("mkdocs.hooks.catalogue")

_TABLES, _BLOCKS, _SECTIONS = "zoo-tables", "zoo-blocks", "zoo-sections"
_PARTS, _LINKS = "zoo-parts", "zoo-links"
_SCRIPTS = "zoo-scripts"
_SHARED = "zoo-shared"
_POLICY = "policy"
_NAV = "zoo_nav"
_HIGHLIGHT = {"pygments_lang_class": True}
"""The options of `pymdownx.highlight` that this program highlights by itself under."""
_SCRIPT_TEMPLATES = "partials/javascripts/"


@event_priority(100)
def on_config(config: MkDocsConfig) -> None:
    """Bring in the theme, the languages, and what `mkdocs serve` watches.

    Before the plugins, because that of the search asks the theme for words of its language.

    Raises:
        PluginError: the labels of a language are missing or cannot be read.
    """
    lay_themes(config, root_of(config))
    try:
        config.extra[TONGUES] = tongues(root_of(config))
    except CatalogueError as fault:
        raise PluginError(str(fault)) from None
    speak(config, own_tongue(config))
    settle_search(config, tongues_of(config))
    # Material shows its language switch where this is true, and would itself write links to the
    # languages' homes where it is a list.
    config.extra["alternate"] = True
    load_bundles(config)
    config.extra[_SCRIPTS] = own_scripts(_script_templates(config))
    if own_tongue(config).main:
        config.watch.extend(str(path) for path in _watched(config))


def on_pre_build(config: MkDocsConfig) -> None:
    """Render the pages of all languages; those that did not change stay untouched.

    Raises:
        PluginError: there is no zoo, or a page cannot be rendered.
    """
    if not own_tongue(config).main:
        return
    templates = root_of(config) / "templates"
    try:
        opened = open_zoo(root_of(config), index=None, allow=())
        rendered = render_site(
            opened.zoo,
            opened.stored,
            docs_of(config),
            languages=[tongue.code for tongue in tongues_of(config)],
            templates=templates if templates.is_dir() else None,
        )
    except CatalogueError as fault:
        raise PluginError(str(fault)) from None
    if KEPT.serving:
        KEPT.known = rendered.known
    for diagnostic in opened.diagnostics:
        level = logging.WARNING if diagnostic.severity is Severity.ERROR else logging.INFO
        log.log(level, "%s", diagnostic)
    for diagnostic in rendered.diagnostics:
        log.warning("%s", diagnostic)


def on_files(files: Files, config: MkDocsConfig) -> None:
    """Set the navigation from the pages that exist, and publish the schema of the entries."""
    pages = [file.src_uri for file in files.documentation_pages()]
    if own_tongue(config).main:
        files.append(File.generated(config, schema.FILE, content=schema.schema_text()))
    put_together(files, config)
    leave_maps(files, config)
    leave_previews(files, config)
    first = KEPT.builds.get(tongues_of(config)[0].code)
    if first is not None and not own_tongue(config).main:
        config.extra[_SHARED] = leave_shared(files, first.files, config)
    config.nav = navigation(pages, own_tongue(config).labels["home.heading.families"])


def on_nav(nav: Navigation, config: MkDocsConfig, files: Files) -> None:
    """Let `first.js` hold the navigation, for the pages that are not in it."""
    del files
    config.extra[_NAV] = nav


def on_env(env: Environment, config: MkDocsConfig, files: Files) -> None:
    """Let a zoo's theme build on the program's files: `{% extends "catalogue/main.html" %}`.

    The program's theme builds on Material's in the same way. mkdocs then copies what does not lie
    in the site as the same file.
    """
    share_files(files, config)
    KEPT.builds[own_tongue(config).code] = Built(config=config, files=files, env=env)
    name_layers(env, config)
    shared = config.extra.get(_SHARED, frozenset())
    lead_to_shared(env, shared)
    write_first(env, files, config, own_tongue(config).labels, shared=shared)


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Resolve the links of HTML blocks, and take the tables out until the page is done.

    A link that leads nowhere is a warning.
    """

    def address(path: str) -> str | None:
        target = files.get_file_from_path(path)
        if target is not None:
            return relative_link(target.url, page.url)
        main = tongues_of(config)[0].code
        shared = path.removeprefix(f"../{main}/")
        if shared != path and (docs_of(config) / main / shared).is_file():
            return relative_link(shared, own_tongue(config).folder + page.url)
        log.warning("'%s' links to '%s', which does not exist", page.file.src_uri, path)
        return None

    folders = posixpath.dirname(page.file.src_uri), page.url.rpartition("/")[0]
    known = config.extra.setdefault(_LINKS, {}).setdefault(folders, {})
    resolved = resolve_links(markdown, page.file.src_uri, address, known=known)
    whole = resolved.replace(f"]({DATA}/badges/", f"]({site_address(config)}{DATA}/badges/")
    without, page.meta[_TABLES] = cut_tables(whole)
    options = config.mdx_configs.get("pymdownx.highlight", {})
    without, page.meta[_BLOCKS] = cut_blocks(without, code=options == _HIGHLIGHT)
    if _PARTS not in config.extra:
        config.extra[_PARTS] = parts_of(config)
    if config.extra[_PARTS] is not None:
        vars(page)["render"] = rendering(page, config.extra[_PARTS])
    return without


def on_page_content(html: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Put the blocks back, and take out what the search is to leave out."""
    del config, files
    searched, page.meta[_SECTIONS] = cut_sections(restore_blocks(html, page.meta[_BLOCKS]))
    return searched


def on_template_context(
    context: MutableMapping[str, object], template_name: str, config: MkDocsConfig
) -> None:
    """Tell the sitemap where every page stands in every language, and wrong addresses the homes.

    Not in the pages' heads: Material's script fetches a sitemap for every such link it finds.
    """
    if template_name == "sitemap.xml":
        files = cast("list[File]", context["pages"])
        context["alternates"] = {
            file.src_uri: alternates_of(file.page, config) for file in files if file.page
        }
    if template_name == "404.html":
        site, page = site_address(config), home_page(config)
        found = homes(tongues_of(config), own_tongue(config), site=site, page=page)
        context["homes"] = context["alternates"] = found


def on_page_context(
    context: MutableMapping[str, object], page: Page, config: MkDocsConfig, nav: Navigation
) -> None:
    """Tell the theme where one page stands in every language.

    Where a language lacks the page, its switch leads to that language's home.
    """
    KEPT.builds[own_tongue(config).code].nav = nav
    context["alternates"] = alternates_of(page, config)
    context["head"] = head_of(page, config)
    page.meta["scripts"] = page_scripts(page.meta.get("scripts") or ())


def on_post_template(output_content: str, template_name: str, config: MkDocsConfig) -> str:
    """Give the page for wrong addresses its policy.

    A sitemap takes whole addresses: without any there is none.
    """
    if template_name == "sitemap.xml":
        return output_content if site_address(config) else ""
    return _guarded(unquoted(output_content), template_name, config)


def on_post_page(output: str, page: Page, config: MkDocsConfig) -> str:
    """Put all back that was cut, leave out what the frame does not need, set the policy."""
    named = name_toggle(output, own_tongue(config).labels["frame.menu"])
    frame = _guarded(unquoted(named), page.file.src_uri, config)
    whole = restore_sections(frame, page.meta.get(_SECTIONS, ()))
    blocks = restore_blocks(whole, page.meta[_BLOCKS])
    return slimmed(restore_tables(blocks, page.meta[_TABLES]))


def on_post_build(config: MkDocsConfig) -> None:
    """Build the other languages into folders of the site that has just been written.

    The search has written its index by now; what turns it into a script for pages that are opened
    as files comes last of all, and takes this one.
    """
    finish_texts(config)
    finish_index(Path(config.site_dir), names_in(KEPT.builds[own_tongue(config).code].files))
    if not own_tongue(config).main:
        return
    for tongue in tongues_of(config)[1:]:
        other = load_config(
            str(root_of(config) / settings_file(tongue.code, main=own_tongue(config).code)),
            site_dir=str(Path(config.site_dir) / tongue.code),
            site_url=f"{config.site_url.rstrip('/')}/{tongue.folder}" if config.site_url else "",
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
    inputs = (*_watched(config), Path(config.config_file_path))
    serve_touched(server, root_of(config), inputs, KEPT)
    app = server.get_app()
    if app is not None:
        server.set_app(serving(app))


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


def _watched(config: MkDocsConfig) -> list[Path]:
    """What people write, and what the program measures: a change there renews the pages."""
    return watched(
        root_of(config), [docs_of(config) / tongue.code for tongue in tongues_of(config)]
    )
