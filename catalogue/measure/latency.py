"""Latency: the same point timed in several fresh processes, and what to make of them.

Why processes: within one, the median of one model was narrow to 1 %, while the medians of eight
ran from 4.7 to 8.2 ms. So a point is the median of the processes' medians.
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from statistics import median, quantiles

import msgspec

from catalogue.measure.job import Job, Timed
from catalogue.measure.timing import Samples, foreign_load
from catalogue.record import Failure, Latency

Worker = Callable[[Job], Iterable[Timed]]
"""Times a job in a fresh process."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Protocol:
    """How often to repeat, and what to refuse."""

    processes: int = 3
    """Undisturbed processes wanted for each point."""
    retries: int = 3
    """Further processes, for points that were disturbed."""
    quiet: float = 0.1
    """Largest share of the usable processors that other work may take."""
    patience_s: float = 15.0
    """How long to wait for a quiet machine before each process."""


def measure_latency(
    job: Job,
    *,
    protocol: Protocol,
    worker: Worker,
    on_process: Callable[[int], None],
) -> dict[int, Latency | Failure]:
    """Time one model at every batch size of a job.

    Args:
        job: What to time.
        protocol: Repeats and refusals.
        worker: Runs one process, such as `run_worker`.
        on_process: Called with the number of processes done, after each.

    Returns:
        A latency or a failure for every batch size.
    """
    timed: dict[int, list[Timed]] = {batch_size: [] for batch_size in job.batch_sizes}
    for number in range(protocol.processes + protocol.retries):
        wanting = tuple(size for size, seen in timed.items() if _wants_more(seen, protocol))
        if not wanting:
            break
        for one in worker(replace(job, batch_sizes=wanting)):
            timed[one.batch_size].append(one)
        on_process(number + 1)
    return {size: _judge(seen, protocol) for size, seen in timed.items()}


def run_worker(job: Job) -> Iterator[Timed]:
    """Time a job in a fresh process.

    A process that dies leaves a failure for every batch size it did not get to.
    """
    process = subprocess.Popen(
        [sys.executable, "-m", "catalogue.measure.latency_worker"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "OMP_NUM_THREADS": str(job.threads or 1)},
    )
    try:
        output, errors = process.communicate(msgspec.json.encode(job))
    finally:
        process.kill()
        process.wait()
    done = [msgspec.json.decode(line, type=Timed) for line in output.splitlines()]
    yield from done
    left = sorted(set(job.batch_sizes) - {timed.batch_size for timed in done})
    for batch_size in left:
        yield Timed(batch_size=batch_size, failure=_death(process.returncode, left[0], errors))


def wait_for_quiet(protocol: Protocol) -> None:
    """Sleep until other work takes little of the processors, or patience runs out."""
    deadline = time.monotonic() + protocol.patience_s
    while foreign_load(0.5) > protocol.quiet and time.monotonic() < deadline:
        pass


def _death(status: int, batch_size: int, errors: bytes) -> str:
    if status in (-9, 137):
        return f"the process was killed, most likely for lack of memory, at batch {batch_size}"
    last = errors.decode(errors="replace").strip().splitlines()[-1:]
    said = f": {last[0][:300]}" if last else ""
    return f"the process ended with status {status} at batch {batch_size}{said}"


def _wants_more(seen: list[Timed], protocol: Protocol) -> bool:
    """A failure is the model's own and final; a disturbed process is tried again."""
    failed = any(timed.failure for timed in seen)
    return not failed and len(_clean(seen, protocol)) < protocol.processes


def _clean(seen: list[Timed], protocol: Protocol) -> list[Samples]:
    return [
        timed.samples
        for timed in seen
        if timed.samples is not None and timed.samples.foreign_load <= protocol.quiet
    ]


def _judge(seen: list[Timed], protocol: Protocol) -> Latency | Failure:
    failed = next((timed.failure for timed in seen if timed.failure), None)
    if failed is not None:
        return Failure(reason=failed, retry=False)
    clean = _clean(seen, protocol)
    if clean:
        return _summary(clean, refused=len(seen) - len(clean))
    worst = min(timed.samples.foreign_load for timed in seen if timed.samples)
    reason = (
        f"the machine was busy: other work took {worst:.0%} of its processors or more in each of "
        f"{len(seen)} tries; expected at most {protocol.quiet:.0%}; run again when it is idle"
    )
    return Failure(reason=reason, retry=True)


def _summary(clean: list[Samples], *, refused: int) -> Latency:
    medians = tuple(median(process.times_ms) for process in clean)
    every = [value for process in clean for value in process.times_ms]
    low, _, high = quantiles(every, n=4, method="inclusive")
    return Latency(
        latency_ms=_rounded(median(medians)),
        process_medians_ms=tuple(_rounded(value) for value in medians),
        p25_ms=_rounded(low),
        p75_ms=_rounded(high),
        samples=len(every),
        warmup_passes=sum(process.warmup_passes for process in clean),
        cold_ms=_rounded(median(process.cold_ms for process in clean)),
        cpu_share=round(median(process.cpu_share for process in clean), 3),
        foreign_load=round(max(process.foreign_load for process in clean), 3),
        refused=refused,
    )


def _rounded(milliseconds: float) -> float:
    """Six significant digits: finer than any clock here, short enough to read."""
    return float(f"{milliseconds:.6g}")
