"""The pictures that others show of a link to the site: title, a few figures, the models as dots.

Drawn in grey levels that stand for colours, which keeps the files small and quick to make.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont, UnidentifiedImageError
from PIL.PngImagePlugin import PngInfo

from catalogue.plot.lettering import FONT

WIDTH, HEIGHT = 1200, 630
_DESCRIPTION = "Description"
"""Source: the keywords of PNG, https://www.w3.org/TR/png-3/#11keywords."""
_MARGIN = 72
_TEXT_WIDTH = 640
_PLOT = (780, 110, 1128, 460)
_TITLE, _BODY, _SMALL, _TINY = 64, 32, 28, 22
_GROUND, _DIM, _ACCENT, _SOFT, _INK = 0, 96, 160, 200, 255
"""Grey levels; `_palette` says which colours they are."""
_STOPS = ((_GROUND, (16, 26, 51)), (_ACCENT, (96, 160, 255)), (_INK, (255, 255, 255)))
_SHADES = 4
"""Bits of a shade: sixteen are enough for the rims of letters."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Preview:
    """What one picture shows."""

    title: str
    summary: str
    facts: tuple[str, ...]
    site: str
    alt: str
    """What is seen, for those who do not see it."""
    axes: tuple[str, str] = ("", "")
    """What dots are placed by: the cost, the accuracy."""
    dots: tuple[tuple[float, float, bool], ...] = ()
    """(cost, accuracy, on the frontier) of each model."""


def draw_preview(preview: Preview) -> bytes:
    """A picture as PNG that says what is seen, the same bytes for the same values."""
    grey = Image.new("L", (WIDTH, HEIGHT), _GROUND)
    pen = ImageDraw.Draw(grey)
    pen.rectangle((0, 0, WIDTH, 10), fill=_ACCENT)
    low = _write(pen, 56, _lines(preview.title, _TITLE, most=2), _TITLE)
    low = _write(pen, low + 16, _lines(preview.summary, _BODY, most=2), _BODY, ink=_SOFT)
    _write(pen, low + 24, preview.facts[:4], _SMALL, ink=_ACCENT)
    pen.text((_MARGIN, HEIGHT - 66), preview.site, fill=_SOFT, font=_font(_SMALL))
    if preview.dots:
        _scatter(pen, preview)
    levels = grey.point(lambda level: level >> _SHADES)
    picture = Image.frombytes("P", grey.size, levels.tobytes())
    picture.putpalette(_palette())
    file = BytesIO()
    said = PngInfo()
    said.add_itxt(_DESCRIPTION, preview.alt)
    picture.save(file, format="PNG", bits=_SHADES, pnginfo=said)
    return file.getvalue()


def description(picture: Path) -> str | None:
    """What is seen on a picture, where its file says so."""
    return _described(picture, picture.stat().st_mtime_ns)


@lru_cache(maxsize=256)
def _described(picture: Path, changed_ns: int) -> str | None:
    """Read once for all pages that show it, until it changes."""
    del changed_ns
    try:
        with Image.open(picture) as opened:
            said = opened.info.get(_DESCRIPTION)
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError):
        return None
    return str(said) if said else None


def _write(
    pen: ImageDraw.ImageDraw, top: float, lines: Sequence[str], size: int, *, ink: int = _INK
) -> float:
    """Write lines below each other, and give where the next could stand."""
    for line in lines:
        pen.text((_MARGIN, top), line, fill=ink, font=_font(size))
        top += 1.35 * size
    return top


def _lines(text: str, size: int, *, most: int) -> list[str]:
    """Text broken between words, or anywhere in Chinese, into lines that fit."""
    font, lines = _font(size), [""]
    for piece in _pieces(text):
        if font.getlength((lines[-1] + piece).rstrip()) <= _TEXT_WIDTH or not lines[-1]:
            lines[-1] += piece
        else:
            lines.append(piece.lstrip())
    shown = [line.rstrip() for line in lines[:most]]
    while shown and font.getlength(shown[-1]) > _TEXT_WIDTH:
        shown[-1] = shown[-1][:-2] + "…"
    if len(lines) > most:
        shown[-1] = shown[-1][:-1] + "…"
    return shown


def _pieces(text: str) -> Iterator[str]:
    word = ""
    for letter in text:
        if not letter.isascii() or letter == " ":
            yield from filter(None, (word, letter))
            word = ""
        else:
            word += letter
    yield word


def _scatter(pen: ImageDraw.ImageDraw, preview: Preview) -> None:
    """The models by cost and accuracy, those on the frontier joined."""
    left, top, right, bottom = _PLOT
    dots, (cost, gain) = preview.dots, preview.axes
    pen.line((left, top, left, bottom, right, bottom), fill=_DIM, width=3)
    pen.text((left, top - 40), gain, fill=_ACCENT, font=_font(_TINY))
    pen.text((right, bottom + 12), cost, fill=_ACCENT, font=_font(_TINY), anchor="ra")
    xs, ys = [x for x, _, _ in dots], [y for _, y, _ in dots]

    def place(x: float, y: float) -> tuple[float, float]:
        along = (x - min(xs)) / ((max(xs) - min(xs)) or 1)
        up = (y - min(ys)) / ((max(ys) - min(ys)) or 1)
        return (left + 24 + along * (right - left - 36), bottom - 24 - up * (bottom - top - 36))

    best = sorted(place(x, y) for x, y, on_frontier in dots if on_frontier)
    if len(best) > 1:
        pen.line(best, fill=_ACCENT, width=3)
    for x, y, on_frontier in dots:
        pen.circle(place(x, y), 9 if on_frontier else 6, fill=_INK if on_frontier else _DIM)


def _palette() -> list[int]:
    """The colours of the shades."""
    colours: list[int] = []
    for level in range(0, 256, 17):
        below, above = (_STOPS[0], _STOPS[1]) if level <= _ACCENT else (_STOPS[1], _STOPS[2])
        share = (level - below[0]) / (above[0] - below[0])
        colours += [round(a + share * (b - a)) for a, b in zip(below[1], above[1], strict=True)]
    return colours


@cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(FONT, size, layout_engine=ImageFont.Layout.BASIC)
