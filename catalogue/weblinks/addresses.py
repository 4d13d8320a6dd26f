"""Every address of the web in the files of a zoo, with its place.

Reads YAML nodes and Markdown as text; knows nothing of entries.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from urllib.parse import urldefrag

import yaml

from catalogue.errors import Place, as_typed

_ADDRESS = re.compile(r"https?://[^\s<>\"'`\\{}|^，。；：、（）《》「」]+", re.IGNORECASE)
_ARXIV = "https://arxiv.org/abs/"
_ARXIV_ID = re.compile(r"\d{4}\.\d{4,5}(v\d+)?")
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, kw_only=True, slots=True)
class Address:
    """An address of the web where a person wrote it."""

    url: str
    """Without the part behind `#`, which no server sees."""
    place: Place
    accessed: str | None = None
    """The day it was read, where that stands beside it, as YYYY-MM-DD."""
    archived: bool = False
    """Whether a copy of it is named beside it."""


def addresses(files: Iterable[Path]) -> Iterator[Address]:
    """The addresses in YAML and Markdown files, in the order in which they stand there.

    Files that cannot be read are left out: reading the zoo names them.
    """
    for file in files:
        try:
            text = file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            continue
        if file.suffix in (".yml", ".yaml"):
            yield from _in_yaml(text, as_typed(file))
        else:
            yield from _in_lines(text, Place(file=as_typed(file), line=1, column=1))


def _in_yaml(text: str, file: str) -> Iterator[Address]:
    try:
        root = yaml.compose(text, Loader=_LOADER)
    except yaml.YAMLError:
        return
    if root is not None:
        yield from _in_node(root, file, _Beside(), text.splitlines())


@dataclass(frozen=True, kw_only=True, slots=True)
class _Beside:
    """What stands beside an address in its mapping."""

    accessed: str | None = None
    archived: bool = False


def _in_node(node: yaml.Node, file: str, beside: _Beside, lines: list[str]) -> Iterator[Address]:
    if isinstance(node, yaml.SequenceNode):
        for one in node.value:
            yield from _in_node(one, file, _Beside(), lines)
    elif isinstance(node, yaml.MappingNode):
        fields = {str(key.value).casefold(): value for key, value in node.value}
        day = fields.get("accessed")
        for key, value in node.value:
            if str(key.value).casefold() == "arxiv" and _ARXIV_ID.fullmatch(str(value.value)):
                place = _start(value, file)
                yield Address(url=_ARXIV + str(value.value), place=place)
            told = _Beside(
                accessed=str(day.value) if day is not None else None,
                archived=str(key.value).casefold() == "url" and "archive" in fields,
            )
            yield from _in_node(value, file, told, lines)
    elif isinstance(node, yaml.ScalarNode):
        yield from _in_scalar(node, file, beside, lines)


def _in_scalar(
    node: yaml.ScalarNode, file: str, beside: _Beside, lines: list[str]
) -> Iterator[Address]:
    """Addresses of a scalar; those of a block of several lines have the place of their own line."""
    start, end = node.start_mark.line, node.end_mark.line
    for url in found(str(node.value)):
        held = (
            Place(file=file, line=number + 1, column=lines[number].index(url) + 1)
            for number in range(start, min(end + 1, len(lines)))
            if url in lines[number]
        )
        place = next(held, _start(node, file))
        address = urldefrag(url).url
        yield Address(url=address, place=place, accessed=beside.accessed, archived=beside.archived)


def _start(node: yaml.Node, file: str) -> Place:
    return Place(file=file, line=node.start_mark.line + 1, column=node.start_mark.column + 1)


def _in_lines(text: str, start: Place) -> Iterator[Address]:
    for number, line in enumerate(text.splitlines(), start.line):
        for url in found(unescape(line)):
            place = Place(file=start.file, line=number, column=max(line.find(url), 0) + 1)
            yield Address(url=urldefrag(url).url, place=place)


def found(text: str) -> list[str]:
    """The addresses in a text, without the marks of the sentence around them."""
    return [_trimmed(one[0]) for one in _ADDRESS.finditer(text)]


def _trimmed(url: str) -> str:
    """Up to a bracket that was opened before the address, and without marks at the end."""
    opened = {")": 0, "]": 0}
    for number, letter in enumerate(url):
        if letter in "([":
            opened[")" if letter == "(" else "]"] += 1
        elif letter in opened:
            opened[letter] -= 1
            if opened[letter] < 0:
                url = url[:number]
                break
    return url.rstrip(".,;:!?*_~([")
