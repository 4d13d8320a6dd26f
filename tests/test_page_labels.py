"""The words of the pages: the same keys and gaps in every language, and clear faults."""

import re
from pathlib import Path

import pytest

from catalogue.errors import CatalogueError
from catalogue.page.labels import gaps, label_faults, load_labels
from catalogue.page.plural import base_of
from catalogue.render import templates_folder

LANGUAGES = ("en", "zh")


def labels(folder: Path, language: str, text: str) -> None:
    (folder / "labels").mkdir(parents=True, exist_ok=True)
    (folder / "labels" / f"{language}.yml").write_text(text, encoding="utf-8")


def test_every_label_exists_in_both_languages_with_the_same_gaps() -> None:
    folder = templates_folder()
    by_language = {language: load_labels([folder], language) for language in LANGUAGES}
    assert label_faults(by_language, [folder]) == ()


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


def test_missing_labels_unlike_gaps_and_slips_are_found_where_they_are_mended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own, program = tmp_path / "own", tmp_path / "program"
    labels(program, "en", 'home.lead: "{x}"\nb: "b"\nc: "{count} cs"\nc.one: "1 c"\n')
    own_words = (
        'theme.skip: s\nhome.lead: "{y}"\nhome.laed: "{x}"\nc: "{count}"\nc.few: "{count}"\n'
    )
    labels(own, "zh", own_words)
    monkeypatch.chdir(tmp_path)
    folders = (own, program)
    read = {language: load_labels(folders, language) for language in LANGUAGES}
    found = [str(one) for one in label_faults(read, folders)]
    assert [one.partition(": ")[0] + one[one.rindex(" [") :] for one in found] == [
        "own/labels/en.yml:1:1 [missing-label]",
        "own/labels/zh.yml:2:1 [label-gaps]",
        "own/labels/zh.yml:1:1 [missing-label]",
        "own/labels/zh.yml:3:1 [unknown-label]",
    ]
    assert "'home.laed' is missing, zh.yml has it; translate it" in found[0]
    assert "has the gaps ['y'], expected ['x'] as in the other languages" in found[1]
    assert "'home.laed' (did you mean 'home.lead'?); correct the key" in found[3]


def test_plural_forms_are_optional_and_have_no_gap_that_their_label_lacks(
    tmp_path: Path,
) -> None:
    labels(tmp_path, "en", 'rows: "{count} rows of {file}"\nrows.one: "1 row of {file}"\n')
    labels(tmp_path, "pl", 'rows: "{count} x {file}"\nrows.few: "{count} y {file} {z}"\n')
    read = {language: load_labels((tmp_path,), language) for language in ("en", "pl")}
    (found,) = [str(one) for one in label_faults(read, (tmp_path,))]
    assert "'rows.few' has the gaps ['count', 'file', 'z'], expected ['count', 'file']" in found


def test_every_english_label_with_a_count_of_few_things_has_a_singular() -> None:
    english = load_labels((templates_folder(),), "en")
    counted = {key for key, label in english.items() if re.search(r"\{count\} (?!of )\w", label)}
    lacking = {key for key in counted if base_of(key) is None and f"{key}.one" not in english}
    assert lacking == {
        "compare.found.more",
        "curve.alt.more",
        "detail.none.samples",
        "home.best.note",
        "plot.alt",
        "plot.alt.all",
        "tool.filter.some",
        "tool.rest",
    }, "these say so of several alone; give any other one a form for one"


def test_gaps_are_the_names_in_braces() -> None:
    assert gaps("{a} of {b}, {{not this}}") == {"a", "b"}
