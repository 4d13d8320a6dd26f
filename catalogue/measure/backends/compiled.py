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

from catalogue.failing import failure, remark
from catalogue.measure.backends.faults import failing_as
from catalogue.measure.backends.folder import own_folder
from catalogue.measure.backends.form import converted, passes, placer, whole_passes
from catalogue.measure.backends.prepared import CannotRunError, Prepared, Settings
from catalogue.measure.precision import read_back, settle

_CACHE = "TORCHINDUCTOR_CACHE_DIR"


def prepare(model: nn.Module, example: Tensor, settings: Settings) -> Prepared:
    """Compile the model, which takes a minute or two for a large one, and run it once.

    Raises:
        CannotRunError: there is no C++ compiler, the model cannot be traced or compiled, or
            TorchDynamo left all of it to Python.
    """
    _check_compiler(settings.device_type)
    settle(settings.precision)
    ready = converted(model, settings)
    compiled = _compiled(ready.made)
    run = passes(compiled, settings)
    place = placer(settings)
    images = place(example)
    with failing_as("compile"), _own_cache(), warnings.catch_warnings(action="ignore"):
        run(images)
    remarks = _remarks()
    usual = passes(ready.made, settings)
    return Prepared(
        place=place,
        run=run,
        version=f"torch {torch.__version__} (Inductor)",
        # of the model that was compiled: Inductor keeps the dtypes that it traced
        read_back=lambda: read_back(
            ready.made, lambda: usual(images), device_type=settings.device_type
        ),
        whole=whole_passes(compiled, settings),
        read_remarks=lambda: remarks,
        # on a CPU the process has grown by the compiler as well
        module=ready.made if settings.device_type == "cuda" else None,
        earlier_s=ready.earlier_s,
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
        raise CannotRunError(failure("compiled-nothing"))
    if graphs == 1:
        return ()
    reasons = [" ".join(reason.split())[:100] for reason in counters["graph_break"]]
    count = ("count", graphs - 1)
    if not reasons:
        return (remark("graph-breaks", count),)
    return (remark("graph-breaks-because", count, ("reason", reasons[0])),)


def _check_compiler(device_type: str) -> None:
    """Inductor needs a C++ compiler on a CPU, and Triton a C compiler for its launchers."""
    names = [os.environ.get("CXX") or "g++"]
    if device_type == "cuda":
        names = [os.environ.get("CC") or "gcc", "clang"]
    if not any(shutil.which(name) for name in names):
        missing = ("names", " or ".join(names))
        raise CannotRunError(failure("no-compiler", missing, retry=True))
