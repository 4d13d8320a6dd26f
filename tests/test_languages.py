"""A third language is labels, settings and texts: a toy language on every part of the site."""

import json
import re
import shutil
from html import unescape
from pathlib import Path

import pytest
from conftest import ROOT
from figures import figures
from test_site import Page, mkdocs, pages, target_of, zoo_in
from toy_language import TOY, add_toy, toy, toy_labels

from catalogue.commands.checking import check
from catalogue.commands.opened import open_zoo
from catalogue.commands.rendering import render
from catalogue.languages import OURS, site_languages
from catalogue.page.labels import gaps, load_labels
from catalogue.page.layers import templates_folder

INDEX = """\
Import: [families.yml]
Sources:
  table: {Title: {en: The table of figures, zh: 数值表}, URL: "https://example.org/table"}
"""
FAMILIES = """\
Collections:
  - Name: DPN
    Title: {en: Dual Path Networks, zh: 双通道网络}
    Summary: {en: Every layer sees all before it., zh: 每一层都能看到前面的所有层。}
Models:
  - Name: dpn68
    In Collection: DPN
    Builder: {Target: "timm:dpn68.mx_in1k"}
    Costs: [{Quantity: FLOPs, Value: 4.7, Unit: G, Convention: 2xmacs, Source: table}]
    Results: [{Dataset: ImageNet-1k, Metrics: {Top 1 Accuracy: 76.3%}, Source: table}]
  - Name: dpn92
    In Collection: DPN
    Builder: {Target: "timm:dpn92.mx_in1k"}
    Costs: [{Quantity: FLOPs, Value: 13.1, Unit: G, Convention: 2xmacs, Source: table}]
    Results: [{Dataset: ImageNet-1k, Metrics: {Top 1 Accuracy: 80.0%}, Source: table}]
    Latency:
      - {Device: T4, Precision: FP16, Input Size: 224, By Batch: {1: 5.25}, Source: table}
  - Name: dpn131
    In Collection: DPN
    Costs: [{Quantity: FLOPs, Value: 32.2, Unit: G, Convention: 2xmacs, Source: table}]
    Results: [{Dataset: ImageNet-1k, Metrics: {Top 1 Accuracy: 80.1%}, Source: table}]
    Latency:
      - {Device: T4, Precision: FP16, Input Size: 224, By Batch: {1: 11.5}, Source: table}
"""
FOLDERS = {"en": "", TOY: f"{TOY}/", "zh": "zh/"}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A zoo of three languages, two of its models measured."""
    folder = zoo_in(tmp_path_factory.mktemp("three"))
    (folder / "model-index/model-index.yml").write_text(INDEX, encoding="utf-8")
    (folder / "model-index/families.yml").write_text(FAMILIES, encoding="utf-8")
    for name in ("dpn68", "dpn92", "environments"):
        records = Path("model-index/measurements") / name
        shutil.copytree(ROOT / records, folder / records)
    add_toy(folder)
    built = mkdocs(folder, "build", "--strict")
    assert built.returncode == 0, built.stderr
    return folder / "site"


def toy_pages(site: Path) -> list[Path]:
    found = [path for path in pages(site) if path.is_relative_to(site / TOY)]
    return [path for path in found if path.name != "method.html"]


def test_every_page_exists_in_three_languages_and_leads_to_itself_in_the_others(site: Path) -> None:
    for path in toy_pages(site):
        inside = path.relative_to(site / TOY)
        here = {language: (site / folder / inside) for language, folder in FOLDERS.items()}
        for language, page in here.items():
            others = [other.resolve() for code, other in here.items() if code != language]
            found = [target_of(link, page).resolve() for link in Page(page).switches]
            assert found == others, page


def test_no_label_of_another_language_stands_on_the_toy_pages(site: Path) -> None:
    english = load_labels([templates_folder()], "en")
    long = {label for label in english.values() if len(label) > 12 and not gaps(label)}
    for path in toy_pages(site):
        text = unescape(path.read_text(encoding="utf-8"))
        assert re.search('<html lang="?xx"?[ >]', text)
        called = re.compile(
            r'<span lang="?zh"?>.*?</span>|"titles":\{.*?\}'
            r'|<script[^>]*class="?zoo-sought.*?</script>'
        )
        own = called.sub("", text).replace("中文", "")
        assert re.findall("[\u4e00-\u9fff]+", own) == [], path
        assert [label for label in long if label in text] == [], path


def test_navigation_charts_pictures_and_frame_speak_the_toy_language(site: Path) -> None:
    home = unescape((site / TOY / "index.html").read_text(encoding="utf-8"))
    scripts = sorted((site / TOY).rglob("first*.js"))
    frame = "".join(one.read_text(encoding="utf-8") for one in scripts)
    words = toy_labels()
    for key in ("home.heading.families", "chart.frontier", "frame.search", "frame.colours.dark"):
        assert words[key] in home + frame, key
    assert 'placeholder="fIND"' in frame.replace(chr(92), "")
    pictures = re.findall(r'<img [^>]*alt="?([^">]*)"?', home)
    assert any(toy("cheapest") in alt or toy("models") in alt for alt in pictures), pictures
    assert re.search('<meta property="?og:locale"? content="?xx_XX"?>', home)


def test_search_feed_and_llms_are_in_the_toy_language(site: Path) -> None:
    index = json.loads((site / TOY / "search/search_index.json").read_text(encoding="utf-8"))
    told = json.dumps(index["docs"], ensure_ascii=False)
    assert toy("Every layer sees all before it.") in told
    assert "dpn68" in told
    feed = (site / TOY / "feed.xml").read_text(encoding="utf-8")
    assert 'xml:lang="xx"' in feed
    assert toy("params, ") in feed or toy("parameters, ") in feed
    assert toy_labels()["llms.model"] in (site / TOY / "llms.txt").read_text(encoding="utf-8")


def test_sitemap_and_data_name_all_three(site: Path) -> None:
    sitemap = (site / "sitemap.xml").read_text(encoding="utf-8")
    assert sitemap.count("<loc>") * 3 == sitemap.count("<xhtml:link")
    assert 'hreflang="xx" href="https://zoo.example/models/xx/families/dpn.html"' in sitemap
    data = json.loads((site / "api/models.json").read_text(encoding="utf-8"))
    (dpn,) = (one for one in data["families"] if one["slug"] == "dpn")
    assert dpn["title"] == {
        "en": "Dual Path Networks",
        TOY: "dUAL pATH nETWORKS",
        "zh": "双通道网络",
    }


@pytest.mark.parametrize("folder", FOLDERS.values())
def test_the_page_for_wrong_addresses_speaks_all_three_its_own_first(
    site: Path, folder: str
) -> None:
    page = (site / folder / "404.html").read_text(encoding="utf-8")
    found = re.findall(r'<p lang="(\w+)" data-zoo-home="([^"]*)">', page)
    assert set(found) == {(code, f"/models/{one}") for code, one in FOLDERS.items()}
    assert f"/models/{folder}" == found[0][1]


@pytest.mark.parametrize("folder", FOLDERS.values())
def test_from_wrong_addresses_switch_and_links_lead_to_files_of_home_pages(
    site: Path, folder: str
) -> None:
    page = Page(site / folder / "404.html")
    others = [f"/models/{one}index.html" for one in FOLDERS.values() if one != folder]
    assert sorted(page.switches) == sorted(others)
    homes = {f"/models/{one}index.html" for one in FOLDERS.values()}
    assert homes <= set(page.links)
    assert not [link for link in page.links if link.endswith("/")]


def test_the_three_languages_carry_the_same_figures(site: Path) -> None:
    for path in toy_pages(site):
        inside = path.relative_to(site / TOY)
        toys, english, chinese = (
            figures((site / folder / inside).read_text(encoding="utf-8"))
            for folder in (f"{TOY}/", "", "zh/")
        )
        assert toys == english == chinese, inside


@pytest.mark.parametrize("name", ["choose", "compare"])
def test_the_numbers_that_scripts_read_are_the_same_in_the_three_languages(
    site: Path, name: str
) -> None:
    toys, english, chinese = (
        json.loads(
            re.findall(
                r'<script type="application/json" class="zoo-island">(.*?)</script>',
                (site / folder / f"{name}.html").read_text(encoding="utf-8"),
            )[0]
        )
        for folder in (f"{TOY}/", "", "zh/")
    )
    assert toys["words"][f"{name}.copy"] == toy_labels()[f"{name}.copy"]
    for island in (toys, chinese):
        for key in ("values", "rows", "key", "size", "quantity", "spreads"):
            of_columns = [column.get(key) for column in island["columns"]]
            assert of_columns == [column.get(key) for column in english["columns"]]
    assert sum(len(column["values"]) for column in english["columns"]) > 8


def test_languages_are_those_of_the_settings_named_after_them(tmp_path: Path) -> None:
    assert site_languages(tmp_path) == OURS
    (tmp_path / "mkdocs.yml").write_text("theme: {name: material, language: zh}\n")
    assert site_languages(tmp_path) == ("zh",)
    for name, text in (
        ("fr", "theme: {language: fr}"),
        ("en", "extra: !ENV [A, b]\ntheme:\n  language: en\n"),
        ("dev", "theme: {language: zh}"),
        ("broken", "theme: ["),
    ):
        (tmp_path / f"mkdocs.{name}.yml").write_text(text)
    assert site_languages(tmp_path) == ("zh", "en", "fr")
    (tmp_path / "mkdocs.yml").write_text("theme: material\n")
    assert site_languages(tmp_path) == ("en", "fr")


def test_what_a_language_lacks_is_named_with_its_place_and_shown_in_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = zoo_in(tmp_path)
    add_toy(folder)
    file = folder / f"templates/labels/{TOY}.yml"
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    file.write_text("".join(one for one in lines if not one.startswith("home.lead:")), "utf-8")
    entries = folder / "model-index/families.yml"
    text = entries.read_text(encoding="utf-8").replace(" xx: dUAL pATH nETWORKS,", "")
    entries.write_text(text, encoding="utf-8")
    line = next(n for n, one in enumerate(text.splitlines(), 1) if "Dual Path Networks" in one)
    monkeypatch.chdir(folder)
    assert check([], form="text", strict=False, allow=()) == 1
    said = capsys.readouterr().out
    assert f"families.yml:{line}:12: warning: 'DPN': Title has no 'xx' text; add 'xx'" in said
    assert "templates/labels/xx.yml:1:1: error: the label 'home.lead' is missing" in said
    render(open_zoo(folder, index=None, allow=()), None)
    told = capsys.readouterr().err
    assert f"families.yml:{line}:12: warning: the text 'Dual Path Networks' is missing" in told
    home = (folder / "docs/xx/index.md").read_text(encoding="utf-8")
    lead = load_labels([templates_folder()], "en")["home.lead"]
    assert f'<p class="zoo-lead"><span lang="en">{lead}' in home
    family = (folder / "docs/xx/families/dpn.md").read_text(encoding="utf-8")
    assert '# <span lang="en">Dual Path Networks</span>' in family


def test_a_language_without_labels_is_an_error_of_the_check(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = zoo_in(tmp_path)
    (folder / "mkdocs.fr.yml").write_text("INHERIT: mkdocs.yml\ntheme: {language: fr}\n")
    monkeypatch.chdir(folder)
    assert check([], form="text", strict=False, allow=()) == 1
    assert "templates/labels/fr.yml:1:1: error: the site has a lang" in capsys.readouterr().out
