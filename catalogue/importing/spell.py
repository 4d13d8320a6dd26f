"""Values of the entry format as YAML text, laid out as a person would.

Knows layout and quoting; knows nothing of what the values mean.
"""

import re
from functools import lru_cache

import yaml

from catalogue.entry import Json

_WIDEST = 150
"""Columns up to which a list of texts or a mapping stands in one line."""
_ENDLESS = 1 << 30
TALL = frozenset({"Collections", "Models"})
"""Keys whose members stand in several lines, however short, with an empty line between them."""
_LISTED = TALL | {"Import"}
"""Keys whose members each begin a line."""

_ADDRESS = re.compile(r"(https?://|timm:|torchvision:)[\w.~/%+@?=&-]*[\w/]", re.ASCII)
"""What PyYAML would quote for its colon, and need not."""


class Digits(str):
    """A number as a source printed it; in YAML it stands without quotes, digit for digit."""

    __slots__ = ()


def spelt(value: Json) -> str:
    """A value in one line, quoted where YAML 1.1 or 1.2 would take it for something else."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{spelt(key)}: {spelt(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(spelt(one) for one in value) + "]"
    # Equal keys of the cache need equal types: 1 == True == 1.0.
    return _scalar(value, type(value).__name__)


@lru_cache(maxsize=4096)
def _scalar(value: bool | float | str | None, _type: str) -> str:  # noqa: FBT001
    if isinstance(value, Digits) or (isinstance(value, str) and _ADDRESS.fullmatch(value)):
        return str(value)
    hidden = isinstance(value, str) and not value.isprintable()
    # In a list, PyYAML quotes what brackets and commas would break, and ends no document.
    text = yaml.dump(
        [value],
        Dumper=yaml.CSafeDumper,
        default_flow_style=True,
        default_style='"' if hidden else None,
        width=_ENDLESS,
        allow_unicode=not hidden,
    )
    return str(text).strip()[1:-1]


def spelt_item(key: str, value: Json, indent: int) -> str:
    """A key and its value as lines that end in a newline; `indent` counts columns before it."""
    head = f"{' ' * indent}{spelt(key)}:"
    if isinstance(value, str) and _is_block(value):
        return f"{head} {_block(value, indent + 2)}"
    if _is_low(value, key) and (
        not isinstance(value, dict | list)
        or _are_numbers(value)
        or len(head) + len(spelt(value)) < _WIDEST
    ):
        return f"{head} {spelt(value)}\n"
    if isinstance(value, dict):
        lines = [spelt_item(name, one, indent + 2) for name, one in value.items()]
    else:
        members = value if isinstance(value, list) else [value]
        lines = [spelt_member(one, indent + 2, tall=key in TALL) for one in members]
    gap = "\n" if key in TALL else ""
    return f"{head}\n{gap.join(lines)}"


def spelt_member(value: Json, indent: int, *, tall: bool = False) -> str:
    """A member of a list as lines that end in a newline; `indent` counts columns to its dash."""
    line = f"{' ' * indent}- {spelt(value)}"
    if not isinstance(value, dict) or not value:
        return f"{line}\n"
    if not tall and _is_low(value) and len(line) <= _WIDEST:
        return f"{line}\n"
    inner = "".join(spelt_item(key, one, indent + 2) for key, one in value.items())
    return f"{' ' * indent}- {inner[indent + 2 :]}"


def _is_low(value: Json, key: str = "") -> bool:
    """Whether a value may stand in one line: no mappings inside lists, no texts of many lines."""
    if isinstance(value, dict):
        return all(_is_low(one) for one in value.values())
    if isinstance(value, list):
        return not value or not (key in _LISTED or any(isinstance(one, dict) for one in value))
    return not (isinstance(value, str) and _is_block(value))


def _are_numbers(value: Json) -> bool:
    return isinstance(value, list) and all(isinstance(one, int | float) for one in value)


def _is_block(text: str) -> bool:
    """Whether a text of several lines can stand as it is behind a `|`."""
    lines = text.removesuffix("\n").split("\n")
    sound = all(line.isprintable() and line == line.rstrip() for line in lines)
    return (
        len(lines) > 1 and sound and bool(lines[0] and lines[-1]) and not lines[0].startswith(" ")
    )


def _block(text: str, indent: int) -> str:
    sign = "|" if text.endswith("\n") else "|-"
    pad = " " * indent
    lines = text.removesuffix("\n").split("\n")
    return f"{sign}\n" + "".join(f"{pad}{line}\n" if line else "\n" for line in lines)
