"""Whether an address of the web leads anywhere: politely, and never into a private network.

Knows HTTP; knows nothing of where addresses stand.
"""

import socket
from dataclasses import dataclass
from datetime import date
from functools import partial
from ipaddress import ip_address
from urllib.parse import urljoin, urlsplit
from urllib.request import getproxies

from urllib3 import (
    HTTPConnectionPool,
    HTTPSConnectionPool,
    PoolManager,
    ProxyManager,
    Retry,
    Timeout,
)
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import (
    HTTPError,
    LocationParseError,
    MaxRetryError,
    NameResolutionError,
    NewConnectionError,
    ProtocolError,
    SSLError,
)
from urllib3.exceptions import (
    TimeoutError as NoAnswerError,
)
from urllib3.response import BaseHTTPResponse

from catalogue import __version__

_AGENT = f"catalogue/{__version__} (checks the links of a model zoo)"
_HOPS = 8
_GOOD, _MOVED = range(200, 300), (301, 302, 303, 307, 308)
_FOR_GOOD = (301, 308)
_HEAD_UNKNOWN = (400, 403, 404, 405, 406, 410, 429, 500, 501, 503)
"""What servers that only know GET answer to HEAD; asked again in full."""
_BUSY = (429, 500, 502, 503, 504)


@dataclass(frozen=True, kw_only=True, slots=True)
class Manners:
    """How hosts are asked."""

    at_once: int = 2
    """Connections to one host."""
    timeout_s: float = 20.0
    retries: int = 2
    backoff_s: float = 1.0
    """The wait before the second retry; it doubles. A server's Retry-After goes before it."""
    longest_wait_s: int = 30
    private: bool = False
    """Whether hosts of private networks may be asked."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What came of asking for an address."""

    url: str
    asked: date
    status: int | None = None
    """Of the last answer; None where there was none."""
    moved: str | None = None
    """Where it has moved to for good."""
    fault: str | None = None
    """Why there was no answer, in words."""
    unknown_host: bool = False
    private: bool = False
    """Whether it was not asked, because it leads into a private network."""

    @property
    def good(self) -> bool:
        """Whether something stands at the address."""
        return self.status in _GOOD

    @property
    def dead(self) -> bool:
        """Whether nothing stands there, for certain."""
        return self.status in (404, 410) or self.unknown_host


class _PrivateError(Exception):
    """A host turned out to lie in a private network; urllib3 does not take it for its own."""


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the open internet."""
    found = ip_address(address.partition("%")[0])
    inner = getattr(found, "ipv4_mapped", None) or getattr(found, "sixtofour", None) or found
    return inner.is_global and found.is_global and not found.is_multicast


class _GuardedHTTP(HTTPConnection):
    """Looks whom it is connected to before a byte is sent: a name may lead elsewhere each time."""

    def _new_conn(self) -> socket.socket:
        return _guarded(super()._new_conn())


class _GuardedHTTPS(HTTPSConnection):
    def _new_conn(self) -> socket.socket:
        return _guarded(super()._new_conn())


def _guarded(connected: socket.socket) -> socket.socket:
    peer = str(connected.getpeername()[0])
    if not is_public(peer):
        connected.close()
        raise _PrivateError(peer)
    return connected


class _GuardedHTTPPool(HTTPConnectionPool):
    ConnectionCls = _GuardedHTTP


class _GuardedHTTPSPool(HTTPSConnectionPool):
    ConnectionCls = _GuardedHTTPS


def open_pool(manners: Manners) -> PoolManager:
    """Connections to many hosts, no more than a few to each."""
    proxy = None if manners.private else getproxies().get("https")
    make = partial(ProxyManager, proxy) if proxy else PoolManager
    pool = make(
        num_pools=64,
        maxsize=manners.at_once,
        block=True,
        timeout=Timeout(manners.timeout_s),
        headers={"User-Agent": _AGENT, "Accept": "*/*"},
        retries=Retry(
            total=manners.retries,
            redirect=False,
            status_forcelist=_BUSY,
            backoff_factor=manners.backoff_s,
            retry_after_max=manners.longest_wait_s,
            raise_on_status=False,
        ),
    )
    # Behind a proxy, every connection is to the proxy, which decides whom it asks.
    if not manners.private and proxy is None:
        pool.pool_classes_by_scheme = {"http": _GuardedHTTPPool, "https": _GuardedHTTPSPool}
    return pool


def ask(url: str, pool: PoolManager, *, today: date, private: bool = False) -> Answer:
    """Ask for an address and for where it leads, without reading what stands there.

    Args:
        url: Of http or https.
        pool: From `open_pool`.
        today: When it is asked.
        private: Whether hosts of private networks may be asked.
    """
    try:
        return _followed(url, pool, today, private=private)
    except _PrivateError as fault:
        return Answer(url=url, asked=today, private=True, fault=f"it leads to {fault}")
    except MaxRetryError as fault:
        gone = isinstance(fault.reason, NameResolutionError)
        return Answer(url=url, asked=today, fault=_reason(fault.reason), unknown_host=gone)
    except (HTTPError, UnicodeError, ValueError) as fault:
        return Answer(url=url, asked=today, fault=_reason(fault))


def _followed(url: str, pool: PoolManager, today: date, *, private: bool) -> Answer:
    here, moved, for_good = url, None, True
    for _ in range(_HOPS):
        status, target = _asked(here, pool, private=private)
        if status not in _MOVED or target is None:
            return Answer(url=url, asked=today, status=status, moved=moved)
        here = urljoin(here, target)
        for_good = for_good and status in _FOR_GOOD
        moved = here if for_good else moved
    return Answer(url=url, asked=today, fault=f"more than {_HOPS} redirects")


def _asked(url: str, pool: PoolManager, *, private: bool) -> tuple[int, str | None]:
    """The status of an address, and where it sends on to."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise LocationParseError(url)
    if not private:
        _refuse_private(parts.hostname, parts.port)
    answer = pool.request("HEAD", url, redirect=False)
    if answer.status in _HEAD_UNKNOWN:
        answer.drain_conn()
        answer = _start_of(url, pool)
    return answer.status, answer.headers.get("Location")


def _start_of(url: str, pool: PoolManager) -> BaseHTTPResponse:
    """The answer to a full request, closed before its body is read.

    The closed connection has to go back to its pool, or the pool waits for it for ever.
    """
    answer = pool.request("GET", url, redirect=False, preload_content=False)
    answer.close()
    answer.release_conn()
    return answer


def _refuse_private(host: str, port: int | None) -> None:
    """Refuse a host any of whose addresses is private, before it is connected to."""
    try:
        found = socket.getaddrinfo(host, port or 443, type=socket.SOCK_STREAM)
    except OSError:
        return  # the connection says so, and is tried again
    for *_, address in found:
        if not is_public(str(address[0])):
            raise _PrivateError(address[0])


def _broken(fault: ProtocolError) -> str:
    """What broke a connection that had been made."""
    closed = any(isinstance(cause, ConnectionError) for cause in fault.args)
    return "it broke the connection off" if closed else "its answer is no HTTP that can be read"


def _reason(fault: Exception | None) -> str:
    """A fault of a connection in a few words."""
    match fault:
        case NameResolutionError():
            return "there is no such host"
        case SSLError():
            certificate = "CERTIFICATE" in str(fault)
            return "its certificate is not valid" if certificate else "it speaks no TLS of today"
        case NewConnectionError():
            return "no connection could be made"
        case NoAnswerError():
            return "it did not answer in time"
        case ProtocolError():
            return _broken(fault)
        case _:
            told = " ".join(str(fault).split())
            return told.rpartition("): ")[2].rpartition(": ")[2] or told
