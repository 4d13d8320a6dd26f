"""The site: a real strict build of a small zoo in both languages, and where everything leads."""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from html.parser import HTMLParser
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit
from urllib.request import urlopen

import pytest
from conftest import ROOT
from playwright.sync_api import Browser, expect

from catalogue.site.links import relative_link, resolve_links
from catalogue.site.navigation import navigation
from catalogue.site.tables import cut_tables, restore_tables

INDEX = """\
Import: [families.yml]
"""
FAMILIES = """\
Collections:
  - Name: DenseNet
    Title: {en: DenseNet, zh: 密集连接网络}
    Summary: {en: Every layer sees all before it., zh: 密集连接让每一层都能看到前面的所有层。}
  - Name: DPN
    Title: {en: Dual Path Networks, zh: 双通道网络}
    Summary: {en: Residual and dense paths side by side., zh: 双通道并行，参数量更小。}
Models:
  - Name: densenet121
    In Collection: DenseNet
    Builder: {Target: "timm:densenet121"}
    Preprocessing: {Input Size: [3, 224, 224]}
    Costs:
      - {Quantity: Parameters, Value: 7.98, Unit: M}
      - {Quantity: FLOPs, Value: 5.69, Unit: G, Convention: 2xmacs, Input Size: 224}
    Results:
      - {Dataset: ImageNet-1k, Metrics: {Top 1 Accuracy: 75.66%}}
  - Name: dpn68
    In Collection: DPN
    Alias: [twinpath-small]
    Builder: {Target: "timm:dpn68"}
    Preprocessing: {Input Size: [3, 224, 224]}
    Costs:
      - {Quantity: Parameters, Value: 12.61, Unit: M}
      - {Quantity: FLOPs, Value: 4.65, Unit: G, Convention: 2xmacs, Input Size: 224}
    Results:
      - {Dataset: ImageNet-1k, Metrics: {Top 1 Accuracy: 76.3%}}
"""
WORDS = ("密集连接", "双通道", "参数量")


def zoo_in(folder: Path) -> Path:
    """A project with two families and what this checkout gives every site."""
    for name in ("mkdocs.yml", "mkdocs.zh.yml", "docs/hook.py", "docs/en/method.md"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, folder / name)
    (folder / "docs/zh").mkdir()
    shutil.copy(ROOT / "docs/zh/method.md", folder / "docs/zh")
    (folder / "model-index").mkdir()
    (folder / "model-index/model-index.yml").write_text(INDEX, encoding="utf-8")
    (folder / "model-index/families.yml").write_text(FAMILIES, encoding="utf-8")
    return folder


def mkdocs(
    folder: Path, *arguments: str, site_url: str = "https://zoo.example/models/"
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "mkdocs", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "SITE_URL": site_url},
    )


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small zoo, built strictly."""
    folder = zoo_in(tmp_path_factory.mktemp("zoo"))
    built = mkdocs(folder, "build", "--strict")
    assert built.returncode == 0, built.stderr
    return folder


@pytest.fixture(scope="module")
def site(project: Path) -> Path:
    return project / "site"


class Page(HTMLParser):
    """The ids, links and loaded files of one page."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.switches: list[str] = []
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.ids |= {value for name in ("id", "name") if (value := found.get(name))}
        if tag == "a" and (link := found.get("href")):
            self.links.append(link)
            if "zoo-language" in (found.get("class") or ""):
                self.switches.append(link)
        elif tag == "link" and found.get("rel") not in ("canonical", "prev", "next"):
            self.loaded.append(found.get("href") or "")
        elif source := found.get("src"):
            self.loaded.append(source)


def pages(site: Path) -> Iterator[Path]:
    found = [path for path in sorted(site.rglob("*.html")) if path.name != "404.html"]
    assert len(found) > 8
    yield from found


def target_of(link: str, page: Path) -> Path:
    return (page.parent / unquote(urlsplit(link).path)).resolve() if urlsplit(link).path else page


def test_both_languages_have_the_same_pages(site: Path) -> None:
    every = [path.relative_to(site) for path in pages(site)]
    chinese = {path.relative_to("zh") for path in every if path.parts[0] == "zh"}
    assert chinese == {path for path in every if path.parts[0] != "zh"}


def meta(page: Path, name: str) -> list[str]:
    """The contents of a page's meta elements of that property or name."""
    found = re.findall(
        rf'<meta (?:property|name)="?{name}"? content=(?:"([^"]*)"|([^ >]+))',
        page.read_text(encoding="utf-8"),
    )
    return [quoted or plain for quoted, plain in found]


def test_every_page_has_one_picture_and_title_for_previews(site: Path) -> None:
    for path in pages(site):
        (image,) = meta(path, "og:image")
        file = site / image.removeprefix("https://zoo.example/models/")
        assert file.read_bytes().startswith(b"\x89PNG"), path
        assert len(meta(path, "og:title")) == len(meta(path, "og:url")) == 1
    assert meta(site / "zh/families/dpn.html", "og:title") == ["双通道网络"]
    assert meta(site / "zh/models/dpn68.html", "og:image")[0].endswith("/zh/cards/family-dpn.png")


def test_pages_say_what_is_seen_on_their_picture(site: Path) -> None:
    (english,) = meta(site / "models/dpn68.html", "og:image:alt")
    assert english.startswith("Card: Dual Path Networks, 1 model")
    assert english.endswith("Residual and dense paths side by side.")
    assert meta(site / "families/dpn.html", "og:image:alt") == [english]
    (chinese,) = meta(site / "zh/models/dpn68.html", "og:image:alt")
    assert chinese.startswith("卡片：双通道网络，1 个模型")
    assert meta(site / "index.html", "og:image:alt")[0].startswith(
        "Card: Model catalogue, 2 models"
    )


def test_no_title_says_the_name_of_the_site_twice(site: Path) -> None:
    titles = {
        name: re.findall("<title>(.*?)</title>", (site / name).read_text(encoding="utf-8"))
        for name in ("index.html", "zh/index.html", "families/dpn.html")
    }
    assert titles == {
        "index.html": ["Model catalogue"],
        "zh/index.html": ["模型图录"],
        "families/dpn.html": ["Dual Path Networks - Model catalogue"],
    }


def test_pages_name_their_data_and_both_languages_share_it(site: Path) -> None:
    for page in ("models/dpn68.html", "zh/models/dpn68.html"):
        head = (site / page).read_text(encoding="utf-8")
        (link,) = re.findall(
            r'<link rel="?alternate"? type=application/json href="?([^" >]*)', head
        )
        data = json.loads(target_of(link, site / page).read_text(encoding="utf-8"))
        assert data["models"][0]["name"] == "dpn68"
    assert (site / "api/models.csv").is_file()
    assert not (site / "zh/api").exists()


def test_the_built_site_says_its_address_where_programs_need_it(site: Path) -> None:
    page = (site / "zh/models/dpn68.html").read_text(encoding="utf-8")
    assert "https://zoo.example/models/api/badges/dpn68.params.svg" in page
    told = (site / "zh/llms.txt").read_text(encoding="utf-8")
    links = re.findall(r"\]\(https://zoo\.example/models/([^)]+)\)", told)
    assert "zh/families/dpn.html" in links
    assert [link for link in links if not (site / link).is_file()] == []


def test_the_language_switch_of_every_page_leads_to_the_same_page(site: Path) -> None:
    for path in pages(site):
        inside = path.relative_to(site)
        chinese = inside.parts[0] == "zh"
        other = site / (inside.relative_to("zh") if chinese else Path("zh") / inside)
        (switch,) = Page(path).switches
        assert target_of(switch, path) == other.resolve(), path


def test_every_link_and_anchor_inside_the_site_leads_somewhere(site: Path) -> None:
    ids = {path.resolve(): Page(path).ids for path in pages(site)}
    broken = [
        f"{path.relative_to(site)}: {link}"
        for path in pages(site)
        for link in Page(path).links
        if not urlsplit(link).scheme
        and (
            not (target := target_of(link, path).resolve()).is_file()
            or (urlsplit(link).fragment and unquote(urlsplit(link).fragment) not in ids[target])
        )
    ]
    assert broken == []


def test_no_page_loads_anything_from_another_host_or_that_is_missing(site: Path) -> None:
    for path in pages(site):
        for source in Page(path).loaded:
            assert not urlsplit(source).netloc, f"{path}: {source}"
            assert source.startswith("data:") or target_of(source, path).is_file(), source
    for style in site.rglob("*.css"):
        found = re.findall(r"(?:url\(|@import\s)[\"']?(?:https?:)?//", style.read_text("utf-8"))
        assert found == [], style


def test_languages_share_the_files_of_the_theme_but_for_the_words_of_its_scripts(
    site: Path,
) -> None:
    own = {str(path.relative_to(site)) for path in (site / "zh/assets").rglob("*.*")}
    assert own == {"zh/assets/zoo/first.js"}
    loaded = {
        os.path.relpath(target_of(link, page), site)
        for page in pages(site)
        if "zh" in page.parts
        for link in Page(page).loaded
    }
    assert "assets/zoo/site.js" in loaded
    worker = re.search(r'"search": ?"([^"]+)"', (site / "zh/assets/zoo/first.js").read_text())
    assert worker is not None
    assert worker[1].endswith(".js")
    assert (site / "zh" / worker[1]).is_file()


def test_no_source_map_is_published_and_no_script_or_style_names_one(site: Path) -> None:
    loaded = [path for path in site.rglob("*") if path.suffix in (".js", ".css", ".map")]
    assert any("assets/javascripts/bundle" in path.as_posix() for path in loaded)
    assert [path for path in loaded if path.suffix == ".map"] == []
    assert [path for path in loaded if b"sourceMappingURL" in path.read_bytes()] == []


def test_the_chinese_search_keeps_the_words_of_the_field_whole(site: Path) -> None:
    index = json.loads((site / "zh/search/search_index.json").read_text(encoding="utf-8"))
    words = {
        word
        for section in index["docs"]
        for word in re.split(r"[\u200b\s，。：；、（）]", section["title"] + " " + section["text"])
    }
    assert set(WORDS) <= words


def test_each_language_has_an_index_of_its_own(site: Path) -> None:
    english = (site / "search/search_index.json").read_text(encoding="utf-8")
    chinese = (site / "zh/search/search_index.json").read_text(encoding="utf-8")
    assert "How we measure" in english
    assert "How we measure" not in chinese
    assert "参数量" not in english


def test_the_navigation_names_families_and_never_models(site: Path) -> None:
    html = (site / "index.html").read_text(encoding="utf-8")
    sidebar = html[html.index("md-nav--primary") : html.index("md-content")]
    assert "families/dpn.html" in sidebar
    assert "models/" not in sidebar


def test_the_sitemap_names_the_translation_of_every_page(site: Path) -> None:
    sitemap = (site / "sitemap.xml").read_text(encoding="utf-8")
    assert 'hreflang="zh" href="https://zoo.example/models/zh/families/dpn.html"' in sitemap
    assert sitemap.count("<loc>") * 2 == sitemap.count("<xhtml:link")


def test_the_chrome_is_in_the_language_of_the_page(site: Path) -> None:
    chinese = (site / "zh/families/dpn.html").read_text(encoding="utf-8")
    assert "<html lang=zh" in chinese
    for words in ("模型系列", "测量方法", "所有实测值"):
        assert words in chinese
    # Switches of colours and the search are made by a script.
    made = (site / "zh/assets/zoo/first.js").read_text(encoding="utf-8")
    for words in ("配色跟随系统", "搜索"):
        assert f'aria-label=\\"{json.dumps(words)[1:-1]}' in made


def test_a_second_build_leaves_the_pages_it_does_not_change_alone(project: Path) -> None:
    def times() -> dict[Path, int]:
        return {path: path.stat().st_mtime_ns for path in (project / "docs").rglob("*.md")}

    before = times()
    assert len(before) > 8
    assert mkdocs(project, "build", "--strict").returncode == 0
    assert times() == before


def test_a_broken_entry_stops_a_strict_build_and_is_named_with_its_place(tmp_path: Path) -> None:
    folder = zoo_in(tmp_path)
    broken = FAMILIES.replace("In Collection: DPN", "In Collection: [DPN")
    (folder / "model-index/families.yml").write_text(broken, encoding="utf-8")
    built = mkdocs(folder, "build", "--strict")
    assert built.returncode == 1
    assert "families.yml:" in built.stderr
    assert "Traceback" not in built.stderr


def test_a_missing_translation_stops_a_strict_build_and_is_named(tmp_path: Path) -> None:
    folder = zoo_in(tmp_path)
    english = FAMILIES.replace(", zh: 双通道网络}", "}")
    assert english != FAMILIES
    (folder / "model-index/families.yml").write_text(english, encoding="utf-8")
    built = mkdocs(folder, "build", "--strict")
    assert built.returncode == 1
    assert "the text 'Dual Path Networks' is missing in 'zh'" in built.stderr


def test_without_a_zoo_the_build_says_so_in_one_line(tmp_path: Path) -> None:
    folder = zoo_in(tmp_path)
    shutil.rmtree(folder / "model-index")
    built = mkdocs(folder, "build")
    assert built.returncode == 1
    assert "no model index found" in built.stderr
    assert "Traceback" not in built.stderr


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def wait_for(happened: Callable[[], bool], *, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while not happened() and time.monotonic() < deadline:
        time.sleep(0.2)
    return happened()


@pytest.mark.slow
def test_an_edited_entry_shows_on_the_served_chinese_page_after_one_rebuild(tmp_path: Path) -> None:
    folder, port, log = zoo_in(tmp_path), free_port(), tmp_path / "serve.log"
    with log.open("w") as output:
        server = subprocess.Popen(
            [sys.executable, "-m", "mkdocs", "serve", "--dev-addr", f"127.0.0.1:{port}"],
            cwd=folder,
            stderr=output,
        )
    try:
        assert wait_for(lambda: "Serving on" in log.read_text(), seconds=60), log.read_text()
        edited = FAMILIES.replace("双通道并行", "双通道齐头并进")
        (folder / "model-index/families.yml").write_text(edited, encoding="utf-8")
        assert wait_for(lambda: "Reloading browsers" in log.read_text(), seconds=60)
        time.sleep(4)
        with urlopen(f"http://127.0.0.1:{port}/zh/families/dpn.html") as answer:
            assert "双通道齐头并进" in answer.read().decode()
        assert log.read_text().count("Detected file changes") == 1
    finally:
        server.terminate()
        server.wait(timeout=20)


def opened(address: str, profile: Path) -> str:
    """The page as a browser without a network makes it, scripts included."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or ""
    flags = "--headless --no-sandbox --disable-gpu --no-first-run --disable-background-networking"
    more = "--disable-component-update --disable-sync --disable-quic --virtual-time-budget=10000"
    return subprocess.run(
        [
            chromium,
            *flags.split(),
            *more.split(),
            f"--user-data-dir={profile}",
            "--dump-dom",
            address,
        ],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    ).stdout


@pytest.mark.browser
@pytest.mark.parametrize(
    ("words", "index"),
    [*((word, "zh/index.html") for word in WORDS), ("latency", "index.html")],
)
def test_the_search_finds_pages_when_the_site_is_opened_as_files(
    site: Path, tmp_path: Path, words: str, index: str
) -> None:
    dom = opened(f"{(site / index).as_uri()}?q={quote(words)}", tmp_path)
    found = re.findall(r'<a href="([^"]*)" class="md-search-result__link"', dom)
    assert found, re.findall(r'md-search-result__meta">([^<]*)', dom)


@pytest.mark.browser
@pytest.mark.parametrize(
    ("words", "index", "page"),
    [
        ("双通道", "zh/index.html", "families/dpn.html"),
        ("密集连接", "zh/index.html", "families/densenet.html"),
        ("dpn68", "zh/index.html", "models/dpn68.html"),
        ("dual path", "index.html", "families/dpn.html"),
        ("twinpath", "index.html", "models/dpn68.html"),
        ("twinpath-small", "zh/index.html", "models/dpn68.html"),
    ],
)
def test_the_search_of_a_served_site_finds_the_page_that_is_meant(
    site: Path, browser: Browser, words: str, index: str, page: str
) -> None:
    handler = partial(_SilentHandler, directory=str(site))
    opened_page = browser.new_page()
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        opened_page.goto(f"http://127.0.0.1:{server.server_address[1]}/{index}?q={quote(words)}")
        meant = opened_page.locator(f'a.md-search-result__link[href*="{page}"]')
        expect(meant.first).to_be_attached(timeout=30_000)
        opened_page.close()
        server.shutdown()


class _SilentHandler(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the library's name
        del format, args


@pytest.mark.browser
def test_tables_of_models_can_be_sorted_by_every_column(site: Path, tmp_path: Path) -> None:
    dom = opened((site / "index.html").as_uri(), tmp_path)
    table = dom[dom.index("data-zoo-tools") :]
    head = table[: table.index("</thead>")]
    assert head.count('class="zoo-sort"') == head.count("<th ") > 3


@pytest.mark.parametrize(
    ("target", "page", "link"),
    [
        ("zh/models/a.html", "models/a.html", "../zh/models/a.html"),
        ("models/a.html", "zh/models/a.html", "../../models/a.html"),
        ("zh/", "index.html", "zh/"),
        ("", "zh/", "../"),
        ("zh/models/a/", "models/a/", "../../zh/models/a/"),
        ("", "families/dpn/", "../../"),
    ],
)
def test_links_between_languages_are_relative(target: str, page: str, link: str) -> None:
    assert relative_link(target, page) == link


def test_links_in_html_blocks_are_resolved_like_those_in_markdown() -> None:
    known = {"models/a.md": "../models/a.html", "plots/p.svg": "../plots/p.svg"}
    html = (
        '<a href="../models/a.md#latency"><img src="../plots/p.svg#only-dark"></a>'
        '<a href="../models/gone.md"><a href="https://example.org/x.md"><a href="#source-1">'
    )
    resolved = (
        '<a href="../models/a.html#latency"><img src="../plots/p.svg#only-dark"></a>'
        '<a href="../models/gone.md"><a href="https://example.org/x.md"><a href="#source-1">'
    )
    found: dict[str, str] = {}
    assert resolve_links(html, "families/dpn.md", known.get, known=found) == resolved
    assert resolve_links(html, "families/dpn.md", lambda _: None, known=found) == resolved
    other = '<a data-href="a.md" xhref="a.md" alt="a.md">'
    assert resolve_links(other, "x.md", lambda _: "b", known={}) == other.replace(
        'data-href="a.md"', 'data-href="b"'
    )


def test_tables_go_around_markdown_unchanged_but_those_of_facts_stay() -> None:
    models, facts, latency = (
        f'<div class="zoo-scroll" tabindex="0"><table class="zoo-table zoo-table--{kind}">\\1\n'
        "</table>\n</div>"
        for kind in ("models", "facts", "latency")
    )
    page = f"# Title\n\n{models}\n\n{facts}\n\n{latency}\n"
    without, tables = cut_tables(page)
    assert tables == (models, latency)
    assert facts in without
    assert "zoo-table--models" not in without
    assert restore_tables(without, tables) == page


def test_pages_written_by_hand_stand_behind_the_families() -> None:
    found = navigation(
        [
            "method.md",
            "models/a.md",
            "index.md",
            "families/b.md",
            "families/a.md",
            "choose.md",
            "compare.md",
        ],
        "Families",
    )
    assert found == [
        "index.md",
        "choose.md",
        "compare.md",
        {"Families": ["families/a.md", "families/b.md"]},
        "method.md",
    ]


def test_many_families_come_in_at_most_eight_groups() -> None:
    families = [f"families/net{number:03}.md" for number in range(100)]
    (section,) = navigation(families, "Families")
    assert isinstance(section, dict)
    groups = section["Families"]
    assert len(groups) == 8
    assert isinstance(groups[0], dict)
    assert list(groups[0]) == ["net000 – net012"]
    assert [page for group in groups if isinstance(group, dict) for page in group.popitem()[1]] == (
        families
    )


def test_families_stand_in_the_order_of_the_numbers_in_their_names() -> None:
    names = [f"families/{name}.md" for name in ("net10", "net2", "v2-large", "net2b", "10net")]
    ((families,),) = (
        section.values() for section in navigation(names, "F") if isinstance(section, dict)
    )
    assert [str(page)[9:-3] for page in families] == ["10net", "net2", "net2b", "net10", "v2-large"]


def test_without_its_address_a_site_has_no_sitemap_no_previews_and_a_lost_page_of_words_alone(
    tmp_path: Path,
) -> None:
    folder = zoo_in(tmp_path)
    built = mkdocs(folder, "build", "--strict", site_url="")
    assert built.returncode == 0, built.stderr
    assert not list((folder / "site").rglob("sitemap.xml*"))
    assert (folder / "docs/zh/cards/home.png").is_file()
    assert not list((folder / "site").rglob("cards/*"))
    page = (folder / "site/404.html").read_text(encoding="utf-8")
    assert "There is no page at this address." in page
    assert "这个地址没有页面。" in page
    assert not re.search(r'(?:href|src)="', page)
    assert "default-src 'none'" in page


def test_a_zoo_without_families_has_no_empty_section() -> None:
    assert navigation(["index.md", "method.md"], "Families") == ["index.md", "method.md"]
