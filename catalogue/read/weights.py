"""Weights files: URLs, digests and sizes.

Knows the naming convention of torch.hub; downloads nothing.
"""

import re

import yaml

from catalogue.entry import Weights
from catalogue.read.figures import size_in_bytes
from catalogue.read.links import is_url, link
from catalogue.read.mapping import Fields, is_null, keep, kind_of, pairs, read_fields, say_unknown
from catalogue.read.numbers import says_nothing, shown
from catalogue.read.sheet import Sheet
from catalogue.read.tables import WEIGHTS
from catalogue.read.values import text

_DIGITS = 64
_SHORTEST_PREFIX = 8
_HEX = re.compile(r"[0-9a-f]+")
_HASH_IN_NAME = re.compile(r"-([0-9a-f]{8,64})\.[A-Za-z.]+(?:[?#].*)?$")
_DAY = re.compile(r"(19|20)\d{6}")


def prefix_in_name(url: str) -> str | None:
    """The digest's first digits, as torch.hub has them in file names: `dpn131-71dfe43e0.pth`.

    Source: https://pytorch.org/docs/stable/hub.html, `load_state_dict_from_url`, `check_hash`.
    """
    match = _HASH_IN_NAME.search(url)
    return match[1] if match and not _DAY.fullmatch(match[1]) else None


def read_weights(sheet: Sheet, node: yaml.Node | None) -> tuple[Weights, ...]:
    """Read one weights file or several."""
    if node is None:
        return ()
    members = node.value if isinstance(node, yaml.SequenceNode) else [node]
    found: list[Weights] = []
    for member in members:
        if isinstance(member, yaml.MappingNode):
            found.extend(_from_mapping(sheet, member))
        elif isinstance(member, yaml.ScalarNode):
            found.extend(_from_scalar(sheet, member))
        else:
            sheet.error(member, "wrong-kind", f"Weights is {kind_of(member)}, expected a URL")
    return tuple(found)


def _from_scalar(sheet: Sheet, node: yaml.ScalarNode, name: str | None = None) -> list[Weights]:
    if is_null(node):
        return []
    if says_nothing(node.value):
        message = f"Weights is {shown(node.value)}, read as not given; leave it out"
        sheet.note(node, "no-value", message, alike="Weights")
        return []
    if "." not in node.value and "/" not in node.value and ":" not in node.value:
        sheet.error(node, "bad-url", f"Weights is {shown(node.value)}, expected a URL or a path")
        return []
    url = link(sheet, node, "Weights")
    if url is None:
        return []
    return [Weights(url=url, name=name, sha256_prefix=prefix_in_name(url), place=sheet.place(node))]


def _from_mapping(sheet: Sheet, node: yaml.MappingNode) -> list[Weights]:
    fields = read_fields(sheet, node, WEIGHTS)
    if "URL" not in fields.known:
        items = list(pairs(sheet, node))
        if items and all(
            isinstance(item.value, yaml.ScalarNode) and is_url(str(item.value.value))
            for item in items
        ):
            return [
                one
                for key, value in items
                if isinstance(value, yaml.ScalarNode)
                for one in _from_scalar(sheet, value, str(key.value))
            ]
    say_unknown(fields)
    keep(sheet, WEIGHTS.title, fields.unknown)
    url_node = fields.value("URL")
    if not isinstance(url_node, yaml.ScalarNode):
        sheet.error(node, "missing-key", "Weights has no URL; expected {URL: https://…}")
        return []
    url = link(sheet, url_node, "Weights URL")
    if url is None:
        return []
    digest = _hexadecimal(fields, "SHA256", _DIGITS, _DIGITS)
    prefix = _hexadecimal(fields, "SHA256 Prefix", _SHORTEST_PREFIX, _DIGITS)
    if digest and prefix and not digest.startswith(prefix):
        message = f"SHA256 Prefix '{prefix}' is not how SHA256 '{digest[:12]}…' begins"
        sheet.error(fields.known["SHA256 Prefix"].value, "hash-mismatch", message)
    size_node = fields.value("Bytes")
    size = None if size_node is None else size_in_bytes(sheet, size_node, "Bytes")
    return [
        Weights(
            url=url,
            name=text(fields, "Name"),
            sha256=digest,
            sha256_prefix=prefix or (None if digest else prefix_in_name(url)),
            size_bytes=None if size is None else round(size.value),
            format=text(fields, "Format"),
            license=text(fields, "License"),
            key=text(fields, "Key"),
            place=sheet.place(node),
        )
    ]


def _hexadecimal(fields: Fields, name: str, fewest: int, most: int) -> str | None:
    written = text(fields, name)
    if written is None:
        return None
    lower = written.casefold().removeprefix("sha256:")
    if _HEX.fullmatch(lower) and fewest <= len(lower) <= most:
        return lower
    expected = str(most) if fewest == most else f"{fewest} to {most}"
    found = f"{len(lower)}" if _HEX.fullmatch(lower) else "other characters"
    hint = "; did you mean 'SHA256 Prefix'?" if fewest == most and len(lower) < most else ""
    message = f"{name} is {shown(written)}: {found}, expected {expected} hexadecimal digits{hint}"
    fields.sheet.error(fields.known[name].value, "not-a-hash", message)
    return None
