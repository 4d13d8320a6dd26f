"""Scatter plots as SVG text: what accuracy costs, with the frontier that nothing beats.

Draws what it is given. Knows nothing of entries, records or pages.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from io import StringIO
from itertools import pairwise
from math import hypot, isfinite, log10

from matplotlib import rc_context
from matplotlib.artist import Artist
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import PathPatch
from matplotlib.path import Path
from matplotlib.transforms import IdentityTransform

from catalogue.errors import CatalogueError
from catalogue.plot.compact import Styles, document
from catalogue.plot.lettering import FONT, Line, lettered, missing_glyphs, text_width
from catalogue.plot.placement import Box, Scene, Segment, Spot, place_labels
from catalogue.plot.theme import DARKENED, LIGHT, Theme
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
    hollow: bool = False
    """Drawn as an outline."""


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
class _Frame:
    """Where the numbers of both axes stand, in pixels, y upwards."""

    area: Box
    x_ends: tuple[float, float]
    y_ends: tuple[float, float]
    x_log: bool

    def spot(self, x: float, y: float) -> Spot:
        low, high = self.x_ends
        along = (log10(x / low) / log10(high / low)) if self.x_log else (x - low) / (high - low)
        up = (y - self.y_ends[0]) / (self.y_ends[1] - self.y_ends[0])
        area = self.area
        return (
            area.left + along * (area.right - area.left),
            area.bottom + up * (area.top - area.bottom),
        )


@dataclass(kw_only=True, slots=True)
class _Sheet:
    """A picture in the making, in light colours."""

    figure: Figure
    colors: Theme
    styles: Styles
    lines: list[Line] = field(default_factory=list)
    """Its words, which are written when all else is drawn."""


def draw_scatter(scatter: Scatter) -> str:
    """Draw a plot; with `#only-dark` behind its address, it shows itself in dark colours.

    Args:
        scatter: The points and their words; at least one point.

    Returns:
        An SVG document without a background, the same bytes for the same input; all text is
        outlined.

    Raises:
        ValueError: there is no point, or one that has no place on the axes.
        CatalogueError: a text has a character that the plots' font lacks.
    """
    _check(scatter)
    height = plot_height(len(scatter.points))
    with rc_context({"svg.fonttype": "path", "svg.hashsalt": "catalogue", "path.simplify": False}):
        figure = Figure(figsize=(WIDTH / 72, height / 72), dpi=72)
        figure.patch.set_visible(False)
        sheet = _Sheet(figure=figure, colors=LIGHT, styles=Styles(dark=DARKENED))
        rows = _draw_legend(sheet, scatter)
        frame = _frame(scatter, top=height - _MARGIN.top - (rows + 1) * _ROW)
        _draw_axes(sheet, frame, scatter)
        _draw_points(sheet, frame, scatter)
        _draw_labels(sheet, frame, scatter)
        out = StringIO()
        figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None})
    letters = lettered(sheet.lines, size=_TEXT_SIZE)
    return document(out.getvalue(), letters=letters, styles=sheet.styles, size=(WIDTH, height))


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


def _style(number: int, colors: Theme) -> tuple[str, str]:
    """Colour and marker."""
    return colors.series[number % len(colors.series)], _MARKERS[number % len(_MARKERS)]


def _draw_legend(sheet: _Sheet, scatter: Scatter) -> int:
    """Draw the legend from the top left, and give its number of rows."""
    left, key, gap = 4.0, 20.0, 14.0
    x, row = left, 0
    for name, number in _keys(scatter):
        width = key + _width(name) + gap
        if x > left and x + width > WIDTH:
            x, row = left, row + 1
        y = sheet.figure.bbox.height - 9 - row * _ROW
        if number is None:
            _draw_line(sheet, ((x, y), (x + 15, y)))
        else:
            _draw_marks(sheet, [(x + 8, y)], number)
        _write(sheet, (x + key, y), name, sheet.colors.text)
        x += width
    return row + 1


def _keys(scatter: Scatter) -> Iterator[tuple[str, int | None]]:
    """The words of the legend, with the numbers of colours; that of the frontier has none."""
    yield from _series(scatter).items()
    if _frontier(scatter):
        yield scatter.frontier_label, None


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
    sheet.lines.append(Line(x=x, y=y, text=text, look=sheet.styles.name(f"fill: {color}")))


def _frame(scatter: Scatter, *, top: float) -> _Frame:
    """The room below the legend, and the ends of both axes."""
    xs = [point.x for point in scatter.points]
    ys = [point.y for point in scatter.points]
    if scatter.x_log:
        low, high = _ends([log10(x) for x in xs], least=0.2)
        x_ends = (10**low, 10**high)
    else:
        x_ends = _ends(xs, least=0.1 * max(abs(x) for x in xs))
    return _Frame(
        area=Box(_MARGIN.left, _MARGIN.bottom, WIDTH - _MARGIN.right, top),
        x_ends=x_ends,
        y_ends=_ends(ys, least=0.01 * max(abs(y) for y in ys)),
        x_log=scatter.x_log,
    )


def _draw_axes(sheet: _Sheet, frame: _Frame, scatter: Scatter) -> None:
    """Draw the grid and the lowest line, with the axes' words and numbers."""
    colors, area = sheet.colors, frame.area
    _write(sheet, (4, area.top + 12), scatter.y_label, colors.text)
    _write(sheet, ((area.left + area.right) / 2, 9), scatter.x_label, colors.text, align=0.5)
    ticks = log_ticks(*frame.x_ends) if scatter.x_log else linear_ticks(*frame.x_ends)
    grid = []
    for text, x in _uncrowded(ticks, tick_texts(ticks, even=not scatter.x_log), frame):
        grid.append(((x, area.bottom), (x, area.top)))
        _write(sheet, (x, _MARGIN.bottom - 11), text, colors.faint, align=0.5)
    ticks = linear_ticks(*frame.y_ends)
    for text, tick in zip(tick_texts(ticks, even=True), ticks, strict=True):
        y = frame.spot(frame.x_ends[0], tick)[1]
        grid.append(((area.left, y), (area.right, y)))
        _write(sheet, (_MARGIN.left - 5, y), text, colors.faint, align=1.0)
    _draw_segments(sheet, grid, color=colors.grid, width=0.8)
    lowest = ((area.left, area.bottom), (area.right, area.bottom))
    _draw_segments(sheet, [lowest], color=colors.frontier, width=0.8)


def _ends(values: Sequence[float], *, least: float) -> tuple[float, float]:
    """Ends of an axis, with a tenth of its span to spare on both sides; `least` is a span."""
    low, high = min(values), max(values)
    lacking = max(0.0, (least or 1.0) - (high - low)) / 2
    room = 0.1 * (high - low) + lacking
    return low - room, high + room


def _uncrowded(
    ticks: Sequence[float], texts: Sequence[str], frame: _Frame
) -> Iterator[tuple[str, float]]:
    """Those words of the x axis that keep clear of each other, from the left, with their places."""
    free_from = 0.0
    for tick, text in zip(ticks, texts, strict=True):
        x = frame.spot(tick, frame.y_ends[0])[0]
        half = _width(text) / 2
        if x - half >= free_from and x + half <= WIDTH:
            yield text, x
            free_from = x + half + 6


def _frontier(scatter: Scatter) -> tuple[Spot, ...]:
    on_line = sorted((point.x, point.y) for point in scatter.points if point.on_frontier)
    return tuple(on_line) if len(on_line) > 1 else ()


def _draw_points(sheet: _Sheet, frame: _Frame, scatter: Scatter) -> None:
    if line := _frontier(scatter):
        _draw_line(sheet, [frame.spot(*spot) for spot in line])
    for name, number in reversed(_series(scatter).items()):
        for hollow in (False, True):
            alike = (one for one in scatter.points if (one.series, one.hollow) == (name, hollow))
            if mine := [frame.spot(one.x, one.y) for one in alike]:
                _draw_marks(sheet, mine, number, hollow=hollow)


def _draw_line(sheet: _Sheet, spots: Sequence[Spot]) -> None:
    """Draw a piece of the frontier."""
    xs, ys = zip(*spots, strict=True)
    _add(sheet, Line2D(xs, ys, color=sheet.colors.frontier, lw=1.2, ls=_DASHES))


def _draw_segments(
    sheet: _Sheet, segments: Sequence[Segment], *, color: str, width: float, alpha: float = 1.0
) -> None:
    """Draw lines of one kind as one path."""
    spots = [spot for segment in segments for spot in segment]
    path = Path(spots, [Path.MOVETO, Path.LINETO] * len(segments))
    _add(sheet, PathPatch(path, fill=False, edgecolor=color, lw=width, alpha=alpha))


def _draw_marks(sheet: _Sheet, spots: Sequence[Spot], number: int, *, hollow: bool = False) -> None:
    """Draw the marks of one series, rimmed so that two that touch stay two."""
    color, marker = _style(number, sheet.colors)
    xs, ys = zip(*spots, strict=True)
    marks = Line2D(xs, ys, ls="", color=color, marker=marker, ms=2 * _MARK, zorder=3)
    marks.set_markeredgecolor(color if hollow else sheet.colors.ground)
    marks.set_markeredgewidth(1.4 if hollow else 0.9)
    if hollow:
        marks.set_markerfacecolor(sheet.colors.ground)
    _add(sheet, marks)


def _add(sheet: _Sheet, artist: Artist) -> None:
    artist.set_transform(IdentityTransform())
    sheet.figure.add_artist(artist)


def _draw_labels(sheet: _Sheet, frame: _Frame, scatter: Scatter) -> None:
    """Write every point's name where it covers nothing, with a leader where it stands apart."""
    numbers = _series(scatter)
    points = sorted(scatter.points, key=lambda point: not point.on_frontier)
    scene = _scene(frame, scatter, points)
    sizes = tuple((_width(point.label) + 4, _TEXT_SIZE + 1.5) for point in points)
    leaders: dict[str, list[Segment]] = {}
    for point, spot, box in zip(points, scene.spots, place_labels(sizes, scene), strict=True):
        if box is None:
            continue
        color, _ = _style(numbers[point.series], sheet.colors)
        near = box.nearest(spot)
        if hypot(near[0] - spot[0], near[1] - spot[1]) > _LEADER_FROM:
            leaders.setdefault(color, []).append((spot, near))
        middle = (box.bottom + box.top) / 2
        _write(sheet, (box.left + 2, middle), point.label, _inked(color, sheet.colors))
    for color, segments in leaders.items():
        _draw_segments(sheet, segments, color=color, width=0.6, alpha=0.7)


def _inked(color: str, colors: Theme) -> str:
    """A series' colour for its words: the palest is too pale to be read."""
    return colors.faint if color == colors.series[-1] else color


def _scene(frame: _Frame, scatter: Scatter, points: Sequence[Point]) -> Scene:
    """The plot in pixels."""

    def pixels(spots: Iterable[Spot]) -> tuple[Spot, ...]:
        placed = (frame.spot(*spot) for spot in spots)
        return tuple((round(x, 3), round(y, 3)) for x, y in placed)

    area = frame.area
    return Scene(
        area=Box(area.left + 1, area.bottom + 1, WIDTH - 1, area.top + 4),
        spots=pixels((point.x, point.y) for point in points),
        lines=tuple(pairwise(pixels(_frontier(scatter)))),
        radius=_MARK + 1,
    )
