"""The content security policy in a real browser: served, below a path, from disk, while editing."""

import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from functools import partial
from html.parser import HTMLParser
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from test_site import free_port, wait_for, zoo_in

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def public(tmp_path_factory: pytest.TempPathFactory, hostile: Path) -> Path:
    """A folder of a server, with the site in a folder below."""
    folder = tmp_path_factory.mktemp("public")
    shutil.copytree(hostile, folder / "sub/path")
    return folder


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name there
        del format, args


@pytest.fixture(scope="module")
def served(public: Path) -> Iterator[str]:
    """The address of the site below a sub-path of a server."""
    handler = partial(_Quiet, directory=str(public))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/sub/path/"
    server.shutdown()
    server.server_close()


@pytest.fixture(params=["served", "disk"])
def root(request: pytest.FixtureRequest, public: Path) -> str:
    """Where the site begins."""
    if request.param == "disk":
        return (public / "sub/path").as_uri() + "/"
    return str(request.getfixturevalue("served"))


def use_everything(page: Page, root: str) -> None:
    """What a reader does: search, charts, choosing, colours, copying, the other language."""
    page.goto(f"{root}models/net1.html")
    page.locator("label[for^=__palette]:visible").click()
    page.locator(".md-clipboard, .md-code__button").first.click()
    page.locator("input.md-search__input").press_sequentially("net2")
    found = page.locator(".md-search-result__link")
    expect(found.first).to_have_attribute("href", re.compile("net2"))
    page.keyboard.press("Enter")
    page.wait_for_url("**/*net2*")
    page.goto(f"{root}index.html")
    expect(page.locator(".zoo-dot").first).to_be_attached()
    page.goto(f"{root}choose.html")
    expect(page.locator(".zoo-answer__name")).to_be_visible()
    page.locator("a.zoo-language").click()
    page.wait_for_url("**/zh/choose.html*")
    expect(page.locator(".zoo-answer__name")).to_be_visible()


def test_everything_works_under_the_policy(page: Page, root: str) -> None:
    """The page fixture fails where the console says that something was blocked."""
    use_everything(page, root)


def test_pictures_bars_and_colours_are_shown_under_the_policy(page: Page, root: str) -> None:
    page.goto(f"{root}families/even.html")
    page.emulate_media(media="print")
    picture = page.locator(".zoo-plot img:visible").first
    picture.scroll_into_view_if_needed()
    expect(picture).not_to_have_js_property("naturalWidth", 0)
    page.goto(f"{root}index.html")
    bar = page.locator('.zoo-verdicts__part[data-share]:not([data-share="00"])').first
    assert bar.evaluate("bar => bar.getBoundingClientRect().width") > 10


INJECTED = {
    "script": "<script>window.ran = 1</script>",
    "handler": '<img src="nowhere:x" onerror="window.ran = 1">',
    "address": '<iframe src="javascript:parent.ran = 1"></iframe>',
    "document": '<iframe srcdoc="<script>parent.ran = 1</script>"></iframe>',
    "host": '<script src="https://elsewhere.invalid/x.js"></script>',
    "base": '<base href="https://elsewhere.invalid/"><object data="x.html"></object>',
}


@pytest.mark.parametrize("where", ["served", "disk"])
def test_nothing_that_gets_into_a_page_runs_or_loads(
    public: Path, browser: Browser, request: pytest.FixtureRequest, where: str
) -> None:
    site = public / "sub/path"
    html = (site / "index.html").read_text(encoding="utf-8")
    for name, injected in INJECTED.items():
        infected = html.replace("<article", f"{injected}<article", 1)
        (site / f"infected-{name}.html").write_text(infected, encoding="utf-8")
    root = request.getfixturevalue("served") if where == "served" else f"{site.as_uri()}/"
    page = browser.new_page()
    refused: list[tuple[str, str | None]] = []
    page.on("requestfailed", lambda one: refused.append((one.url, one.failure)))
    for name in INJECTED:
        blocked: list[str] = []
        page.on("console", lambda said, blocked=blocked: blocked.append(said.text))
        page.goto(f"{root}infected-{name}.html")
        expect(page.locator(".zoo-dot").first).to_be_attached()
        assert page.evaluate("window.ran") is None, name
        assert any("Content Security Policy" in text for text in blocked), name
    assert [why for url, why in refused if "elsewhere" in url] == ["csp"]
    page.close()


def test_the_page_for_wrong_addresses_is_guarded_too(public: Path) -> None:
    for page in ("404.html", "zh/404.html"):
        html = (public / "sub/path" / page).read_text(encoding="utf-8")
        assert "script-src 'self' file:; " in html


class _Attributes(HTMLParser):
    """The names of elements and attributes of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names |= {tag, *(name for name, _ in attrs)}


def test_no_page_has_a_style_or_a_handler_which_the_policy_would_block(hostile: Path) -> None:
    for page in hostile.rglob("*.html"):
        names = _Attributes(page.read_text(encoding="utf-8")).names
        found = [name for name in names if name in ("style", "iframe") or name.startswith("on")]
        assert found == [], page


def test_pages_reload_while_their_entries_are_edited(tmp_path: Path, page: Page) -> None:
    folder, port, log = zoo_in(tmp_path), free_port(), tmp_path / "serve.log"
    address = f"127.0.0.1:{port}"
    with log.open("w") as output:
        server = subprocess.Popen(
            [sys.executable, "-m", "mkdocs", "serve", "--dev-addr", address],
            cwd=folder,
            stderr=output,
        )
    try:
        assert wait_for(lambda: "Serving on" in log.read_text(), seconds=60), log.read_text()
        page.goto(f"http://{address}/families/dpn.html")
        expect(page.locator(".zoo-lead")).to_have_text("Residual and dense paths side by side.")
        entries = folder / "model-index/families.yml"
        text = entries.read_text(encoding="utf-8").replace("side by side", "in one network")
        entries.write_text(text, encoding="utf-8")
        expect(page.locator(".zoo-lead")).to_have_text(
            "Residual and dense paths in one network.", timeout=60_000
        )
        page.goto("about:blank")
    finally:
        server.terminate()
        server.wait(timeout=20)
