"""Several processes make one latency; disturbed ones are refused, failures are final."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from catalogue.measure.job import Job, Timed
from catalogue.measure.latency import Protocol, measure_latency, run_worker
from catalogue.measure.timing import Budget, Samples
from catalogue.record import Failure, Latency

JOB = Job(
    model="toy",
    target="toy_zoo:net",
    arguments='{"args": [], "kwargs": {}}',
    allowed=("toy_zoo",),
    path=(),
    input_size=(3, 8, 8),
    device_type="cpu",
    precision="fp32",
    memory_format="contiguous",
    batch_sizes=(1, 4),
    threads=1,
    budget=Budget(warmup_s=0.05, sample_s=0.05, least_s=0.0),
)


def timed(batch_size: int, milliseconds: float, *, load: float = 0.0) -> Timed:
    samples = Samples(
        cold_ms=100.0,
        warmup_passes=6,
        times_ms=(milliseconds, milliseconds, milliseconds),
        cpu_share=1.0,
        foreign_load=load,
    )
    return Timed(batch_size=batch_size, samples=samples)


def scripted(*processes: dict[int, Timed]) -> Callable[[Job], Iterator[Timed]]:
    """A worker that plays prepared processes, one a call."""
    left = list(processes)

    def worker(job: Job) -> Iterator[Timed]:
        process = left.pop(0)
        return (process[size] for size in job.batch_sizes)

    return worker


def measure(worker: Callable[[Job], Iterator[Timed]]) -> dict[int, Latency | Failure]:
    return measure_latency(JOB, protocol=Protocol(), worker=worker, on_process=lambda _: None)


def test_a_latency_is_the_median_of_the_processes_medians() -> None:
    results = measure(scripted(*({1: timed(1, ms), 4: timed(4, 9.0)} for ms in (5.0, 7.0, 5.5))))
    found = results[1]
    assert isinstance(found, Latency)
    assert found.latency_ms == 5.5
    assert found.process_medians_ms == (5.0, 7.0, 5.5)
    assert found.spread == pytest.approx(2.0 / 5.5)
    assert (found.samples, found.warmup_passes, found.refused) == (9, 18, 0)


def test_a_disturbed_process_is_refused_and_only_its_points_are_repeated() -> None:
    quiet = {1: timed(1, 5.0), 4: timed(4, 9.0)}
    noisy = {1: timed(1, 50.0, load=0.5), 4: timed(4, 9.0)}
    results = measure(scripted(quiet, noisy, quiet, {1: timed(1, 5.0)}))
    found = results[1]
    assert isinstance(found, Latency)
    assert found.process_medians_ms == (5.0, 5.0, 5.0)
    assert found.refused == 1


def test_a_machine_that_is_always_busy_gives_a_failure_to_try_again() -> None:
    noisy = {1: timed(1, 50.0, load=0.5), 4: timed(4, 90.0, load=0.34)}
    results = measure(scripted(*[noisy] * 6))
    assert results[4] == Failure(
        reason="the machine was busy: other work took 34% of its processors or more in each of "
        "6 tries; expected at most 10%; run again when it is idle",
        retry=True,
    )


def test_a_failure_is_final_and_leaves_other_batch_sizes_alone() -> None:
    broken = {1: timed(1, 5.0), 4: Timed(batch_size=4, failure="out of memory at batch 4")}
    results = measure(scripted(broken, {1: timed(1, 5.0)}, {1: timed(1, 5.0)}))
    assert isinstance(results[1], Latency)
    assert results[4] == Failure(reason="out of memory at batch 4", retry=False)


@pytest.fixture
def toy_job(tmp_path: Path) -> Job:
    """A job whose model is defined in a package of its own, beside nothing else."""
    (tmp_path / "toy_zoo.py").write_text(
        "import os, signal, torch\n"
        "class Small(torch.nn.Module):\n"
        "    def __init__(self):\n"
        "        super().__init__()\n"
        "        self.layer = torch.nn.Conv2d(3, 4, 3)\n"
        "    def forward(self, x):\n"
        "        print('chatter on standard output')\n"
        "        if x.shape[0] == 4:\n"
        "            raise ValueError('four is\\ntoo many')\n"
        "        if x.shape[0] == 8:\n"
        "            os.kill(os.getpid(), signal.SIGKILL)\n"
        "        return self.layer(x)\n"
        "def net():\n"
        "    return Small()\n"
    )
    return replace(JOB, path=(str(tmp_path),))


def test_a_fresh_process_times_what_it_can_and_names_what_it_cannot(toy_job: Job) -> None:
    one, four, eight, sixteen = run_worker(replace(toy_job, batch_sizes=(1, 4, 8, 16)))
    assert one.samples is not None
    assert one.samples.times_ms
    assert four.failure == "the forward pass raised ValueError: four is too many"
    killed = "the process was killed, most likely for lack of memory, at batch 8"
    assert (eight.failure, sixteen.failure) == (killed, killed)
