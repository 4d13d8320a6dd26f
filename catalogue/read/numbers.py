"""Numbers as people print them: digits, exponent and unit from the raw text.

Pure functions over text. Knows nothing of YAML, entries or places.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

MOST_DIGITS = 30
"""Longer integers are damage, and cost quadratic time to convert."""
_SHOWN_CHARACTERS = 60
_LONGEST_NUMBER = 500
"""With its unit; asking what a longer text was meant as takes quadratic time."""

_NUMBER = re.compile(
    r"(?P<sign>[+-]?)(?P<whole>\d[\d,_]*|)(?:\.(?P<part>\d[\d_]*|))?"
    r"(?:[eE](?P<exponent>[+-]?\d{1,4}))?\s*(?P<unit>[^\d\s.,+-]\D*|)",
    re.ASCII | re.DOTALL,
)
_GROUPED = re.compile(r"[1-9]\d{0,2}(,\d{3})+", re.ASCII)
_DECIMAL_COMMA = re.compile(r"([+-]?\d+),(\d+)\s*(\D*)", re.ASCII)
_LOOSELY_GROUPED = re.compile(
    r"\d{1,3}(?:[ '\u00a0]\d{3})+(?:\.\d+)?|\d{1,2}(?:,\d{2})*,\d{3}", re.ASCII
)
_ABOUT = re.compile(r"(?:[~≈<>≤≥]|about|ca\.|approx\.?)\s*(\d[\d.]*\s*[A-Za-z%]*)")
_NOT_FINITE = re.compile(r"[+-]?\.?(nan|inf|infinity)%?", re.IGNORECASE)
_ABSENT = frozenset(
    {"", "-", "--", "—", "n/a", "na", "none", "null", "tbd", "todo", "?", "unknown", "<>"}
)
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}

_COUNT_UNIT = re.compile(
    r"(?P<prefix>[kmgbtp]|thousand|million|billion|trillion|)[\s-]*"
    r"(?P<word>flops?|flop/s|macs?|macc|mult-?adds?|madds?|params?|parameters?|)",
    re.IGNORECASE,
)
_COUNT_EXPONENTS = {
    "": 0,
    "k": 3,
    "m": 6,
    "g": 9,
    "b": 9,
    "t": 12,
    "p": 15,
    "thousand": 3,
    "million": 6,
    "billion": 9,
    "trillion": 12,
}
_BYTE_UNIT = re.compile(r"(?P<prefix>[kmgt]?)(?P<binary>i?)(?:b|bytes?|)", re.IGNORECASE)
_BYTE_POWERS = {"": 0, "k": 1, "m": 2, "g": 3, "t": 4}


@dataclass(frozen=True, kw_only=True, slots=True)
class Printed:
    """A number as it was printed."""

    digits: str
    """Sign, digits and point: `20.6`."""
    exponent: int
    unit: str
    """What stands behind the digits, stripped."""

    def value(self, shift: int = 0) -> float:
        """The number times 10**shift, rounded once."""
        return float(f"{self.digits}e{self.exponent + shift}")

    def resolution(self, shift: int = 0) -> float:
        """One unit in the last printed digit, times 10**shift."""
        decimals = len(self.digits.partition(".")[2])
        return float(f"1e{self.exponent + shift - decimals}")


def shown(text: str, *, most: int = _SHOWN_CHARACTERS) -> str:
    """A text in quotes, cut to what one line bears, with nothing that a terminal obeys."""
    flat = " ".join(text[: 4 * most].split())
    if len(flat) > most:
        flat = flat[: most - 1] + "…"
    if not flat.isprintable():
        flat = "".join(one if one.isprintable() else "\ufffd" for one in flat)
    return f"'{flat}'"


def says_nothing(text: str) -> bool:
    """Whether a text stands for an absent value: `-`, `N/A`, `TBD`."""
    return text.strip().casefold() in _ABSENT


def _is_narrow(text: str) -> bool:
    return text.isascii() or narrow(text) == text


def narrow(text: str) -> str:
    """A text with its full-width forms (１６．０９％：) replaced by ASCII."""
    return text.translate(_FULL_WIDTH)


def printed_number(text: str) -> Printed:
    """Read a number with whatever unit stands behind it.

    Raises:
        ValueError: the text is no single finite number; the message says what it is instead,
            and what was probably meant.
    """
    stripped = text.strip()
    if stripped.isdecimal() and stripped.isascii() and len(stripped) <= MOST_DIGITS:
        return Printed(digits=stripped, exponent=0, unit="")
    match = _NUMBER.fullmatch(stripped) if _is_narrow(stripped) else None
    if match is None or not (match["whole"] or match["part"]):
        raise ValueError(_why_no_number(stripped))
    whole, part = match["whole"], (match["part"] or "").replace("_", "")
    if "," in whole and not _GROUPED.fullmatch(whole):
        raise ValueError(_why_no_number(stripped))
    whole = whole.replace(",", "").replace("_", "")
    count = len(whole) + len(part)
    if count > MOST_DIGITS:
        message = f"{shown(stripped)} has {count} digits; expected at most {MOST_DIGITS}"
        raise ValueError(message)
    digits = f"{match['sign']}{whole or 0}" + (f".{part}" if part else "")
    number = Printed(
        digits=digits, exponent=int(match["exponent"] or 0), unit=match["unit"].strip()
    )
    if match["exponent"] and number.value(15) in (float("inf"), float("-inf")):
        message = f"{shown(stripped)} is too large for a number; expected a smaller exponent"
        raise ValueError(message)
    return number


@lru_cache(maxsize=256)
def count_shift(unit: str) -> tuple[int, str]:
    """What a count's unit means.

    Args:
        unit: `G`, `GFLOPs`, `M params`, `GMac`, or nothing.

    Returns:
        The power of ten, and what the unit says is counted: `flops`, `macs`, `params` or nothing.

    Raises:
        ValueError: the unit is none of a count.
    """
    match = _COUNT_UNIT.fullmatch(unit)
    if match is None:
        message = f"unit '{unit}' is none of a count; expected k, M, G or T"
        raise ValueError(message)
    word = match["word"].casefold()
    counted = "macs" if word.startswith("m") else "params" if word.startswith("p") else ""
    return _COUNT_EXPONENTS[match["prefix"].casefold()], "flops" if word[:1] == "f" else counted


@lru_cache(maxsize=256)
def byte_factor(unit: str) -> int | None:
    """How many bytes a unit of size is: KB is 1000, KiB 1024; None where it is none."""
    match = _BYTE_UNIT.fullmatch(unit)
    if match is None:
        return None
    power = _BYTE_POWERS[match["prefix"].casefold()]
    return int((1024 if match["binary"] else 1000) ** power)


def _why_no_number(text: str) -> str:
    if len(text) > _LONGEST_NUMBER:
        return f"{shown(text)} is {len(text)} characters long; expected one number"
    what = _what_instead(text)
    if what is not None:
        return f"{shown(text)} {what}"
    numbers = re.findall(r"\d+(?:\.\d+)?", text)
    if len(numbers) > 1 and re.fullmatch(r"[\d.\s,;/|%()-]+", text):
        return f"{shown(text)} is {len(numbers)} numbers, expected one; give each its own name"
    return f"{shown(text)} is no number"


def _what_instead(text: str) -> str | None:
    """What a text is that was meant as one number, and what to write."""
    narrowed = narrow(text)
    if narrowed != text:
        return f"has full-width characters; write {shown(narrowed)}"
    comma = _DECIMAL_COMMA.fullmatch(text)
    if comma:
        return f"has a decimal comma; write {shown(f'{comma[1]}.{comma[2]}{comma[3]}')}"
    if _NOT_FINITE.fullmatch(text):
        return "is not a finite number; leave it out where there is none"
    if _LOOSELY_GROUPED.fullmatch(text):
        return f"groups its digits; write {shown(re.sub(r'[^0-9.]', '', text))}"
    about = _ABOUT.fullmatch(text)
    return f"is no exact number; write {shown(about[1])} if it is meant" if about else None
