"""How soon a page is there on a phone: slow processor, slow 4G network, narrow screen.

Run `python benchmarks/phone.py [--models 1500] [--site FOLDER] [--page index.html ...]`; needs
Chromium and the packages of `dev`. Files are sent compressed, by a server of its own.
"""

import argparse
import gzip
import shutil
import statistics
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from charts import build
from playwright.sync_api import Browser, sync_playwright

SCREEN = {"width": 390, "height": 844}
SLOWED = 4
BYTES_A_SECOND = 1.6e6 / 8
ROUND_TRIP_MS = 150
DRAWN = """() => new Promise((done) => {
  const look = () => document.querySelector(".zoo-dot")
    ? requestAnimationFrame(() => setTimeout(() => done(performance.now())))
    : setTimeout(look, 5);
  look();
})"""
SEEN = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? NaN"
PACKED = (".html", ".css", ".js", ".json", ".svg", ".xml")


@dataclass(frozen=True, kw_only=True, slots=True)
class Loaded:
    """One visit with nothing in the browser's cache."""

    text_s: float
    """Until the first text was painted."""
    chart_s: float
    """Until the dots of the chart were."""
    bytes: int
    """Sent until all was quiet, headers left out."""
    requests: int


class Compressing(SimpleHTTPRequestHandler):
    """Sends what compresses well compressed, as hosts do."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Send a file; the name is the standard library's."""
        path = Path(self.translate_path(self.path))
        if not path.is_file():
            self.send_error(404)
            return
        packed = path.suffix in PACKED
        content = gzip.compress(path.read_bytes(), 6) if packed else path.read_bytes()
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(str(path)))
        if packed:
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name there
        """Say nothing."""


@contextmanager
def served(site: Path) -> Iterator[str]:
    """The address of a site while it is being served."""
    handler = partial(Compressing, directory=str(site))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def visit(browser: Browser, address: str) -> Loaded:
    """Open a page for the first time."""
    page = browser.new_context(viewport=SCREEN, device_scale_factor=2).new_page()
    browser_of = page.context.new_cdp_session(page)
    browser_of.send("Network.enable")
    browser_of.send(
        "Network.emulateNetworkConditions",
        {
            "offline": False,
            "latency": ROUND_TRIP_MS,
            "downloadThroughput": BYTES_A_SECOND,
            "uploadThroughput": BYTES_A_SECOND / 2,
        },
    )
    browser_of.send("Emulation.setCPUThrottlingRate", {"rate": SLOWED})
    sent: list[int] = []
    browser_of.on("Network.loadingFinished", lambda one: sent.append(int(one["encodedDataLength"])))
    page.goto(address, wait_until="commit")
    chart_ms = page.evaluate(DRAWN)
    page.wait_for_load_state("networkidle")
    text_ms = page.evaluate(SEEN)
    page.context.close()
    return Loaded(text_s=text_ms / 1e3, chart_s=chart_ms / 1e3, bytes=sum(sent), requests=len(sent))


def measure(site: Path, pages: list[str], rounds: int) -> None:
    """Print a row for each page: medians, and the slowest chart."""
    print("| page | text | chart | slowest | kB fetched | requests |\n|---|--:|--:|--:|--:|--:|")
    with served(site) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        for name in pages:
            visits = [visit(browser, address + name) for _ in range(rounds)]
            text = statistics.median(one.text_s for one in visits)
            chart = statistics.median(one.chart_s for one in visits)
            slowest = max(one.chart_s for one in visits)
            fetched = statistics.median(one.bytes for one in visits) / 1e3
            print(
                f"| {name} | {text:.2f} s | {chart:.2f} s | {slowest:.2f} s | {fetched:.0f} "
                f"| {visits[-1].requests} |",
                flush=True,
            )
        browser.close()


def main() -> None:
    """Build a zoo, or take a site that is there, and visit its pages."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--models", type=int, default=1500)
    parser.add_argument("--site", type=Path, help="a built site, instead of a made-up zoo's")
    parser.add_argument("--page", nargs="+", default=["index.html", "choose.html"])
    parser.add_argument("--rounds", type=int, default=3)
    wanted = parser.parse_args()
    if wanted.site:
        measure(wanted.site, wanted.page, wanted.rounds)
        return
    with tempfile.TemporaryDirectory() as folder:
        measure(build(Path(folder), wanted.models), wanted.page, wanted.rounds)


if __name__ == "__main__":
    main()
