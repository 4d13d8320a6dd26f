"""The numbers of a page for its scripts: one block of JSON that no text can break out of.

Its keys are described on the architecture page. Scripts read it; nothing in it is markup.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from itertools import groupby

from markupsafe import Markup

from catalogue.page.chart import Chart, ChartModel, Column
from catalogue.page.verdict import Verdict
from catalogue.page.voice import Voice
from catalogue.page.wording import GIGA, MEBIBYTE, MEGA, by, milliseconds, significant, top

_UNITS = {
    "flops": GIGA,
    "params": MEGA,
    "activations": MEGA,
    "memory": MEBIBYTE,
    "weights": MEBIBYTE,
}
_DIGITS = {"top1": 6, "top5": 6}
"""Of the numbers, as 50,000 images need them; costs have those of counts."""
_COST_DIGITS = 4
_EVERY_DIGIT = 17
_FORMS = {"top1": top, "top5": top, "latency": milliseconds}
"""How what was measured is printed; counts have four digits."""
_SPREAD_UNIT = 1e-4
_SHORTEST_RUN = 3
"""Of equal numbers: two are shorter as they are."""
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
    spread = bool({"choose.", "compare."}.intersection(words))
    others = list(dict.fromkeys(one.own for one in chart.models if one.own))
    return {
        "words": {
            key: voice.template(key)
            for key in voice.labels[voice.language]
            if key.startswith(tuple(words))
        },
        "families": [voice.plain(family) for family in chart.families],
        "others": others,
        "models": list(_models(chart.models, others, voice)),
        "columns": [
            {
                **_column(column, chart, voice),
                **(_spreads(column, chart) if spread else {}),
                **(_verdicts(column, chart) if "compare." in words else {}),
            }
            for column in chart.columns
        ],
    }


def runs(numbers: Sequence[int]) -> list[int | list[int]]:
    """Numbers in which many equal neighbours are one of them and how many they are."""
    found: list[int | list[int]] = []
    for number, equal in groupby(numbers):
        count = len(list(equal))
        found.extend([[number, count]] if count >= _SHORTEST_RUN else [number] * count)
    return found


def block(content: object, name: str = "zoo-island") -> Markup:
    """JSON as an element of a class that no text can break out of."""
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":")).translate(_ESCAPED)
    return Markup('<script type="application/json" class="{}">{}</script>').format(
        name,
        Markup(text),  # noqa: S704 - escaped above, as JSON needs it
    )


def _models(
    models: Sequence[ChartModel], others: Sequence[str], voice: Voice
) -> Iterator[str | list[str | int]]:
    """Models in as few letters as can be, as a page may hold thousands: often an id alone."""
    before: list[int] = []
    for model in models:
        title = voice.plain(model.ref.title)
        family = [model.family, *([others.index(model.own)] if model.own else [])]
        if family == before and title == model.ref.id:
            yield model.ref.id
        else:
            yield [model.ref.id, "" if title == model.ref.id else title, *family]
        before = family


def _column(column: Column, chart: Chart, voice: Voice) -> Mapping[str, object]:
    series = column.series
    rows = [row for row, one in enumerate(chart.models) if one.ref.id in series.values]
    ids = [chart.models[row].ref.id for row in rows]
    texts = [series.text(one, _form(column.quantity)) for one in ids]
    content: dict[str, object] = {
        "key": series.key,
        "quantity": column.quantity,
        "measured": series.measured,
        "axis": voice.plain(series.axis),
        "conditions": voice.plain(series.conditions),
        "values": [
            rounded(series.values[one] / _UNITS.get(column.quantity, 1.0), column.quantity, text)
            for one, text in zip(ids, texts, strict=True)
        ],
    }
    if series.texts:
        content["decimals"] = runs([_decimals(text) for text in texts])
    if len(rows) < len(chart.models):
        content["rows"] = rows
    if series.slow:
        content["slow"] = [row for row in rows if chart.models[row].ref.id in series.slow]
    if series.size is not None:
        content["size"] = by(series.size)
    if series.short_device is not None:
        content["where"] = voice.plain(series.short_device)
    if series.sources is not None:
        content["source"] = voice.plain(series.sources)
    if series.runtime is not None:
        content["runtime"] = series.runtime
    return content


def _spreads(column: Column, chart: Chart) -> Mapping[str, object]:
    """How far apart the processes were behind each value of a column; 0 where nobody knows."""
    series = column.series
    if not series.spreads:
        return {}
    shown = [one.ref.id for one in chart.models if one.ref.id in series.values]
    told = [round(series.spreads.get(one, 0.0) / _SPREAD_UNIT) for one in shown]
    return {"spreads": runs(told)}


def _verdicts(column: Column, chart: Chart) -> Mapping[str, object]:
    """What we say of each value of a column of reported figures: its place among all verdicts."""
    judged = column.series.verdicts
    order = list(Verdict)
    told = [order.index(judged[one.ref.id]) for one in chart.models if one.ref.id in judged]
    return {"verdicts": runs(told)} if judged else {}


def _form(quantity: str) -> Callable[[float], str]:
    """How what was measured of a quantity is printed, of the quantity's own unit."""
    unit = _UNITS.get(quantity, 1.0)
    return lambda value: _FORMS.get(quantity, significant)(value / unit)


def _decimals(text: str) -> int:
    return len(text.partition(".")[2])


def rounded(value: float, quantity: str, text: str) -> float:
    """A value with few digits, yet so many that scripts print of it what pages print.

    Rounding once more must not give another number: 121.454 would become 121.5, and that 122.
    """
    step = Decimal(1).scaleb(-_decimals(text))
    for digits in range(_DIGITS.get(quantity, _COST_DIGITS), _EVERY_DIGIT):
        found = float(f"{value:.{digits}g}")
        # Scripts round halves up, as `toFixed` does.
        if f"{Decimal(found).quantize(step, ROUND_HALF_UP):f}" == text:
            return found
    return float(text)
