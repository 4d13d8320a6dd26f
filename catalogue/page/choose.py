"""The page to choose a model on: every comparable number of the zoo, for budgets to be set on.

Knows no language and no markup.
"""

from dataclasses import dataclass

from catalogue.page.chart import Chart
from catalogue.page.home import HomePage
from catalogue.page.numbering import NumberedSource


@dataclass(frozen=True, kw_only=True, slots=True)
class ChoosePage:
    """Everything on the page."""

    chart: Chart
    sources: tuple[NumberedSource, ...] = ()
    """None are cited: conditions name theirs in words."""


def choose_page(home: HomePage) -> ChoosePage | None:
    """The page with the numbers of the home page's chart; None where there are none."""
    return ChoosePage(chart=home.chart) if home.chart else None
