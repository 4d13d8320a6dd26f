"""Metadata and Results that stand in a file of their own, which a path names.

Confined like imports; knows nothing of what the file holds.
"""

from dataclasses import replace

import yaml

from catalogue.read.content import read_content
from catalogue.read.imports import SUFFIXES, imported_files
from catalogue.read.recover import documents
from catalogue.read.sheet import Sheet


def followed(sheet: Sheet, node: yaml.Node | None) -> tuple[Sheet, yaml.Node | None]:
    """The value that a path stands for and the sheet it stands on; other values as they are."""
    if not isinstance(node, yaml.ScalarNode):
        return sheet, node
    if not node.value.strip().casefold().endswith(SUFFIXES):
        return sheet, node
    paths = imported_files(sheet, node)
    if len(paths) != 1:
        return sheet, None
    name = paths[0].relative_to(sheet.zone.root).as_posix()
    content = read_content(paths[0], name, sheet.zone.findings)
    if content is None:
        return sheet, None
    sheet.zone.texts[name] = content.text
    other = replace(sheet, file=name, line_offset=0, column_offset=0, is_page=False)
    nodes = documents(content.text, other)
    return other, nodes[0] if nodes else None
