"""Sentences before they are put into a language, and numbers as every language prints them.

Knows the keys of labels, not their words.
"""

from dataclasses import dataclass
from math import floor, isfinite, log10
from typing import TypeAlias

from catalogue.entry import Figure, Text

GIGA, MEGA, KILO = 1e9, 1e6, 1e3
_LEAST = 0.0005
MEBIBYTE = 2**20
EVERY = 12
"""Decimals that keep every digit any source prints."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ModelRef:
    """A model to be named, and linked to where the page can."""

    id: str
    title: Text


Value: TypeAlias = "str | int | Text | ModelRef | Said | tuple[Value, ...]"
"""What a sentence may be filled with; a tuple is an enumeration."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """A sentence without a language: the key of its label, and what fills the label's gaps."""

    key: str
    values: tuple[tuple[str, Value], ...] = ()


def say(key: str, **values: Value) -> Said:
    """A sentence of a label and the values for its gaps."""
    return Said(key=key, values=tuple(values.items()))


def significant(value: float, digits: int = 4) -> str:
    """A number with so many significant digits, never in exponent form: `16.01`, `2.834`.

    What is printed is printed alike once more: 99.96 is `100` in three digits, not `100.0`.
    """
    if value == 0:
        return "0"
    decimals = digits - 1 - floor(log10(abs(float(f"{value:.{digits - 1}e}"))))
    return f"{value:.{max(0, decimals)}f}"


def scientific(value: float) -> str:
    """A number by its magnitude: `0.83`, `3.2×10⁻⁴`; `0` for none at all, `∞` for no number."""
    if not isfinite(value):
        return "∞"
    if value == 0 or abs(value) >= _PLAIN:
        return significant(value, 2)
    mantissa, _, power = f"{value:.1e}".partition("e")
    return f"{mantissa}×10{str(int(power)).translate(_RAISED)}"


_PLAIN = 0.01
_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def in_giga(count: float) -> str:
    """A count in units of 10^9."""
    return significant(count / GIGA)


def in_mega(count: float) -> str:
    """A count in units of 10^6."""
    return significant(count / MEGA)


def in_mebibytes(count: float) -> str:
    """Bytes in units of 2^20."""
    return significant(count / MEBIBYTE)


def scaled(count: float) -> str:
    """A count with three digits and the prefix that fits it: `1.23 G`, `2.69 M`, `9.5 k`."""
    for unit, prefix in ((GIGA, "G"), (MEGA, "M"), (KILO, "k")):
        if count >= unit:
            return f"{significant(count / unit, 3)} {prefix}"
    return f"{count:g}"


def percent(share: float) -> str:
    """A share in percent; what is more than nothing never reads as nothing."""
    return "<0.1" if 0 < share < _LEAST else f"{100 * share:.1f}"


def milliseconds(value: float) -> str:
    """Milliseconds with the three digits a timing is good for."""
    return significant(value, 3)


def points(value: float) -> str:
    """A difference of percentages, without sign."""
    return f"{abs(value):.2f}"


def top(value: float) -> str:
    """An accuracy in percent, to the single image in 50,000."""
    return f"{value:.3f}"


def times(ratio: float) -> str:
    """A ratio: `1.28`."""
    return f"{ratio:.2f}"


def percent_off(off: float) -> str:
    """A signed relative deviation in percent: `+28.6`, `−4.7`, `+0.04`."""
    size = abs(100 * off)
    digits = 1 if size >= 1 else min(4, max(1, 1 - floor(log10(size)))) if size else 0
    sign = "+" if off >= 0 else "−"
    return f"{sign}{size:.{digits}f}"


def printed(figure: Figure, unit: float = 1.0, *, most: int = EVERY) -> str:
    """A reported figure in a unit, with no more digits than its source gave.

    Args:
        figure: The figure.
        unit: How much of the figure's own unit one printed unit is: 1e9 for G.
        most: The largest number of decimals.
    """
    finest = -floor(log10(figure.resolution / unit) + 1e-9) if figure.resolution > 0 else most
    decimals = max(0, min(most, finest))
    return f"{figure.value / unit:.{decimals}f}"


def grouped(count: int) -> str:
    """A whole count with commas between thousands."""
    return f"{count:,}"


def by(size: tuple[int, int]) -> str:
    """Height and width of an image: `224×224`."""
    return f"{size[0]}×{size[1]}"
