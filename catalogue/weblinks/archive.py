"""Copies that an archive keeps of what is gone.

Source: https://archive.org/help/wayback_api.php, the Wayback Machine's availability API.
"""

import json
from dataclasses import dataclass
from urllib.parse import urlencode

from urllib3 import PoolManager
from urllib3.exceptions import HTTPError

from catalogue.errors import UnreadyError

WAYBACK = "https://archive.org/wayback/available"
_DAY_DIGITS = 8


@dataclass(frozen=True, kw_only=True, slots=True)
class Snapshot:
    """A kept copy."""

    url: str
    day: str
    """As YYYY-MM-DD."""


def snapshot(
    url: str, near: str | None, pool: PoolManager, *, archive: str = WAYBACK
) -> Snapshot | None:
    """The copy nearest to a day; None where there is none.

    Args:
        url: What is gone.
        near: The day as YYYY-MM-DD; the newest copy where it is not known.
        pool: From `open_pool`.
        archive: Whom to ask.

    Raises:
        UnreadyError: the archive does not answer, or not as its interface says.
    """
    asked = {"url": url} | ({"timestamp": near.replace("-", "")} if near else {})
    try:
        answer = pool.request("GET", f"{archive}?{urlencode(asked)}")
        closest = json.loads(answer.data)["archived_snapshots"].get("closest")
        if closest is None:
            return None
        found, when = str(closest["url"]), str(closest["timestamp"])
    except (HTTPError, ValueError, KeyError, TypeError, AttributeError):
        message = "the Wayback Machine did not answer"
        raise UnreadyError(message) from None
    if not closest.get("available") or len(when) < _DAY_DIGITS:
        return None
    secure = f"https://{found.removeprefix('http://')}" if "web.archive.org" in found else found
    return Snapshot(url=secure, day=f"{when[:4]}-{when[4:6]}-{when[6:8]}")
