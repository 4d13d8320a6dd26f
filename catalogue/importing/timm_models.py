"""timm's models as entries: one for each architecture, or one for each of its pretrained tags.

Knows what an entry says; knows nothing of timm's own types.
"""

from collections.abc import Sequence
from dataclasses import replace
from fnmatch import fnmatchcase
from importlib.metadata import version

from catalogue.entry import Json, Preprocessing
from catalogue.errors import WrongCallError, near
from catalogue.importing.batch import Batch, Family
from catalogue.importing.identity import Object
from catalogue.importing.recipes import recipe_value
from catalogue.importing.timm_registry import Architecture, Tag, full_name, read_registry
from catalogue.timm_recipe import recipe_from_timm

_CODE = "https://github.com/huggingface/pytorch-image-models/blob/v{version}/{path}"
_CODE_LICENSE = "Apache-2.0"
"""Source: https://github.com/huggingface/pytorch-image-models/blob/main/LICENSE."""


def import_timm(pattern: str) -> Batch:
    """Entries for all architectures whose name fits.

    Args:
        pattern: A shell pattern such as `resnet*`. With a dot in it, as in `resnet50.*`, it is
            one of pretrained weights, each of which becomes an entry of its own.

    Raises:
        WrongCallError: nothing fits.
        CatalogueError: timm is not installed.
    """
    architectures = read_registry()
    by_tag = "." in pattern
    chosen: dict[str, list[Object]] = {}
    for one in architectures:
        if by_tag:
            models = [
                tag_model(one, tag) for tag in one.tags if fnmatchcase(full_name(one, tag), pattern)
            ]
        else:
            models = [architecture_model(one)] if fnmatchcase(one.name, pattern) else []
        if models:
            chosen.setdefault(one.module, []).extend(models)
    release = version("timm")
    if not chosen:
        names = [one.name for one in architectures]
        message = f"timm {release} has no model '{pattern}'{near(pattern, names)}"
        raise WrongCallError(message)
    return Batch(
        name="timm",
        command="timm",
        origin=f"timm {release}",
        families=tuple(
            Family(
                file=f"timm/{module}.yml",
                collection=_collection(module, release),
                models=tuple(models),
            )
            for module, models in sorted(chosen.items())
        ),
    )


def architecture_model(one: Architecture) -> dict[str, Json]:
    """The entry of an architecture, with all its pretrained tags inside."""
    names = [full_name(one, tag) for tag in one.tags if tag.url and tag.name]
    model: dict[str, Json] = {"Name": one.name, "ID": one.name, "In Collection": one.module}
    if names:
        model["Alias"] = list(names)
    return model | {"Builder": f"timm:{one.name}"} | _of_tags(one.tags)


def tag_model(one: Architecture, tag: Tag) -> dict[str, Json]:
    """The entry of one pretrained tag."""
    name = full_name(one, tag)
    model: dict[str, Json] = {"Name": name, "ID": name, "In Collection": one.module}
    return model | {"Builder": f"timm:{name}"} | _of_tags([tag])


def _collection(module: str, release: str) -> Object:
    return {
        "Name": module,
        "License": {"Code": _CODE_LICENSE},
        "Code": _CODE.format(version=release, path=f"timm/models/{module}.py"),
    }


def _of_tags(tags: Sequence[Tag]) -> dict[str, Json]:
    """What an entry says of its tags; the first is the one that is built by default."""
    first = tags[0]
    recipes: list[Json] = [recipe_value(recipe) for tag in tags for recipe in _recipes(tag)]
    model: dict[str, Json] = {"Preprocessing": recipes}
    files: list[Json] = [_weights(tag) for tag in tags if tag.url]
    if files:
        model["Weights"] = files
    if first.license and first.url:
        model["License"] = {"Code": _CODE_LICENSE, "Weights": first.license}
    if first.arxiv:
        title = {"Title": first.paper} if first.paper else {}
        model["Paper"] = {
            **title,
            "URL": f"https://arxiv.org/abs/{first.arxiv}",
            "arXiv": first.arxiv,
        }
    origins = {tag.name or "weights": tag.origin for tag in tags if tag.origin}
    if origins:
        model["Converted From"] = dict(origins)
    return model | {"Metadata": _metadata(tags)}


def _metadata(tags: Sequence[Tag]) -> dict[str, Json]:
    """The size of the classifier: where tags differ in it, that of each."""
    classes = {tag.name or "untrained": tag.classes for tag in tags}
    alike = len(set(classes.values())) == 1
    metadata: dict[str, Json] = {"Classes": tags[0].classes if alike else dict(classes)}
    notes = {tag.name or "untrained": ", ".join(tag.notes) for tag in tags if tag.notes}
    return metadata | ({"Notes": dict(notes)} if notes else {})


def _recipes(tag: Tag) -> list[Preprocessing]:
    """The recipe of training, and that of testing where timm has another one for it."""
    name = tag.name or "timm"
    usual = recipe_from_timm(tag.config)
    tested = recipe_from_timm(tag.config, test_size=True)
    recipes = [replace(usual, id=name)]
    return recipes if tested == usual else [*recipes, replace(tested, id=f"{name}-test")]


def _weights(tag: Tag) -> dict[str, Json]:
    named: dict[str, Json] = {"Name": tag.name} if tag.name else {}
    return named | {"URL": tag.url} | ({"License": tag.license} if tag.license else {})
