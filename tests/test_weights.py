"""Weights: found, downloaded, verified, put into a model, and refused."""

import hashlib
from http.client import IncompleteRead
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

import pytest
import torch
from safetensors.torch import save_file
from torch import nn

from catalogue.entry import Weights
from catalogue.errors import CatalogueError, Place, UnreadyError
from catalogue.weights import default_cache, fetch_weights, file_sha256, load_weights

URL = "https://example.org/zoo/v0.1/net-71dfe43e.pth?download=true"
CONTENT = b"weights" * 1000
SHA256 = hashlib.sha256(CONTENT).hexdigest()
PLACE = Place(file="dpn.yml", line=9, column=5)


def _serve(url: str, file: BinaryIO) -> None:
    assert url == URL
    file.write(CONTENT)


def _offline(_url: str, file: BinaryIO) -> None:
    file.write(CONTENT[:100])
    message = "no route\nto host"
    raise OSError(message)


def _files(root: Path) -> set[str]:
    return {path.name for path in root.rglob("*") if path.is_file()}


def test_the_users_own_file_comes_first(tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    (own / "net-71dfe43e.pth").write_bytes(CONTENT)
    found = fetch_weights(
        Weights(url=URL, sha256=SHA256), folder=own, cache=tmp_path / "cache", fetch=_offline
    )
    assert found == own / "net-71dfe43e.pth"


def test_a_download_is_kept_and_not_repeated(tmp_path: Path) -> None:
    weights = Weights(url=URL, sha256=SHA256, size_bytes=len(CONTENT))
    first = fetch_weights(weights, folder=None, cache=tmp_path, fetch=_serve)
    assert first.read_bytes() == CONTENT
    assert first.name == "net-71dfe43e.pth"
    again = fetch_weights(weights, folder=tmp_path / "own", cache=tmp_path, fetch=_offline)
    assert again == first
    assert _files(tmp_path) == {"net-71dfe43e.pth"}


def test_two_files_of_one_name_do_not_meet_in_the_cache(tmp_path: Path) -> None:
    def serve(url: str, file: BinaryIO) -> None:
        file.write(url.encode())

    urls = [f"https://example.org/{name}/model.safetensors" for name in ("a", "b")]
    kept = [
        fetch_weights(Weights(url=url), folder=None, cache=tmp_path, fetch=serve) for url in urls
    ]
    assert [path.read_text() for path in kept] == urls


def test_without_a_network_both_places_are_named(tmp_path: Path) -> None:
    weights = Weights(url=URL, place=PLACE)
    with pytest.raises(UnreadyError) as caught:
        fetch_weights(weights, folder=None, cache=tmp_path, fetch=_offline)
    kept = tmp_path / hashlib.sha256(URL.encode()).hexdigest()[:16] / "net-71dfe43e.pth"
    assert str(caught.value) == (
        f"dpn.yml:9:5: 'net-71dfe43e.pth' is not on this machine and {URL} does not answer: "
        f"no route to host; put the file into a folder named with --weights-dir, or at {kept}"
    )
    assert _files(tmp_path) == set()
    kept.write_bytes(CONTENT)
    assert fetch_weights(weights, folder=None, cache=tmp_path, fetch=_offline) == kept


@pytest.mark.parametrize("fault", [IncompleteRead(b""), KeyboardInterrupt()])
def test_an_interrupted_download_leaves_nothing(tmp_path: Path, fault: BaseException) -> None:
    def breaks(_url: str, file: BinaryIO) -> None:
        file.write(CONTENT[:100])
        raise fault

    expected = UnreadyError if isinstance(fault, Exception) else KeyboardInterrupt
    with pytest.raises(expected):
        fetch_weights(Weights(url=URL), folder=tmp_path, cache=tmp_path, fetch=breaks)
    assert _files(tmp_path) == set()


def test_a_download_of_another_hash_is_put_aside_and_not_used(tmp_path: Path) -> None:
    weights = Weights(url=URL, sha256="0" * 64, place=PLACE)
    with pytest.raises(UnreadyError) as caught:
        fetch_weights(weights, folder=None, cache=tmp_path, fetch=_serve)
    kept = tmp_path / hashlib.sha256(URL.encode()).hexdigest()[:16] / "net-71dfe43e.pth"
    assert str(caught.value) == (
        f"dpn.yml:9:5: '{kept}' has the SHA-256 {SHA256}, expected {'0' * 64}; it was put aside "
        "as 'net-71dfe43e.pth.refused'; run again to download it anew, or mend the entry"
    )
    assert _files(tmp_path) == {"net-71dfe43e.pth.refused"}


def test_a_file_of_the_cache_that_was_damaged_is_not_used(tmp_path: Path) -> None:
    weights = Weights(url=URL, sha256_prefix=SHA256[:8])
    kept = fetch_weights(weights, folder=None, cache=tmp_path, fetch=_serve)
    kept.write_bytes(CONTENT[:-1] + b"S")
    with pytest.raises(UnreadyError, match=f"expected it to begin with {SHA256[:8]}; it was put"):
        fetch_weights(weights, folder=None, cache=tmp_path, fetch=_serve)
    assert fetch_weights(weights, folder=None, cache=tmp_path, fetch=_serve) == kept
    assert kept.read_bytes() == CONTENT


def test_the_users_own_file_of_another_hash_stays_and_is_refused(tmp_path: Path) -> None:
    own = tmp_path / "net-71dfe43e.pth"
    own.write_bytes(b"else")
    with pytest.raises(UnreadyError) as caught:
        fetch_weights(
            Weights(url=URL, sha256=SHA256), folder=tmp_path, cache=tmp_path, fetch=_serve
        )
    assert str(caught.value) == (
        f"'{own}' has the SHA-256 {hashlib.sha256(b'else').hexdigest()}, expected {SHA256}; "
        "replace the file, or mend the entry"
    )
    assert own.read_bytes() == b"else"


def test_a_file_of_another_size_is_refused(tmp_path: Path) -> None:
    weights = Weights(url=URL, size_bytes=7001)
    with pytest.raises(UnreadyError, match="has 7,000 bytes, expected 7,001; it was put aside"):
        fetch_weights(weights, folder=None, cache=tmp_path, fetch=_serve)


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/net.pth",
        "file:///etc/passwd",
        "ftp://example.org/net.pth",
        "https:///net.pth",
        "https://example.org/",
        "https://example.org/zoo/..",
        "https://example.org/%2e%2e%2fnet.pth",
        "https://example.org/..%5cnet.pth",
        "https://example.org/.bashrc",
        "https://example.org/a%00b",
    ],
)
def test_addresses_that_are_not_https_or_name_no_file_are_refused(tmp_path: Path, url: str) -> None:
    with pytest.raises(CatalogueError) as caught:
        fetch_weights(Weights(url=url), folder=tmp_path, cache=tmp_path, fetch=_serve)
    assert str(caught.value) == (f"URL is '{url}'; expected https://… that ends in a file's name")
    assert _files(tmp_path) == set()


def test_a_path_inside_the_zoo_is_a_file_of_the_zoo(tmp_path: Path) -> None:
    (tmp_path / "weights").mkdir()
    (tmp_path / "weights" / "net.pth").write_bytes(CONTENT)
    weights = Weights(url="weights/net.pth", sha256=SHA256)
    found = fetch_weights(weights, folder=None, cache=tmp_path / "cache", zoo=tmp_path)
    assert found == tmp_path / "weights" / "net.pth"
    missing = Weights(url="weights/none.pth", place=PLACE)
    with pytest.raises(UnreadyError) as caught:
        fetch_weights(missing, folder=None, cache=tmp_path / "cache", zoo=tmp_path)
    assert str(caught.value) == (
        f"dpn.yml:9:5: '{tmp_path / 'weights' / 'none.pth'}' does not exist; "
        "expected the file that URL names"
    )


@pytest.mark.parametrize("url", ["../net.pth", "/etc/passwd", "weights/../../net.pth", "link.pth"])
def test_a_path_out_of_the_zoo_is_refused(tmp_path: Path, url: str) -> None:
    zoo = tmp_path / "zoo"
    zoo.mkdir()
    (tmp_path / "net.pth").write_bytes(CONTENT)
    (zoo / "link.pth").symlink_to(tmp_path / "net.pth")
    for root in (zoo, None):
        with pytest.raises(CatalogueError) as caught:
            fetch_weights(Weights(url=url), folder=None, cache=tmp_path, zoo=root)
        assert str(caught.value) == (f"URL is '{url}'; expected https://… or a path inside the zoo")


def test_the_cache_stands_where_the_desktop_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/ada")
    assert default_cache({}) == Path("/home/ada/.cache/catalogue/weights")
    assert default_cache({"XDG_CACHE_HOME": "/big"}) == Path("/big/catalogue/weights")
    relative = default_cache({"XDG_CACHE_HOME": "not/absolute"})
    assert relative == Path("/home/ada/.cache/catalogue/weights")


@pytest.mark.parametrize("name", ["net.safetensors", "net.pth"])
def test_weights_are_loaded_and_named_by_their_hash(tmp_path: Path, name: str) -> None:
    saved, loaded = nn.Linear(3, 2), nn.Linear(3, 2)
    path = tmp_path / name
    if path.suffix == ".pth":
        torch.save(saved.state_dict(), path)
    else:
        save_file(saved.state_dict(), path)
    assert load_weights(loaded, path) == hashlib.sha256(path.read_bytes()).hexdigest()
    assert file_sha256(path) == hashlib.sha256(path.read_bytes()).hexdigest()
    assert torch.equal(loaded.weight, saved.weight)
    assert torch.equal(loaded.bias, saved.bias)


def test_what_is_fetched_is_what_is_loaded(tmp_path: Path) -> None:
    saved, loaded = nn.Linear(3, 2), nn.Linear(3, 2)
    content = BytesIO()
    torch.save({"state_dict": saved.state_dict(), "epoch": 3}, content)
    weights = Weights(url=URL, sha256=hashlib.sha256(content.getvalue()).hexdigest())

    def serve(_url: str, file: BinaryIO) -> None:
        file.write(content.getvalue())

    path = fetch_weights(weights, folder=None, cache=tmp_path, fetch=serve)
    assert load_weights(loaded, path, key="state_dict") == weights.sha256
    assert torch.equal(loaded.weight, saved.weight)
