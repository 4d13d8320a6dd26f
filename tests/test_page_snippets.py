"""Code on the pages: it compiles, it loads what the entry names, and it hides no attack."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from page_zoo import LONER, RECIPE, SMALL

from catalogue.entry import Attribute, Builder, Entry, Preprocessing
from catalogue.page.snippets import (
    python_snippets,
    recipe_code,
    refresh_snippet,
    shell_snippets,
)


def code(entry: Entry, name: str) -> str:
    snippets = (*python_snippets(entry), *shell_snippets(entry), refresh_snippet(entry))
    return next(snippet.code for snippet in snippets if snippet.name == name)


def test_pythons_snippets_are_python() -> None:
    builders = (
        SMALL,
        LONER,
        replace(LONER, weights=SMALL.weights),
        replace(LONER, preprocessing=()),
        replace(SMALL, builder=Builder(target="torchvision:resnet18")),
        replace(SMALL, builder=Builder(target="timm:x", kwargs={"a": [1], "b": {"c": None}})),
        replace(SMALL, builder=Builder(target="a.b:C.d", args=(1, "two"))),
    )
    for entry in builders:
        for snippet in python_snippets(entry):
            compile(snippet.code, snippet.name, "exec")


def test_timm_loads_its_own_weights_and_transform() -> None:
    assert 'timm.create_model("small.in1k", pretrained=True)' in code(SMALL, "predict")
    assert "resolve_model_data_config(model)" in code(SMALL, "predict")


def test_a_builder_with_arguments_starts_without_pretrained_weights() -> None:
    entry = replace(
        SMALL,
        weights=(),
        builder=Builder(target="timm:small", kwargs={"growth_rate": 32, "blocks": [6, 12]}),
    )
    written = code(entry, "predict")
    assert 'timm.create_model("small", growth_rate=32, blocks=(6, 12))' in written
    assert "transforms.CenterCrop(224)" in written
    assert shell_snippets(entry) == ()


def test_weights_that_no_builder_fetches_are_loaded_by_hand() -> None:
    entry = replace(LONER, weights=SMALL.weights)
    written = code(entry, "predict")
    assert "from example.nets import Loner" in written
    assert '"https://example.org/small-0123abcd.pth"' in written
    assert "model.load_state_dict(state)" in written


def test_the_number_of_classes_is_given_once() -> None:
    entry = replace(SMALL, builder=Builder(target="timm:x", kwargs={"num_classes": 1000}))
    assert code(entry, "fine-tune").count("num_classes") == 1


def test_hostile_arguments_stay_inside_their_quotes() -> None:
    entry = replace(SMALL, builder=Builder(target='timm:x")\nimport os#', kwargs={}))
    assert "\nimport os" not in code(entry, "predict")


def test_training_splits_the_entrys_batch_and_names_its_optimiser() -> None:
    metadata = (
        Attribute(name="Batch Size", values=("1280",)),
        Attribute(name="LR", values=("0.316",)),
        Attribute(name="Epochs", values=("many",)),
        Attribute(name="Training Techniques", values=("Nesterov Accelerated Gradient",)),
    )
    written = code(replace(SMALL, metadata=metadata), "train")
    assert "torchrun --nproc_per_node=8 train.py" in written
    assert "--batch-size 160" in written
    assert "--lr 0.316" in written
    assert "--epochs" not in written
    assert "--opt sgd" in written
    assert "--opt momentum" in code(SMALL, "train")


def test_validation_uses_the_entrys_recipe() -> None:
    written = code(SMALL, "validate")
    for option in ("--pretrained", "--input-size 3 224 224", "--crop-pct 0.875", "bicubic"):
        assert option in written


def test_refreshing_names_every_kind_that_can_be_measured() -> None:
    assert code(SMALL, "refresh").splitlines() == [
        "catalogue refresh --model small --only complexity",
        "catalogue refresh --model small --only latency",
        "catalogue refresh --model small --only accuracy --imagenet /path/to/imagenet",
    ]
    assert "accuracy" not in code(LONER, "refresh")


def test_recipes_that_torchvision_cannot_say_have_no_code() -> None:
    assert recipe_code(replace(RECIPE, resize_mode="longest")) is None
    assert recipe_code(replace(RECIPE, crop_mode="border")) is None
    squashed = recipe_code(replace(RECIPE, resize_mode="squash"))
    assert squashed is not None
    assert "transforms.Resize((256, 256)" in squashed


def test_an_entry_without_a_builder_has_no_code() -> None:
    bare = replace(SMALL, builder=None)
    assert python_snippets(bare) == ()
    assert shell_snippets(bare) == ()


@pytest.mark.slow
@pytest.mark.parametrize(
    "entry",
    [
        replace(SMALL, builder=Builder(target="timm:dpn68.mx_in1k")),
        replace(
            SMALL,
            weights=(),
            builder=Builder(target="timm:densenet121", kwargs={"block_config": [2, 2, 2, 2]}),
        ),
        replace(SMALL, weights=(), builder=Builder(target="torchvision:squeezenet1_1")),
        replace(
            SMALL,
            weights=(),
            builder=Builder(target="torchvision.models.densenet:DenseNet", kwargs={}),
        ),
    ],
)
def test_the_code_runs(entry: Entry, tmp_path: Path) -> None:
    """Without weights, which need the network: the only word that is changed."""
    photo = "from PIL import Image\nImage.new('RGB', (300, 260)).save('photo.jpg')\n"
    (tmp_path / "photo.py").write_text(photo)
    subprocess.run([sys.executable, "photo.py"], cwd=tmp_path, check=True)
    for snippet in python_snippets(entry):
        offline = snippet.code.replace("pretrained=True", "pretrained=False")
        subprocess.run([sys.executable, "-c", offline], cwd=tmp_path, check=True)


def test_a_recipe_becomes_transforms() -> None:
    plain = Preprocessing(input_size=(3, 96, 128), resize_size=(100, 130), crop_mode="none")
    assert recipe_code(plain) == (
        "transform = transforms.Compose([\n"
        '    transforms.Lambda(lambda image: image.convert("RGB")),\n'
        "    transforms.Resize((100, 130), transforms.InterpolationMode.BILINEAR, "
        "antialias=True),\n"
        "    transforms.ToTensor(),\n"
        "    transforms.Normalize((0.485, 0.456, 0.406), (0.229, 0.224, 0.225)),\n"
        "])"
    )
