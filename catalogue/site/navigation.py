"""What stands in the navigation: home, choice, comparison, families, pages by hand; never models.

Pure: paths in, mkdocs' `nav` out.
"""

import re
from collections.abc import Iterable, Sequence
from pathlib import PurePosixPath
from typing import TypeAlias

Nav: TypeAlias = list["str | dict[str, Nav]"]

_MOST_UNGROUPED = 24
_GROUPS = 8


def navigation(pages: Iterable[str], families_title: str) -> Nav:
    """Arrange the pages that exist.

    Args:
        pages: Paths of all pages, relative to the folder of their language.
        families_title: Heading of the families.

    Returns:
        mkdocs' `nav`; a page without a title there is named by its first heading.
    """
    known = sorted(pages, key=_counting)
    families = [page for page in known if page.startswith("families/")]
    first = ("index.md", "choose.md", "compare.md")
    made = (*first, "families/", "models/")
    nav: Nav = [page for page in first if page in known]
    if families:
        nav.append({families_title: _grouped(families)})
    return [*nav, *(page for page in known if not page.startswith(made))]


def _counting(page: str) -> list[tuple[bool, int, str]]:
    """What pages are sorted by: numbers within names count, so that 2 stands before 10."""
    parts = re.findall(r"[0-9]+|[^0-9]+", page)
    return [(not one.isdecimal(), int(one) if one.isdecimal() else 0, one) for one in parts]


def _grouped(families: Sequence[str]) -> Nav:
    """Many families come in alphabetical groups, named by their first and last."""
    if len(families) <= _MOST_UNGROUPED:
        return list(families)
    size = -(-len(families) // _GROUPS)
    groups = [families[at : at + size] for at in range(0, len(families), size)]
    return [{_span(group): list(group)} for group in groups]


def _span(group: Sequence[str]) -> str:
    first, last = PurePosixPath(group[0]).stem, PurePosixPath(group[-1]).stem
    return first if first == last else f"{first} – {last}"
