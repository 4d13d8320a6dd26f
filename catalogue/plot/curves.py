"""Lines over the batch size as SVG within a page: its colours and letters are the page's own.

Needs no script and no drawing library, so that a page of many costs nothing to speak of; styles
are in `charts.css`. Draws what it is given. Knows nothing of entries, records or pages.
"""

from dataclasses import dataclass
from html import escape
from math import log10

from catalogue.plot.ticks import log_ticks, tick_texts

WIDTH, HEIGHT = 400, 236
_LEFT, _RIGHT, _TOP, _BOTTOM = 42, 10, 20, 38
_PAINTS = 6
_ROOM = 0.06
"""Of the height, above the highest and below the lowest spot."""
_CLOSE = 26.0
"""Pixels from one batch size to the next below which not both are written."""
MARKS = (
    "m-3.6 0a3.6 3.6 0 1 0 7.2 0 3.6 3.6 0 1 0-7.2 0z",
    "m0-4.6l4.6 4.6-4.6 4.6-4.6-4.6z",
    "m-3.3-3.3h6.6v6.6h-6.6z",
    "m0-4.3l4.2 7.5h-8.4z",
    "m0 4.3l4.2-7.5h-8.4z",
    "m-1.4-4.2h2.8v2.8h2.8v2.8h-2.8v2.8h-2.8v-2.8h-2.8v-2.8h2.8z",
    "m-4.2-2l2.2-2.2 2 2 2-2 2.2 2.2-2 2 2 2-2.2 2.2-2-2-2 2-2.2-2.2 2-2z",
)
"""Outlines of the marks, from where the pen stands, so that lines differ in more than colour."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One line with its spots."""

    name: str
    spots: tuple[tuple[int, float], ...]
    """(batch size, value), both above 0."""
    paint: int = 0
    """The number of its colour and mark."""
    bound: bool = False
    """Drawn dashed and without marks."""
    hollow: frozenset[int] = frozenset()
    """Batch sizes whose marks are outlines."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Lines:
    """What a picture shows."""

    lines: tuple[Line, ...]
    """At least one."""
    x_label: str
    y_label: str
    """With its unit."""
    alt: str


@dataclass(frozen=True, kw_only=True, slots=True)
class _Scale:
    """Where values stand, in pixels."""

    batches: tuple[int, ...]
    low: float
    high: float

    def x(self, batch: int) -> float:
        first, last = log10(self.batches[0]), log10(self.batches[-1])
        share = (log10(batch) - first) / (last - first) if last > first else 0.5
        return _LEFT + 10 + share * (WIDTH - _LEFT - _RIGHT - 20)

    def y(self, value: float) -> float:
        share = (log10(value) - log10(self.low)) / (log10(self.high) - log10(self.low))
        return HEIGHT - _BOTTOM - share * (HEIGHT - _TOP - _BOTTOM)


def draw_curves(lines: Lines) -> str:
    """Draw lines over the batch size.

    Args:
        lines: The lines and their words.

    Returns:
        An `<svg>` element, the same bytes for the same input; all text in it is escaped.

    Raises:
        ValueError: there is no spot, or one that has no place on logarithmic axes.
    """
    scale = _scale(lines)
    frame = f'class="zoo-curves" viewBox="0 0 {WIDTH} {HEIGHT}" role="img"'
    parts = [f'<svg {frame} aria-label="{escape(lines.alt)}">', *_grid(scale, lines)]
    for line in lines.lines:
        parts.extend(_drawn(line, scale))
    return "".join((*parts, "</svg>"))


def key_mark(number: int, *, bound: bool = False, hollow: bool = False) -> str:
    """The sign of a line, for the legend beside the picture; hollow: of such marks of any line."""
    outline = ' class="zoo-hollow"' if hollow else ""
    dot = "" if bound else f'<path{outline} d="{_mark(number)}"/>'
    paint = "zoo-paint-6" if hollow else _paint(number, bound=bound)
    return (
        f'<svg class="zoo-key {paint}" viewBox="-11 -6 22 12" '
        f'aria-hidden="true"><path d="M-10 0H10"/>{dot}</svg>'
    )


def _scale(lines: Lines) -> _Scale:
    spots = [spot for line in lines.lines for spot in line.spots]
    if not spots or min(min(spot) for spot in spots) <= 0:
        message = "lines over the batch size need spots, all of them above 0"
        raise ValueError(message)
    values = [value for _, value in spots]
    span = max(log10(max(values)) - log10(min(values)), 0.15)
    middle = (log10(max(values)) + log10(min(values))) / 2
    reach = span * (0.5 + _ROOM)
    return _Scale(
        batches=tuple(sorted({batch for batch, _ in spots})),
        low=10 ** (middle - reach),
        high=10 ** (middle + reach),
    )


def _grid(scale: _Scale, lines: Lines) -> list[str]:
    right, bottom = WIDTH - _RIGHT, HEIGHT - _BOTTOM
    ticks = log_ticks(scale.low, scale.high)
    heights = [round(scale.y(tick)) for tick in ticks]
    texts = zip(heights, tick_texts(ticks, even=False), strict=True)
    return [
        '<g class="zoo-grid"><path d="',
        *(f"M{_LEFT} {y}H{right}" for y in heights),
        f'"/><path class="zoo-grid__base" d="M{_LEFT} {bottom}H{right}"/><g class="zoo-grid__y">',
        *(f'<text x="{_LEFT - 6}" y="{y + 4}">{text}</text>' for y, text in texts),
        '</g><g class="zoo-grid__x">',
        *(
            f'<text x="{scale.x(batch):.0f}" y="{bottom + 16}">{batch}</text>'
            for batch in _written(scale)
        ),
        f'<text x="{(_LEFT + right) / 2:.0f}" y="{HEIGHT - 5}">{escape(lines.x_label)}</text></g>',
        f'<text x="2" y="11">{escape(lines.y_label)}</text></g>',
    ]


def _written(scale: _Scale) -> list[int]:
    """The batch sizes whose numbers keep clear of each other."""
    written: list[int] = []
    for batch in scale.batches:
        if not written or scale.x(batch) - scale.x(written[-1]) >= _CLOSE:
            written.append(batch)
    return written


def _drawn(line: Line, scale: _Scale) -> list[str]:
    spots = [f"{scale.x(batch):.4g} {scale.y(value):.4g}" for batch, value in line.spots]
    parts = [
        f'<g class="{_paint(line.paint, bound=line.bound)}"><title>{escape(line.name)}</title>',
        f'<path d="M{"L".join(spots)}"/>',
    ]
    if not line.bound:
        parts.extend(_marks(line, spots))
    return [*parts, "</g>"]


def _marks(line: Line, spots: list[str]) -> list[str]:
    """One path for filled marks, and one for outlines; empty ones are left out."""
    mark = _mark(line.paint)
    drawn: tuple[list[str], list[str]] = ([], [])
    for (batch, _), spot in zip(line.spots, spots, strict=True):
        drawn[batch in line.hollow].append(f"M{spot}{mark}")
    looks = ("", ' class="zoo-hollow"')
    paths = zip(looks, drawn, strict=True)
    return [f'<path{look} d="{"".join(ways)}"/>' for look, ways in paths if ways]


def _paint(number: int, *, bound: bool) -> str:
    return "zoo-paint-6 zoo-bound" if bound else f"zoo-paint-{number % _PAINTS}"


def _mark(number: int) -> str:
    return MARKS[number % len(MARKS)]
