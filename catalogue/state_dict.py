"""State dicts: read from a file without running it, renamed where old, and put into a model.

Knows files of tensors and models. Knows nothing of entries, downloads or records.
"""

import argparse
import inspect
import pickle
import re
import struct
import sys
import textwrap
import warnings
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import TypeGuard

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor, nn

from catalogue.errors import CatalogueError, UnreadyError, near

_NAMED = 3
"""How many names a one-line message lists."""
_UNREADABLE = (
    OSError,
    EOFError,
    RuntimeError,
    ValueError,
    LookupError,
    AttributeError,
    TypeError,
    struct.error,
    pickle.UnpicklingError,
    SafetensorError,
)
"""What torch and safetensors raise at files that are cut off, or are no weights."""
_WRAPPERS = ("module.", "_orig_mod.")
"""Prefixes that DistributedDataParallel and torch.compile put before every key."""
_FILTERS = (
    "checkpoint_filter_fn",
    "_filter_fn",
    "_filter_torchvision_pretrained",
    "checkpoint_filter_fn_classifier",
)
"""Names under which timm's model files keep the function that renames old keys."""
_OLD_DENSENET = re.compile(r"(denselayer\d+\.(?:norm|conv))\.([12]\.)")
"""Keys from before dots were forbidden in names; torchvision's files still have them."""


def read_state(path: Path, *, key: str | None = None) -> dict[str, Tensor]:
    """Read the state dict of a weights file, in which every number is one.

    Args:
        path: A safetensors file, or one of `torch.save` that holds nothing but values.
        key: Where the state dict stands inside the file; found where there is only one.

    Returns:
        The tensors, on the CPU, by names without the prefixes of wrappers.

    Raises:
        UnreadyError: the file is damaged, wants to run code, or holds no state dict or several,
            or one with NaN in it.
    """
    state = _state(path, key)
    broken = [name for name, part in state.items() if _has_nan(part)]
    if broken:
        found = f"holds NaN in {len(broken):,} of {len(state):,} tensors ({_listed(broken)})"
        message = f"{path}: {found}; expected numbers"
        raise UnreadyError(message)
    return state


def load_state(model: nn.Module, state: Mapping[str, Tensor], *, origin: Path) -> None:
    """Put a state dict into a model, all of it into all of it.

    Keys that do not fit as they are go through the library's renaming of old ones.

    Args:
        model: Mutated; where this raises, parts of it may hold the state's values.
        state: Tensors by name.
        origin: The file to name in a fault.

    Raises:
        CatalogueError: keys or shapes differ from the model's.
    """
    if _fits(model, state):
        return
    renamed = _renamed(model, state)
    if not _fits(model, renamed):
        why = _misfit(model, renamed) or "one of its modules refuses it"
        message = f"{origin}: does not fit the model: {why}"
        raise CatalogueError(message)


def _has_nan(part: Tensor) -> bool:
    # Formats of one byte have no comparison of their own in torch.
    numbers = part.float() if part.is_floating_point() and part.element_size() == 1 else part
    return bool(torch.isnan(numbers).any())


def _state(path: Path, key: str | None) -> dict[str, Tensor]:
    content = _content(path)
    if key is None and _is_state(content):
        return _unwrapped(content)
    inside = content if isinstance(content, Mapping) else {}
    states = [str(name) for name, value in inside.items() if _is_state(value)]
    if key is None and len(states) == 1:
        return _unwrapped(inside[states[0]])
    if key in states:
        return _unwrapped(inside[key])
    found = _listed(states) if states else "no state dict"
    wanted = f"one under '{key}'{near(key, states)}" if key else "one, or Key to say which"
    message = f"{path}: holds {found}; expected {wanted}"
    raise UnreadyError(message)


def _content(path: Path) -> object:
    try:
        if path.suffix == ".safetensors":
            return load_file(path)
        # timm's training writes a Namespace beside the weights; it holds values, no code.
        with torch.serialization.safe_globals([argparse.Namespace]), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # torch warns of odd files, then reads or refuses them
            content: object = torch.load(path, map_location="cpu", weights_only=True)
    except _UNREADABLE as fault:
        wanted = re.search(r"GLOBAL (\S+)", str(fault))
        if wanted:
            found = f"wants to run {wanted[1]}"
            expected = "tensors alone; load it where you trust it and save its state_dict"
        else:
            found = f"cannot be read as weights: {_one_line(fault)}"
            expected = "a safetensors file or a state dict saved by torch"
        message = f"{path}: {found}; expected {expected}"
        raise UnreadyError(message) from fault
    return content


def _is_state(content: object) -> TypeGuard[Mapping[str, Tensor]]:
    return (
        isinstance(content, Mapping)
        and bool(content)
        and all(isinstance(value, Tensor) for value in content.values())
    )


def _unwrapped(state: Mapping[str, Tensor]) -> dict[str, Tensor]:
    for prefix in _WRAPPERS:
        if all(name.startswith(prefix) for name in state):
            return _unwrapped({name.removeprefix(prefix): part for name, part in state.items()})
    kept = OrderedDict(state)
    # Versions of modules, by which torchvision's MNASNet tells its old weights from new ones.
    if (versions := getattr(state, "_metadata", None)) is not None:
        vars(kept)["_metadata"] = versions
    return kept


def _fits(model: nn.Module, state: Mapping[str, Tensor]) -> bool:
    try:
        model.load_state_dict(state, strict=True)
    except (RuntimeError, ValueError):
        # torch's word for missing and unexpected keys and for other shapes, and a module's own
        return False
    return True


def _renamed(model: nn.Module, state: Mapping[str, Tensor]) -> Mapping[str, Tensor]:
    """The state as the model's library would read it."""
    config: dict[str, object] | None = vars(model).get("pretrained_cfg")
    if config is None or not type(model).__module__.startswith("timm."):
        return {_OLD_DENSENET.sub(r"\1\2", name): part for name, part in state.items()}
    rename = timm_filter(str(config["architecture"]))
    try:
        return _without_background(rename(dict(state), model), config)
    except _UNREADABLE:  # a filter expects keys of its own models
        return state


def timm_filter(architecture: str) -> Callable[[dict[str, Tensor], nn.Module], dict[str, Tensor]]:
    """The function with which timm renames a model's old keys; one that renames none, if none.

    timm hands it straight to its own loader and offers no way to ask for it, so it is looked up
    by the names it goes by in the file that defines the model.
    """
    from timm.models import model_entrypoint  # noqa: PLC0415  # a zoo without timm need not have it

    defined = vars(sys.modules[model_entrypoint(architecture).__module__])
    found: Callable[..., dict[str, Tensor]] | None = next(
        (defined[name] for name in _FILTERS if name in defined), None
    )
    if found is None:
        return _unchanged
    parameters = inspect.signature(found).parameters
    if len(parameters) == 1:
        return lambda state, _model: found(state)
    if "adapt_layer_scale" in parameters:  # which timm asks for in one of its files alone, DeiT's
        return partial(found, adapt_layer_scale=True)
    return found


def _unchanged(state: dict[str, Tensor], _model: nn.Module) -> dict[str, Tensor]:
    return state


def _without_background(
    state: Mapping[str, Tensor], config: Mapping[str, object]
) -> dict[str, Tensor]:
    """Without the scores of classes that stand before ImageNet's, such as Inception's background.

    Source: timm `models/_builder.py`, `load_pretrained`.
    """
    offset, heads = config.get("label_offset"), config.get("classifier")
    kept = dict(state)
    if isinstance(offset, int) and offset > 0:
        for head in heads if isinstance(heads, tuple | list) else [heads]:
            for part in ("weight", "bias"):
                kept[f"{head}.{part}"] = kept[f"{head}.{part}"][offset:]
    return kept


def _misfit(model: nn.Module, state: Mapping[str, Tensor]) -> str:
    own = model.state_dict()
    # Files from before torch 0.4.1 lack these counters, and torch does not ask for them there.
    missing = [name for name in own if name not in state if not name.endswith("_batches_tracked")]
    unexpected = [name for name in state if name not in own]
    other = [
        f"{name} is {_shape(part)}, not {_shape(own[name])}"
        for name, part in state.items()
        if name in own and part.shape != own[name].shape
    ]
    kinds = (("missing", missing), ("unexpected", unexpected), ("of another shape", other))
    return "; ".join(f"{len(names):,} {kind} ({_listed(names)})" for kind, names in kinds if names)


def _shape(part: Tensor) -> str:
    return "x".join(str(side) for side in part.shape) or "a number"


def _listed(names: Iterable[str]) -> str:
    first = list(names)
    return ", ".join(first[:_NAMED]) + (", …" if len(first) > _NAMED else "")


def _one_line(fault: Exception) -> str:
    # torch puts advice for its own callers before and after what is wrong with the file.
    said = str(fault).rpartition("WeightsUnpickler error:")[2].partition("Check the documentation")
    return textwrap.shorten(said[0], 120, placeholder=" …") or type(fault).__name__
