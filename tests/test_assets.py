"""Style sheets and scripts: few files of many parts, each of which a zoo can replace."""

import json
import re
from pathlib import Path

import pytest
from mkdocs.commands.build import get_context
from mkdocs.config import load_config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files, get_files
from mkdocs.structure.nav import get_navigation
from test_site import zoo_in

from catalogue.site.assets import BUNDLES, FOLDER, load_bundles, page_scripts, put_together, slim
from catalogue.site.events import on_config, on_env

OLD = """
extra_css: [assets/zoo/frame.css, assets/zoo/print.css, assets/own.css]
extra_javascript:
  - {path: assets/zoo/data.js, defer: true}
  - assets/own.js
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return zoo_in(tmp_path)


def settings(folder: Path) -> MkDocsConfig:
    config = load_config(str(folder / "mkdocs.yml"))
    on_config(config)
    return config


def files_of(config: MkDocsConfig) -> Files:
    config.plugins._current_plugin = "hook"
    files = get_files(config)
    files.add_files_from_theme(config.theme.get_env(), config)
    put_together(files, config)
    return files


def text_of(files: Files, name: str) -> str:
    file = files.get_file_from_path(FOLDER + name)
    assert file is not None
    return file.content_string


def test_every_part_is_a_file_and_stands_in_one_bundle_in_its_order(folder: Path) -> None:
    files = files_of(settings(folder))
    for name, parts in BUNDLES.items():
        text = text_of(files, name)
        sources = [Path("templates/theme", FOLDER, part) for part in parts]
        starts = [text.index(slim(source.read_text(encoding="utf-8"), name)) for source in sources]
        assert starts == sorted(starts)
    left = {file.src_uri for file in files if file.src_uri.startswith(FOLDER)}
    assert left == {FOLDER + name for name in (*BUNDLES, "dark.css", "first.js", "lost.js")}


def test_a_zoo_replaces_one_part(folder: Path) -> None:
    own = folder / "templates/theme" / FOLDER / "print.css"
    own.parent.mkdir(parents=True)
    own.write_text("@media print { .mine { color: red; } }", encoding="utf-8")
    styles = text_of(files_of(settings(folder)), "site.css")
    assert styles.endswith("@media print { .mine { color: red; } }")
    assert ".zoo-chart" in styles


def test_settings_of_older_zoos_that_name_every_part_load_each_once(folder: Path) -> None:
    with (folder / "mkdocs.yml").open("a", encoding="utf-8") as file:
        file.write(OLD)
    config = settings(folder)
    assert config.extra_css == ["assets/zoo/site.css", "assets/own.css"]
    assert [str(one) for one in config.extra_javascript] == ["assets/own.js"]
    load_bundles(config)
    assert config.extra_css == ["assets/zoo/site.css", "assets/own.css"]


def test_a_page_that_names_parts_loads_what_they_are_part_of() -> None:
    assert page_scripts(["combobox.js", "compare.js", "mine.js"]) == ["comparing.js", "mine.js"]


def test_comments_go_and_texts_stay() -> None:
    script = '  /* Why. */\n  say("/* no comment */");\n'
    assert slim(script, "a.js") == '  say("/* no comment */");\n'
    assert slim("/* Why. */\n.a {\n  color: red;\n}\n", "a.css") == ".a {\ncolor: red;\n}\n"


def test_what_pages_need_first_is_said_once_in_the_language_of_the_site(folder: Path) -> None:
    config = load_config(str(folder / "mkdocs.zh.yml"))
    on_config(config)
    files = files_of(config)
    on_env(config.theme.get_env(), config, files)
    text = text_of(files, "first.js")
    said = json.loads(re.search(r"^zoo\.frame = (.*);$", text, re.MULTILINE)[1])  # type: ignore[index]
    assert said["config"]["translations"]["clipboard.copied"] == "已复制"
    assert said["searchName"] == "搜索"
    assert set(said["parts"]) == {"palette", "search", "top", "nav"}
    assert "浅色" in said["parts"]["palette"]
    assert said["config"]["search"].startswith("assets/javascripts/workers/search.")
    assert "<script" not in text


@pytest.mark.parametrize(
    ("own", "scripts"),
    [
        ("", r"<template data-zoo-later>\s*<script src=\S+bundle[^>]*></script>\s*</template>"),
        (
            "extra_javascript: [a.js]",
            r"</div>\s*<script src=\S+bundle[^>]*></script>\s*<script src=\S+a.js",
        ),
    ],
)
def test_material_s_script_comes_later_unless_scripts_of_the_zoo_count_on_it(
    folder: Path, own: str, scripts: str
) -> None:
    with (folder / "mkdocs.yml").open("a", encoding="utf-8") as file:
        file.write(f"\n{own}\n")
    config = settings(folder)
    config.site_url = "https://zoo.example/"
    files, env = files_of(config), config.theme.get_env()
    on_env(env, config, files)
    context = get_context(get_navigation(files, config), files, config, base_url="/")
    page = env.get_template("404.html").render(context)
    assert re.search(scripts, page), page[page.rfind("</main>") :]
