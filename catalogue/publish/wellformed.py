"""Text of strangers made safe for XML, for one line of plain text, and for YAML.

JSON has its own escapes; HTML is the page half's.
"""

import json
import re
from collections.abc import Iterable
from functools import lru_cache
from json.encoder import encode_basestring
from xml.sax.saxutils import escape

from catalogue.entry import Json

_BIDI = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|[\x7f-\x9f]")
_NOT_ON_A_LINE = re.compile(f"[{_BIDI}\ufeff]")
_NOT_YAML = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff\ufffe\uffff]")
_PLAIN_KEY = re.compile(r"[A-Za-z][A-Za-z0-9_]*( [A-Za-z0-9_]+)*|model-index")
_LINE = 200
"""Characters of a value that stands on one line."""
_WORDS = ("y", "n", "yes", "no", "on", "off", "true", "false", "null")


def one_line(text: str, *, most: int = 200) -> str:
    """Text without line breaks, control characters and marks that turn the reading direction."""
    line = " ".join(_NOT_ON_A_LINE.sub("", _NOT_XML.sub("", text)).split())
    return line if len(line) <= most else line[: most - 1] + "…"


def xml(text: str) -> str:
    """Text for an element or a quoted attribute of XML 1.0, without what XML cannot hold."""
    return escape(_NOT_XML.sub("", text), {'"': "&quot;"})


def harmless(text: bytes) -> bytes:
    """JSON that a page can hold between script tags: `<`, `>` and `&` stand in its strings only."""
    for character in (b"<", b">", b"&"):
        text = text.replace(character, b"\\u%04x" % ord(character))
    return text


def yaml_text(value: Json) -> str:
    """A value as YAML in which every text is quoted, so that none is read as anything else.

    Below the outermost, what fits on a line stands on one: `{key: "text", other: [1, 2]}`. Far
    quicker than PyYAML, for the few forms that are needed.
    """
    if isinstance(value, dict) and value:
        return "\n".join(_keyed(_members(value))) + "\n"
    if isinstance(value, list) and value:
        return "\n".join(_listed([_written(one) for one in value])) + "\n"
    return f"{_written(value)}\n"


def _written(value: Json) -> str | list[str]:
    """A value on one line where it fits, else as its lines."""
    if isinstance(value, dict):
        members = _members(value)
        line = _line([None if isinstance(one, list) else f"{key}: {one}" for key, one in members])
        return _keyed(members) if line is None else f"{{{line}}}"
    if isinstance(value, list):
        items = [_written(one) for one in value]
        line = _line([None if isinstance(one, list) else one for one in items])
        return _listed(items) if line is None else f"[{line}]"
    return _scalar(value)


def _line(parts: list[str | None]) -> str | None:
    """Parts on one line; None where they take several."""
    told = [one for one in parts if one is not None]
    line = ", ".join(told)
    return line if len(told) == len(parts) and len(line) <= _LINE else None


def _members(value: dict[str, Json]) -> list[tuple[str, str | list[str]]]:
    return [(_key(key), _written(one)) for key, one in value.items()]


def _keyed(members: Iterable[tuple[str, str | list[str]]]) -> list[str]:
    """The lines of an object."""
    lines: list[str] = []
    for key, told in members:
        if isinstance(told, str):
            lines.append(f"{key}: {told}")
        else:
            lines.append(f"{key}:")
            lines += told if told[0].startswith("- ") else [f"  {line}" for line in told]
    return lines


def _listed(items: Iterable[str | list[str]]) -> list[str]:
    """The lines of a list."""
    lines: list[str] = []
    for told in items:
        first, *rest = [told] if isinstance(told, str) else told
        lines.append(f"- {first}")
        lines += [f"  {line}" for line in rest]
    return lines


@lru_cache(maxsize=1000)
def _key(key: str) -> str:
    plain = _PLAIN_KEY.fullmatch(key) and key.casefold() not in _WORDS
    return key if plain else _scalar(key)


def _scalar(value: Json) -> str:
    """JSON is YAML, but for the few characters that YAML does not print."""
    if isinstance(value, str):
        text = encode_basestring(value)
        if text.isascii() and "\x7f" not in text:
            return text
        return _NOT_YAML.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
    return str(value) if type(value) is int else json.dumps(value)
