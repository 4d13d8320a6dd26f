"""The plots' own font: how wide a text is, how it is drawn, and whether it can be written at all.

The font travels with the package, so that a plot looks the same on every machine. Text is written
as SVG here rather than by matplotlib: each glyph is outlined once a picture and used by reference,
which takes a tenth of the time and a third of the bytes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from pathlib import Path

from matplotlib.ft2font import FT2Font, LoadFlags

FONT = Path(__file__).parent.parent / "fonts" / "NotoSansSC-zoo.ttf"
"""Noto Sans SC, cut down to Latin and the 3,755 commonest Chinese characters."""
_EM = 1000
"""Units of the outlines in the height of the font."""
_MOVE, _LINE, _CURVE, _CUBIC = 1, 2, 3, 4
_SIGNS = {_MOVE: ("M", 1), _LINE: ("L", 1), _CURVE: ("Q", 2), _CUBIC: ("C", 3)}
"""By matplotlib's code of a segment: its letter in SVG, and how many points it takes."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One line of text in a picture; pixels, y downwards, to the baseline."""

    x: float
    y: float
    text: str
    color: str
    size: float


@dataclass(frozen=True, slots=True)
class _Glyph:
    outline: str
    advance: float
    right: float
    """Where its ink ends."""


def text_width(text: str, *, size: float) -> float:
    """Width of one line of text, in points, up to the ink of its last letter."""
    shown = text.rstrip()
    if not shown.strip():
        return 0.0
    advances = sum(_glyph(letter).advance for letter in shown[:-1])
    return (advances + _glyph(shown[-1]).right) * size / _EM


def lettered(lines: Sequence[Line]) -> str:
    """Lines of text as SVG: the outline of every glyph once, then where each stands."""
    letters = dict.fromkeys(letter for line in lines for letter in line.text)
    outlines = "".join(
        f'<path id="{_name(letter)}" d="{_glyph(letter).outline}"/>\n'
        for letter in letters
        if _glyph(letter).outline
    )
    return f"<defs>\n{outlines}</defs>\n" + "".join(map(_written, lines))


def missing_glyphs(text: str) -> str:
    """The characters of a text that the font lacks, each once."""
    font = _font()
    return "".join(dict.fromkeys(one for one in text if font.get_char_index(ord(one)) == 0))


def _written(line: Line) -> str:
    scale = line.size / _EM
    starts = accumulate((_glyph(letter).advance for letter in line.text), initial=0.0)
    placed = zip(line.text, starts, strict=False)
    glyphs = "".join(
        f'<use href="#{_name(letter)}" x="{start:.0f}"/>'
        for letter, start in placed
        if _glyph(letter).outline
    )
    way = f"translate({line.x:.2f} {line.y:.2f}) scale({scale:.4g} {-scale:.4g})"
    return f'<g style="fill: {line.color}" transform="{way}">{glyphs}</g>\n'


def _name(letter: str) -> str:
    return f"u{ord(letter):x}"


@cache
def _glyph(letter: str) -> _Glyph:
    font = _font()
    glyph = font.load_char(ord(letter), flags=LoadFlags.NO_HINTING)
    points, codes = font.get_path()
    right = max((point[0] for point in points), default=0.0)
    outline, at = [], 0
    while at < len(codes):
        sign, count = _SIGNS.get(int(codes[at]), ("Z", 1))
        shown = (
            "" if sign == "Z" else " ".join(f"{x:.0f} {y:.0f}" for x, y in points[at : at + count])
        )
        outline.append(sign + shown)
        at += count
    advance = glyph.linearHoriAdvance / 65536
    return _Glyph("".join(outline), advance, float(right))


@cache
def _font() -> FT2Font:
    font = FT2Font(str(FONT))
    font.set_size(_EM, 72)
    return font
