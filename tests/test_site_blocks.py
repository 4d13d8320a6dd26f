"""What goes around Markdown and the search: it comes back whole, and what is not ours stays."""

import re
from html import unescape
from html.parser import HTMLParser

import pytest
from markdown import markdown

from catalogue.site.blocks import (
    cut_blocks,
    cut_sections,
    restore_blocks,
    restore_sections,
    slimmed,
)
from catalogue.site.code import highlighted

EXTENSIONS = ["md_in_html", "attr_list", "pymdownx.superfences", "pymdownx.highlight", "tables"]
OPTIONS = {"pymdownx.highlight": {"pygments_lang_class": True}}
PAGE = """\
# Title {: #top }

<p class="zoo-lead">What it is.</p>
<ul class="zoo-chips"><li>one</li></ul>

## Facts

<div class="zoo-cards">
<div class="zoo-card">a</div>

<div class="zoo-card">b</div>
</div>
<div data-zoo-table="0"></div>
Words *of people*.

<div class="zoo-own" markdown>
*still Markdown*
</div>

<p class="zoo-note">said</p> and more

```yaml
a: "<b>"
```
"""


def rendered(text: str) -> str:
    html = markdown(text, extensions=EXTENSIONS, extension_configs=OPTIONS)
    return "".join(html.split())


def test_a_page_with_blocks_cut_out_comes_back_as_markdown_would_have_made_it() -> None:
    text, blocks = cut_blocks(PAGE, code=True)
    assert len(blocks) == 3
    assert rendered(PAGE) == "".join(
        restore_blocks(rendered(text).replace("<divdata", "<div data"), blocks).split()
    )


def test_neighbouring_blocks_leave_one_gap() -> None:
    text, blocks = cut_blocks(
        '<p class="zoo-a">1</p>\n\n<p class="zoo-b">2</p>\n\nwords\n', code=False
    )
    assert text.count("data-zoo-gap") == 1
    assert blocks == ('<p class="zoo-a">1</p>\n\n<p class="zoo-b">2</p>',)


@pytest.mark.parametrize(
    "kept",
    [
        '<div class="zoo-a" markdown>\n*x*\n</div>',
        '<p class="zoo-a">never closed',
        '<p class="other">x</p>',
        '<p class="zoo-a">x</p> and Markdown',
    ],
)
def test_what_may_hold_markdown_stays(kept: str) -> None:
    assert cut_blocks(kept, code=False) == (kept, ())


_MARKED = re.compile(r'<(?:span class="(\w+)"|([biu]))>([^<]*)</(?:span|[biu])>|([^<]+)|<[^>]*>')
_NAMES = {"b": "k", "u": "s2", "i": "c1"}
"""What Pygments calls the marks that are ours."""


def colours(block: str) -> list[tuple[str, str]]:
    """The pieces of a block of code that are comments, texts or keywords; neighbours as one."""
    pieces: list[tuple[str, str]] = []
    for theirs, ours, marked, plain in _MARKED.findall(block):
        kind = theirs or _NAMES.get(ours, "")
        group = kind[0] if kind[:1] in ("c", "s", "k") and kind != "kc" else ""
        if kind == "se" and not (pieces and pieces[-1][0] == "s"):
            group = ""
        text = unescape(marked or plain)
        if pieces and (pieces[-1][0] == group or not text.strip()):
            group, before = pieces.pop()
            text = before + text
        pieces.append((group, text))
    return [(group, text.strip()) for group, text in pieces if text.strip()]


@pytest.mark.parametrize(
    ("language", "code"),
    [
        ("python", 'model = timm.create_model("net7.in1k", size=(3, 224))  # "x"\n"""doc\n"y" """'),
        ("python", "import x as y\nfrom a import b\nif not q in r: s = None, 'it\\'s', b\"z\""),
        ("shell", 'python train.py --model "a-b/c" x#y \\\n    --lr 0.1 # "why"'),
        ("nonesuch", '<plain> & "text"'),
    ],
)
def test_code_is_coloured_as_the_extension_does(language: str, code: str) -> None:
    fenced = f"```{language}\n{code}\n```"
    expected = markdown(fenced, extensions=EXTENSIONS, extension_configs=OPTIONS)
    found = highlighted(code, language)
    assert colours(found) == colours(expected)
    assert unescape(re.sub("<[^>]*>", "", found)) == unescape(re.sub("<[^>]*>", "", expected))
    before = [one.partition("<code>")[0].replace("<span></span>", "") for one in (found, expected)]
    assert before[0] == before[1]


def test_code_that_looks_like_html_stays_text() -> None:
    assert "<p>" not in highlighted('x = "<p>" < <p> # <p>&', "python")


def test_a_slim_page_keeps_code_and_scripts_as_they_are() -> None:
    html = "<p>\n   a\n\n  b</p>\n\n<pre>x\n\n    y</pre>\n   <script>let a;\n\n  b</script>\n"
    assert slimmed(html) == (
        "<p>\na\nb</p>\n<pre>x\n\n    y</pre>\n<script>let a;\n\n  b</script>\n"
    )


def test_a_section_that_the_search_leaves_out_takes_its_parts_along_and_comes_back() -> None:
    html = (
        '<h1 id="t">T</h1><p>a</p><h2 data-search-exclude id="x">X</h2><h3 id="y">Y</h3><p>b</p>'
        '<h2 id="z">Z</h2><p>c</p>'
    )
    searched, sections = cut_sections(html)
    assert "Y" not in searched
    assert "<p>c</p>" in searched
    assert restore_sections(searched, sections) == html.replace(" data-search-exclude", "")


def test_the_search_reads_paragraphs_that_are_for_it_alone_and_no_page_shows_them() -> None:
    told = '<p class="zoo-searched">a 1</p>\n<p class="zoo-searched">b 2</p>'
    section = f'<h2 id="x" data-search-exclude>X</h2>\n{told}\n<table>1</table>'
    searched, sections = cut_sections(f'<h1 id="t">T</h1>\n{section}<h2 id="z">Z</h2>{told}c')
    assert "<table>" not in searched
    assert searched.count(told) == 2
    assert searched.index('<h2 id="x">X</h2>') < searched.index(told)
    assert restore_sections(searched, sections) == (
        '<h1 id="t">T</h1>\n<h2 id="x">X</h2>\n\n<table>1</table><h2 id="z">Z</h2>c'
    )


@pytest.mark.parametrize("mark", [" data-search-exclude", ' data-search-exclude=""'])
def test_the_mark_that_the_search_reads_leaves_the_heading_and_no_text(mark: str) -> None:
    text = "<p>h2 data-search-exclude</p>"
    _, sections = cut_sections(f'<h2 id="x"{mark}>X</h2>{text}')
    assert sections == (f'<h2 id="x">X</h2>{text}',)


def test_a_slim_page_says_the_same_to_a_browser() -> None:
    html = (
        '<table class="zoo-table zoo-x"><tr><th scope="row" class="zoo-name">a</th>'
        '<td class="zoo-number" title="x class=&quot;y&quot; z">1 < 2</td><td></td></tr></table>'
        '<p>a class="b" c</p><p class="zoo-note">x</p>'
    )
    slim = slimmed(html)
    assert len(slim) < len(html)
    assert told(slim) == told(html)


class _Told(HTMLParser):
    """What a parser sees but for the ends of cells, rows and items, which what follows implies."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[object] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, attrs))

    def handle_endtag(self, tag: str) -> None:
        if tag not in ("td", "th", "tr", "thead", "tbody", "li", "p"):
            self.seen.append(tag)

    def handle_data(self, data: str) -> None:
        self.seen.append(data)


def told(html: str) -> list[object]:
    parser = _Told()
    parser.feed(html)
    parser.close()
    return parser.seen


def test_the_search_reads_cells_apart_and_the_page_pays_nothing_for_it() -> None:
    row = "<tr><th>Name</th><td>net</td><td><code>x</code></td></tr>"
    searched, sections = cut_sections(row)
    assert searched == "<tr><th>Name</th> <td>net</td> <td><code>x</code></td></tr>"
    assert slimmed(restore_sections(searched, sections)) == slimmed(row)


def test_a_page_names_no_next_one_that_firefox_would_fetch_against_the_policy() -> None:
    head = '<link rel="canonical" href="a"><link rel="prev" href="b"><link rel=next href=c>'
    assert slimmed(head) == "<link rel=canonical href=a>"
