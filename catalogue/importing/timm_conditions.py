"""The conditions that timm writes into the names of its result and benchmark files.

Pure: file names in, words out.
"""

import re
from dataclasses import dataclass

from catalogue.entry import Json
from catalogue.errors import CatalogueError

_PRECISIONS = frozenset({"amp", "fp32", "fp16", "bf16", "tf32"})
_LAYOUTS = frozenset({"nchw", "nhwc"})
_COMPILERS = {"dynamo": "torch.compile (dynamo)", "compile": "torch.compile", "ts": "TorchScript"}
_DEVICES = (
    (re.compile(r"rtx(\d{4})(ti|super)?"), "GeForce RTX {0}"),
    (re.compile(r"i(\d)_(\w+)"), "Intel Core i{0}-{1}"),
    (re.compile(r"([avhbl]\d{2,3}s?)"), "NVIDIA {0}"),
)
_DATASETS = {
    "imagenet": "ImageNet-1k",
    "imagenet-real": "ImageNet-ReaL",
    "imagenet-a": "ImageNet-A",
    "imagenet-a-clean": "ImageNet-1k (classes of ImageNet-A)",
    "imagenet-r": "ImageNet-R",
    "imagenet-r-clean": "ImageNet-1k (classes of ImageNet-R)",
    "imagenetv2-matched-frequency": "ImageNetV2 (matched frequency)",
    "sketch": "ImageNet-Sketch",
}
_SPLITS = {"ImageNet-1k": "val", "ImageNet-ReaL": "val"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Bench:
    """Under what a benchmark was taken."""

    device: str
    precision: str
    """Upper case."""
    runtime: str
    """Library versions, compiler and layout: `PyTorch 2.4.0 CUDA 12.4 NHWC`."""


def bench_of(file: str) -> Bench:
    """The conditions in the name of a benchmark file.

    Args:
        file: Such as `benchmark-infer-amp-nhwc-pt240-cu124-rtx4090.csv`.

    Raises:
        CatalogueError: the name tells no precision or no device.
    """
    stem = file.casefold().removesuffix(".csv")
    words = stem.split("-" if "-" in stem else "_")
    precision = next((word for word in words if word in _PRECISIONS), None)
    layout = next((word for word in words if word in _LAYOUTS), None)
    torch = next((found for word in words if (found := re.fullmatch(r"pt(\d{2,4})", word))), None)
    cuda = next((found for word in words if (found := re.fullmatch(r"cu(\d{2})(\d)", word))), None)
    device = next((name for word in words if (name := _device(word))), None)
    if precision is None or device is None:
        message = (
            f"{file}: the name tells no {'precision' if precision is None else 'device'}; expected "
            "one such as benchmark-infer-amp-nhwc-pt240-cu124-rtx4090.csv"
        )
        raise CatalogueError(message)
    runtime = [
        f"PyTorch {_release(torch[1])}" if torch else "PyTorch",
        *([f"CUDA {cuda[1]}.{cuda[2]}"] if cuda else []),
        *(_COMPILERS[word] for word in words if word in _COMPILERS),
        *([layout.upper()] if layout else []),
    ]
    return Bench(device=device, precision=precision.upper(), runtime=" ".join(runtime))


def dataset_of(file: str) -> tuple[str, str | None]:
    """The data set in the name of a result file, and its split where it has one.

    Args:
        file: Such as `results-imagenet-real.csv`; another name is given as it is.
    """
    stem = file.casefold().removesuffix(".csv").removeprefix("results-")
    dataset = _DATASETS.get(stem, stem)
    return dataset, _SPLITS.get(dataset)


def result_note() -> Json:
    """What is known of how timm's accuracy was measured, in both languages."""
    return {
        "en": "timm's own validation, at the image size, crop fraction and interpolation of each "
        "row; device and precision are not stated.",
        "zh": "timm 自行测得，图像尺寸、裁剪比例与插值方式见各行；未注明设备与数值精度。",
    }


def bench_note(bench: Bench) -> Json:
    """What is known of how timm's times were measured, in both languages."""
    conditions = (bench.device, bench.precision, bench.runtime)
    return {
        "en": f"{', '.join(conditions)} (from the file name); mean time of one step with the whole "
        "batch. The GMACs are fvcore's totals, which also count normalisation and pooling.",
        "zh": f"{'、'.join(conditions)}（据文件名）；耗时为整个批次单步推理的平均值。GMACs 为 "
        "fvcore 的总数，其中计入了归一化与池化。",
    }


def _device(word: str) -> str | None:
    for pattern, name in _DEVICES:
        match = pattern.fullmatch(word)
        if match:
            return name.format(*(part.upper() for part in match.groups(default="")))
    return None


def _release(digits: str) -> str:
    """PyTorch's version: `240` is 2.4.0, `113` is 1.13."""
    if digits.startswith("1"):
        return f"1.{digits[1:]}"
    return ".".join(digits)
