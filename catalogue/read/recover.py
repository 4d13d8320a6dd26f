"""From text to YAML nodes, saving every item that a syntax error elsewhere does not touch.

The item to blame is said and blanked, so that lines and columns of the rest stay where they are.
"""

import re
from dataclasses import replace

import yaml

from catalogue.read.scan import scan
from catalogue.read.sheet import Sheet
from catalogue.read.slip import Slip

MOST_REPAIRS = 100
_MOST_SCANNED = 64 * 2**20
"""Characters looked at in all repairs of one text, so that large broken files end soon."""

_TOP_KEY = re.compile(r"[^\s#\-][^#]*:(\s|$)|---|\.\.\.")
_ITEM = re.compile(r"( *)-(\s|$|(?=[A-Za-z][^:#]*:\s))")
"""The beginning of a list's item; one whose dash lacks its space is meant as one, too."""
_NO_SPACE = re.compile(r"( *)-([A-Za-z][^:#]*:\s.*)")
_NAME = re.compile(r"^[ -]*['\"]?Name['\"]?\s*:\s*(.+?)\s*$", re.MULTILINE)


def documents(text: str, sheet: Sheet) -> tuple[yaml.Node, ...]:
    """The root node of every document of a YAML text; what is no YAML is said and left out."""
    told: set[tuple[int, int]] = set()
    for _ in range(max(2, min(MOST_REPAIRS, _MOST_SCANNED // max(len(text), 1)))):
        scanned = scan(text)
        if scanned.broken is not None:
            repaired = _without_culprit(text, scanned.broken, sheet)
            if repaired is None:
                return ()
            text = repaired
            continue
        for slip in scanned.later_documents:
            if (slip.line, slip.column) not in told:
                message = "'---' begins another YAML document in this file; delete the line"
                _report(sheet, slip, message)
                told.add((slip.line, slip.column))
        if not scanned.edits:
            return scanned.nodes
        for edit in scanned.edits:
            _report(sheet, edit.slip, edit.slip.message)
            filler = "~" if text[edit.start] == "*" else " "
            text = text[: edit.start] + filler.ljust(edit.end - edit.start) + text[edit.end :]
        # What is left may be no YAML any more, such as a key made null: look once more.
    message = "too many faults to read around; mend those above first"
    sheet.zone.findings.error(sheet.spot(0, 0), "syntax", message)
    return ()


def _report(sheet: Sheet, slip: Slip, message: str) -> None:
    sheet.zone.findings.error(sheet.spot(slip.line, slip.column), slip.code, message)


def _without_culprit(text: str, slip: Slip, sheet: Sheet) -> str | None:
    """The text with the item blanked that is to blame; None where nothing can be saved."""
    lines = text.splitlines(keepends=True)
    slip = _dash_without_space(lines, slip) or slip
    span = None if slip.culprit is None else _item_span(lines, slip.culprit)
    if span is None or not "".join(lines[span[0] : span[1]]).strip():
        span = _item_span(lines, slip.line) if slip.culprit is not None else None
    if span is None or not (lost := "".join(lines[span[0] : span[1]])).strip():
        _report(sheet, slip, f"{slip.message}; nothing of it is read")
        return None
    name = _NAME.search(lost)
    what = f"model or collection '{name[1][:60]}'" if name and span[0] > 0 else "these lines"
    _report(sheet, slip, f"{slip.message}; {what} not read ({_lines(span, sheet)})")
    blank = [re.sub(r"[^\r\n]", "", line) for line in lines[span[0] : span[1]]]
    return "".join(lines[: span[0]] + blank + lines[span[1] :])


def _dash_without_space(lines: list[str], slip: Slip) -> Slip | None:
    """The slip of an item whose dash lacks its space; YAML notices it there or at the next item."""
    if slip.line >= len(lines):
        return None
    indent = len(lines[slip.line]) - len(lines[slip.line].lstrip(" "))
    for at in range(slip.line, -1, -1):
        found = _NO_SPACE.match(lines[at])
        if found and len(found[1]) == indent:
            written = found[2].strip()[:60]
            message = f"'-{written}' lacks the space after its dash; expected '- {written}'"
            return replace(slip, line=at, column=indent, message=message, culprit=at)
        item = _ITEM.match(lines[at])
        if item and len(item[1]) == indent and at < slip.line:
            return None
    return None


def _lines(span: tuple[int, int], sheet: Sheet) -> str:
    first, last = span[0] + sheet.line_offset + 1, span[1] + sheet.line_offset
    return f"line {first}" if first == last else f"lines {first} to {last}"


def _item_span(lines: list[str], line: int) -> tuple[int, int] | None:
    """The lines of the top-level list item around a line, or of the top-level key.

    Returns:
        First line and line after the last, counted from 0; None outside of any.
    """
    line = min(line, len(lines) - 1)
    if line < 0:
        return None
    first = next((at for at in range(line, -1, -1) if _TOP_KEY.match(lines[at])), 0)
    after = next(
        (at for at in range(line + 1, len(lines)) if _TOP_KEY.match(lines[at])), len(lines)
    )
    items = [(at, len(match[1])) for at in range(first, after) if (match := _ITEM.match(lines[at]))]
    indent = min((width for _, width in items), default=0)
    starts = [at for at, width in items if width == indent]
    start = max((at for at in starts if at <= line), default=None)
    if start is None:
        return (first, starts[0]) if starts else (first, after)
    return start, min((at for at in starts if at > start), default=after)
