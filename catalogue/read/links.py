"""URLs and paths that entries name: what is wrong with them, and whether files are there.

Looks at the disk, opens nothing.
"""

import re
from pathlib import Path

import yaml

from catalogue.errors import near
from catalogue.read.numbers import narrow, shown
from catalogue.read.sheet import Sheet

_SCHEMES = ("https", "http", "hf-hub", "file", "ftp", "s3", "gs", "oss")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_PLACEHOLDER = re.compile(r"x{4}\.x{5}|/(TODO|TBD|xxx+)\b|example\.com/path", re.IGNORECASE)
_INNER_URL = re.compile(r"https?://[^\s()<>\[\]\"']+")


def link(sheet: Sheet, node: yaml.ScalarNode, name: str) -> str | None:
    """A URL or path as it may be used; None where it may not."""
    written = str(node.value).strip()
    if not written:
        return None
    fault = _fault(written)
    if fault is not None:
        sheet.error(node, "bad-url", f"{name} is {shown(written)}: {fault}")
        return None
    if _PLACEHOLDER.search(written):
        message = f"{name} is {shown(written)}, which looks like a placeholder; fill it in"
        sheet.warning(node, "placeholder", message)
    return written


def is_url(written: str) -> bool:
    """Whether a text is a web address rather than a path."""
    return written.startswith(("https://", "http://"))


def _fault(written: str) -> str | None:
    inner = _INNER_URL.search(written)
    meant = f" (did you mean '{inner[0]}'?)" if inner and inner[0] != written else ""
    first = written[0]
    if first in "([<{\"'（【":
        return f"it begins with '{first}'{meant}; expected a URL or a path"
    if narrow(written) != written and ("://" in narrow(written) or "：" in written):
        return f"it has full-width characters; write {shown(narrow(written))}"
    if any(letter.isspace() for letter in written):
        return f"it has a space inside{meant}; write %20, or give one URL"
    scheme = _SCHEME.match(written)
    if scheme and scheme[1].casefold() not in _SCHEMES and len(scheme[1]) > 1:
        return f"scheme '{scheme[1]}' is not followed{near(scheme[1], _SCHEMES[:2])}; expected https"
    if written.count(")") > written.count("(") and inner:
        return f"it has a ')' too many{meant}; delete it"
    if scheme and scheme[1].casefold() in ("http", "https") and not re.match(
        r"https?://[^/\s]*[^/\s.]", written, re.IGNORECASE
    ):
        return "it names no host; expected https://host/path"
    return None


def local_path(sheet: Sheet, node: yaml.ScalarNode, name: str) -> str | None:
    """A README or Config: a URL, or a path beside the file or under the zoo's root.

    Returns:
        The URL; the path relative to the root where the file is there; else what was written.
    """
    written = link(sheet, node, name)
    if written is None or is_url(written):
        return written
    root = sheet.zone.root
    bases = (root.joinpath(sheet.file).parent, root, *sheet.zone.ancestors)
    for base in bases:
        found = base / written
        if _is_file(found):
            resolved = found.resolve()
            return resolved.relative_to(root).as_posix() if resolved.is_relative_to(root) else written
    if not sheet.is_bare_list:
        message = f"{name} '{written[:200]}' is not there, neither beside this file nor under the root"
        sheet.warning(node, "missing-file", message, alike=name)
    return written


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):
        # A name with a NUL, or longer than the file system takes, is no file.
        return False

