"""The plots' own font: how wide a text is, and whether it can be written at all.

The font travels with the package, so that a plot looks the same on every machine.
"""

from functools import cache
from pathlib import Path

from matplotlib.font_manager import FontProperties
from matplotlib.ft2font import FT2Font
from matplotlib.textpath import TextPath

FONT = Path(__file__).parent / "fonts" / "NotoSansSC-zoo.ttf"
"""Noto Sans SC, cut down to Latin and the 3,755 commonest Chinese characters."""


def letters(size: float) -> FontProperties:
    """The font at a size in points."""
    return FontProperties(fname=FONT, size=size)


@cache
def text_width(text: str, *, size: float) -> float:
    """Width of one line of text, in points, up to the ink of its last letter."""
    if not text.strip():
        return 0.0
    return float(TextPath((0, 0), text, prop=letters(size)).get_extents().x1)


def missing_glyphs(text: str) -> str:
    """The characters of a text that the font lacks, each once."""
    font = _glyphs()
    return "".join(dict.fromkeys(one for one in text if font.get_char_index(ord(one)) == 0))


@cache
def _glyphs() -> FT2Font:
    return FT2Font(str(FONT))
