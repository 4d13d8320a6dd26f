"""The model-index pieces of a Markdown page: HTML comments and front matter.

Knows Markdown's fences and comments; knows nothing of what the pieces hold.
"""

import re
from bisect import bisect_right
from dataclasses import dataclass

from catalogue.errors import Place
from catalogue.read.findings import Findings

_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})", re.MULTILINE)
_FRONT = re.compile(r"---[ \t]*\r?\n(?P<yaml>.*?\n)(?:---|\.\.\.)[ \t]*(?:\r?\n|$)", re.DOTALL)
_FRONT_KEY = re.compile(r"^model[-_]index[ \t]*:", re.MULTILINE | re.IGNORECASE)
_TYPED = re.compile(r"^\s*['\"]?type['\"]?\s*:\s*['\"]?model-?index", re.MULTILINE | re.IGNORECASE)
_KEYED = re.compile(r"^(models|collections|import|name)[ \t]*:", re.MULTILINE | re.IGNORECASE)


@dataclass(frozen=True, kw_only=True, slots=True)
class Piece:
    """A YAML text inside a page."""

    text: str
    line: int
    """Lines of the page before it."""
    column: int
    """Characters before it on its first line."""
    is_front: bool = False
    """Whether it is front matter, whose index stands under `model-index`."""


def pieces(text: str, file: str, findings: Findings) -> tuple[Piece, ...]:
    """The pieces of a page that are model-index; their lack is said."""
    found = []
    front = _FRONT.match(text)
    if front and _FRONT_KEY.search(front["yaml"]):
        found.append(Piece(text=front["yaml"], line=1, column=0, is_front=True))
    fences = _fenced(text)
    starts = [begin for begin, _ in fences]
    position = line = counted = 0
    while (start := text.find("<!--", position)) >= 0:
        before = bisect_right(starts, start) - 1
        if before >= 0 and start < fences[before][1]:
            position = fences[before][1]
            continue
        end = text.find("-->", start + 4)
        if end < 0:
            _say_unclosed(text, start, file, findings)
            return tuple(found)
        body = text[start + 4 : end]
        if _is_index(body.lstrip()):
            line += text.count("\n", counted, start)
            counted = start
            column = start - text.rfind("\n", 0, start) + 3
            found.append(_piece(body, line, column))
        position = end + 3
    if not found:
        message = "the page has no model-index comment (<!-- Type: model-index …) outside of code"
        findings.warning(Place(file=file, line=1, column=1), "no-model-index", message)
    return tuple(found)


def _fenced(text: str) -> list[tuple[int, int]]:
    """Where fenced code begins and ends; a comment there is an example, no data."""
    spans: list[tuple[int, int]] = []
    opened: tuple[int, str] | None = None
    comment_end = 0
    for match in _FENCE.finditer(text):
        if opened is None:
            # A fence inside a comment opens nothing.
            comment = text.rfind("<!--", comment_end, match.start())
            if comment >= 0:
                comment_end = text.find("-->", comment)
                if comment_end < 0:
                    break
                if comment_end > match.start():
                    continue
            opened = (match.start(), match[1])
        elif match[1][0] == opened[1][0] and len(match[1]) >= len(opened[1]):
            spans.append((opened[0], match.end()))
            opened = None
            comment_end = match.end()
    if opened is not None:
        spans.append((opened[0], len(text)))
    return spans


def _is_index(body: str) -> bool:
    return _TYPED.search(body) is not None or _KEYED.search(body) is not None


def _say_unclosed(text: str, start: int, file: str, findings: Findings) -> None:
    line = text.count("\n", 0, start) + 1
    column = start - text.rfind("\n", 0, start)
    message = "a comment begins here and is never closed, so it is not read; end it with '-->'"
    findings.error(Place(file=file, line=line, column=column), "unclosed-comment", message)


def _piece(body: str, line: int, column: int) -> Piece:
    """The piece without the space before it, which YAML would take for indentation.

    Args:
        body: What stands in the comment.
        line: Lines of the page before it.
        column: Characters before it on its first line.
    """
    first, newline, rest = body.partition("\n")
    if not first.strip():
        return Piece(text=rest, line=line + 1 if newline else line, column=0)
    stripped = first.lstrip()
    return Piece(
        text=stripped + newline + rest, line=line, column=column + len(first) - len(stripped)
    )
