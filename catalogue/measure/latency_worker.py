"""One fresh process that times one model at several batch sizes: `python -m` this, a job on stdin.

Reads a job as JSON, writes one JSON line per batch size. The parent (`latency`) decides what
to keep; this process knows nothing of records.
"""

import json
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import msgspec
import torch
from torch import nn

from catalogue.build import build
from catalogue.entry import Builder, Entry, Preprocessing, Text
from catalogue.errors import CatalogueError, UnreadyError
from catalogue.measure.clocks import OTHERS_ON_GPU, Gpu, Processors, find_gpu
from catalogue.measure.disturbance import Stretch, disturbances, watch
from catalogue.measure.job import Job, Observed, Timed
from catalogue.measure.memory import peak_bytes, reset_peak, resident_bytes
from catalogue.measure.passes import Rate, back_to_back, timed_passes
from catalogue.measure.pinning import bound_processors
from catalogue.measure.precision import (
    agrees,
    autocast,
    precision_found,
    probe,
    settle,
    storage_dtype,
)
from catalogue.measure.timing import Samples, sample

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


@dataclass(frozen=True, kw_only=True, slots=True)
class _Place:
    """What all batch sizes of a process share."""

    job: Job
    model: nn.Module
    convert_s: float
    """From the model as built to one of the precision and layout asked for."""
    before_bytes: int | None
    """Held before there was a model."""
    gpu: Gpu | None
    gpu_was_busy: bool


def run_job(job: Job) -> Iterator[Timed]:
    """Build the model once and time every batch size, the smallest first.

    Raises:
        CatalogueError: the model cannot be built, or threads are not what was asked for.
    """
    torch.manual_seed(0)
    settle(job.precision)
    _settle_threads(job)
    gpu = _gpu() if job.device_type == "cuda" else None
    busy = gpu is not None and gpu.is_busy()
    probe(job.device_type)  # loads what any product needs: no part of the model's memory
    model = _built(job)
    before = _before(model)
    start = time.perf_counter()
    model = _converted(model, job)
    place = _Place(
        job=job,
        model=model,
        convert_s=time.perf_counter() - start,
        before_bytes=before,
        gpu=gpu,
        gpu_was_busy=busy,
    )
    for batch_size in sorted(job.batch_sizes):
        yield _time_batch(place, batch_size)


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


def _settle_threads(job: Job) -> None:
    """One thread for each processor in the one pool that computes; read back, as pools may refuse.

    Raises:
        UnreadyError: torch uses another number.
    """
    if not job.threads:
        return
    torch.set_num_threads(job.threads)
    torch.set_num_interop_threads(1)
    found = (torch.get_num_threads(), torch.get_num_interop_threads())
    if found != (job.threads, 1):
        message = (
            f"torch computes with {found[0]} threads and {found[1]} beside each other; expected "
            f"{job.threads} and 1; look for libraries that set threads when imported"
        )
        raise UnreadyError(message)


def _built(job: Job) -> nn.Module:
    arguments = json.loads(job.arguments)
    builder = Builder(target=job.target, args=tuple(arguments["args"]), kwargs=arguments["kwargs"])
    entry = Entry(
        id=job.model,
        name=job.model,
        title=Text(plain=job.model),
        builder=builder,
        preprocessing=(Preprocessing(input_size=job.input_size),),
    )
    return build(entry, allowed=frozenset(job.allowed), device=job.device_type).module


def _before(model: nn.Module) -> int | None:
    """Bytes of this process without those of the model's weights."""
    resident = resident_bytes()
    parts = (*model.parameters(), *model.buffers())
    weights = sum(part.numel() * part.element_size() for part in parts)
    return None if resident is None else resident - weights


def _converted(model: nn.Module, job: Job) -> nn.Module:
    model = model.to(dtype=storage_dtype(job.precision))
    for part in (*model.parameters(), *model.buffers()):
        if part.dim() == _IMAGE_DIMENSIONS:
            part.data = part.data.to(memory_format=_layout(job))
    return model


def _layout(job: Job) -> torch.memory_format:
    if job.memory_format == "channels_last":
        return torch.channels_last
    return torch.preserve_format


def _time_batch(place: _Place, batch_size: int) -> Timed:
    try:
        with torch.inference_mode():
            return _timed(place, batch_size)
    except (MemoryError, torch.OutOfMemoryError):
        return _out_of_memory(batch_size)
    except _MODEL_FAULTS as fault:
        text = " ".join(str(fault).split())[:300]
        if "alloc" in text.lower() and "memory" in text.lower():
            return _out_of_memory(batch_size)
        reason = f"the forward pass raised {type(fault).__name__}: {text}"
        return Timed(batch_size=batch_size, failure=reason)


def _timed(place: _Place, batch_size: int) -> Timed:
    job = place.job
    can_tell = reset_peak(job.device_type)
    forward = _forward(place, _inputs(job, batch_size))
    clocks = place.gpu or Processors(bound_processors())

    def refuses(stretch: Stretch) -> tuple[str, ...]:
        found = disturbances(stretch, job.limits, threads=job.threads)
        return found + clocks.look() + ((OTHERS_ON_GPU,) if place.gpu_was_busy else ())

    run = timed_passes(forward, job.device_type)
    samples = sample(run, job.budget, begin=watch(), refuses=refuses, threads=job.threads)
    rate = _rate(forward, samples, place)
    peak = peak_bytes(job.device_type, before=place.before_bytes) if can_tell else None
    found = precision_found(place.model, forward, device_type=job.device_type)
    if not agrees(job.precision, found):
        reason = f"asked for {job.precision}, found {found}"
        return Timed(batch_size=batch_size, failure=reason)
    observed = Observed(
        ready_s=place.convert_s + samples.cold_ms / 1000,
        precision_found=found,
        images_per_second=rate.passes_per_s * batch_size,
        joules=rate.joules,
        peak_memory_bytes=peak,
        clock_mhz=(min(clocks.clocks), max(clocks.clocks)) if clocks.clocks else None,
        processors=bound_processors() if job.affinity == "pinned" else (),
    )
    return Timed(batch_size=batch_size, samples=samples, observed=observed)


def _rate(forward: Callable[[], None], samples: Samples, place: _Place) -> Rate:
    """On a CPU passes are back to back anyway: the sampling loop tells."""
    if place.job.device_type == "cuda":
        return back_to_back(forward, place.gpu)
    passes = len(samples.times_ms)
    return Rate(passes_per_s=passes / samples.seconds if samples.seconds else 0.0)


def _out_of_memory(batch_size: int) -> Timed:
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
    return Timed(batch_size=batch_size, failure=f"out of memory at batch {batch_size}")


def _inputs(job: Job, batch_size: int) -> list[torch.Tensor]:
    made = (
        torch.randn(batch_size, *job.input_size, device=job.device_type) for _ in range(_INPUTS)
    )
    dtype = storage_dtype(job.precision)
    return [images.to(dtype, memory_format=_layout(job)) for images in made]


def _forward(place: _Place, inputs: list[torch.Tensor]) -> Callable[[], None]:
    turns = 0

    def forward() -> None:
        nonlocal turns
        with autocast(place.job.precision, place.job.device_type):
            place.model(inputs[turns % _INPUTS])
        turns += 1

    return forward


def _gpu() -> Gpu | None:
    """NVML's view of the device that torch computes on; None without `nvidia-ml-py`."""
    try:
        import pynvml  # noqa: PLC0415  # an extra

        pynvml.nvmlInit()
    except (ImportError, OSError):
        return None
    except pynvml.NVMLError:
        return None
    properties = torch.cuda.get_device_properties(torch.cuda.current_device())
    uuid = getattr(properties, "uuid", None)
    numbers = [getattr(properties, f"pci_{part}_id", None) for part in ("domain", "bus", "device")]
    domain, slot, device = (one or 0 for one in numbers)
    bus = None if None in numbers else f"{domain:08x}:{slot:02x}:{device:02x}.0"
    return find_gpu(pynvml, uuid=None if uuid is None else str(uuid), bus=bus)


if __name__ == "__main__":
    main()
