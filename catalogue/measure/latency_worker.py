"""One fresh process that times one model at several batch sizes: `python -m` this, a job on stdin.

Reads a job as JSON, writes one JSON line per batch size. The parent (`latency`) decides what
to keep; this process knows nothing of records.
"""

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext

import msgspec
import torch
from torch import nn

from catalogue.build import build
from catalogue.entry import Builder, Entry, Preprocessing, Text
from catalogue.errors import CatalogueError
from catalogue.measure.job import Job, Timed
from catalogue.measure.timing import Pass, sample

_INPUTS = 2
"""Input batches that take turns, so that no pass finds its own input in the cache."""
_IMAGE_DIMENSIONS = 4
"""Of tensors that have a memory format: (N, C, H, W)."""
_MODEL_FAULTS = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    NotImplementedError,
    RuntimeError,
    TypeError,
    ValueError,
)


def run_job(job: Job) -> Iterator[Timed]:
    """Build the model once and time every batch size, the smallest first.

    Raises:
        CatalogueError: the model cannot be built.
    """
    _settle(job)
    model = _model(job)
    for batch_size in sorted(job.batch_sizes):
        yield _time_batch(model, job, batch_size)


def main() -> None:
    """Read a job from standard input, write a line per batch size to standard output."""
    job = msgspec.json.decode(sys.stdin.buffer.read(), type=Job)
    sys.path.extend(job.path)
    lines, sys.stdout = sys.stdout, sys.stderr  # what a model prints must not look like a result
    try:
        for timed in run_job(job):
            lines.write(msgspec.json.encode(timed).decode() + "\n")
            lines.flush()
    except CatalogueError as fault:
        for batch_size in job.batch_sizes:
            timed = Timed(batch_size=batch_size, failure=str(fault))
            lines.write(msgspec.json.encode(timed).decode() + "\n")


def _settle(job: Job) -> None:
    """Set what torch would otherwise decide by itself, and make it repeatable."""
    torch.manual_seed(0)
    if job.threads:
        torch.set_num_threads(job.threads)
    torch.backends.cuda.matmul.allow_tf32 = job.precision == "tf32"
    torch.backends.cudnn.allow_tf32 = job.precision == "tf32"
    torch.backends.cudnn.benchmark = False


def _model(job: Job) -> nn.Module:
    arguments = json.loads(job.arguments)
    builder = Builder(target=job.target, args=tuple(arguments["args"]), kwargs=arguments["kwargs"])
    entry = Entry(
        id=job.model,
        name=job.model,
        title=Text(plain=job.model),
        builder=builder,
        preprocessing=(Preprocessing(input_size=job.input_size),),
    )
    model = build(entry, allowed=frozenset(job.allowed), device=job.device_type).module
    model = model.to(dtype=_dtype(job))
    for part in (*model.parameters(), *model.buffers()):
        if part.dim() == _IMAGE_DIMENSIONS:
            part.data = part.data.to(memory_format=_layout(job))
    return model


def _dtype(job: Job) -> torch.dtype:
    return {"fp16": torch.float16, "bf16": torch.bfloat16}.get(job.precision, torch.float32)


def _layout(job: Job) -> torch.memory_format:
    if job.memory_format == "channels_last":
        return torch.channels_last
    return torch.preserve_format


def _time_batch(model: nn.Module, job: Job, batch_size: int) -> Timed:
    try:
        with torch.inference_mode():
            run = _one_pass(model, _inputs(job, batch_size), job)
            samples = sample(run, job.budget, threads=job.threads)
    except (MemoryError, torch.OutOfMemoryError):
        return _out_of_memory(batch_size)
    except _MODEL_FAULTS as fault:
        text = " ".join(str(fault).split())[:300]
        if "alloc" in text.lower() and "memory" in text.lower():
            return _out_of_memory(batch_size)
        reason = f"the forward pass raised {type(fault).__name__}: {text}"
        return Timed(batch_size=batch_size, failure=reason)
    return Timed(batch_size=batch_size, samples=samples)


def _out_of_memory(batch_size: int) -> Timed:
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
    return Timed(batch_size=batch_size, failure=f"out of memory at batch {batch_size}")


def _inputs(job: Job, batch_size: int) -> list[torch.Tensor]:
    made = (
        torch.randn(batch_size, *job.input_size, device=job.device_type) for _ in range(_INPUTS)
    )
    return [images.to(_dtype(job), memory_format=_layout(job)) for images in made]


def _one_pass(model: nn.Module, inputs: list[torch.Tensor], job: Job) -> Pass:
    turns = 0

    def forward() -> None:
        nonlocal turns
        with _autocast(job):
            model(inputs[turns % _INPUTS])
        turns += 1

    return _timed_on_gpu(forward) if job.device_type == "cuda" else _timed_on_host(forward)


def _autocast(job: Job) -> AbstractContextManager[object]:
    return torch.autocast(job.device_type) if job.precision == "amp" else nullcontext()


def _timed_on_host(forward: Callable[[], None]) -> Pass:
    def run() -> float:
        start = time.perf_counter()
        forward()
        return 1000 * (time.perf_counter() - start)

    return run


def _timed_on_gpu(forward: Callable[[], None]) -> Pass:
    begin, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))  # type: ignore[no-untyped-call]  # torch has no annotation here

    def run() -> float:
        torch.cuda.synchronize()
        begin.record()
        forward()
        end.record()
        end.synchronize()
        milliseconds: float = begin.elapsed_time(end)
        return milliseconds

    return run


if __name__ == "__main__":
    main()
