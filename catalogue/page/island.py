"""The numbers of a page for its scripts: one block of JSON that no text can break out of.

Its keys are described on the architecture page. Scripts read it; nothing in it is markup.
"""

import json
from collections.abc import Mapping, Sequence

from markupsafe import Markup

from catalogue.page.chart import Chart, ChartModel, Column
from catalogue.page.voice import Voice
from catalogue.page.wording import GIGA, MEBIBYTE, MEGA, by

_UNITS = {
    "flops": GIGA,
    "params": MEGA,
    "activations": MEGA,
    "memory": MEBIBYTE,
    "weights": MEBIBYTE,
}
_DIGITS = {"top1": 6}
"""Of the numbers, as 50,000 images need them; costs have the digits that are printed."""
_COST_DIGITS = 4
_SPREAD_DIGITS = 2
_ESCAPED = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&'\u2028\u2029"}
"""What HTML could take for the end of the block, or a script for the end of a line."""


def island(chart: Chart, voice: Voice, *, words: Sequence[str] = ("chart.",)) -> Markup:
    """The chart's numbers and the scripts' words in one language, as a block of the page.

    Args:
        chart: The numbers.
        voice: The language.
        words: How the keys begin of the labels that the page's scripts use.
    """
    return block(content(chart, voice, words))


def content(chart: Chart, voice: Voice, words: Sequence[str]) -> dict[str, object]:
    """The same before it is a block, for islands that hold more."""
    ranked = "choose." in words
    others = list(dict.fromkeys(one.own for one in chart.models if one.own))
    return {
        "words": {
            key: voice.template(key)
            for key in voice.labels[voice.language]
            if key.startswith(tuple(words))
        },
        "families": [voice.plain(family) for family in chart.families],
        "others": others,
        "models": [_model(one, others, voice) for one in chart.models],
        "columns": [
            {**_column(column, chart, voice), **(_spreads(column, chart) if ranked else {})}
            for column in chart.columns
        ],
    }


def block(content: Mapping[str, object]) -> Markup:
    """JSON as an element that no text can break out of."""
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":")).translate(_ESCAPED)
    return Markup('<script type="application/json" class="zoo-island">{}</script>').format(
        Markup(text)  # noqa: S704 - escaped above, as JSON needs it
    )


def _model(model: ChartModel, others: Sequence[str], voice: Voice) -> Sequence[str | int]:
    """A model in as few letters as can be: a large zoo's home page holds thousands."""
    title = voice.plain(model.ref.title)
    own = [others.index(model.own)] if model.own else []
    return [model.ref.id, "" if title == model.ref.id else title, model.family, *own]


def _column(column: Column, chart: Chart, voice: Voice) -> Mapping[str, object]:
    series = column.series
    shown = [
        (row, _rounded(series.values[one.ref.id], column.quantity))
        for row, one in enumerate(chart.models)
        if one.ref.id in series.values
    ]
    content: dict[str, object] = {
        "key": series.key,
        "quantity": column.quantity,
        "measured": series.measured,
        "axis": voice.plain(series.axis),
        "conditions": voice.plain(series.conditions),
        "values": [value for _, value in shown],
    }
    if len(shown) < len(chart.models):
        content["rows"] = [row for row, _ in shown]
    if series.size is not None:
        content["size"] = by(series.size)
    if series.short_device is not None:
        content["where"] = voice.plain(series.short_device)
    if series.source is not None:
        content["source"] = voice.plain(series.source)
    if series.runtime is not None:
        content["runtime"] = series.runtime
    return content


def _spreads(column: Column, chart: Chart) -> Mapping[str, object]:
    """How far apart the processes were behind each value of a column, where it is known."""
    series = column.series
    if not series.spreads:
        return {}
    shown = [one.ref.id for one in chart.models if one.ref.id in series.values]
    told = [float(f"{series.spreads.get(one, 0.0):.{_SPREAD_DIGITS}g}") for one in shown]
    return {"spreads": told}


def _rounded(value: float, quantity: str) -> float:
    digits = _DIGITS.get(quantity, _COST_DIGITS)
    return float(f"{value / _UNITS.get(quantity, 1.0):.{digits}g}")
