"""From a backend's name to a model it has prepared: the one way in.

Each backend loads its library when it is asked for, not before.
"""

from collections.abc import Callable

from torch import Tensor, nn

from catalogue.backend import BY_NAME, Backend
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
        device = "a CPU" if device_type == "cpu" else "a GPU"
        message = f"{backend.name} does not run on {device}"
        if can:
            message = (
                f"{backend.name} runs on {device} in {', '.join(can)} alone; asked for {precision}"
            )
        raise CannotRunError(message)
    if backend.own_layout and settings.memory_format != "contiguous":
        message = (
            f"{backend.name} chooses its memory format itself; expected contiguous, "
            f"asked for {settings.memory_format}"
        )
        raise CannotRunError(message)


def _check_installed(backend: Backend) -> None:
    missing = absent(backend)
    if missing:
        message = (
            f"{backend.name} needs {' and '.join(missing)}, not installed; "
            f"pip install 'zoo-catalogue[{backend.extra}]'"
        )
        raise CannotRunError(message, retry=True)
