"""Pixels: a recipe's, and timm's, bit for bit."""

import pickle
from io import BytesIO

import pytest
import torch
from PIL import Image
from timm.data import create_transform, resolve_data_config
from timm.models import get_pretrained_cfg, list_models
from torchvision import transforms
from torchvision.transforms import InterpolationMode

from catalogue.entry import Preprocessing
from catalogue.errors import CatalogueError, Place
from catalogue.measure.preprocess import make_pixels, make_transform, normalise, output_size
from catalogue.timm_recipe import TimmConfig, recipe_from_timm

LARGEST = 448
"""Sides beyond this cost seconds an image and repeat what smaller ones show."""


def _jpeg(width: int, height: int, mode: str) -> Image.Image:
    """A photograph-like image, coded and decoded again: gradients, edges and noise."""
    noise = Image.effect_noise((width, height), 90)
    slope = Image.linear_gradient("L").resize((width, height))
    glow = Image.radial_gradient("L").resize((width, height))
    colours = Image.merge("RGB", (noise, slope, glow)).convert(mode)
    file = BytesIO()
    colours.save(file, "JPEG", quality=90)
    return Image.open(file)


IMAGES = [
    _jpeg(500, 375, "RGB"),
    _jpeg(333, 500, "RGB"),
    _jpeg(97, 61, "RGB"),
    _jpeg(256, 256, "RGB"),
    _jpeg(501, 224, "L"),
    _jpeg(240, 401, "CMYK"),
    _jpeg(700, 120, "RGB"),
]


def _timm_configs() -> list[TimmConfig]:
    """One `pretrained_cfg` for each way in which timm's models resize and crop."""
    found: dict[tuple[object, ...], TimmConfig] = {}
    for name in list_models(pretrained=True):
        config: TimmConfig = get_pretrained_cfg(name).to_dict()
        if max(config["input_size"]) <= LARGEST:
            way = (config["input_size"], config["crop_pct"], config["crop_mode"])
            found.setdefault((*way, config["interpolation"]), config)
    return [found[key] for key in sorted(found)]


CONFIGS = _timm_configs()


def _name(config: TimmConfig) -> str:
    return f"{config['input_size']}-{config['crop_pct']}-{config['crop_mode']}"


@pytest.mark.parametrize("config", CONFIGS, ids=_name)
def test_pixels_are_timms_bit_for_bit(config: TimmConfig) -> None:
    theirs = create_transform(**resolve_data_config(pretrained_cfg=config))
    ours = make_transform(recipe_from_timm(config))
    for image in IMAGES:
        assert torch.equal(ours(image), theirs(image.convert("RGB")))


def test_timms_models_resize_and_crop_in_every_way_that_is_tested() -> None:
    assert len(CONFIGS) > 50
    assert {config["crop_mode"] for config in CONFIGS} == {"center", "squash", "border"}


def test_a_recipe_without_square_sides_resizes_as_timm_does() -> None:
    for mode in ("center", "squash", "border"):
        config: TimmConfig = {"input_size": (3, 160, 224), "crop_pct": 0.9, "crop_mode": mode}
        theirs = create_transform(**resolve_data_config(pretrained_cfg=config))
        ours = make_transform(recipe_from_timm(config))
        assert all(torch.equal(ours(image), theirs(image.convert("RGB"))) for image in IMAGES)


def test_timms_test_size_is_taken_when_asked_for() -> None:
    config = get_pretrained_cfg("resnet50.a1_in1k").to_dict()
    assert recipe_from_timm(config).resize_pixels() == 235
    assert output_size(recipe_from_timm(config)) == (3, 224, 224)
    tested = recipe_from_timm(config, test_size=True)
    assert output_size(tested) == (3, 288, 288)
    assert tested.resize_pixels() == 288


def test_what_timm_leaves_open_is_filled_as_timm_fills_it() -> None:
    defaults = resolve_data_config(pretrained_cfg={"num_classes": 1000})
    recipe = recipe_from_timm({})
    assert recipe.input_size == defaults["input_size"]
    assert recipe.interpolation == defaults["interpolation"]
    assert (recipe.crop_pct, recipe.mean, recipe.std) == (
        defaults["crop_pct"],
        defaults["mean"],
        defaults["std"],
    )


def test_torchvisions_preset_of_256_and_224_gives_its_pixels() -> None:
    theirs = transforms.Compose(
        [
            transforms.Resize(256, interpolation=InterpolationMode.BILINEAR),
            transforms.CenterCrop(224),
            transforms.ToTensor(),
            transforms.Normalize((0.485, 0.456, 0.406), (0.229, 0.224, 0.225)),
        ]
    )
    ours = make_transform(Preprocessing(resize_size=256, crop_size=224))
    for image in IMAGES:
        assert torch.equal(ours(image), theirs(image.convert("RGB")))


def test_without_antialiasing_the_pixels_are_those_of_torchvisions_tensors() -> None:
    image = IMAGES[0]
    blunt = make_pixels(Preprocessing(resize_size=64, crop_size=56, antialias=False))(image)
    theirs = transforms.functional.center_crop(
        transforms.functional.resize(
            transforms.functional.pil_to_tensor(image), [64], antialias=False
        ),
        [56],
    )
    assert torch.equal(blunt, theirs)
    sharp = make_pixels(Preprocessing(resize_size=64, crop_size=56))(image)
    assert not torch.equal(blunt, sharp)


def test_bgr_turns_the_channels_before_mean_and_std() -> None:
    rgb = Preprocessing(resize_size=64, crop_size=56, mean=(0.1, 0.2, 0.3), std=(1, 2, 3))
    bgr = Preprocessing(
        resize_size=64, crop_size=56, mean=(0.3, 0.2, 0.1), std=(3, 2, 1), color="BGR"
    )
    assert torch.equal(make_transform(bgr)(IMAGES[0]), make_transform(rgb)(IMAGES[0]).flip(0))


def test_a_border_has_the_colour_of_the_mean() -> None:
    recipe = Preprocessing(
        resize_size=60, crop_size=60, resize_mode="longest", crop_mode="border", mean=(1, 0, 0.2)
    )
    pixels = make_pixels(recipe)(IMAGES[0])
    assert pixels.shape == (3, 60, 60)
    assert pixels[:, 0, 30].tolist() == [255, 0, 51]


def test_without_a_crop_the_resized_image_is_the_input() -> None:
    recipe = Preprocessing(resize_size=(48, 64), resize_mode="squash", crop_mode="none")
    assert output_size(recipe) == (3, 48, 64)
    assert {make_pixels(recipe)(image).shape for image in IMAGES} == {(3, 48, 64)}


def test_a_transform_crosses_to_another_process_and_is_two_halves() -> None:
    recipe = Preprocessing(resize_size=64, crop_size=56)
    sent = pickle.loads(pickle.dumps(make_transform(recipe)))  # noqa: S301  # our own bytes
    halves = normalise(make_pixels(recipe)(IMAGES[0]), recipe)
    assert torch.equal(sent(IMAGES[0]), halves)


def test_another_mean_or_std_gives_another_input() -> None:
    usual = Preprocessing(resize_size=64, crop_size=56)
    half = Preprocessing(resize_size=64, crop_size=56, mean=(0.5, 0.5, 0.5), std=(0.5, 0.5, 0.5))
    assert not torch.equal(make_transform(usual)(IMAGES[0]), make_transform(half)(IMAGES[0]))


@pytest.mark.parametrize(
    ("recipe", "text"),
    [
        (
            Preprocessing(input_size=(3, 224, 224)),
            "the recipe has no resize; expected a resize in pixels, or crop_pct with an input size",
        ),
        (
            Preprocessing(resize_size=256, id="paper"),
            "the recipe 'paper' has no crop size; expected one in pixels, or an input size",
        ),
        (
            Preprocessing(resize_size=256, crop_size=224, input_size=(3, 288, 288)),
            "the recipe has an input of 3x288x288; expected 3x224x224",
        ),
        (
            Preprocessing(
                resize_size=256,
                crop_size=224,
                interpolation="bicubik",
                place=Place(file="dpn.yml", line=4, column=7),
            ),
            (
                "dpn.yml:4:7: the recipe has interpolation 'bicubik' (did you mean 'bicubic'?); "
                "expected nearest, bilinear, bicubic, lanczos, box or hamming"
            ),
        ),
        (
            Preprocessing(resize_size=256, crop_mode="none"),
            (
                "the recipe has no crop after resize mode 'shortest'; "
                "expected resize mode squash, so that all inputs have one size"
            ),
        ),
        (
            Preprocessing(resize_size=256, crop_size=224, interpolation="box", antialias=False),
            (
                "the recipe has interpolation 'box' without antialiasing; "
                "expected nearest, bilinear or bicubic, or antialiasing"
            ),
        ),
        (
            Preprocessing(resize_size=256, crop_size=224, mean=(0.5,)),
            "the recipe has 1 values of mean; expected 3, one for each channel",
        ),
    ],
)
def test_a_recipe_that_leaves_something_open_is_refused(recipe: Preprocessing, text: str) -> None:
    with pytest.raises(CatalogueError) as caught:
        make_transform(recipe)
    assert str(caught.value) == text


def test_a_crop_mode_that_timm_may_yet_invent_is_refused() -> None:
    with pytest.raises(CatalogueError) as caught:
        recipe_from_timm({"crop_mode": "tile"})
    assert str(caught.value) == "timm's crop mode is 'tile'; expected center, squash, border"
