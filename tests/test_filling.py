"""Hashes filled in: one place changes, every comment stays, and nothing ends in a traceback."""

from pathlib import Path

import pytest

from catalogue.filling import Download, fill_in
from catalogue.read import read_zoo

NONE: frozenset[str] = frozenset()
URL = "https://example.org/zoo/net.pth"
SHA256 = "0123456789abcdef" * 4
DOWNLOAD = Download(model="net", url=URL, sha256=SHA256, source=URL)
WHOLE = f"{{URL: {URL}, SHA256: {SHA256}}}"
HEAD = "# a zoo\nModels:\n  - Name: net   # ours\n    Builder: zoo:Net\n"
TAIL = "\n    # behind\n  - Name: other\n    Builder: zoo:Other\n"


def _index(folder: Path, text: str) -> Path:
    index = folder / "model-index.yml"
    index.write_bytes(text.encode())
    return index


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (f"    Weights: {URL}  # v1", f"    Weights: {WHOLE}  # v1"),
        (f'    Weights: "{URL}"', f"    Weights: {WHOLE}"),
        (
            f"    Weights:\n      - {URL}\n      - {URL}.b",
            f"    Weights:\n      - {WHOLE}\n      - {URL}.b",
        ),
        (f"    Weights: [{URL}]", f"    Weights: [{WHOLE}]"),
        (
            f"    weights: {{URL: {URL}, Bytes: 7}}",
            f"    weights: {{URL: {URL}, SHA256: {SHA256}, Bytes: 7}}",
        ),
        (
            f"    Weights:\n      Key: a\n      URL: {URL} #\n      Bytes: 7",
            (
                f"    Weights:\n      Key: a\n      URL: {URL} #\n      SHA256: {SHA256}\n"
                "      Bytes: 7"
            ),
        ),
        (
            f"    Weights:\n    - URL: {URL}\n    - URL: {URL}.b",
            f"    Weights:\n    - URL: {URL}\n      SHA256: {SHA256}\n    - URL: {URL}.b",
        ),
        (
            f"    Weights:\n      URL: {URL}\n      SHA256:   # soon\n      Bytes: 7",
            f"    Weights:\n      URL: {URL}\n      SHA256: {SHA256}   # soon\n      Bytes: 7",
        ),
        (
            f"    Weights: {{URL: {URL}, SHA256: ~}}",
            f"    Weights: {{URL: {URL}, SHA256: {SHA256}}}",
        ),
    ],
)
@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_one_place_changes_and_every_comment_stays(
    tmp_path: Path, before: str, after: str, ends: str
) -> None:
    index = _index(tmp_path, (HEAD + before + TAIL).replace("\n", ends))
    said = fill_in(index, DOWNLOAD, allowed=NONE)
    assert index.read_bytes().decode() == (HEAD + after + TAIL).replace("\n", ends)
    assert said is not None
    assert said.startswith(f"SHA256 {SHA256[:12]}… filled in at model-index.yml:")
    entry = read_zoo(index, allowed=NONE).zoo.entries[0]
    assert (entry.weights[0].url, entry.weights[0].sha256) == (URL, SHA256)
    assert fill_in(index, DOWNLOAD, allowed=NONE) is None


def test_an_entry_that_names_no_weights_gets_those_of_its_library(tmp_path: Path) -> None:
    index = _index(tmp_path, HEAD + "    Params: 5  # M" + TAIL)
    download = Download(model="net", url=None, sha256=SHA256, source=URL)
    assert "filled in at" in (fill_in(index, download, allowed=NONE) or "")
    added = f"    Params: 5  # M\n    Weights: {WHOLE}"
    assert index.read_text() == HEAD + added + TAIL


@pytest.mark.parametrize(
    ("weights", "why"),
    [
        (f"    Weights: {{a: {URL}, b: {URL}.b}}", "it stands in a table of names and addresses"),
        (f"    Weights: &file {URL}", "an anchor or a tag stands before it"),
        (f"    Weights: {URL}.new", "the entry has changed since it was read"),
        (f"    Weights: {{URL: {URL}, SHA256: abc}}", "SHA256 is there and cannot be read"),
    ],
)
def test_what_cannot_be_filled_in_is_said_with_what_to_write(
    tmp_path: Path, weights: str, why: str
) -> None:
    index = _index(tmp_path, HEAD + weights + TAIL)
    said = fill_in(index, DOWNLOAD, allowed=NONE) or ""
    assert f"({why}); write there: SHA256: {SHA256}" in said
    assert said.startswith("not filled in ")
    assert "\n" not in said
    assert index.read_text() == HEAD + weights + TAIL


def test_a_file_that_is_read_only_stays(tmp_path: Path) -> None:
    index = _index(tmp_path, HEAD + f"    Weights: {URL}" + TAIL)
    index.chmod(0o444)
    said = fill_in(index, DOWNLOAD, allowed=NONE)
    assert said == (
        "not filled in at model-index.yml:5:14 (the file is read-only); "
        f"write there: SHA256: {SHA256}"
    )
    assert index.read_text() == HEAD + f"    Weights: {URL}" + TAIL


def test_an_entry_that_is_gone_or_broken_is_told(tmp_path: Path) -> None:
    for text in ("Models:\n  - Name: other\n", "Models: [\n"):
        said = fill_in(_index(tmp_path, text), DOWNLOAD, allowed=NONE) or ""
        assert said.startswith("not filled in (the entry has changed since it was read); write")


def test_an_entry_from_markdown_is_told_and_stays(tmp_path: Path) -> None:
    page = tmp_path / "net.md"
    text = f"# Net\n\n<!--\nModels:\n- Name: net\n  Weights: {URL}\n-->\n"
    page.write_text(text)
    index = _index(tmp_path, "Import:\n  - net.md\n")
    said = fill_in(index, DOWNLOAD, allowed=NONE) or ""
    assert "(.md is no YAML file); write there: SHA256: " in said
    assert page.read_text() == text


def test_two_entries_are_filled_in_one_after_the_other(tmp_path: Path) -> None:
    """The first adds a line, so that the second no longer stands where it did."""
    models = "".join(
        f"  - Name: {name}\n    Weights:\n      URL: {URL}.{name}\n" for name in ("net", "other")
    )
    index = _index(tmp_path, f"Models:\n{models}")
    for name in ("net", "other"):
        download = Download(model=name, url=f"{URL}.{name}", sha256=SHA256, source=f"{URL}.{name}")
        fill_in(index, download, allowed=NONE)
    entries = read_zoo(index, allowed=NONE).zoo.entries
    assert [entry.weights[0].sha256 for entry in entries] == [SHA256, SHA256]
