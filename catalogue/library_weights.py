"""The weights a library itself means for a model: timm's and torchvision's.

Imports either when asked to. Knows nothing of files: it says addresses.
"""

from typing import Any

from torch import nn

from catalogue.entry import Builder, Weights
from catalogue.read.weights import prefix_in_name
from catalogue.timm_recipe import timm_url
from catalogue.torchvision_recipe import own_weights


def library_weights(builder: Builder, model: nn.Module) -> Weights | None:
    """The weights the builder's library would load into a model.

    Args:
        builder: The entry's.
        model: What it built.

    Returns:
        Address and, where the address tells it, the beginning of the hash; None for a Python
        callable, and for a model without published weights.
    """
    url = None
    if builder.scheme == "timm":
        from timm.models import get_pretrained_cfg  # noqa: PLC0415  # a second

        config = get_pretrained_cfg(builder.name)
        url = timm_url(config) if config is not None else None
    elif builder.scheme == "torchvision":
        published = own_weights(builder.name, image_size=getattr(model, "image_size", None))
        url = published.url if published is not None else None
    return None if url is None else Weights(url=url, sha256_prefix=prefix_in_name(url))


def as_pretrained(model: nn.Module, builder: Builder, sha256: str) -> None:
    """Do what torchvision does to a model beside loading its weights.

    Its Inception and GoogLeNet then normalise their input once more, for which they were trained;
    built without weights they do not.

    Args:
        model: Mutated, where the weights are torchvision's own.
        builder: The entry's.
        sha256: Of the file that was loaded.

    Source: torchvision `models/googlenet.py` and `models/inception.py`, `transform_input`.
    """
    switched: Any = model
    if builder.scheme != "torchvision" or not hasattr(switched, "transform_input"):
        return
    from torchvision.models import get_model_weights  # noqa: PLC0415  # a second

    prefixes = [prefix_in_name(one.url) for one in get_model_weights(builder.name)]
    if any(prefix and sha256.startswith(prefix) for prefix in prefixes):
        switched.transform_input = True
