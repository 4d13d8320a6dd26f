"""Pages on disk: golden in both languages, stable, complete, and safe.

Renew the golden pages with `RENEW_GOLDEN=1 python -m pytest tests/test_render.py`.
"""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from markdown import markdown
from page_zoo import ENVIRONMENT, LONER, MIDDLE, SMALL, STORED, ZOO

from catalogue.entry import Builder, Collection, Distinct, Entry, Source, Text, Weights, Zoo
from catalogue.errors import CatalogueError
from catalogue.render import render_site, templates_folder
from catalogue.site.tables import cut_tables, restore_tables
from catalogue.store import Stored

PLOTLESS = replace(ZOO, entries=(SMALL, LONER))
"""One model with an accuracy makes no plot, which keeps these tests quick."""
GOLDEN = Path(__file__).parent / "golden"
RENEW = "RENEW_GOLDEN=1 python -m pytest tests/test_render.py"
PAGES = ("index.md", "families/pairs.md", "models/small.md", "models/loner.md")
EXTENSIONS = (
    "attr_list",
    "md_in_html",
    "tables",
    "footnotes",
    "admonition",
    "pymdownx.superfences",
    "pymdownx.tabbed",
    "pymdownx.details",
    "toc",
)


@pytest.fixture(scope="module")
def docs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("docs")
    for language in ("en", "zh"):
        (folder / language).mkdir()
        (folder / language / "method.md").write_text("by hand", encoding="utf-8")
    render_site(ZOO, STORED, folder)
    return folder


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("page", PAGES)
def test_pages_are_as_they_were_approved(docs: Path, language: str, page: str) -> None:
    rendered = (docs / language / page).read_text(encoding="utf-8")
    golden = GOLDEN / language / page
    if os.environ.get("RENEW_GOLDEN"):
        golden.parent.mkdir(parents=True, exist_ok=True)
        golden.write_text(rendered, encoding="utf-8")
    approved = golden.read_text(encoding="utf-8") if golden.is_file() else ""
    assert rendered == approved, f"{language}/{page} has changed; if that is right, run: {RENEW}"


def test_rendering_again_changes_nothing(tmp_path: Path) -> None:
    first = render_site(ZOO, STORED, tmp_path)
    before = {file: file.stat().st_mtime_ns for file in tmp_path.rglob("*") if file.is_file()}
    second = render_site(ZOO, STORED, tmp_path)
    assert second.written == ()
    assert second.removed == ()
    assert sorted(second.unchanged) == sorted(first.written)
    assert before == {f: f.stat().st_mtime_ns for f in tmp_path.rglob("*") if f.is_file()}


def test_two_folders_get_the_same_bytes(docs: Path, tmp_path: Path) -> None:
    for language in ("en", "zh"):
        (tmp_path / language).mkdir()
        (tmp_path / language / "method.md").write_text("by hand", encoding="utf-8")
    render_site(ZOO, STORED, tmp_path)
    for file in sorted(path for path in docs.rglob("*") if path.is_file()):
        assert file.read_bytes() == (tmp_path / file.relative_to(docs)).read_bytes()


def test_what_no_longer_belongs_is_removed_and_nothing_else(tmp_path: Path) -> None:
    render_site(PLOTLESS, STORED, tmp_path)
    by_hand = tmp_path / "en" / "models" / "by-hand.md"
    by_hand.write_text("mine")
    smaller = replace(PLOTLESS, entries=ZOO.entries[:-1])
    rendered = render_site(smaller, STORED, tmp_path)
    assert [path for path in rendered.removed if "/api/" not in path] == [
        "en/models/loner.md",
        "zh/models/loner.md",
    ]
    assert "en/api/models/loner.json" in rendered.removed
    assert all("loner" in path for path in rendered.removed)
    assert by_hand.read_text() == "mine"
    assert not (tmp_path / "en" / "models" / "loner.md").exists()


def test_a_list_that_was_tampered_with_removes_nothing_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "en").mkdir()
    (tmp_path / "secret.md").write_text("mine")
    (tmp_path / "en" / "method.md").write_text("mine")
    listed = '{"../secret.md": "", "models/../../secret.md": "", "method.md": ""}'
    (tmp_path / "en" / ".rendered").write_text(listed)
    rendered = render_site(PLOTLESS, STORED, tmp_path)
    assert rendered.removed == ()
    assert (tmp_path / "secret.md").exists()
    assert (tmp_path / "en" / "method.md").exists()


def test_a_damaged_list_is_written_anew(tmp_path: Path) -> None:
    (tmp_path / "en").mkdir()
    (tmp_path / "en" / ".rendered").write_text("not json")
    assert render_site(PLOTLESS, STORED, tmp_path).removed == ()
    assert '"index.md"' in (tmp_path / "en" / ".rendered").read_text()


def test_an_empty_zoo_has_a_home_page(tmp_path: Path) -> None:
    empty = Zoo(root=Path("model-index"))
    rendered = render_site(empty, Stored(environments={}), tmp_path)
    pages = [path for path in rendered.written if path.endswith(".md")]
    assert pages == ["en/index.md", "zh/index.md"]
    assert "The zoo has no models yet" in (tmp_path / "en" / "index.md").read_text()


def test_every_link_inside_the_site_leads_to_a_file(docs: Path) -> None:
    for page in docs.rglob("*.md"):
        for target in re.findall(r'(?:href|src)="([^"#:]+)[#"]', page.read_text(encoding="utf-8")):
            assert (page.parent / target).resolve().is_file(), f"{page.name}: {target}"


def test_pages_link_to_the_method_only_where_there_is_such_a_page(
    docs: Path, tmp_path: Path
) -> None:
    def anchors(page: Path) -> set[str]:
        return set(re.findall(r'href="\.\./method\.md#([a-z]+)"', page.read_text(encoding="utf-8")))

    render_site(PLOTLESS, STORED, tmp_path)
    assert anchors(tmp_path / "en" / "models" / "small.md") == set()
    for language in ("en", "zh"):
        model = anchors(docs / language / "models" / "small.md")
        assert model == {"counting", "latency", "provenance", "verdicts"}
        family = anchors(docs / language / "families" / "pairs.md")
        assert family == {"accuracy", "counting", "latency", "verdicts"}


def test_every_region_of_a_page_has_a_name_of_its_own(docs: Path) -> None:
    for page in docs.rglob("*.md"):
        names = re.findall(r'role="region" aria-label="([^"]*)"', page.read_text(encoding="utf-8"))
        assert len(set(names)) == len(names), page


def test_sections_that_every_model_has_stay_out_of_the_search(docs: Path) -> None:
    page = (docs / "en" / "models" / "small.md").read_text(encoding="utf-8")
    searched = re.findall(r"^## .*\{: #([\w-]+) \}$", page, re.MULTILINE)
    assert searched == ["identity", "metadata"]


def test_every_citation_leads_to_its_source(docs: Path) -> None:
    for page in docs.rglob("*.md"):
        text = page.read_text(encoding="utf-8")
        assert set(re.findall(r'href="#(source-\d+)"', text)) <= set(
            re.findall(r'id="(source-\d+)"', text)
        )


def test_both_languages_have_the_same_headings_under_the_same_ids(docs: Path) -> None:
    for page in (docs / "en").rglob("*.md"):
        other = docs / "zh" / page.relative_to(docs / "en")
        ids = [
            re.findall(
                r"^#+ .*\{: #([\w-]+)(?: data-search-exclude)? \}$",
                file.read_text(encoding="utf-8"),
                re.MULTILINE,
            )
            for file in (page, other)
        ]
        assert ids[0] == ids[1]
        assert len(set(ids[0])) == len(ids[0])


def test_a_zoos_own_template_replaces_one_and_its_label_one(tmp_path: Path) -> None:
    own = tmp_path / "templates"
    (own / "labels").mkdir(parents=True)
    (own / "home.md.j2").write_text("# {{ t('site.name') }}\n")
    (own / "labels" / "en.yml").write_text("site.name: Our zoo\n")
    (own / "labels" / "zh.yml").write_text("site.name: 我们的模型库\n")
    render_site(PLOTLESS, STORED, tmp_path / "docs", templates=own)
    assert (tmp_path / "docs" / "en" / "index.md").read_text() == "# Our zoo\n"
    assert (tmp_path / "docs" / "zh" / "families" / "pairs.md").is_file()


def test_a_broken_template_is_named_with_its_line(tmp_path: Path) -> None:
    own = tmp_path / "templates"
    own.mkdir()
    (own / "home.md.j2").write_text("# x\n{% if %}\n")
    with pytest.raises(CatalogueError) as fault:
        render_site(PLOTLESS, STORED, tmp_path / "docs", templates=own)
    assert str(fault.value) == (
        "templates/home.md.j2:2: Expected an expression, got 'end of statement block'; "
        "mend the template"
    )


def test_a_template_cannot_reach_into_python(tmp_path: Path) -> None:
    own = tmp_path / "templates"
    own.mkdir()
    (own / "home.md.j2").write_text("{{ page.__class__.__mro__ }}")
    with pytest.raises(CatalogueError, match="unsafe"):
        render_site(PLOTLESS, STORED, tmp_path / "docs", templates=own)


def test_missing_translations_are_reported(tmp_path: Path) -> None:
    zoo = replace(ZOO, entries=(MIDDLE, LONER))
    rendered = render_site(zoo, STORED, tmp_path)
    assert [str(one) for one in rendered.diagnostics] == [
        (
            "zh:1:1: warning: the text 'Middle net' is missing in 'zh', another language stands "
            "in for it; translate it [missing-translation]"
        )
    ]


def test_a_measured_number_on_a_page_is_the_records(docs: Path) -> None:
    page = (docs / "en" / "models" / "small.md").read_text(encoding="utf-8")
    for number in ("2,000,000,000", "10,000,000", "37,500 of 50,000", ENVIRONMENT.cpu):
        assert number in page


class _Elements(HTMLParser):
    """Collects what a browser would act upon."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.links: list[str] = []
        self.handlers: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if dict(attrs).get("type") != "application/json":  # numbers for scripts are no script
            self.tags.add(tag)
        self.links.extend(value or "" for name, value in attrs if name in ("href", "src"))
        self.handlers.extend(name for name, _ in attrs if name.startswith("on"))


EVIL = (
    '<script>alert(1)</script><img src=x onerror="alert(1)">',
    "[a](javascript:alert(1)) | `b` | **c** {: onclick=alert(1) }",
    "\"><svg onload=alert(1)> ' {{ 7 * 7 }} {% raw %} \x02wzxhzdk:0\x03",
    "```\n</code></pre><script>alert(1)</script>\n~~~~\n# heading",
)


def hostile(text: str) -> Zoo:
    """A zoo in which a stranger wrote the same text wherever text can be written."""
    anyone = Text(plain=text)
    entry: Entry = replace(
        SMALL,
        name=text,
        title=anyone,
        summary=anyone,
        description=anyone,
        aliases=(text,),
        distinct_from=(Distinct(ref=text, reason=anyone),),
        citation=text,
        code="javascript:alert(1)",
        config=text,
        collection=text,
        builder=Builder(target=f"timm:{text}", kwargs={"a": text}, requires=(text,)),
        weights=(Weights(url="javascript:alert(1)", name=text),),
        results=tuple(
            replace(result, applies_to=text, dataset=text, note=anyone) for result in SMALL.results
        ),
        latencies=tuple(
            replace(line, device=text, precision=text, runtime=text, statistic=text, note=anyone)
            for line in SMALL.latencies
        ),
        metadata=tuple(replace(one, name=text, values=(text, text)) for one in SMALL.metadata),
    )
    source = Source(id="book", title=anyone, url="javascript:alert(1)", commit=text, note=anyone)
    family = Collection(
        name=text, title=anyone, summary=anyone, description=anyone, citation=text, code=text
    )
    other = replace(LONER, collection=text, title=anyone, results=SMALL.results)
    return Zoo(
        root=Path("model-index"),
        collections=(family,),
        entries=(entry, other),
        sources=(source,),
    )


def built(docs: Path) -> Iterator[tuple[Path, str]]:
    for page in docs.rglob("*.md"):
        written = page.read_text(encoding="utf-8").partition("\n---\n")[2]
        body, tables = cut_tables(written)
        content = markdown(
            body,
            extensions=list(EXTENSIONS),
            extension_configs={"pymdownx.tabbed": {"alternate_style": True}},
        )
        yield page, restore_tables(content, tables)


@pytest.mark.parametrize("text", EVIL)
def test_hostile_text_is_shown_and_never_acts(text: str, tmp_path: Path) -> None:
    render_site(hostile(text), STORED, tmp_path)
    for page, content in built(tmp_path):
        found = _Elements()
        found.feed(content)
        assert not found.tags & {"script", "svg", "iframe", "object"}, page
        assert not found.handlers, page
        assert not [link for link in found.links if link.casefold().startswith("javascript")], page
        assert content.count("<h1") == 1, page
        assert "49" not in content.partition("</h1>")[0], page


def test_hostile_families_stay_in_their_folder(tmp_path: Path) -> None:
    family = Collection(name="../../evil", title=Text(plain="x"))
    entry = replace(SMALL, collection="../../evil")
    zoo = Zoo(root=Path("model-index"), collections=(family,), entries=(entry,))
    rendered = render_site(zoo, STORED, tmp_path / "docs")
    assert "en/families/evil.md" in rendered.written
    assert not (tmp_path / "evil.md").exists()


def test_families_whose_names_look_alike_get_pages_of_their_own(tmp_path: Path) -> None:
    names = ("Big Net", "big-net", "Index", "模型", "!!!")
    zoo = Zoo(
        root=Path("model-index"),
        collections=tuple(Collection(name=name, title=Text(plain=name)) for name in names),
        entries=tuple(
            replace(SMALL, id=f"m{number}", collection=name) for number, name in enumerate(names)
        ),
    )
    rendered = render_site(zoo, Stored(environments={}), tmp_path, languages=("en",))
    pages = [path for path in rendered.written if path.startswith("en/families/")]
    assert pages == [
        "en/families/big-net.md",
        "en/families/big-net-2.md",
        "en/families/index-2.md",
        "en/families/模型.md",
        "en/families/family.md",
    ]


def test_rendering_never_imports_torch() -> None:
    code = "import sys, catalogue.render; sys.exit('torch' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_packages_templates_are_found() -> None:
    assert (templates_folder() / "family.md.j2").is_file()
