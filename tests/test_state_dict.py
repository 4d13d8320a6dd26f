"""State dicts: read without running anything, renamed where old, and never loaded in part."""

import argparse
import os
import re
import sys
from pathlib import Path

import pytest
import timm
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.torch import save_file
from timm.models import list_models, model_entrypoint
from torch import Tensor, nn
from torchvision.models import densenet121

from catalogue.errors import CatalogueError
from catalogue.state_dict import _unchanged, load_state, read_state, timm_filter


def _net() -> nn.Sequential:
    return nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.Linear(4, 2))


def _saved(path: Path, content: object) -> Path:
    torch.save(content, path)
    return path


def _same(one: nn.Module, other: nn.Module) -> bool:
    left, right = one.state_dict(), other.state_dict()
    return left.keys() == right.keys() and all(torch.equal(left[key], right[key]) for key in left)


def test_the_only_state_dict_of_a_training_file_is_found(tmp_path: Path) -> None:
    net = _net()
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1, momentum=0.9)
    content = {
        "epoch": 7,
        "model": net.state_dict(),
        "optimizer": optimizer.state_dict(),
        "args": argparse.Namespace(lr=0.1),
    }
    state = read_state(_saved(tmp_path / "last.pth.tar", content))
    assert state.keys() == net.state_dict().keys()


def test_of_several_state_dicts_none_is_guessed(tmp_path: Path) -> None:
    plain, averaged = _net(), _net()
    content = {"state_dict": plain.state_dict(), "state_dict_ema": averaged.state_dict()}
    path = _saved(tmp_path / "net.pth", content)
    with pytest.raises(CatalogueError) as caught:
        read_state(path)
    assert str(caught.value) == (
        f"{path}: holds state_dict, state_dict_ema; expected one, or Key to say which"
    )
    chosen = read_state(path, key="state_dict_ema")
    assert torch.equal(chosen["0.weight"], averaged.state_dict()["0.weight"])


def test_a_key_that_is_not_there_is_named_with_those_that_are(tmp_path: Path) -> None:
    path = _saved(tmp_path / "net.pth", {"state_dict": _net().state_dict()})
    with pytest.raises(CatalogueError) as caught:
        read_state(path, key="statedict")
    assert str(caught.value) == (
        f"{path}: holds state_dict; expected one under 'statedict' (did you mean 'state_dict'?)"
    )


@pytest.mark.parametrize("content", [{"epoch": 3}, {}, [1, 2], 5, torch.zeros(3)])
def test_a_file_without_a_state_dict_is_refused(tmp_path: Path, content: object) -> None:
    path = _saved(tmp_path / "net.pth", content)
    with pytest.raises(CatalogueError) as caught:
        read_state(path)
    assert str(caught.value) == (f"{path}: holds no state dict; expected one, or Key to say which")


def test_prefixes_of_wrappers_are_taken_off_in_any_order(tmp_path: Path) -> None:
    net = _net()
    for prefix in ("module.", "_orig_mod.", "_orig_mod.module.", "module._orig_mod."):
        wrapped = {prefix + name: part for name, part in net.state_dict().items()}
        state = read_state(_saved(tmp_path / "net.pth", wrapped))
        assert state.keys() == net.state_dict().keys()


class _Trap:
    """What a malicious file does when it is unpickled."""

    def __init__(self, command: str) -> None:
        self.command = command

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return (os.system, (self.command,))


def test_a_file_that_wants_to_run_something_is_refused_and_does_not(tmp_path: Path) -> None:
    path = _saved(tmp_path / "net.pth", {"weight": _Trap(f"touch {tmp_path / 'sprung'}")})
    with pytest.raises(CatalogueError) as caught:
        read_state(path)
    assert str(caught.value) == (
        f"{path}: wants to run {os.system.__module__}.system; expected tensors alone; "
        "load it where you trust it and save its state_dict"
    )
    assert not (tmp_path / "sprung").exists()


def test_a_pickled_model_is_refused(tmp_path: Path) -> None:
    path = _saved(tmp_path / "net.pth", _net())
    with pytest.raises(CatalogueError, match=r"wants to run torch\.nn\.modules\S+Sequential; "):
        read_state(path)


@pytest.mark.parametrize("name", ["net.safetensors", "net.pth", "old.pth"])
@settings(max_examples=25, deadline=None)
@given(share=st.floats(min_value=0, max_value=0.999))
def test_a_file_that_is_cut_off_is_refused(
    tmp_path_factory: pytest.TempPathFactory, name: str, share: float
) -> None:
    path = tmp_path_factory.mktemp("cut") / name
    if path.suffix == ".pth":
        zipped = name != "old.pth"
        torch.save(_net().state_dict(), path, _use_new_zipfile_serialization=zipped)
    else:
        save_file(_net().state_dict(), path)
    whole = path.read_bytes()
    path.write_bytes(whole[: int(share * len(whole))])
    with pytest.raises(CatalogueError) as caught:
        read_state(path)
    # A name that is cut off may look like one that wants to be run.
    pattern = rf"{path}: (cannot be read as weights: .+|wants to run \S+); expected .+"
    assert re.fullmatch(pattern, str(caught.value))


@settings(max_examples=60, deadline=None)
@given(content=st.binary(max_size=300))
def test_bytes_that_are_no_weights_are_refused(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    folder = tmp_path_factory.mktemp("bytes")
    for name in ("net.safetensors", "net.pth"):
        (folder / name).write_bytes(content)
        with pytest.raises(CatalogueError):
            read_state(folder / name)


def test_weights_of_another_model_are_refused_with_their_first_keys() -> None:
    state = _net().state_dict()
    del state["0.bias"]
    state["3.weight"] = torch.zeros(1)
    state["2.weight"] = torch.zeros(5, 4)
    with pytest.raises(CatalogueError) as caught:
        load_state(_net(), state, origin=Path("net.pth"))
    assert str(caught.value) == (
        "net.pth: does not fit the model: 1 missing (0.bias); 1 unexpected (3.weight); "
        "1 of another shape (2.weight is 5x4, not 2x4)"
    )


def test_no_more_than_three_keys_of_a_kind_are_named() -> None:
    deep = nn.Sequential(*(nn.Linear(1, 1, bias=False) for _ in range(5)))
    with pytest.raises(CatalogueError) as caught:
        load_state(deep, {"0.weight": torch.zeros(1, 1)}, origin=Path("net.pth"))
    assert str(caught.value) == (
        "net.pth: does not fit the model: 4 missing (1.weight, 2.weight, 3.weight, …)"
    )


def test_old_files_need_no_batch_counters() -> None:
    net, saved = _net(), _net()
    old = {name: part for name, part in saved.state_dict().items() if "tracked" not in name}
    load_state(net, old, origin=Path("net.pth"))
    assert _same(net, saved)


def _with_old_densenet_keys(state: dict[str, Tensor]) -> dict[str, Tensor]:
    """Keys as in files of 2017: `denselayer1.norm.1.weight`, and no counters of batches."""
    pattern = re.compile(r"(denselayer\d+\.(?:norm|conv))([12]\.)")
    kept = {name: part for name, part in state.items() if "num_batches_tracked" not in name}
    return {pattern.sub(r"\1.\2", name): part for name, part in kept.items()}


def test_torchvisions_densenet_reads_its_old_keys() -> None:
    saved, loaded = densenet121(), densenet121()
    old = _with_old_densenet_keys(saved.state_dict())
    assert old.keys() != saved.state_dict().keys()
    load_state(loaded, old, origin=Path("densenet121.pth"))
    assert _same(loaded, saved)


def test_timms_densenet_reads_its_old_keys() -> None:
    saved, loaded = timm.create_model("densenet121"), timm.create_model("densenet121")
    old = _with_old_densenet_keys(saved.state_dict())
    load_state(loaded, old, origin=Path("densenet121.pth"))
    assert _same(loaded, saved)


def test_timms_deit_reads_the_layer_scales_of_its_authors() -> None:
    name = "deit3_small_patch16_224"
    saved, loaded = timm.create_model(name), timm.create_model(name)
    own = saved.state_dict()
    old = {re.sub(r"ls(\d)\.gamma", r"gamma_\1", key): part for key, part in own.items()}
    assert old.keys() != saved.state_dict().keys()
    load_state(loaded, old, origin=Path("deit3.pth"))
    assert _same(loaded, saved)


def test_timms_background_class_is_cut_off_as_timm_does() -> None:
    model = timm.create_model("inception_resnet_v2.tf_in1k")
    assert model.pretrained_cfg.get("label_offset", 0) == 0
    model.pretrained_cfg["label_offset"] = 1
    saved = model.state_dict()
    head = model.pretrained_cfg["classifier"]
    wider = dict(saved)
    for part in ("weight", "bias"):
        own = saved[f"{head}.{part}"]
        wider[f"{head}.{part}"] = torch.cat([torch.full_like(own[:1], 9), own])
    load_state(model, wider, origin=Path("net.pth"))
    assert torch.equal(model.state_dict()[f"{head}.weight"], wider[f"{head}.weight"][1:])


def test_a_filter_of_timms_that_fails_leaves_a_plain_misfit() -> None:
    model = timm.create_model("vit_tiny_patch16_224")
    with pytest.raises(CatalogueError, match=r"does not fit the model: \d+ missing \(cls_token, "):
        load_state(model, {"patch_embed.proj.weight": torch.zeros(1)}, origin=Path("net.pth"))


WITHOUT_A_NAME = {"crossvit"}
"""Model files of timm whose filter is written inside a function: old keys there are refused."""


def test_timms_filters_are_found_by_the_names_they_go_by() -> None:
    """Each model file of timm that hands a filter to its loader is asked for it."""
    architectures = {model_entrypoint(name).__module__: name for name in list_models()}
    filtering = {
        module: name
        for module, name in architectures.items()
        if "pretrained_filter_fn=" in Path(sys.modules[module].__file__ or "").read_text()
    }
    assert len(filtering) > 40
    unfound = {
        module.rpartition(".")[2]
        for module, name in filtering.items()
        if timm_filter(name) is _unchanged
    }
    assert unfound == WITHOUT_A_NAME


def test_a_page_saved_as_weights_is_told_without_torchs_advice_to_programmers(
    tmp_path: Path,
) -> None:
    path = tmp_path / "net.pth"
    path.write_text("<html>not found</html>")
    with pytest.raises(CatalogueError) as caught:
        read_state(path)
    assert "cannot be read as weights: Unsupported operand" in str(caught.value)
    assert "PyTorch 2.6" not in str(caught.value)
