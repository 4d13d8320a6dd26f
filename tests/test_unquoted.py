"""The frame of a page without needless marks: a browser reads the same from it."""

from html.parser import HTMLParser

from catalogue.site.unquoted import unquoted

PAGE = """<html lang="en">
  <body>
    <a class="one" href="../a.html" title="A  'wide' name"  >x="y"</a>
    <a class="one two" href="a/" data-empty="">b</a>
    <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><path d="M2"/></svg>
    <b>two</b>
    <i>words</i>
    <script>if (a <b && "<i class=\\"x\\"  >") c()</script>
    <article class="kept"  >
      <p id="kept">text</p>
    </article>
    <div id="__end">
    </div>
  </body>
</html>
"""


class Read(HTMLParser):
    """Tags with their attributes, and texts without blanks at their ends."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.seen: list[object] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, [one for one in attrs if one[0] != "xmlns"]))

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.seen.append(data.strip())


def test_a_parser_finds_the_same_tags_attributes_and_texts() -> None:
    assert Read(unquoted(PAGE)).seen == Read(PAGE).seen
    assert len(unquoted(PAGE)) < len(PAGE)


def test_quotes_go_where_nothing_needs_them() -> None:
    assert unquoted('<a id="x" class="a b" href="b/" title="">="q"</a>') == (
        '<a id=x class="a b" href="b/" title="">="q"</a>'
    )


def test_the_article_and_scripts_within_the_page_stay_as_they_are() -> None:
    done = unquoted(PAGE)
    assert '<article class="kept"  >\n      <p id="kept">text</p>\n    </article>' in done
    assert '<script>if (a <b && "<i class=\\"x\\"  >") c()</script>' in done


def test_words_keep_the_blank_between_them() -> None:
    assert "<b>two</b>\n    <i>words</i>" in unquoted(PAGE)


def test_names_of_the_navigation_stand_without_blanks_around_them() -> None:
    item = '<a href="x.html">\n  <span class="md-ellipsis">\n    Two words\n  </span>\n</a>'
    assert unquoted(item) == "<a href=x.html><span class=md-ellipsis>Two words</span></a>"
