"""Licences by the names that hubs give them, as SPDX expressions.

Pure: text in, text out.
"""

import re

_SPDX = {
    "apache-2.0": "Apache-2.0",
    "mit": "MIT",
    "bsd-2-clause": "BSD-2-Clause",
    "bsd-3-clause": "BSD-3-Clause",
    "cc-by-4.0": "CC-BY-4.0",
    "cc-by-nc-4.0": "CC-BY-NC-4.0",
    "cc-by-sa-4.0": "CC-BY-SA-4.0",
    "cc-by-nc-sa-4.0": "CC-BY-NC-SA-4.0",
    "cc0-1.0": "CC0-1.0",
    "gpl-3.0": "GPL-3.0-only",
    "agpl-3.0": "AGPL-3.0-only",
    "lgpl-3.0": "LGPL-3.0-only",
    "mpl-2.0": "MPL-2.0",
}
_ABSENT = frozenset({"", "unknown", "other"})


def spdx(name: str | None) -> str | None:
    """A licence as SPDX has it; what SPDX does not list becomes a `LicenseRef-`.

    Source: https://spdx.github.io/spdx-spec/v2.3/SPDX-license-expressions/.
    """
    folded = (name or "").strip().casefold()
    if folded in _ABSENT:
        return None
    return _SPDX.get(folded) or "LicenseRef-" + re.sub(r"[^A-Za-z0-9.-]+", "-", folded)
