"""OpenVINO, Intel's runtime, on the CPU; it takes what torch.export traced.

Timed: `infer` on an input that shares torch's memory, its answer shared too. Compiled for the
example's batch, with the latency hint: one stream, the threads asked for, not pinned by OpenVINO,
so that the process's own affinity holds. Left alone, OpenVINO computes in bf16 on processors that
can: the precision is asked for, and read back from the kernels that were chosen.
"""

from collections import Counter
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from catalogue.failing import failure
from catalogue.measure.backends.exporting import Exports, traced
from catalogue.measure.backends.faults import failing_as
from catalogue.measure.backends.form import placer
from catalogue.measure.backends.prepared import CannotRunError, Prepared, Settings, numbers
from catalogue.measure.backends.remembered import Remembered
from catalogue.measure.precision import ReadBack, in_words

if TYPE_CHECKING:
    import openvino

_HINT = {"fp32": "f32", "bf16": "bf16"}
_FOUND = {"f32": "fp32", "bf16": "bf16", "f16": "fp16", "i8": "int8", "u8": "int8"}
_PRODUCTS = frozenset({"Convolution", "Deconvolution", "FullyConnected", "MatMul"})
"""Layers whose precision decides; the runtime's own names."""


def _convert(model: nn.Module, images: Tensor) -> "openvino.Model":
    import openvino  # noqa: PLC0415  # an extra, and loaded only where it is used

    program = traced(model, images)
    with failing_as("openvino-convert"):
        graph: openvino.Model = openvino.convert_model(program)
    return graph


_EXPORTS = Exports(_convert)


def prepare(model: nn.Module, example: Tensor, settings: Settings) -> Prepared:
    """Convert and compile the model.

    Raises:
        CannotRunError: it cannot be converted, or not compiled in this precision.
    """
    import openvino  # noqa: PLC0415  # an extra, and loaded only where it is used

    exported = _EXPORTS.of(model, example, torch.float32)
    compiled = _compiled(exported.made, example, settings)
    request = compiled.create_infer_request()
    shared = Remembered(lambda images: openvino.Tensor(images.numpy(), shared_memory=True))
    answer = torch.from_numpy(request.get_output_tensor(0).data)

    def run(images: Tensor) -> Tensor:
        request.set_input_tensor(shared.of(images))
        request.infer(share_outputs=True)
        return answer

    def whole(images: Tensor) -> tuple[Tensor, ...]:
        run(images)
        told = [request.get_output_tensor(at).data for at in range(len(compiled.outputs))]
        return numbers([torch.from_numpy(one) for one in told])

    return Prepared(
        # fp32 also for bf16: OpenVINO converts inside, as for whoever uses it
        place=placer(Settings(device_type="cpu", precision="fp32")),
        run=run,
        version=f"openvino {openvino.get_version().split('-')[0]}",
        read_back=lambda: ReadBack(precision=_precision(compiled)),
        whole=whole,
        earlier_s=exported.earlier_s,
    )


def _compiled(
    graph: "openvino.Model", example: Tensor, settings: Settings
) -> "openvino.CompiledModel":
    import openvino  # noqa: PLC0415  # an extra, and loaded only where it is used

    fixed = graph.clone()
    asked = {
        "PERFORMANCE_HINT": "LATENCY",
        "NUM_STREAMS": "1",
        "INFERENCE_PRECISION_HINT": _HINT[settings.precision],
        "INFERENCE_NUM_THREADS": settings.threads,
        "ENABLE_CPU_PINNING": False,
    }
    with failing_as("openvino-compile"):
        fixed.reshape(list(example.shape))
        compiled = openvino.Core().compile_model(fixed, "CPU", asked)
    hint = compiled.get_property("INFERENCE_PRECISION_HINT").get_type_name()
    if hint != asked["INFERENCE_PRECISION_HINT"]:
        found = ("found", _FOUND.get(hint, hint))
        raise CannotRunError(
            failure("openvino-precision", found, ("precision", settings.precision))
        )
    threads = compiled.get_property("INFERENCE_NUM_THREADS")
    if settings.threads and threads != settings.threads:
        asked_for = ("threads", settings.threads)
        raise CannotRunError(failure("openvino-threads", ("found", threads), asked_for))
    return compiled


def _precision(compiled: "openvino.CompiledModel") -> str:
    """Of convolutions and products, as compiled: that of most, and what others are in."""
    found: Counter[str] = Counter()
    for layer in compiled.get_runtime_model().get_ops():
        told = layer.get_rt_info()
        if told["layerType"].astype(str) in _PRODUCTS:
            precision = told["runtimePrecision"].astype(str)
            found[_FOUND.get(precision, precision)] += 1
    if found:
        return in_words(found, cast=False)
    hint: str = compiled.get_property("INFERENCE_PRECISION_HINT").get_type_name()
    return _FOUND.get(hint, hint)
