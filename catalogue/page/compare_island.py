"""The island of the page to compare on: that of the chart, with facts, reasons and paired sets.

Its keys are described on the architecture page. Texts are written once and referred to by number.
"""

from typing import TYPE_CHECKING

from markupsafe import Markup

from catalogue.page.compare import ComparePage
from catalogue.page.island import block, content, runs
from catalogue.page.names import titles
from catalogue.page.verdict import Verdict
from catalogue.page.voice import Voice

if TYPE_CHECKING:
    from collections.abc import Sequence

    from catalogue.page.wording import Value

BITS_NAME = 16
"""Digits of a file's SHA-256 that name the script of its bits."""


class _Texts:
    """Texts in one language, each once."""

    def __init__(self, voice: Voice) -> None:
        self._voice = voice
        self._numbers: dict[str, int] = {}

    def number(self, value: "Value | None") -> int:
        """The number of a text; -1 of none."""
        if value is None:
            return -1
        return self._numbers.setdefault(self._voice.plain(value), len(self._numbers))

    def every(self) -> list[str]:
        """All texts in the order of their numbers."""
        return list(self._numbers)


def compare_island(page: ComparePage, voice: Voice) -> Markup:
    """Everything the page's script knows, as a block of the page."""
    texts = _Texts(voice)
    rows = {one.ref.id: row for row, one in enumerate(page.chart.models)}
    told = content(page.chart, voice, ("chart.", "compare.", "paired.", "verdict."))
    told["verdicts"] = [verdict.value for verdict in Verdict]
    told["facts"] = [{"key": one.key, "of": _numbers(texts, one.values)} for one in page.facts]
    told["kinds"] = {kind.value: _numbers(texts, reasons) for kind, reasons in page.absences.kinds}
    told["absent"] = [
        [one.key, rows[one.model], texts.number(one.reason)]
        for one in page.absences.columns
        if one.model in rows
    ]
    told["paired"] = {
        "sets": [
            {
                "conditions": voice.plain(one.conditions),
                "images": one.images,
                "of": [[rows[model], digest[:BITS_NAME]] for model, digest in one.files],
            }
            for one in page.paired.sets
        ],
        "reasons": _numbers(texts, page.paired.reasons),
    }
    told["titles"] = {one.name: titles(one.title) for one in page.families}
    told["texts"] = texts.every()
    return block(told)


def _numbers(texts: _Texts, values: "Sequence[Value | None]") -> "list[int | list[int]]":
    return runs([texts.number(value) for value in values])
