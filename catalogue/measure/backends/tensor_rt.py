"""torch-tensorrt: TensorRT engines for what it takes of a model, torch for the rest.

Timed: the call of the compiled module, its remaining torch operators included.
"""

from importlib.metadata import PackageNotFoundError, version

import torch
from torch import Tensor, nn

from catalogue.failing import failure, remark
from catalogue.measure.backends.exporting import quietly
from catalogue.measure.backends.faults import failing_as
from catalogue.measure.backends.form import converted, passes, placer, whole_passes
from catalogue.measure.backends.prepared import CannotRunError, Prepared, Settings
from catalogue.measure.precision import ReadBack, settle

_ENGINE = "_run_on_acc"
"""How the names of parts begin that became engines; the others begin with `_run_on_gpu`."""


def prepare(model: nn.Module, example: Tensor, settings: Settings) -> Prepared:
    """Build the engines for the example's shape, and run once.

    Raises:
        CannotRunError: the model cannot be traced or built, or nothing of it became an engine.
    """
    settle(settings.precision)
    ready, place = converted(model, settings), placer(settings)
    images = place(example)
    built = _built(ready.made, images, settings)
    run = passes(built, settings)
    with failing_as("tensorrt-run"):
        run(images)
    remarks = _check_engines(built)
    return Prepared(
        place=place,
        run=run,
        version=_version(),
        read_back=lambda: ReadBack(precision=_precision(built, run(images))),
        whole=whole_passes(built, settings),
        read_remarks=lambda: remarks,
        earlier_s=ready.earlier_s,
    )


def _built(model: nn.Module, images: Tensor, settings: Settings) -> nn.Module:
    """Source: https://docs.pytorch.org/TensorRT/user_guide/compilation/compilation_settings.html."""
    import torch_tensorrt  # noqa: PLC0415  # an extra, and loaded only where it is used

    failing = failing_as("tensorrt-build")
    with failing, quietly(), torch.inference_mode(mode=False), torch.no_grad():
        built: nn.Module = torch_tensorrt.compile(
            model,
            ir="dynamo",
            arg_inputs=[images],
            use_explicit_typing=True,
            disable_tf32=settings.precision != "tf32",
            truncate_double=True,
            min_block_size=1,
            cache_built_engines=False,
            reuse_cached_engines=False,
        )
    return built


def _check_engines(built: nn.Module) -> tuple[str, ...]:
    names = [name for name, _ in built.named_children()]
    engines = [name for name in names if name.startswith(_ENGINE)]
    if not engines:
        raise CannotRunError(failure("no-engine"))
    left = len(names) - len(engines)
    return (remark("parts-left", ("left", left), ("parts", len(names))),) if left else ()


def _precision(built: nn.Module, answer: Tensor) -> str:
    """From the answer's dtype, as engines are strongly typed, and what they were built with."""
    if answer.dtype != torch.float32:
        return {torch.float16: "fp16", torch.bfloat16: "bf16"}.get(answer.dtype, str(answer.dtype))
    told = [getattr(part, "settings", None) for part in built.children()]
    exact = all(getattr(one, "disable_tf32", True) for one in told)
    return "fp32" if exact else "tf32"


def _version() -> str:
    said = f"torch-tensorrt {version('torch-tensorrt')}"
    try:
        return f"{said} (TensorRT {version('tensorrt')})"
    except PackageNotFoundError:
        return said
