"""Strangers' text on our pages stays text, whatever it is made of."""

from jinja2.filters import do_striptags
from markdown import markdown
from markupsafe import Markup

from catalogue.page.markup import code_block, html, in_front_matter, in_markdown, prose, web_url

HOSTILE = (
    "<script>alert(1)</script>",
    "[x](javascript:alert(1))",
    "`a` | **b** {: onclick=alert(1) }",
    "![x](https://example.org/x.png)",
    "</td></table><img src=x onerror=alert(1)>",
    "&lt;b&gt; \x02wzxhzdk:0\x03",
)


def test_a_hostile_name_shows_as_itself_in_a_heading() -> None:
    for name in HOSTILE:
        shown = markdown(f"# {in_markdown(name)} {{: #top }}", extensions=["attr_list", "tables"])
        assert shown.startswith('<h1 id="top">')
        assert shown.count("<") == 2
        assert "onclick" not in shown.partition(">")[0]


def test_a_name_of_several_lines_stays_on_one() -> None:
    assert "\n" not in in_markdown("a\n# b")


def test_what_is_markup_already_is_not_escaped_again() -> None:
    assert in_markdown(Markup("<b>x</b>")) == "<b>x</b>"
    assert html(Markup("<b>x</b>")) == "<b>x</b>"
    assert html("<b>") == "&lt;b&gt;"


def test_titles_survive_a_theme_that_undoes_entities() -> None:
    written = in_front_matter('</title><script>"x" & \\')
    assert written == '"＜/title＞＜script＞”x” &amp; ＼"'
    undone = do_striptags(written)
    assert "<" not in undone


def test_entities_in_titles_do_not_come_back_as_tags() -> None:
    assert "<" not in do_striptags(in_front_matter("&lt;/title&gt;"))


def test_no_text_turns_the_order_of_reading_around() -> None:
    assert html("safe\u202egnp.exe\u2066") == "safegnp.exe"


def test_what_nobody_sees_makes_no_name_look_like_another_one() -> None:
    assert html("res\u200bnet\u2060\ufeff18\u200f\u061c\x9b") == "resnet18"
    joined = "\u0646\u200c\u0627 \U0001f468\u200d\U0001f4bb"
    assert html(joined) == joined


def test_only_web_addresses_are_links() -> None:
    assert web_url("https://example.org/a?b=c#d") == "https://example.org/a?b=c#d"
    for address in (
        None,
        "javascript:alert(1)",
        "JAVASCRIPT:alert(1)",
        "data:text/html,x",
        "//example.org",
        "../secret",
        "https:",
        "https://[bad",
        "java\tscript:x",
        "https://example.org/ x",
    ):
        assert web_url(address) is None


def test_prose_is_markdown_without_html_and_without_script_links() -> None:
    assert prose("a *b* `c<d>`") == "<p>a <em>b</em> <code>c&lt;d&gt;</code></p>"
    assert prose("<script>alert(1)</script>") == "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"
    assert prose("[x](javascript:alert(1))") == "<p>[x](javascript:alert(1))</p>"
    assert "<a " not in prose("<javascript:alert(1)>")
    assert prose("[x](https://example.org)") == '<p><a href="https://example.org">x</a></p>'


def test_pictures_in_prose_become_links_because_pages_load_nothing_from_elsewhere() -> None:
    picture = "![<alt>](https://example.org/x.png)"
    link = '<a href="https://example.org/x.png">&lt;alt&gt;</a>'
    assert prose(picture) == f"<p>{link}</p>"
    assert prose(f"[{picture}](https://example.org)") == (
        '<p><a href="https://example.org">&lt;alt&gt;</a></p>'
    )


def test_tables_in_prose_are_aligned_without_a_style_which_pages_forbid() -> None:
    table = prose("| a |\n|:-:|\n| b |")
    assert '<td align="center">b</td>' in table
    assert "style" not in table


def test_wrapped_chinese_lines_are_joined_without_a_blank() -> None:
    assert prose("密集\n连接 a\nb") == "<p>密集连接 a\nb</p>"


def test_no_line_of_code_closes_its_fence() -> None:
    block = code_block("python", "x\n```\n# heading\n~~~~\ny")
    shown = markdown(block, extensions=["pymdownx.superfences"])
    assert "<h1" not in shown
    assert block.startswith("`````python\n")
