"""Weights files and licenses: hashes that disagree, names that are no SPDX.

Knows what entries say of files; opens none.
"""

import re

from catalogue.entry import Entry, Weights, Zoo
from catalogue.read.findings import Findings
from catalogue.read.numbers import shown
from catalogue.read.weights import prefix_in_name

_FAMILIES = (
    *("MIT", "Apache-", "BSD-", "GPL-", "LGPL-", "AGPL-", "MPL-", "CC-", "CC0-", "ISC", "Zlib"),
    *("Unlicense", "EPL-", "EUPL-", "OpenRAIL", "LicenseRef-", "Artistic-", "BSL-", "NOASSERTION"),
    *("0BSD", "Python-", "PSF-", "NCSA", "WTFPL", "OFL-", "ODbL-", "MulanPSL-"),
)
"""How the SPDX identifiers begin that models are published under."""
_OPERATOR = re.compile(r"\s+(?:AND|OR|WITH)\s+|[()]+")
_SPDX = {
    "apache license 2.0": "Apache-2.0",
    "apache 2.0": "Apache-2.0",
    "apache 2": "Apache-2.0",
    "apache": "Apache-2.0",
    "apache2": "Apache-2.0",
    "apache license, version 2.0": "Apache-2.0",
    "mit license": "MIT",
    "bsd": "BSD-3-Clause",
    "bsd license": "BSD-3-Clause",
    "bsd 3-clause": "BSD-3-Clause",
    "gplv3": "GPL-3.0-only",
    "gpl v3": "GPL-3.0-only",
    "cc by-nc 4.0": "CC-BY-NC-4.0",
    "cc by 4.0": "CC-BY-4.0",
}


def check_files(zoo: Zoo, findings: Findings) -> None:
    """Check what a zoo says of its weights files and licenses."""
    for entry in zoo.entries:
        for weights in entry.weights:
            _hash(entry, weights, findings)
        _license(entry, findings)


def _hash(entry: Entry, weights: Weights, findings: Findings) -> None:
    named = prefix_in_name(weights.url)
    told = weights.sha256 or weights.sha256_prefix
    if named is None or told is None:
        return
    length = min(len(named), len(told))
    if named[:length] != told[:length]:
        message = (
            f"'{entry.name}': the file name says SHA-256 begins with {named}, "
            f"the entry {told[: len(named)]}; one of them is of another file"
        )
        findings.warning(weights.place, "hash-mismatch", message)


def _license(entry: Entry, findings: Findings) -> None:
    if entry.license is None:
        return
    for given in {entry.license.code, entry.license.weights}:
        written = given or ""
        meant = _SPDX.get((written or "").casefold())
        if meant is not None:
            message = f"license {shown(written)} is no SPDX identifier (did you mean '{meant}'?)"
            findings.note(entry.place, "license", message, alike=meant)
        elif written and not _is_spdx(written):
            message = (
                f"license {shown(written)} is no SPDX identifier; write one, such as "
                "Apache-2.0, or LicenseRef- and a name"
            )
            findings.note(entry.place, "license", message, alike=written)


def _is_spdx(written: str) -> bool:
    """Whether a text looks like an SPDX expression; identifiers are compared without case."""
    names = [name.strip() for name in _OPERATOR.split(written) if name.strip()]
    families = tuple(family.casefold() for family in _FAMILIES)
    return all(
        " " not in name
        and "/" not in name
        and (name.casefold().startswith(families) or name.endswith("-exception"))
        for name in names
    )
