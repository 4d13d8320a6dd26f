"""The file that the search reads, in few bytes: every reader who searches fetches it.

Knows how Material writes it, and nothing of what pages say.
"""

import json
import re
from pathlib import Path

_SEPARATORS = r"\s\u3000\-、。，．？！；"
"""Material's own for Chinese, but for the mark of no width itself: where one of them stands, words
are apart already."""
_NEEDLESS = re.compile(f"\u200b+(?=[{_SEPARATORS}])|(?<=[{_SEPARATORS}])\u200b+")


def slim_index(site: Path) -> None:
    """Write the index of a site anew: in UTF-8, and without marks between words that are apart."""
    file = site / "search" / "search_index.json"
    if file.is_file():
        index = json.loads(file.read_bytes())
        text = json.dumps(index, ensure_ascii=False, separators=(",", ":"))
        file.write_text(_NEEDLESS.sub("", text), encoding="utf-8")
