"""The backends a model may be timed with: what they are called and what they can do.

Plain facts, needed to plan and to name; `measure/backends/` runs them.
"""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Backend:
    """One way to run a model."""

    name: str
    """As conditions and command lines spell it."""
    distributions: tuple[str, ...]
    """What has to be installed, as pip calls it; the first one's version stands for the backend."""
    precisions: tuple[tuple[str, tuple[str, ...]], ...]
    """(device type, precisions) pairs: what it can be asked for."""
    extra: str | None = None
    """The extra of this program that installs it; None: it is always there."""
    own_layout: bool = False
    """Whether it chooses a memory format by itself, so that asking for one means nothing."""

    def takes(self, device_type: str, precision: str) -> bool:
        """Whether it can be asked for a precision on a device of that type."""
        return precision in dict(self.precisions).get(device_type, ())


_CPU = ("cpu", ("fp32", "bf16", "fp16", "amp"))
_CUDA = ("cuda", ("fp32", "tf32", "fp16", "bf16", "amp"))

BACKENDS = (
    Backend(name="eager", distributions=("torch",), precisions=(_CPU, _CUDA)),
    Backend(name="compile", distributions=("torch",), precisions=(_CPU, _CUDA)),
    Backend(name="cudagraph", distributions=("torch",), precisions=(_CUDA,)),
    Backend(
        name="onnxruntime",
        distributions=("onnxruntime", "onnxscript"),
        precisions=(("cpu", ("fp32",)), ("cuda", ("fp32", "tf32", "fp16"))),
        own_layout=True,
        extra="onnx",
    ),
    Backend(
        name="onnxruntime-tensorrt",
        distributions=("onnxruntime-gpu", "onnxscript"),
        precisions=(("cuda", ("fp32", "tf32", "fp16")),),
        own_layout=True,
        extra="onnx-gpu",
    ),
    Backend(
        name="openvino",
        distributions=("openvino",),
        precisions=(("cpu", ("fp32", "bf16")),),
        own_layout=True,
        extra="openvino",
    ),
    Backend(
        name="torch-tensorrt",
        distributions=("torch-tensorrt",),
        precisions=(("cuda", ("fp32", "tf32", "fp16")),),
        own_layout=True,
        extra="tensorrt",
    ),
)
"""Every backend, the usual one first."""
INSTEAD = (("onnxruntime", ("onnxruntime-gpu",)),)
"""(distribution, others that bring the same import in its place) pairs."""
BY_NAME = {one.name: one for one in BACKENDS}
ERROR_AT_MOST = {"fp32": 1e-4, "tf32": 3e-2, "fp16": 3e-2, "bf16": 1e-1, "amp": 1e-1}
"""Relative error to eager fp32, by precision, up to which an answer is that of the model."""
