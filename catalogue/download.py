"""Bytes from an https address into a file.

Knows nothing of what they mean: whoever asks verifies them.
"""

from collections.abc import Callable
from http.client import HTTPResponse
from ssl import SSLContext
from typing import BinaryIO
from urllib.request import (
    HTTPDefaultErrorHandler,
    HTTPErrorProcessor,
    HTTPRedirectHandler,
    HTTPSHandler,
    OpenerDirector,
    ProxyHandler,
    Request,
    UnknownHandler,
)

from catalogue import __version__

_BLOCK = 1 << 20
_TIMEOUT_S = 60.0

Progress = Callable[[int, int | None], None]
"""Called with (bytes done, bytes in all where the server tells)."""


def in_silence(_done: int, _total: int | None) -> None:
    """Tell nobody."""


def open_https(url: str, *, context: SSLContext | None = None) -> HTTPResponse:
    """Ask for an address, and for where it redirects to.

    Args:
        url: An https address.
        context: Whose certificates to trust; the system's where not given.

    Raises:
        OSError: no answer, an answer that is an error, or a redirect to anything but https.
    """
    opener = OpenerDirector()
    # `urlopen` would follow a redirect to plain http; with no handler for it, it is refused.
    for handler in (
        ProxyHandler(),
        UnknownHandler(),
        HTTPSHandler(context=context),
        HTTPDefaultErrorHandler(),
        HTTPRedirectHandler(),
        HTTPErrorProcessor(),
    ):
        opener.add_handler(handler)
    request = Request(url, headers={"User-Agent": f"catalogue/{__version__}"})  # noqa: S310  # no other scheme has a handler
    answer: HTTPResponse = opener.open(request, timeout=_TIMEOUT_S)
    return answer


def download(
    url: str,
    file: BinaryIO,
    *,
    on_progress: Progress = in_silence,
    open_url: Callable[[str], HTTPResponse] = open_https,
) -> None:
    """Write what stands at an address into a file.

    Args:
        url: The address.
        file: Open for writing.
        on_progress: Called after each block of 1 MiB.
        open_url: Who asks the server.

    Raises:
        OSError: the server cannot be reached, refuses, or stops before the end; or the disk.
    """
    with open_url(url) as answer:
        length = answer.headers.get("Content-Length", "")
        total = int(length) if length.isdigit() else None
        done = 0
        while block := answer.read(_BLOCK):
            file.write(block)
            done += len(block)
            on_progress(done, total)
    if total is not None and done != total:
        message = f"the connection ended after {done:,} of {total:,} bytes"
        raise ConnectionError(message)
