"""One point of a timm model on the CPU, by this program's own protocol: shared by benchmarks."""

from collections.abc import Iterable

from catalogue.machine import affinity
from catalogue.measure.job import Job, Timed
from catalogue.measure.latency import measure_latency, wait_for_quiet
from catalogue.measure.process import run_worker
from catalogue.measure.protocol import Protocol
from catalogue.measure.timing import Budget
from catalogue.record import Failure, Latency


def one_image(model: str, *, threads: int, budget: Budget) -> Job:
    """One image of 224 x 224 in fp32, eager, pinned where the system can."""
    return Job(
        model=model,
        target=f"timm:{model}",
        arguments='{"args": [], "kwargs": {}}',
        allowed=(),
        path=(),
        input_size=(3, 224, 224),
        device_type="cpu",
        precision="fp32",
        memory_format="contiguous",
        batch_sizes=(1,),
        threads=threads,
        budget=budget,
        affinity=affinity(),
    )


def figure(job: Job, protocol: Protocol) -> Latency | Failure:
    """What comes of a job of one batch size."""

    def worker(part: Job) -> Iterable[Timed]:
        wait_for_quiet(protocol)
        return run_worker(part)

    (found,) = measure_latency(job, protocol=protocol, worker=worker, on_process=lambda _done: None)
    return found.result
