"""What the search knows: its words, names in all languages, and its file in few bytes.

Knows how Material writes and reads that file, and of pages only the names in their front matter.
"""

import json
import logging
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import jieba
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files
from mkdocs.structure.pages import Page

from catalogue.site.tongues import Tongue

_BETWEEN = r"\s\u200b\u3000\-–—_,;:!?()\[\]{}\"'“”‘’«»（）【】《》、，。．！？；：…·%=*/×"
SEPARATOR = rf"[{_BETWEEN}]+|\.(?!\d)|&(?:lt|gt|amp);"
"""Between words, in every language: a point, unless it is that of a decimal fraction. For scripts,
which know the same signs."""
PIPELINE = ("stopWordFilter",)
"""Without a stemmer: what is typed is searched as a beginning, which a stem need not have."""
_PLUGINS = ("search", "material/search")
_OWN, _KIN = "names", "kin"
_BOOSTS = {_OWN: 1e3, _KIN: 1e1}
"""A name counts as much as a title."""
_NEEDLESS = re.compile(f"\u200b+(?=[{_BETWEEN}<])|(?<=[{_BETWEEN}>])\u200b+")
"""Marks of no width where words are apart already."""
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]+")
_NOT_BARE = re.compile(r"\W|_")


@dataclass(frozen=True, kw_only=True, slots=True)
class Names:
    """What one page is found by beside its title and its text."""

    own: tuple[str, ...] = ()
    """In all languages."""
    kin: tuple[str, ...] = ()
    """Those of its family."""


def settle_search(config: MkDocsConfig, tongues: Iterable[Tongue]) -> None:
    """Set what parts words, where the settings of the zoo leave it open.

    Terms of all languages stay whole: each language's search holds names of the others.
    """
    jieba.setLogLevel(logging.WARNING)
    for tongue in tongues:
        if tongue.terms is not None:
            with tongue.terms.open("rb") as terms:
                jieba.load_userdict(terms)
    for plugin in filter(None, map(config.plugins.get, _PLUGINS)):
        plugin.config["separator"] = plugin.config["separator"] or SEPARATOR
        if plugin.config["pipeline"] is None:
            plugin.config["pipeline"] = list(PIPELINE)


def names_in(files: Files) -> Mapping[str, Names]:
    """The names that pages give in their front matter, by address."""
    return {
        file.page.url: Names(own=_names(file.page, _OWN), kin=_names(file.page, _KIN))
        for file in files.documentation_pages()
        if file.page is not None
    }


def finish_index(site: Path, names: Mapping[str, Names]) -> None:
    """Write the index of a site anew: with names, in UTF-8, without marks that part nothing."""
    file = site / "search" / "search_index.json"
    if file.is_file():
        index = json.loads(file.read_bytes())
        index["config"].setdefault("fields", {}).update(
            {field: {"boost": boost} for field, boost in _BOOSTS.items()}
        )
        for doc in index["docs"]:
            doc.update(_named(doc["title"], names.get(doc["location"], Names())))
        text = json.dumps(index, ensure_ascii=False, separators=(",", ":"))
        file.write_text(_NEEDLESS.sub("", text), encoding="utf-8")


def _named(title: str, names: Names) -> dict[str, list[str]]:
    """What is added to a page in the index; its sections are found by their words alone."""
    own = {title.replace("\u200b", "").casefold(): ""}
    for name in (*names.own, *(_NOT_BARE.sub("", first) for first in names.own[:1])):
        own.setdefault(name.casefold(), name)
    found = {_OWN: [*filter(None, own.values())], _KIN: [*names.kin]}
    return {field: [_cut(one) for one in texts] for field, texts in found.items() if texts}


def _cut(name: str) -> str:
    """A name with marks between the words of Chinese."""
    return _HAN.sub(lambda run: "\u200b".join(("", *jieba.cut(run[0]), "")), name).strip("\u200b")


def _names(page: Page, key: str) -> tuple[str, ...]:
    written = page.meta.get(key)
    return tuple(filter(None, map(str, written))) if isinstance(written, list) else ()
