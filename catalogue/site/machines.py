"""What the site adds for machines when it knows its own address: heads of pages, whole links.

Pure: text in, text out.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urljoin

from markupsafe import escape

_PAGE = re.compile(r"((?:models|families)/[^\s\"()#<>]+)\.html")
_HREF = re.compile(r"\]\((?![a-z]+:)([^)\s]+)\)")
_FEED = '<feed xmlns="http://www.w3.org/2005/Atom"'


@dataclass(frozen=True, kw_only=True, slots=True)
class Head:
    """What the head of a page tells programs, as the theme's template reads it."""

    locale: str
    """`en_US` or `zh_CN`."""
    image: str | None
    """The whole address of the preview picture; None where the site does not know its own."""
    image_alt: str | None
    """What is seen on the picture; None where it does not say so itself."""
    links: Sequence[tuple[str, str]]
    """(media type, relative address) of the same content in other forms."""


def finished_feed(text: str, *, address: str | None, folders: bool) -> str:
    """A feed with pages as the site names them, and the base of its links where that is known.

    Args:
        text: The feed as it was rendered.
        address: Of the language's part of the site, ending in a slash.
        folders: Whether pages are served as folders.
    """
    if folders:
        text = _PAGE.sub(r"\1/", text).replace('href="index.html"', 'href="./"')
    return text.replace(_FEED, f'{_FEED} xml:base="{escape(address)}"', 1) if address else text


def finished_llms(text: str, *, address: str | None, folders: bool) -> str:
    """`llms.txt` with pages as the site names them, and whole addresses where that is known."""
    if folders:
        text = _PAGE.sub(r"\1/", text)
    if address is None:
        return text
    return _HREF.sub(lambda link: f"]({urljoin(address, link[1])})", text)
