"""Finished HTML goes around Markdown, and sections that the search leaves out go around it too.

Both are for speed alone: of a large zoo's pages, nearly all is HTML that templates have finished.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import count, pairwise

from catalogue.site.code import highlighted
from catalogue.site.unquoted import bare_tags

_OPENING = re.compile(
    r"<(?P<tag>p|ul|ol|div|details|figure|noscript)"
    r'(?P<own> class="zoo-[^>]*| data-zoo-(?!gap)[^>]*)?>'
)
_TABLE = re.compile(r'<div data-zoo-table="\d+"></div>$')
_FENCE = re.compile(
    r"^(?P<indent> *)(?P<fence>`{3,})(?P<language>[\w-]+)\n(?P<code>.*?)^(?P=indent)(?P=fence)$",
    re.DOTALL | re.MULTILINE,
)
_WRAPPED = re.compile(r'<p>(<div data-zoo-gap="\d+"></div>)</p>')
_GAP = re.compile(r'<div data-zoo-gap="(\d+)"></div>')
_SECTION = re.compile(r"<h[12][ >]")
_EXCLUDED = re.compile(r'(?P<before><h2[^>]*) data-search-exclude(?:="[^"]*")?')
_SEARCHED = re.compile(r'<p class="zoo-searched">.*?</p>(?:\n<p class="zoo-searched">.*?</p>)*')
"""Paragraphs for the search alone; texts of strangers in them hold no tags."""
_HEADING = re.compile(r"<h2[^>]*>.*?</h2>")
_CELLS = re.compile(r'(</t[hd]>)(?=<t[hd][ >])|(</span>)(?=<span class="zoo-card)')
_NEIGHBOUR = re.compile(r'<link rel="?(?:prev|next)"?[ ][^>]*>')
"""Firefox fetches what comes next ahead of time and complains that the policy forbids it."""
_BROKEN = re.compile(
    r"\n\s*(?=</?(?:article|details|div|fig\w+|h[1-6]|li|ol|p|summary"
    r"|table|tbody|td|th|thead|tr|ul)[ >])"
)
"""The end of a line before a tag that begins a line anyway."""
_INDENTED = re.compile(r"\n\s+")
_ENDS = re.compile(r"</t[dh]>(?: ?(?=<t[dh][ >])|(?=</tr>))")
"""Ends of cells that the next tag implies."""
_PARAGRAPH = re.compile(r"</p>(?=<(?:details|div|figure|h[1-6]|ol|p|table|ul)[ >])")
"""Ends of paragraphs that the next tag implies."""
_SHORTER = (
    ("</tr><tr", "<tr"),
    ("</tr></tbody></table>", "</table>"),
    ("</tr></thead><tbody>", "<tbody>"),
    ("</li><li", "<li"),
    ("</li></ul>", "</ul>"),
    ("</li></ol>", "</ol>"),
    ('<svg xmlns="http://www.w3.org/2000/svg" ', "<svg "),
)
"""Ends that what follows implies, and what an element says anyway."""
_LITERAL = re.compile(r"(<(pre|textarea|script)\b.*?</\2>)", re.DOTALL)
_HIDDEN = re.compile(r'(?s)<div data-zoo-section="(\d+)">.*?</div>')


def cut_blocks(markdown: str, *, code: bool) -> tuple[str, tuple[str, ...]]:
    """Take blocks of HTML, and of code, out of a page's Markdown.

    Args:
        markdown: The page, its tables cut out.
        code: Whether fenced code is to be highlighted here.

    Returns:
        The Markdown with numbered gaps, and the HTML for them.
    """
    cut: list[str] = []

    def gap(html: str) -> str:
        cut.append(html)
        return f'<div data-zoo-gap="{len(cut) - 1}"></div>'

    def fence(found: re.Match[str]) -> str:
        indent = found["indent"]
        lines = (line.removeprefix(indent) for line in found["code"].splitlines())
        return indent + gap(highlighted("\n".join(lines), found["language"]))

    if code:
        markdown = _FENCE.sub(fence, markdown)
    lines = [gap(part) if whole else part for part, whole in _parts(markdown.split("\n"))]
    return "\n".join(lines), tuple(cut)


def restore_blocks(html: str, blocks: Sequence[str]) -> str:
    """Put the blocks of a page back into its gaps."""
    return _GAP.sub(lambda gap: blocks[int(gap[1])], _WRAPPED.sub(r"\1", html))


def cut_sections(html: str) -> tuple[str, tuple[str, ...]]:
    """Take out what the search is not to see: a heading marked so, and all up to the next like it.

    What it does see has blanks between cells, whose words would be one for it. Of a section that is
    left out it sees paragraphs that are for it alone, below the heading; no page shows these.

    Returns:
        The page with numbered gaps, and the sections, whose headings need the mark no longer.
    """
    cut: list[str] = []
    kept: list[str] = []

    def hide(whole: str, seen: str = "") -> str:
        cut.append(whole)
        return f'<div data-zoo-section="{len(cut) - 1}">{seen}</div>'

    ends = [heading.start() for heading in _SECTION.finditer(html)]
    for start, end in pairwise((0, *ends, len(html))):
        section = html[start:end]
        if marked := _EXCLUDED.match(section):
            whole = marked["before"] + section[marked.end() :]
            told = "\n".join(_SEARCHED.findall(whole))
            heading = _HEADING.match(whole)
            seen = heading[0] + told if told and heading else ""
            kept.append(hide(_SEARCHED.sub("", whole), seen))
        else:
            seen = _CELLS.sub(r"\g<0> ", section)
            kept.append(_SEARCHED.sub(lambda told: hide("", told[0]), seen))
    return "".join(kept), tuple(cut)


def restore_sections(html: str, sections: Sequence[str]) -> str:
    """Put the sections of a page back."""
    return _HIDDEN.sub(lambda gap: sections[int(gap[1])], html)


def slimmed(html: str) -> str:
    """A page without what browsers need not be told: a tenth of it.

    That is indentation and ends of lines, the ends of cells, rows, items and paragraphs, the quotes
    of plain words, and which page comes next.
    """
    pieces = _LITERAL.split(html)
    # Three pieces each: what is not literal, what is, and the name of its element.
    pieces[0::3] = [_slim(piece) for piece in pieces[0::3]]
    del pieces[2::3]
    return "".join(pieces)


def _slim(html: str) -> str:
    shorter = _INDENTED.sub("\n", _BROKEN.sub("", _NEIGHBOUR.sub("", html)))
    shorter = _PARAGRAPH.sub("", _ENDS.sub("", shorter))
    for whole, short in _SHORTER:
        shorter = shorter.replace(whole, short)
    return bare_tags(shorter)


def _parts(lines: Sequence[str]) -> Iterator[tuple[str, bool]]:
    """Lines of Markdown, and between them blocks of HTML, neighbours as one; which is said."""
    at = 0
    while at < len(lines):
        end = _run(lines, at)
        if end > at:
            yield "\n".join(lines[at:end]), True
            at = end
        else:
            yield lines[at], False
            at += 1


def _run(lines: Sequence[str], start: int) -> int:
    """Where a run of blocks that begins at a line ends; the same line where none does."""
    end = at = start
    while at < len(lines):
        if not lines[at]:
            at += 1
            continue
        block = _block(lines, at)
        if block == at:
            break
        end = at = block
    return end if lines[start] else start


def _block(lines: Sequence[str], start: int) -> int:
    """The line behind a whole block of finished HTML; the same line where there is none."""
    if _TABLE.match(lines[start]):
        return start + 1
    opening = _OPENING.match(lines[start])
    if opening is None:
        return start
    begin, end = f"<{opening['tag']}", f"</{opening['tag']}>"
    # mkdocs looks for what links may lead to; of HTML that is not ours, it shall find that.
    kept = (
        (" markdown", "data-zoo-gap") if opening["own"] else (" markdown", "data-zoo-gap", " id=")
    )
    depth = 0
    for at in count(start):
        if at == len(lines) or any(one in lines[at] for one in kept):
            return start
        line = lines[at]
        depth += line.count(f"{begin} ") + line.count(f"{begin}>") - line.count(end)
        if depth <= 0:
            return at + 1 if lines[at].endswith(end) and depth == 0 else start
    return start
