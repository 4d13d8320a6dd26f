"""A phone's width by the keyboard: what has the focus is seen, what is closed never has it."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import Browser, Page, expect

pytestmark = pytest.mark.browser
PHONE = {"width": 390, "height": 844}
STEPS = 400
SETTLED = 350
"""Longer than anything moves, milliseconds."""
SEEN = """(inside) => {
  let one = document.activeElement;
  if (!one || one === document.body) return "end";
  /* Of what is switched by its label, that is seen; the switch of colours has it behind. */
  if (one.type === "radio") {
    one = [...one.labels, one.nextElementSibling].find((label) => label?.checkVisibility()) ?? one;
  }
  const box = one.getBoundingClientRect();
  const shown = one.checkVisibility({ opacityProperty: true, visibilityProperty: true });
  const [wide, high] = [innerWidth, innerHeight];
  const within = box.width && box.height && box.right > 0 && box.left < wide && box.top < high;
  const between = (value, most) => Math.min(Math.max(value, 1), most - 2);
  const x = between((box.left + box.right) / 2, wide);
  const over = document.elementFromPoint(x, between((box.top + box.bottom) / 2, high));
  const covered = inside && !(over && (one.contains(over) || over.contains(one)));
  const seen = shown && within && box.bottom > 0 && !covered;
  const said = `${one.tagName} ${one.id || one.className} ${one.textContent.trim()}`;
  return `${seen ? "seen" : "unseen"} ${said.slice(0, 120)}`;
}"""


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    opened = browser.new_page(viewport=PHONE)
    opened.set_default_timeout(15_000)
    complaints: list[str] = []
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    yield opened
    opened.close()
    assert complaints == []


def opened(page: Page, address: Path) -> None:
    page.goto(address.as_uri())
    page.wait_for_function("document.querySelector('script[src*=bundle]') && window.location$")


def stops(page: Page, *, inside: bool = False) -> list[str]:
    """What the key Tab comes to, one after the other, until it has gone round."""
    found: list[str] = []
    for _ in range(STEPS):
        page.keyboard.press("Tab")
        stop = str(page.evaluate(SEEN, inside))
        if unseen([stop]):
            page.wait_for_timeout(SETTLED)
            stop = str(page.evaluate(SEEN, inside))
        if stop == "end" or (found and stop == found[0]):
            return found
        found.append(stop)
    return found


def violations(page: Page) -> list[tuple[str, str]]:
    """What axe finds, but for code that is too wide: Material's script lets keys scroll it."""
    found = Axe().run(page, options={"preload": False}).response["violations"]
    nodes = [(one["id"], node["html"]) for one in found for node in one["nodes"]]
    return [one for one in nodes if one != ("scrollable-region-focusable", "<code>")]


def unseen(found: list[str]) -> list[str]:
    return [stop for stop in found if stop.startswith("unseen")]


@pytest.mark.parametrize("name", ["index", "models/net1", "families/even", "zh/models/net1"])
def test_nothing_that_is_closed_takes_the_focus(hostile: Path, phone: Page, name: str) -> None:
    opened(phone, hostile / f"{name}.html")
    found = stops(phone)
    assert len(found) > 4
    assert unseen(found) == []


@pytest.mark.parametrize("name", ["models/net1", "method", "families/even"])
def test_the_navigation_opens_by_the_keyboard_and_gives_the_focus_back(
    hostile: Path, phone: Page, name: str
) -> None:
    opened(phone, hostile / f"{name}.html")
    menu = phone.get_by_role("button", name="Navigation")
    menu.focus()
    expect(menu).to_have_attribute("aria-expanded", "false")
    phone.keyboard.press("Enter")
    expect(phone.locator("#__drawer")).to_be_checked()
    phone.wait_for_timeout(SETTLED)
    found = stops(phone, inside=True)
    assert unseen(found) == []
    inside = set(
        phone.locator(".md-sidebar--primary a:not(.md-nav__link--active)").all_inner_texts()
    )
    reached = " ".join(found)
    assert [text for text in inside if text.strip()[:30] not in reached] == []
    phone.wait_for_timeout(SETTLED)
    assert violations(phone) == []
    phone.keyboard.press("Escape")
    expect(phone.locator("#__drawer")).not_to_be_checked()
    expect(menu).to_be_focused()
    expect(menu).to_have_attribute("aria-expanded", "false")
    phone.wait_for_timeout(SETTLED)
    assert unseen(stops(phone)) == []


def test_what_lies_behind_the_navigation_comes_back_on_a_wide_screen(
    hostile: Path, phone: Page
) -> None:
    opened(phone, hostile / "models/net1.html")
    phone.get_by_role("button", name="Navigation").click()
    assert phone.locator("header[inert]").count() == 1
    phone.set_viewport_size({"width": 1400, "height": 900})
    expect(phone.locator("[inert]")).to_have_count(0)
    expect(phone.locator(".md-sidebar--primary a.md-nav__link").first).to_be_visible()


@pytest.mark.parametrize("key", ["Enter", "/"])
def test_the_search_opens_by_the_keyboard_and_gives_the_focus_back(
    hostile: Path, phone: Page, key: str
) -> None:
    opened(phone, hostile / "models/net1.html")
    button, field = phone.get_by_role("button", name="Search"), phone.locator(".md-search__input")
    expect(field).not_to_be_visible()
    if key == "Enter":
        button.focus()
    phone.keyboard.press(key)
    expect(field).to_be_focused()
    assert field.input_value() == ""
    phone.keyboard.type("net2")
    expect(phone.locator(".md-search-result__link").first).to_be_visible()
    phone.keyboard.press("Escape")
    expect(button).to_be_focused()
    expect(field).not_to_be_visible()
    assert unseen(stops(phone)) == []


def test_on_a_wide_screen_the_closed_search_has_no_empty_stop(hostile: Path, page: Page) -> None:
    opened(page, hostile / "models/net1.html")
    assert [stop for stop in stops(page) if "md-search__scrollwrap" in stop] == []


@pytest.fixture
def bare(browser: Browser) -> Iterator[Page]:
    """A dark phone that runs no scripts."""
    context = browser.new_context(java_script_enabled=False, color_scheme="dark", viewport=PHONE)
    yield context.new_page()
    context.close()


def test_without_scripts_a_key_opens_the_navigation_all_the_same(hostile: Path, bare: Page) -> None:
    bare.goto((hostile / "models/net1.html").as_uri())
    box = bare.get_by_role("checkbox", name="Navigation")
    link = bare.locator(".md-sidebar--primary li a").first
    expect(link).not_to_be_visible()
    bare.keyboard.press("Tab")
    expect(box).to_be_focused()
    bare.keyboard.press("Space")
    expect(link).to_be_in_viewport()
    bare.keyboard.press("Space")
    expect(link).not_to_be_visible()


COLOURS = """() => {
  const style = getComputedStyle(document.body);
  const names = ["zoo-text", "zoo-page", "md-default-bg-color", "md-code-hl-keyword-color"];
  const own = names.map((name) => style.getPropertyValue(`--${name}`));
  return [style.backgroundColor, style.color, style.colorScheme, ...own];
}"""


@pytest.mark.parametrize("name", ["index", "models/net1", "zh/families/even"])
def test_without_scripts_dark_pages_have_the_colours_that_scripts_give_them(
    hostile: Path, browser: Browser, name: str
) -> None:
    address = (hostile / f"{name}.html").as_uri()
    scripted = browser.new_page(color_scheme="dark")
    scripted.goto(address)
    expect(scripted.locator("body")).to_have_attribute("data-md-color-scheme", "slate")
    wanted = scripted.evaluate(COLOURS)
    scripted.close()
    bare = browser.new_page(color_scheme="dark")
    # Scripts are kept away rather than forbidden, so that the test can ask and axe can look.
    bare.route("**/*.js", lambda route: route.abort())
    bare.goto(address)
    sheet = bare.locator("head noscript").text_content()
    bare.evaluate(UNFOLD, sheet)
    bare.wait_for_function("document.styleSheets.length > 3")
    assert bare.evaluate(COLOURS) == wanted
    assert violations(bare) == []
    bare.close()


UNFOLD = "(html) => document.head.append(document.createRange().createContextualFragment(html))"
"""What a browser without scripts does with what stands in `noscript`."""


def test_without_scripts_pages_follow_the_colours_of_the_system(
    hostile: Path, browser: Browser, bare: Page
) -> None:
    bare.goto((hostile / "models/net1.html").as_uri())
    assert dark(bare.screenshot())
    context = browser.new_context(java_script_enabled=False, color_scheme="light")
    light = context.new_page()
    light.goto((hostile / "models/net1.html").as_uri())
    assert not dark(light.screenshot())
    context.close()


def dark(picture: bytes) -> bool:
    """Whether most of a picture is dark."""
    with Image.open(BytesIO(picture)) as image:
        levels = image.convert("L").histogram()
    return sum(levels[:64]) > sum(levels[64:])
