"""The plots' own font: how wide a text is, how it is drawn, and whether it can be written at all.

The font travels with the package, so that a plot looks the same on every machine. Text is written
as SVG here rather than by matplotlib: each glyph is outlined once a picture, what several names
have in common is put together once, and both are used by reference.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate, groupby
from pathlib import Path

from matplotlib.ft2font import FT2Font, LoadFlags

FONT = Path(__file__).parent.parent / "fonts" / "NotoSansSC-zoo.ttf"
"""Noto Sans SC, cut down to Latin and the 3,755 commonest Chinese characters."""
_EM = 1000
"""Units of the font's own outlines in its height."""
_FINE = 250
"""Units of the outlines that are written: at the plots' size, a twentieth of a pixel."""
_MOVE, _LINE, _CURVE, _CUBIC = 1, 2, 3, 4
_SIGNS = {_MOVE: ("m", 1), _LINE: ("l", 1), _CURVE: ("q", 2), _CUBIC: ("c", 3)}
"""By matplotlib's code of a segment: its letter in SVG, and how many points it takes."""
_WORDS = re.compile(r"[^\W\d_]+|\d+|.", re.DOTALL)
_OFTEN = 3
"""Times a part of a name has to occur before it is worth a definition."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One line of text in a picture; pixels, y downwards, to the baseline."""

    x: float
    y: float
    text: str
    look: str
    """The class of its colour."""


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


def lettered(lines: Sequence[Line], *, size: float) -> str:
    """Lines of text as SVG: outlines and common parts once, then where each stands."""
    common = _common(line.text for line in lines)
    split = [(line, tuple(_pieces(line.text, common))) for line in lines]
    long = dict.fromkeys(piece for _, pieces in split for piece in pieces if len(piece) > 1)
    names = {piece: f"w{at}" for at, piece in enumerate(long)}
    parts = "".join(f'<g id="{name}">{_uses(piece)}</g>\n' for piece, name in names.items())
    scale = size / _FINE
    written = "".join(_colored(split, names, scale))
    outlines = _outlines(dict.fromkeys(letter for line in lines for letter in line.text))
    return f'<defs>\n{outlines}{parts}</defs>\n<g transform="scale({scale:.4g})">\n{written}</g>\n'


def missing_glyphs(text: str) -> str:
    """The characters of a text that the font lacks, each once."""
    font = _font()
    return "".join(dict.fromkeys(one for one in text if font.get_char_index(ord(one)) == 0))


def _common(texts: Iterable[str]) -> frozenset[str]:
    """Runs of whole words and numbers, two letters or more, that many texts have in common."""
    counts: Counter[str] = Counter()
    for text in texts:
        words = _WORDS.findall(text)
        for first in range(len(words)):
            counts.update(accumulate(words[first:]))
    return frozenset(one for one, count in counts.items() if count >= _OFTEN and len(one) > 1)


def _pieces(text: str, common: frozenset[str]) -> Iterator[str]:
    """A text in common parts, the longest first, and single letters."""
    words = _WORDS.findall(text)
    at = 0
    while at < len(words):
        runs = list(accumulate(words[at:]))
        taken = next((count for count in range(len(runs), 0, -1) if runs[count - 1] in common), 0)
        if taken:
            yield runs[taken - 1]
        else:
            yield from words[at]
        at += taken or 1


def _outlines(letters: Iterable[str]) -> str:
    drawn = ((letter, _glyph(letter).outline) for letter in letters)
    return "".join(f'<path id="{_name(one)}" d="{way}"/>\n' for one, way in drawn if way)


def _colored(
    split: Sequence[tuple[Line, Sequence[str]]], names: Mapping[str, str], scale: float
) -> Iterator[str]:
    """The lines of each colour in one group."""
    by_look = sorted(split, key=_look)
    for look, alike in groupby(by_look, key=_look):
        placed = "".join(_placed(line, pieces, names, scale) for line, pieces in alike)
        yield f'<g class="{look}">{placed}</g>\n'


def _look(one: tuple[Line, Sequence[str]]) -> str:
    return one[0].look


def _placed(line: Line, pieces: Sequence[str], names: Mapping[str, str], scale: float) -> str:
    """The pieces of a line, each at its place in units of the outlines."""
    left, y = line.x / scale, round(line.y / scale)
    uses = []
    for piece in pieces:
        if piece in names or _glyph(piece).outline:
            uses.append(f'<use href="#{names.get(piece) or _name(piece)}" x="{left:.0f}" y="{y}"/>')
        left += _advance(piece)
    return "".join(uses)


def _uses(piece: str) -> str:
    starts = accumulate((_advance(letter) for letter in piece), initial=0.0)
    return "".join(
        f'<use href="#{_name(letter)}" x="{start:.0f}"/>'
        for letter, start in zip(piece, starts, strict=False)
        if _glyph(letter).outline
    )


def _advance(piece: str) -> float:
    return sum(_glyph(letter).advance for letter in piece) * _FINE / _EM


def _name(letter: str) -> str:
    return f"u{ord(letter):x}"


@cache
def _glyph(letter: str) -> _Glyph:
    font = _font()
    glyph = font.load_char(ord(letter), flags=LoadFlags.NO_HINTING)
    points, codes = font.get_path()
    right = max((point[0] for point in points), default=0.0)
    fine = [(round(x * _FINE / _EM), round(-y * _FINE / _EM)) for x, y in points]
    advance = glyph.linearHoriAdvance / 65536
    return _Glyph(_outline(fine, [int(code) for code in codes]), advance, float(right))


def _outline(points: Sequence[tuple[int, int]], codes: Sequence[int]) -> str:
    """A way of steps from where the last ended: they have fewer digits than places."""
    outline, at, pen, begun, bend = [], 0, (0, 0), (0, 0), None
    while at < len(codes):
        sign, count = _SIGNS.get(codes[at], ("z", 1))
        spots = points[at : at + count]
        smooth = sign == "q" and bend is not None and _near(spots[0], _mirrored(bend, pen))
        if sign == "z":
            outline.append(sign)
            pen, bend = begun, None
        elif smooth and bend is not None:
            outline.append(_step("t", pen, spots[1:]))
            bend, pen = _mirrored(bend, pen), spots[1]
        else:
            outline.append(_step(sign, pen, spots))
            pen, bend = spots[-1], spots[0] if sign == "q" else None
            begun = pen if sign == "m" else begun
        at += count
    return "".join(outline)


def _mirrored(bend: tuple[int, int], pen: tuple[int, int]) -> tuple[int, int]:
    """Where the next curve bends that goes on as the last one ended: `t` of SVG takes it so."""
    return 2 * pen[0] - bend[0], 2 * pen[1] - bend[1]


def _near(one: tuple[int, int], other: tuple[int, int]) -> bool:
    """Whether two places are one but for rounding."""
    return max(abs(one[0] - other[0]), abs(one[1] - other[1])) <= 1


def _step(sign: str, pen: tuple[int, int], spots: Sequence[tuple[int, int]]) -> str:
    steps = [step for x, y in spots for step in (x - pen[0], y - pen[1])]
    if sign == "l" and 0 in steps:
        return f"v{steps[1]}" if steps[0] == 0 else f"h{steps[0]}"
    return sign + " ".join(map(str, steps)).replace(" -", "-")


@cache
def _font() -> FT2Font:
    font = FT2Font(str(FONT))
    font.set_size(_EM, 72)
    return font
