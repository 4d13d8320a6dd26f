"""Pages that go around Markdown: they come out as Markdown would have made them, byte for byte."""

from pathlib import Path

import pytest
from conftest import ROOT
from mkdocs.config import load_config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

from catalogue.site.blocks import cut_blocks
from catalogue.site.finished import parts_of, rendering
from catalogue.site.tables import cut_tables

GOLDEN = Path(__file__).parent / "golden"
PAGES = sorted(path for language in ("en", "zh") for path in (GOLDEN / language).rglob("*.md"))
GAP = '<div data-zoo-gap="0"></div>'
HOSTILE = f"""\
# 1 &lt;script&gt;alert&#40;1&#41; &#95;x&#95; *y* "z" & C++ {{: #top }}

{GAP}

## Twice {{: #twice data-search-exclude }}

### 中文（FP16） {{: #deep.er }}

{GAP}
{GAP}

# Once more {{: #more }}

=== "A & b"

    {GAP}

=== "中文"

    {GAP}

{GAP}

=== "Alone"

    {GAP}
"""


@pytest.fixture(scope="module")
def config() -> MkDocsConfig:
    """This repository's site."""
    return load_config(str(ROOT / "mkdocs.yml"))


def both_ways(markdown: str, config: MkDocsConfig) -> tuple[list[object], list[object], int]:
    """What mkdocs makes of a page, what we make of it, and how many parts we made for that."""
    page = Page(None, File("page.md", "docs", "site", use_directory_urls=False), config)
    page.meta = {"title": "Some page"}
    page.markdown = cut_blocks(cut_tables(markdown)[0], code=True)[0]
    files = Files([page.file])
    page.render(config, files)
    theirs: list[object] = [page.content, str(page.toc), page.present_anchor_ids]
    page.content = None
    parts = parts_of(config)
    assert parts is not None
    rendering(page, parts)(config, files)
    return theirs, [page.content, str(page.toc), page.present_anchor_ids], len(parts.made)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(GOLDEN)))
def test_a_rendered_page_comes_out_as_markdown_would_have_made_it(
    path: Path, config: MkDocsConfig
) -> None:
    theirs, ours, made = both_ways(path.read_text(encoding="utf-8").split("---\n", 2)[2], config)
    assert ours == theirs
    assert made > 3, "the page went the long way: is something but blocks, headings and tabs on it?"


def test_headings_and_tabs_of_any_text_come_out_as_markdown_would_have_made_them(
    config: MkDocsConfig,
) -> None:
    theirs, ours, made = both_ways(HOSTILE, config)
    assert ours == theirs
    assert made == 6


@pytest.mark.parametrize(
    "markdown",
    [
        f"# A {{: #a }}\n\nWords *of people*.\n\n{GAP}\n",
        f"# A {{: #a }}\n\n    # code {{: #b }}\n\n{GAP}\n",
        f"# See [this](page.md) {{: #a }}\n\n{GAP}\n",
        f"# A {{: #a }}\nwords\n\n{GAP}\n",
        f"# A\n\n{GAP}\n\n# A\n",
        f'=== "A"\n\n    {GAP}\n\n    words\n',
    ],
)
def test_a_page_with_anything_else_is_left_to_markdown(markdown: str, config: MkDocsConfig) -> None:
    theirs, ours, made = both_ways(markdown, config)
    assert ours == theirs
    assert made == 0


def test_a_site_whose_markdown_knows_more_than_ours_is_left_to_it() -> None:
    config = load_config(str(ROOT / "mkdocs.yml"), markdown_extensions=["abbr", "toc"])
    assert parts_of(config) is None
