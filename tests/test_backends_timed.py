"""From a job to a record with a backend: times only where the answers are right."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from catalogue.failing import failure
from catalogue.measure.job import Job, Observed, Timed
from catalogue.measure.latency import Protocol, measure_latency
from catalogue.measure.process import run_worker
from catalogue.measure.timing import Budget, Samples
from catalogue.record import Failure, Latency

NET = """
import torch
class Net(torch.nn.Module):
    def __init__(self, factor):
        super().__init__()
        self.layer = torch.nn.Conv2d(3, 4, 3)
        self.factor = factor
    def forward(self, images):
        return self.factor * self.layer(images).mean((2, 3))
def net(factor=1.0):
    return Net(float(factor))
"""


@pytest.fixture
def job(tmp_path: Path) -> Job:
    (tmp_path / "toy_zoo.py").write_text(NET)
    return Job(
        model="toy",
        target="toy_zoo:net",
        arguments='{"args": [], "kwargs": {}}',
        allowed=("toy_zoo",),
        path=(str(tmp_path),),
        input_size=(3, 8, 8),
        device_type="cpu",
        precision="fp32",
        memory_format="contiguous",
        batch_sizes=(1, 3),
        threads=1,
        budget=Budget(warmup_s=0.05, sample_s=0.05, least_s=0.0),
    )


def test_a_backend_is_timed_and_says_what_it_is_and_how_far_it_is_off(job: Job) -> None:
    one, three = run_worker(replace(job, backend="onnxruntime"))
    for timed in (one, three):
        assert timed.failure is None
        assert timed.samples is not None
        seen = timed.observed
        assert seen is not None
        assert str(seen.backend_version).startswith("onnxruntime 1.")
        assert seen.precision_found == "fp32"
        assert seen.relative_error is not None
        assert 0 <= seen.relative_error < 1e-5
        assert seen.peak_memory_bytes is None  # the exporter's leftovers are in it
    assert one.observed is not None
    assert three.observed is not None
    assert three.observed.ready_s > one.observed.ready_s / 10  # the export counts for both


def test_answers_that_are_no_numbers_are_a_failure_also_of_eager_itself(job: Job) -> None:
    broken = replace(job, arguments='{"args": [], "kwargs": {"factor": "nan"}}', batch_sizes=(1,))
    (timed,) = run_worker(broken)
    assert timed.samples is None
    assert timed.failure == failure("not-finite")


@pytest.mark.gpu
@pytest.mark.parametrize("precision", ["fp32", "fp16"])
@pytest.mark.parametrize("backend", ["eager", "cudagraph"])
def test_a_gpu_is_timed_at_several_batch_sizes(job: Job, backend: str, precision: str) -> None:
    asked = replace(job, device_type="cuda", threads=0, backend=backend, precision=precision)
    one, three = run_worker(asked)
    for timed in (one, three):
        assert timed.failure is None
        assert timed.observed is not None
        assert timed.observed.precision_found == precision
        assert (timed.observed.peak_memory_bytes is None) is (backend == "cudagraph")


@pytest.mark.parametrize(
    ("backend", "compares"), [("eager", [True, False, False]), ("openvino", [True] * 3)]
)
def test_only_eager_leaves_later_processes_alone_with_comparing(
    job: Job, backend: str, compares: list[bool]
) -> None:
    asked = []

    def worker(job: Job) -> Iterator[Timed]:
        asked.append(job.asked == job.batch_sizes)
        samples = Samples(
            cold_ms=9.0, warmup_passes=6, times_ms=(5.0, 5.0), cpu_share=1.0, foreign_load=0.0
        )
        observed = Observed(
            ready_s=0.1,
            precision_found="fp32",
            images_per_second=200.0,
            relative_error=1e-7 if job.asked else None,
        )
        for size in job.batch_sizes:
            yield Timed(batch_size=size, samples=samples, observed=observed)

    finished = measure_latency(
        replace(job, backend=backend),
        protocol=Protocol(),
        worker=worker,
        on_process=lambda _: None,
    )
    found = [one.result for one in finished]
    assert asked == compares
    assert all(isinstance(one, Latency) and one.relative_error == 1e-7 for one in found)


def test_what_a_backend_cannot_do_is_a_failure_that_says_whether_to_try_again(job: Job) -> None:
    def worker(job: Job) -> Iterator[Timed]:
        for size in job.batch_sizes:
            yield Timed(batch_size=size, failure=unready)

    unready = Failure(reason="needs onnxscript", retry=True)
    found = measure_latency(job, protocol=Protocol(), worker=worker, on_process=lambda _: None)
    assert [(one.batch_size, one.result) for one in found] == [(1, unready), (3, unready)]
