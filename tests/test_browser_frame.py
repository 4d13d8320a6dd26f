"""The frame in a real browser: what first.js puts into pages, and what is there without scripts."""

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

pytestmark = pytest.mark.browser
DARK = "rgb(20, 23, 30)"
LIGHT = "rgb(255, 255, 255)"
COLOUR = "getComputedStyle(document.body).backgroundColor"


@pytest.fixture
def address(hostile: Path) -> str:
    return (hostile / "models/net1.html").as_uri()


def test_a_page_is_shown_in_the_colours_that_a_reader_chose_before(
    browser: Browser, address: str
) -> None:
    """Before the scripts that come later, which are kept away the second time."""
    page = browser.new_page()
    page.goto(address)
    assert page.evaluate(COLOUR) == LIGHT
    page.locator("label[for=__palette_1]:visible").click()
    page.locator("label[for=__palette_2]:visible").click()
    expect(page.locator("body")).to_have_attribute("data-md-color-scheme", "slate")
    page.route("**/site.js", lambda route: route.abort())
    page.route("**/bundle*.js", lambda route: route.abort())
    page.goto(address.replace("net1", "net2"), wait_until="commit")
    page.wait_for_selector("article", state="attached")
    assert page.evaluate(COLOUR) == DARK
    page.close()


def test_the_chart_is_drawn_before_material_s_script_and_pictures_for_paper_stay_away(
    hostile: Path, browser: Browser
) -> None:
    page = browser.new_page()
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url.rpartition("/")[2]))
    page.route("**/bundle*.js", lambda route: route.abort())
    page.goto((hostile / "index.html").as_uri())
    expect(page.locator(".zoo-dot").first).to_be_attached()
    assert any(name.startswith("bundle") for name in fetched)
    assert [name for name in fetched if name.startswith("home-")] == []
    page.close()


def test_the_search_has_a_name_and_answers(page: Page, address: str) -> None:
    page.goto(address)
    expect(page.get_by_role("dialog", name="Search", exact=True)).to_be_attached()
    page.locator("input.md-search__input").press_sequentially("net2")
    expect(page.locator(".md-search-result__link").first).to_be_visible()


def test_the_button_that_leads_up_appears_when_one_turns_back(page: Page, address: str) -> None:
    page.goto(address)
    page.mouse.wheel(0, 1500)
    page.wait_for_timeout(200)
    page.mouse.wheel(0, -300)
    expect(page.get_by_role("button", name="Back to top")).to_be_visible()


@pytest.mark.parametrize("name", ["index", "models/net1", "zh/models/net1"])
def test_no_page_has_a_script_of_its_own_nor_any_marker_left(
    hostile: Path, page: Page, name: str
) -> None:
    page.goto((hostile / f"{name}.html").as_uri())
    kinds = "[...document.body.querySelectorAll('script:not([src])')].map((one) => one.type)"
    assert set(page.evaluate(kinds)) <= {"application/json"}
    assert page.locator("zoo-part").count() == 0
    found = Axe().run(page, options={"preload": False}).response["violations"]
    assert found == [], [one["id"] for one in found]


HREFS = "(links) => links.map((one) => one.href)"


def navigated(hostile: Path, browser: Browser, name: str) -> list[str]:
    """Where the navigation of a page leads to, with scripts."""
    page = browser.new_page()
    page.goto((hostile / f"{name}.html").as_uri())
    links = page.locator(
        ".md-nav--primary a.md-nav__link:not(.md-nav--secondary a, .zoo-outline a)"
    )
    found: list[str] = links.evaluate_all(HREFS)
    page.close()
    return found


@pytest.mark.parametrize("folder", ["", "zh/"])
def test_a_page_beside_the_navigation_has_the_same_as_any_other(
    hostile: Path, browser: Browser, folder: str
) -> None:
    found = navigated(hostile, browser, f"{folder}models/net1")
    assert found == navigated(hostile, browser, f"{folder}choose")
    assert len(found) > 4


def test_without_scripts_navigation_language_and_text_are_there(
    hostile: Path, browser: Browser
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((hostile / "models/net1.html").as_uri())
    expect(page.locator("a.zoo-language")).to_be_visible()
    expect(page.locator("h1")).to_be_visible()
    links = page.get_by_role("navigation", name="Navigation").get_by_role("link")
    expect(links.filter(has_text="Even")).to_be_visible()
    assert links.evaluate_all(HREFS) == navigated(hostile, browser, "choose")
    assert page.locator("zoo-part").first.inner_text() == ""
    context.close()


def test_headings_link_to_themselves_by_the_keyboard_and_no_page_holds_these_links(
    hostile: Path, page: Page, address: str
) -> None:
    for file in (hostile / "models/net1.html", hostile / "zh/method.html"):
        assert "headerlink" not in file.read_text(encoding="utf-8")
    page.goto(address)
    assert page.locator("article :is(h1, h2, h3)[id]:not(:has(> .headerlink))").count() == 0
    link = page.locator("#figures > .headerlink")
    expect(link).to_have_attribute("title", "Link to this section")
    expect(link).to_have_css("opacity", "0")
    link.focus()
    expect(link).to_have_css("opacity", "1")
    page.keyboard.press("Enter")
    assert page.url.endswith("#figures")
    page.goto((hostile / "zh/models/net1.html").as_uri())
    expect(page.locator("#figures > .headerlink")).to_have_attribute("title", "本节链接")


OUTLINES = {"models/net1": "On this page", "zh/models/net1": "本页内容"}


@pytest.mark.parametrize(("name", "title"), OUTLINES.items())
def test_a_page_beside_the_navigation_has_an_outline_that_follows_the_reader(
    hostile: Path, page: Page, name: str, title: str
) -> None:
    """As Material makes none for it; the page itself holds nothing of it."""
    assert title not in (hostile / f"{name}.html").read_text(encoding="utf-8")
    page.goto((hostile / f"{name}.html").as_uri())
    outline = page.get_by_role("navigation", name=title, exact=True)
    texts = "[...document.querySelectorAll('article h2')].map((one) => one.firstChild.textContent)"
    expect(outline.get_by_role("link")).to_have_text(page.evaluate(texts))
    current = outline.locator("[aria-current=location]")
    outline.get_by_role("link").nth(3).focus()
    page.keyboard.press("Enter")
    expect(current).to_have_text(page.evaluate(texts)[3])
    page.mouse.move(700, 500)
    page.mouse.wheel(0, 30_000)
    expect(current).to_have_text(page.evaluate(texts)[-1])
    page.evaluate("scrollTo(0, 0)")
    expect(current).to_have_count(0)


def test_a_page_of_the_navigation_keeps_the_one_outline_of_material_s(
    hostile: Path, page: Page
) -> None:
    page.goto((hostile / "method.html").as_uri())
    expect(page.locator(".md-nav--secondary")).to_have_count(1)
    expect(page.locator(".zoo-outline")).to_have_count(0)


def test_on_a_phone_the_outline_is_in_the_drawer_which_closes_behind_it(
    browser: Browser, address: str
) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 844})
    page.goto(address)
    page.get_by_role("button", name="Navigation").click()
    link = page.locator(".zoo-outline a").nth(4)
    expect(link).to_be_in_viewport()
    assert Axe().run(page, options={"preload": False}).response["violations"] == []
    link.click()
    expect(page.locator("#__drawer")).not_to_be_checked()
    expect(link).not_to_be_in_viewport()
    expect(page.locator("article h2").nth(4)).to_be_in_viewport()
    page.close()
