"""Text of strangers made safe: for HTML, for Markdown, for front matter, for links.

Entries are written by people we do not know. Nothing they write may become markup or code,
save the Markdown of descriptions, and of that no raw HTML and no link but http(s).
"""

import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from markupsafe import Markup, escape

_CJK = r"[\u2e80-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef]"
_HARD_WRAP = re.compile(rf"(?<={_CJK})[ \t]*\n[ \t]*(?={_CJK})")
_CONTROL = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064"
    r"\u2066-\u206f\ufeff\ufff9-\ufffb]"
)
_MARKDOWN = re.compile(r"[\\`*_{}\[\]()#+\-.!|~^=:<>&$\"'/@]")
_LONGEST_RUN = re.compile(r"`+|~+")


def clean(text: str) -> str:
    """Text without control characters.

    Renderers use some for marks of their own; those that turn the order of reading around, or that
    nobody sees, make a text look like another one. Joiners stay: scripts and emoji need them.
    """
    return _CONTROL.sub("", text)


def in_markdown(text: object) -> Markup:
    """Text that shows as itself where Markdown is read: each special character as an entity.

    One line stays one line. What is already markup passes.
    """
    if isinstance(text, Markup):
        return text
    line = " ".join(clean(str(text)).split())
    return Markup(_MARKDOWN.sub(lambda found: f"&#{ord(found[0])};", line))  # noqa: S704


def in_front_matter(text: str) -> str:
    """Text for titles and descriptions that themes print without escaping it themselves.

    Material undoes entities in titles, so that angle brackets must not come back from them: they
    become their full-width likenesses.
    """
    line = " ".join(clean(text).split())
    line = line.replace("<", "＜").replace(">", "＞").replace('"', "”").replace("\\", "＼")
    return f'"{line.replace("&", "&amp;")}"'


def web_url(url: str | None) -> str | None:
    """The address if it leads to the web, else None: no `javascript:`, no `data:`, no path."""
    if url is None or clean(url) != url or any(character.isspace() for character in url):
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and parts.netloc else None


def prose(text: str) -> Markup:
    """An entry's Markdown as HTML: raw HTML shows as text, links lead to the web or nowhere.

    A picture becomes a link to it, because a page loads nothing from other hosts. Lines wrapped
    inside Chinese prose are joined without a blank.
    """
    joined = _HARD_WRAP.sub("", clean(text))
    return Markup(_reader().render(joined).strip())  # noqa: S704


def code_block(language: str, code: str) -> Markup:
    """A fenced block whose fence no line of the code can close."""
    text = clean(code).rstrip("\n")
    longest = max((len(run) for run in _LONGEST_RUN.findall(text)), default=0)
    fence = "`" * max(3, longest + 1)
    return Markup(f"{fence}{language}\n{text}\n{fence}")  # noqa: S704


def html(text: object) -> Markup:
    """Text that shows as itself in HTML."""
    return escape(clean(text) if isinstance(text, str) and not isinstance(text, Markup) else text)


def _reader() -> MarkdownIt:
    reader = MarkdownIt("commonmark", {"html": False}).enable("table")
    reader.validateLink = lambda url: web_url(url) is not None  # type: ignore[method-assign]
    reader.core.ruler.push("policy", _without_style)
    reader.add_render_rule("image", _linked_picture)
    return reader


_ALIGNED = "text-align:"


def _without_style(state: StateCore) -> None:
    """Align the cells of tables by an attribute: a style is against the pages' content policy."""
    for token in state.tokens:
        style = str(token.attrs.pop("style", ""))
        if style.startswith(_ALIGNED):
            token.attrs["align"] = style.removeprefix(_ALIGNED)


def _linked_picture(reader: RendererHTML, tokens: Sequence[Token], at: int, *_: object) -> str:
    del reader
    address = str(tokens[at].attrs["src"])
    shown = tokens[at].content or address
    inside = [token.nesting for token in tokens[:at] if token.type.startswith("link_")]
    return escape(shown) if sum(inside) else Markup('<a href="{}">{}</a>').format(address, shown)
