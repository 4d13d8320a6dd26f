"""CUDA graphs: eager's kernels, recorded once and sent again with one call.

Timed: the replay alone. A graph is recorded for each input, where that input lies, so that
nothing is copied into a static one; all of them share one pool of memory, which torch's allocator
does not count while a graph is sent: peak memory is not told.
"""

from collections.abc import Callable

import torch
from torch import Tensor, nn

from catalogue.measure.backends.faults import failing_as
from catalogue.measure.backends.form import converted, outputs, placer
from catalogue.measure.backends.prepared import Prepared, Settings, numbers, scores
from catalogue.measure.backends.remembered import Remembered
from catalogue.measure.precision import read_back, settle

_WARM_UPS = 3
"""Passes before recording, in which libraries choose kernels and take their work space.

Source: https://docs.pytorch.org/docs/stable/notes/cuda.html#cuda-graphs
"""


def prepare(model: nn.Module, example: Tensor, settings: Settings) -> Prepared:
    """Warm up and record the example.

    Raises:
        CannotRunError: the model does something that cannot be recorded, such as asking a tensor
            for its values.
    """
    settle(settings.precision)
    ready, place = converted(model, settings), placer(settings)
    run = outputs(ready.made, settings)
    placed = place(example)
    _warm_up(run, placed)
    pool = torch.cuda.graph_pool_handle()

    def record(images: Tensor) -> tuple[torch.cuda.CUDAGraph, Tensor, tuple[Tensor, ...]]:
        graph = torch.cuda.CUDAGraph()
        with failing_as("cuda-graph"), torch.cuda.graph(graph, pool=pool):
            answer = run(images)
        return graph, scores(answer), numbers(answer)

    recorded = Remembered(record)
    recorded.of(placed)

    def replay(images: Tensor) -> Tensor:
        graph, answer, _ = recorded.of(images)
        graph.replay()
        return answer

    def whole(images: Tensor) -> tuple[Tensor, ...]:
        replay(images)
        return recorded.of(images)[2]

    return Prepared(
        place=place,
        run=replay,
        version=f"torch {torch.__version__} (CUDA {torch.version.cuda})",
        read_back=lambda: read_back(
            ready.made, lambda: run(placed), device_type=settings.device_type
        ),
        whole=whole,
        earlier_s=ready.earlier_s,
    )


def _warm_up(run: Callable[[Tensor], object], images: Tensor) -> None:
    """Run on a stream of its own, as recording wants it."""
    stream = torch.cuda.Stream()  # type: ignore[no-untyped-call]  # torch has no annotation here
    stream.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(stream):
        for _ in range(_WARM_UPS):
            run(images)
    torch.cuda.current_stream().wait_stream(stream)
