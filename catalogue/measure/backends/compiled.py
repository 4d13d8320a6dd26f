"""torch.compile: TorchDynamo takes the model apart, Inductor writes C++ or Triton for it.

Timed: the compiled model's call, its guards included. Compiled for the one shape of the example,
in a folder of this process's own: with torch's cache of earlier processes a cold start would be
none. The first pass is part of getting ready.
"""

import os
import shutil
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, nn

from catalogue.measure.backends.arithmetic import seen_precision
from catalogue.measure.backends.faults import failing_as
from catalogue.measure.backends.folder import own_folder
from catalogue.measure.backends.form import allow_tf32, converted, passes, placer
from catalogue.measure.backends.prepared import CannotRunError, Prepared, Settings

_CACHE = "TORCHINDUCTOR_CACHE_DIR"


def prepare(model: nn.Module, example: Tensor, settings: Settings) -> Prepared:
    """Compile the model, which takes a minute or two for a large one, and run it once.

    Raises:
        CannotRunError: there is no C++ compiler, the model cannot be traced or compiled, or
            TorchDynamo left all of it to Python.
    """
    _check_compiler(settings.device_type)
    allow_tf32(allowed=settings.precision == "tf32")
    if settings.threads:
        torch.set_num_threads(settings.threads)
    place = placer(settings)
    usual = converted(model, settings)
    run = passes(_compiled(usual), settings)
    images = place(example)
    with failing_as("torch.compile failed"), _own_cache(), warnings.catch_warnings(action="ignore"):
        run(images)
    remarks = _remarks()
    return Prepared(
        place=place,
        run=run,
        version=f"torch {torch.__version__} (Inductor)",
        read_precision=lambda: seen_precision(passes(usual, settings), images, settings),
        read_remarks=lambda: remarks,
    )


@contextmanager
def _own_cache() -> Iterator[None]:
    """Compile inside into an empty folder of this process."""
    before = os.environ.get(_CACHE)
    os.environ[_CACHE] = str(own_folder("inductor"))
    try:
        yield
    finally:
        os.environ.pop(_CACHE)
        if before is not None:
            os.environ[_CACHE] = before


def _compiled(model: nn.Module) -> Callable[..., object]:
    torch._dynamo.reset()  # noqa: SLF001  # torch's own documented way to forget earlier shapes
    torch._dynamo.utils.counters.clear()  # noqa: SLF001  # no public way to count graphs
    return torch.compile(model, dynamic=False)


def _remarks() -> tuple[str, ...]:
    """What TorchDynamo's counters say of the model that was just compiled."""
    counters = torch._dynamo.utils.counters  # noqa: SLF001  # no public way to count graphs
    graphs = counters["stats"]["unique_graphs"]
    if not graphs:
        message = "torch.compile compiled nothing: TorchDynamo left the whole model to Python"
        raise CannotRunError(message)
    if graphs == 1:
        return ()
    reasons = [" ".join(reason.split())[:100] for reason in counters["graph_break"]]
    because = f": {reasons[0]}" if reasons else ""
    return (f"{graphs - 1} graph breaks{because}",)


def _check_compiler(device_type: str) -> None:
    """Inductor needs a C++ compiler on a CPU, and Triton a C compiler for its launchers."""
    names = [os.environ.get("CXX") or "g++"]
    if device_type == "cuda":
        names = [os.environ.get("CC") or "gcc", "clang"]
    if not any(shutil.which(name) for name in names):
        message = (
            f"torch.compile needs a compiler and finds no {' or '.join(names)}; "
            "install one, such as Debian's g++"
        )
        raise CannotRunError(message, retry=True)
