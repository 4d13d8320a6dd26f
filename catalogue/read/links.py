"""URLs and paths that entries name: what is wrong with them, and whether files are there.

Looks at the disk, opens nothing.
"""

# ruff: noqa: PTH117, PTH118, PTH120
# Two paths a model are looked for: with pathlib, that took a fifth of the time of reading.

import os
import re

import yaml

from catalogue.errors import near
from catalogue.read.numbers import narrow, shown
from catalogue.read.sheet import Sheet, Zone

_SCHEMES = ("https", "http", "hf-hub", "ftp", "s3", "gs", "oss")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_PLACEHOLDER = re.compile(r"x{4}\.x{5}|/(TODO|TBD|xxx+)\b|example\.com/path", re.IGNORECASE)
_SPACE = re.compile(r"\s")
_HOST = re.compile(r"https?://[^/\s]*[^/\s.]", re.IGNORECASE)
_SOUND = re.compile(r"(https?://[\w-][\w.-]*/|(?!www\.)[\w.])[\w./%#?=&+@~,-]*", re.ASCII)
"""Texts in which there is no fault to look for: nearly all."""
_INNER_URL = re.compile(r"https?://[^\s()<>\[\]\"']+")


def link(sheet: Sheet, node: yaml.ScalarNode, name: str) -> str | None:
    """A URL or path as it may be used; None where it may not."""
    written = str(node.value).strip()
    if not written:
        return None
    fault = None if _SOUND.fullmatch(written) else _fault(written)
    if fault is not None:
        sheet.error(node, "bad-url", f"{name} is {shown(written)}: {fault}")
        return None
    if _hints_at_placeholder(written.casefold()) and _PLACEHOLDER.search(written):
        message = f"{name} is {shown(written)}, which looks like a placeholder; fill it in"
        sheet.warning(node, "placeholder", message)
    return written


def _hints_at_placeholder(lower: str) -> bool:
    """Whether it is worth the while to look for one, which takes much longer."""
    return "xxx" in lower or "/todo" in lower or "/tbd" in lower or "example.com/" in lower


def is_url(written: str) -> bool:
    """Whether a text is a web address rather than a path."""
    return written.startswith(("https://", "http://"))


def _fault(written: str) -> str | None:
    """What is wrong with a URL or path, and what was probably meant."""
    inner = _INNER_URL.search(written)
    meant = f" (did you mean '{inner[0]}'?)" if inner and inner[0] != written else ""
    wide = narrow(written)
    if written[0] in "([<{\"'（【“‘「":
        return f"it begins with '{written[0]}'{meant}; expected a URL or a path"
    if wide != written and "://" in wide:
        return f"it has full-width characters; write {shown(wide)}"
    if _SPACE.search(written):
        return f"it has a space inside{meant}; write %20, or give one URL"
    if inner and written.count(")") > written.count("("):
        return f"it has a ')' too many{meant}; delete it"
    return _scheme_fault(written)


def _scheme_fault(written: str) -> str | None:
    if written.startswith(("//", "www.")):
        return f"it has no scheme; write 'https://{written.lstrip('/')[:100]}'"
    match = _SCHEME.match(written)
    scheme = match[1].casefold() if match else ""
    # One letter is a drive of Windows.
    if len(scheme) > 1 and scheme not in _SCHEMES:
        return f"scheme '{scheme}' is not followed{near(scheme, _SCHEMES[:2])}; expected https"
    if scheme in ("http", "https") and not _HOST.match(written):
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
    if os.path.isabs(written):
        told = shown(written, most=200)
        message = f"{name} {told} is of one machine only; write it relative to this file"
        sheet.error(node, "bad-url", message)
        return None
    root = str(sheet.zone.root)
    for base in _bases(sheet.zone, sheet.file):
        real = sheet.zone.folders.real_file(base + written)
        if real is not None:
            inside = real.startswith(root + os.sep)
            return real[len(root) + 1 :].replace(os.sep, "/") if inside else written
    if not sheet.is_bare_list:
        told = shown(written, most=200)
        message = f"{name} {told} is not there, neither beside this file nor under the root"
        sheet.warning(node, "missing-file", message, alike=name)
    return written


def _bases(zone: Zone, file: str) -> tuple[str, ...]:
    """The folders that a file's paths may start from, each with a separator behind it."""
    if file not in zone.bases:
        root = os.path.join(zone.root, "")
        beside = os.path.join(os.path.dirname(root + file), "")
        above = (os.path.join(folder, "") for folder in zone.ancestors)
        zone.bases[file] = tuple(dict.fromkeys((beside, root, *above)))
    return zone.bases[file]
