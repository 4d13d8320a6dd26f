"""Files as bytes: encodings, sizes, control characters, merges."""

from pathlib import Path

import pytest
from written import said, written

from catalogue.read import read_zoo
from catalogue.read.content import MOST_BYTES

INDEX = "Models:\n  - Name: 双通道\n  - Name: b\n"


def read_bytes(folder: Path, content: bytes) -> tuple[list[str], list[str]]:
    """Names of the models, and what was said."""
    (folder / "model-index.yml").write_bytes(content)
    reading = read_zoo(folder)
    return [entry.name for entry in reading.zoo.entries], said(reading)


def test_a_byte_order_mark_is_noted(tmp_path: Path) -> None:
    names, messages = read_bytes(tmp_path, b"\xef\xbb\xbf" + INDEX.encode())
    assert names == ["双通道", "b"]
    assert messages == [
        "1:1: note: begins with a byte order mark; save as UTF-8 without [byte-order-mark]"
    ]


@pytest.mark.parametrize("codec", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_utf_16_and_utf_32_are_errors_and_read_all_the_same(tmp_path: Path, codec: str) -> None:
    names, messages = read_bytes(tmp_path, INDEX.encode(codec))
    assert names == ["双通道", "b"]
    assert len(messages) == 1
    assert "expected UTF-8" in messages[0] or "save it as UTF-8" in messages[0]


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
def test_utf_16_of_plain_letters_without_a_mark_is_known_by_its_nuls(
    tmp_path: Path, codec: str
) -> None:
    names, messages = read_bytes(tmp_path, "Models:\n  - Name: m\n".encode(codec))
    assert names == ["m"]
    assert len(messages) == 1
    assert "looks like UTF-16, save it as UTF-8" in messages[0]


def test_western_accents_are_not_taken_for_chinese(tmp_path: Path) -> None:
    text = "Models:\n  - Name: m\n    Summary: réseau à deux voies, conçu par Müller\n"
    names, messages = read_bytes(tmp_path, text.encode("cp1252"))
    assert names == ["m"]
    assert messages == [
        (
            "3:15: error: byte 0xe9 is no UTF-8; the file looks like Windows-1252, "
            "save it as UTF-8 [encoding]"
        )
    ]


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_line_ends_of_any_system_are_fine(tmp_path: Path, newline: str) -> None:
    names, messages = read_bytes(tmp_path, INDEX.replace("\n", newline).encode())
    assert (names, messages) == (["双通道", "b"], [])


@pytest.mark.parametrize("content", [b"", b"\n \n", b"# nothing\n", b"---\n", b"null\n"])
def test_an_empty_root_is_an_error(tmp_path: Path, content: bytes) -> None:
    names, messages = read_bytes(tmp_path, content)
    assert names == []
    assert messages == [
        (
            "1:1: error: the file is empty, expected a mapping with Models, Collections or Import "
            "[empty-file]"
        )
    ]


def test_a_huge_file_is_not_read(tmp_path: Path) -> None:
    names, messages = read_bytes(tmp_path, b"#" * (MOST_BYTES + 1))
    assert names == []
    assert messages == ["1:1: error: is 16 MiB, expected at most 16; split the file [too-large]"]


def test_invisible_characters_are_left_out(tmp_path: Path) -> None:
    reading = written(tmp_path, "Models:\n  - Name\u200b: a\n")
    assert [entry.name for entry in reading.zoo.entries] == ["a"]
    assert said(reading) == [
        (
            "2:9: warning: invisible character U+200B; it is left out here, delete it "
            "[invisible-character]"
        )
    ]


def test_line_separators_do_not_shift_the_lines_below(tmp_path: Path) -> None:
    reading = written(tmp_path, "Models:\n  - Name: a\u2028b\n  - Weights: x.pth\n")
    assert [line.split(" ")[0] for line in said(reading)] == ["2:12:", "3:5:"]


def test_models_outside_of_a_merge_conflict_are_read(tmp_path: Path) -> None:
    reading = written(
        tmp_path,
        "Models:\n  - Name: a\n<<<<<<< HEAD\n  - Name: b\n=======\n  - Name: c\n>>>>>>> other\n"
        "  - Name: d\n",
    )
    assert [entry.name for entry in reading.zoo.entries] == ["a", "d"]
    assert len(said(reading)) == 1


def test_a_conflict_without_end_takes_the_rest_of_the_file(tmp_path: Path) -> None:
    reading = written(tmp_path, "Models:\n  - Name: a\n<<<<<<< HEAD\n  - Name: b\n")
    assert [entry.name for entry in reading.zoo.entries] == ["a"]


def test_a_ruler_of_equal_signs_is_no_conflict(tmp_path: Path) -> None:
    page = "DPN\n=======\n\n<!--\nType: model-index\nModels:\n- Name: dpn131\n-->\n"
    (tmp_path / "dpn.md").write_text(page, encoding="utf-8")
    reading = read_zoo(tmp_path / "dpn.md")
    assert [entry.name for entry in reading.zoo.entries] == ["dpn131"]
    assert said(reading) == []
