"""Whether a text is BibTeX: entries, keys, fields, balanced braces.

Pure functions over text.
"""

import re

_HEAD = re.compile(r"@\s*([A-Za-z]+)\s*\{\s*([^,\s{}]*)\s*(,|\})")
_FIELD = re.compile(r"\s*([A-Za-z][\w-]*)\s*=\s*")
_BARE = re.compile(r"[^\s,{}\"#]+")
_NO_ENTRY = re.compile(r"@\s*(comment|preamble|string)\s*\{", re.IGNORECASE)


def bibtex_fault(text: str) -> str | None:
    """What keeps a text from being BibTeX; None where nothing does."""
    position, found = 0, 0
    while (start := text.find("@", position)) >= 0:
        head = _HEAD.match(text, start)
        other = _NO_ENTRY.match(text, start)
        if head is None and other is None:
            return f"'{text[start : start + 20].strip()}' is no '@type{{key,'"
        end = _closing(text, text.index("{", start))
        if end is None:
            return (
                f"the braces of '{head[2] if head else text[start : start + 20]}' are not balanced"
            )
        fault = None if other or head is None else _entry_fault(head, text[head.end() : end])
        if fault is not None:
            return fault
        found += 0 if other else 1
        position = end + 1
    return None if found else "it holds no '@type{key, …}'"


def _entry_fault(head: re.Match[str], body: str) -> str | None:
    if not head[2]:
        return f"'@{head[1]}' has no citation key"
    position, fields = 0, 0
    while body[position:].strip(" \t\r\n,"):
        field = _FIELD.match(body, position)
        if field is None:
            return f"'{head[2]}': '{body[position : position + 20].strip()}' is no 'field = value'"
        after = _value_end(body, field.end())
        if after is None:
            return f"'{head[2]}': {field[1]} has no value in braces or quotes"
        rest = re.compile(r"\s*(,|$)").match(body, after)
        if rest is None:
            return f"'{head[2]}': no comma after {field[1]}"
        position, fields = rest.end(), fields + 1
    return None if fields else f"'{head[2]}' has no fields"


def _value_end(body: str, start: int) -> int | None:
    """Where a value ends that begins at `start`: braces, quotes or a bare word, joined by #."""
    first = body[start : start + 1]
    if first == "{":
        end = _closing(body, start)
        after = None if end is None else end + 1
    elif first == '"':
        end = _closing_quote(body, start)
        after = None if end is None else end + 1
    else:
        bare = _BARE.match(body, start)
        after = bare.end() if bare else None
    joined = None if after is None else re.compile(r"\s*#\s*").match(body, after)
    return after if joined is None else _value_end(body, joined.end())


def _closing(text: str, start: int) -> int | None:
    """The brace that closes the one at `start`."""
    depth = 0
    for match in re.compile(r"\\.|[{}]", re.DOTALL).finditer(text, start):
        depth += {"{": 1, "}": -1}.get(match[0], 0)
        if depth == 0 and match[0] == "}":
            return match.start()
    return None


def _closing_quote(text: str, start: int) -> int | None:
    depth = 0
    for match in re.compile(r"\\.|[{}\"]", re.DOTALL).finditer(text, start + 1):
        depth += {"{": 1, "}": -1}.get(match[0], 0)
        if depth == 0 and match[0] == '"':
            return match.start()
    return None
