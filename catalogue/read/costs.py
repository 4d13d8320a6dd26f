"""Reported costs and latencies.

Knows their fields and units; knows nothing of models.
"""

import yaml

from catalogue.entry import Convention, Figure, Quantity, ReportedCost, ReportedLatency
from catalogue.read.figures import count, figure, height_and_width, number, size_in_bytes, whole
from catalogue.read.mapping import Fields, Item, is_null, kind_of, pairs, read_part
from catalogue.read.numbers import shown
from catalogue.read.results import cited, role
from catalogue.read.sheet import Sheet
from catalogue.read.tables import COST, LATENCY
from catalogue.read.values import choice, prose, text

_BYTES = (Quantity.WEIGHTS_BYTES, Quantity.PEAK_MEMORY_BYTES)
_TO_MS = {"us": -3, "ms": 0, "s": 3}
_LARGEST_BATCH = 1_000_000


def read_costs(sheet: Sheet, node: yaml.Node | None) -> tuple[ReportedCost, ...]:
    """Read a Costs value: a list of figures, each with its quantity."""
    found = []
    for member in _mappings(sheet, node, "Costs"):
        fields = read_part(sheet, member, COST)
        cost = _cost(fields)
        if cost is not None:
            found.append(cost)
    return tuple(found)


def read_latencies(sheet: Sheet, node: yaml.Node | None) -> tuple[ReportedLatency, ...]:
    """Read a Latency value: a list of rows, each with its device and precision."""
    found = []
    for member in _mappings(sheet, node, "Latency"):
        fields = read_part(sheet, member, LATENCY)
        latency = _latency(fields)
        if latency is not None:
            found.append(latency)
    return tuple(found)


def _mappings(sheet: Sheet, node: yaml.Node | None, name: str) -> list[yaml.MappingNode]:
    if node is None:
        return []
    members = node.value if isinstance(node, yaml.SequenceNode) else [node]
    for member in members:
        if not isinstance(member, yaml.MappingNode) and not is_null(member):
            sheet.error(member, "wrong-kind", f"{name} holds {kind_of(member)}, expected mappings")
    return [member for member in members if isinstance(member, yaml.MappingNode)]


def _say_missing(fields: Fields, *names: str) -> bool:
    missing = [name for name in names if fields.value(name) is None]
    if missing:
        message = f"{fields.table.title} has no {' and no '.join(missing)}; add it"
        fields.sheet.error(fields.node, "missing-key", message)
    return bool(missing)


def _cost(fields: Fields) -> ReportedCost | None:
    if _say_missing(fields, "Quantity", "Value"):
        return None
    sheet = fields.sheet
    named = choice(fields, "Quantity")
    if named is None:
        return None
    quantity = Quantity(named)
    value = _cost_figure(fields, quantity)
    if value is None:
        return None
    return ReportedCost(
        quantity=quantity,
        figure=value,
        convention=_convention(fields, quantity),
        input_size=height_and_width(sheet, fields.value("Input Size"), "Input Size"),
        tool=text(fields, "Tool"),
        role=role(fields),
        sources=cited(fields),
        note=prose(fields, "Note"),
        place=sheet.place(fields.node),
    )


def _cost_figure(fields: Fields, quantity: Quantity) -> Figure | None:
    node = fields.known["Value"].value
    unit = choice(fields, "Unit") or ""
    if quantity in _BYTES:
        return size_in_bytes(fields.sheet, node, "Value", unit=unit)
    counted = count(fields.sheet, node, "Value", unit=unit)
    return None if counted is None else counted[0]


def _convention(fields: Fields, quantity: Quantity) -> Convention | None:
    named = choice(fields, "Convention")
    if quantity is not Quantity.FLOPS:
        if named is not None:
            message = f"{quantity.value} have no Convention; only FLOPs do, delete it"
            fields.sheet.warning(fields.known["Convention"].key, "convention", message)
        return None
    if named is None:
        if "Convention" not in fields.known:
            message = "FLOPs without a Convention; add Convention: macs, 2xmacs or unknown"
            fields.sheet.warning(fields.node, "convention", message, alike="missing")
        return Convention.UNKNOWN
    return Convention(named)


def _latency(fields: Fields) -> ReportedLatency | None:
    if _say_missing(fields, "Device", "Precision"):
        return None
    sheet = fields.sheet
    device, precision = text(fields, "Device"), choice(fields, "Precision")
    if device is None or precision is None:
        return None
    unit = choice(fields, "Unit") or "ms"
    by_batch = _by_batch(fields, _TO_MS.get(unit, 0))
    if not by_batch:
        return None
    return ReportedLatency(
        device=device,
        precision=precision,
        runtime=text(fields, "Runtime"),
        input_size=height_and_width(sheet, fields.value("Input Size"), "Input Size"),
        unit="ms" if unit in _TO_MS else unit,
        statistic=choice(fields, "Statistic"),
        by_batch=by_batch,
        role=role(fields),
        sources=cited(fields),
        note=prose(fields, "Note"),
        place=sheet.place(fields.node),
    )


def _by_batch(fields: Fields, shift: int) -> tuple[tuple[int, Figure], ...]:
    """(batch size, figure per batch) in ascending order."""
    node = fields.value("By Batch")
    if node is None:
        return _single_batch(fields, shift)
    if not isinstance(node, yaml.MappingNode):
        message = f"By Batch is {kind_of(node)}, expected batch sizes and figures: {{1: 8.26}}"
        fields.sheet.error(node, "batch-size", message)
        return ()
    per_image = choice(fields, "Per") == "image"
    found: dict[int, Figure] = {}
    for item in pairs(fields.sheet, node):
        batch = _batch(fields.sheet, item)
        printed = _time(fields.sheet, item.value, shift)
        if batch is None or printed is None:
            continue
        if batch in found:
            message = f"batch size {batch} stands here twice; the first is used, delete one"
            fields.sheet.error(item.key, "repeated-key", message)
            continue
        found[batch] = _per_batch(printed, batch if per_image else 1)
    return tuple(sorted(found.items()))


def _single_batch(fields: Fields, shift: int) -> tuple[tuple[int, Figure], ...]:
    batch = whole(fields.sheet, fields.value("Batch Size"), "Batch Size")
    value = fields.value("Value")
    if not batch or value is None:
        message = "a latency without figures; add By Batch: {1: 8.26}"
        fields.sheet.error(fields.node, "missing-key", message)
        return ()
    printed = _time(fields.sheet, value, shift)
    if printed is None:
        return ()
    return ((batch, _per_batch(printed, batch if choice(fields, "Per") == "image" else 1)),)


def _batch(sheet: Sheet, item: Item) -> int | None:
    written = str(item.key.value)
    if written.isascii() and written.isdecimal() and len(written) < len(str(_LARGEST_BATCH)):
        batch = int(written)
        if batch > 0:
            return batch
    message = f"batch size {shown(written)} is no whole number above 0"
    sheet.error(item.key, "batch-size", message)
    return None


def _time(sheet: Sheet, node: yaml.Node, shift: int) -> Figure | None:
    printed = number(sheet, node, "the latency")
    if printed is None:
        return None
    unit_shift = _TO_MS.get(printed.unit)
    if (printed.unit and (unit_shift is None or unit_shift != shift)) or printed.value() <= 0:
        message = (
            f"latency {shown(str(node.value))}, expected a number above 0, its unit under Unit"
        )
        sheet.error(node, "not-a-number", message)
        return None
    return figure(node, printed, sheet=sheet, shift=shift)


def _per_batch(per_image: Figure, batch: int) -> Figure:
    if batch == 1:
        return per_image
    return Figure(
        value=per_image.value * batch,
        resolution=per_image.resolution * batch,
        text=per_image.text,
        place=per_image.place,
    )
