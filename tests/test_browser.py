"""Charts in a real browser: both languages and themes, phone and desktop, keys, hostile names."""

import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from test_site import mkdocs, zoo_in

pytestmark = pytest.mark.browser

HOSTILE = "<script>alert(1)</script>"
SCREENS = {"phone": (390, 844), "desktop": (1400, 1000)}
SOURCES = """\
Import: [families.yml]
Sources:
  table: {Title: {en: The table, zh: 那张表}, URL: "https://example.org/table"}
  second: {Title: {en: The second table, zh: 另一张表}, URL: "https://example.org/second"}
"""
FAMILIES = """\
Collections:
  - {Name: Even, Title: {en: Even nets, zh: 偶数网络}, Summary: {en: Even., zh: 偶数。}}
  - {Name: Odd, Title: {en: Odd nets, zh: 奇数网络}, Summary: {en: Odd., zh: 奇数。}}
Models:
"""


SECOND = """\
      - {Dataset: ImageNet-1k, Metrics: {Top 1 Accuracy: "78%"}, Source: second}
"""
TENSORRT = """\
      - {Device: T4, Precision: FP16, Input Size: 224, Runtime: TensorRT, By Batch: {1: FAST},
         Source: second}
"""


def entry(number: int) -> str:
    """A model of the zoo: more cost, more accuracy, but for the third, which two others beat."""
    cited = "Source: table"
    return f"""\
  - Name: net{number}
    Title: "{HOSTILE if number == 5 else f"Net {number}"}"
    In Collection: {("Even", "Odd")[number % 2]}
    Preprocessing: {{Input Size: [3, 224, 224]}}
    Costs:
      - {{Quantity: Parameters, Value: {number}.5, Unit: M, {cited}}}
      - {{Quantity: FLOPs, Value: {2 * number}.0, Unit: G, Convention: 2xmacs, {cited}}}
    Results:
      - Dataset: ImageNet-1k
        Metrics: {{Top 1 Accuracy: "{66.5 if number == 3 else 66 + number}%"}}
        {cited}
{SECOND if number < 3 else ""}    Latency:
      - {{Device: T4, Precision: FP32, Input Size: 224, By Batch: {{1: {3 * number}.5}}, {cited}}}
      - {{Device: T4, Precision: FP16, Input Size: 224, By Batch: {{1: {number}.25}}, {cited}}}
{TENSORRT.replace("FAST", f"{number}.05") if number < 3 else ""}"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A zoo of eight models in two families, one of them with a hostile name."""
    folder = zoo_in(tmp_path_factory.mktemp("charts"))
    models = "".join(entry(number) for number in range(1, 9))
    (folder / "model-index/model-index.yml").write_text(SOURCES, encoding="utf-8")
    (folder / "model-index/families.yml").write_text(FAMILIES + models, encoding="utf-8")
    built = mkdocs(folder, "build", "--strict")
    assert built.returncode == 0, built.stderr
    return folder / "site"


def names(page: Page) -> list[str]:
    shown: list[str] = page.locator(".zoo-names text").all_text_contents()
    return shown


@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("file", ["index.html", "zh/choose.html"])
def test_charts_are_accessible_and_fit_every_screen(
    site: Path, browser: Browser, file: str, theme: str, screen: str
) -> None:
    width, height = SCREENS[screen]
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme=theme,
    )
    page = context.new_page()
    page.goto((site / file).as_uri())
    expect(page.locator(".zoo-dot").first).to_be_attached()
    assert page.evaluate("document.documentElement.scrollWidth") == width
    found = Axe().run(page, context=".md-content")
    assert found.violations_count == 0, found.generate_report()
    context.close()


def test_the_chart_takes_the_place_of_the_pictures(site: Path, page: Page) -> None:
    page.goto((site / "index.html").as_uri())
    expect(page.locator(".zoo-chart")).to_be_visible()
    expect(page.locator(".zoo-plots")).to_be_hidden()
    page.emulate_media(media="print")
    expect(page.locator(".zoo-chart")).to_be_hidden()
    expect(page.locator(".zoo-plots")).to_be_visible()


def test_without_scripts_the_pictures_stand_alone(site: Path, browser: Browser) -> None:
    page = browser.new_page(java_script_enabled=False)
    page.goto((site / "index.html").as_uri())
    expect(page.locator(".zoo-chart")).to_be_hidden()
    expect(page.locator(".zoo-plots")).to_be_visible()
    page.close()


def test_the_frontier_is_that_of_the_figures_and_follows_what_is_shown(
    site: Path, page: Page
) -> None:
    page.goto((site / "index.html").as_uri())
    expect(page.locator(".zoo-dot--best")).to_have_count(7)
    assert "Net 3" in names(page)
    page.get_by_role("button", name="Odd").click()
    expect(page.locator(".zoo-dot")).to_have_count(4)
    expect(page.locator(".zoo-dot--best")).to_have_count(4)
    assert "Net 3" not in names(page)


def test_a_hostile_name_is_shown_as_it_is_written(site: Path, page: Page) -> None:
    page.goto((site / "index.html").as_uri())
    assert HOSTILE in names(page)
    page.locator(".zoo-chart details > summary").click()
    expect(page.locator(".zoo-chart tbody th").filter(has_text=HOSTILE)).to_have_count(1)


def test_another_cost_is_chosen_and_its_conditions_are_said(site: Path, page: Page) -> None:
    page.goto((site / "zh/index.html").as_uri())
    note, axis = page.locator(".zoo-chart .zoo-note"), page.locator(".zoo-stage__axis")
    expect(axis).to_contain_text("T4，FP32")
    expect(note).to_contain_text("来自那张表")
    page.get_by_label("延迟").get_by_role("combobox").or_(
        page.locator("select")
    ).first.select_option("ms.t4.fp16.b1.224x224.table")
    expect(axis).to_contain_text("T4，FP16")
    page.get_by_role("radio", name="FLOPs").check()
    expect(axis).to_contain_text("FLOPs")
    expect(note).to_contain_text("那张表公布的 FLOPs")


def test_the_keyboard_alone_walks_the_models_and_opens_one(site: Path, page: Page) -> None:
    page.goto((site / "index.html").as_uri())
    page.locator(".zoo-stage").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".zoo-tip")).to_contain_text("Net 1")
    page.keyboard.press("ArrowRight")
    said = page.locator(".zoo-chart [aria-live]")
    expect(said).to_contain_text("Net 2, Even, Top-1 68 % reported, Latency 6.5 ms reported")
    page.keyboard.press("End")
    expect(page.locator(".zoo-tip")).to_contain_text("Net 8")
    page.keyboard.press("Enter")
    page.wait_for_url("**/models/net8.html")


@pytest.mark.parametrize("typed", ["even nets", "偶数网络", "EvenNets", "偶数 网络"])
@pytest.mark.parametrize("file", ["index.html", "zh/index.html"])
def test_the_table_finds_families_by_their_titles_in_every_language(
    site: Path, page: Page, file: str, typed: str
) -> None:
    page.goto((site / file).as_uri())
    page.locator("#models ~ .zoo-tools").first.get_by_role("searchbox").fill(typed)
    found = page.locator(".zoo-table--models tbody th:visible")
    expect(found).to_have_text([re.compile(f"Net {number}") for number in (2, 4, 6, 8)])


T4_FP16 = "ms.t4.fp16.b1.224x224.table"


def test_the_best_model_under_a_latency_is_found_and_kept_in_the_address(
    site: Path, page: Page, browser: Browser
) -> None:
    page.goto((site / "choose.html").as_uri())
    page.get_by_label("Conditions of: Latency").select_option(T4_FP16)
    page.get_by_label("Latency, at most (ms)").fill("4.5")
    expect(page.locator(".zoo-answer__name")).to_have_text("Net 4")
    expect(page.locator(".zoo-summary")).to_have_text("4 of 8 models fit.")
    expect(page.locator(".zoo-ranking tbody th")).to_have_text(
        ["Net 4 ★", "Net 2 ★", "Net 1 ★", "Net 3"]
    )
    expect(page.locator(".zoo-answer__fact").nth(1)).to_have_text("4.25 msLatency, reported")
    other = browser.new_page()
    other.goto(page.url)
    expect(other.locator(".zoo-answer__name")).to_have_text("Net 4")
    other.close()


def test_a_question_is_answered_in_chinese_on_a_phone_with_the_keyboard_alone(
    site: Path, browser: Browser
) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 844})
    page.goto((site / "zh/choose.html").as_uri())
    page.get_by_label("延迟不超过 (ms)").focus()
    page.keyboard.type("4.5")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.get_by_label("延迟的测试条件")).to_be_focused()
    page.keyboard.type("T4，FP16")
    expect(page.get_by_label("延迟的测试条件")).to_have_value(T4_FP16)
    expect(page.locator(".zoo-answer__name")).to_have_text("Net 4")
    expect(page.locator(".zoo-answer__fact").nth(1)).to_have_text("4.25 ms延迟，公布值")
    page.locator(".zoo-answer__name").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/zh/models/net4.html")
    page.close()


def test_where_nothing_fits_the_nearest_model_is_named(site: Path, page: Page) -> None:
    page.goto((site / "choose.html").as_uri() + f"#latency={T4_FP16}&ms=1")
    answer = page.locator(".zoo-answer")
    expect(answer).to_contain_text("Nearest: Net 1, Latency 1.25 ms.")
    expect(answer.get_by_role("button")).to_have_count(0)
    page.goto((site / "choose.html").as_uri() + f"#latency={T4_FP16}&ms=4.5&min=70.2")
    expect(answer).to_contain_text("Nearest: Net 4, Top-1 70 %.")


def test_where_nothing_fits_the_same_budgets_are_offered_under_other_conditions(
    site: Path, page: Page
) -> None:
    page.goto((site / "choose.html").as_uri() + "#min=76")
    answer = page.locator(".zoo-answer")
    answer.get_by_role("button", name="2 fit, Net 1 first: top-1 as The second table").click()
    expect(page.locator(".zoo-answer__name")).to_have_text("Net 1")
    expect(page.locator(".zoo-answer__name")).to_be_focused()
    assert "top1=top1.second" in page.url


def test_other_sources_of_a_latency_are_named_and_never_ranked_together(
    site: Path, page: Page
) -> None:
    page.goto((site / "choose.html").as_uri())
    place = page.get_by_label("Conditions of: Latency")
    expect(place.get_by_role("option")).to_have_text(
        ["T4, FP32, batch 1 · 8 models", "T4, FP16, batch 1 · 8 models"]
    )
    place.select_option(T4_FP16)
    page.get_by_label("Latency, at most (ms)").fill("6.5")
    expect(page.locator(".zoo-summary")).to_have_text("6 of 8 models fit.")
    told = page.get_by_label("Source and runtime of the latencies")
    told.select_option(label="The second table · TensorRT · 2 models")
    expect(page.locator(".zoo-ranking tbody th")).to_have_text(["Net 2 ★", "Net 1 ★"])
    expect(page.locator(".zoo-summary")).to_have_text(
        "2 of 8 models fit. 6 have no figure under the chosen conditions. 6 of these have a "
        "latency for the same device, precision and batch from another source or runtime."
    )
    beside = page.locator(".zoo-answer").get_by_role("button")
    expect(beside).to_have_text(["6 fit, Net 6 first: The table · runtime not stated"])
    beside.click()
    expect(told).to_have_value(T4_FP16)
    expect(page.locator(".zoo-answer__name")).to_have_text("Net 6")


def test_the_language_switch_takes_the_choice_along(site: Path, page: Page) -> None:
    page.goto((site / "choose.html").as_uri() + f"#latency={T4_FP16}&ms=4.5&by=params")
    page.locator("a.zoo-language").click()
    page.wait_for_url("**/zh/choose.html*")
    expect(page.locator(".zoo-answer")).to_contain_text("满足条件的模型中参数最少")
    expect(page.locator(".zoo-answer__name")).to_have_text("Net 1")


def test_budgets_are_moved_with_the_keyboard(site: Path, page: Page) -> None:
    page.goto((site / "choose.html").as_uri())
    slider = page.get_by_role("slider", name="Params, at most")
    expect(slider).to_have_attribute("aria-valuetext", "any")
    slider.focus()
    page.keyboard.press("PageDown")
    expect(slider).not_to_have_attribute("aria-valuetext", "any")
    expect(page.locator(".zoo-summary")).not_to_have_text("8 of 8 models fit.")
    assert "mparams=" in page.url
    page.keyboard.press("End")
    expect(page.locator(".zoo-summary")).to_have_text("8 of 8 models fit.")
    assert "mparams=" not in page.url


def test_budgets_that_nothing_meets_and_nonsense_in_the_address_are_said(
    site: Path, page: Page
) -> None:
    page.goto((site / "choose.html").as_uri() + "#latency=gone&min=99&by=beauty&ms=cheap")
    expect(page.locator(".zoo-answer")).to_contain_text("No model fits")
    expect(page.locator(".zoo-choose > .zoo-note")).to_contain_text("no longer exist")
    page.get_by_role("button", name="Start over").click()
    expect(page.locator(".zoo-answer__name")).to_have_text("Net 8")


@pytest.mark.parametrize("typed", ["-5", "0", "-0.5"])
def test_a_budget_that_is_no_positive_number_limits_nothing(
    site: Path, page: Page, typed: str
) -> None:
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto((site / "choose.html").as_uri() + f"#ms={typed}&gflops=1e999&mparams={typed}")
    expect(page.locator(".zoo-summary")).to_have_text("8 of 8 models fit.")
    assert "#" not in page.url
    field = page.get_by_label("Latency, at most (ms)")
    field.fill("4.5")
    expect(page.locator(".zoo-summary")).not_to_have_text("8 of 8 models fit.")
    field.fill(typed)
    expect(page.locator(".zoo-summary")).to_have_text("8 of 8 models fit.")
    assert "ms=" not in page.url
    field.blur()
    expect(field).to_have_value("")
    assert "NaN" not in page.locator(".zoo-choose").inner_html()
    assert complaints == []
