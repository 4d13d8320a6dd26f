"""The hub: over a server of our own, with the hub's own client in a process of its own."""

import hashlib
import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from catalogue.hub import HubFile, hub_file

CONTENT = bytes(range(256)) * 5_000
COMMIT = "0123456789abcdef0123456789abcdef01234567"
FILE = HubFile(repository="zoo/net.in1k", revision="main", file="model.safetensors")
CODE = """
import json, sys
from pathlib import Path
from catalogue.entry import Weights
from catalogue.errors import UnreadyError
from catalogue.weights import Shelf, find_weights
for url in sys.argv[2:]:
    told = []
    shelf = Shelf(cache=Path(sys.argv[1]), tell=lambda *step: told.append(step))
    try:
        found = find_weights(Weights(url=url), shelf)
        print(json.dumps([str(found.path), found.source, told]))
    except UnreadyError as fault:
        print(json.dumps([str(fault)]))
"""


class _Hub(BaseHTTPRequestHandler):
    def do_HEAD(self) -> None:
        self._answer()

    def do_GET(self) -> None:
        if self._answer():
            cut = self.path.endswith("cut.safetensors")
            self.wfile.write(CONTENT[:1000] if cut else CONTENT)

    def _answer(self) -> bool:
        if not self.path.startswith("/zoo/net.in1k/resolve/") or "gone" in self.path:
            self.send_response(404)
            self.send_header("X-Error-Code", "EntryNotFound")
            self.send_header("X-Repo-Commit", COMMIT)
            self.send_header("Content-Length", "0")
            self.end_headers()
            return False
        self.send_response(200)
        self.send_header("X-Repo-Commit", COMMIT)
        self.send_header("ETag", f'"{hashlib.sha256(self.path.encode()).hexdigest()}"')
        self.send_header("Content-Length", str(len(CONTENT)))
        self.end_headers()
        return True

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # its own name
        pass


@pytest.fixture(scope="module")
def hub() -> Iterator[str]:
    server = ThreadingHTTPServer(("localhost", 0), _Hub)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://localhost:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def _find(*urls: str, home: Path, **environment: str) -> list[list[Any]]:
    done = subprocess.run(
        [sys.executable, "-c", CODE, str(home / "cache"), *urls],
        env=os.environ | {"HF_HOME": str(home / "hf"), "HF_HUB_OFFLINE": "0"} | environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def _blobs(home: Path) -> list[bytes]:
    return [path.read_bytes() for path in home.rglob("blobs/*") if path.suffix != ".incomplete"]


def test_addresses_of_the_hub_are_told_from_others() -> None:
    assert hub_file(FILE.url) == FILE
    tagged = HubFile(repository="gpt2", revision="v1.0/rc", file="a/b c.bin")
    assert hub_file("https://hf.co/gpt2/resolve/v1.0%2Frc/a/b%20c.bin?download=true") == tagged
    assert hub_file(tagged.url) == tagged
    for url in (
        "https://example.org/zoo/net/resolve/main/model.safetensors",
        "http://huggingface.co/zoo/net/resolve/main/model.safetensors",
        "https://huggingface.co/zoo/net/tree/main",
        "https://huggingface.co/zoo/net/resolve/main/../../x",
        "https://huggingface.co/zoo/net/resolve/main/%2e%2e/x",
        "weights/net.pth",
    ):
        assert hub_file(url) is None


def test_a_file_is_fetched_once_at_the_commit_its_branch_means(hub: str, tmp_path: Path) -> None:
    urls = [FILE.url.replace("model.", name) for name in ("model.", "gone.")]
    (path, source, told), (gone,) = _find(*urls, home=tmp_path, HF_ENDPOINT=hub)
    assert Path(path).read_bytes() == CONTENT
    assert Path(path).is_relative_to(tmp_path / "hf")
    assert source == f"https://huggingface.co/zoo/net.in1k/resolve/{COMMIT}/model.safetensors"
    assert told
    assert told[-1] == [len(CONTENT), len(CONTENT)]
    # What the hub lacks ends in one line.
    assert re.search("does not answer: .*404", gone)
    assert "\n" not in gone
    assert _blobs(tmp_path) == [CONTENT]
    again, (missing,) = _find(FILE.url, urls[1], home=tmp_path, HF_HUB_OFFLINE="1")
    assert again == [path, source, []]
    kept = tmp_path / "cache" / hashlib.sha256(urls[1].encode()).hexdigest()[:16]
    assert missing == (
        f"'gone.safetensors' is not on this machine and {urls[1]} is on the hub, where "
        f"HF_HUB_OFFLINE forbids to look; looked at {kept / 'gone.safetensors'} and in "
        f"{tmp_path / 'hf' / 'hub' / 'models--zoo--net.in1k'}; put the file there, or into a "
        "folder named with --weights-dir, or name it with --weights"
    )


@pytest.mark.slow
def test_a_download_that_breaks_off_leaves_nothing_to_be_taken(hub: str, tmp_path: Path) -> None:
    """The hub's client tries five times, a second apart."""
    ((cut,),) = _find(FILE.url.replace("model.", "cut."), home=tmp_path, HF_ENDPOINT=hub)
    assert "does not answer: peer closed connection" in cut
    assert "\n" not in cut
    assert _blobs(tmp_path) == []
