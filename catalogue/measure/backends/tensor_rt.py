"""torch-tensorrt: TensorRT engines for what it takes of a model, torch for the rest.

Timed: the call of the compiled module, its remaining torch operators included.
"""

from importlib.metadata import PackageNotFoundError, version

import torch
from torch import Tensor, nn

from catalogue.measure.backends.exporting import quietly
from catalogue.measure.backends.faults import failing_as
from catalogue.measure.backends.form import allow_tf32, converted, passes, placer
from catalogue.measure.backends.prepared import CannotRunError, Prepared, Settings

_ENGINE = "_run_on_acc"
"""How the names of parts begin that became engines; the others begin with `_run_on_gpu`."""


def prepare(model: nn.Module, example: Tensor, settings: Settings) -> Prepared:
    """Build the engines for the example's shape, and run once.

    Raises:
        CannotRunError: the model cannot be traced or built, or nothing of it became an engine.
    """
    allow_tf32(allowed=settings.precision == "tf32")
    place = placer(settings)
    images = place(example)
    built = _built(converted(model, settings), images, settings)
    run = passes(built, settings)
    with failing_as("the TensorRT engines failed"):
        run(images)
    remarks = _check_engines(built)
    return Prepared(
        place=place,
        run=run,
        version=_version(),
        # engines are strongly typed: they compute in the dtypes of weights and input
        read_precision=lambda: settings.precision,
        read_remarks=lambda: remarks,
    )


def _built(model: nn.Module, images: Tensor, settings: Settings) -> nn.Module:
    """Source: https://docs.pytorch.org/TensorRT/user_guide/compilation/compilation_settings.html."""
    import torch_tensorrt  # noqa: PLC0415  # an extra, and loaded only where it is used

    failing = failing_as("torch-tensorrt could not build the model")
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
        message = "torch-tensorrt made no engine: the whole model was left to torch"
        raise CannotRunError(message)
    left = len(names) - len(engines)
    return (f"{left} of {len(names)} parts left to torch",) if left else ()


def _version() -> str:
    said = f"torch-tensorrt {version('torch-tensorrt')}"
    try:
        return f"{said} (TensorRT {version('tensorrt')})"
    except PackageNotFoundError:
        return said
