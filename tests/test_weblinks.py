"""Links out of the site: found at their places, asked politely, never in a private network."""

import json
import socket
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from catalogue.commands.checking import check
from catalogue.commands.linking import LEDGER, links
from catalogue.errors import CatalogueError, Place, Severity, UnreadyError
from catalogue.read import read_zoo
from catalogue.render import render_site
from catalogue.settings import find_settings
from catalogue.store import Stored
from catalogue.weblinks.addresses import Address, addresses, found
from catalogue.weblinks.archive import Snapshot, snapshot
from catalogue.weblinks.asking import Answer, Manners, ask, is_public, open_pool
from catalogue.weblinks.ledger import KEPT, Ledger
from catalogue.weblinks.visit import Round, check_links

TODAY = date(2026, 11, 25)
FAST = Manners(private=True, timeout_s=2.0, backoff_s=0.0, longest_wait_s=0)


ANSWERS = {
    "moved": (301, "/here"),
    "lent": (302, "/here"),
    "loop": (301, "/loop"),
    "file": (302, "file:///etc/passwd"),
    "gone": (404, None),
    "closed": (403, None),
}


class Web:
    """A web of one host, and the archive's answers."""

    def __init__(self) -> None:
        self.asked: Counter[str] = Counter()
        self.at_once = self.most_at_once = 0
        self.lock = threading.Lock()
        web = self

        class Handler(BaseHTTPRequestHandler):
            def do_HEAD(self) -> None:  # the library's name
                web.answer(self)

            def do_GET(self) -> None:  # the library's name
                web.answer(self)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # as above
                del format, args

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.root = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        path = urlsplit(handler.path).path
        with self.lock:
            self.asked[f"{handler.command} {path}"] += 1
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
        status, headers, body = self.page(path, handler)
        with self.lock:
            self.at_once -= 1
        handler.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            handler.send_header(name, value)
        handler.end_headers()
        if handler.command == "GET":
            handler.wfile.write(body)

    def page(self, path: str, handler: BaseHTTPRequestHandler) -> tuple[int, dict[str, str], bytes]:
        name = path.strip("/")
        if name == "wayback":
            return 200, {}, self.archived(parse_qs(urlsplit(handler.path).query))
        if name == "busy":
            return 200 if self.asked[f"{handler.command} /busy"] > 2 else 503, {}, b""
        if name == "get-only":
            return 405 if handler.command == "HEAD" else 200, {}, b""
        status, location = ANSWERS.get(name, (200, None))
        return status, {"Location": location} if location else {}, b"x" * 1000

    def archived(self, asked: dict[str, list[str]]) -> bytes:
        if "timestamp" not in asked:
            return b'{"archived_snapshots": {}}'
        when = f"{asked['timestamp'][0]}010203"
        kept = {
            "available": True,
            "url": f"http://web.archive.org/web/{when}/{asked['url'][0]}",
            "timestamp": when,
        }
        return json.dumps({"archived_snapshots": {"closest": kept}}).encode()


@pytest.fixture
def web() -> Iterator[Web]:
    made = Web()
    yield made
    made.server.shutdown()
    made.server.server_close()


def asked(web: Web, path: str, *, private: bool = True) -> Answer:
    manners = replace(FAST, private=private)
    return ask(f"{web.root}{path}", open_pool(manners), today=TODAY, private=private)


def test_addresses_of_yaml_have_the_place_of_their_own_line(tmp_path: Path) -> None:
    file = tmp_path / "a.yml"
    file.write_text(
        "Sources:\n"
        "  book: {URL: 'https://a.org/book#page', Accessed: 2026-01-02}\n"
        "Models:\n"
        "  - Paper: {arXiv: '1707.01629'}\n"
        "    # https://comment.org/\n"
        "    Description: |\n"
        "      Two lines, [the second](https://b.org/x_(y)).\n"
        "      见 https://c.org/文。然后\n",
        encoding="utf-8",
    )
    told = [(one.url, one.place.line, one.place.column, one.accessed) for one in addresses([file])]
    assert told == [
        ("https://a.org/book", 2, 16, "2026-01-02"),
        ("https://arxiv.org/abs/1707.01629", 4, 20, None),
        ("https://b.org/x_(y)", 7, 31, None),
        ("https://c.org/文", 8, 9, None),
    ]


def test_addresses_of_pages_are_found_and_what_cannot_be_read_is_left_out(tmp_path: Path) -> None:
    page, broken = tmp_path / "a.md", tmp_path / "b.yml"
    page.write_text('# x\n<a href="https://a.org/?x=1&amp;y=2">[b](https://b.org/)</a>\n')
    broken.write_text("a: 'https://a.org\n")
    told = [(one.url, one.place.line) for one in addresses([page, broken, tmp_path / "none.md"])]
    assert told == [("https://a.org/?x=1&y=2", 2), ("https://b.org/", 2)]


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("see https://a.org/x.", "https://a.org/x"),
        ("(https://a.org/x)", "https://a.org/x"),
        ("[https://a.org/x](https://a.org/x)", "https://a.org/x"),
        ("**https://a.org/x**", "https://a.org/x"),
    ],
)
def test_marks_around_an_address_are_no_part_of_it(text: str, url: str) -> None:
    assert set(found(text)) == {url}


def test_a_page_is_asked_for_by_its_head_alone(web: Web) -> None:
    assert asked(web, "/here").good
    assert web.asked == {"HEAD /here": 1}


def test_a_server_that_knows_no_head_is_asked_in_full(web: Web) -> None:
    assert asked(web, "/get-only").good
    assert asked(web, "/gone").status == 404
    assert web.asked["GET /get-only"] == web.asked["GET /gone"] == 1


def test_only_what_moved_for_good_is_said_to_have_moved(web: Web) -> None:
    assert asked(web, "/moved").moved == f"{web.root}/here"
    assert asked(web, "/lent") == Answer(url=f"{web.root}/lent", asked=TODAY, status=200)
    assert asked(web, "/loop").fault == "more than 8 redirects"


def test_a_busy_server_is_asked_again(web: Web) -> None:
    assert asked(web, "/busy").good
    assert web.asked["HEAD /busy"] == 3


def raw(answer: bytes, *, wait: float = 0.0) -> Iterator[str]:
    """The root of a server that says what it says, whatever it is asked, and hangs up."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            while True:
                try:
                    caller, _ = server.accept()
                except OSError:
                    return
                with caller, suppress(OSError):
                    caller.recv(4096)
                    time.sleep(wait)
                    caller.sendall(answer)

        threading.Thread(target=serve, daemon=True).start()
        yield f"127.0.0.1:{server.getsockname()[1]}"


HURRIED = replace(FAST, timeout_s=0.2, retries=0)
EMPTY = b"Content-Length: 0\r\n\r\n"


@pytest.mark.parametrize(
    ("scheme", "answer", "wait", "status", "fault"),
    [
        ("http", b"", 1.0, None, "it did not answer in time"),
        ("http", b"", 0.0, None, "it broke the connection off"),
        ("http", b"\x00\xff nothing\r\n\r\n", 0.0, None, "its answer is no HTTP that can be read"),
        ("https", b"HTTP/1.1 200 OK\r\n" + EMPTY, 0.0, None, "it speaks no TLS of today"),
        ("http", b"HTTP/1.1 429 Slow\r\nRetry-After: 3600\r\n" + EMPTY, 0.0, 429, None),
        ("http", b"HTTP/1.1 301 Moved\r\n" + EMPTY, 0.0, 301, None),
        (
            "http",
            b"HTTP/1.1 301 M\r\nLocation: http://[\r\n" + EMPTY,
            0.0,
            None,
            "Invalid IPv6 URL",
        ),
    ],
)
def test_a_server_that_does_not_do_as_it_should_is_a_fault_in_a_few_words(
    scheme: str, answer: bytes, wait: float, status: int | None, fault: str | None
) -> None:
    for host in raw(answer, wait=wait):
        told = ask(f"{scheme}://{host}/x", open_pool(HURRIED), today=TODAY, private=True)
        assert (told.status, told.fault) == (status, fault)
        assert not told.dead


def test_of_a_body_of_any_size_next_to_nothing_is_read() -> None:
    sent: list[int] = []

    class Endless(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:  # the library's name
            self.send_error(405)

        def do_GET(self) -> None:  # the library's name
            self.send_response(200)
            self.send_header("Content-Length", str(10**12))
            self.end_headers()
            with suppress(OSError):
                for _ in range(10_000):
                    self.wfile.write(b"x" * 10**5)
                    sent.append(10**5)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # as above
            del format, args

    with ThreadingHTTPServer(("127.0.0.1", 0), Endless) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_address[1]}/x"
        assert ask(url, open_pool(FAST), today=TODAY, private=True).status == 200
        server.shutdown()
    assert sum(sent) < 10**8


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "10.0.0.1", "169.254.169.254"])
def test_private_hosts_are_not_asked(host: str) -> None:
    answer = ask(f"http://{host}:9/", open_pool(Manners(retries=0)), today=TODAY)
    assert answer.private
    assert answer.status is None


def test_a_name_that_turns_private_between_looking_and_connecting_is_not_asked(
    web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when a server of names gives another answer each time."""
    monkeypatch.setattr("catalogue.weblinks.asking._refuse_private", lambda _host, _port: None)
    monkeypatch.setattr("catalogue.weblinks.asking.getproxies", dict)
    assert asked(web, "/here", private=False).private
    assert web.asked == {}


def test_redirects_lead_neither_inside_nor_to_files(
    web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = "catalogue.weblinks.asking._refuse_private"
    refused: list[str] = []
    monkeypatch.setattr(real, lambda host, _port: refused.append(host))
    ask(f"{web.root}/file", open_pool(FAST), today=TODAY, private=False)
    assert refused == ["127.0.0.1"]
    answer = asked(web, "/file")
    assert answer.status is None
    assert "file:///etc/passwd" in (answer.fault or "")


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True),
        ("2606:2800:220:1:248:1893:25c8:1946", True),
        ("192.168.1.1", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),  # noqa: S104  # is not bound to
        ("224.0.0.1", False),
        ("fe80::1%eth0", False),
        ("::ffff:10.0.0.1", False),
        ("2002:7f00:1::", False),
    ],
)
def test_public_addresses_are_told_from_private_ones(address: str, *, public: bool) -> None:
    assert is_public(address) is public


def test_the_copy_nearest_to_the_day_is_found(web: Web) -> None:
    pool = open_pool(FAST)
    archive = f"{web.root}/wayback"
    assert snapshot("https://a.org/x?y=1&z", "2021-03-04", pool, archive=archive) == Snapshot(
        url="https://web.archive.org/web/20210304010203/https://a.org/x?y=1&z", day="2021-03-04"
    )
    assert snapshot("https://a.org/", None, pool, archive=archive) is None
    with pytest.raises(UnreadyError, match="the Wayback Machine did not answer"):
        snapshot("https://a.org/", None, pool, archive=f"{web.root}/here")


def test_good_answers_are_kept_for_a_week_and_others_not(tmp_path: Path) -> None:
    ledger = Ledger(file=tmp_path / "a" / "links.json")
    good = Answer(url="https://a.org/", asked=TODAY, status=200, moved="https://b.org/")
    ledger.keep([good, Answer(url="https://c.org/", asked=TODAY, status=404)])
    assert ledger.lately(TODAY + KEPT - timedelta(1)) == {"https://a.org/": good}
    assert ledger.lately(TODAY + KEPT) == {}
    ledger.file.write_text('{"answers": {"https://a.org/": {"asked": 3}}}')
    assert ledger.lately(TODAY) == {}


def test_no_host_has_more_connections_than_it_is_granted(web: Web, tmp_path: Path) -> None:
    place = Place(file="a.yml", line=1, column=1)
    many = [Address(url=f"{web.root}/{number}", place=place) for number in range(40)]
    visit = Round(ledger=Ledger(file=tmp_path / "l.json"), today=TODAY, manners=FAST)
    assert check_links(many, visit) == ()
    assert web.asked.total() == 40
    assert web.most_at_once <= 2


def test_dead_and_moved_links_are_named_where_they_are_mended(
    web: Web, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    zoo = tmp_path / "model-index" / "model-index.yml"
    zoo.parent.mkdir()
    zoo.write_text(
        "Sources:\n"
        f"  gone: {{URL: '{web.root}/gone', Accessed: 2021-03-04}}\n"
        f"  closed: {{URL: '{web.root}/closed'}}\n"
        f"Models:\n  - {{Name: a, Code: '{web.root}/moved', README: '{web.root}/here'}}\n"
    )
    page = tmp_path / "docs" / "en" / "method.md"
    page.parent.mkdir(parents=True)
    page.write_text(f"[a]({web.root}/gone)\n")
    monkeypatch.chdir(tmp_path)

    def told() -> list[str]:
        archive = f"{web.root}/wayback"
        shown = [str(one) for one in links(find_settings(tmp_path), manners=FAST, archive=archive)]
        return [one.replace(web.root, "W") for one in shown]

    first = told()
    assert first == [
        "model-index/model-index.yml:2:16: error: W/gone is dead: answers 404 Not Found; a copy of "  # noqa: ISC004
        '2021-03-04 is kept, add `Archive: "https://web.archive.org/web/20210304010203/W/gone"` or '
        "use it instead; it stands in 2 places [dead-link]",
        "model-index/model-index.yml:3:18: warning: W/closed answers 403 Forbidden; look at it "  # noqa: ISC004
        "yourself [unsure-link]",
        "model-index/model-index.yml:5:22: note: W/moved has moved for good to W/here; write that "  # noqa: ISC004
        "[moved-link]",
    ]
    assert (tmp_path / LEDGER).is_file()
    before = Counter(web.asked)
    assert told() == first
    new = web.asked - before
    assert not any("moved" in path or "here" in path for path in new)
    assert new["HEAD /gone"] == 1


def test_copies_of_dead_sources_are_written_beside_them_and_nothing_else_changes(
    web: Web, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    zoo = tmp_path / "model-index" / "model-index.yml"
    zoo.parent.mkdir()
    before = (
        "# kept\nSources:\n"
        f"  gone:\n    Title: Gone  # why\n    URL: '{web.root}/gone'\n    Accessed: 2021-03-04\n"
        f"  flow: {{URL: '{web.root}/gone', Accessed: 2021-03-04}}\n"
        f"  own: {{URL: '{web.root}/gone', Archive: 'https://example.invalid/x'}}\n"
        f"  here: {{URL: '{web.root}/here'}}\n"
    )
    zoo.write_text(before)
    monkeypatch.chdir(tmp_path)
    settings, archive = find_settings(tmp_path), f"{web.root}/wayback"
    first, *_ = links(settings, manners=FAST, archive=archive)
    assert first.severity is Severity.ERROR
    assert zoo.read_text() == before
    told = links(settings, manners=FAST, archive=archive, write=True)
    dead = [one for one in told if one.message.startswith(f"{web.root}/gone is dead")]
    assert [(one.severity, one.code) for one in dead] == [(Severity.NOTE, "dead-link")]
    copy = f"https://web.archive.org/web/20210304010203/{web.root}/gone"
    after = zoo.read_text()
    kept = {one.id: one.archive for one in read_zoo(zoo).zoo.sources}
    assert kept == {"gone": copy, "flow": copy, "own": "https://example.invalid/x", "here": None}
    assert [line for line in before.splitlines() if line not in after.splitlines()] == [
        line for line in before.splitlines() if line.startswith("  flow")
    ]


def test_a_machine_without_a_network_is_told_in_one_line(tmp_path: Path) -> None:
    place = Place(file="a.yml", line=1, column=1)
    two = [Address(url=f"http://127.0.0.1:9/{name}", place=place) for name in "ab"]
    visit = Round(
        ledger=Ledger(file=tmp_path / "l.json"), today=TODAY, manners=replace(FAST, retries=0)
    )
    with pytest.raises(
        CatalogueError, match="--links: none of the addresses that were asked answered"
    ):
        check_links(two, visit)


def test_the_command_asks_private_hosts_only_when_told_to(
    web: Web, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    index = tmp_path / "model-index" / "model-index.yml"
    index.parent.mkdir()
    index.write_text(f"Sources: {{here: {{URL: '{web.root}/here'}}}}\n")
    monkeypatch.chdir(tmp_path)
    assert check([], form="text", strict=True, allow=(), links="public") == 1
    assert "was not asked: it leads to 127.0.0.1, which is private" in capsys.readouterr().out
    assert check([], form="text", strict=True, allow=(), links="private") == 0
    assert web.asked == {"HEAD /here": 1}


def test_a_kept_copy_is_read_and_shown_beside_its_source(tmp_path: Path) -> None:
    index = tmp_path / "model-index.yml"
    copy = "https://web.archive.org/web/20210304/https://a.org/"
    index.write_text(
        f"Sources:\n  a: {{URL: 'https://a.org/', Archive: '{copy}'}}\n"
        "Models:\n  - Name: m\n"
        "    Costs: [{Quantity: Parameters, Value: 2.5, Unit: M, Source: a}]\n"
    )
    reading = read_zoo(index, allowed=frozenset())
    assert reading.diagnostics == ()
    render_site(reading.zoo, Stored(environments={}), tmp_path / "docs")
    for language, words in (("en", "archived copy"), ("zh", "存档副本")):
        page = (tmp_path / "docs" / language / "models" / "m.md").read_text(encoding="utf-8")
        assert f'<a href="{copy}">{words}</a>' in page
