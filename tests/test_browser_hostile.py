"""A zoo whose every text is an attack, in a real browser: it shows as text, and nothing runs."""

import csv
import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hostile_zoo import ATTACKS, FORMULA, LONG, MODULE, REASON, REVERSED, SCRIPT, title
from playwright.sync_api import Browser, Page, expect

from catalogue.publish.preview import description

pytestmark = pytest.mark.browser

FOUND = """() => {
  const inside = document.querySelector(".md-content");
  const attacks = "[onclick] [onerror] [onload] iframe[src] iframe[srcdoc] object base img[src=x]";
  const wrong = attacks.split(" ").filter((one) => document.querySelector(one));
  const links = [...document.querySelectorAll("a[href]")]
    .map((link) => link.href)
    .filter((address) => !/^(file|https?|mailto):/.test(address));
  return {
    ran: window.ran ?? null,
    wrong,
    links,
    computed: /\\b49\\b(?! *M)/.test(inside.querySelector(".zoo-lead")?.textContent ?? ""),
    wide: document.documentElement.scrollWidth,
  };
}"""


def pages(site: Path) -> Iterator[Path]:
    yield from sorted(site.rglob("*.html"))


def test_on_no_page_does_anything_run_lead_astray_or_break_a_phones_layout(
    hostile: Path, page: Page
) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    for file in pages(hostile):
        if file.name == "404.html":
            continue
        page.goto(file.as_uri())
        found = page.evaluate(FOUND)
        assert found == {"ran": None, "wrong": [], "links": [], "computed": False, "wide": 390}, (
            file
        )


@pytest.mark.parametrize("number", range(1, len(ATTACKS) + 1))
def test_a_hostile_title_is_the_text_of_heading_tab_and_table(
    hostile: Path, page: Page, number: int
) -> None:
    page.goto((hostile / f"models/net{number}.html").as_uri())
    shown = shown_text(title(number))
    assert page.locator("h1").evaluate("h => h.firstChild.textContent.trim()") == shown
    readable = page.title().replace("＜", "<").replace("＞", ">").replace("”", '"')
    assert readable.replace("＼", "\\").startswith(" ".join(shown.split()))


def test_hostile_titles_are_text_in_the_table_of_all_models(hostile: Path, page: Page) -> None:
    page.goto((hostile / "index.html").as_uri())
    names = page.locator(".zoo-table--models tbody th a").all_text_contents()
    assert names == [shown_text(title(number)) for number in range(1, len(ATTACKS) + 1)]


def shown_text(text: str) -> str:
    """What readers see: the order of reading cannot be turned around."""
    return re.sub("[\u061c\u200b\u200f\u202c\u202e\u2060\ufeff]", "", text)


def test_modules_reasons_and_devices_are_text(hostile: Path, page: Page) -> None:
    page.goto((hostile / "models/net1.html").as_uri())
    expect(page.locator("#breakdown ~ ul code").first).to_have_text(MODULE)
    expect(page.locator("body")).to_contain_text('CPU "><img src=x onerror=alert(1)> a | b || c')
    page.goto((hostile / "zh/models/net4.html").as_uri())
    expect(page.locator("body")).to_contain_text(REASON)


def test_search_shows_hostile_names_as_text(hostile: Path, page: Page) -> None:
    page.goto((hostile / "index.html").as_uri())
    page.locator("input.md-search__input").press_sequentially("alias1")
    found = page.locator(".md-search-result__link").filter(has_text="window.ran")
    expect(found.first).to_be_visible()
    expect(page.locator(".md-search-result h1").first).to_contain_text("<script>")
    assert page.evaluate("window.ran ?? null") is None
    assert page.locator(".md-search-result :is(script, img, svg[onload])").count() == 0


def test_charts_and_choosing_show_hostile_names_as_text(hostile: Path, page: Page) -> None:
    page.goto((hostile / "choose.html").as_uri())
    names = page.locator(".zoo-ranking tbody th a").all_text_contents()
    assert shown_text(title(1)) in names
    assert shown_text(FORMULA) in names
    assert shown_text(title(9)) in names
    page.goto((hostile / "index.html").as_uri())
    drawn = page.locator(".zoo-names text").all_text_contents()
    assert any("<script>" in name or "onerror" in name for name in drawn)


class _Meta(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.content: dict[str, str] = {}
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        name = found.get("property") or found.get("name")
        if tag == "meta" and name:
            self.content[name] = found.get("content") or ""


def test_what_is_said_of_a_picture_stays_in_its_attribute(hostile: Path) -> None:
    for folder in ("", "zh/"):
        for stem in ("index", "models/net1", f"models/net{len(ATTACKS)}"):
            told = _Meta((hostile / f"{folder}{stem}.html").read_text(encoding="utf-8")).content
            picture = told["og:image"].removeprefix("https://zoo.example/models/")
            assert told["og:image:alt"] == description(hostile / picture), stem


def test_what_machines_read_is_well_formed_and_true_to_the_entry(hostile: Path) -> None:
    models = json.loads((hostile / "api/models.json").read_text(encoding="utf-8"))["models"]
    assert [model["title"]["en"] for model in models if model["id"] == "net1"] == [title(1)]
    with (hostile / "api/models.csv").open(encoding="utf-8-sig", newline="") as file:
        cells = [cell for row in csv.reader(file, strict=True) for cell in row]
    assert any(SCRIPT in cell for cell in cells)
    assert [cell for cell in cells if cell.startswith(("=", "@", "+"))] == []
    for feed in ("feed.xml", "zh/feed.xml"):
        ET.parse(hostile / feed)  # noqa: S314 - we wrote it
    for badge in (hostile / "api/badges").rglob("*.svg"):
        ET.parse(badge)  # noqa: S314


def test_previews_of_links_hold_the_title_as_text(hostile: Path) -> None:
    for number in range(1, len(ATTACKS) + 1):
        html = (hostile / f"models/net{number}.html").read_text(encoding="utf-8")
        told = _Meta(html).content
        assert "javascript:" not in told.get("og:url", "")
        assert told["og:title"]
        assert told["og:description"]
        assert len(told["og:title"]) <= len(LONG) + 10


def test_the_order_of_reading_stays_what_it_is(hostile: Path, browser: Browser) -> None:
    assert REVERSED not in (hostile / "models/net9.html").read_text(encoding="utf-8")
    page = browser.new_page()
    page.goto((hostile / "models/net9.html").as_uri())
    assert "\u202e" not in page.locator("body").inner_text()
    page.close()
