"""Numbers as people print them."""

import re
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogue.read.numbers import (
    byte_factor,
    count_shift,
    narrow,
    printed_number,
    says_nothing,
    shown,
)


@pytest.mark.parametrize(
    ("text", "value", "resolution", "unit"),
    [
        ("20586274792", 20586274792.0, 1.0, ""),
        ("79.8", 79.8, 0.1, ""),
        ("79.80%", 79.8, 0.01, "%"),
        (" 86.92 M ", 86.92, 0.01, "M"),
        ("1,013.01", 1013.01, 0.01, ""),
        ("1_000_000", 1000000.0, 1.0, ""),
        ("1.5e9", 1.5e9, 1e8, ""),
        ("-3", -3.0, 1.0, ""),
        (".5", 0.5, 0.1, ""),
        ("79.", 79.0, 1.0, ""),
        ("23.5 GFLOPs", 23.5, 0.1, "GFLOPs"),
        ("017", 17.0, 1.0, ""),
    ],
)
def test_a_number_has_the_value_resolution_and_unit_it_was_printed_with(
    text: str, value: float, resolution: float, unit: str
) -> None:
    printed = printed_number(text)
    assert printed.value() == value
    assert printed.resolution() == resolution
    assert printed.unit == unit


def test_a_unit_shifts_the_digits_without_rounding_twice() -> None:
    printed = printed_number("20.6 G")
    assert printed.value(9) == 20_600_000_000
    assert printed.resolution(9) == 100_000_000


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("80,16%", "'80,16%' has a decimal comma; write '80.16%'"),
        ("１６．０９Ｇ", "'１６．０９Ｇ' has full-width characters; write '16.09G'"),
        (".nan", "'.nan' is not a finite number; leave it out where there is none"),
        ("-inf", "'-inf' is not a finite number; leave it out where there is none"),
        ("1e400", "'1e400' is too large for a number; expected a smaller exponent"),
        (
            "58.17/87.00/69.30",
            "'58.17/87.00/69.30' is 3 numbers, expected one; give each its own name",
        ),
        ("~79.8", "'~79.8' is no exact number; write '79.8' if it is meant"),
        ("25 557 032", "'25 557 032' groups its digits; write '25557032'"),
        ("25'557'032", "'25'557'032' groups its digits; write '25557032'"),
        ("1,00,000", "'1,00,000' groups its digits; write '100000'"),
        ("8O.1", "'8O.1' is no number"),
        ("", "'' is no number"),
        ("1" * 31, f"'{'1' * 31}' has 31 digits; expected at most 30"),
    ],
)
def test_what_is_no_number_is_said_with_what_was_meant(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        printed_number(text)


@pytest.mark.parametrize(
    ("unit", "meaning"),
    [
        ("", (0, "")),
        ("k", (3, "")),
        ("M", (6, "")),
        ("GFLOPs", (9, "flops")),
        ("GMACs", (9, "macs")),
        ("MMac", (6, "macs")),
        ("M params", (6, "params")),
        ("B", (9, "")),
        ("million", (6, "")),
        ("T", (12, "")),
    ],
)
def test_a_count_s_unit_says_the_power_of_ten_and_what_is_counted(
    unit: str, meaning: tuple[int, str]
) -> None:
    assert count_shift(unit) == meaning


def test_a_unit_that_counts_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="unit 'ms' is none of a count; expected k, M, G or T"):
        count_shift("ms")


@pytest.mark.parametrize(
    ("unit", "factor"),
    [("", 1), ("B", 1), ("KB", 1000), ("KiB", 1024), ("MB", 10**6), ("GiB", 2**30), ("ms", None)],
)
def test_a_size_s_unit_is_decimal_unless_it_says_binary(unit: str, factor: int | None) -> None:
    assert byte_factor(unit) == factor


@pytest.mark.parametrize("text", ["-", "N/A", "TBD", "", "none", "?"])
def test_placeholders_say_nothing(text: str) -> None:
    assert says_nothing(text)


def test_long_texts_are_cut_in_messages() -> None:
    assert shown("x" * 1000) == "'" + "x" * 59 + "…'"
    assert shown("two\nlines") == "'two lines'"


def test_full_width_forms_become_ascii() -> None:
    assert narrow("ＧＦＬＯＰｓ：１２％") == "GFLOPs:12%"


@given(st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=0, max_value=10**9))
def test_any_decimal_is_read_back_as_itself(number: object) -> None:
    assert printed_number(f"{number}").value() == float(f"{number}")


@given(st.text(max_size=40))
def test_any_text_is_a_number_or_a_value_error(text: str) -> None:
    with suppress(ValueError):
        assert printed_number(text).resolution() > 0
