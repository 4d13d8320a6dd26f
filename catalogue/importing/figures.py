"""Figures as values of the entry format, digit for digit as their source printed them.

Pure: the reverse of what the readers do with numbers and units.
"""

import re
from decimal import Decimal, InvalidOperation

from catalogue.entry import Figure, Json, Quantity, ReportedCost
from catalogue.importing.spell import Digits
from catalogue.read.numbers import printed_number

_PLAIN = re.compile(r"-?(0|[1-9]\d{0,17})(\.\d{1,17})?", re.ASCII)
_COUNTS = {"": 1, "k": 10**3, "M": 10**6, "G": 10**9, "T": 10**12}
_BYTES = {
    "B": 1,
    "KB": 10**3,
    "MB": 10**6,
    "GB": 10**9,
    "KiB": 2**10,
    "MiB": 2**20,
    "GiB": 2**30,
}
_IN_BYTES = (Quantity.WEIGHTS_BYTES, Quantity.PEAK_MEMORY_BYTES)


def plain(text: str) -> Json:
    """A text, without quotes in YAML where it is a number that loses nothing by it."""
    return Digits(text) if _PLAIN.fullmatch(text) else text


def cost_value(cost: ReportedCost) -> dict[str, Json]:
    """`Value` and `Unit` of a cost."""
    units = _BYTES if cost.quantity in _IN_BYTES else _COUNTS
    digits = _digits(cost.figure.text)
    for unit, factor in units.items():
        if digits is not None and float(Decimal(digits) * factor) == cost.figure.value:
            value: dict[str, Json] = {"Value": Digits(digits)}
            return value | ({"Unit": unit} if unit not in ("", "B") else {})
    return {"Value": Digits(f"{Decimal(repr(cost.figure.value)):f}")}


def time_value(figure: Figure) -> Json:
    """A latency in milliseconds, or a throughput."""
    digits = _digits(figure.text)
    if digits is not None and float(digits) == figure.value:
        return Digits(digits)
    return Digits(f"{_rounded(figure):f}")


def metric_value(figure: Figure) -> Json:
    """A metric: as it was written, or in percent where it was a fraction."""
    digits = _digits(figure.text)
    if digits is None:
        return Digits(f"{_rounded(figure):f}")
    if float(digits) == figure.value:
        return plain(figure.text.strip()) if _is_bare(figure.text) else f"{digits}%"
    if figure.resolution <= 1:
        return f"{_rounded(figure):f}%"
    return {"Value": Digits(digits), "Unit": "fraction"}


def _is_bare(text: str) -> bool:
    return _digits(text) == text.strip().removesuffix("%").strip()


def _rounded(figure: Figure) -> Decimal:
    return Decimal(repr(figure.value)).quantize(Decimal(repr(figure.resolution)).normalize())


def _digits(text: str) -> str | None:
    """The digits of a printed number, without unit and grouping."""
    number = re.split(r"\s*(?:±|\+/-|\+-|\()", text.strip())[0]
    try:
        printed = printed_number(number)
        Decimal(printed.digits)
    except (ValueError, InvalidOperation):
        return None
    return printed.digits if printed.exponent == 0 else None
