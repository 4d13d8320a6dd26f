"""torchvision's classification models as entries, with the figures its weights are published with.

Imports torchvision, and torch with it, when it is asked to; knows nothing of files.
"""

from collections.abc import Iterable
from fnmatch import fnmatchcase
from importlib.metadata import version
from math import isfinite
from typing import TYPE_CHECKING

from catalogue.entry import Json
from catalogue.errors import CatalogueError, WrongCallError, near
from catalogue.importing.batch import Batch, Family
from catalogue.importing.recipes import recipe_value
from catalogue.read.weights import prefix_in_name
from catalogue.torchvision_recipe import default_first, recipe_from_torchvision

if TYPE_CHECKING:
    from torchvision.models import WeightsEnum

    from catalogue.importing.identity import Object

_SOURCE = "torchvision"
_PAGE = "https://docs.pytorch.org/vision/{release}/models.html"
_CODE = "https://github.com/pytorch/vision/blob/v{version}/torchvision/models/{module}.py"
_LICENSE = "BSD-3-Clause"
"""Source: https://github.com/pytorch/vision/blob/main/LICENSE."""
_SIZED, _USUAL_SIDE = "vision_transformer", 224
"""The models that are built for one input size, and the size unless they are told another.

Source: torchvision `models/vision_transformer.py`, `_vision_transformer`.
"""
_METRICS = {"acc@1": "Top 1 Accuracy", "acc@5": "Top 5 Accuracy"}
_DATASETS = {"ImageNet-1K": "ImageNet-1k"}


def import_torchvision(pattern: str) -> Batch:
    """Entries for the classification models whose name fits.

    Args:
        pattern: A shell pattern such as `resnet*`.

    Raises:
        WrongCallError: nothing fits.
        CatalogueError: torchvision is not installed.
    """
    try:
        from torchvision import models  # noqa: PLC0415  # torch: seconds
    except ImportError as fault:
        message = f"torchvision cannot be imported: {fault}; pip install torchvision"
        raise CatalogueError(message) from None
    names: list[str] = models.list_models(module=models)
    release = version("torchvision").partition("+")[0]
    chosen: dict[str, list[Object]] = {}
    for name in names:
        if fnmatchcase(name, pattern):
            module = models.get_model_builder(name).__module__.rpartition(".")[2]
            weights = list(models.get_model_weights(name))
            chosen.setdefault(module, []).append(_model(name, module, weights))
    if not chosen:
        message = f"torchvision {release} has no classification model '{pattern}'"
        raise WrongCallError(message + near(pattern, names))
    page = _PAGE.format(release=".".join(release.split(".")[:2]))
    return Batch(
        name="torchvision",
        command="torchvision",
        origin=f"torchvision {release}",
        families=tuple(
            Family(
                file=f"torchvision/{module}.yml",
                collection={
                    "Name": f"torchvision {module}",
                    "License": {"Code": _LICENSE},
                    "Code": _CODE.format(version=release, module=module),
                },
                models=tuple(members),
            )
            for module, members in sorted(chosen.items())
        ),
        sources={_SOURCE: {"Title": "torchvision models", "URL": page, "Note": _note()}},
    )


def _note() -> Json:
    return {
        "en": "Figures that torchvision ships with its weights. GFLOPS are multiply-accumulates; "
        "file sizes are in units of 1,048,576 bytes.",
        "zh": "torchvision 随权重发布的数值。"
        "GFLOPS 实为乘加次数；文件大小以 1,048,576 字节为单位。",
    }


def _model(name: str, module: str, weights: "list[WeightsEnum]") -> dict[str, Json]:
    """An entry; the weights torchvision takes by default come first."""
    ordered = default_first(weights)
    model: dict[str, Json] = {
        "Name": name,
        "ID": f"torchvision-{name}",
        "In Collection": f"torchvision {module}",
        "Alias": [f"torchvision:{name}"],
        "Builder": f"torchvision:{name}",
    }
    if not ordered:
        return model
    side = ordered[0].transforms().crop_size[0]
    if module == _SIZED and side != _USUAL_SIDE:
        kwargs: dict[str, Json] = {"image_size": side}
        model["Builder"] = {"Target": f"torchvision:{name}", "Kwargs": kwargs}
    return model | {
        "Preprocessing": [recipe_value(recipe_from_torchvision(one)) for one in ordered],
        "Weights": [_file(one) for one in ordered],
        "Results": [result for one in ordered for result in _results(name, one, ordered[0])],
        "Costs": _costs(ordered[0]),
        "Metadata": {"Classes": len(ordered[0].meta["categories"])},
    }


def _file(weights: "WeightsEnum") -> Json:
    prefix = prefix_in_name(weights.url)
    named: dict[str, Json] = {"Name": weights.name, "URL": weights.url}
    return named | ({"SHA256 Prefix": prefix} if prefix else {})


def _results(name: str, weights: "WeightsEnum", own: "WeightsEnum") -> Iterable[Json]:
    for dataset, metrics in weights.meta["_metrics"].items():
        said = {
            _METRICS[key]: f"{value}%"
            for key, value in metrics.items()
            if key in _METRICS and isfinite(value)
        }
        if said:
            applies = f"torchvision:{name} {weights.name}"
            yield {
                "Task": "Image Classification",
                "Dataset": _DATASETS.get(dataset, dataset),
                "Split": "val",
                "Metrics": dict(said),
                "Input Size": weights.transforms().crop_size[0],
                "Preprocessing": weights.name,
                **({} if weights is own else {"Applies To": applies}),
                "Source": _SOURCE,
            }


def _costs(weights: "WeightsEnum") -> list[Json]:
    """Counts and size as torchvision gives them.

    Source: torchvision `test/common_extended_utils.py`, `get_ops` and `get_file_size_mb`.
    """
    size = weights.transforms().crop_size[0]
    counts: list[Json] = [
        {"Quantity": "Parameters", "Value": weights.meta["num_params"], "Source": _SOURCE},
        {
            "Quantity": "FLOPs",
            "Value": weights.meta["_ops"],
            "Unit": "G",
            "Convention": "macs",
            "Input Size": size,
            "Source": _SOURCE,
        },
        {
            "Quantity": "Weights Size",
            "Value": weights.meta["_file_size"],
            "Unit": "MiB",
            "Source": _SOURCE,
        },
    ]
    return counts
