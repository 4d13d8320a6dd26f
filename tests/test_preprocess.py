"""Pixels: a recipe's, and timm's, bit for bit."""

import pickle
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO

import pytest
import timm
import torch
from PIL import ExifTags, Image
from timm.data import create_transform, resolve_data_config
from timm.models import get_pretrained_cfg, list_models
from torch import Tensor
from torchvision import models, transforms
from torchvision.models import WeightsEnum

from catalogue.entry import Preprocessing
from catalogue.errors import CatalogueError, Place
from catalogue.measure.preprocess import make_pixels, make_transform, normalise, output_size
from catalogue.timm_recipe import TimmConfig, recipe_from_timm
from catalogue.torchvision_recipe import recipe_from_torchvision


def _coded(
    width: int, height: int, mode: str, form: str = "JPEG", *, exif: bytes = b""
) -> Image.Image:
    """A photograph-like image, coded and decoded again: gradients, edges and noise."""
    noise = Image.effect_noise((width, height), 90)
    slope = Image.linear_gradient("L").resize((width, height))
    glow = Image.radial_gradient("L").resize((width, height))
    colours = Image.merge("RGB", (noise, slope, glow)).convert(mode)
    file = BytesIO()
    colours.save(file, form, quality=90, exif=exif)
    return Image.open(file)


def _turned() -> Image.Image:
    """A photograph whose camera lay on its side; timm, like all who made its figures, lets it."""
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    return _coded(181, 120, "RGB", exif=exif.tobytes())


LANDSCAPE = [
    _coded(500, 375, "RGB"),
    _coded(97, 61, "RGB"),
    _coded(401, 97, "L"),
    _coded(700, 120, "RGB"),
    _turned(),
    _coded(133, 88, "P", "PNG"),
]
PORTRAIT = [
    _coded(333, 500, "RGB"),
    _coded(53, 91, "L"),
    _coded(240, 401, "CMYK"),
    _coded(256, 256, "RGB"),
    _coded(75, 130, "RGBA", "PNG"),
]
IMAGES = LANDSCAPE + PORTRAIT
"""Odd sides, so that what one rounds and another truncates differs by a pixel."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Prescribed:
    """A way in which weights of timm's want their images, and its number among all."""

    number: int
    config: TimmConfig
    test_size: bool

    def __str__(self) -> str:
        side = self.config.get("test_input_size") if self.test_size else None
        words = (side or self.config["input_size"], self.config["crop_pct"])
        return "-".join(str(word) for word in (*words, self.config["crop_mode"]))


def _prescribed() -> list[Prescribed]:
    """Every distinct recipe of timm's pretrained weights, those of testing included."""
    found: dict[str, tuple[TimmConfig, bool]] = {}
    for name in list_models(pretrained=True):
        config: TimmConfig = get_pretrained_cfg(name).to_dict()
        for test_size in (False, True):
            resolved = resolve_data_config(pretrained_cfg=config, use_test_size=test_size)
            found.setdefault(str(sorted(resolved.items())), (config, test_size))
    return [
        Prescribed(number=number, config=found[key][0], test_size=found[key][1])
        for number, key in enumerate(sorted(found))
    ]


PRESCRIBED = _prescribed()
SMALL = 224
"""Sides up to which nets answer at once."""


def _ours(one: Prescribed) -> Preprocessing:
    return recipe_from_timm(one.config, test_size=one.test_size)


def _theirs(one: Prescribed) -> Callable[[Image.Image], Tensor]:
    resolved = resolve_data_config(pretrained_cfg=one.config, use_test_size=one.test_size)
    transform: Callable[[Image.Image], Tensor] = create_transform(**resolved)
    return transform


@pytest.mark.parametrize("one", PRESCRIBED, ids=str)
def test_pixels_are_timms_bit_for_bit(one: Prescribed) -> None:
    """Two images each, in turn: every recipe meets both shapes, every image dozens of recipes."""
    theirs = _theirs(one)
    ours = make_transform(_ours(one))
    for images in (LANDSCAPE, PORTRAIT):
        image = images[one.number % len(images)]
        assert torch.equal(ours(image), theirs(image.convert("RGB")))


def test_timms_models_resize_and_crop_in_every_way_that_is_tested() -> None:
    assert len(PRESCRIBED) > 150
    assert {one.config["crop_mode"] for one in PRESCRIBED} == {"center", "squash", "border"}
    assert len({(one.config["mean"], one.config["std"]) for one in PRESCRIBED}) >= 5


@pytest.mark.parametrize("name", ["test_resnet", "test_vit"])
def test_logits_are_those_of_timms_transforms(name: str) -> None:
    """A batch of bytes, normalised at once, as validation does, against timm's images one by one.

    Both are timm's own nets of a few thousand parameters; one takes 160 x 160 pixels alone.
    """
    torch.manual_seed(0)
    model = timm.create_model(name).eval()
    small = [one for one in PRESCRIBED if max(output_size(_ours(one))) <= SMALL]
    chosen = (
        small[::9]
        if name == "test_resnet"
        else [one for one in small if output_size(_ours(one)) == (3, 160, 160)]
    )
    assert chosen
    for one in chosen:
        recipe = _ours(one)
        images = [image.convert("RGB") for image in (LANDSCAPE[1], PORTRAIT[2])]
        pixels = make_pixels(recipe)
        batch = normalise(torch.stack([pixels(image) for image in images]), recipe)
        theirs = torch.stack([_theirs(one)(image) for image in images])
        with torch.inference_mode():
            assert torch.equal(model(batch), model(theirs))


def _presets() -> list[WeightsEnum]:
    """A member of torchvision's weights for each distinct preset of evaluation."""
    found: dict[str, WeightsEnum] = {}
    for name in models.list_models(module=models):
        for weights in models.get_model_weights(name):
            found.setdefault(repr(weights.transforms()), weights)
    return list(found.values())


PRESETS = _presets()


@pytest.mark.parametrize("weights", PRESETS, ids=str)
def test_pixels_are_those_of_torchvisions_presets_bit_for_bit(weights: WeightsEnum) -> None:
    number = PRESETS.index(weights)
    theirs = weights.transforms()
    ours = make_transform(recipe_from_torchvision(weights))
    for images in (LANDSCAPE, PORTRAIT):
        image = images[number % len(images)]
        assert torch.equal(ours(image), theirs(image.convert("RGB")))


def test_torchvisions_presets_are_many() -> None:
    assert len(PRESETS) > 20


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
