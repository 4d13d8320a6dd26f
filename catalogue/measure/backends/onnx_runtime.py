"""ONNX Runtime: on the CPU, on CUDA, and on CUDA with TensorRT under it.

Timed: the session's run with inputs and outputs bound to memory that torch allocated on the
device. On CUDA it works in torch's current stream and does not wait for the end. One thread pool
of the threads asked for, none between operators; threads spin while they wait, ONNX Runtime's
default. cuDNN's algorithms are searched exhaustively (its default), in the first pass.
Each node's provider is read back, as ONNX Runtime falls back to the CPU without a word.
"""

import importlib
import os
from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from catalogue.failing import failure, remark
from catalogue.measure.backends.exporting import Exports, traced
from catalogue.measure.backends.faults import failing_as
from catalogue.measure.backends.folder import own_folder
from catalogue.measure.backends.form import placer
from catalogue.measure.backends.prepared import CannotRunError, Prepared, Settings, numbers
from catalogue.measure.backends.remembered import Remembered
from catalogue.measure.precision import ReadBack

if TYPE_CHECKING:
    import onnxruntime

_CPU, _CUDA, _TENSORRT = (f"{name}ExecutionProvider" for name in ("CPU", "CUDA", "Tensorrt"))
_PRODUCTS = frozenset(
    {"Attention", "Conv", "ConvTranspose", "Einsum", "FusedConv", "Gemm", "MatMul"}
)
"""Operators that must run where they are wanted. ONNX Runtime puts small change, such as the
arithmetic on shapes, on the CPU by intent."""
_TF32 = "NVIDIA_TF32_OVERRIDE"
"""Where this is 0, NVIDIA's libraries compute nothing in TF32, whatever they are told."""
_ELEMENT = {torch.float32: 1, torch.float16: 10, torch.int64: 7}
"""ONNX's numbers of element types. Source: TensorProto.DataType in onnx.proto."""


def _write(model: nn.Module, images: Tensor) -> Path:
    """Export a model to ONNX; its weights lie beside it, since one file holds 2 GB at most."""
    path = own_folder("onnx") / "model.onnx"
    program = traced(model, images)
    with failing_as("onnx-export"):
        written = torch.onnx.export(program, dynamo=True, verbose=False)
        if written is None:
            message = "the exporter gave nothing"
            raise RuntimeError(message)
        written.save(path, external_data=True)
    return path


_EXPORTS = Exports(_write)


def prepare(model: nn.Module, example: Tensor, settings: Settings) -> Prepared:
    """Export the model and load it on the CPU or on CUDA.

    Raises:
        CannotRunError: the export fails, an operator is unsupported, or products would run
            elsewhere than asked.
    """
    wanted = _CPU if settings.device_type == "cpu" else _CUDA
    return _prepare(model, example, settings, wanted=wanted)


def prepare_tensorrt(model: nn.Module, example: Tensor, settings: Settings) -> Prepared:
    """The same with TensorRT, which builds its engines in a first pass.

    TensorRT allows TF32 in fp32 engines and ONNX Runtime has no option against it, so that a
    variable of the environment has to say so before libraries ask for it. Whether they did shows
    in the answers: an engine in TF32 is farther off than fp32 may be.
    Source: https://docs.nvidia.com/deeplearning/tensorrt/latest/inference-library/accuracy-considerations.html
    """
    with suppress(ImportError):
        importlib.import_module("tensorrt")  # loads TensorRT's libraries from where pip put them
    os.environ.pop(_TF32, None)
    if settings.precision == "fp32":
        os.environ[_TF32] = "0"
    prepared = _prepare(model, example, settings, wanted=_TENSORRT)
    with failing_as("tensorrt-engine"):
        prepared.run(prepared.place(example))
    return prepared


def _prepare(model: nn.Module, example: Tensor, settings: Settings, *, wanted: str) -> Prepared:
    import onnxruntime  # noqa: PLC0415  # an extra, and loaded only where it is used

    _check_available(wanted)
    exported = _EXPORTS.of(model, example, settings.dtype)
    if settings.device_type == "cuda":
        # the default stream's handle is 0, which ONNX Runtime takes for none; a new stream does
        # not wait for what was begun on the old one
        torch.cuda.synchronize()
        torch.cuda.set_stream(torch.cuda.Stream())  # type: ignore[no-untyped-call]  # torch has no annotation here
    with failing_as("onnx-load"):
        session = onnxruntime.InferenceSession(
            exported.made, _options(settings), providers=_providers(wanted, settings)
        )
    remarks = _check_providers(session, wanted)
    bindings = Remembered(lambda images: _bound(session, images))
    unwaited = onnxruntime.RunOptions()
    unwaited.add_run_config_entry("disable_synchronize_execution_providers", "1")

    def run(images: Tensor) -> Tensor:
        binding, answer = bindings.of(images)
        session.run_with_iobinding(binding, unwaited)
        return answer

    def whole(images: Tensor) -> tuple[Tensor, ...]:
        answer = run(images)
        if images.is_cuda:
            torch.cuda.synchronize()
        others = bindings.of(images)[0].get_outputs()[1:]
        return numbers([answer, *(torch.from_numpy(one.numpy()) for one in others)])

    return Prepared(
        place=placer(settings),
        run=run,
        version=f"onnxruntime {onnxruntime.__version__} ({wanted})",
        read_back=lambda: ReadBack(precision=_precision(session)),
        read_remarks=lambda: remarks,
        whole=whole,
        earlier_s=exported.earlier_s,
    )


def _check_available(wanted: str) -> None:
    import onnxruntime  # noqa: PLC0415  # an extra, and loaded only where it is used

    if wanted not in onnxruntime.get_available_providers():
        version = ("version", f"onnxruntime {onnxruntime.__version__}")
        raise CannotRunError(failure("no-provider", version, ("provider", wanted), retry=True))
    if wanted != _CPU:
        onnxruntime.preload_dlls()  # CUDA's libraries, from where torch brought them


def _options(settings: Settings) -> "onnxruntime.SessionOptions":
    import onnxruntime  # noqa: PLC0415  # an extra, and loaded only where it is used

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = settings.threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 4
    options.add_session_config_entry("session.record_ep_graph_assignment_info", "1")
    return options


def _providers(wanted: str, settings: Settings) -> list[str | tuple[str, dict[str, str]]]:
    """Providers with their options, the wanted one first. CUDA backs TensorRT, the CPU all.

    Source: https://onnxruntime.ai/docs/execution-providers/CUDA-ExecutionProvider.html and
    https://onnxruntime.ai/docs/execution-providers/TensorRT-ExecutionProvider.html
    """
    if wanted == _CPU:
        return [_CPU]
    place = {
        "device_id": str(torch.cuda.current_device()),
        "user_compute_stream": str(torch.cuda.current_stream().cuda_stream),
    }
    cuda = (_CUDA, {**place, "use_tf32": str(int(settings.precision == "tf32"))})
    if wanted == _CUDA:
        return [cuda, _CPU]
    fp16 = str(int(settings.precision == "fp16"))
    return [(_TENSORRT, {**place, "trt_fp16_enable": fp16}), cuda, _CPU]


def _check_providers(session: "onnxruntime.InferenceSession", wanted: str) -> tuple[str, ...]:
    """Which providers run the nodes; remarks on those that are not the wanted one.

    Raises:
        CannotRunError: the provider is not there at all, or none of the products runs on it,
            or some run on the CPU instead.
    """
    if wanted not in session.get_providers():
        raise CannotRunError(failure("provider-fell-back", ("provider", wanted), retry=True))
    nodes = Counter(
        (part.ep_name, node.op_type)
        for part in session.get_provider_graph_assignment_info()
        for node in part.get_nodes()
    )
    elsewhere = Counter({key: count for key, count in nodes.items() if key[0] != wanted})
    products = {key[0] for key in nodes if key[1] in _PRODUCTS}
    if elsewhere and products and (wanted not in products or _CPU in products - {wanted}):
        kinds = sorted({kind for provider, kind in elsewhere if kind in _PRODUCTS})
        operators = ("operators", ", ".join(kinds))
        raise CannotRunError(failure("provider-elsewhere", operators, ("provider", wanted)))
    total, providers = sum(nodes.values()), Counter[str]()
    for (provider, _), count in elsewhere.items():
        providers[provider] += count
    return tuple(
        remark("nodes-elsewhere", ("count", count), ("nodes", total), ("provider", provider))
        for provider, count in sorted(providers.items())
    )


def _bound(
    session: "onnxruntime.InferenceSession", images: Tensor
) -> tuple["onnxruntime.IOBinding", Tensor]:
    """Bind an input where it lies, and memory for the answer."""
    (taken,), answered = session.get_inputs(), session.get_outputs()[0]
    shape = [images.shape[0], *answered.shape[1:]]
    if not all(isinstance(size, int) for size in shape):
        raise CannotRunError(failure("onnx-shape", ("shape", answered.shape)))
    dtype = torch.int64 if answered.type == "tensor(int64)" else images.dtype
    answer = images.new_empty(shape, dtype=dtype)
    binding = session.io_binding()
    device = images.device.type, images.device.index or 0
    element = _ELEMENT[images.dtype]
    binding.bind_input(taken.name, *device, element, list(images.shape), images.data_ptr())
    binding.bind_output(answered.name, *device, _ELEMENT[dtype], shape, answer.data_ptr())
    for other in session.get_outputs()[1:]:
        binding.bind_output(other.name, *device)
    return binding, answer


def _precision(session: "onnxruntime.InferenceSession") -> str:
    """From the type of the graph's input, which is that of its weights, and CUDA's option.

    ONNX Runtime computes in the types that a graph names; TF32 is the only exception.
    """
    if session.get_inputs()[0].type == "tensor(float16)":
        return "fp16"
    options = session.get_provider_options()
    if _TENSORRT in options:
        return "fp32" if os.environ.get(_TF32) == "0" else "tf32"
    return "tf32" if options.get(_CUDA, {}).get("use_tf32") == "1" else "fp32"
