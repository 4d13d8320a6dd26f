"""A model as a graph outside PyTorch, for every batch size: made once, kept for this process.

`torch.export` traces it with a symbolic batch; what is made of that is a backend's matter.
"""

import copy
import io
import logging
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from typing import Generic, TypeVar

import torch
from torch import Tensor, nn

from catalogue.measure.backends.faults import failing_as
from catalogue.measure.backends.kept import Kept, Once

Graph = TypeVar("Graph")
_BATCH = 2
"""Of the example: torch.export takes 0 and 1 for constants."""


class Exports(Generic[Graph]):
    """Makes the graph of a model in a dtype once, and keeps it while the model lives."""

    def __init__(self, export: Callable[[nn.Module, Tensor], Graph]) -> None:
        self._export = export
        self._kept: Kept[Graph] = Kept()

    def of(self, model: nn.Module, example: Tensor, dtype: torch.dtype) -> Once[Graph]:
        """The graph, made now or earlier.

        Args:
            model: In fp32.
            example: Input of any batch size.
            dtype: Of the graph's weights and input.
        """

        def make() -> Graph:
            images = torch.zeros(_BATCH, *example.shape[1:], dtype=dtype)
            with quietly():
                return self._export(_on_cpu(model, dtype), images)

        return self._kept.of(model, dtype, make)


def traced(model: nn.Module, images: Tensor) -> torch.export.ExportedProgram:
    """The model as torch.export sees it, its batch symbolic.

    Raises:
        CannotRunError: it cannot be traced.
    """
    batch = torch.export.Dim("batch")
    with failing_as("torch-export"), torch.inference_mode(mode=False), torch.no_grad():
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
