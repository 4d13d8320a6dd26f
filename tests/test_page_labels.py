"""The words of the pages: the same keys and gaps in every language, and clear faults."""

from pathlib import Path

import pytest

from catalogue.errors import CatalogueError
from catalogue.page.labels import differences, gaps, load_labels
from catalogue.render import templates_folder

LANGUAGES = ("en", "zh")


def labels(folder: Path, language: str, text: str) -> None:
    (folder / "labels").mkdir(parents=True, exist_ok=True)
    (folder / "labels" / f"{language}.yml").write_text(text, encoding="utf-8")


def test_every_label_exists_in_both_languages_with_the_same_gaps() -> None:
    folder = templates_folder()
    by_language = {language: load_labels([folder], language) for language in LANGUAGES}
    assert differences(by_language, folder) == ()


def test_chinese_labels_are_chinese_and_english_ones_are_not() -> None:
    folder = templates_folder()
    chinese = load_labels([folder], "zh")
    english = load_labels([folder], "en")
    assert not any("\u4e00" <= letter <= "\u9fff" for text in english.values() for letter in text)
    assert not any(mark in text for text in chinese.values() for mark in (", ", "; ", "? ", "! "))


def test_a_zoo_replaces_single_labels(tmp_path: Path) -> None:
    own, package = tmp_path / "own", tmp_path / "package"
    labels(own, "en", "a: mine\n")
    labels(package, "en", "a: theirs\nb: kept\n")
    assert load_labels([own, package], "en") == {"a": "mine", "b": "kept"}


def test_a_language_without_labels_is_named(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError) as fault:
        load_labels([tmp_path], "fr")
    file = tmp_path / "labels" / "fr.yml"
    assert str(fault.value) == f"{file}: no labels for the language 'fr'; write this file"


def test_a_label_that_is_no_text_is_named(tmp_path: Path) -> None:
    labels(tmp_path, "en", "a: [1]\n")
    with pytest.raises(CatalogueError) as fault:
        load_labels([tmp_path], "en")
    file = tmp_path / "labels" / "en.yml"
    assert str(fault.value) == f"{file}: 'a' is [1], expected text; put it into quotes"


def test_a_gap_that_reaches_into_objects_is_refused(tmp_path: Path) -> None:
    labels(tmp_path, "en", 'a: "{x.__class__}"\n')
    with pytest.raises(CatalogueError, match=r"'a' has a broken gap \('x.__class__' is no plain"):
        load_labels([tmp_path], "en")


def test_a_file_that_is_no_yaml_is_named_in_one_line(tmp_path: Path) -> None:
    labels(tmp_path, "en", "a: 'b\n")
    with pytest.raises(CatalogueError, match="not readable as YAML") as fault:
        load_labels([tmp_path], "en")
    assert "\n" not in str(fault.value)


def test_missing_labels_and_unlike_gaps_are_found(tmp_path: Path) -> None:
    found = differences({"en": {"a": "{x}", "b": "b", "c.one": "1"}, "zh": {"a": "{y}"}}, tmp_path)
    file = (tmp_path / "labels" / "zh.yml").as_posix()
    assert [str(one) for one in found] == [
        (
            f"{file}:1:1: error: the label 'a' has the gaps ['y'], expected ['x'] as in the other "
            "languages [label-gaps]"
        ),
        f"{file}:1:1: error: the label 'b' is missing, en.yml has it; translate it [missing-label]",
    ]


def test_gaps_are_the_names_in_braces() -> None:
    assert gaps("{a} of {b}, {{not this}}") == {"a", "b"}
