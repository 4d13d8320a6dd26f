"""From a job to a record with a backend: times only where the answers are right."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from catalogue.failing import failure, remark
from catalogue.measure.disturbance import Limits
from catalogue.measure.job import Job, Observed, Timed
from catalogue.measure.latency import measure_latency
from catalogue.measure.process import run_worker
from catalogue.measure.protocol import Protocol
from catalogue.measure.timing import Budget, Samples
from catalogue.record import Failure, Latency

NET = """
import torch
class Net(torch.nn.Module):
    def __init__(self, factor, threads, lacks_memory):
        super().__init__()
        self.layer = torch.nn.Conv2d(3, 4, 3)
        self.factor, self.threads, self.lacks_memory = factor, threads, lacks_memory
    def forward(self, images):
        if self.lacks_memory and images.dtype == torch.float32:
            raise MemoryError
        before = torch.get_num_threads()
        torch.set_num_threads(self.threads or before)
        scores = self.factor * self.layer(images).mean((2, 3))
        torch.set_num_threads(before)
        return scores
def net(factor=1.0, threads=0, lacks_memory=False):
    return Net(float(factor), threads, lacks_memory)
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
        limits=Limits(foreign=9.0, waiting=9.0, pace=False),  # tests may run beside anything
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


def test_a_time_stands_where_memory_does_not_suffice_to_compare_its_answers(job: Job) -> None:
    lacking = replace(
        job, arguments='{"args": [], "kwargs": {"lacks_memory": true}}', batch_sizes=(2,)
    )
    (timed,) = run_worker(replace(lacking, precision="bf16"))
    assert timed.failure is None
    assert timed.samples is not None
    seen = timed.observed
    assert seen is not None
    assert (seen.precision_found, seen.relative_error) == ("bf16", None)
    assert seen.remarks == (remark("reference-memory", ("batch", 2)),)


def test_answers_of_nothing_but_zeros_are_remarked_on(job: Job) -> None:
    zeros = replace(job, arguments='{"args": [], "kwargs": {"factor": 0}}', batch_sizes=(1,))
    (timed,) = run_worker(zeros)
    assert timed.observed is not None
    assert timed.observed.remarks == (remark("answers-zero"),)


def test_threads_that_a_model_sets_back_are_a_failure(job: Job) -> None:
    sneaking = replace(job, arguments='{"args": [], "kwargs": {"threads": 2}}', batch_sizes=(1,))
    (timed,) = run_worker(sneaking)
    assert timed.failure == failure("threads", ("found", 2), ("threads", 1))


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
