"""Where the pages of a site stand, in its languages, as mkdocs' settings have it.

Knows no page's content.
"""

import posixpath
from pathlib import Path
from typing import cast
from urllib.parse import quote

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.pages import Page

from catalogue.page.typeset import DATA
from catalogue.publish import feed
from catalogue.publish.preview import description
from catalogue.publish.spoken import HOME_PREVIEW
from catalogue.site.links import Alternate, relative_link
from catalogue.site.machines import Head
from catalogue.site.tongues import Tongue

TONGUES = "zoo_tongues"
"""The setting that holds the site's languages."""


def head_of(page: Page, config: MkDocsConfig) -> Head:
    """What the head of a page tells programs."""
    folder, stem = posixpath.split(page.file.src_uri.removesuffix(".md"))
    tongue = own_tongue(config)
    own, main = docs_of(config) / tongue.code, docs_of(config) / tongues_of(config)[0].code
    data = f"{DATA}/{folder}/{stem}.json" if folder else f"{DATA}/models.json"
    links = [("application/json", data)] if (main / data).is_file() else []
    here = tongue.folder
    if (own / feed.FILE).is_file():
        links.append(("application/atom+xml", here + feed.FILE))
    picture = page.meta.get("image", HOME_PREVIEW)
    shown = config.site_url and (own / picture).is_file()
    seen = description(own / picture) if shown else None
    return Head(
        locale=tongue.labels["language.locale"],
        image=f"{config.site_url}{quote(picture)}" if shown else None,
        image_alt=seen,
        links=[(kind, relative_link(address, here + page.url)) for kind, address in links],
    )


def alternates_of(page: Page, config: MkDocsConfig) -> list[Alternate]:
    """One page in every language, as the theme shows it."""
    here = own_tongue(config).folder
    site = site_address(config)
    found = []
    for tongue in tongues_of(config):
        exists = (docs_of(config) / tongue.code / page.file.src_uri).is_file()
        url = tongue.folder + (page.url if exists else home_page(config))
        found.append(
            Alternate(
                lang=tongue.code,
                name=tongue.name,
                link=relative_link(url, here + page.url),
                absolute=site + url if site and exists else None,
                current=tongue == own_tongue(config),
            )
        )
    return found


def home_page(config: MkDocsConfig) -> str:
    """How links name the home page in a language's folder."""
    return "" if config.use_directory_urls else "index.html"


def site_address(config: MkDocsConfig) -> str:
    """The address of the whole site, if it is known; else nothing."""
    return (config.site_url or "").removesuffix(own_tongue(config).folder)


def tongues_of(config: MkDocsConfig) -> tuple[Tongue, ...]:
    """The languages of the site, as `on_config` found them; that at the root first."""
    return cast("tuple[Tongue, ...]", config.extra[TONGUES])


def own_tongue(config: MkDocsConfig) -> Tongue:
    """The language that is being built."""
    code = str(config.theme["language"])
    return next((one for one in tongues_of(config) if one.code == code), tongues_of(config)[0])


def root_of(config: MkDocsConfig) -> Path:
    """The folder of `mkdocs.yml`."""
    return Path(config.config_file_path).parent


def docs_of(config: MkDocsConfig) -> Path:
    """The folder that has one folder of pages per language."""
    return Path(config.docs_dir).parent
