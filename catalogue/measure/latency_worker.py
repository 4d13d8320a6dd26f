"""One fresh process that times one model at several batch sizes: `python -m` this, a job on stdin.

Reads a job as JSON, writes one JSON line per batch size. The parent (`latency`) decides what
to keep; this process knows nothing of records.
"""

import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import msgspec
import torch
from torch import nn

from catalogue.build import build
from catalogue.entry import Builder, Entry, Preprocessing, Text
from catalogue.errors import CatalogueError, UnreadyError
from catalogue.measure.backends.agreement import (
    Agreement,
    answers,
    compared,
    fault_in,
    questions,
    reference,
)
from catalogue.measure.backends.choose import prepare
from catalogue.measure.backends.prepared import CannotRunError, Prepared, Settings
from catalogue.measure.clocks import OTHERS_ON_GPU, Gpu, Processors, find_gpu
from catalogue.measure.disturbance import Stretch, disturbances, watch
from catalogue.measure.job import Job, Observed, Timed
from catalogue.measure.memory import peak_bytes, reset_peak, resident_bytes
from catalogue.measure.passes import Rate, back_to_back, timed_passes
from catalogue.measure.pinning import bound_processors
from catalogue.measure.precision import agrees, probe, settle
from catalogue.measure.timing import Samples, sample

_INPUTS = 2
"""Input batches that take turns, so that no pass finds its own input in the cache."""
_REFERENCE = ("eager", "fp32", "contiguous")
"""Backend, precision and memory format that all others' answers are compared with."""
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
    settings: Settings
    model: nn.Module
    """As built: in fp32, on the CPU."""
    built_bytes: int | None
    """Held when it had been built, its weights included."""
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
    place = _Place(
        job=job,
        settings=_settings(job),
        model=model,
        built_bytes=resident_bytes(),
        gpu=gpu,
        gpu_was_busy=busy,
    )
    for batch_size in sorted(job.batch_sizes):
        yield _time_batch(place, batch_size)


def main() -> None:
    """Read a job from standard input, write a line per batch size to standard output."""
    job = msgspec.json.decode(sys.stdin.buffer.read(), type=Job)
    sys.path.extend(job.path)
    lines = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what a model or a library prints must not look like a result
    try:
        for timed in run_job(job):
            lines.write(msgspec.json.encode(timed).decode() + "\n")
            lines.flush()
    except CatalogueError as fault:
        for batch_size in job.batch_sizes:
            timed = Timed(batch_size=batch_size, failure=str(fault))
            lines.write(msgspec.json.encode(timed).decode() + "\n")
    lines.flush()


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
    return build(entry, allowed=frozenset(job.allowed), device="cpu").module


def _settings(job: Job) -> Settings:
    return Settings(
        device_type=job.device_type,
        precision=job.precision,
        memory_format=job.memory_format,
        threads=job.threads,
    )


def _time_batch(place: _Place, batch_size: int) -> Timed:
    try:
        with torch.inference_mode():
            return _timed(place, batch_size)
    except CannotRunError as fault:
        return Timed(batch_size=batch_size, failure=fault.reason, retry=fault.retry)
    except (MemoryError, torch.OutOfMemoryError):
        return _out_of_memory(batch_size)
    except _MODEL_FAULTS as fault:
        text = " ".join(str(fault).split())[:300]
        if "alloc" in text.lower() and "memory" in text.lower():
            return _out_of_memory(batch_size)
        reason = f"the forward pass raised {type(fault).__name__}: {text}"
        return Timed(batch_size=batch_size, failure=reason)


def _timed(place: _Place, batch_size: int) -> Timed:
    job, images = place.job, _images(place.job, batch_size)
    start = time.perf_counter()
    prepared = prepare(job.backend, place.model, images[0], place.settings)
    prepare_s = prepared.earlier_s + time.perf_counter() - start
    can_tell = reset_peak(job.device_type)
    forward = _forward(prepared, images)
    clocks = place.gpu or Processors(bound_processors())

    def refuses(stretch: Stretch) -> tuple[str, ...]:
        found = disturbances(stretch, job.limits, threads=job.threads)
        return found + clocks.look() + ((OTHERS_ON_GPU,) if place.gpu_was_busy else ())

    run = timed_passes(forward, job.device_type)
    samples = sample(run, job.budget, begin=watch(), refuses=refuses, threads=job.threads)
    rate = _rate(forward, samples, place)
    peak = _peak_bytes(place, prepared) if can_tell else None
    observed = Observed(
        ready_s=prepare_s + samples.cold_ms / 1000,
        precision_found=prepared.precision_found,
        images_per_second=rate.passes_per_s * batch_size,
        joules=rate.joules,
        peak_memory_bytes=peak,
        clock_mhz=(min(clocks.clocks), max(clocks.clocks)) if clocks.clocks else None,
        processors=bound_processors() if job.affinity == "pinned" else (),
        backend_version=prepared.version,
        remarks=prepared.remarks,
    )
    return _judged(samples, observed, _agreement(place, prepared, batch_size), job, batch_size)


def _judged(
    samples: Samples, observed: Observed, agreement: Agreement, job: Job, batch_size: int
) -> Timed:
    """Times of what was asked for, or why they are none of it."""
    found = observed.precision_found
    reason = fault_in(agreement, job.precision)
    if not agrees(job.precision, found):
        reason = f"asked for {job.precision}, found {found}"
    if reason is not None:
        return Timed(batch_size=batch_size, failure=reason)
    observed = replace(
        observed,
        relative_error=agreement.relative_error,
        top1_agreement=agreement.top1_agreement,
    )
    return Timed(batch_size=batch_size, samples=samples, observed=observed)


def _agreement(place: _Place, prepared: Prepared, batch_size: int) -> Agreement:
    """Of the answers with eager fp32's, which may be what was timed; of nothing if not wanted."""
    job = place.job
    if not job.compare:
        return Agreement(relative_error=None, top1_agreement=None)
    images = questions(job.input_size, batch_size)
    given = answers(prepared, images, batch_size=batch_size)
    if (job.backend, job.precision, job.memory_format) == _REFERENCE:
        return compared(given, given)
    expected = reference(place.model, images, place.settings, batch_size=batch_size)
    return compared(given, expected)


def _peak_bytes(place: _Place, prepared: Prepared) -> int | None:
    """None where torch does not hold all that the backend needs."""
    module, before = prepared.module, place.built_bytes
    if module is None:
        return None
    if module is place.model and before is not None:
        parts = (*module.parameters(), *module.buffers())
        before -= sum(part.numel() * part.element_size() for part in parts)
    return peak_bytes(place.job.device_type, before=before)


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


def _images(job: Job, batch_size: int) -> list[torch.Tensor]:
    return [torch.randn(batch_size, *job.input_size) for _ in range(_INPUTS)]


def _forward(prepared: Prepared, images: list[torch.Tensor]) -> Callable[[], None]:
    placed = [prepared.place(one) for one in images]
    turns = 0

    def forward() -> None:
        nonlocal turns
        prepared.run(placed[turns % _INPUTS])
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
