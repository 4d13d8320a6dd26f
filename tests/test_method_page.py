"""The page on the method says what the code does: its numbers are the constants."""

import re

import pytest
from conftest import ROOT

from catalogue.measure import clocks
from catalogue.measure.disturbance import Limits
from catalogue.measure.protocol import Protocol
from catalogue.measure.timing import Budget
from catalogue.page.verdict import FILE_TOLERANCE, FLOPS_TOLERANCE, TOP_MATCH, TOP_NEAR

NUMBERS = {2: ("two", "两"), 3: ("three", "三"), 4: ("four", "四"), 5: ("five", "五")}


def prose(language: str) -> str:
    """The page with one kind of blank, and none before a percent sign."""
    page = (ROOT / "docs" / language / "method.md").read_text(encoding="utf-8")
    return re.sub(r"\s+%", "%", re.sub(r"\s+", " ", page))


def share(value: float) -> str:
    return f"{100 * value:g}%"


def sentence(page: str, *about: str) -> str:
    """The only sentence, line of a list or paragraph that has all these words."""
    found = [
        one
        for one in re.split(r"(?<=[.。])(?!\d)\s?|\s[-#] ", page)
        if all(w in one for w in about)
    ]
    assert len(found) == 1, (about, found)
    return found[0]


@pytest.mark.parametrize(
    ("language", "about", "number"),
    [
        ("en", ("untimed", "windows"), share(Budget().steady)),
        ("zh", ("预热", "窗口"), share(Budget().steady)),
        ("en", ("interval of their median",), f"±{share(Budget().narrow)}"),
        ("zh", ("中位数的", "置信区间"), f"±{share(Budget().narrow)}"),
        ("en", ("fresh processes", "by default"), NUMBERS[Protocol().processes][0]),
        ("zh", ("全新进程", "默认"), NUMBERS[Protocol().processes][1]),
        ("en", ("medians of the three",), share(Protocol().spread)),
        ("zh", ("三个进程的中位数",), share(Protocol().spread)),
        ("en", ("going by the longest so far",), f"{Protocol().run_s:g} s for each precision"),
        ("zh", ("最长的进程估计",), f"每种数据类型 {Protocol().run_s:g} 秒"),
        ("en", ("no further batch size",), f"taken {Protocol().hurry_s:g} s"),
        ("zh", ("不再开始下一个批大小",), f"已耗时 {Protocol().hurry_s:g} 秒"),
        ("en", ("disturbed twice after",), f"after {Protocol().give_up_s:g} s"),
        ("zh", ("受过两次干扰",), f"超过 {Protocol().give_up_s:g} 秒"),
        ("en", ("up to seven",), "seven" if Protocol().most == 7 else "changed"),
        ("en", ("A block is thrown away",), share(Limits().foreign)),
        ("zh", ("该段作废",), share(Limits().foreign)),
        ("en", ("A block is thrown away",), share(Limits().waiting)),
        ("zh", ("该段作废",), share(Limits().waiting)),
        ("en", ("The block is thrown away",), f"below {share(clocks._LOW)} of the highest"),
        ("zh", ("该段同样作废",), f"最高值的 {share(clocks._LOW)}"),
        ("en", ("The block is thrown away",), f"more than {clocks._BUSY_PERCENT}% of it"),
        ("zh", ("该段同样作废",), f"占用超过 {clocks._BUSY_PERCENT}%"),
        ("en", ("may be off", "counters differ"), f"further {share(FLOPS_TOLERANCE)}"),
        ("zh", ("激活数", "出入"), f"另加 {share(FLOPS_TOLERANCE)}"),
        ("en", ("confirmed within",), f"confirmed within {TOP_MATCH:.2f} points"),
        ("zh", ("为属实",), f"相差 {TOP_MATCH:.2f} 个百分点以内为属实"),
        ("en", ("confirmed within",), f"near within {TOP_NEAR:.2f}"),
        ("zh", ("为属实",), f"{TOP_NEAR:.2f} 以内为接近"),
        ("en", ("File sizes",), f"off by {share(FILE_TOLERANCE)}"),
        ("zh", ("文件大小",), f"允许 {share(FILE_TOLERANCE)} 的出入"),
    ],
)
def test_a_number_on_the_page_is_the_constant(
    language: str, about: tuple[str, ...], number: str
) -> None:
    assert number in sentence(prose(language), *about)
