"""From a file's bytes to text that YAML can see: encoding, size, control characters, conflicts.

Every repair keeps lines and columns where they were. Knows nothing of YAML.
"""

# ruff: noqa: PTH116, PTH123
# A zoo is hundreds of small files: pathlib takes longer than the system to open one.

import codecs
import os
import re
from dataclasses import dataclass
from pathlib import Path
from stat import S_ISREG

from catalogue.errors import Place
from catalogue.read.findings import Findings
from catalogue.read.numbers import shown

MOST_BYTES = 16 * 2**20

_MARKS = (
    (codecs.BOM_UTF8, "utf-8", "UTF-8"),
    (codecs.BOM_UTF32_LE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF32_BE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"),
)
_CONTROL = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")
_PLAIN = bytes(range(0x20, 0x7F)) + b"\t\n\r"
_INVISIBLE = re.compile("[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
_WIDE_INDENT = re.compile(
    "^ *[\u00a0\u2000-\u200a\u202f\u3000][ \u00a0\u2000-\u200a\u202f\u3000]*", re.MULTILINE
)
_CONFLICT = re.compile(r"^(?:<{7}|>{7})(?: .*)?$", re.MULTILINE)
_NO_BREAK = re.compile(r"[^\r\n]")
_HIGH = re.compile(rb"[\x80-\xff]")
_GBK_SHARE = 0.7
_NUL_SHARE = 0.3


@dataclass(frozen=True, kw_only=True, slots=True)
class Content:
    """A file's text with everything repaired that YAML would stumble over."""

    text: str
    conflicted: bool
    """Whether an unresolved merge was taken out."""


def read_content(path: Path, file: str, findings: Findings) -> Content | None:
    """Read a file.

    Args:
        path: The file.
        file: Its name in diagnostics.
        findings: Takes what was wrong.

    Returns:
        Its content, or None where there is nothing to be read.
    """
    start = Place(file=file, line=1, column=1)
    try:
        state = os.stat(path)
        size = state.st_size
        # Opening a pipe would wait for its writer.
        content = _bytes_of(path) if S_ISREG(state.st_mode) and size <= MOST_BYTES else b""
    except OSError as fault:
        findings.error(start, "unreadable-file", f"cannot be read: {fault.strerror}; check it")
        return None
    if size > MOST_BYTES:
        message = (
            f"is {size / 2**20:.0f} MiB, expected at most {MOST_BYTES // 2**20}; split the file"
        )
        findings.error(start, "too-large", message)
        return None
    text = _decoded(content, file, findings)
    merged = _without_conflicts(text, file, findings)
    return Content(text=_without_controls(merged, file, findings), conflicted=merged is not text)


def _bytes_of(path: Path) -> bytes:
    with open(path, "rb", buffering=0) as opened:
        return opened.read()


def _decoded(content: bytes, file: str, findings: Findings) -> str:
    start = Place(file=file, line=1, column=1)
    for mark, codec, name in _MARKS:
        if not content.startswith(mark):
            continue
        if codec == "utf-8":
            findings.note(
                start, "byte-order-mark", "begins with a byte order mark; save as UTF-8 without"
            )
            content = content[len(mark) :]
            break
        findings.error(start, "encoding", f"the file is {name}, expected UTF-8; save it as UTF-8")
        return content.decode(codec, errors="replace").removeprefix("\ufeff")
    if content[:2000].count(0) > _NUL_SHARE * len(content[:2000]):
        # UTF-16 of plain letters decodes as UTF-8 as well, with a NUL at every other place.
        return _guessed(content, content.index(0), file, findings)
    try:
        return content.decode()
    except UnicodeDecodeError as fault:
        return _guessed(content, fault.start, file, findings)


def _guessed(content: bytes, position: int, file: str, findings: Findings) -> str:
    line_start = content.rfind(b"\n", 0, position) + 1
    place = Place(
        file=file,
        line=content.count(b"\n", 0, position) + 1,
        column=len(content[line_start:position].decode(errors="replace")) + 1,
    )
    codec, name = _guess(content)
    message = (
        f"byte 0x{content[position]:02x} is no UTF-8; the file looks like {name}, save it as UTF-8"
    )
    findings.error(place, "encoding", message)
    return content.decode(codec, errors="replace").removeprefix("\ufeff")


def _guess(content: bytes) -> tuple[str, str]:
    """The codec a text that is no UTF-8 was most likely written in, and its name."""
    if b"\0" in content[:2000]:
        little = content[1:200:2].count(0) >= content[0:200:2].count(0)
        return ("utf-16-le" if little else "utf-16-be"), "UTF-16"
    try:
        text = content.decode("gb18030")
    except UnicodeDecodeError:
        return "cp1252", "Windows-1252"
    chinese = sum("\u4e00" <= letter <= "\u9fff" for letter in text)
    high = len(_HIGH.findall(content))
    # In GBK most characters are two bytes with both high; Western accents stand alone.
    likely = chinese and high >= 2 * _GBK_SHARE * (len(content) - len(text))
    return ("gb18030", "GBK") if likely else ("cp1252", "Windows-1252")


def _without_conflicts(text: str, file: str, findings: Findings) -> str:
    """Blank out every hunk of a merge conflict, both sides."""
    if ("<<<<<<<" not in text and ">>>>>>>" not in text) or not _CONFLICT.search(text):
        return text
    lines = text.splitlines(keepends=True)
    inside = False
    for number, line in enumerate(lines):
        begins = _CONFLICT.match(line) is not None
        if begins and not inside:
            message = (
                f"a merge conflict begins here ({shown(line)}); its lines are not read, "
                "nor are the file's imports; resolve it"
            )
            place = Place(file=file, line=number + 1, column=1)
            findings.error(place, "merge-conflict", message)
            inside = True
        if inside:
            lines[number] = _NO_BREAK.sub("", line)
            inside = not line.startswith(">>>>>>>")
    return "".join(lines)


def _without_controls(text: str, file: str, findings: Findings) -> str:
    """Replace what YAML forbids by U+FFFD, and take out what nobody can see."""
    if text.isascii() and not text.encode("ascii").translate(None, _PLAIN):
        return text
    found = list(_CONTROL.finditer(text))
    if found:
        more = f", and {len(found) - 1} more" if len(found) > 1 else ""
        message = (
            f"control character U+{ord(found[0][0]):04X}{more}; "
            "delete it (an editor that shows invisible characters helps)"
        )
        findings.error(_place_at(text, found[0].start(), file), "control-character", message)
        text = _CONTROL.sub("\ufffd", text)
    return text if text.isascii() else _without_invisible(text, file, findings)


def _without_invisible(text: str, file: str, findings: Findings) -> str:
    """Replace spaces that indent nothing, and take out what nobody can see."""
    indent = _WIDE_INDENT.search(text)
    if indent:
        odd = indent[0].lstrip(" ")[0]
        message = f"the line is indented by U+{ord(odd):04X}, read as a space; type a space"
        findings.warning(_place_at(text, indent.start(), file), "invisible-character", message)
        text = _WIDE_INDENT.sub(lambda match: " " * len(match[0]), text)
    hidden = _INVISIBLE.search(text)
    if hidden:
        message = f"invisible character U+{ord(hidden[0]):04X}; it is left out here, delete it"
        findings.warning(_place_at(text, hidden.start(), file), "invisible-character", message)
        text = _INVISIBLE.sub("", text)
    return text


def _place_at(text: str, position: int, file: str) -> Place:
    line_start = text.rfind("\n", 0, position) + 1
    line = text.count("\n", 0, position) + 1
    return Place(file=file, line=line, column=position - line_start + 1)
