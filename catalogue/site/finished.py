"""Pages of finished HTML but for headings and tabs: Markdown makes each of these once a site.

Of a large zoo's pages that is nearly all. A page with anything else goes the way that mkdocs goes.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from markdown import Markdown
from markdown.extensions.toc import nest_toc_tokens
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files
from mkdocs.structure.pages import Page
from mkdocs.structure.toc import get_toc

_KNOWN = frozenset(
    (
        *("admonition", "attr_list", "fenced_code", "footnotes", "md_in_html", "tables", "toc"),
        *("pymdownx.details", "pymdownx.highlight", "pymdownx.inlinehilite"),
        *("pymdownx.superfences", "pymdownx.tabbed"),
    )
)
"""Extensions under which a heading comes out the same alone and within its page."""
_GAP = r'<div data-zoo-gap="\d+"></div>'
_TAB = rf"===\ \"[^\n<\[{{]+\"\n\n {{4}}{_GAP}"
_PARTS = re.compile(
    rf"^(?P<gap>{_GAP})$(?:\n(?=\n))?"
    r"|^(?P<heading>\#{1,6} [^\n<\[{]+ \{: \#[\w:.-]+(?: data-search-exclude)? \})$(?=\n\n|\n?\Z)"
    rf"|^(?P<tabs>{_TAB}(?:\n\n{_TAB})*)$(?=\n\n|\n?\Z)"
    r"|(?P<rest>\S)",
    re.MULTILINE,
)
_ID = re.compile(r'\bid="([^"]+)"')
_NUMBER = re.compile(r"(?<=data-zoo-gap=\")\d+")
_TABS = "__tabbed_1"


@dataclass(frozen=True, kw_only=True, slots=True)
class _Made:
    """A part of a page as Markdown makes it when it stands alone."""

    html: str
    entry: Mapping[str, object] | None
    """Of a heading: its line in the outline, as Markdown's `toc` has it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Parts:
    """The headings and tabs of a site that have been made so far."""

    markdown: Markdown
    made: dict[str, _Made] = field(default_factory=dict)


def parts_of(config: MkDocsConfig) -> Parts | None:
    """Where headings and tabs of a site are kept; None where its Markdown knows more than ours."""
    if not _KNOWN.issuperset(config.markdown_extensions):
        return None
    extensions, options = config.markdown_extensions, config.mdx_configs
    return Parts(markdown=Markdown(extensions=extensions, extension_configs=options))


def rendering(page: Page, parts: Parts) -> Callable[[MkDocsConfig, Files], None]:
    """A page's `render` that goes around Markdown where that makes no difference."""

    def render(config: MkDocsConfig, files: Files) -> None:
        found = list(_PARTS.finditer(page.markdown or ""))
        if "title" not in page.meta or any(part["rest"] for part in found):
            Page.render(page, config, files)
            return
        made = _assembled(found, parts)
        # Copies, because nesting fills them.
        entries: Any = [dict(one.entry) for one in made if one.entry is not None]
        page.content = "\n".join(one.html for one in made).strip()
        page.toc = get_toc(nest_toc_tokens(entries))
        page.present_anchor_ids = set(_ID.findall(page.content))
        page.links_to_anchors = {}

    return render


def _assembled(found: Sequence[re.Match[str]], parts: Parts) -> list[_Made]:
    """The parts of a page in their order, sets of tabs counted through."""
    made, sets = [], 0
    for part in found:
        if part["gap"]:
            made.append(_Made(html=part[0], entry=None))
        elif part["heading"]:
            made.append(_made(part[0], parts))
        else:
            sets += 1
            made.append(_tabs(part[0], sets, parts))
    return made


def _tabs(text: str, number: int, parts: Parts) -> _Made:
    gaps = iter(_NUMBER.findall(text))
    made = _made(_NUMBER.sub("0", text), parts)
    html = _NUMBER.sub(lambda _: next(gaps), made.html)
    return _Made(
        html=html.replace(_TABS, f"__tabbed_{number}").replace(
            'data-tabs="1:', f'data-tabs="{number}:'
        ),
        entry=None,
    )


def _made(text: str, parts: Parts) -> _Made:
    if text not in parts.made:
        markdown = parts.markdown
        markdown.reset()
        html = markdown.convert(text)
        entries = getattr(markdown, "toc_tokens", [])
        entry = entries[0] if text.startswith("#") and entries else None
        parts.made[text] = _Made(html=html, entry=entry)
    return parts.made[text]
