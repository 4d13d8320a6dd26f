"""Tables in a real browser: sorted, filtered, with chosen columns, copied, kept as CSV."""

import csv
import io
import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from hostile_zoo import FORMULA, TITLES
from playwright.sync_api import Browser, Locator, Page, expect

pytestmark = pytest.mark.browser

LATENCY = "#latency-reported-1 ~ .zoo-tools"
REPORTED = "#latency-reported-1 ~ .zoo-scroll table"


def tools(page: Page, place: str = "#models ~ .zoo-tools") -> Locator:
    return page.locator(place).first


def names(page: Page) -> list[str]:
    shown: list[str] = page.locator("#models ~ .zoo-scroll tbody th:visible a").all_text_contents()
    return shown


def saved(page: Page, place: str = "#models ~ .zoo-tools", label: str = "CSV") -> list[list[str]]:
    """The rows of the CSV that a reader is given."""
    with page.expect_download() as download:
        tools(page, place).get_by_role("button", name=label, exact=True).click()
    content = Path(download.value.path()).read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    assert content.count(b"\r\n") == content.count(b"\n")
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True))


def test_columns_are_chosen_with_the_keyboard_and_remembered_for_the_page(
    hostile: Path, page: Page
) -> None:
    page.goto((hostile / "index.html").as_uri())
    button = tools(page).get_by_role("button", name="Columns")
    button.focus()
    page.keyboard.press("Enter")
    expect(button).to_have_attribute("aria-expanded", "true")
    first = page.get_by_role("checkbox", name="Family")
    expect(first).to_be_focused()
    page.keyboard.press("Space")
    heading = page.locator("#models ~ .zoo-scroll thead th", has_text="Family")
    expect(heading).to_be_hidden()
    page.keyboard.press("Escape")
    expect(button).to_be_focused()
    expect(first).to_be_hidden()
    page.reload()
    expect(heading).to_be_hidden()
    expect(button).to_have_text("Columns 5/6")
    button.click()
    page.get_by_role("button", name="Show all").click()
    expect(heading).to_be_visible()
    page.reload()
    expect(heading).to_be_visible()


def test_the_menu_closes_where_a_reader_turns_to_something_else(hostile: Path, page: Page) -> None:
    page.goto((hostile / "index.html").as_uri())
    panel = page.locator(".zoo-columns").first
    tools(page).get_by_role("button", name="Columns").click()
    page.locator("h1").click()
    expect(panel).to_be_hidden()
    tools(page).get_by_role("button", name="Columns").click()
    tools(page).get_by_role("button", name="CSV").focus()
    expect(panel).to_be_hidden()


def test_a_column_keeps_the_heading_above_it_when_its_neighbours_are_hidden(
    hostile: Path, page: Page
) -> None:
    page.goto((hostile / "families/even.html").as_uri())
    groups = page.locator(REPORTED).first.locator("th.zoo-group")
    tools(page, LATENCY).get_by_role("button", name="Columns").click()
    page.get_by_role("checkbox", name="FP16, Batch 1 (ms)").first.uncheck()
    expect(groups.filter(has_text="FP16")).to_have_attribute("colspan", "1")
    page.get_by_role("checkbox", name="FP16, Batch 4 (ms)").first.uncheck()
    expect(groups.filter(has_text="FP16")).to_be_hidden()
    header = saved(page, LATENCY)[0]
    assert header == ["Model", "FP32, Batch 1 (ms)", "FP32, Batch 4 (ms)", "Source", "Conditions"]


def test_rows_are_sorted_with_missing_values_last_and_the_order_is_said(
    hostile: Path, page: Page
) -> None:
    page.goto((hostile / "index.html").as_uri())
    heading = page.locator("#models ~ .zoo-scroll thead th", has_text="MACs").last
    written = names(page)
    heading.get_by_role("button").click()
    expect(heading).to_have_attribute("aria-sort", "ascending")
    assert [name.split()[0] for name in names(page)[:3]] == ["1", "2", "3"]
    heading.get_by_role("button").click()
    expect(heading).to_have_attribute("aria-sort", "descending")
    assert [name.split()[0] for name in names(page)[:3]] == ["3", "2", "1"]
    heading.get_by_role("button").click()
    assert names(page) == written


def test_rows_are_filtered_by_words_of_name_and_family(hostile: Path, page: Page) -> None:
    page.goto((hostile / "index.html").as_uri())
    field = tools(page).get_by_role("searchbox")
    field.fill("javascript odd")
    expect(tools(page).locator("output")).to_have_text("1 of 13 models")
    assert names(page) == [TITLES[4]]
    field.fill("")
    expect(tools(page).locator("output")).to_have_text("13 models")


@pytest.mark.parametrize("typed", ["net11", "Net-11", "alias11", "other_11", "hyper-link odd"])
def test_rows_are_filtered_by_ids_and_aliases_however_they_are_spelt(
    hostile: Path, page: Page, typed: str
) -> None:
    page.goto((hostile / "zh/index.html").as_uri())
    tools(page).get_by_role("searchbox").fill(typed)
    expect(tools(page).locator("output")).to_have_text("13 个模型中的 1 个")
    assert names(page) == [f"{FORMULA} 密集连接"]


def test_csv_holds_what_is_shown_as_plain_numbers_with_their_conditions(
    hostile: Path, page: Page
) -> None:
    page.goto((hostile / "index.html").as_uri())
    tools(page).get_by_role("searchbox").fill("odd")
    tools(page).get_by_role("button", name="Columns").click()
    page.get_by_role("checkbox", name="Family").uncheck()
    page.get_by_role("checkbox", name=re.compile("^Latency")).uncheck()
    page.keyboard.press("Escape")
    page.locator("#models ~ .zoo-scroll thead").get_by_role("button", name="Top-1").click()
    page.locator("#models ~ .zoo-scroll thead").get_by_role("button", name="Top-1").click()
    header, *rows = saved(page)
    assert header[:3] == ["Model", "Top-1 (%, reported)", "FLOPs (G, 2 × MACs)"]
    assert header[5:] == [f"Conditions: {name}" for name in ("Top-1", "FLOPs", "MACs", "Params")]
    assert [float(row[1]) for row in rows] == [79, 77, 75, 73, 71, 69, 67]
    (first,) = (row for row in rows if row[0] == TITLES[0])
    assert float(first[3]) == pytest.approx(0.5)
    assert "for these weights" in first[5]
    (eleventh,) = (row for row in rows if float(row[1]) == 77)
    assert eleventh[0] == f"'{FORMULA}"
    assert eleventh[3] == ""
    assert "the entry names no builder" in eleventh[7]
    assert all(len(row) == len(header) for row in rows)


def test_csv_of_the_chinese_page_has_chinese_headings(hostile: Path, page: Page) -> None:
    page.goto((hostile / "zh/index.html").as_uri())
    header = saved(page)[0]
    assert header[0] == "模型"
    assert header[-1].startswith("测量条件：")
    expect(tools(page).locator(".zoo-said")).to_have_text("已将 13 行存为 index-models.csv")


def pasted(page: Page) -> list[list[str]]:
    text = page.evaluate("window.copied")
    return [line.split("\t") for line in str(text).split("\n")]


def test_a_table_is_copied_and_that_is_said(hostile: Path, page: Page) -> None:
    page.goto((hostile / "index.html").as_uri())
    page.evaluate("navigator.clipboard.writeText = async (text) => { window.copied = text }")
    tools(page).get_by_role("button", name="Copy", exact=True).click()
    expect(tools(page).locator(".zoo-said")).to_have_text("13 rows copied")
    rows = pasted(page)
    assert len(rows) == 14
    assert {len(row) for row in rows} == {len(rows[0])}
    assert f"'{FORMULA}" in {row[0] for row in rows}


@pytest.mark.parametrize("clipboard", ["undefined", "{ writeText: () => Promise.reject() }"])
def test_where_there_is_no_clipboard_a_selection_is_copied(
    hostile: Path, page: Page, clipboard: str
) -> None:
    page.goto((hostile / "index.html").as_uri())
    page.evaluate(f"Object.defineProperty(navigator, 'clipboard', {{ value: {clipboard} }})")
    page.evaluate(
        "document.addEventListener('copy', ({ target }) => { window.copied = target.value })"
    )
    button = tools(page).get_by_role("button", name="Copy", exact=True)
    button.click()
    expect(tools(page).locator(".zoo-said")).to_have_text("13 rows copied")
    expect(button).to_be_focused()
    assert len(pasted(page)) == 14


@pytest.mark.parametrize("file", ["index.html", "zh/families/even.html"])
def test_wide_tables_fit_a_phone_and_say_that_they_go_on(
    hostile: Path, browser: Browser, file: str
) -> None:
    page = browser.new_page(viewport={"width": 360, "height": 740})
    page.goto((hostile / file).as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    expect(page.locator(".zoo-more:visible").first).to_be_visible()
    moved = page.locator(".zoo-scroll[data-more]").first.evaluate(
        """scroll => {
          const name = scroll.querySelector("tbody th");
          const before = name.getBoundingClientRect().left;
          scroll.scrollTo(9999, 0);
          return [name.getBoundingClientRect().left - before, scroll.scrollLeft > 0];
        }"""
    )
    assert moved == [0, True]
    page.close()


def test_what_is_tapped_is_large_enough(hostile: Path, browser: Browser) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 740}, has_touch=True)
    page = context.new_page()
    page.goto((hostile / "index.html").as_uri())
    tools(page).get_by_role("button", name="Columns").click()
    targets = page.locator(".zoo-tools :is(button, input[type=search], label), .zoo-sort")
    for target in targets.all():
        box = target.bounding_box()
        if box:
            assert min(box["width"], box["height"]) >= 24, target.text_content()
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    context.close()


@pytest.mark.parametrize(
    ("file", "theme", "width"),
    [
        ("index.html", "light", 390),
        ("zh/index.html", "dark", 1280),
        ("zh/families/even.html", "light", 1280),
        ("families/even.html", "dark", 390),
        ("models/net1.html", "light", 1280),
    ],
)
def test_tables_and_their_menus_are_accessible(
    hostile: Path, browser: Browser, file: str, theme: str, width: int
) -> None:
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=theme)
    page = context.new_page()
    page.goto((hostile / file).as_uri())
    menu = page.locator(".zoo-menu button").first
    if menu.count():
        menu.click()
    found = Axe().run(page, context=".md-content")
    assert found.violations_count == 0, found.generate_report()
    context.close()


def test_a_long_table_is_sorted_and_filtered_at_once(hostile: Path, page: Page) -> None:
    html = (hostile / "index.html").read_text(encoding="utf-8")
    body = re.search(r"<tbody>(.*?)</table>", html[html.index("data-zoo-tools") :], re.DOTALL)
    assert body is not None
    long = hostile / "long.html"
    long.write_text(html.replace(body[1], body[1] * 125), encoding="utf-8")
    page.goto(long.as_uri())
    expect(tools(page).locator("output")).to_have_text("1625 models")
    assert page.locator(".zoo-table--models tbody tr:visible").count() == 200
    spent = page.evaluate(
        """() => [...document.querySelectorAll('[data-zoo-tools]')[0].querySelectorAll('.zoo-sort')]
          .map((button) => {
            const begun = performance.now();
            button.click();
            document.body.offsetHeight;
            return performance.now() - begun;
          })"""
    )
    assert sorted(spent)[len(spent) // 2] < 300, spent
    assert len(saved(page)) == 1626
    page.get_by_role("button", name="Show all 1625 rows").click()
    assert page.locator(".zoo-table--models tbody tr:visible").count() == 1625
    long.unlink()
