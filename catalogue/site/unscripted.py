"""Dark colours for pages without scripts: what style sheets say of the dark scheme, said of any.

Material's switch of colours writes the scheme into the page by a script; without one, the page
keeps the light scheme. Pure: text in, text out.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_COMMA = re.compile(r",(?![^(]*\))")
"""Between selectors, not within the brackets of one."""
_PART = re.compile(r"\s*(?P<before>[^{}]*?)\s*(?P<sign>[{}])")
_SHOWN = (
    '[data-md-color-scheme] img:is([src$="#only-dark"],[src$="#gh-dark-mode-only"])'
    "{display:inline}\n"
)
"""Pictures for the dark, which the light scheme hides."""
MEDIA = "(prefers-color-scheme: dark)"


def dark_scheme(palette: object) -> str | None:
    """The scheme that a site's settings choose where the system is dark; None without one."""
    options = palette if isinstance(palette, Sequence) and not isinstance(palette, str) else ()
    found = [one for one in options if isinstance(one, Mapping) and one.get("media") == MEDIA]
    return next((str(one["scheme"]) for one in found if one.get("scheme")), None)


def dark_sheet(sheets: Iterable[str], scheme: str) -> str:
    """One style sheet with the rules of others for one scheme, as rules for any.

    Args:
        sheets: The style sheets, in the order in which pages load them.
        scheme: The name of the scheme, such as `slate`.
    """
    return "\n".join([*(rule for css in sheets for rule in _dark_rules(css, scheme)), _SHOWN])


def _dark_rules(css: str, scheme: str) -> Iterator[str]:
    named = re.compile(rf"""(?<!:not\()\[data-md-color-scheme=["']?{re.escape(scheme)}["']?\]""")
    for around, selectors, body in _rules(_COMMENT.sub("", css)):
        own = [one.strip() for one in _COMMA.split(selectors) if named.search(one)]
        if own:
            told = named.sub("[data-md-color-scheme]", ",".join(own))
            opening = "".join(f"{one}{{" for one in around)
            yield f"{opening}{told}{{{body}}}{'}' * len(around)}"


def _rules(css: str) -> Iterator[tuple[tuple[str, ...], str, str]]:
    """Every rule: the conditions around it, its selectors, and what stands in its braces."""
    around: list[str] = []
    for part in _PART.finditer(css):
        if part["sign"] == "{":
            around.append(part["before"].rpartition(";")[2].strip())
        elif around:
            selectors = around.pop()
            if part["before"] and not selectors.startswith("@"):
                yield tuple(around), selectors, part["before"]
