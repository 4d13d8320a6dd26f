"""Saying things in a language: escaped, linked, spaced, and never blank."""

from dataclasses import replace

from markupsafe import Markup

from catalogue.entry import NOWHERE, Text
from catalogue.errors import Place
from catalogue.page.voice import Missing, Voice
from catalogue.page.wording import ModelRef, say

LABELS = {
    "en": {
        "list.comma": ", ",
        "list.last": " and ",
        "many": "{count} nets",
        "many.one": "1 net",
        "fast": "{model} is fast.",
        "only": "English alone.",
    },
    "zh": {
        "list.comma": "、",
        "list.last": "和",
        "many": "{count}个网络",
        "fast": "{model}很快。",
    },
}
HERE = Place(file="a.yml", line=3, column=7)
NET = ModelRef(id="net", title=Text(translations=(("en", "Net <b>"), ("zh", "网络"))))


def voice(language: str) -> Voice:
    return Voice(
        language=language,
        labels=LABELS,
        link=lambda model: None if model == "here" else f"models/{model}.md",
    )


def test_models_are_linked_and_their_names_escaped() -> None:
    shown = voice("en").say(say("fast", model=NET))
    assert shown == '<a href="models/net.md">Net &lt;b&gt;</a> is fast.'


def test_a_page_does_not_link_to_itself() -> None:
    here = ModelRef(id="here", title=Text(plain="Here"))
    assert voice("en").show(here) == "<strong>Here</strong>"


def test_chinese_and_latin_are_set_apart_at_gaps_alone() -> None:
    latin = ModelRef(id="x", title=Text(plain="DPN-68"))
    assert voice("zh").plain(say("fast", model=latin)) == "DPN-68 很快。"
    assert voice("zh").plain(say("fast", model=NET)) == "网络很快。"
    assert voice("zh").say(say("many", count=3)) == "3 个网络"


def test_counts_take_the_form_that_the_language_has_for_them() -> None:
    words = {"rows": "{count} строк", "rows.one": "{count} строка", "rows.few": "{count} строки"}
    russian = replace(voice("en"), language="ru", labels={"ru": words, **LABELS})
    said = [russian.plain(say("rows", count=count)) for count in (1, 2, 5, 11, 21, 22, 112)]
    assert said == [
        "1 строка",
        "2 строки",
        "5 строк",
        "11 строк",
        "21 строка",
        "22 строки",
        "112 строк",
    ]
    assert russian.plain(say("rows", count="1,021")) == "1,021 строка"
    assert voice("en").plain(say("many", count="1")) == "1 net"
    toy = replace(voice("en"), language="xx", labels={"xx": LABELS["en"]})
    assert toy.plain(say("many", count=1)) == "1 net"
    assert voice("zh").plain(say("many", count=1)) == "1 个网络"


def test_enumerations_end_as_the_language_ends_them() -> None:
    assert voice("en").show(("a", "b", "c")) == "a, b and c"
    assert voice("zh").show(("a", "b", "c")) == "a、b 和 c"
    assert voice("en").show(()) == ""
    assert voice("en").plain(("<",)) == "<"
    assert voice("en").show(("<", "b")) == "&lt; and b"


def test_one_is_singular_where_the_language_has_one() -> None:
    assert voice("en").say(say("many", count=1)) == "1 net"
    assert voice("zh").say(say("many", count=1)) == "1 个网络"


def test_a_missing_label_is_said_in_another_language_and_remembered() -> None:
    speaking = voice("zh")
    assert speaking.say(say("only")) == '<span lang="en">English alone.</span>'
    assert speaking.missing == {Missing(place=NOWHERE, what="only", label=True)}


def test_a_missing_translation_is_shown_in_another_language_and_remembered() -> None:
    speaking = voice("zh")
    text = Text(translations=(("en", "Only English"),), place=HERE)
    assert speaking.text(text) == '<span lang="en">Only English</span>'
    assert speaking.plain(text) == "Only English"
    assert speaking.missing == {Missing(place=HERE, what="text 'Only English'")}


def test_a_label_that_no_language_has_shows_its_key() -> None:
    assert voice("en").say(say("nowhere")) == "[nowhere]"


def test_markup_made_by_templates_passes() -> None:
    assert voice("en").say(say("fast", model=Markup("<i>x</i>"))) == "<i>x</i> is fast."


def test_a_sentence_said_before_is_said_anew_where_its_links_or_its_markup_differ() -> None:
    speaking = voice("en")
    there = ModelRef(id="here", title=NET.title)
    assert speaking.say(say("fast", model=NET)) != speaking.say(say("fast", model=there))
    assert replace(speaking, link=lambda _: None).say(say("fast", model=NET)).startswith("<strong>")
    assert speaking.say(say("fast", model=Markup("<b>"))) == "<b> is fast."
    assert speaking.say(say("fast", model="<b>")) == "&lt;b&gt; is fast."
    assert speaking.fill(say("fast", model=Markup("<b>"))) == "<b> is fast."
