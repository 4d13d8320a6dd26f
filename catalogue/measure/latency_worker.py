"""One fresh process that times one model at several batch sizes: `python -m` this, a job on stdin.

Reads a job as a line of JSON, writes one per batch size, and ends as soon as its parent has gone.
That (`latency`) decides what to keep; this process knows nothing of records.
"""

import json
import os
import sys
import time
from collections.abc import Iterator
from dataclasses import replace

import msgspec
import torch
from torch import nn

from catalogue.build import build
from catalogue.entry import Builder, Entry, Preprocessing, Text
from catalogue.errors import CatalogueError, UnreadyError
from catalogue.failing import failure
from catalogue.measure.awake import awaken
from catalogue.measure.backends.faults import is_out_of_memory
from catalogue.measure.backends.prepared import CannotRunError, Settings
from catalogue.measure.clocks import Gpu, Unwatched, open_gpu
from catalogue.measure.job import Job, Timed
from catalogue.measure.memory import resident_bytes
from catalogue.measure.pace import Paces
from catalogue.measure.precision import probe, settle
from catalogue.measure.scratch import end_with
from catalogue.measure.trial import Place, time_batch
from catalogue.record import Failure

_SEED = 0
"""Of all weights: every process times the same model."""


def run_job(job: Job) -> Iterator[Timed]:
    """Build the model once and time every batch size, the smallest first.

    Raises:
        CatalogueError: the model cannot be built, or threads are not what was asked for.
    """
    torch.manual_seed(_SEED)
    settle(job.precision)
    _settle_threads(job)
    found = open_gpu() if job.device_type == "cuda" else None
    gpu = found if isinstance(found, Gpu) else None
    busy = gpu is not None and gpu.is_busy()
    probe(job.device_type)  # loads what any product needs: no part of the model's memory
    if gpu is not None:
        gpu.begin()
    probed = job.device_type == "cpu" and job.limits.pace
    paces = Paces(job.pace, patience_s=job.pace_wait_s) if probed else None
    model = _built(job)
    place = Place(
        job=job,
        settings=_settings(job),
        model=model,
        built_bytes=resident_bytes(),
        gpu=gpu,
        gpu_was_busy=busy,
        remarks=(found.why,) if isinstance(found, Unwatched) else (),
        paces=paces,
    )
    begun, disturbed = time.perf_counter(), None
    for batch_size in sorted(job.batch_sizes):
        start = time.perf_counter()
        if disturbed and job.hurry_s is not None and start - begun > job.hurry_s:
            yield Timed(batch_size=batch_size, samples=disturbed.none())
            continue
        timed = _guarded(place, batch_size)
        if timed.samples is not None and not timed.samples.enough:
            disturbed = timed.samples
        yield replace(timed, seconds=time.perf_counter() - start)


def main() -> None:
    """Read a job from standard input, write a line per batch size to standard output."""
    job = msgspec.json.decode(sys.stdin.buffer.readline(), type=Job)
    end_with(os.dup(0))
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)  # a model that asks for input gets none
    sys.path.extend(job.path)
    lines = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what a model or a library prints must not look like a result
    try:
        for timed in run_job(job):
            lines.write(msgspec.json.encode(timed).decode() + "\n")
            lines.flush()
    except CatalogueError as fault:
        why = Failure(reason=str(fault), retry=isinstance(fault, UnreadyError))
        for batch_size in job.batch_sizes:
            timed = Timed(batch_size=batch_size, failure=why)
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
    """The model in fp32 on the host, with random weights: backends take it from there."""
    arguments = json.loads(job.arguments)
    builder = Builder(target=job.target, args=tuple(arguments["args"]), kwargs=arguments["kwargs"])
    entry = Entry(
        id=job.model,
        name=job.model,
        title=Text(plain=job.model),
        builder=builder,
        preprocessing=(Preprocessing(input_size=job.input_size),),
    )
    model = build(entry, allowed=frozenset(job.allowed), device="cpu").module
    awaken(model, seed=_SEED)
    return model


def _settings(job: Job) -> Settings:
    return Settings(
        device_type=job.device_type,
        precision=job.precision,
        memory_format=job.memory_format,
        threads=job.threads,
    )


def _guarded(place: Place, batch_size: int) -> Timed:
    """Whatever a model or backend raises is the failure of this batch size alone."""
    try:
        with torch.inference_mode():
            return time_batch(place, batch_size)
    except CannotRunError as fault:
        return Timed(batch_size=batch_size, failure=fault.why)
    except (Exception, SystemExit) as fault:  # noqa: BLE001  # the one guard around their code
        if is_out_of_memory(fault):
            return _out_of_memory(batch_size)
        text = f"{type(fault).__name__}: {' '.join(str(fault).split())[:300]}"
        return Timed(batch_size=batch_size, failure=failure("raised", ("fault", text)))


def _out_of_memory(batch_size: int) -> Timed:
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
    return Timed(batch_size=batch_size, failure=failure("out-of-memory", ("batch", batch_size)))


if __name__ == "__main__":
    main()
