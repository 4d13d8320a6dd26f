"""Models at another input size and in fused form."""

import json
from collections.abc import Mapping
from dataclasses import replace

import pytest
import timm
import torch
from samples import ENTRY, SUBJECT

from catalogue.build import Built, build
from catalogue.entry import Builder, Entry, Json, Preprocessing
from catalogue.errors import CatalogueError
from catalogue.measure.complexity import measure_complexity
from catalogue.variant import arguments_in_full, fuse, varied

NOBODY: frozenset[str] = frozenset()


def entry_of(target: str, kwargs: Mapping[str, Json] | None = None) -> Entry:
    return replace(ENTRY, builder=Builder(target=target, kwargs=kwargs or {}), preprocessing=())


def at(entry: Entry, size: tuple[int, int]) -> Built:
    built = build(entry, allowed=NOBODY, device="meta")
    found = varied(entry, built, size=size, form="training", allowed=NOBODY)
    assert found is not None
    return found


def test_a_convolutional_net_takes_another_size_as_it_is() -> None:
    found = at(entry_of("timm:resnet18"), (320, 384))
    assert (found.input_size, found.subject.added) == ((3, 320, 384), None)
    small = measure_complexity(found.module, (3, 160, 192)).macs
    head = 512 * 1000
    assert measure_complexity(found.module, found.input_size).macs - head == 4 * (small - head)


def test_the_own_size_changes_nothing() -> None:
    found = at(entry_of("timm:vit_tiny_patch16_224"), (224, 224))
    assert (found.input_size, found.subject.added) == ((3, 224, 224), None)


def test_a_transformer_is_built_for_the_size() -> None:
    found = at(entry_of("timm:vit_tiny_patch16_224", {"num_classes": 10}), (288, 384))
    assert found.subject.added == '{"img_size": [288, 384]}'
    assert json.loads(found.subject.arguments) == {"args": [], "kwargs": {"num_classes": 10}}
    own = build(
        entry_of("timm:vit_tiny_patch16_224", {"num_classes": 10}), allowed=NOBODY, device="meta"
    )
    positions = (18 * 24 - 14 * 14) * 192
    more = measure_complexity(found.module, (3, 288, 384)).params
    assert more - measure_complexity(own.module, (3, 224, 224)).params == positions


def test_torchvisions_transformers_are_built_for_square_sizes() -> None:
    assert at(entry_of("torchvision:vit_b_32"), (256, 256)).subject.added == '{"image_size": 256}'


def test_a_model_that_cannot_take_the_size_says_so_in_one_line() -> None:
    with pytest.raises(CatalogueError) as caught:
        at(entry_of("timm:vit_tiny_patch16_224"), (8, 8))
    assert str(caught.value).startswith("cannot take 8x8: built with img_size=8: ")
    assert "\n" not in str(caught.value)


def test_a_builder_that_knows_no_size_gives_the_models_own_reason() -> None:
    with pytest.raises(CatalogueError) as caught:
        at(entry_of("timm:resnet18"), (0, 0))
    assert str(caught.value).startswith("cannot take 0x0: forward of ResNet fails on an image of ")


def test_added_arguments_join_the_entrys_own() -> None:
    subject = replace(SUBJECT, added='{"img_size": 288}')
    assert json.loads(arguments_in_full(subject)) == {
        "args": [],
        "kwargs": {"img_size": 288, "num_classes": 10},
    }
    assert json.loads(arguments_in_full(SUBJECT)) == json.loads(SUBJECT.arguments)


@pytest.mark.parametrize("name", ["repvgg_a0", "mobileone_s0", "fastvit_t8", "ghostnetv3_050"])
def test_fusing_shapes_alone_gives_the_counts_of_fusing_real_weights(name: str) -> None:
    entry = entry_of(f"timm:{name}")
    built = build(entry, allowed=NOBODY, device="meta")
    fused = varied(entry, built, size=None, form="deploy", allowed=NOBODY)
    assert fused is not None
    torch.manual_seed(0)
    real = timm.create_model(name).eval()
    image = torch.rand(1, *fused.input_size)
    with torch.no_grad():
        before = real(image)
        real = timm.utils.reparameterize_model(real)
        torch.testing.assert_close(real(image), before, rtol=1e-3, atol=1e-3)
    shapes = {path: parameter.shape for path, parameter in fused.module.named_parameters()}
    assert shapes == {path: parameter.shape for path, parameter in real.named_parameters()}
    counts = measure_complexity(fused.module, fused.input_size)
    assert counts.params == sum(parameter.numel() for parameter in real.parameters())
    assert counts == replace(
        measure_complexity(real, fused.input_size),
        peak_activation_bytes=counts.peak_activation_bytes,
    )


def test_repvgg_a0_fuses_to_the_published_size() -> None:
    """Source: https://arxiv.org/abs/2101.03697, table 4: 8.30 M parameters, 1.4 B FLOPs (MACs)."""
    entry = entry_of("timm:repvgg_a0")
    built = build(entry, allowed=NOBODY, device="meta")
    fused = varied(entry, built, size=None, form="deploy", allowed=NOBODY)
    assert fused is not None
    counts = measure_complexity(fused.module, fused.input_size)
    assert 8.30e6 <= counts.params < 8.31e6
    assert f"{counts.macs / 1e9:.1f}" == "1.4"


def test_a_net_without_branches_has_nothing_to_fuse() -> None:
    entry = entry_of("timm:resnet18")
    built = build(entry, allowed=NOBODY, device="meta")
    assert varied(entry, built, size=None, form="deploy", allowed=NOBODY) is None


def test_what_is_fused_already_is_not_fused_again() -> None:
    built = build(entry_of("timm:repvgg_a0"), allowed=NOBODY, device="meta")
    assert fuse(built.module)
    assert not fuse(built.module)


class Stubborn(torch.nn.Module):
    """Says that it can be fused, and cannot."""

    def fuse(self) -> torch.nn.Module:
        message = "not in this life"
        raise RuntimeError(message)


def test_a_part_that_raises_while_it_is_fused_is_told_in_one_line() -> None:
    with pytest.raises(CatalogueError) as caught:
        fuse(torch.nn.Sequential(Stubborn()))
    assert str(caught.value) == "fusing raised RuntimeError: not in this life"


def test_a_recipe_of_the_entry_decides_the_number_of_channels() -> None:
    recipe = Preprocessing(input_size=(1, 64, 64))
    entry = replace(entry_of("timm:resnet18", {"in_chans": 1}), preprocessing=(recipe,))
    assert at(entry, (96, 96)).input_size == (1, 96, 96)
