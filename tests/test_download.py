"""Downloads: over a real https server with a certificate of its own."""

import ssl
import subprocess
import threading
from collections.abc import Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path

import pytest

from catalogue.download import download, open_https
from catalogue.entry import Weights
from catalogue.errors import UnreadyError
from catalogue.weights import Shelf, find_weights

CONTENT = bytes(range(256)) * 10_000
"""More than two blocks."""


class _Zoo(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path.startswith("/moved"):
            self.send_response(302)
            self.send_header("Location", self.path.partition("?to=")[2])
            self.end_headers()
            return
        if self.path == "/gone.pth":
            self.send_error(404)
            return
        self.send_response(200)
        if self.path != "/unmeasured.pth":
            self.send_header("Content-Length", str(len(CONTENT)))
        self.end_headers()
        self.wfile.write(CONTENT[:100] if self.path == "/cut.pth" else CONTENT)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # its own name
        pass


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tls")
    request = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
    subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-nodes"]
    files = ["-keyout", str(folder / "key.pem"), "-out", str(folder / "cert.pem")]
    try:
        subprocess.run([*request, *subject, *files], check=True, capture_output=True)
    except FileNotFoundError:
        pytest.skip("no openssl on this machine to make a certificate with")
    return folder / "cert.pem"


def _serve(server: ThreadingHTTPServer) -> Iterator[str]:
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"localhost:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def secure(certificate: Path) -> Iterator[str]:
    server = ThreadingHTTPServer(("localhost", 0), _Zoo)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, certificate.with_name("key.pem"))
    server.socket = context.wrap_socket(server.socket, server_side=True)
    for address in _serve(server):
        yield f"https://{address}"


@pytest.fixture(scope="module")
def plain() -> Iterator[str]:
    for address in _serve(ThreadingHTTPServer(("localhost", 0), _Zoo)):
        yield f"http://{address}"


@pytest.fixture
def trusting(certificate: Path) -> partial[None]:
    context = ssl.create_default_context(cafile=certificate)
    return partial(download, open_url=partial(open_https, context=context))


def test_the_file_is_what_the_server_holds_and_progress_is_told(
    secure: str, trusting: partial[None]
) -> None:
    told: list[tuple[int, int | None]] = []
    file = BytesIO()
    trusting(f"{secure}/net.pth", file, on_progress=lambda *step: told.append(step))
    assert file.getvalue() == CONTENT
    assert told == [(1 << 20, len(CONTENT)), (2 << 20, len(CONTENT)), (len(CONTENT),) * 2]


def test_a_server_that_does_not_tell_the_length_is_read_to_its_end(
    secure: str, trusting: partial[None]
) -> None:
    file = BytesIO()
    trusting(f"{secure}/unmeasured.pth", file)
    assert file.getvalue() == CONTENT


def test_a_connection_that_ends_early_is_a_fault(secure: str, trusting: partial[None]) -> None:
    with pytest.raises(OSError, match=r"^the connection ended after 100 of 2,560,000 bytes$"):
        trusting(f"{secure}/cut.pth", BytesIO())


def test_a_redirect_to_https_is_followed(secure: str, trusting: partial[None]) -> None:
    file = BytesIO()
    trusting(f"{secure}/moved?to={secure}/net.pth", file)
    assert file.getvalue() == CONTENT


def test_a_redirect_to_anything_else_is_not(
    secure: str, plain: str, trusting: partial[None]
) -> None:
    for target in (f"{plain}/net.pth", "file:///etc/passwd", "ftp://localhost/net.pth"):
        file = BytesIO()
        with pytest.raises(OSError, match=r"unknown url type|not allowed"):
            trusting(f"{secure}/moved?to={target}", file)
        assert file.getvalue() == b""


def test_plain_http_is_not_spoken(plain: str) -> None:
    with pytest.raises(OSError, match="unknown url type: http"):
        download(f"{plain}/net.pth", BytesIO())


def test_a_stranger_with_the_right_name_is_not_believed(secure: str) -> None:
    with pytest.raises(OSError, match="CERTIFICATE_VERIFY_FAILED"):
        download(f"{secure}/net.pth", BytesIO())


def test_what_the_server_says_of_a_missing_file_reaches_the_user(
    secure: str, trusting: partial[None], tmp_path: Path
) -> None:
    weights = Weights(url=f"{secure}/gone.pth")
    with pytest.raises(UnreadyError, match="does not answer: HTTP Error 404: Not Found; looked"):
        find_weights(weights, Shelf(cache=tmp_path, fetch=trusting))


def test_a_file_is_fetched_over_https_and_kept(
    secure: str, trusting: partial[None], tmp_path: Path
) -> None:
    weights = Weights(url=f"{secure}/net.pth", size_bytes=len(CONTENT))
    kept = find_weights(weights, Shelf(cache=tmp_path, fetch=trusting)).path
    assert kept.read_bytes() == CONTENT
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == ["net.pth"]
