"""The index of the search: the same words in fewer bytes."""

import json
import re
from pathlib import Path

from catalogue.site.search import slim_index

SEPARATOR = "[\\s\u200b\u3000\\-、。，．？！；]+"
TEXT = (
    "<p>\u200b第\u200b 4 \u200b个\u200b系列\u200b，\u200b双通道\u200b网络\u200b。</p> "
    "a\u200b密集连接"
)


def slimmed(folder: Path, text: str) -> tuple[str, str]:
    """The file as it lies there afterwards, and the text that was put into it."""
    file = folder / "search" / "search_index.json"
    file.parent.mkdir()
    index = {"config": {"separator": SEPARATOR}, "docs": [{"location": "a.html", "text": text}]}
    file.write_text(json.dumps(index), encoding="utf-8")
    slim_index(folder)
    written = file.read_text(encoding="utf-8")
    return written, json.loads(written)["docs"][0]["text"]


def test_the_index_is_cut_into_the_same_words_as_before(tmp_path: Path) -> None:
    _, text = slimmed(tmp_path, TEXT)
    assert re.split(SEPARATOR, text) == re.split(SEPARATOR, TEXT)
    assert "\u200b双通道\u200b" not in text
    assert "双通道\u200b网络" in text
    assert "a\u200b密集连接" in text


def test_chinese_is_written_as_it_is(tmp_path: Path) -> None:
    written, _ = slimmed(tmp_path, TEXT)
    assert "密集连接" in written
    assert "\\u" not in written


def test_a_site_without_a_search_is_left_alone(tmp_path: Path) -> None:
    slim_index(tmp_path)
    assert not list(tmp_path.iterdir())
