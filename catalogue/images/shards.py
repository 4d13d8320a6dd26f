"""Files that make up a set together, by their names: which belong to it, and which are missing."""

import re
from collections import defaultdict
from collections.abc import Sequence

_NUMBERED = re.compile(r"(.*?)(\d+)(?:-of-(\d+)|)(\.\w+)")
_VALIDATION = re.compile(r"(?:^|[-_.])val(?:id|idation)?(?:[-_.]|\d|$)", re.IGNORECASE)
_OTHER = re.compile(r"train|test|devkit", re.IGNORECASE)


def validation_shards(names: Sequence[str]) -> list[str]:
    """Those of the validation split by name; all where no name tells a split."""
    own = [name for name in names if _VALIDATION.search(name)]
    if own:
        return sorted(own)
    return [] if any(_OTHER.search(name) for name in names) else sorted(names)


def missing_shards(names: Sequence[str]) -> list[str]:
    """Shards that the numbers of the others call for: gaps, and the rest of `-of-00014`."""
    present: defaultdict[tuple[str, str, str, int], set[int]] = defaultdict(set)
    for name in names:
        found = _NUMBERED.fullmatch(name)
        if found:
            prefix, number, total, suffix = found.groups()
            present[prefix, total or "", suffix, len(number)].add(int(number))
    missing = []
    for (prefix, total, suffix, width), numbers in sorted(present.items()):
        last = int(total) if total else max(numbers) + 1
        first = 0 if total or 0 in numbers else min(numbers)
        of = f"-of-{total}" if total else ""
        # A number that calls for a million of others is no shard's.
        if last - first <= 100 * len(numbers) + 1000:
            missing += [
                f"{prefix}{number:0{width}d}{of}{suffix}"
                for number in range(first, last)
                if number not in numbers
            ]
    return missing
