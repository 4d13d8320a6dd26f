"""What readers type into the search, and what comes first: served below a path, and from files."""

import re
import threading
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from page_zoo import ENVIRONMENT, complexity, counted, record
from playwright.sync_api import Browser, Locator, Page, expect
from test_site import mkdocs, zoo_in

from catalogue.read import read_zoo
from catalogue.record import Kind
from catalogue.store import FOLDER, save_environment, save_record

pytestmark = pytest.mark.browser
FAMILIES = """\
Collections:
  - Name: DenseNet
    Title: {en: Densely Connected Networks, zh: 密集连接网络}
    Summary: {en: Every layer sees all before it., zh: 每一层都能看到前面的所有层。}
  - Name: DPN
    Title: {en: Dual Path Networks (DPN), zh: 双通道网络（DPN）}
    Summary: {en: Two kinds of paths side by side., zh: 两种通路并行。}
Models:
"""
MODEL = """\
  - Name: {id}
    Title: {title}
    In Collection: {family}
    Alias: [{alias}]
    Builder: {{Target: "timm:{id}"}}
    Preprocessing: {{Input Size: [3, 224, 224]}}
    Costs:
      - {{Quantity: FLOPs, Value: {flops}, Unit: G, Convention: 2xmacs, Input Size: 224}}
"""
MODELS = (
    ("densenetblur121d", "DenseNetBlur-121d", "DenseNet", "blurred", "5.912"),
    ("densenet121_bn", "DenseNet-121-BN", "DenseNet", "normed", "30.512"),
    ("densenet121", "DenseNet-121", "DenseNet", '"tv:DenseNet121"', "5.69"),
    ("densenet169", "DenseNet-169", "DenseNet", "deeper", "6.72"),
    ("dpn98", "DPN-98", "DPN", "broad", "23.5"),
    ("dpn131", "DPN-131", "DPN", "bigpath", "30.51"),
)
DPN131_MACS = 15_990_000_000
ENGLISH, CHINESE = "index.html", "zh/index.html"
DENSENET, DPN = "families/densenet.html", "families/dpn.html"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A zoo of names that begin alike, of which one model is counted."""
    folder = zoo_in(tmp_path_factory.mktemp("searched"))
    index = folder / "model-index"
    models = (
        MODEL.format(id=name, title=title, family=family, alias=alias, flops=flops)
        for name, title, family, alias, flops in MODELS
    )
    (index / "families.yml").write_text(FAMILIES + "".join(models), encoding="utf-8")
    environment = save_environment(index / FOLDER, ENVIRONMENT)
    entries = read_zoo(index / "model-index.yml").zoo.entries
    entry = next(one for one in entries if one.id == "dpn131")
    made = record(entry, Kind.COMPLEXITY, counted(), complexity(79_000_000, DPN131_MACS))
    provenance = replace(made.provenance, environment=environment)
    save_record(index / FOLDER, replace(made, provenance=provenance))
    built = mkdocs(folder, "build")
    assert built.returncode == 0, built.stderr
    return folder


@pytest.fixture(scope="module")
def address(project: Path) -> Iterator[str]:
    """Of the site, which stands below a path of its host."""
    handler = partial(_Silent, directory=str(project))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/site/"
        server.shutdown()


class _Silent(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the library's name
        del format, args


@pytest.fixture(scope="module")
def tabs(browser: Browser, address: str) -> Iterator[dict[str, Page]]:
    """A home page of each language, whose search is asked one thing after another."""
    opened = {home: browser.new_page() for home in (ENGLISH, CHINESE)}
    for home, tab in opened.items():
        tab.goto(address + home)
    yield opened
    for tab in opened.values():
        tab.close()


def ask(tab: Page, query: str) -> None:
    """Type a query as readers do, sign by sign."""
    field = tab.locator("input.md-search__input")
    field.fill("")
    field.press_sequentially(query)


def hits(tab: Page) -> Locator:
    return tab.locator(".md-search-result__item")


@pytest.mark.parametrize("home", [ENGLISH, CHINESE])
@pytest.mark.parametrize(
    ("query", "title", "page"),
    [
        *((query, "DenseNet-121", "models/densenet121.html") for query in
          ("densenet-121", "densenet121", "DenseNet 121", "DenseNet121", "tv:DenseNet121")),
        *((query, "DPN-131", "models/dpn131.html") for query in
          ("dpn-131", "DPN 131", "dpn131", "dpn13", "dpn-1", "DPN131 FLOPs", "bigpa")),
        ("densenetblur", "DenseNetBlur-121d", "models/densenetblur121d.html"),
        ("deeper", "DenseNet-169", "models/densenet169.html"),
    ],
)  # fmt: skip
def test_the_model_that_is_called_just_so_comes_first(
    tabs: dict[str, Page], home: str, query: str, title: str, page: str
) -> None:
    tab = tabs[home]
    ask(tab, query)
    expect(hits(tab).first.locator("h1")).to_have_text(title)
    address = hits(tab).first.locator("a").first.get_attribute("href") or ""
    assert address.partition("?")[0].endswith(f"/site/{home.removesuffix('index.html')}{page}")


@pytest.mark.parametrize("home", [ENGLISH, CHINESE])
@pytest.mark.parametrize(
    ("query", "page"),
    [
        ("密集连接", DENSENET),
        ("双通道", DPN),
        ("双通道网络", DPN),
        ("dual path", DPN),
        ("Densely connected", DENSENET),
        ("densely", DENSENET),
        ("DPN", DPN),
    ],
)
def test_a_family_is_found_by_its_name_in_either_language(
    tabs: dict[str, Page], home: str, query: str, page: str
) -> None:
    tab = tabs[home]
    ask(tab, query)
    expect(hits(tab).first.locator(f'a[href*="{page}"]').first).to_be_visible()


@pytest.mark.parametrize(
    ("home", "verdict"), [(ENGLISH, "refuted"), (CHINESE, "不符")], ids=["en", "zh"]
)
@pytest.mark.parametrize("query", ["30.51", "30.51 G", "30.51G", "30.51 GFLOPs"])
def test_a_reported_figure_leads_to_its_verdict(
    tabs: dict[str, Page], home: str, verdict: str, query: str
) -> None:
    """Before a figure that only begins like it, and before the family's tables."""
    tab = tabs[home]
    ask(tab, query)
    expect(hits(tab).first.locator("h1")).to_have_text("DPN-131")
    section = hits(tab).first.locator('a[href*="models/dpn131.html"][href*="#figures"]')
    expect(section).to_be_visible()
    expect(section.locator("mark")).to_have_text("30.51")
    assert verdict in section.inner_text()


@pytest.mark.parametrize(("query", "told"), [("31.98", "实测 31.98"), ("15.99", "MACs (G) 15.99")])
def test_a_measured_figure_is_found(tabs: dict[str, Page], query: str, told: str) -> None:
    ask(tabs[CHINESE], query)
    found = hits(tabs[CHINESE]).first.locator('a[href*="#figures"]')
    expect(found).to_contain_text(told)


def test_a_name_and_a_figure_together_show_the_figure(tabs: dict[str, Page]) -> None:
    ask(tabs[ENGLISH], "dpn131 30.51")
    section = hits(tabs[ENGLISH]).first.locator('a[href*="models/dpn131.html"][href*="#figures"]')
    expect(section).to_be_visible()
    expect(hits(tabs[ENGLISH]).first).not_to_contain_text("Missing")


def test_operators_of_the_search_keep_their_meaning(tabs: dict[str, Page]) -> None:
    ask(tabs[ENGLISH], "densenet -blurred")
    expect(hits(tabs[ENGLISH]).first).to_be_visible()
    expect(hits(tabs[ENGLISH]).locator('a[href*="densenetblur121d"]')).to_have_count(0)


def test_what_the_search_reads_stands_on_no_page(project: Path) -> None:
    for page in (project / "site").rglob("models/*.html"):
        text = page.read_text(encoding="utf-8")
        assert "zoo-searched" not in text
        assert len(re.findall(r'id="?figures"?[ >]', text)) == 1


def test_the_enter_key_leads_to_what_is_listed_first(page: Page, address: str) -> None:
    page.goto(address + ENGLISH)
    ask(page, "densenet-121")
    expect(hits(page).first.locator("h1")).to_have_text("DenseNet-121")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/site/models/densenet121\.html"))


def test_arrows_walk_through_the_hits_and_escape_closes(page: Page, address: str) -> None:
    page.goto(address + ENGLISH)
    ask(page, "30.51")
    expect(hits(page).first.locator("h1")).to_have_text("DPN-131")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    focused = page.evaluate("document.activeElement.href")
    assert "models/dpn131.html" in focused
    assert "#figures" in focused
    page.keyboard.press("Escape")
    expect(page.locator("#__search")).not_to_be_checked()


@pytest.mark.parametrize("home", [ENGLISH, CHINESE])
def test_from_files_on_a_phone_the_same_comes_first(
    project: Path, browser: Browser, home: str
) -> None:
    phone = browser.new_page(viewport={"width": 390, "height": 844}, has_touch=True)
    phone.goto((project / "site" / home).as_uri())
    phone.locator(".md-header__button[for=__search]").tap()
    ask(phone, "densenet 121")
    expect(hits(phone).first.locator("h1")).to_have_text("DenseNet-121")
    ask(phone, "30.51")
    expect(hits(phone).first.locator('a[href*="#figures"]')).to_contain_text("30.51")
    box = hits(phone).first.bounding_box()
    assert box is not None
    assert box["x"] + box["width"] <= 391  # it slides in, by parts of a pixel to the end
    phone.close()


def test_the_list_of_hits_is_accessible(page: Page, address: str) -> None:
    page.goto(address + ENGLISH)
    ask(page, "双通道")
    expect(hits(page).first).to_be_visible()
    page.wait_for_timeout(500)  # while it opens, all is pale
    found = Axe().run(page, context=".md-search__output").response["violations"]
    assert [one["id"] for one in found] == []
