"""The index of the search: parted into words, with names in all languages, in few bytes."""

import json
import re
from pathlib import Path

import pytest

from catalogue.site.search import SEPARATOR, Names, finish_index

TEXT = (
    "<p>\u200b第\u200b 4 \u200b个\u200b系列\u200b，\u200b双通道\u200b网络\u200b。</p> "
    "a\u200b密集连接"
)


def finished(folder: Path, text: str, title: str = "T", names: Names | None = None) -> str:
    """The file as it lies there afterwards."""
    file = folder / "search" / "search_index.json"
    file.parent.mkdir()
    docs = [
        {"location": "a.html", "title": title, "text": text},
        {"location": "a.html#b", "title": title, "text": text},
    ]
    index = {"config": {"separator": SEPARATOR, "fields": {"title": {"boost": 1}}}, "docs": docs}
    file.write_text(json.dumps(index), encoding="utf-8")
    finish_index(folder, {} if names is None else {"a.html": names})
    return file.read_text(encoding="utf-8")


def words(text: str) -> list[str]:
    return [word for word in re.split(SEPARATOR, text) if word]


def test_the_index_is_cut_into_the_same_words_as_before(tmp_path: Path) -> None:
    text = json.loads(finished(tmp_path, TEXT))["docs"][0]["text"]
    assert words(re.sub("<.*?>", " ", text)) == words(re.sub("<.*?>", " ", TEXT))
    assert "\u200b双通道\u200b" not in text
    assert "双通道\u200b网络" in text
    assert "a\u200b密集连接" in text


def test_chinese_is_written_as_it_is(tmp_path: Path) -> None:
    written = finished(tmp_path, TEXT)
    assert "密集连接" in written
    assert "\\u" not in written.partition('"docs"')[2]


def test_a_site_without_a_search_is_left_alone(tmp_path: Path) -> None:
    finish_index(tmp_path, {})
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("30.51 refuted (79.25%), 15.98.", ["30.51", "refuted", "79.25", "15.98"]),
        ("Dual Path Networks (DPN)", ["Dual", "Path", "Networks", "DPN"]),
        ("双通道\u200b网络（DPN）：30.51、16.09", ["双通道", "网络", "DPN", "30.51", "16.09"]),
        ("dpn68.mx_in1k timm:dpn68", ["dpn68", "mx", "in1k", "timm", "dpn68"]),
        ("a&lt;b 224×224", ["a", "b", "224", "224"]),
    ],
)  # fmt: skip
def test_words_are_parted_but_not_decimal_fractions(text: str, expected: list[str]) -> None:
    assert words(text) == expected


def test_a_page_is_found_by_names_that_are_not_its_title_and_its_sections_are_not(
    tmp_path: Path,
) -> None:
    names = Names(own=("DPN-131", "dpn131", "Dpn-131", "双通道网络 131"), kin=("DPN", "双通道网络"))
    index = json.loads(finished(tmp_path, "", "DPN-131", names))
    page, section = index["docs"]
    assert page["names"] == ["dpn131", "双通道\u200b网络 131"]
    assert page["kin"] == ["DPN", "双通道\u200b网络"]
    assert "names" not in section
    assert set(index["config"]["fields"]) == {"title", "names", "kin"}


def test_a_title_is_found_when_it_is_typed_as_one_word(tmp_path: Path) -> None:
    index = json.loads(finished(tmp_path, "", "Net 1.0 small", Names(own=("Net 1.0 small",))))
    assert index["docs"][0]["names"] == ["Net10small"]
