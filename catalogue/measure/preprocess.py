"""From a decoded image to a model's input: timm's evaluation transforms, bit for bit.

Knows recipes and pixels. Knows nothing of data sets, models or records.
"""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial

import torch
from PIL import Image
from torch import Tensor
from torchvision.transforms import InterpolationMode
from torchvision.transforms import functional as F  # noqa: N812  # the name its docs give it

from catalogue.entry import Preprocessing
from catalogue.errors import CatalogueError, near

_CHANNELS = 3
_COLORS = ("RGB", "BGR")
_RESIZE_MODES = ("shortest", "longest", "squash")
_CROP_MODES = ("center", "border", "none")
_INTERPOLATIONS = ("nearest", "bilinear", "bicubic", "lanczos", "box", "hamming")
_TENSOR_MODES = ("nearest", "bilinear", "bicubic")
"""What torchvision can resize without antialiasing."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Steps:
    """A recipe, resolved: nothing left to work out and nothing left that can fail."""

    resize: tuple[int, int]
    """(H, W)."""
    resize_mode: str
    interpolation: InterpolationMode
    antialias: bool
    crop: tuple[int, int] | None
    """(H, W); None where the resized image is the input."""
    fill: tuple[int, ...]
    """Colour of what a border adds, and of an image smaller than its crop; RGB, 0-255."""
    reverse: bool
    """Whether the channels are turned to BGR."""


def make_transform(recipe: Preprocessing) -> Callable[[Image.Image], Tensor]:
    """The whole way, for one image.

    Returns:
        A picklable function from an image to float32 (3, H, W).

    Source: timm `data/transforms_factory.py`, `transforms_imagenet_eval`; equal bit for bit.

    Raises:
        CatalogueError: the recipe leaves something open or asks for what cannot be done.
    """
    return partial(_transformed, steps=_resolve(recipe), recipe=recipe)


def make_pixels(recipe: Preprocessing) -> Callable[[Image.Image], Tensor]:
    """The first half of the way, up to where pixels become numbers.

    Returns:
        A picklable function from an image to uint8 (3, H, W); `normalise` does the rest. It is
        a quarter of the bytes, so this is what loader processes hand over.

    Raises:
        CatalogueError: as of `make_transform`.
    """
    return partial(_pixels, steps=_resolve(recipe))


def normalise(pixels: Tensor, recipe: Preprocessing) -> Tensor:
    """The second half of the way: uint8 (…, 3, H, W) to float32 of the recipe's mean and std."""
    mean, std = (
        torch.tensor(values, device=pixels.device).view(-1, 1, 1)
        for values in (recipe.mean, recipe.std)
    )
    return pixels.to(torch.float32).div_(255).sub_(mean).div_(std)


def output_size(recipe: Preprocessing) -> tuple[int, int, int]:
    """(C, H, W) of what the recipe makes of any image.

    Raises:
        CatalogueError: as of `make_transform`.
    """
    steps = _resolve(recipe)
    return (3, *(steps.crop or steps.resize))


def transform_text(recipe: Preprocessing) -> str:
    """What a recipe does to pixels before they become numbers, as canonical JSON.

    Recipes that differ in mean and std alone share it, and with it their decoded images.

    Raises:
        CatalogueError: as of `make_transform`.
    """
    return json.dumps(asdict(_resolve(recipe)), sort_keys=True, default=str)


def _transformed(image: Image.Image, *, steps: _Steps, recipe: Preprocessing) -> Tensor:
    return normalise(_pixels(image, steps=steps), recipe)


def _pixels(image: Image.Image, *, steps: _Steps) -> Tensor:
    # convert() copies even where there is nothing to convert.
    rgb = image if image.mode == "RGB" else image.convert("RGB")
    cropped = _cropped(_resized(rgb, steps), steps)
    pixels: Tensor = F.pil_to_tensor(cropped)
    return pixels.flip(0) if steps.reverse else pixels


def _resized(image: Image.Image, steps: _Steps) -> Image.Image:
    size = _resized_size(image, steps)
    # Pillow antialiases whatever it makes smaller; only torchvision's tensors can do without.
    source = image if steps.antialias else F.pil_to_tensor(image)
    sized = F.resize(source, size, interpolation=steps.interpolation, antialias=steps.antialias)
    resized: Image.Image = sized if steps.antialias else F.to_pil_image(sized)
    return resized


def _resized_size(image: Image.Image, steps: _Steps) -> list[int]:
    """[H, W], or [shorter side] where torchvision is to work out the longer."""
    height, width = steps.resize
    if steps.resize_mode == "squash":
        return [height, width]
    if steps.resize_mode == "shortest" and height == width:
        return [height]  # torchvision truncates the longer side, the formula below rounds it
    choose = max if steps.resize_mode == "longest" else min
    ratio = choose(image.height / height, image.width / width)
    return [round(image.height / ratio), round(image.width / ratio)]


def _cropped(image: Image.Image, steps: _Steps) -> Image.Image:
    if steps.crop is None:
        return image
    height, width = steps.crop
    lack = (max(0, width - image.width), max(0, height - image.height))
    padding = [lack[0] // 2, lack[1] // 2, (lack[0] + 1) // 2, (lack[1] + 1) // 2]
    padded = F.pad(image, padding, fill=steps.fill) if any(lack) else image
    cropped: Image.Image = F.center_crop(padded, [height, width])
    return cropped


def _resolve(recipe: Preprocessing) -> _Steps:
    _check_words(recipe)
    resize = _pair(recipe.resize_pixels())
    if resize is None:
        raise _refusal(recipe, "no resize", "a resize in pixels, or crop_pct with an input size")
    crop = None if recipe.crop_mode == "none" else _crop(recipe)
    if crop is None and recipe.resize_mode != "squash":
        raise _refusal(
            recipe,
            f"no crop after resize mode '{recipe.resize_mode}'",
            "resize mode squash, so that all inputs have one size",
        )
    made = (3, *(crop or resize))
    if recipe.input_size not in (None, made):
        raise _refusal(recipe, f"an input of {_sizes(recipe.input_size)}", f"{_sizes(made)}")
    return _Steps(
        resize=resize,
        resize_mode=recipe.resize_mode,
        interpolation=InterpolationMode(recipe.interpolation),
        antialias=recipe.antialias or recipe.interpolation == "nearest",
        crop=crop,
        fill=_fill(recipe),
        reverse=recipe.color == "BGR",
    )


def _crop(recipe: Preprocessing) -> tuple[int, int]:
    crop = _pair(recipe.crop_size) or (recipe.input_size and recipe.input_size[1:])
    if not crop:
        raise _refusal(recipe, "no crop size", "one in pixels, or an input size")
    return crop


def _pair(size: int | tuple[int, int] | None) -> tuple[int, int] | None:
    return (size, size) if isinstance(size, int) else size


def _fill(recipe: Preprocessing) -> tuple[int, ...]:
    if recipe.crop_mode != "border":
        return (0, 0, 0)
    colour = tuple(round(255 * value) for value in recipe.mean)
    return colour[::-1] if recipe.color == "BGR" else colour


def _check_words(recipe: Preprocessing) -> None:
    for name, word, known in (
        ("resize mode", recipe.resize_mode, _RESIZE_MODES),
        ("crop mode", recipe.crop_mode, _CROP_MODES),
        ("interpolation", recipe.interpolation, _INTERPOLATIONS),
        ("color", recipe.color, _COLORS),
    ):
        if word not in known:
            found = f"{name} '{word}'{near(word, known)}"
            raise _refusal(recipe, found, _one_of(known))
    if not recipe.antialias and recipe.interpolation not in _TENSOR_MODES:
        found = f"interpolation '{recipe.interpolation}' without antialiasing"
        raise _refusal(recipe, found, f"{_one_of(_TENSOR_MODES)}, or antialiasing")
    for name, values in (("mean", recipe.mean), ("std", recipe.std)):
        if len(values) != _CHANNELS:
            raise _refusal(recipe, f"{len(values)} values of {name}", "3, one for each channel")


def _one_of(words: tuple[str, ...]) -> str:
    return f"{', '.join(words[:-1])} or {words[-1]}"


def _sizes(size: tuple[int, ...] | None) -> str:
    return "x".join(str(side) for side in size or ())


def _refusal(recipe: Preprocessing, found: str, expected: str) -> CatalogueError:
    where = f"{recipe.place}: " if recipe.place.file else ""
    name = f" '{recipe.id}'" if recipe.id else ""
    return CatalogueError(f"{where}the recipe{name} has {found}; expected {expected}")
