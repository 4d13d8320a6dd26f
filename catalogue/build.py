"""From an entry to a model: the only place that runs a builder.

Knows entries, torch and the libraries that define models. Knows nothing of measuring.
"""

import importlib
import inspect
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import torch
from packaging.requirements import InvalidRequirement, Requirement
from torch import nn

from catalogue.entry import Builder, Entry, Preprocessing
from catalogue.errors import CatalogueError, UnreadyError, near
from catalogue.freshness import arguments_text, files_sha256, library_text
from catalogue.meta import hollow
from catalogue.record import Subject
from catalogue.timm_recipe import recipe_from_timm
from catalogue.torchvision_recipe import own_weights, recipe_from_torchvision

_IMAGENET_INPUT = (3, 224, 224)
_OWN_PACKAGES = ("torch", "builtins")
"""Modules defined here are the framework's; a new release is an environment, not a new model."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Built:
    """A model, ready for a forward pass, with what its entry and library say of its input."""

    module: nn.Module
    """In eval mode; no parameter asks for a gradient."""
    input_size: tuple[int, int, int]
    """(C, H, W)."""
    recipe: Preprocessing
    """The entry's own recipe, else the library's for this model."""
    subject: Subject
    """What records of this model are about; recipe and weights are added by who measures them."""


def build(entry: Entry, *, allowed: frozenset[str], device: str) -> Built:
    """Build an entry's model with fresh, random weights.

    Args:
        entry: The entry; its builder says who builds.
        allowed: Top-level Python packages, beside timm and torchvision, that may be imported.
        device: `meta` (shapes without memory), `cpu` or `cuda`.

    Raises:
        UnreadyError: the package is not allowed, not installed or of another version.
        CatalogueError: there is no builder, the library does not know it, or it raises.
    """
    builder = entry.builder
    if builder is None:
        message = (
            "the entry has no Builder; expected timm:NAME, torchvision:NAME or "
            "package.module:callable, so that it can be built"
        )
        raise CatalogueError(message)
    _check_requirements(builder)
    construct = _constructor(builder, allowed=allowed)
    module = _construct(construct, builder, device=device)
    module.eval().requires_grad_(requires_grad=False)
    recipe = entry.recipe or _library_recipe(builder, module)
    return Built(
        module=module,
        input_size=recipe.input_size or _IMAGENET_INPUT,
        recipe=recipe,
        subject=_subject(builder, module),
    )


def defining_files(module: nn.Module) -> tuple[str, ...]:
    """Source files of every module class in a model but torch's own.

    Returns:
        Sorted paths relative to where their packages are installed: `timm/models/dpn.py`.
    """
    files = set()
    for kind in {type(part) for part in module.modules()}:
        package = kind.__module__.partition(".")[0]
        source = inspect.getsourcefile(kind) if package not in _OWN_PACKAGES else None
        if source is not None:
            depth = kind.__module__.count(".") + (Path(source).name == "__init__.py")
            files.add(Path(*Path(source).parts[-1 - depth :]).as_posix())
    return tuple(sorted(files))


def _subject(builder: Builder, module: nn.Module) -> Subject:
    files = defining_files(module)
    return Subject(
        target=builder.target,
        arguments=arguments_text(builder),
        library=library_text(builder.package),
        files=files,
        files_sha256=files_sha256(files) or "",
    )


def _check_requirements(builder: Builder) -> None:
    for text in builder.requires:
        try:
            wanted = Requirement(text)
        except InvalidRequirement:
            message = f"Requires holds '{text}'; expected a requirement such as 'timm>=1.0'"
            raise CatalogueError(message) from None
        try:
            found = version(wanted.name)
        except PackageNotFoundError:
            message = f"needs '{text}', which is not installed; pip install '{text}'"
            raise UnreadyError(message) from None
        if not wanted.specifier.contains(found, prereleases=True):
            message = f"needs '{text}', found {wanted.name} {found}; pip install '{text}'"
            raise UnreadyError(message)


def _constructor(builder: Builder, *, allowed: frozenset[str]) -> Callable[..., object]:
    if builder.scheme == "timm":
        return _timm_constructor(builder)
    if builder.scheme == "torchvision":
        return _torchvision_constructor(builder)
    return _python_constructor(builder, allowed=allowed)


def _timm_constructor(builder: Builder) -> Callable[..., object]:
    import timm  # noqa: PLC0415  # a second that a zoo without timm need not spend

    if not timm.is_model(builder.name):
        known = timm.list_models(include_tags=True) + timm.list_models()
        message = (
            f"timm {timm.__version__} has no model '{builder.name}'"
            f"{near(builder.name, known)}; `timm.list_models()` lists them"
        )
        raise CatalogueError(message)
    return lambda *args, **kwargs: timm.create_model(builder.name, *args, **kwargs)


def _torchvision_constructor(builder: Builder) -> Callable[..., object]:
    from torchvision import models  # noqa: PLC0415  # a second that others need not spend

    known: list[str] = models.list_models()
    if builder.name not in known:
        message = (
            f"torchvision {version('torchvision')} has no model '{builder.name}'"
            f"{near(builder.name, known)}; `torchvision.models.list_models()` lists them"
        )
        raise CatalogueError(message)
    construct: Callable[..., object] = models.get_model_builder(builder.name)
    return construct


def _python_constructor(builder: Builder, *, allowed: frozenset[str]) -> Callable[..., object]:
    if builder.package not in allowed:
        message = (
            f"Builder '{builder.target}' would import the package '{builder.package}', "
            f'which is not allowed; if you trust it, add it to `allow = ["{builder.package}"]` '
            "in catalogue.toml, or pass --allow"
        )
        raise UnreadyError(message)
    path, _, name = builder.target.partition(":")
    try:
        found = getattr(importlib.import_module(path), name, None)
    except ImportError as fault:
        message = f"Builder '{builder.target}' cannot be imported: {fault}"
        raise UnreadyError(message) from fault
    if not callable(found):
        public = [word for word in vars(sys.modules[path]) if not word.startswith("_")]
        message = (
            f"module '{path}' has no callable '{name}'{near(name, public)}; "
            "expected a function or class that returns a torch.nn.Module"
        )
        raise CatalogueError(message)
    construct: Callable[..., object] = found
    return construct


def _construct(construct: Callable[..., object], builder: Builder, *, device: str) -> nn.Module:
    def run() -> nn.Module:
        module = construct(*builder.args, **builder.kwargs)
        if not isinstance(module, nn.Module):
            message = f"returned {type(module).__name__}; expected a torch.nn.Module"
            raise CatalogueError(message)
        return module

    try:
        if device == "meta":
            return hollow(run)
        with torch.device(device):
            return run()
    except CatalogueError as fault:
        message = f"Builder '{builder.target}' {fault}"
        raise CatalogueError(message) from None
    except Exception as fault:  # a builder is somebody else's code: anything may come
        message = f"Builder '{builder.target}' raised {_one_line(fault)}"
        raise CatalogueError(message) from fault


def _library_recipe(builder: Builder, module: nn.Module) -> Preprocessing:
    """What the library itself prescribes for a model; a plain ImageNet input where it is silent."""
    pretrained_cfg: Any = getattr(module, "pretrained_cfg", None)
    if builder.scheme == "timm" and pretrained_cfg:
        return recipe_from_timm(pretrained_cfg)
    if builder.scheme == "torchvision":
        weights = own_weights(builder.name, image_size=getattr(module, "image_size", None))
        if weights is not None:
            return recipe_from_torchvision(weights)
    return Preprocessing(id="imagenet", input_size=_IMAGENET_INPUT, resize_size=256, crop_size=224)


def _one_line(fault: Exception) -> str:
    text = " ".join(str(fault).split())
    return f"{type(fault).__name__}: {text[:300]}" if text else type(fault).__name__
