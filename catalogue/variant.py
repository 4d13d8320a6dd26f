"""A model as it is not built by default: for another input size, or with its branches fused.

Works on shapes alone, on the meta device. Knows nothing of records and plans.
"""

import json
from collections.abc import Mapping
from dataclasses import replace

import torch
from torch import nn

from catalogue.build import Built, build
from catalogue.entry import Builder, Entry, Json
from catalogue.errors import CatalogueError
from catalogue.freshness import arguments_text
from catalogue.measure.complexity import measure_complexity
from catalogue.meta import on_meta
from catalogue.record import Subject

_SIZE_ARGUMENTS = {"timm": "img_size", "torchvision": "image_size"}
"""What builders call the size, where a model's weights depend on it."""
_FUSING = ("fuse", "reparameterize", "switch_to_deploy")
"""What modules with branches to fuse call it. Source: timm's `reparameterize_model`."""


def varied(
    entry: Entry,
    built: Built,
    *,
    size: tuple[int, int] | None,
    form: str,
    allowed: frozenset[str],
) -> Built | None:
    """Make a variant of a model.

    Args:
        entry: The model's entry.
        built: The model on meta, as its entry builds it; fusing changes it in place.
        size: (H, W) of the images it is to take; None: its own.
        form: `training` or `deploy`, as in `ComplexityConditions`.
        allowed: As for `build`.

    Returns:
        The model, with `input_size` as asked for; its subject names what was added to the
        builder's arguments. None where there is nothing to fuse.

    Raises:
        CatalogueError: it cannot take the size, built either way, or fusing it raises.
    """
    sized = built if size is None else _at_size(entry, built, size, allowed=allowed)
    return None if form == "deploy" and not fuse(sized.module) else sized


def _at_size(
    entry: Entry, built: Built, size: tuple[int, int], *, allowed: frozenset[str]
) -> Built:
    """A model that takes images of another size; its builder is told the size only if need be."""
    wanted = (built.input_size[0], *size)
    if wanted == built.input_size:
        return built
    try:
        measure_complexity(built.module, wanted)
    except CatalogueError as fault:
        return _rebuilt(entry, wanted, first=fault, allowed=allowed)
    return replace(built, input_size=wanted)


def _rebuilt(
    entry: Entry, wanted: tuple[int, int, int], *, first: CatalogueError, allowed: frozenset[str]
) -> Built:
    """Build anew with the size as an argument; `first` is why it has to be."""
    sides = f"{wanted[1]}x{wanted[2]}"
    builder = entry.builder
    name = _SIZE_ARGUMENTS.get(builder.scheme) if builder else None
    if builder is None or name is None:
        message = f"cannot take {sides}: {first}"
        raise CatalogueError(message)
    square = wanted[1] == wanted[2]
    sides_given: Json = wanted[1] if square else [wanted[1], wanted[2]]
    added = {name: sides_given}
    try:
        told = replace(entry, builder=_with(builder, added))
        built = build(told, allowed=allowed, device="meta")
        measure_complexity(built.module, wanted)
    except CatalogueError as fault:
        unknown = f"unexpected keyword argument '{name}'" in str(fault)
        reason = str(first) if unknown else f"built with {name}={added[name]}: {fault}"
        message = f"cannot take {sides}: {reason}"
        raise CatalogueError(message) from None
    subject = replace(
        built.subject, arguments=arguments_text(builder), added=json.dumps(added, sort_keys=True)
    )
    return replace(built, input_size=wanted, subject=subject)


def _with(builder: Builder, added: Mapping[str, Json]) -> Builder:
    return replace(builder, kwargs={**builder.kwargs, **added})


def arguments_in_full(subject: Subject) -> str:
    """The builder's arguments and those that were added, as canonical JSON."""
    arguments = json.loads(subject.arguments)
    arguments["kwargs"] |= json.loads(subject.added or "{}")
    return json.dumps(arguments, sort_keys=True, ensure_ascii=False)


def fuse(module: nn.Module) -> bool:
    """Fuse a model's parallel branches and norms in place, as for deployment.

    Nothing is computed: on meta the fused kernels are shapes as well, so that no weights are
    needed, however large the model.

    Args:
        module: The model on the meta device.

    Returns:
        Whether there was anything to fuse.

    Raises:
        CatalogueError: a part of the model that says it can be fused raises.
    """
    parts = [part for path, part in module.named_modules() if path]
    if not any(hasattr(part, word) for part in parts for word in _FUSING):
        return False
    from timm.models import reparameterize_model  # noqa: PLC0415  # a second others need not spend

    before = _shapes(module)
    try:
        with on_meta(), torch.no_grad():
            reparameterize_model(module, inplace=True)
    except Exception as fault:  # somebody else's code: anything may come
        message = f"fusing raised {type(fault).__name__}: {' '.join(str(fault).split())[:300]}"
        raise CatalogueError(message) from fault
    return _shapes(module) != before


def _shapes(module: nn.Module) -> list[tuple[str, torch.Size]]:
    return [(path, parameter.shape) for path, parameter in module.named_parameters()]
