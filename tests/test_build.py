"""Builders: what they make, and what they say when they cannot."""

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import timm
import torch
from samples import ENTRY

from catalogue.build import build, defining_files
from catalogue.entry import Builder, Entry, Json
from catalogue.errors import CatalogueError, UnreadyError

NONE: frozenset[str] = frozenset()


def entry_with(target: str, **more: object) -> Entry:
    builder = Builder(target=target, **more)  # type: ignore[arg-type]  # by name
    return replace(ENTRY, builder=builder, preprocessing=())


@pytest.fixture
def toy_zoo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A package of a user's own, on the import path as the command line puts it there."""
    (tmp_path / "own_zoo.py").write_text(
        "import torch\n"
        "class Net(torch.nn.Module):\n"
        "    def __init__(self, width=4):\n"
        "        super().__init__()\n"
        "        self.layer = torch.nn.Conv2d(3, width, 3)\n"
        "def broken():\n"
        "    raise KeyError('no\\nwidth')\n"
        "def wrong():\n"
        "    return 'a string'\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    yield "own_zoo"
    sys.modules.pop("own_zoo", None)


def test_a_timm_model_is_built_without_weights_in_eval_mode() -> None:
    built = build(entry_with("timm:dpn68.mx_in1k"), allowed=NONE, device="meta")
    parameters = list(built.module.parameters())
    assert sum(parameter.numel() for parameter in parameters) == 12_611_602
    assert all(parameter.is_meta and not parameter.requires_grad for parameter in parameters)
    assert not built.module.training


def test_a_timm_model_brings_its_own_recipe_where_the_entry_has_none() -> None:
    built = build(entry_with("timm:dpn68.mx_in1k"), allowed=NONE, device="meta")
    assert built.input_size == (3, 224, 224)
    assert built.recipe.interpolation == "bicubic"
    assert built.recipe.resize_pixels() == 256


@pytest.mark.parametrize(
    ("name", "kwargs", "recipe_id", "resize", "side"),
    [
        ("resnet50", {}, "IMAGENET1K_V2", 232, 224),
        ("efficientnet_b3", {}, "IMAGENET1K_V1", 320, 300),
        ("vit_b_16", {}, "IMAGENET1K_V1", 256, 224),
        ("vit_h_14", {}, "IMAGENET1K_SWAG_LINEAR_V1", 224, 224),
        ("vit_b_16", {"image_size": 384}, "IMAGENET1K_SWAG_E2E_V1", 384, 384),
        ("mnasnet0_75", {}, "IMAGENET1K_V1", 232, 224),
    ],
)
def test_a_torchvision_model_brings_the_recipe_of_its_weights(
    name: str, kwargs: dict[str, Json], recipe_id: str, resize: int, side: int
) -> None:
    builder = Builder(target=f"torchvision:{name}", kwargs=kwargs)
    entry = replace(ENTRY, builder=builder, preprocessing=())
    built = build(entry, allowed=NONE, device="meta")
    assert (built.recipe.id, built.recipe.resize_pixels()) == (recipe_id, resize)
    assert built.input_size == (3, side, side)


def test_the_entrys_recipe_goes_before_the_librarys() -> None:
    entry = replace(ENTRY, builder=Builder(target="timm:dpn68"))
    assert build(entry, allowed=NONE, device="meta").recipe == ENTRY.recipe


def test_arguments_reach_the_builder() -> None:
    densenet264 = {"growth_rate": 32, "block_config": [6, 12, 64, 48]}
    built = build(entry_with("timm:densenet121", kwargs=densenet264), allowed=NONE, device="meta")
    assert sum(parameter.numel() for parameter in built.module.parameters()) == 33_337_704


def test_a_torchvision_model_is_built() -> None:
    built = build(entry_with("torchvision:squeezenet1_1"), allowed=NONE, device="meta")
    assert sum(parameter.numel() for parameter in built.module.parameters()) == 1_235_496


def test_a_callable_that_the_user_allowed_is_built(toy_zoo: str) -> None:
    entry = entry_with("own_zoo:Net", kwargs={"width": 8})
    built = build(entry, allowed=frozenset({toy_zoo}), device="cpu")
    assert sum(parameter.numel() for parameter in built.module.parameters()) == 8 * 27 + 8
    assert built.subject.files == ("own_zoo.py",)


def test_a_callable_that_nobody_allowed_is_not_even_imported(toy_zoo: str) -> None:
    with pytest.raises(UnreadyError) as caught:
        build(entry_with("own_zoo:Net"), allowed=NONE, device="meta")
    assert str(caught.value) == (
        "Builder 'own_zoo:Net' would import the package 'own_zoo', which "
        'is not allowed; if you trust it, add it to `allow = ["own_zoo"]` in catalogue.toml, or '
        "pass --allow"
    )
    assert toy_zoo not in sys.modules


@pytest.mark.usefixtures("toy_zoo")
@pytest.mark.parametrize(
    ("target", "said"),
    [
        (
            "timm:dpn131x",
            (
                f"timm {timm.__version__} has no model 'dpn131x' (did you mean 'dpn131' or "
                "'dpn131.mx_in1k' or 'dpn107'?); `timm.list_models()` lists them"
            ),
        ),
        ("own_zoo:nett", "module 'own_zoo' has no callable 'nett' (did you mean 'Net'?)"),
        ("own_zoo:broken", "Builder 'own_zoo:broken' raised KeyError: 'no\\nwidth'"),
        ("own_zoo:wrong", "Builder 'own_zoo:wrong' returned str; expected a torch.nn.Module"),
        ("own_zoo.sub:net", "Builder 'own_zoo.sub:net' cannot be imported: No module named"),
        ("torchvision:densenet", "has no model 'densenet' (did you mean"),
    ],
)
def test_a_fault_of_the_builder_is_one_line(target: str, said: str) -> None:
    with pytest.raises(CatalogueError) as caught:
        build(entry_with(target), allowed=frozenset({"own_zoo"}), device="meta")
    message = str(caught.value)
    assert said in message
    assert "\n" not in message


@pytest.mark.parametrize(
    ("requires", "said"),
    [
        ("timm>=99", f"needs 'timm>=99', found timm {timm.__version__}; pip install 'timm>=99'"),
        ("no-such-zoo", "needs 'no-such-zoo', which is not installed; pip install 'no-such-zoo'"),
        ("timm >> 1", "Requires holds 'timm >> 1'; expected a requirement such as 'timm>=1.0'"),
    ],
)
def test_a_requirement_that_is_not_met_is_named(requires: str, said: str) -> None:
    with pytest.raises(CatalogueError) as caught:
        build(entry_with("timm:dpn68", requires=(requires,)), allowed=NONE, device="meta")
    assert str(caught.value) == said


def test_the_files_that_define_a_model_are_its_librarys_not_torchs() -> None:
    with torch.device("meta"):
        files = defining_files(timm.create_model("dpn68"))
    assert "timm/models/dpn.py" in files
    assert all(file.startswith("timm/") for file in files)
