"""Sources: where reported figures come from.

Knows a source's fields; knows nothing of the figures.
"""

import re

import yaml

from catalogue.entry import Source, Text
from catalogue.read.links import link
from catalogue.read.mapping import is_null, kind_of, pairs, read_fields, say_unknown
from catalogue.read.numbers import shown
from catalogue.read.sheet import Sheet
from catalogue.read.tables import SOURCE
from catalogue.read.values import prose, text

_DAY = re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])", re.ASCII)


def read_sources(sheet: Sheet, node: yaml.Node | None) -> None:
    """Read a Sources value into the zone; an id that is taken is an error."""
    if node is None or is_null(node):
        return
    if not isinstance(node, yaml.MappingNode):
        message = f"Sources is {kind_of(node)}, expected ids and what they stand for"
        sheet.error(node, "wrong-kind", message)
        return
    for key, value in pairs(sheet, node):
        name = str(key.value).strip()
        first = sheet.zone.sources.get(name)
        if first is not None:
            message = f"source {shown(name)} is at {first.place} already; give one another id"
            sheet.error(key, "duplicate-id", message)
            continue
        source = _source(sheet, name, key, value)
        if source is not None:
            sheet.zone.sources[name] = source


def _source(sheet: Sheet, name: str, key: yaml.ScalarNode, value: yaml.Node) -> Source | None:
    if isinstance(value, yaml.ScalarNode):
        url = None if is_null(value) else link(sheet, value, "Source")
        return Source(id=name, title=Text(plain=name), url=url, place=sheet.place(key))
    if not isinstance(value, yaml.MappingNode):
        sheet.error(
            value, "wrong-kind", f"source {shown(name)} is {kind_of(value)}, expected a mapping"
        )
        return None
    fields = read_fields(sheet, value, SOURCE)
    say_unknown(fields)
    address, kept = fields.value("URL"), fields.value("Archive")
    accessed = text(fields, "Accessed")
    if accessed is not None and not _DAY.fullmatch(accessed):
        message = f"Accessed is {shown(accessed)}, expected a day as YYYY-MM-DD"
        sheet.warning(fields.known["Accessed"].value, "not-a-day", message)
    return Source(
        id=name,
        title=prose(fields, "Title") or Text(plain=name),
        url=link(sheet, address, "URL") if isinstance(address, yaml.ScalarNode) else None,
        archive=link(sheet, kept, "Archive") if isinstance(kept, yaml.ScalarNode) else None,
        commit=text(fields, "Commit"),
        accessed=accessed,
        note=prose(fields, "Note"),
        place=sheet.place(key),
    )
