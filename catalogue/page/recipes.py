"""Preprocessing recipes in words and code."""

from dataclasses import dataclass

from catalogue.entry import Preprocessing
from catalogue.page.snippets import recipe_code
from catalogue.page.wording import Said, by, say


@dataclass(frozen=True, kw_only=True, slots=True)
class RecipeView:
    """A preprocessing recipe in words and code."""

    recipe: Preprocessing
    steps: tuple[Said, ...]
    code: str | None


def recipe_view(recipe: Preprocessing) -> RecipeView:
    """Put a recipe into steps that can be said, and into code."""
    steps = []
    code = recipe_code(recipe)
    resize = recipe.resize_pixels()
    if resize is not None:
        steps.append(
            say(
                f"recipe.resize.{recipe.resize_mode}",
                size=str(resize) if isinstance(resize, int) else by(resize),
                interpolation=recipe.interpolation,
                antialias=say("recipe.antialias" if recipe.antialias else "recipe.no-antialias"),
            )
        )
    crop = recipe.crop_size or (recipe.input_size[1:] if recipe.input_size else None)
    if crop is not None and recipe.crop_mode != "none":
        size = (crop, crop) if isinstance(crop, int) else crop
        steps.append(say(f"recipe.crop.{recipe.crop_mode}", size=by(size)))
    numbers = {
        "mean": tuple(f"{value:.4g}" for value in recipe.mean),
        "std": tuple(f"{value:.4g}" for value in recipe.std),
    }
    steps.append(say("recipe.normalise", color=recipe.color, **numbers))
    return RecipeView(
        recipe=recipe,
        steps=tuple(steps),
        code=f"from torchvision import transforms\n\n{code}" if code else None,
    )
