"""What makes a YAML text unreadable, and the words for it.

Knows PyYAML's faults; knows nothing of the format's fields.
"""

import re
from dataclasses import dataclass

import yaml

from catalogue.read.numbers import narrow, shown

_WIDE = re.compile(r"[：，［］｛｝“”‘’＂＇＃－　\u00a0]")
_NO_SPACE = re.compile(
    r"[ -]*(?P<key>[A-Z][A-Za-z0-9 ]{0,30}):(?P<value>[^\s:/][^:]*|https?://\S+)\s*"
)
_PLAIN_COLON = re.compile(r":(\s|$)")
_WORDS = (
    ("mapping values are not allowed", "a second ': ' in {line}; quote the text that holds it"),
    ("cannot start any token", "{line} has a text that begins with %, @ or `; quote it"),
    ("scanning an a", "{line} has a text that begins with * or &; quote it"),
    ("scanning a tag", "{line} has a text that begins with !; quote it"),
    ("scanning a block scalar", "{line} has text after | or >; begin it on the next line"),
    ("escape character", "{line} has a backslash in double quotes; use single quotes"),
    ("scanning a quoted scalar", "a quotation begins in {line} and never ends; close it"),
    (
        "scanning a simple key",
        "{line} has no colon; expected 'Key: value' (or quote, or indent it)",
    ),
    ("parsing a flow", "a bracket opened in {line} is not closed; close it, or quote the text"),
    ("inside a line, parsing a block", "{line} goes on after a value has ended; quote all of it"),
    ("parsing a block", "{line} does not line up with the lines before it; mend the indentation"),
)
"""What PyYAML says, and what it means for people; the first that fits."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Slip:
    """Something wrong at a position of a YAML text."""

    line: int
    """Counted from 0."""
    column: int
    """Counted from 0."""
    code: str
    message: str
    culprit: int | None
    """A line of the item that is to blame, counted from 0; None where nothing can be saved."""


def syntax_slip(text: str, fault: yaml.MarkedYAMLError, *, opened: tuple[int, int] | None) -> Slip:
    """Say what is wrong with a text that is no YAML.

    Args:
        text: The text.
        fault: What the parser says.
        opened: Line and column of the outermost bracket still open, or of a quotation that has
            just ended, if there is one.
    """
    mark = fault.problem_mark or fault.context_mark
    line, column = (mark.line, mark.column) if mark else (0, 0)
    lines = text.splitlines()
    line = min(line, max(len(lines) - 1, 0))
    context = fault.context or ""
    begun = fault.context_mark
    if begun is not None and context.startswith(("while scanning a q", "while scanning a s")):
        opened = (begun.line, begun.column)
    culprit = line if opened is None else opened[0]
    for found in (
        _tab(lines, line),
        _wide(lines, culprit, line),
        _unspaced(lines, culprit, line),
    ):
        if found is not None:
            return found
    if opened is not None and context.startswith(("while scanning", "while parsing a flow")):
        line, column = opened
    shown_line = lines[line] if lines else ""
    words = _in_words(fault, shown_line, inside=column > _indent(shown_line))
    return Slip(line=line, column=column, code="syntax", message=words, culprit=culprit)


def _tab(lines: list[str], line: int) -> Slip | None:
    """A tab that indents the line, which YAML forbids."""
    if not lines or "\t" not in (indent := lines[line][: _indent(lines[line])]):
        return None
    message = "a tab indents this line; YAML allows only spaces, replace it"
    return Slip(line=line, column=indent.index("\t"), code="tab", message=message, culprit=line)


def _wide(lines: list[str], first: int, last: int) -> Slip | None:
    """Punctuation of an input method where YAML needs ASCII, on the lines in question."""
    for line in range(max(min(first, last) - 1, 0), min(last + 1, len(lines))):
        written = lines[line].split(" #")[0]
        match = _WIDE.search(written)
        if match is None or _PLAIN_COLON.search(written[: match.start()]):
            continue
        meant = narrow(match[0]).replace("\u00a0", " ")
        message = (
            f"full-width '{match[0]}' (U+{ord(match[0]):04X}) where YAML needs '{meant}'; "
            "switch the input method and type it again"
        )
        return Slip(
            line=line, column=match.start(), code="full-width", message=message, culprit=line
        )
    return None


def _unspaced(lines: list[str], first: int, last: int) -> Slip | None:
    """A key whose colon has no space behind it, on the lines in question."""
    for line in range(max(min(first, last) - 1, 0), min(last + 1, len(lines))):
        match = _NO_SPACE.fullmatch(lines[line])
        if match is not None:
            meant = f"{match['key']}: {match['value'].strip()}"
            message = f"no space after the colon of '{match['key']}:'; write {shown(meant)}"
            column = match.end("key")
            return Slip(line=line, column=column, code="syntax", message=message, culprit=line)
    return None


def _in_words(fault: yaml.MarkedYAMLError, line: str, *, inside: bool) -> str:
    context = (fault.context or "").removeprefix("while ")
    said = f"{'inside a line, ' if inside else ''}{context}; {fault.problem or ''}"
    where = shown(line.strip())
    for sign, words in _WORDS:
        if sign in said:
            return words.format(line=where)
    return f"no YAML: {fault.problem} in {where}"


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())
