"""A model as a graph outside PyTorch, for every batch size: made once, kept for this process.

`torch.export` traces it with a symbolic batch; what is made of that is a backend's matter.
"""

import copy
import io
import logging
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from typing import Generic, TypeVar
from weakref import WeakKeyDictionary

import torch
from torch import Tensor, nn

from catalogue.measure.backends.faults import failing_as

Graph = TypeVar("Graph")
_BATCH = 2
"""Of the example: torch.export takes 0 and 1 for constants."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Exported(Generic[Graph]):
    """A graph, and what it took to make it."""

    graph: Graph
    earlier_s: float
    """Seconds it took when it was made for an earlier batch size; 0 where it was made just now."""


class Exports(Generic[Graph]):
    """Makes the graph of a model in a dtype once, and keeps it while the model lives."""

    def __init__(self, export: Callable[[nn.Module, Tensor], Graph]) -> None:
        self._export = export
        self._made: WeakKeyDictionary[nn.Module, dict[torch.dtype, tuple[Graph, float]]] = (
            WeakKeyDictionary()
        )

    def of(self, model: nn.Module, example: Tensor, dtype: torch.dtype) -> Exported[Graph]:
        """The graph, made now or earlier.

        Args:
            model: In fp32.
            example: Input of any batch size.
            dtype: Of the graph's weights and input.
        """
        made = self._made.setdefault(model, {})
        if dtype in made:
            graph, seconds = made[dtype]
            return Exported(graph=graph, earlier_s=seconds)
        start = time.perf_counter()
        images = torch.zeros(_BATCH, *example.shape[1:], dtype=dtype)
        with quietly():
            graph = self._export(_on_cpu(model, dtype), images)
        made[dtype] = graph, time.perf_counter() - start
        return Exported(graph=graph, earlier_s=0.0)


def traced(model: nn.Module, images: Tensor) -> torch.export.ExportedProgram:
    """The model as torch.export sees it, its batch symbolic.

    Raises:
        CannotRunError: it cannot be traced.
    """
    batch = torch.export.Dim("batch")
    with failing_as("torch.export failed"), torch.inference_mode(mode=False), torch.no_grad():
        return torch.export.export(model, (images,), dynamic_shapes=({0: batch},))


def _on_cpu(model: nn.Module, dtype: torch.dtype) -> nn.Module:
    if all(part.device.type == "cpu" and part.dtype == dtype for part in model.parameters()):
        return model
    return copy.deepcopy(model).to(device="cpu", dtype=dtype)


@contextmanager
def quietly() -> Iterator[None]:
    """Keep exporters' advice and deprecations off the screen; their faults are raised."""
    before = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        with warnings.catch_warnings(action="ignore"), redirect_stdout(io.StringIO()):
            yield
    finally:
        logging.disable(before)
