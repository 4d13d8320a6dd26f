"""Weights: found, downloaded, verified, put into a model, and refused."""

import hashlib
from dataclasses import replace
from http.client import IncompleteRead
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

import pytest
import torch
from safetensors.torch import save_file
from samples import ENTRY
from torch import nn
from torchvision.models import googlenet, mnasnet0_5

from catalogue.download import Progress, in_silence
from catalogue.entry import Builder, Weights
from catalogue.errors import CatalogueError, Place, UnreadyError
from catalogue.hub import HubCopy, HubFile
from catalogue.library_weights import as_pretrained, library_weights
from catalogue.weights import (
    Loaded,
    Shelf,
    default_cache,
    file_sha256,
    find_weights,
    load_entry_weights,
    load_weights,
)

URL = "https://example.org/zoo/v0.1/net-71dfe43e.pth?download=true"
CONTENT = b"weights" * 1000
SHA256 = hashlib.sha256(CONTENT).hexdigest()
PLACE = Place(file="dpn.yml", line=9, column=5)


def fetch_weights(weights: Weights, **shelf: Any) -> Path:  # noqa: ANN401  # fields of a shelf
    return find_weights(weights, Shelf(**shelf)).path


def _serve(url: str, file: BinaryIO, *, on_progress: Progress = in_silence) -> None:
    assert url == URL
    on_progress(len(CONTENT), len(CONTENT))
    file.write(CONTENT)


def _offline(_url: str, file: BinaryIO, *, on_progress: Progress = in_silence) -> None:
    on_progress(100, None)
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
    def serve(url: str, file: BinaryIO, **_: Progress) -> None:
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
        f"no route to host; looked at {kept}; put the file there, or into a folder named with "
        "--weights-dir, or name it with --weights"
    )
    assert _files(tmp_path) == set()
    kept.write_bytes(CONTENT)
    assert fetch_weights(weights, folder=None, cache=tmp_path, fetch=_offline) == kept


@pytest.mark.parametrize("fault", [IncompleteRead(b""), KeyboardInterrupt()])
def test_an_interrupted_download_leaves_nothing(tmp_path: Path, fault: BaseException) -> None:
    def breaks(_url: str, file: BinaryIO, **_: Progress) -> None:
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
        f"dpn.yml:9:5: '{tmp_path / 'weights' / 'none.pth'}' does not exist; expected the weights"
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

    def serve(_url: str, file: BinaryIO, **_: Progress) -> None:
        file.write(content.getvalue())

    path = fetch_weights(weights, folder=None, cache=tmp_path, fetch=serve)
    assert load_weights(loaded, path, key="state_dict") == weights.sha256
    assert torch.equal(loaded.weight, saved.weight)


NAMED = replace(ENTRY, id="net", name="Net v1", builder=None, weights=())
HUB = "https://huggingface.co/timm/net.in1k/resolve/main/model.safetensors"


def _hub_offline(_wanted: HubFile, **_: Progress) -> HubCopy:
    message = "no route"
    raise OSError(message)


def _linear(path: Path, *, outputs: int = 2, value: float = 0.5) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    save_file({"weight": torch.full((outputs, 3), value), "bias": torch.zeros(outputs)}, path)
    return path


@pytest.mark.parametrize(
    "name",
    [
        "net.safetensors",
        "net.pth",
        "Net v1.safetensors",
        "net.in1k.safetensors",
        "net.in1k/model.safetensors",
        "timm/net.in1k/model.safetensors",
    ],
)
def test_a_folder_may_hold_a_hubs_file_under_the_models_name(tmp_path: Path, name: str) -> None:
    _linear(tmp_path / "own" / "model.safetensors", value=9)  # whose it is nobody knows
    path = tmp_path / "own" / name
    _linear(path)
    if path.suffix == ".pth":
        torch.save({"weight": torch.full((2, 3), 0.5), "bias": torch.zeros(2)}, path)
    entry = replace(NAMED, weights=(Weights(url=HUB),))
    shelf = Shelf(cache=tmp_path / "cache", folder=tmp_path / "own", fetch_hub=_hub_offline)
    model = nn.Linear(3, 2)
    loaded = load_entry_weights(model, entry, shelf)
    assert loaded == Loaded(sha256=file_sha256(path), source=f"file {path.name}")
    assert model.weight[0, 0] == 0.5


def test_a_hubs_file_that_is_nowhere_is_told_with_every_place_and_name(tmp_path: Path) -> None:
    _linear(tmp_path / "own" / "model.safetensors")
    entry = replace(NAMED, weights=(Weights(url=HUB, place=PLACE),))
    shelf = Shelf(cache=tmp_path / "cache", folder=tmp_path / "own", fetch_hub=_hub_offline)
    with pytest.raises(UnreadyError) as caught:
        load_entry_weights(nn.Linear(3, 2), entry, shelf)
    message = str(caught.value)
    assert message.startswith("dpn.yml:9:5: 'model.safetensors' is not on this machine and ")
    assert f"in {tmp_path / 'own'} (timm/net.in1k/model.safetensors, " in message
    assert "net.safetensors, net.pth, " in message
    assert message.endswith(
        f"; put the file there, or into {tmp_path / 'own'}, or name it with --weights"
    )


def test_timm_and_torchvision_say_where_their_weights_are() -> None:
    def of(target: str, model: nn.Module | None = None) -> Weights | None:
        return library_weights(Builder(target=target), model or nn.Identity())

    assert of("timm:resnet18") == of("timm:resnet18.a1_in1k")
    assert of("timm:resnet18") == Weights(
        url="https://huggingface.co/timm/resnet18.a1_in1k/resolve/main/model.safetensors"
    )
    gcvit = of("timm:gcvit_tiny")
    assert gcvit is not None
    assert gcvit.url.startswith("https://github.com/")
    assert of("torchvision:resnet50") == Weights(
        url="https://download.pytorch.org/models/resnet50-11ad3fa6.pth", sha256_prefix="11ad3fa6"
    )
    assert of("zoo:Net") is None


def test_an_entry_without_weights_takes_its_librarys(tmp_path: Path) -> None:
    entry = replace(NAMED, builder=Builder(target="torchvision:mnasnet0_5"))
    saved, loaded = mnasnet0_5(), mnasnet0_5()
    content = BytesIO()
    torch.save(saved.state_dict(), content)
    asked: list[str] = []

    def serve(url: str, file: BinaryIO, **_: Progress) -> None:
        asked.append(url)
        file.write(content.getvalue())

    with pytest.raises(UnreadyError, match="expected it to begin with 3ffadce67e"):
        load_entry_weights(loaded, entry, Shelf(cache=tmp_path / "a", fetch=serve))
    assert asked == ["https://download.pytorch.org/models/mnasnet0.5_top1_67.823-3ffadce67e.pth"]
    own = tmp_path / "own"
    own.mkdir()
    (own / "mnasnet0_5.pth").write_bytes(content.getvalue())
    shelf = Shelf(cache=tmp_path / "b", file=own / "mnasnet0_5.pth", fetch=serve)
    load_entry_weights(loaded, entry, shelf)
    assert torch.equal(loaded.classifier[1].weight, saved.classifier[1].weight)


def test_an_entry_without_any_weights_says_so(tmp_path: Path) -> None:
    with pytest.raises(UnreadyError) as caught:
        load_entry_weights(nn.Linear(3, 2), NAMED, Shelf(cache=tmp_path))
    assert str(caught.value) == (
        "the entry names no Weights, and its builder's library publishes none; "
        "expected a URL or a path in the entry, or --weights FILE"
    )


def test_a_file_that_was_named_must_have_the_entrys_hash(tmp_path: Path) -> None:
    path = _linear(tmp_path / "mine.safetensors")
    entry = replace(NAMED, weights=(Weights(url=URL, sha256=SHA256),))
    with pytest.raises(UnreadyError, match=f"expected {SHA256}; replace the file, or mend"):
        load_entry_weights(nn.Linear(3, 2), entry, Shelf(cache=tmp_path, file=path))
    bare = replace(NAMED, weights=(Weights(url=URL),))
    loaded = load_entry_weights(nn.Linear(3, 2), bare, Shelf(cache=tmp_path, file=path))
    assert loaded.source == "file mine.safetensors"


def test_a_truncated_download_is_put_aside_and_a_misfit_stays(tmp_path: Path) -> None:
    entry = replace(NAMED, weights=(Weights(url=URL.replace(".pth", ".safetensors")),))
    whole = _linear(tmp_path / "whole.safetensors").read_bytes()

    def load(model: nn.Module, served: bytes) -> str:
        def serve(_url: str, file: BinaryIO, **_: Progress) -> None:
            file.write(served)

        with pytest.raises(UnreadyError) as caught:
            load_entry_weights(model, entry, Shelf(cache=tmp_path / "cache", fetch=serve))
        return str(caught.value)

    cut = load(nn.Linear(3, 2), whole[:-5])
    assert ": cannot be read as weights: " in cut
    assert cut.endswith(
        "; expected a safetensors file or a state dict saved by torch; it was put aside as "
        "'net-71dfe43e.safetensors.refused'; run again to download it anew"
    )
    misfit = load(nn.Linear(3, 4), whole)
    assert "does not fit the model: 2 of another shape (" in misfit
    assert "weight is 2x3, not 4x3" in misfit
    assert misfit.endswith("; expected weights of this model: mend its Weights or its Builder")
    assert _files(tmp_path / "cache") == {
        "net-71dfe43e.safetensors",
        "net-71dfe43e.safetensors.refused",
    }


def test_weights_with_nan_are_refused(tmp_path: Path) -> None:
    path = _linear(tmp_path / "net.safetensors", value=float("nan"))
    with pytest.raises(UnreadyError) as caught:
        load_entry_weights(nn.Linear(3, 2), NAMED, Shelf(cache=tmp_path, file=path))
    assert str(caught.value) == (
        f"{path}: holds NaN in 1 of 2 tensors (weight); expected numbers; replace the file"
    )


def test_torchvisions_googlenet_scores_as_torchvision_loads_it() -> None:
    """Loading its own weights makes it normalise its input once more; a bare one does not."""
    builder = Builder(target="torchvision:googlenet")
    own, other = googlenet(init_weights=False), googlenet(init_weights=False)
    as_pretrained(own, builder, "1378be20" + "0" * 56)
    as_pretrained(other, builder, "0" * 64)
    assert own.transform_input
    assert not other.transform_input
