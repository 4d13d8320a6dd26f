"""The classes of ImageNet and of its relatives, by WordNet id.

Reads the lists that timm ships without importing timm.
"""

import importlib.util
import json
from functools import cache
from pathlib import Path

from catalogue.errors import UnreadyError


@cache
def imagenet_synsets() -> tuple[str, ...]:
    """The 1,000 WordNet ids of ILSVRC-2012, in the order of a classifier's outputs.

    Source: the challenge's own order, which is that of the sorted ids.
    """
    text = Path(__file__).with_name("imagenet_synsets.txt").read_text(encoding="ascii")
    return tuple(text.split())


@cache
def synsets_of_part(name: str) -> tuple[str, ...]:
    """The 200 classes of `imagenet-a` or `imagenet-r`.

    Source: timm's lists, which are those of the authors.
    """
    return tuple(_timm_file(f"{name.replace('-', '_')}_synsets.txt").split())


@cache
def real_labels() -> tuple[tuple[int, ...], ...]:
    """ImageNet-ReaL: the right classes of each validation image, by number; none where unclear.

    Source: Beyer et al., https://arxiv.org/abs/2006.07159, as timm ships it.
    """
    return tuple(tuple(labels) for labels in json.loads(_timm_file("imagenet_real_labels.json")))


def _timm_file(name: str) -> str:
    spec = importlib.util.find_spec("timm")
    for folder in (spec.submodule_search_locations or []) if spec else []:
        file = Path(folder) / "data" / "_info" / name
        if file.is_file():
            return file.read_text(encoding="utf-8")
    message = f"the installed timm holds no data/_info/{name}; expected one of 1.0.20 or newer"
    raise UnreadyError(message)
