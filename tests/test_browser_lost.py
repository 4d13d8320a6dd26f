"""Wrong addresses in a real browser, of a host that has one page for all of them."""

import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from playwright.sync_api import Page as Tab

pytestmark = pytest.mark.browser

BELOW = "/models/"
"""Where the site believes it stands."""


class _Host(SimpleHTTPRequestHandler):
    """Answers as GitHub Pages does; keeps what it was asked for."""

    def __init__(self, *args: object, asked: list[str], without: str, **known: object) -> None:
        self.asked, self.without = asked, without
        super().__init__(*args, **known)  # type: ignore[arg-type]

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name there
        del format, args

    def end_headers(self) -> None:
        self.send_header("Cache-Control", "no-store")  # so that all is asked for that is needed
        super().end_headers()

    def do_GET(self) -> None:
        self.asked.append(self.path)
        inside = self.path.partition("?")[0].removeprefix(BELOW)
        if Path(self.directory, inside).is_file() and inside != self.without:
            self.path = f"/{inside}"
            super().do_GET()
            return
        self.send_response(404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(Path(self.directory, "404.html").read_bytes())


class Host:
    """A running host, and what it was asked for."""

    def __init__(self, site: Path, *, without: str = "") -> None:
        self.asked: list[str] = []
        handler = partial(_Host, directory=str(site), asked=self.asked, without=without)
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.root = f"http://127.0.0.1:{self.server.server_port}{BELOW}"

    def pages(self) -> list[str]:
        """The pages that were asked for."""
        return [one for one in self.asked if "assets/" not in one and "search/" not in one]

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def host(hostile: Path, request: pytest.FixtureRequest) -> Iterator[Host]:
    started = Host(hostile, without=getattr(request, "param", ""))
    yield started
    started.close()


@pytest.fixture
def tab(browser: Browser) -> Iterator[Tab]:
    """A page that fails the test where a script fails or the policy keeps something away."""
    opened = browser.new_page(viewport={"width": 1400, "height": 1000})
    faults: list[str] = []
    opened.on("pageerror", lambda error: faults.append(str(error)))
    opened.on("console", lambda said: faults.append(said.text) if "Policy" in said.text else None)
    yield opened
    opened.close()
    assert faults == []


def test_below_another_language_s_folder_all_of_the_page_is_in_that_language(
    host: Host, tab: Tab
) -> None:
    lost = f"{host.root}zh/models/nope%20.html?x=1#y"
    for _ in range(2):  # the second time as a reader loads the page again
        tab.goto("about:blank")
        tab.goto(lost)
        expect(tab.locator("html")).to_have_attribute("lang", "zh")
        expect(tab).to_have_title("404 – 模型图录")
        tab.wait_for_url(lost)
        assert tab.locator("input.md-search__input").get_attribute("placeholder") == "搜索"
        expect(tab.locator("a.zoo-language:visible")).to_have_text(["English"])
        assert "zh/index.html" in (tab.locator("a.md-logo").first.get_attribute("href") or "")
        expect(tab.locator("[data-zoo-home]").first).to_have_attribute("lang", "zh")
    once = [f"{BELOW}zh/models/nope%20.html?x=1", f"{BELOW}zh/404.html"]
    assert host.pages() == once * 2
    tab.locator("a.zoo-language:visible").click()
    tab.wait_for_url(f"{host.root}index.html")


def test_a_wrong_address_in_the_site_s_own_language_is_asked_for_once(host: Host, tab: Tab) -> None:
    for lost in ("nope.html", "zhu.html"):
        tab.goto(host.root + lost)
        expect(tab.locator("html")).to_have_attribute("lang", "en")
        expect(tab.locator("[data-zoo-home]").first).to_have_attribute("lang", "en")
    tab.wait_for_timeout(300)
    assert host.pages() == [f"{BELOW}nope.html", f"{BELOW}zhu.html"]


@pytest.mark.parametrize("host", ["zh/404.html"], indirect=True)
def test_where_the_other_page_is_missing_nothing_goes_round_in_circles(
    host: Host, tab: Tab
) -> None:
    tab.goto(f"{host.root}zh/nope.html")
    tab.wait_for_timeout(500)
    assert host.pages() == [f"{BELOW}zh/nope.html", f"{BELOW}zh/404.html"]
    assert tab.url == f"{host.root}zh/nope.html"
    expect(tab.locator("[data-zoo-home]").first).to_have_attribute("lang", "zh")


@pytest.mark.parametrize("told", ["//elsewhere.invalid/", "https://elsewhere.invalid/", "/%"])
def test_no_link_makes_the_page_show_an_address_outside_its_folder(
    host: Host, tab: Tab, told: str
) -> None:
    tab.goto(f"{host.root}zh/404.html#lost={told}")
    tab.wait_for_timeout(200)
    assert tab.url == f"{host.root}zh/404.html#lost={told}"


def test_without_scripts_both_languages_speak(host: Host, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False)
    tab = context.new_page()
    tab.goto(f"{host.root}zh/nope.html")
    assert tab.locator("[data-zoo-home]").count() == 2
    context.close()
