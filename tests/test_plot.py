"""The plots: reproducible, readable in both languages, self-contained."""

import re
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest
from matplotlib.ft2font import FT2Font, LoadFlags
from matplotlib.path import Path

from catalogue.errors import CatalogueError
from catalogue.plot import Point, Scatter, draw_scatter
from catalogue.plot.lettering import FONT, Line, lettered, missing_glyphs, text_width
from catalogue.plot.theme import DARKENED

FAMILY = (
    ("DenseNet121", 5.69, 75.7, True),
    ("DenseNet161", 15.49, 78.6, True),
    ("DenseNet169", 6.74, 76.8, True),
    ("DPN98", 22.22, 80.6, True),
    ("DPN131", 30.51, 80.5, False),
)


def scatter_of(**changes: object) -> Scatter:
    """A plot of five models in two series."""
    points = tuple(
        Point(label=name, x=x, y=y, series=name.rstrip("0123456789"), on_frontier=best)
        for name, x, y, best in FAMILY
    )
    drawn = Scatter(
        points=points,
        x_label="GFLOPs (2 \N{MULTIPLICATION SIGN} MACs)",
        y_label="Top-1 accuracy (%)",
        frontier_label="Frontier",
        x_log=True,
    )
    return replace(drawn, **changes)  # type: ignore[arg-type]


def test_the_same_plot_is_the_same_bytes_twice() -> None:
    assert draw_scatter(scatter_of()) == draw_scatter(scatter_of())


def test_one_file_is_light_and_behind_its_dark_address_dark() -> None:
    svg = draw_scatter(scatter_of())
    assert ET.fromstring(svg).attrib["id"] == "only-dark"  # noqa: S314
    rules = dict(re.findall(r"((?:svg:target )?\.c\d+)\{([^}]*)\}", svg))
    light = {name: said for name, said in rules.items() if not name.startswith("svg")}
    colored = {name: re.findall("#[0-9a-f]{6}", said) for name, said in light.items()}
    assert {"#1d5fd1", "#b64a00", "#1f2430", "#e3e7ee"} <= {
        one for of in colored.values() for one in of
    }
    for name, colors in colored.items():
        dark = re.findall("#[0-9a-f]{6}", rules[f"svg:target {name}"])
        assert dark == [DARKENED[color] for color in colors]
    body = svg.partition("</style>")[2]
    assert "#1d5fd1" not in body
    assert set(re.findall(r'class="(c\d+)"', body)) == {name[1:] for name in light}


def test_the_svg_is_well_formed_small_and_has_neither_text_nor_time_nor_links() -> None:
    svg = draw_scatter(scatter_of())
    ET.fromstring(svg)  # noqa: S314
    assert "<text" not in svg
    assert "<metadata" not in svg
    assert not re.search(r"https?://(?!www\.w3\.org)", svg)
    assert len(svg.encode()) < 20_000


def test_each_glyph_is_outlined_once() -> None:
    svg = draw_scatter(scatter_of())
    ids = re.findall(r'<path id="(u[0-9a-f]+)"', svg)
    assert len(ids) == len(set(ids))
    assert len(ids) > 20


def curves(outline: str) -> list[tuple[float, float, float, float]]:
    """Every curve of an outline, as (bend, end) from its beginning on, whichever way it is told."""
    found, pen, bend, begun = [], (0.0, 0.0), None, (0.0, 0.0)
    for sign, said in re.findall(r"([mlhvqtz])([^mlhvqtz]*)", outline):
        steps = [float(one) for one in re.findall(r"-?\d+", said)]
        pairs = [(pen[0] + x, pen[1] + y) for x, y in zip(steps[::2], steps[1::2], strict=False)]
        match sign:
            case "h":
                pairs = [(pen[0] + steps[0], pen[1])]
            case "v":
                pairs = [(pen[0], pen[1] + steps[0])]
            case "z":
                pairs = [begun]
            case "t":
                assert bend is not None, "nothing to go on from"
                pairs = [(2 * pen[0] - bend[0], 2 * pen[1] - bend[1]), *pairs]
        bend = pairs[0] if sign in "qt" else None
        pen = pairs[-1]
        begun = pen if sign == "m" else begun
        found.append((*pairs[0], *pen))
    return found


@pytest.mark.parametrize("letter", "aegs8&参络")
def test_curves_that_go_on_from_the_last_one_run_as_the_font_has_them(letter: str) -> None:
    font = FT2Font(str(FONT))
    font.set_size(1000, 72)
    font.load_char(ord(letter), flags=LoadFlags.NO_HINTING)
    points, codes = font.get_path()
    own = [(x / 4, -y / 4) for x, y in points]
    svg = lettered([Line(x=0.0, y=0.0, text=letter, look="c0")], size=11.5)
    (outline,) = re.findall(r'<path id="u[0-9a-f]+" d="([^"]*)"', svg)
    assert "t" in outline
    at = 0
    for told in curves(outline):
        count = 2 if codes[at] == Path.CURVE3 else 1
        if codes[at] != Path.CLOSEPOLY:
            font_has = (*own[at], *own[at + count - 1])
            assert told == pytest.approx(font_has, abs=1.6), "a tenth of a pixel"
        at += count
    assert at == len(codes)


def test_chinese_words_are_drawn_with_the_glyphs_of_the_bundled_font() -> None:
    words = ("计算量(GFLOPs)", "密集连接", "双通道网络", "帕累托前沿", "准确率(%)")
    assert "".join(missing_glyphs(word) for word in words) == ""
    points = tuple(replace(point, series="双通道网络") for point in scatter_of().points)
    drawn = scatter_of(points=points, x_label=words[0], y_label=words[4], frontier_label=words[3])
    svg = draw_scatter(drawn)
    assert all(
        f'href="#u{ord(letter):x}"' in svg for word in (words[0], *words[2:]) for letter in word
    )


def test_a_character_that_the_font_lacks_is_named_in_the_error() -> None:
    with pytest.raises(CatalogueError) as fault:
        draw_scatter(scatter_of(frontier_label="best ★★"))
    assert str(fault.value) == (
        "plot: the text 'best ★★' has '★', which the font of the plots (NotoSansSC-zoo.ttf) "
        "lacks; write it with other characters"
    )


def test_a_plot_without_points_is_refused() -> None:
    with pytest.raises(ValueError, match="a plot needs at least one point"):
        draw_scatter(scatter_of(points=()))


def test_zero_has_no_place_on_a_logarithmic_axis() -> None:
    zero = replace(scatter_of().points[0], x=0.0)
    with pytest.raises(ValueError, match=r"'DenseNet121' at \(0\.0, 75\.7\) has no place"):
        draw_scatter(scatter_of(points=(zero,)))


@pytest.mark.parametrize("x_log", [True, False])
def test_a_single_point_is_drawn_without_a_frontier(*, x_log: bool) -> None:
    svg = draw_scatter(scatter_of(points=scatter_of().points[:1], x_log=x_log))
    assert "stroke-dasharray" not in svg
    assert svg.count('<use href="#m0"') == 2, "a mark, and its key"


def test_the_frontier_is_dashed_and_named() -> None:
    svg = draw_scatter(scatter_of())
    (dashed,) = re.findall(r"\.(c\d+)\{[^}]*stroke-dasharray", svg)
    assert svg.count(f'class="{dashed}"') == 2, "the line, and its key"


def test_a_series_has_a_marker_of_its_own_beside_its_colour() -> None:
    svg = draw_scatter(scatter_of())
    for color in ("#1d5fd1", "#b64a00"):
        assert color in svg
    markers = set(re.findall(r'href="#(m\d+)"', svg))
    assert len(markers) == 2


def test_a_text_with_dollar_signs_is_not_taken_for_a_formula() -> None:
    first = replace(scatter_of().points[0], label="a_$b$")
    assert draw_scatter(scatter_of(points=(first,)))


def test_wider_text_is_measured_wider() -> None:
    assert text_width("DPN131", size=10) > text_width("DPN92", size=10) > 0
    assert text_width("  ", size=10) == 0


def test_a_family_has_its_colour_and_mark_whatever_the_plot_begins_with() -> None:
    order = ("DPN", "DenseNet", "others")
    svg = draw_scatter(scatter_of(series=order))
    turned = scatter_of(points=tuple(reversed(scatter_of().points)), series=order)
    assert set(re.findall(r"fill:(#[0-9a-f]{6})", svg)) == set(
        re.findall(r"fill:(#[0-9a-f]{6})", draw_scatter(turned))
    )
    dpn = replace(scatter_of(), points=scatter_of().points[3:], series=order)
    drawn = draw_scatter(dpn)
    assert "#1d5fd1" in drawn
    assert "#b64a00" not in drawn


def test_families_drawn_as_one_are_grey_as_on_the_screen_and_not_like_the_first() -> None:
    order = tuple(f"family {number}" for number in range(7))
    points = tuple(
        Point(label=f"m{at}", x=at + 1.0, y=70.0 + at, series=name, on_frontier=False)
        for at, name in enumerate(order)
    )
    svg = draw_scatter(scatter_of(points=points[1:], series=order))
    assert {"#a3a8b2", "#646a77"} <= set(re.findall("#[0-9a-f]{6}", svg))
    assert not {"#1d5fd1", "#7fb0ff"} & set(re.findall("#[0-9a-f]{6}", svg))


def placed(svg: str) -> list[tuple[str, float, float]]:
    """Every letter with its place, in units of the outlines, common parts taken apart."""
    parts = {
        name: re.findall(r'href="#u([0-9a-f]+)" x="(-?\d+)"', inner)
        for name, inner in re.findall(r'<g id="(w\d+)">(.*?)</g>', svg)
    }
    found = []
    for name, x, y in re.findall(r'<use href="#(\w+)" x="(-?\d+)" y="(-?\d+)"/>', svg):
        letters = parts.get(name, [(name[1:], "0")])
        found += [(chr(int(one, 16)), float(x) + float(off), float(y)) for one, off in letters]
    return found


def test_text_put_together_of_common_parts_stands_where_it_would_stand_letter_by_letter() -> None:
    names = [f"net{at}_patch16_224" for at in (7, 81, 905)]
    together = [Line(x=10.0, y=20.0 + at, text=name, look="c0") for at, name in enumerate(names)]
    svg = lettered(together, size=11.5)
    assert '<g id="w' in svg
    alone = "".join(lettered([line], size=11.5) for line in together)
    assert "<g id=" not in alone
    pairs = list(zip(placed(svg), placed(alone), strict=True))
    assert "".join(one[0] for one, _ in pairs) == "".join(names)
    assert max(abs(one[1] - other[1]) for one, other in pairs) <= 1.5, "rounded once more"
    assert [one[2] for one, _ in pairs] == [other[2] for _, other in pairs]
    assert len(svg) < 0.6 * len(alone)
