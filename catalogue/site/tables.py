"""Tables, pictures and scripts' numbers go around Markdown and the search: half of a build's time.

They are finished HTML. What a reader searches for in them has a page of its own, but for the
facts of a model (its other names), whose table therefore stays.
"""

import re

_TABLE = re.compile(
    r'<div class="zoo-scroll"[^>]*>\s*<table class="zoo-table zoo-table--(?!facts)[^>]*>'
    r".*?</table>\s*</div>"
    r'|<div class="zoo-curveset">.*?</div>'
    r'|<script type="application/json" class="zoo-(?:island|words)">.*?</script>',
    re.DOTALL,
)
_GAP = re.compile(r'<div data-zoo-table="(\d+)"></div>')


def cut_tables(markdown: str) -> tuple[str, tuple[str, ...]]:
    """Take the tables out of a page's Markdown.

    Returns:
        The Markdown with numbered gaps, and the tables in their order.
    """
    tables: list[str] = []

    def gap(table: re.Match[str]) -> str:
        tables.append(table[0])
        return f'<div data-zoo-table="{len(tables) - 1}"></div>'

    return _TABLE.sub(gap, markdown), tuple(tables)


def restore_tables(html: str, tables: tuple[str, ...]) -> str:
    """Put the tables of a page back into its gaps."""
    return _GAP.sub(lambda gap: tables[int(gap[1])], html)
