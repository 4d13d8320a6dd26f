"""Scatter plots as SVG text: what accuracy costs, with the frontier that nothing beats.

Draws what it is given. Knows nothing of entries, records or pages.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import astuple, dataclass, field
from functools import lru_cache
from io import StringIO
from itertools import pairwise
from math import hypot, isfinite, log10
from typing import Literal

from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedLocator, NullFormatter, NullLocator
from matplotlib.transforms import IdentityTransform

from catalogue.errors import CatalogueError
from catalogue.plot.lettering import FONT, Line, lettered, missing_glyphs, text_width
from catalogue.plot.placement import Box, Scene, Spot, place_labels
from catalogue.plot.ticks import linear_ticks, log_ticks, tick_texts

WIDTH = 440
"""Pixels: half of a desktop's column, and little more than a phone's."""
_MARGIN = Box(38, 42, 10, 12)
_TEXT_SIZE = 11.5
_ROW = 18.0
_MARK = 4.0
_MARKERS = "oDs^vPo"
"""As on the screen; the last, with the last colour, is of all families that are drawn as one."""
_DASHES = (0, (4, 3))
_LEADER_FROM = 10.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Point:
    """One model of a plot."""

    label: str
    x: float
    y: float
    series: str
    on_frontier: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Scatter:
    """What a plot shows."""

    points: tuple[Point, ...]
    x_label: str
    """With its unit."""
    y_label: str
    """With its unit."""
    frontier_label: str
    x_log: bool
    series: tuple[str, ...] = ()
    """In the order of their colours and marks; those it leaves out follow as they come."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Theme:
    text: str
    faint: str
    grid: str
    frontier: str
    series: tuple[str, ...]
    ground: str
    """What the picture stands on; drawn only as the rim of marks."""


_THEMES = {
    "light": _Theme(
        text="#1f2430",
        faint="#5b6475",
        grid="#e3e7ee",
        frontier="#7b8496",
        series=("#1d5fd1", "#b64a00", "#0b7a62", "#8a2fc0", "#b3204f", "#52606d", "#a3a8b2"),
        ground="#ffffff",
    ),
    "dark": _Theme(
        text="#e4e8f1",
        faint="#a3acbf",
        grid="#323846",
        frontier="#8e98ac",
        series=("#7fb0ff", "#ffa45c", "#4fd1b0", "#d09bff", "#ff8fb0", "#b6c2cf", "#646a77"),
        ground="#14171e",
    ),
}


def _all_colors(theme: _Theme) -> tuple[str, ...]:
    return tuple(
        color for one in astuple(theme) for color in ([one] if isinstance(one, str) else one)
    )


_DARK = dict(zip(_all_colors(_THEMES["light"]), _all_colors(_THEMES["dark"]), strict=True))
_COLOR = re.compile("|".join(_DARK))


@dataclass(kw_only=True, slots=True)
class _Sheet:
    """A picture in the making."""

    figure: Figure
    colors: _Theme
    lines: list[Line] = field(default_factory=list)
    """Its words, which are written when all else is drawn."""


def draw_scatter(scatter: Scatter, *, theme: Literal["light", "dark"]) -> str:
    """Draw a plot.

    Args:
        scatter: The points and their words; at least one point.
        theme: Which background the picture is to stand on; its own is transparent.

    Returns:
        An SVG document, the same bytes for the same input; all text is outlined.

    Raises:
        ValueError: there is no point, or one that has no place on the axes.
        CatalogueError: a text has a character that the plots' font lacks.
    """
    drawn = _drawn(scatter)
    return drawn if theme == "light" else _COLOR.sub(lambda one: _DARK[one[0]], drawn)


@lru_cache(maxsize=1)
def _drawn(scatter: Scatter) -> str:
    """The plot in light colours; kept, because the dark one is the same in other colours."""
    _check(scatter)
    with rc_context({"svg.fonttype": "path", "svg.hashsalt": "catalogue", "path.simplify": False}):
        height = plot_height(len(scatter.points))
        figure = Figure(figsize=(WIDTH / 72, height / 72), dpi=72)
        figure.patch.set_alpha(0)
        sheet = _Sheet(figure=figure, colors=_THEMES["light"])
        rows = _draw_legend(sheet, scatter)
        axes = _draw_axes(sheet, scatter, rows=rows)
        _draw_points(axes, scatter, sheet.colors)
        _draw_labels(sheet, axes, scatter)
        out = StringIO()
        figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None})
    drawing = _slim(out.getvalue()).rstrip().removesuffix("</svg>")
    return f"{drawing}{lettered(sheet.lines)}</svg>\n"


def _width(text: str) -> float:
    return text_width(text, size=_TEXT_SIZE)


def plot_height(points: int) -> int:
    """Height in pixels of a plot of so many points: taller where more labels need room."""
    return min(330 + 6 * max(0, points - 12), 480)


def _check(scatter: Scatter) -> None:
    if not scatter.points:
        message = "a plot needs at least one point"
        raise ValueError(message)
    for point in scatter.points:
        if not (isfinite(point.x) and isfinite(point.y)) or (scatter.x_log and point.x <= 0):
            message = f"'{point.label}' at ({point.x}, {point.y}) has no place on the axes"
            raise ValueError(message)
    for text in _texts(scatter):
        if lacking := missing_glyphs(text):
            message = (
                f"plot: the text '{text}' has '{lacking}', which the font of the plots "
                f"({FONT.name}) lacks; write it with other characters"
            )
            raise CatalogueError(message)


def _texts(scatter: Scatter) -> Iterator[str]:
    yield from (scatter.x_label, scatter.y_label, scatter.frontier_label)
    for point in scatter.points:
        yield from (point.label, point.series)


def _series(scatter: Scatter) -> dict[str, int]:
    """The series that are drawn, with the numbers of their colours."""
    shown = dict.fromkeys(point.series for point in scatter.points)
    order = dict.fromkeys((*scatter.series, *shown))
    return {name: number for number, name in enumerate(order) if name in shown}


def _style(number: int, colors: _Theme) -> tuple[str, str]:
    """Colour and marker."""
    return colors.series[number % len(colors.series)], _MARKERS[number % len(_MARKERS)]


def _draw_legend(sheet: _Sheet, scatter: Scatter) -> int:
    """Draw the legend from the top left, and give its number of rows."""
    left, key, gap = 4.0, 20.0, 14.0
    x, row = left, 0
    for text, line in _keys(scatter, sheet.colors):
        width = key + _width(text) + gap
        if x > left and x + width > WIDTH:
            x, row = left, row + 1
        y = sheet.figure.bbox.height - 9 - row * _ROW
        line.set_data([x, x + 8, x + 15], [y, y, y])
        line.set_markevery([1])
        line.set_transform(IdentityTransform())
        sheet.figure.add_artist(line)
        _write(sheet, (x + key, y), text, sheet.colors.text)
        x += width
    return row + 1


def _keys(scatter: Scatter, colors: _Theme) -> Iterator[tuple[str, Line2D]]:
    for name, number in _series(scatter).items():
        yield name, _marks((), number, colors)
    if _frontier(scatter):
        yield scatter.frontier_label, Line2D([], [], color=colors.frontier, lw=1.2, ls=_DASHES)


def _write(sheet: _Sheet, spot: Spot, text: str, color: str, *, align: float = 0.0) -> None:
    """Write one line of text, centred on its height at `spot` (pixels).

    Args:
        sheet: Where it is written.
        spot: Its place.
        text: The line.
        color: As `#rrggbb`.
        align: The share of its width that stands left of the spot.
    """
    x = spot[0] - (align * _width(text) if align else 0.0)
    y = sheet.figure.bbox.height - spot[1] + 0.36 * _TEXT_SIZE
    sheet.lines.append(Line(x=x, y=y, text=text, color=color, size=_TEXT_SIZE))


def _draw_axes(sheet: _Sheet, scatter: Scatter, *, rows: int) -> Axes:
    """Draw the frame, the grid and the axes' words, below `rows` of legend."""
    colors, tall = sheet.colors, sheet.figure.bbox.height
    top = tall - _MARGIN.top - (rows + 1) * _ROW
    width, height = WIDTH - _MARGIN.left - _MARGIN.right, top - _MARGIN.bottom
    axes = sheet.figure.add_axes(
        (_MARGIN.left / WIDTH, _MARGIN.bottom / tall, width / WIDTH, height / tall),
        facecolor="none",
    )
    _write(sheet, (4, top + 12), scatter.y_label, colors.text)
    _write(sheet, (_MARGIN.left + width / 2, 9), scatter.x_label, colors.text, align=0.5)
    _scale(sheet, axes, scatter)
    axes.set_axisbelow(True)
    axes.grid(visible=True, color=colors.grid, lw=0.8)
    axes.tick_params(length=0)
    for side, spine in axes.spines.items():
        spine.set_visible(side == "bottom")
        spine.set_color(colors.frontier)
    return axes


def _scale(sheet: _Sheet, axes: Axes, scatter: Scatter) -> None:
    """Set the ends of both axes, and the ticks with their words."""
    xs = [point.x for point in scatter.points]
    if scatter.x_log:
        low, high = (10**end for end in _ends([log10(x) for x in xs], least=0.2))
        axes.set_xscale("log")
        x_ticks = log_ticks(low, high)
    else:
        low, high = _ends(xs, least=0.1 * max(abs(x) for x in xs))
        x_ticks = linear_ticks(low, high)
    axes.set_xlim(low, high)
    ys = [point.y for point in scatter.points]
    bottom, top = _ends(ys, least=0.01 * max(abs(y) for y in ys))
    axes.set_ylim(bottom, top)
    x_texts = tick_texts(x_ticks, even=not scatter.x_log)
    kept = tuple(_uncrowded(zip(x_ticks, x_texts, strict=True), axes))
    _set_ticks(axes.xaxis, [tick for tick, _ in kept])
    y_ticks = linear_ticks(bottom, top)
    _set_ticks(axes.yaxis, y_ticks)
    place = axes.transData.transform
    for tick, text in kept:
        x = float(place((tick, bottom))[0])
        _write(sheet, (x, _MARGIN.bottom - 11), text, sheet.colors.faint, align=0.5)
    for tick, text in zip(y_ticks, tick_texts(y_ticks, even=True), strict=True):
        y = float(place((low, tick))[1])
        _write(sheet, (_MARGIN.left - 5, y), text, sheet.colors.faint, align=1.0)


def _set_ticks(axis: Axis, ticks: Sequence[float]) -> None:
    axis.set_major_locator(FixedLocator(ticks))
    axis.set_major_formatter(NullFormatter())
    axis.set_minor_locator(NullLocator())


def _ends(values: Sequence[float], *, least: float) -> tuple[float, float]:
    """Ends of an axis, with a tenth of its span to spare on both sides; `least` is a span."""
    low, high = min(values), max(values)
    lacking = max(0.0, (least or 1.0) - (high - low)) / 2
    room = 0.1 * (high - low) + lacking
    return low - room, high + room


def _uncrowded(ticks: Iterable[tuple[float, str]], axes: Axes) -> Iterator[tuple[float, str]]:
    """Those ticks of the x axis whose words keep clear of each other, from the left."""
    free_from = 0.0
    for tick, text in ticks:
        x = axes.transData.transform((tick, axes.get_ylim()[0]))[0]
        half = _width(text) / 2
        if x - half >= free_from and x + half <= WIDTH:
            yield tick, text
            free_from = x + half + 6


def _frontier(scatter: Scatter) -> tuple[Spot, ...]:
    on_line = sorted((point.x, point.y) for point in scatter.points if point.on_frontier)
    return tuple(on_line) if len(on_line) > 1 else ()


def _draw_points(axes: Axes, scatter: Scatter, colors: _Theme) -> None:
    if line := _frontier(scatter):
        xs, ys = zip(*line, strict=True)
        axes.plot(xs, ys, color=colors.frontier, lw=1.2, ls=_DASHES, zorder=2)
    for name, number in reversed(_series(scatter).items()):
        mine = [(point.x, point.y) for point in scatter.points if point.series == name]
        axes.add_line(_marks(mine, number, colors))


def _marks(spots: Sequence[Spot], number: int, colors: _Theme) -> Line2D:
    """The marks of one series, rimmed so that two that touch stay two."""
    color, marker = _style(number, colors)
    xs, ys = zip(*spots, strict=True) if spots else ((), ())
    marks = Line2D(xs, ys, ls="", color=color, marker=marker, ms=2 * _MARK, zorder=3)
    marks.set_markeredgecolor(colors.ground)
    marks.set_markeredgewidth(0.9)
    return marks


def _draw_labels(sheet: _Sheet, axes: Axes, scatter: Scatter) -> None:
    """Write every point's name where it covers nothing, with a leader where it stands apart."""
    numbers = _series(scatter)
    points = sorted(scatter.points, key=lambda point: not point.on_frontier)
    scene = _scene(axes, scatter, points)
    sizes = tuple((_width(point.label) + 4, _TEXT_SIZE + 1.5) for point in points)
    for point, spot, box in zip(points, scene.spots, place_labels(sizes, scene), strict=True):
        if box is None:
            continue
        color, _ = _style(numbers[point.series], sheet.colors)
        near = box.nearest(spot)
        if hypot(near[0] - spot[0], near[1] - spot[1]) > _LEADER_FROM:
            leader = Line2D(*zip(spot, near, strict=True), color=color, lw=0.6, alpha=0.7)
            leader.set_transform(IdentityTransform())
            sheet.figure.add_artist(leader)
        middle = (box.bottom + box.top) / 2
        _write(sheet, (box.left + 2, middle), point.label, _inked(color, sheet.colors))


def _inked(color: str, colors: _Theme) -> str:
    """A series' colour for its words: the palest is too pale to be read."""
    return colors.faint if color == colors.series[-1] else color


def _scene(axes: Axes, scatter: Scatter, points: Sequence[Point]) -> Scene:
    """The plot in pixels."""

    def pixels(spots: Iterable[Spot]) -> tuple[Spot, ...]:
        placed = (axes.transData.transform(spot) for spot in spots)
        return tuple((round(float(x), 3), round(float(y), 3)) for x, y in placed)

    frame = axes.bbox
    return Scene(
        area=Box(frame.x0 + 1, frame.y0 + 1, WIDTH - 1, frame.y1 + 4),
        spots=pixels((point.x, point.y) for point in points),
        lines=tuple(pairwise(pixels(_frontier(scatter)))),
        radius=_MARK + 1,
    )


def _slim(svg: str) -> str:
    """Drop what a browser does not need, and digits that no eye sees."""
    start = svg.index("<svg")
    body = re.sub(r"<!--.*?-->|<metadata>.*?</metadata>", "", svg[start:], flags=re.DOTALL)
    body = re.sub(r' (width|height)="[\d.]+pt"', "", body)
    body = re.sub(r"-?\d+\.\d{3,}", _rounded, body)
    body = re.sub(r"\s*\n\s*", "\n", body)
    return re.sub(r"(?<=\d)\n?([MLQCz]) ?(?=[-\d\"\n])", r"\1", body)


def _rounded(number: re.Match[str]) -> str:
    value = float(number[0])
    return f"{value:.4g}" if abs(value) < 1 else f"{value:.2f}"
