"""From a backend's name to a model it has prepared: the one way in.

Each backend loads its library when it is asked for, not before.
"""

from collections.abc import Callable

from torch import Tensor, nn

from catalogue.backend import BY_NAME, Backend
from catalogue.failing import failure
from catalogue.machine import absent
from catalogue.measure.backends import (
    compiled,
    cuda_graph,
    eager,
    onnx_runtime,
    open_vino,
    tensor_rt,
)
from catalogue.measure.backends.prepared import CannotRunError, Prepared, Settings

_PREPARE: dict[str, Callable[[nn.Module, Tensor, Settings], Prepared]] = {
    "eager": eager.prepare,
    "compile": compiled.prepare,
    "cudagraph": cuda_graph.prepare,
    "onnxruntime": onnx_runtime.prepare,
    "onnxruntime-tensorrt": onnx_runtime.prepare_tensorrt,
    "openvino": open_vino.prepare,
    "torch-tensorrt": tensor_rt.prepare,
}


def prepare(name: str, model: nn.Module, example: Tensor, settings: Settings) -> Prepared:
    """Make a model ready to be timed with a backend.

    Args:
        name: As `backend.BACKENDS` spells it.
        model: In eval mode, fp32, contiguous; on the CPU or the device. It stays as it is.
        example: One input batch in fp32; every later one has its shape.
        settings: How to run it.

    Raises:
        CannotRunError: the backend cannot, for the reason given.
    """
    backend = BY_NAME[name]
    _check_asked(backend, settings)
    _check_installed(backend)
    return _PREPARE[name](model, example, settings)


def _check_asked(backend: Backend, settings: Settings) -> None:
    device_type, precision = settings.device_type, settings.precision
    if not backend.takes(device_type, precision):
        can = dict(backend.precisions).get(device_type, ())
        device = "cpu" if device_type == "cpu" else "gpu"
        name = ("backend", backend.name)
        if not can:
            raise CannotRunError(failure(f"not-on-{device}", name))
        precisions = ("precisions", ", ".join(can))
        raise CannotRunError(
            failure(f"precision-on-{device}", name, precisions, ("precision", precision))
        )
    if backend.own_layout and settings.memory_format != "contiguous":
        asked = ("layout", settings.memory_format)
        raise CannotRunError(failure("own-layout", ("backend", backend.name), asked))


def _check_installed(backend: Backend) -> None:
    missing = absent(backend)
    if missing:
        raise CannotRunError(
            failure(
                "not-installed",
                ("backend", backend.name),
                ("missing", " and ".join(missing)),
                ("extra", backend.extra),
                retry=True,
            )
        )
