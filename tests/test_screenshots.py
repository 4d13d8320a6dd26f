"""What pages look like, held against stored pictures: both languages, themes and screens.

A picture tells of what no other test asks: a style sheet that is lost, a column that is squeezed,
a theme that is half dark. Pages are set in the font that the plots use, so that another machine
sees the same letters; pictures are small, slightly blurred, and only what is plainly other counts.
"""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path

import pytest
from conftest import ROOT
from page_zoo import complexity, counted, latency, record, timed
from PIL import Image, ImageChops, ImageFilter
from playwright.sync_api import Browser
from test_site import mkdocs, zoo_in

from catalogue.entry import Entry
from catalogue.read import read_zoo
from catalogue.record import Kind, Record
from catalogue.site.assets import slim
from catalogue.store import save_record

pytestmark = pytest.mark.browser

STORED = ROOT / "tests/golden/screens"
VERSION = STORED / "chromium.txt"
"""The Chromium that took the pictures: another draws sliders and lists a little otherwise."""
RENEW = "RENEW_SCREENSHOTS=1 .venv/bin/python -m pytest tests/test_screenshots.py"
COLOURS = 160
BLUR = 1.2
APART = 36
"""Levels of 255 by which a pixel has to differ, in one channel, to count."""
TOLERATED = {"same": 0.006, "another": 0.03}
"""Share of pixels that may differ, by whether the Chromium is that of the pictures."""
STEADY = ("--font-render-hinting=none", "--disable-lcd-text", "--force-color-profile=srgb")
FONT = """
@font-face { font-family: steady; src: url("../steady.ttf"); font-display: block; }
:root { --zoo-sans: steady; --zoo-mono: steady; }
"""
SOURCES = """\
Import: [families.yml]
Sources:
  table: {Title: {en: The table, zh: 那张表}, URL: "https://example.org/table"}
"""
FAMILIES = """\
Collections:
  - Name: Even
    Title: {en: Even nets, zh: 偶数网络}
    Summary: {en: Nets of an even number., zh: 编号为偶数的网络。}
  - Name: Odd
    Title: {en: Odd nets, zh: 奇数网络}
    Summary: {en: Nets of an odd number., zh: 编号为奇数的网络。}
Models:
"""
MODELS = 8


@dataclass(frozen=True, kw_only=True, slots=True)
class Screen:
    """How a reader looks."""

    language: str
    theme: str
    width: int
    height: int


SCREENS = {
    "desktop": Screen(language="", theme="light", width=1280, height=1000),
    "phone": Screen(language="zh/", theme="dark", width=390, height=844),
}
PAGES = {
    "home": "index.html",
    "family": "families/odd.html",
    "model": "models/net3.html",
    "choose": "choose.html#latency=ms.t4.fp16.b1.224x224.table&ms=5",
    "compare": "compare.html#m=net1&m=net2&m=net5",
}


def entry(number: int) -> str:
    """More cost, more accuracy, but for the third."""
    cited = "Source: table"
    return f"""\
  - Name: net{number}
    Title: Net {number}
    In Collection: {("Even", "Odd")[number % 2]}
    Builder: {{Target: "timm:net{number}"}}
    Weights: {{URL: "https://example.org/net{number}.pth"}}
    Preprocessing: {{ID: timm, Input Size: [3, 224, 224], Crop Pct: 0.875}}
    Costs:
      - {{Quantity: Parameters, Value: {number}.0, Unit: M, {cited}}}
      - {{Quantity: FLOPs, Value: {2 * number}.1, Unit: G, Convention: 2xmacs, {cited}}}
    Results:
      - Dataset: ImageNet-1k
        Metrics: {{Top 1 Accuracy: "{66.5 if number == 3 else 66 + number}%"}}
        {cited}
    Latency:
      - {{Device: T4, Precision: FP16, Input Size: 224, By Batch: {{1: {number}.25}}, {cited}}}
"""


def records(entries: tuple[Entry, ...]) -> Iterator[Record]:
    for number, one in enumerate(entries, start=1):
        result = replace(complexity(number * 10**6, number * 10**9), peak_activation_bytes=2**22)
        yield record(one, Kind.COMPLEXITY, counted(), result)
        yield record(one, Kind.LATENCY, timed(1), latency(10.0 * number))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of a zoo that never changes, in a font that is there."""
    folder = zoo_in(tmp_path_factory.mktemp("seen"))
    models = "".join(entry(number) for number in range(1, MODELS + 1))
    (folder / "model-index/model-index.yml").write_text(SOURCES, encoding="utf-8")
    (folder / "model-index/families.yml").write_text(FAMILIES + models, encoding="utf-8")
    zoo = read_zoo(folder / "model-index/model-index.yml", allowed=frozenset()).zoo
    for one in records(zoo.entries):
        save_record(folder / "model-index/measurements", one)
    built = mkdocs(folder, "build", "--strict")
    assert built.returncode == 0, built.stderr
    assets = folder / "site/assets"
    shutil.copy(ROOT / "catalogue/fonts/NotoSansSC-zoo.ttf", assets / "steady.ttf")
    with (assets / "zoo/site.css").open("a", encoding="utf-8") as sheet:
        sheet.write(FONT)
    return folder / "site"


@pytest.fixture(scope="module")
def steady(browser: Browser) -> Iterator[Browser]:
    """A Chromium that draws letters the same everywhere."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    started = browser.browser_type.launch(executable_path=path, args=["--no-sandbox", *STEADY])
    yield started
    started.close()


def seen(browser: Browser, site: Path, screen: Screen, address: str) -> Image.Image:
    """What a reader sees first, in half its size."""
    context = browser.new_context(
        viewport={"width": screen.width - 20, "height": screen.height},
        color_scheme="dark" if screen.theme == "dark" else "light",
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.goto((site / screen.language).as_uri() + f"/{address}")
    assert page.evaluate("document.fonts.load('12px steady').then((found) => found.length)")
    page.evaluate("document.fonts.ready.then(() => true)")
    # Charts measure their names when they draw, which is when the width changes.
    page.set_viewport_size({"width": screen.width, "height": screen.height})
    page.evaluate("new Promise((done) => requestAnimationFrame(() => setTimeout(done, 100)))")
    taken = Image.open(BytesIO(page.screenshot(animations="disabled", caret="hide")))
    context.close()
    return taken.convert("RGB").resize(
        (screen.width // 2, screen.height // 2), Image.Resampling.BOX
    )


def apart(one: Image.Image, other: Image.Image) -> Image.Image:
    """White where two pictures plainly differ."""
    blurred = [
        picture.convert("RGB").filter(ImageFilter.GaussianBlur(BLUR)) for picture in (one, other)
    ]
    red, green, blue = ImageChops.difference(*blurred).split()
    most = ImageChops.lighter(ImageChops.lighter(red, green), blue)
    return most.point([0] * (APART + 1) + [255] * (255 - APART))


def share(differs: Image.Image) -> float:
    return differs.histogram()[255] / (differs.width * differs.height)


def keep(picture: Image.Image, file: Path, version: str) -> None:
    few = picture.quantize(COLOURS, dither=Image.Dither.NONE)
    few.save(file, optimize=True)
    VERSION.write_text(f"{version}\n", encoding="utf-8")


def tolerated(version: str) -> float:
    taken, _, _ = VERSION.read_text(encoding="utf-8").partition(".")
    return TOLERATED["same" if version.startswith(f"{taken}.") else "another"]


@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize("name", PAGES)
def test_a_page_looks_as_its_stored_picture(
    site: Path, steady: Browser, tmp_path: Path, name: str, screen: str
) -> None:
    file = STORED / f"{name}-{screen}.png"
    now = seen(steady, site, SCREENS[screen], PAGES[name])
    if os.environ.get("RENEW_SCREENSHOTS"):
        return keep(now, file, steady.version)
    with Image.open(file) as stored:
        differs = apart(now, stored)
    found = share(differs)
    if found > tolerated(steady.version):
        now.save(tmp_path / "now.png")
        differs.save(tmp_path / "differs.png")
        pytest.fail(
            f"{found:.1%} of the picture differ: look at {tmp_path}/now.png and differs.png beside "
            f"{file}; where the change is meant, renew all with: {RENEW}"
        )
    return None


LOST = {
    "frame.css": "home",
    "charts.css": "home",
    "parts.css": "family",
    "tables.css": "model",
    "choose.css": "choose",
    "compare.css": "compare",
}
"""A style sheet, and a page that cannot do without it."""


@pytest.mark.parametrize("lost", LOST)
def test_a_lost_style_sheet_is_seen(site: Path, steady: Browser, lost: str) -> None:
    sheet = site / "assets/zoo/site.css"
    text = sheet.read_text(encoding="utf-8")
    part = slim((ROOT / "templates/theme/assets/zoo" / lost).read_text(encoding="utf-8"), lost)
    assert part in text
    sheet.write_text(text.replace(part, ""), encoding="utf-8")
    try:
        now = seen(steady, site, SCREENS["phone"], PAGES[LOST[lost]])
    finally:
        sheet.write_text(text, encoding="utf-8")
    with Image.open(STORED / f"{LOST[lost]}-phone.png") as stored:
        found = share(apart(now, stored))
    assert found > TOLERATED["another"]
