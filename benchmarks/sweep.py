"""What is timed on a GPU beside a zoo's own models and its usual grid."""

from importlib.metadata import PackageNotFoundError, version

SWEPT = (
    "resnet50",
    "resnet18",
    "mobilenetv3_large_100",
    "efficientnet_b0",
    "convnext_tiny",
    "vit_base_patch16_224",
    "swin_tiny_patch4_window7_224",
    "regnety_032",
    "resnet101",
    "mobilenetv2_100",
    "vgg16",
    "inception_v3",
    "resnext50_32x4d",
    "seresnet50",
    "efficientnetv2_rw_s",
    "deit_small_patch16_224",
    "convnext_base",
    "resnet152",
    "repvgg_a2",
    "mobileone_s1",
    "fastvit_t8",
    "ghostnet_100",
    "hrnet_w18",
    "nfnet_f0",
    "mixer_b16_224",
    "efficientformerv2_s0",
    "coatnet_0_rw_224",
    "vit_large_patch16_224",
)
"""What most people compare with, the best known first."""
_ONNX = (("onnxruntime-gpu",), ("onnxscript",))
_TENSOR_RT = ("tensorrt", "tensorrt-cu12", "tensorrt-cu13")
OTHERS = {
    "cuda": (
        ("precisions", "--precision", {"tf32": (), "bf16": ()}),
        (
            "backends",
            "--backend",
            {
                "cudagraph": (),
                "compile": (),
                "onnxruntime": _ONNX,
                "onnxruntime-tensorrt": (*_ONNX, _TENSOR_RT),
                "torch-tensorrt": (("torch-tensorrt",),),
            },
        ),
    ),
    "cpu": (("backends", "--backend", {"compile": ()}),),
}
"""By device: a step's name, its option, and values with the distributions that each needs, one of
each tuple: the command refuses all where one that is asked for is missing."""


def are_installed(needed: tuple[tuple[str, ...], ...]) -> bool:
    """Whether of each tuple one distribution is installed."""
    return all(any(map(_is_installed, either)) for either in needed)


def _is_installed(distribution: str) -> bool:
    try:
        version(distribution)
    except PackageNotFoundError:
        return False
    return True
