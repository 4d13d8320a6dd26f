"""One trial: a model at one batch size, prepared by a backend, timed, watched and asked.

Knows torch and the backends. Whatever they raise is the caller's.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import torch
from torch import nn

from catalogue.failing import failure, remark
from catalogue.measure.backends.agreement import (
    Agreement,
    answers,
    compared,
    fault_in,
    questions,
    reference,
)
from catalogue.measure.backends.choose import prepare
from catalogue.measure.backends.faults import is_out_of_memory
from catalogue.measure.backends.prepared import Prepared, Settings
from catalogue.measure.clocks import OTHERS_ON_GPU, Gpu, Processors, watched
from catalogue.measure.disturbance import Stretch, disturbances, watch
from catalogue.measure.job import Job, Observed, Timed
from catalogue.measure.memory import peak_bytes, reset_peak
from catalogue.measure.pace import Paces
from catalogue.measure.passes import Rate, back_to_back, gpu_block, timed_passes, undisturbed
from catalogue.measure.pinning import bound_processors
from catalogue.measure.precision import ReadBack, agrees, cudnn_settings
from catalogue.measure.timing import Samples, sample
from catalogue.record import Failure

_INPUTS = 2
"""Input batches that take turns, so that no pass finds its own input in the cache."""
_REFERENCE = ("eager", "fp32", "contiguous")
"""Backend, precision and memory format that all others' answers are compared with."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """What all batch sizes of a process share."""

    job: Job
    settings: Settings
    model: nn.Module
    """As built: in fp32, on the CPU."""
    built_bytes: int | None
    """Held when it had been built, its weights included."""
    gpu: Gpu | None
    gpu_was_busy: bool
    remarks: tuple[str, ...]
    """What could not be watched."""
    paces: Paces | None
    """None on a GPU, whose clock tells."""


def time_batch(place: Place, batch_size: int) -> Timed:
    """Time one batch size.

    Raises:
        CannotRunError: the backend cannot run the model so.
    """
    job, images = place.job, _images(place.job, batch_size)
    start = time.perf_counter()
    prepared = prepare(job.backend, place.model, images[0], place.settings)
    prepare_s = prepared.earlier_s + time.perf_counter() - start
    can_tell = reset_peak(job.device_type)
    forward = _forward(prepared, images)
    if place.paces is not None:
        place.paces.wait()
    clocks = watched(place.gpu, job.device_type, bound_processors())
    samples = _sampled(forward, place, clocks)
    if not samples.enough:  # nothing of it will count, and on a busy machine asking takes minutes
        told = Observed(ready_s=0.0, pace=place.paces.best if place.paces else ())
        return Timed(batch_size=batch_size, samples=samples, observed=told)
    rate = _rate(forward, samples, place, clocks)
    peak = _peak_bytes(place, prepared) if can_tell else None
    observed = Observed(
        ready_s=prepare_s + samples.cold_ms / 1000,
        images_per_second=None if rate.disturbed else rate.passes_per_s * batch_size,
        joules=None if rate.disturbed else rate.joules,
        peak_memory_bytes=peak,
        clock_mhz=(min(clocks.clocks), max(clocks.clocks)) if clocks.clocks else None,
        processors=bound_processors() if job.affinity == "pinned" else (),
        backend_version=prepared.version,
        remarks=prepared.remarks + place.remarks,
        pace=place.paces.best if place.paces else (),
        settings=clocks.settings() + _switches(place, prepared),
    )
    fault, observed = _asked(observed, prepared, place, batch_size)
    if fault is not None:
        return Timed(batch_size=batch_size, failure=fault)
    return Timed(batch_size=batch_size, samples=samples, observed=observed)


def _switches(place: Place, prepared: Prepared) -> tuple[tuple[str, str], ...]:
    """cuDNN's, where torch calls it: read after passes, as models may set them."""
    torch_runs = prepared.version.startswith("torch ") and place.job.device_type == "cuda"
    return cudnn_settings() if torch_runs else ()


def _sampled(forward: Callable[[], None], place: Place, clocks: Gpu | Processors) -> Samples:
    job = place.job

    def refuses(stretch: Stretch) -> tuple[str, ...]:
        found = _disturbances(stretch, place, clocks)
        return found + (place.paces.look() if place.paces else ())

    return sample(
        timed_passes(forward, job.device_type),
        job.budget,
        begin=watch(),
        refuses=refuses,
        threads=job.threads,
    )


def _disturbances(stretch: Stretch, place: Place, clocks: Gpu | Processors) -> tuple[str, ...]:
    job = place.job
    found = disturbances(stretch, job.limits, threads=job.threads) + clocks.look()
    return (*found, OTHERS_ON_GPU) if place.gpu_was_busy else found


def _asked(
    observed: Observed, prepared: Prepared, place: Place, batch_size: int
) -> tuple[Failure | None, Observed]:
    """Why times are not of what was asked for, and what the backend was found to do."""
    job = place.job
    asked = job.asked is None or batch_size in job.asked
    found = prepared.read_back() if asked else ReadBack(precision=job.precision)
    others = {torch.get_num_threads(), *found.threads} - {job.threads}
    if job.threads and others:
        return failure("threads", ("found", min(others)), ("threads", job.threads)), observed
    if not asked:
        return None, observed
    if not agrees(job.precision, found.precision):
        return failure("precision", ("asked", job.precision), ("found", found.precision)), observed
    seen = replace(observed, precision_found=found.precision)
    agreement = _agreement(place, prepared, batch_size)
    if agreement is None:
        unasked = remark("reference-memory", ("batch", batch_size))
        return None, replace(seen, remarks=(*seen.remarks, unasked))
    if agreement.relative_error is None:
        seen = replace(seen, remarks=(*seen.remarks, remark("answers-zero")))
    return fault_in(agreement, job.precision), replace(
        seen,
        relative_error=agreement.relative_error,
        top1_agreement=agreement.top1_agreement,
    )


def _agreement(place: Place, prepared: Prepared, batch_size: int) -> Agreement | None:
    """Of the answers with eager fp32's; None where memory does not suffice to compare them."""
    try:
        return _compared(place, prepared, batch_size)
    except Exception as fault:
        if not is_out_of_memory(fault):
            raise
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
    return None


def _compared(place: Place, prepared: Prepared, batch_size: int) -> Agreement:
    """With eager fp32's, which may be what was timed."""
    job = place.job
    images = questions(job.input_size, batch_size)
    given = answers(prepared, images, batch_size=batch_size)
    if (job.backend, job.precision, job.memory_format) == _REFERENCE:
        return compared(given, given)
    expected = reference(place.model, images, place.settings, batch_size=batch_size)
    return compared(given, expected)


def _peak_bytes(place: Place, prepared: Prepared) -> int | None:
    """None where torch does not hold all that the backend needs."""
    module, before = prepared.module, place.built_bytes
    if module is None:
        return None
    if module is place.model and before is not None:
        parts = (*module.parameters(), *module.buffers())
        before -= sum(part.numel() * part.element_size() for part in parts)
    return peak_bytes(place.job.device_type, before=before)


def _rate(
    forward: Callable[[], None], samples: Samples, place: Place, clocks: Gpu | Processors
) -> Rate:
    """On a CPU passes are back to back anyway: the sampling loop tells."""
    if place.job.device_type != "cuda":
        passes = len(samples.times_ms)
        return Rate(passes_per_s=passes / samples.seconds if samples.seconds else 0.0)
    block_ms, begin = gpu_block(forward), watch()
    end = begin()

    def is_disturbed() -> bool:
        nonlocal end
        stretch, end = end(), begin()
        return bool(_disturbances(stretch, place, clocks))

    def joules() -> float | None:
        return place.gpu.joules() if place.gpu else None

    return undisturbed(lambda: back_to_back(block_ms, joules=joules, is_disturbed=is_disturbed))


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
