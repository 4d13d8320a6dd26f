"""Every address of a zoo asked once, hosts side by side, and what is wrong said at its place."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, MutableMapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from http import HTTPStatus
from threading import Event
from urllib.parse import urlsplit

from urllib3 import PoolManager

from catalogue.errors import CatalogueError, Diagnostic, Severity, UnreadyError
from catalogue.weblinks.addresses import Address
from catalogue.weblinks.archive import WAYBACK, Snapshot, snapshot
from catalogue.weblinks.asking import Answer, Manners, ask, open_pool
from catalogue.weblinks.ledger import Ledger

_HOSTS_AT_ONCE = 16


def _nothing() -> None:
    """Tell nobody."""


def _unheard(url: str, copy: Snapshot) -> None:
    del url, copy


def _no_bar(total: int) -> AbstractContextManager[Callable[[], None]]:
    del total
    return nullcontext(_nothing)


@dataclass(frozen=True, kw_only=True, slots=True)
class Round:
    """One round of asking."""

    ledger: Ledger
    today: date
    manners: Manners = field(default_factory=Manners)
    archive: str = WAYBACK
    bar: Callable[[int], AbstractContextManager[Callable[[], None]]] = _no_bar
    """Told the number of addresses to ask; what it gives is called after each."""
    copied: Callable[[str, Snapshot], None] = _unheard
    """Told of each dead address that a copy is kept of."""


def check_links(written: Iterable[Address], visit: Round) -> tuple[Diagnostic, ...]:
    """Ask for every address, and say which lead nowhere, have moved, or could not be asked.

    Args:
        written: The addresses; of several places of one, the first is named.
        visit: How, and whom.

    Raises:
        CatalogueError: none of the addresses answered, as on a machine without a network.
    """
    places: dict[str, list[Address]] = defaultdict(list)
    for one in written:
        places[one.url].append(one)
    known = visit.ledger.lately(visit.today)
    pool = open_pool(visit.manners)
    asked: dict[str, Answer] = {}
    try:
        _ask_all([url for url in places if url not in known], pool, visit, asked)
    finally:
        visit.ledger.keep([*known.values(), *asked.values()])
    _refuse_silence(asked)
    answers = {**known, **asked}
    return tuple(
        diagnostic
        for url, there in places.items()
        if (diagnostic := _diagnostic(answers[url], there, pool, visit)) is not None
    )


def _ask_all(
    due: Sequence[str], pool: PoolManager, visit: Round, asked: MutableMapping[str, Answer]
) -> None:
    """Hosts are asked side by side; each has as many lanes as connections it is granted."""
    lanes: dict[tuple[str, int], list[str]] = defaultdict(list)
    for number, url in enumerate(sorted(due)):
        lanes[urlsplit(url).netloc, number % visit.manners.at_once].append(url)
    stopped = Event()

    def along(lane: Sequence[str]) -> None:
        for url in lane:
            if not stopped.is_set():
                asked[url] = ask(url, pool, today=visit.today, private=visit.manners.private)
                advance()

    with visit.bar(len(due)) as advance, ThreadPoolExecutor(_HOSTS_AT_ONCE) as threads:
        try:
            for done in [threads.submit(along, lane) for lane in lanes.values()]:
                done.result()
        finally:
            stopped.set()


def _refuse_silence(asked: Mapping[str, Answer]) -> None:
    tried = [one for one in asked.values() if not one.private]
    if tried and all(one.status is None for one in tried):
        message = (
            f"--links: none of the addresses that were asked answered ({tried[0].fault}); "
            "is this machine online?"
        )
        raise CatalogueError(message)


def _diagnostic(
    answer: Answer, there: Sequence[Address], pool: PoolManager, visit: Round
) -> Diagnostic | None:
    """What is wrong with an address, if something is."""
    more = f"; it stands in {len(there)} places" if len(there) > 1 else ""
    say = partial(Diagnostic, place=there[0].place)
    url = answer.url
    if answer.good and answer.moved is None:
        return None
    if answer.good:
        message = f"{url} has moved for good to {answer.moved}; write that{more}"
        return say(severity=Severity.NOTE, code="moved-link", message=message)
    if answer.private:
        message = f"{url} was not asked: {answer.fault}, which is private{more}"
        return say(severity=Severity.WARNING, code="private-link", message=message)
    if answer.dead:
        return _dead(answer, there, pool, visit)
    message = f"{url} {_seen(answer)}; look at it yourself{more}"
    return say(severity=Severity.WARNING, code="unsure-link", message=message)


def _dead(answer: Answer, there: Sequence[Address], pool: PoolManager, visit: Round) -> Diagnostic:
    """A fault wherever no copy is named beside the address."""
    bare = [one for one in there if not one.archived]
    if not bare:
        message = f"{answer.url} is dead: {_seen(answer)}; a copy is named beside it"
        place, severity = there[0].place, Severity.NOTE
    else:
        day = next((one.accessed for one in there if one.accessed), None)
        more = f"; it stands in {len(there)} places" if len(there) > 1 else ""
        advice = _advice(answer.url, day, pool, visit)
        message = f"{answer.url} is dead: {_seen(answer)}; {advice}{more}"
        place, severity = bare[0].place, Severity.ERROR
    return Diagnostic(place=place, severity=severity, code="dead-link", message=message)


def _seen(answer: Answer) -> str:
    if answer.status is None:
        return answer.fault or "no answer"
    try:
        return f"answers {answer.status} {HTTPStatus(answer.status).phrase}"
    except ValueError:
        return f"answers {answer.status}"


def _advice(url: str, day: str | None, pool: PoolManager, visit: Round) -> str:
    try:
        kept = snapshot(url, day, pool, archive=visit.archive)
    except UnreadyError as fault:
        return f"{fault}; look for a copy there"
    if kept is None:
        return "the Wayback Machine has no copy; name another source"
    visit.copied(url, kept)
    return f'a copy of {kept.day} is kept, add `Archive: "{kept.url}"` or use it instead'
