"""The page to compare on, in a real browser: picking, differences, tests, shared addresses."""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from page_zoo import accuracy, complexity, counted, latency, record, timed, validated
from playwright.sync_api import Browser, Page, expect
from test_site import mkdocs, zoo_in

from catalogue.entry import Entry
from catalogue.proportion import Pair, difference_interval, mcnemar_p
from catalogue.read import read_zoo
from catalogue.record import Failure, Kind, Record
from catalogue.settings import bits_folder
from catalogue.store import save_record
from catalogue.validate.bits import pack, save_bits

pytestmark = pytest.mark.browser

HOSTILE = "<script>alert(1)</script>"
SLOWED = replace(timed(1), device="Slow CPU")
"""One of its three times is an upper bound, and the shortest."""
SCREENS = {"phone": (390, 844), "desktop": (1280, 1000)}
IMAGES = 1001
SOURCES = """\
Import: [families.yml]
Sources:
  table: {Title: {en: The table, zh: 那张表}, URL: "https://example.org/table"}
"""
FAMILIES = """\
Collections:
  - {Name: Even, Title: {en: Even nets, zh: 偶数网络}, Summary: {en: Even., zh: 偶数。}}
  - {Name: Odd, Title: {en: Odd nets, zh: 奇数网络}, Summary: {en: Odd., zh: 奇数。}}
Models:
"""


def entry(number: int) -> str:
    """More cost, more accuracy; the third is beaten, the fifth hostile, the eighth bare."""
    cited = "Source: table"
    reported = f"""\
    Costs:
      - {{Quantity: Parameters, Value: {number}.5, Unit: M, {cited}}}
    Results:
      - Dataset: ImageNet-1k
        Metrics: {{Top 1 Accuracy: "{66.5 if number == 3 else 66 + number}%"}}
        {cited}
    Latency:
      - {{Device: T4, Precision: FP16, Input Size: 224, By Batch: {{1: {number}.25}}, {cited}}}
"""
    return f"""\
  - Name: net{number}
    Title: "{HOSTILE if number == 5 else f"Net {number}"}"
    In Collection: {("Even", "Odd")[number % 2]}
    Builder: {{Target: "timm:net{number}"}}
    Alias: [alias-{number}]
    Weights: {{URL: "https://example.org/net{number}.pth"}}
    Preprocessing: {{ID: timm, Input Size: [3, 224, 224], Crop Pct: {0.9 if number == 2 else 0.8}}}
{reported if number < 8 else ""}"""


def hits(number: int) -> np.ndarray:
    """Net 1 is right about the first 700 images; later ones about 30 more each, but not five."""
    return np.isin(np.arange(IMAGES), np.arange(5 * (number > 1), 670 + 30 * number))


def records(folder: Path, entries: tuple[Entry, ...]) -> Iterator[Record]:
    """Counts of all but the eighth, times of three, validations with bits of four."""
    asked = replace(validated(), images=IMAGES, subset=True)
    for number, one in enumerate(entries[:7], start=1):
        result = replace(complexity(number * 10**6, number * 10**9), peak_activation_bytes=2**22)
        yield record(one, Kind.COMPLEXITY, counted(), result)
    for number, ms in ((1, 20.0), (2, 20.1), (3, 121.454)):
        yield record(entries[number - 1], Kind.LATENCY, timed(1), latency(ms))
    for number, ms in ((1, 20.0), (2, 30.0), (3, 15.0)):
        taken = replace(latency(ms), slow=number == 3)
        yield record(entries[number - 1], Kind.LATENCY, SLOWED, taken)
    failure = Failure(reason="out of memory at batch 1", retry=False)
    yield record(entries[3], Kind.LATENCY, timed(1), failure)
    for number in (1, 2, 3, 5):
        top1 = hits(number)
        digest = save_bits(bits_folder(folder), pack(top1, np.ones(IMAGES, bool)))
        told = replace(accuracy(int(top1.sum()), IMAGES), images=IMAGES, bits_sha256=digest)
        yield record(entries[number - 1], Kind.ACCURACY, asked, told)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A zoo of eight models with records and bits."""
    folder = zoo_in(tmp_path_factory.mktemp("compared"))
    models = "".join(entry(number) for number in range(1, 9))
    (folder / "model-index/model-index.yml").write_text(SOURCES, encoding="utf-8")
    (folder / "model-index/families.yml").write_text(FAMILIES + models, encoding="utf-8")
    zoo = read_zoo(folder / "model-index/model-index.yml", allowed=frozenset()).zoo
    for one in records(folder, zoo.entries):
        save_record(folder / "model-index/measurements", one)
    built = mkdocs(folder, "build", "--strict")
    assert built.returncode == 0, built.stderr
    return folder / "site"


@pytest.fixture
def tab(browser: Browser) -> Iterator[Page]:
    """A page that fails the test where it complains."""
    opened = browser.new_page(viewport={"width": 1280, "height": 1000})
    complaints: list[str] = []
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on("dialog", lambda dialog: complaints.append(dialog.message))
    opened.on(
        "console", lambda said: complaints.append(said.text) if said.type == "error" else None
    )
    yield opened
    opened.close()
    assert complaints == []


def chosen(page: Page) -> list[str]:
    """The models at the heads of the table, without their families."""
    shown: list[str] = page.locator(".zoo-side thead th a").all_text_contents()
    return shown


def row(page: Page, name: str) -> list[str]:
    """The cells of the first row whose name holds some words."""
    line = page.locator(".zoo-side tbody tr").filter(has=page.locator("th", has_text=name)).first
    return [" ".join(text.split()) for text in line.locator("td").all_inner_texts()]


@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("folder", ["", "zh/"])
def test_the_page_is_accessible_and_fits_every_screen(
    site: Path, browser: Browser, folder: str, theme: str, screen: str
) -> None:
    width, height = SCREENS[screen]
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme=theme,
    )
    page = context.new_page()
    page.goto((site / folder / "compare.html").as_uri() + "#m=net1&m=net2&m=net4&m=net8&m=gone")
    expect(page.locator(".zoo-table--paired")).to_be_visible()
    page.get_by_role("combobox").first.press("ArrowDown")
    expect(page.get_by_role("option").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == width
    found = Axe().run(page, context=".md-content")
    assert found.violations_count == 0, found.generate_report()
    context.close()


def test_models_are_picked_compared_and_removed_with_the_keyboard_alone(
    site: Path, tab: Page
) -> None:
    tab.goto((site / "compare.html").as_uri())
    expect(tab.locator(".zoo-side")).to_have_count(0)
    field = tab.get_by_role("combobox", name="Add a model")
    field.focus()
    for typed in ("net-4", "ALIAS 2"):
        tab.keyboard.type(typed)
        expect(field).to_have_attribute("aria-expanded", "true")
        tab.keyboard.press("Enter")
    assert chosen(tab) == ["Net 4", "Net 2"]
    assert tab.url.endswith("#m=net4&m=net2")
    expect(tab.locator(".zoo-compare > [role=status]")).to_have_text("Net 2 added. Compared: 2.")
    tab.keyboard.type("odd")
    expect(tab.locator(".zoo-combobox__option")).to_have_count(4)
    tab.keyboard.press("ArrowDown")
    tab.keyboard.press("ArrowDown")
    expect(tab.locator(".zoo-combobox__option[aria-selected=true]")).to_contain_text("Net 3")
    tab.keyboard.press("Escape")
    expect(tab.get_by_role("listbox")).to_be_hidden()
    tab.get_by_role("button", name="Remove Net 4").focus()
    tab.keyboard.press("Enter")
    expect(tab.get_by_role("button", name="Remove Net 2")).to_be_focused()
    expect(tab.locator(".zoo-compare__start")).to_contain_text("Add one model more")


@pytest.mark.parametrize("typed", ["odd nets", "奇数网络", "oddnets", "Odd-Nets"])
def test_models_are_found_by_titles_of_their_family_in_every_language(
    site: Path, tab: Page, typed: str
) -> None:
    tab.goto((site / "compare.html").as_uri())
    tab.get_by_role("combobox", name="Add a model").fill(typed)
    names = tab.locator(".zoo-combobox__option > span")
    expect(names).to_have_text(["Net 1", "Net 3", HOSTILE, "Net 7"])


def test_how_times_were_measured_is_said_where_measured_ones_are_chosen(
    site: Path, tab: Page
) -> None:
    tab.goto((site / "choose.html").as_uri())
    told = tab.locator("[data-zoo-protocol]")
    for place, shown in (("T4", False), ("Example CPU", True), ("T4", False)):
        select = tab.get_by_label("Conditions of: Latency")
        option = select.get_by_role("option").filter(has_text=place).first
        select.select_option(label=option.text_content())
        expect(told).to_be_visible(visible=shown)


def test_a_row_marks_its_best_and_says_how_far_off_the_others_are(site: Path, tab: Page) -> None:
    tab.goto((site / "compare.html").as_uri() + "#m=net2&m=net4&m=net8")
    best, other, nothing = row(tab, "Params")
    assert best == "best 2.000"
    assert "▽" in other
    assert "worse than the reference +2.000 (+100%)" in other
    assert nothing == "– not counted yet"
    accuracies = row(tab, "reports it for these weights")
    assert accuracies[0] == "68≠"
    assert "best 70" in accuracies[1]
    assert "▲" in accuracies[1]
    assert "+2 (+2.9%)" in accuracies[1]
    tab.get_by_label("Differences to").select_option("Net 4")
    assert "−2 (−2.9%)" in row(tab, "reports it for these weights")[0]
    assert "ref=net4" in tab.url


def test_reported_figures_carry_their_verdicts_and_refuted_ones_are_never_the_best(
    site: Path, tab: Page
) -> None:
    tab.goto((site / "zh/compare.html").as_uri() + "#m=net2&m=net4")
    lines = tab.locator(".zoo-side tbody tr").filter(has=tab.locator("th", has_text="参数量"))
    reported = lines.filter(has=tab.locator(".zoo-kind--told"))
    expect(reported.get_by_role("img", name="不符")).to_have_count(2)
    expect(reported.locator(".zoo-side__best")).to_have_count(0)
    expect(
        lines.filter(has=tab.locator(".zoo-kind--own")).locator(".zoo-side__best")
    ).to_have_count(1)


def test_choosing_and_comparing_print_the_digits_of_the_tables(site: Path, tab: Page) -> None:
    def cells(of: str) -> list[str]:
        line = tab.locator(of).filter(has=tab.get_by_role("link", name="Net 3", exact=True))
        return [text.strip() for text in line.locator("td").all_inner_texts()]

    tab.goto((site / "index.html").as_uri())
    family, top1, flops, _, params, latency = cells("#models ~ .zoo-scroll tbody tr")
    assert (family, top1, latency) == ("Odd", "66.5", "121")
    tab.goto((site / "choose.html").as_uri())
    assert {top1, flops, params, latency} <= set(cells(".zoo-ranking tbody tr"))
    tab.goto((site / "compare.html").as_uri() + "#m=net3&m=net2")
    shown = {
        text
        for line in tab.locator(".zoo-side tbody td:nth-child(2)").all_inner_texts()
        for text in line.split()
    }
    assert {f"{top1}≠", flops, params} <= {text.removeprefix("best") for text in shown}
    assert row(tab, "Example CPU")[0].startswith(latency)


def test_times_within_the_spread_of_their_processes_are_equal_and_failures_are_told(
    site: Path, tab: Page
) -> None:
    tab.goto((site / "compare.html").as_uri() + "#m=net1&m=net2&m=net3&m=net4&m=net5")
    first, second, third, failed, missing = row(tab, "Example CPU")
    assert "best 20.0" in first
    assert "best 20.1" in second
    assert "=" in second
    assert "▽" in third
    assert failed == "– failed: out of memory at batch 1"
    assert missing == "– not timed yet"


def test_only_rows_that_differ_are_shown_on_request_and_that_is_in_the_address(
    site: Path, tab: Page
) -> None:
    tab.goto((site / "compare.html").as_uri() + "#m=net2&m=net4")
    names = tab.locator(".zoo-side tbody th.zoo-name")
    expect(names.filter(has_text="Crop")).to_have_count(1)
    expect(tab.locator(".zoo-compare__warning")).to_contain_text("Resize")
    tab.get_by_label("Only rows that differ").check()
    expect(names.filter(has_text="Crop")).to_have_count(0)
    expect(names.filter(has_text="Resize")).to_have_count(1)
    expect(tab.get_by_label("Only rows that differ")).to_be_focused()
    assert tab.url.endswith("#m=net2&m=net4&rows=differ")


def test_a_shared_address_is_restored_in_the_other_language(site: Path, tab: Page) -> None:
    tab.goto((site / "compare.html").as_uri() + "#m=net6&m=net1&ref=net1&rows=differ")
    tab.locator("a.zoo-language").click()
    tab.wait_for_url("**/zh/compare.html*")
    assert chosen(tab) == ["Net 6", "Net 1"]
    expect(tab.get_by_label("只看有差异的行")).to_be_checked()
    expect(tab.locator(".zoo-side__reference")).to_have_text("基准")
    expect(tab.locator(".zoo-side thead th").nth(2)).to_contain_text("基准")


def test_unknown_and_surplus_models_of_an_address_are_told(site: Path, tab: Page) -> None:
    told = "&".join(f"m=net{number}" for number in range(1, 8))
    tab.goto((site / "compare.html").as_uri() + f"#{told}&m=%3Cimg+src%3Dx%3E&x=gone")
    notes = tab.locator(".zoo-compare__told")
    expect(notes).to_contain_text("not in this zoo: “<img src=x>”")
    expect(notes).to_contain_text("left out: Net 7")
    expect(notes).to_contain_text("no longer exist")
    assert len(chosen(tab)) == 6
    tab.get_by_role("button", name="Remove <img src=x>").click()
    expect(notes).not_to_contain_text("not in this zoo")


def test_a_hostile_name_is_text_in_chips_tables_charts_and_tests(site: Path, tab: Page) -> None:
    tab.goto((site / "compare.html").as_uri() + "#m=net5&m=net1")
    expect(tab.locator(".zoo-picked__one").first).to_contain_text(HOSTILE)
    assert chosen(tab)[0] == HOSTILE
    expect(tab.locator(".zoo-names text").filter(has_text=HOSTILE)).to_have_count(1)
    expect(tab.locator(".zoo-table--paired thead")).to_contain_text(f"Only {HOSTILE} is right")


def test_two_models_of_the_same_images_are_tested_in_pairs(site: Path, tab: Page) -> None:
    tab.goto((site / "compare.html").as_uri() + "#m=net1&m=net3&m=net4")
    first, second = hits(3), hits(1)
    pair = Pair(
        both=int((first & second).sum()),
        only_first=int((first & ~second).sum()),
        only_second=int((second & ~first).sum()),
        neither=int((~first & ~second).sum()),
    )
    low, high = difference_interval(pair)
    p = f"{mcnemar_p(pair):.2e}".replace("e-13", " × 10⁻¹³")
    cells = tab.locator(".zoo-table--paired tbody td")
    expect(cells).to_have_text(
        [
            *(str(one) for one in (pair.only_first, pair.only_second, pair.both, pair.neither)),
            f"+{pair.difference:.2f}95%: +{low:.2f} to +{high:.2f}",
            p,
            re.compile(f"^Net 3 is right more often than Net 1: .* would come up with p = {p}\\.$"),
        ]
    )
    expect(tab.locator(".zoo-compared .zoo-remarks")).to_contain_text(
        "No paired test for Net 4: it has not been validated here; run “catalogue refresh --model "
        "net4 --only accuracy --imagenet PATH”."
    )


def test_the_browser_s_test_gives_the_p_and_interval_of_the_program(site: Path, tab: Page) -> None:
    tab.goto((site / "compare.html").as_uri())
    for first, second in ((0, 0), (0, 1), (3, 5), (40, 40), (500, 560), (2000, 2300), (9000, 9200)):
        pair = Pair(both=100, only_first=first, only_second=second, neither=50)
        p = tab.evaluate("([b, c]) => zoo.mcnemar(b, c)", [first, second])
        assert p == pytest.approx(mcnemar_p(pair), rel=1e-9)
        tally = {"images": pair.images, "first": first, "second": second}
        interval = tab.evaluate("(tally) => zoo.differenceInterval(tally)", tally)
        assert interval == pytest.approx(difference_interval(pair), rel=1e-12)
    assert tab.evaluate("zoo.mcnemar(0, 25000)") == 0


def test_bits_that_have_gone_are_told(site: Path, browser: Browser) -> None:
    page = browser.new_page()
    page.route("**/api/bits/*.js", lambda route: route.abort())
    page.goto((site / "compare.html").as_uri() + "#m=net1&m=net2")
    expect(page.locator(".zoo-compared").last).to_contain_text("Net 1’s bits could not be loaded")
    page.close()


def test_models_ticked_where_one_chooses_are_taken_to_be_compared(site: Path, tab: Page) -> None:
    tab.goto((site / "zh/choose.html").as_uri())
    tab.get_by_role("checkbox", name="对比 Net 7").check()
    tray = tab.get_by_role("region", name="选来对比的模型")
    expect(tray).to_contain_text("请再选一个")
    tab.get_by_role("checkbox", name="对比 Net 2").press("Space")
    tray.get_by_role("link", name="对比").click()
    tab.wait_for_url("**/zh/compare.html#m=net7&m=net2")
    assert chosen(tab) == ["Net 7", "Net 2"]


def test_family_and_model_pages_lead_to_the_comparison(site: Path, tab: Page) -> None:
    tab.goto((site / "families/odd.html").as_uri())
    tab.get_by_role("checkbox", name=f"Compare {HOSTILE}").check()
    tab.get_by_role("checkbox", name="Compare Net 3").check()
    tab.get_by_role("region", name="Models picked to compare").get_by_role("link").click()
    tab.wait_for_url("**/compare.html#m=net5&m=net3")
    tab.goto((site / "models/net3.html").as_uri())
    expect(tab.locator("#alternatives")).to_have_text("Similar, but cheaper¶")
    tab.get_by_role("link", name="Compare all of them").click()
    tab.wait_for_url("**/compare.html#m=net3&m=net1*")
    tab.goto((site / "models/net1.html").as_uri())
    expect(tab.locator("#alternatives")).to_have_count(0)
    tab.get_by_role("link", name="Compare with …").click()
    tab.wait_for_url("**/compare.html#m=net1")


def test_memory_is_a_budget_and_is_called_computed(site: Path, tab: Page) -> None:
    tab.goto((site / "choose.html").as_uri())
    tab.get_by_label("Memory, at most (MiB)").fill("20")
    expect(tab.locator(".zoo-answer__name")).to_have_text("Net 4")
    expect(tab.locator(".zoo-answer__fact").last).to_have_text("19.26 MiBMemory, computed")
    assert "mib=20" in tab.url


def test_choosing_ranks_no_times_apart_that_differ_by_less_than_their_spread(
    site: Path, tab: Page
) -> None:
    tab.goto((site / "choose.html").as_uri() + "#by=latency")
    ranks = tab.locator(".zoo-ranking tbody .zoo-rank")
    expect(tab.locator(".zoo-ranking tbody th a").first).to_have_text("Net 2")
    shown = [text.partition(" (")[0] for text in ranks.all_text_contents()]
    assert shown[:4] == ["=1", "=1", "3", "–"]
    expect(ranks.first).to_contain_text("differ by less than the processes")
    expect(tab.locator(".zoo-answer__who")).to_contain_text("level with 1 other")
    tab.goto((site / "zh/choose.html").as_uri() + "#by=latency")
    expect(tab.locator(".zoo-answer__who")).to_contain_text("与另外 1 个模型不分高下")


def test_paper_is_light_shows_a_plot_once_and_holds_tables_whole(
    site: Path, browser: Browser
) -> None:
    context = browser.new_context(viewport={"width": 762, "height": 1000}, color_scheme="dark")
    page = context.new_page()
    for path in ("index.html", "families/odd.html", "models/net3.html"):
        page.goto((site / path).as_uri())
        expect(page.locator("body")).to_have_attribute("data-md-color-scheme", "slate")
        page.emulate_media(media="print", color_scheme="dark")
        expect(page.locator("body")).to_have_css("background-color", "rgb(255, 255, 255)")
        for plot in page.locator(".zoo-plots .zoo-plot").all():
            expect(plot.locator("img:visible")).to_have_count(1)
        wide = "all => all.filter(one => one.getBoundingClientRect().right > innerWidth).length"
        assert page.locator("table:visible").evaluate_all(wide) == 0
        page.emulate_media(media="screen", color_scheme="dark")
    context.close()


def test_times_that_are_level_are_kept_as_numbers_and_said_among_the_conditions(
    site: Path, tab: Page
) -> None:
    tab.goto((site / "index.html").as_uri())
    with tab.expect_download() as kept:
        tab.locator(".zoo-tools").first.get_by_role("button", name="CSV").click()
    header, *rows = csv.reader(io.StringIO(kept.value.path().read_text(encoding="utf-8-sig")))
    at = next(number for number, name in enumerate(header) if name.startswith("Latency"))
    times = {row[0]: row[at] for row in rows}
    assert (times["Net 1"], times["Net 2"], times["Net 3"]) == ("20.0", "20.1", "121")
    told = {row[0]: row[header.index("Conditions: Latency")] for row in rows}
    assert "level" in told["Net 1"]
    assert "level" not in told["Net 3"]


def test_tables_below_one_heading_are_kept_under_names_of_their_own(site: Path, tab: Page) -> None:
    tab.goto((site / "index.html").as_uri())
    tab.evaluate(
        """() => {
          const table = document.querySelector("table[data-zoo-tools]");
          const other = table.cloneNode(true);
          table.closest(".zoo-scroll").before(other);
        }"""
    )
    with tab.expect_download() as kept:
        tab.locator(".zoo-tools").first.get_by_role("button", name="CSV").click()
    assert kept.value.suggested_filename == "index-models-table-2.csv"


def test_the_search_hears_text_that_comes_without_a_key(site: Path, tab: Page) -> None:
    tab.goto((site / "index.html").as_uri())
    heard = """() => new Promise((done) => {
      const field = document.querySelector("[data-md-component=search-query]");
      field.addEventListener("keyup", () => done(true));
      field.dispatchEvent(new InputEvent("input", { bubbles: true }));
      setTimeout(() => done(false), 2000);
    })"""
    assert tab.evaluate(heard)


def test_an_upper_bound_is_marked_and_neither_best_nor_compared_side_by_side(
    site: Path, tab: Page
) -> None:
    tab.goto((site / "compare.html").as_uri() + "#m=net1&m=net2&m=net3")
    first, second, slow = row(tab, "Slow CPU")
    assert not any(one.startswith("best") for one in (first, second, slow))
    assert "▽" in second
    assert slow.startswith("15.0")
    assert "†" in slow
    assert "%" not in slow
    expect(tab.locator(".zoo-slow-note")).to_contain_text("an upper bound")
    expect(tab.locator(".md-content")).to_contain_text(
        "Measured latencies: Each time is the median"
    )
    tab.goto((site / "compare.html").as_uri() + "#m=net1&m=net2&m=net3&ref=net3")
    assert "%" not in " ".join(row(tab, "Slow CPU"))


def test_choosing_marks_an_upper_bound_and_ranks_it_behind_without_a_place(
    site: Path, tab: Page
) -> None:
    key = "ms.slow-cpu.fp32.b1.224x224.1t"
    tab.goto((site / "choose.html").as_uri() + f"#latency={key}&ms=25&by=latency")
    names = tab.locator(".zoo-ranking tbody th a")
    expect(names.first).to_have_text("Net 1")
    assert names.all_text_contents() == ["Net 1", "Net 3"]
    ranks = tab.locator(".zoo-ranking tbody .zoo-rank").all_text_contents()
    assert ranks == ["1", "–"]
    expect(tab.locator(".zoo-answer__who")).to_contain_text("which is the fastest is not known")
    expect(tab.locator(".zoo-ranking tbody tr").nth(1)).to_contain_text("15.0†")
    expect(tab.locator(".zoo-ranking .zoo-slow-note")).to_be_visible()
    expect(tab.locator(".zoo-dot--slow")).to_have_count(1)
    expect(tab.locator(".zoo-dot--slow.zoo-dot--best")).to_have_count(0)
    expect(tab.locator(".zoo-choose > .zoo-note")).to_contain_text("Hollow marks are upper bounds")
    expect(tab.locator(".zoo-choose > .zoo-note")).to_contain_text("PyTorch eager mode, NCHW")
