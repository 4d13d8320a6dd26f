"""Links inside a site of several languages, and those in HTML blocks that mkdocs leaves alone.

Pure: knows paths and addresses, no files.
"""

import posixpath
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

_LINK = re.compile(
    r'="(?:(?<=\bhref=")|(?<=\bsrc="))'
    r'(?!/)(?P<path>[^"#?:]+\.(?:md|svg|png|json|csv|ya?ml|xml|txt))(?P<anchor>#[^"]*)?"'
)
"""Begins with what can be searched for quickly."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Alternate:
    """A page in one language, as the theme's templates read it."""

    lang: str
    name: str
    """The language's own name."""
    link: str
    """Relative to the page that shows it."""
    absolute: str | None
    """The full address, where the site's own is known and the page exists."""
    current: bool
    """Whether this is the page itself."""


def relative_link(target: str, page: str) -> str:
    """The link from one page to another.

    Args:
        target: Address relative to the root of the site; a folder ends in a slash or is empty.
        page: Where the link stands, the same way.
    """
    return _way(target, page.rpartition("/")[0])


@cache
def _way(target: str, folder: str) -> str:
    """The models of a large zoo share a folder, and most of their links."""
    link = posixpath.relpath(target or ".", folder or ".")
    return f"{link}/" if target.endswith("/") or not target else link


def resolve_links(
    markdown: str, source: str, address: Callable[[str], str | None], *, known: dict[str, str]
) -> str:
    """Turn the links of HTML blocks into addresses of what is built.

    Args:
        markdown: The page; its HTML links as Markdown does, relative to the source and to `.md`.
        source: The page's path, relative to the folder of its language.
        address: What a path like `source` leads to, from this page; None leaves the link alone.
        known: What links from this folder lead to, as far as it was asked; grows.
    """

    def built(link: re.Match[str]) -> str:
        path = link["path"]
        target = known.get(path)
        if target is None:
            target = address(posixpath.normpath(posixpath.join(posixpath.dirname(source), path)))
            if target is None:
                return link[0]
            known[path] = target
        return f'="{target}{link["anchor"] or ""}"'

    return _LINK.sub(built, markdown)
