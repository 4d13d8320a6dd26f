"""What `mkdocs serve` sends, with the one script allowed that it adds while sending."""

from collections.abc import Callable, Iterable, Sequence
from typing import TypeAlias
from wsgiref.headers import Headers
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from catalogue.site.policy import reloading

_Answer: TypeAlias = tuple[str, list[tuple[str, str]]]
_Discard: TypeAlias = Callable[[bytes], object]


def serving(server: WSGIApplication) -> WSGIApplication:
    """The same server, whose pages' content policy knows the script by which they reload.

    That script has another content, so another hash, each time a page is sent.
    """

    def served(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        started: list[_Answer] = []

        def keep(status: str, headers: list[tuple[str, str]], _: object = None, /) -> _Discard:
            started[:] = [(status, headers)]
            return bytes

        body = server(environ, keep)
        status, headers = started[0]
        if not (Headers(headers)["Content-Type"] or "").startswith("text/html"):
            start_response(status, headers)
            return body
        page = reloading(b"".join(body).decode()).encode()
        start_response(status, _with_length(headers, len(page)))
        return [page]

    return served


def _with_length(headers: Sequence[tuple[str, str]], length: int) -> list[tuple[str, str]]:
    others = [(name, value) for name, value in headers if name.lower() != "content-length"]
    return [*others, ("Content-Length", str(length))]
