"""Feeds, `llms.txt` and preview pictures: valid anywhere, in the language, from no other host."""

import re
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from page_zoo import STORED, ZOO
from PIL import Image
from test_publish import EVIL, evil_zoo

from catalogue.entry import Zoo
from catalogue.page.family import family_page
from catalogue.page.home import home_page
from catalogue.page.labels import load_labels
from catalogue.page.voice import Voice
from catalogue.page.zoo import judge_zoo
from catalogue.publish.feed import ENTRIES, feed_text
from catalogue.publish.llms import llms_text
from catalogue.publish.preview import Preview, description, draw_preview
from catalogue.publish.spoken import HOME_PREVIEW, family_preview, preview_digest, previews
from catalogue.render import templates_folder
from catalogue.site.machines import finished_feed, finished_llms
from catalogue.store import Stored

ATOM = "{http://www.w3.org/2005/Atom}"
BASE = "{http://www.w3.org/XML/1998/namespace}base"
LABELS = {one: load_labels([templates_folder()], one) for one in ("en", "zh")}


def voice(language: str) -> Voice:
    return Voice(language=language, labels=LABELS, link=lambda _: None)


def feed(zoo: Zoo = ZOO, language: str = "en") -> str:
    text = feed_text(judge_zoo(zoo, STORED), voice(language))
    assert text is not None
    return text


def tree(text: str) -> ET.Element:
    return ET.fromstring(text)  # noqa: S314 - we wrote it


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_feed_has_all_that_atom_demands(language: str) -> None:
    root = tree(feed(language=language))
    ids = [one.text or "" for one in root.iter(f"{ATOM}id")]
    assert len(set(ids)) == len(ids) == 10
    assert all(re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", one) for one in ids)
    for part in (root, *root.iter(f"{ATOM}entry")):
        for name in ("title", "id", "updated"):
            assert len(part.findall(ATOM + name)) == 1
    assert root.findtext(f"{ATOM}author/{ATOM}name")
    assert all(one.find(f"{ATOM}link") is not None for one in root.iter(f"{ATOM}entry"))


def test_the_feed_names_no_host_and_tells_only_what_holds() -> None:
    text = feed()
    assert "http" not in text.replace("http://www.w3.org/2005/Atom", "")
    titles = [one.findtext(f"{ATOM}title") or "" for one in tree(text).iter(f"{ATOM}entry")]
    assert not [title for title in titles if "Middle net" in title and "alid" in title]
    assert not [title for title in titles if "batch size 8" in title and "Large" in title]


def test_the_newest_measurement_comes_first_and_dates_the_feed() -> None:
    newer = replace(
        STORED.records[1],
        provenance=replace(STORED.records[1].provenance, time="2026-05-06T07:08:09Z"),
    )
    stored = replace(STORED, records=(*STORED.records, newer))
    text = feed_text(judge_zoo(ZOO, stored), voice("en"))
    assert text is not None
    root = tree(text)
    assert root.findtext(f"{ATOM}updated") == "2026-05-06T07:08:09Z"
    assert "Large net" in (root.findtext(f"{ATOM}entry/{ATOM}title") or "")
    assert ENTRIES == 50


def test_a_zoo_without_measurements_has_no_feed() -> None:
    assert feed_text(judge_zoo(ZOO, Stored(environments={})), voice("en")) is None


def test_the_feed_in_chinese_is_in_chinese() -> None:
    root = tree(feed(language="zh"))
    assert "小网络" in "".join(root.itertext())
    assert "参数量" in "".join(root.itertext())


@pytest.mark.parametrize("text", EVIL)
def test_hostile_text_leaves_the_feed_well_formed(text: str) -> None:
    root = tree(feed(evil_zoo(text)))
    names = {one.tag.removeprefix(ATOM) for one in root.iter()}
    assert names == {
        *("feed", "title", "id", "updated", "author", "name", "link", "entry", "summary"),
    }


@pytest.mark.parametrize("text", EVIL)
def test_hostile_text_adds_no_line_and_no_link_to_llms_txt(text: str) -> None:
    said = llms_text(judge_zoo(evil_zoo(text), STORED), voice("en"), shared="")
    calm = llms_text(judge_zoo(evil_zoo("calm"), STORED), voice("en"), shared="")
    assert said.count("\n") == calm.count("\n")
    assert said.count("](") == calm.count("](")


def test_llms_txt_names_families_models_and_data() -> None:
    text = llms_text(judge_zoo(ZOO, STORED), voice("en"), shared="")
    assert text.startswith("# Model catalogue\n\n> ")
    assert "- [Pairs of nets](families/pairs.html): Two by two. small, large, middle" in text
    assert "- [LONER](models/loner.html)" in text
    assert "](api/models.json)" in text
    chinese = llms_text(judge_zoo(ZOO, STORED), voice("zh"), shared="../")
    assert "- [成对的网络](families/pairs.html): 成双成对。 small, large, middle" in chinese
    assert "](../api/models.json)" in chinese


def test_a_site_that_knows_its_address_says_it_in_feed_and_llms_txt() -> None:
    address = "https://zoo.example/a&b/zh/"
    based = tree(finished_feed(feed(), address=address, folders=False))
    assert based.attrib[BASE] == address
    text = "[a](../api/models.json) [b](families/x.html) [c](https://other.example/)"
    assert finished_llms(text, address=address, folders=True) == (
        "[a](https://zoo.example/a&b/api/models.json) "
        "[b](https://zoo.example/a&b/zh/families/x/) [c](https://other.example/)"
    )
    assert finished_feed(feed(), address=None, folders=False) == feed()


def test_pages_in_folders_are_linked_as_folders() -> None:
    text = finished_feed(feed(), address=None, folders=True)
    links = [one.attrib["href"] for one in tree(text).iter(f"{ATOM}link")]
    assert {"feed.xml", "./", "models/small/"} <= set(links)
    assert not [link for link in links if link.endswith(".html")]


def shown(language: str, zoo: Zoo = ZOO) -> dict[str, Preview]:
    judged = judge_zoo(zoo, STORED)
    (family,) = judged.families
    page = family_page(family.collection, family.models, zoo, slug=family.slug)
    return dict(previews(home_page(judged), [page], voice(language)))


def test_home_and_families_have_a_preview_in_each_language() -> None:
    english, chinese = shown("en"), shown("zh")
    assert set(english) == set(chinese) == {HOME_PREVIEW, family_preview("pairs")}
    assert english[family_preview("pairs")].title == "Pairs of nets"
    assert chinese[family_preview("pairs")].title == "成对的网络"
    assert len(english[family_preview("pairs")].dots) == 2


def test_a_preview_says_what_is_seen_on_it(tmp_path: Path) -> None:
    file = tmp_path / "card.png"
    for language, seen in (
        ("en", "Card: Pairs of nets, 3 models, "),
        ("zh", "卡片：成对的网络，3 个模型、"),
    ):
        preview = shown(language)[family_preview("pairs")]
        assert preview.alt.startswith(seen)
        for drawn in (*preview.facts, *preview.axes, preview.summary):
            assert drawn in preview.alt
        file.write_bytes(draw_preview(preview))
        assert description(file) == preview.alt


def test_other_pictures_say_nothing_of_themselves(tmp_path: Path) -> None:
    Image.new("RGB", (2, 2)).save(tmp_path / "own.jpg")
    (tmp_path / "own.svg").write_text("<svg/>", encoding="utf-8")
    assert description(tmp_path / "own.jpg") is None
    assert description(tmp_path / "own.svg") is None


def test_previews_are_small_pictures_of_the_size_that_sites_expect() -> None:
    drawn = draw_preview(shown("zh")[family_preview("pairs")])
    with Image.open(BytesIO(drawn)) as picture:
        assert picture.size == (1200, 630)
        colours = picture.convert("RGB").getcolors()
        assert colours is not None
        assert 8 < len(colours) <= 16
    assert len(drawn) < 40_000
    assert drawn == draw_preview(shown("zh")[family_preview("pairs")])


@pytest.mark.parametrize("text", [*EVIL, "", "W" * 500, "长" * 500])
def test_a_preview_can_be_drawn_of_any_text(text: str) -> None:
    preview = shown("en", evil_zoo(text))[family_preview("pairs")]
    assert preview.title.isprintable()
    assert preview.alt.isprintable()
    assert len(preview.alt) <= 600
    assert draw_preview(preview).startswith(b"\x89PNG")


def test_a_preview_is_drawn_anew_only_when_it_shows_something_else() -> None:
    preview = shown("en")[HOME_PREVIEW]
    assert preview_digest(preview) == preview_digest(replace(preview))
    assert preview_digest(preview) != preview_digest(replace(preview, title="other"))
