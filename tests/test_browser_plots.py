"""A plot in a real browser: one file, light or dark as its address says."""

from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page
from test_plot import scatter_of

from catalogue.plot import draw_scatter
from catalogue.plot.theme import DARKENED

pytestmark = pytest.mark.browser


def colors(page: Page, address: str) -> set[tuple[int, ...]]:
    """The colours of a picture on a grey page."""
    page.goto(address.partition("#")[0].replace(".svg", ".html"))
    page.evaluate("(at) => { document.querySelector('img').src = at }", address)
    page.wait_for_function("document.querySelector('img').complete")
    with Image.open(BytesIO(page.locator("img").screenshot())) as picture:
        found = picture.convert("RGB").getcolors(1 << 20) or []
    return {color for _, color in found if isinstance(color, tuple)}


def rgb(color: str) -> tuple[int, ...]:
    return tuple(bytes.fromhex(color[1:]))


def test_the_fragment_of_its_address_turns_a_plot_dark(page: Page, tmp_path: Path) -> None:
    (tmp_path / "plot.svg").write_text(draw_scatter(scatter_of()), encoding="utf-8")
    shown = '<body style="background:#777"><img width="880"></body>'
    (tmp_path / "plot.html").write_text(shown, encoding="utf-8")
    address = (tmp_path / "plot.svg").as_uri()
    light, dark = (colors(page, f"{address}#only-{theme}") for theme in ("light", "dark"))
    for one in map(rgb, ("#1d5fd1", "#b64a00", "#1f2430")):
        assert one in light
        assert one not in dark
    for one in map(rgb, (DARKENED["#1d5fd1"], DARKENED["#b64a00"], DARKENED["#1f2430"])):
        assert one in dark
        assert one not in light
