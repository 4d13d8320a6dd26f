"""A zoo's own templates: the example of the documentation, built, and faults with their places."""

import re
from html import unescape
from pathlib import Path

import pytest
from conftest import ROOT
from page_zoo import LONER, STORED, ZOO
from test_site import mkdocs, zoo_in

from catalogue.entry import Zoo
from catalogue.errors import CatalogueError
from catalogue.render import render_site
from catalogue.site.assets import slim

ONE = Zoo(root=ZOO.root, entries=(LONER,))
_FILE = re.compile(r"^`(templates/[^`]+)`[:：]\n\n```\w+\n(.*?)```$", re.MULTILINE | re.DOTALL)


def example(page: str) -> dict[str, str]:
    """The files of the documentation's example, by path."""
    return dict(_FILE.findall((ROOT / "docs" / page).read_text(encoding="utf-8")))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A zoo with the files of the example."""
    folder = zoo_in(tmp_path_factory.mktemp("acme"))
    for name, text in example("templates.md").items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    built = mkdocs(folder, "build", "--strict")
    assert built.returncode == 0, built.stderr
    return folder / "site"


def test_both_languages_of_the_documentation_show_the_same_example() -> None:
    files = example("templates.md")
    assert len(files) == 6
    assert files == example("templates.zh.md")


def test_two_labels_of_a_zoo_change_two_labels(site: Path) -> None:
    page = (site / "zh/models/dpn68.html").read_text(encoding="utf-8")
    assert "关于 dpn68 的问题，请致信 models@acme.example。" in page
    home = unescape((site / "index.html").read_text(encoding="utf-8"))
    assert "<h1 id=top>Acme's models" in home
    assert "All models" in home


def test_a_page_builds_on_the_program_s_and_leaves_a_section_out(site: Path) -> None:
    page = (site / "models/dpn68.html").read_text(encoding="utf-8")
    assert page.index("<h1 id=top>") < page.index("acme-contact")
    assert "id=reproduce>" in page
    assert "id=train>" not in page
    assert "id=train>" in (site / "families/dpn.html").read_text(encoding="utf-8")


def test_one_macro_of_a_zoo_changes_every_page_that_calls_it(site: Path) -> None:
    page = (site / "models/dpn68.html").read_text(encoding="utf-8")
    assert "<span class=zoo-verdict--not-measured>· not measured</span>" in page


def test_files_of_the_theme_replace_or_extend_the_program_s(site: Path) -> None:
    for path in (site / "index.html", site / "zh/models/dpn68.html"):
        page = path.read_text(encoding="utf-8")
        assert "<meta name=theme-color content=#0b6e4f>" in page
        assert "property=og:title" in page
    style = (site / "assets/zoo/site.css").read_text(encoding="utf-8")
    own = example("templates.md")["templates/theme/assets/zoo/print.css"]
    assert slim(own, "print.css") in style
    assert ".zoo-chart" in style
    assert ".md-top, .md-clipboard, .headerlink) {" not in style


def test_a_macro_of_the_program_calls_the_zoo_s(tmp_path: Path) -> None:
    """`models_table` is the program's and calls `th`, which is not."""
    own = (
        "{% macro th(label) %}<th>[{{ label }}]{{ varargs and kwargs and '' }}</th>{% endmacro %}\n"
    )
    (tmp_path / "parts.md.j2").write_text(own, encoding="utf-8")
    render_site(ONE, STORED, tmp_path / "docs", templates=tmp_path)
    home = (tmp_path / "docs/en/index.md").read_text(encoding="utf-8")
    assert re.search(r"<th>\[[^<]+\]", home)


@pytest.mark.parametrize(
    ("name", "text", "fault"),
    [
        ("home.md.j2", "a\n{{ nothing }}\n", "templates/home.md.j2:2: 'nothing' is undefined"),
        ("home.md.j2", "a\n\n{% if %}\n", "templates/home.md.j2:3: Expected an expression, got"),
        ("home.md.j2", '{% extends "gone" %}', "templates/home.md.j2:1: no template 'gone'"),
        (
            "parts.md.j2",
            "\n{% macro th(label, unit='', class='') %}{{ nothing }}{% endmacro %}\n",
            "templates/parts.md.j2:2: 'nothing' is undefined",
        ),
        (
            "parts.md.j2",
            "{% macro th(label) %}{{ label }}{% endmacro %}\n",
            "templates/catalogue/parts.md.j2:",
        ),
    ],
)
def test_a_broken_template_is_named_with_its_line(
    tmp_path: Path, name: str, text: str, fault: str
) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(CatalogueError) as raised:
        render_site(ONE, STORED, tmp_path / "docs", templates=tmp_path)
    assert str(raised.value).startswith(fault)
    assert str(raised.value).endswith("mend the template")
    assert "\n" not in str(raised.value)
