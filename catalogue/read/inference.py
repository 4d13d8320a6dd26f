"""Latencies that zoos keep under Metadata, as `inference time (ms/im)`.

Knows that one spelling; knows nothing of other attributes.
"""

import yaml

from catalogue.entry import Figure, ReportedLatency
from catalogue.read.fields import folded
from catalogue.read.figures import number, sides
from catalogue.read.mapping import Item, pairs
from catalogue.read.sheet import Sheet
from catalogue.read.tables import PRECISIONS

KEY = "inference time (ms/im)"


def read_inference_times(sheet: Sheet, items: tuple[Item, ...]) -> tuple[ReportedLatency, ...]:
    """Read the rows under that key which say what was timed on what; others stay attributes."""
    node = next((item.value for item in items if folded(item.key.value) == KEY), None)
    if node is None:
        return ()
    members = node.value if isinstance(node, yaml.SequenceNode) else [node]
    rows = (_row(sheet, one) for one in members if isinstance(one, yaml.MappingNode))
    return tuple(row for row in rows if row is not None)


def _row(sheet: Sheet, node: yaml.MappingNode) -> ReportedLatency | None:
    told = {folded(item.key.value): item.value for item in pairs(sheet, node)}
    device, precision = _text(told.get("hardware")), _text(told.get("mode")).upper()
    batch, value = _text(told.get("batch size")), told.get("value")
    if not device or precision not in PRECISIONS or not batch.isdecimal() or value is None:
        return None
    printed = number(sheet, value, KEY)
    if printed is None or printed.unit or printed.value() <= 0 or int(batch[:6]) == 0:
        return None
    images = int(batch[:6])
    figure = Figure(
        value=printed.value() * images,
        resolution=printed.resolution() * images,
        text=_text(value),
        place=sheet.place(value),
    )
    size = sides(sheet, told.get("resolution"), "resolution")
    return ReportedLatency(
        device=device,
        precision=precision,
        runtime=_text(told.get("backend")) or None,
        input_size=None if size is None else (size[-2 if len(size) > 1 else 0], size[-1]),
        by_batch=((images, figure),),
        place=sheet.place(node),
    )


def _text(node: yaml.Node | None) -> str:
    return str(node.value).strip() if isinstance(node, yaml.ScalarNode) else ""
