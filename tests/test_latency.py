"""Several processes make one latency; disturbed ones are refused, failures are final."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest
import torch

from catalogue.failing import failure, remark
from catalogue.machine import affinity
from catalogue.measure.disturbance import (
    ALONE,
    APART,
    FOREIGN,
    SLOW,
    WAITING,
    Limits,
    disturbances,
    watch,
)
from catalogue.measure.job import Job, Observed, Timed
from catalogue.measure.judging import LOST, RATE_DISTURBED
from catalogue.measure.latency import Finished, measure_latency
from catalogue.measure.passes import timed_passes
from catalogue.measure.pinning import bound_processors
from catalogue.measure.process import run_worker
from catalogue.measure.protocol import Protocol
from catalogue.measure.spell import Spell
from catalogue.measure.timing import Budget, Samples, sample
from catalogue.record import Failure, Latency

NEVER = Limits(foreign=9.0, waiting=9.0, pace=False)
"""Tests may run beside anything."""
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
    budget=Budget(warmup_s=0.05, sample_s=0.05, least_s=0.0, block_s=0.05),
    limits=NEVER,
)


OUT_OF_MEMORY = failure("out-of-memory", ("batch", 4))
KILLED = failure("killed", ("batch", 1))


def timed(
    batch_size: int,
    milliseconds: float,
    **observed: Any,  # noqa: ANN401  # fields of it
) -> Timed:
    samples = Samples(
        cold_ms=100.0,
        warmup_passes=6,
        times_ms=(milliseconds, milliseconds, milliseconds),
        cpu_share=1.0,
        foreign_load=0.01,
        switches=7,
    )
    seen = Observed(ready_s=0.5, precision_found="fp32", images_per_second=1000 / milliseconds)
    return Timed(batch_size=batch_size, samples=samples, observed=replace(seen, **observed))


def disturbed(batch_size: int) -> Timed:
    samples = Samples(
        cold_ms=100.0,
        warmup_passes=6,
        times_ms=(),
        cpu_share=0.0,
        foreign_load=0.0,
        refused_passes=50,
        refusals=(FOREIGN, WAITING),
        enough=False,
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
    return results_of(
        measure_latency(JOB, protocol=Protocol(), worker=worker, on_process=lambda _: None)
    )


def results_of(finished: Iterable[Finished]) -> dict[int, Latency | Failure]:
    return {one.batch_size: one.result for one in finished}


def test_a_latency_is_the_median_of_the_processes_medians() -> None:
    results = measure(scripted(*({1: timed(1, ms), 4: timed(4, 9.0)} for ms in (5.0, 5.1, 5.05))))
    found = results[1]
    assert isinstance(found, Latency)
    assert found.latency_ms == found.p50_ms == 5.05
    assert found.process_medians_ms == (5.0, 5.1, 5.05)
    assert found.spread == pytest.approx(0.1 / 5.05)
    assert (found.samples, found.warmup_passes, found.refused) == (9, 18, 0)
    assert (found.p90_ms, found.p99_ms) == (None, None)  # nine samples do not tell


def test_processes_that_disagree_are_joined_by_more() -> None:
    several = [{1: timed(1, ms), 4: timed(4, 9.0)} for ms in (5.0, 5.3, 5.4)]
    results = measure(scripted(*several, *[{1: timed(1, 5.2)}] * 4))
    found = results[1]
    assert isinstance(found, Latency)
    assert found.process_medians_ms == (5.0, 5.3, 5.4, 5.2, 5.2, 5.2, 5.2)
    assert (found.refused, found.slow) == (0, False)
    assert isinstance(results[4], Latency)
    assert len(results[4].process_medians_ms) == 3


def test_a_process_slower_than_most_is_refused_and_made_up_for() -> None:
    several = [{1: timed(1, ms), 4: timed(4, 9.0)} for ms in (5.0, 8.0, 5.1)]
    found = measure(scripted(*several, {1: timed(1, 5.05)}))[1]
    assert isinstance(found, Latency)
    assert found.process_medians_ms == (5.0, 5.1, 5.05)
    assert (found.refused, found.refusals) == (1, (APART,))


@pytest.mark.parametrize(
    ("medians", "kept"),
    [
        ((10.0, 40.0, 10.1, 41.0, 10.2), (10.0, 10.1, 10.2)),
        ((7.0, 7.1, 5.0, 5.1, 5.05), (5.0, 5.1, 5.05)),
    ],
)
def test_the_fastest_process_sets_the_pace(
    medians: tuple[float, ...], kept: tuple[float, ...]
) -> None:
    several = [{1: timed(1, ms), 4: timed(4, 9.0)} for ms in medians]
    found = measure(scripted(*several))[1]
    assert isinstance(found, Latency)
    assert found.process_medians_ms == kept
    assert (found.refused, found.refusals, found.slow) == (2, (APART,), False)


def test_a_time_is_slow_where_a_faster_process_stands_alone_to_the_end() -> None:
    several = [{1: timed(1, ms), 4: timed(4, 9.0)} for ms in (5.0, 7.0, 7.1, 9.0)]
    found = measure(scripted(*several))[1]
    assert isinstance(found, Latency)
    assert found.process_medians_ms == (7.0, 7.1)
    assert (found.refused, found.refusals, found.slow) == (2, (ALONE, APART), True)


def test_answers_count_though_the_times_of_the_process_that_was_asked_do_not() -> None:
    jobs: list[Job] = []
    asked = timed(1, 8.0, relative_error=0.01, top1_agreement=0.9)
    later = timed(1, 5.0, precision_found=None)
    play = scripted(*({1: one, 4: timed(4, 9.0)} for one in (asked, later, later, later)))

    def worker(job: Job) -> Iterator[Timed]:
        jobs.append(job)
        return play(job)

    found = measure(worker)[1]
    assert isinstance(found, Latency)
    assert found.process_medians_ms == (5.0, 5.0, 5.0)
    assert (found.precision_found, found.relative_error, found.top1_agreement) == (
        "fp32",
        0.01,
        0.9,
    )
    assert [1 in (job.asked or ()) for job in jobs] == [True, False, False, False]


def test_processes_of_which_no_two_agree_make_no_figure() -> None:
    several = [{1: timed(1, ms), 4: timed(4, 9.0)} for ms in (10.0, 20.0, 30.0, 40.0, 50.0)]
    found = measure(scripted(*several))[1]
    assert isinstance(found, Failure)
    assert found.retry
    assert dict(found.values)["reasons"] == APART


def test_a_point_disturbed_twice_is_given_up_once_the_model_has_taken_long() -> None:
    clock = iter((0.0, 20.0, 40.0, 46.0))
    noisy = {1: disturbed(1), 4: timed(4, 9.0)}
    results = results_of(
        measure_latency(
            JOB,
            protocol=Protocol(),
            worker=scripted(*[noisy] * 3),
            on_process=lambda _: None,
            spell=Spell(seconds=55.0, clock=lambda: next(clock)),
        )
    )
    assert isinstance(results[1], Failure)
    assert isinstance(results[4], Latency)


def after(*seconds: float, medians: Sequence[float]) -> Latency | Failure:
    """A model's point at batch 1 where the clock shows those seconds before each process."""
    clock = iter(seconds)
    finished = measure_latency(
        JOB,
        protocol=Protocol(),
        worker=scripted(*({1: timed(1, ms), 4: timed(4, 9.0)} for ms in medians)),
        on_process=lambda _: None,
        spell=Spell(seconds=55.0, clock=lambda: next(clock)),
    )
    return results_of(finished)[1]


def test_more_processes_are_not_taken_where_a_model_has_had_its_time() -> None:
    assert isinstance(after(0.0, 10.0, 20.0, 31.0, medians=(5.0, 5.3, 5.4)), Latency)


def test_two_processes_are_enough_where_a_model_has_taken_long() -> None:
    found = after(0.0, 24.0, 48.0, medians=(5.0, 5.1))
    assert isinstance(found, Latency)
    assert found.process_medians_ms == (5.0, 5.1)


def test_what_processes_saw_is_summed_up_in_one_record() -> None:
    one, other = (("performance_state", "P0"),), (("performance_state", "P2"),)
    seen = [
        timed(1, 5.0, peak_memory_bytes=10, clock_mhz=(1200, 1300), processors=(0, 1)),
        timed(1, 5.0, peak_memory_bytes=30, clock_mhz=(1100, 1250), joules=2.0, settings=one),
        timed(1, 5.0, relative_error=0.1, top1_agreement=0.9, ready_s=0.7, settings=other + one),
    ]
    found = measure(scripted(*({1: one, 4: timed(4, 9.0)} for one in seen)))[1]
    assert isinstance(found, Latency)
    assert (found.images_per_second, found.ready_s, found.switches) == (200.0, 0.5, 7)
    assert (found.peak_memory_bytes, found.joules) == (30, 2.0)
    assert (found.clock_mhz, found.processors) == ((1100, 1300), (0, 1))
    assert (found.relative_error, found.top1_agreement) == (0.1, 0.9)
    assert found.precision_found == "fp32"
    assert found.settings == one + other


def rated(*rates: tuple[float, float] | None) -> Latency:
    """A point whose processes sent back to back as many images a second, at so many joules."""
    seen = (
        timed(1, 5.0, images_per_second=None)
        if one is None
        else timed(1, 5.0, images_per_second=one[0], joules=one[1])
        for one in rates
    )
    found = measure(scripted(*({1: one, 4: timed(4, 9.0)} for one in seen)))[1]
    assert isinstance(found, Latency)
    return found


def test_throughput_and_energy_of_undisturbed_processes_stand_and_say_of_how_many() -> None:
    whole = rated((200.0, 1.0), (190.0, 1.5), (210.0, 1.2))
    assert (whole.images_per_second, whole.joules, whole.remarks) == (200.0, 1.2, ())
    some = rated((200.0, 1.0), None, (190.0, 1.5))
    assert (some.images_per_second, some.joules) == (195.0, 1.25)
    assert some.remarks == (remark("rate-of-some", ("kept", 2), ("processes", 3)),)
    one = rated((200.0, 1.0), None, None)
    assert (one.images_per_second, one.joules) == (None, None)
    assert one.remarks == (RATE_DISTURBED,)
    assert one.process_medians_ms == (5.0, 5.0, 5.0)


def test_a_disturbed_process_is_refused_and_only_its_points_are_repeated() -> None:
    quiet = {1: timed(1, 5.0), 4: timed(4, 9.0)}
    noisy = {1: disturbed(1), 4: timed(4, 9.0)}
    results = measure(scripted(quiet, noisy, quiet, {1: timed(1, 5.0)}))
    found = results[1]
    assert isinstance(found, Latency)
    assert found.process_medians_ms == (5.0, 5.0, 5.0)
    assert (found.refused, found.refusals) == (1, (FOREIGN, WAITING))


def test_a_process_on_slower_processors_than_another_is_refused_though_it_knew_no_better() -> None:
    slow = {1: timed(1, 7.0, pace=(8.0, 210.0)), 4: timed(4, 9.0)}
    fast = {1: timed(1, 5.0, pace=(6.0, 168.0)), 4: timed(4, 9.0)}
    results = measure(scripted(slow, fast, fast, {1: timed(1, 5.0, pace=(6.1, 170.0))}))
    found = results[1]
    assert isinstance(found, Latency)
    assert found.process_medians_ms == (5.0, 5.0, 5.0)
    assert (found.refused, found.refusals) == (1, (SLOW,))


def slowed(batch_size: int, milliseconds: float) -> Timed:
    told = timed(batch_size, milliseconds)
    assert told.samples is not None
    return replace(told, samples=replace(told.samples, aside=True, refusals=(SLOW,)))


def test_times_on_slow_processors_stand_where_none_better_are_to_be_had_and_say_so() -> None:
    slow = {1: slowed(1, 7.0), 4: timed(4, 9.0)}
    found = measure(scripted(slow, slow, slow, {1: slowed(1, 7.1)}))[1]
    assert isinstance(found, Latency)
    assert found.slow
    assert found.process_medians_ms == (7.0, 7.0, 7.0, 7.1)
    assert (found.refused, found.refusals) == (0, (SLOW,))


def test_times_on_slow_and_on_fast_processors_never_make_one_figure() -> None:
    slow, fast = {1: slowed(1, 7.0), 4: timed(4, 9.0)}, {1: timed(1, 5.0), 4: timed(4, 9.0)}
    found = measure(scripted(slow, fast, slow, *[{1: timed(1, 5.0)}] * 2))[1]
    assert isinstance(found, Latency)
    assert (found.slow, found.process_medians_ms, found.refused) == (False, (5.0, 5.0, 5.0), 2)
    mostly = measure(scripted(slow, fast, slow, {1: slowed(1, 7.1)}))[1]
    assert isinstance(mostly, Latency)
    assert (mostly.slow, mostly.process_medians_ms) == (True, (7.0, 7.0, 7.1))


def test_a_machine_that_is_always_busy_gives_a_failure_to_try_again() -> None:
    quiet_once = {1: timed(1, 5.0), 4: disturbed(4)}
    results = measure(scripted(quiet_once, *[{1: disturbed(1), 4: disturbed(4)}] * 4))
    found = results[1]
    assert isinstance(found, Failure)
    assert found.retry
    assert found.reason == (
        "disturbed by foreign load and waiting for a processor: 4 of 5 processes saw too little "
        "without; expected 3 sound ones; run again when the machine is idle"
    )
    assert dict(found.values)["disturbed"] == "4"
    assert isinstance(results[4], Failure)


def test_sound_processes_outweigh_one_that_died() -> None:
    fine = {1: timed(1, 5.0), 4: timed(4, 9.0)}
    lost = {1: Timed(batch_size=1, failure=KILLED), 4: timed(4, 9.0)}
    found = measure(scripted(fine, lost, fine, {1: timed(1, 5.0)}))[1]
    assert isinstance(found, Latency)
    assert found.process_medians_ms == (5.0, 5.0, 5.0)
    assert (found.refused, found.refusals) == (1, (LOST,))


def test_two_processes_that_died_are_a_failure_unless_enough_were_sound() -> None:
    fine = {1: timed(1, 5.0), 4: timed(4, 9.0)}
    lost = {1: Timed(batch_size=1, failure=KILLED), 4: timed(4, 9.0)}
    assert measure(scripted(lost, lost, {4: timed(4, 9.0)}))[1] == KILLED
    assert isinstance(measure(scripted(fine, fine, lost, lost))[1], Latency)


def test_one_process_that_died_among_disturbed_ones_is_a_failure_to_try_again() -> None:
    lost = {1: Timed(batch_size=1, failure=KILLED), 4: timed(4, 9.0)}
    noisy = {1: disturbed(1), 4: timed(4, 9.0)}
    found = measure(scripted(lost, noisy, noisy, {1: disturbed(1)}))[1]
    assert isinstance(found, Failure)
    assert (found.code, found.retry) == ("disturbed", True)
    assert LOST in dict(found.values)["reasons"]


def test_each_point_comes_as_soon_as_it_wants_no_more() -> None:
    done: list[int] = []
    broken = {1: timed(1, 5.0), 4: Timed(batch_size=4, failure=OUT_OF_MEMORY)}
    worker = scripted(broken, {1: timed(1, 5.0)}, {1: timed(1, 5.0)})
    finished = measure_latency(JOB, protocol=Protocol(), worker=worker, on_process=done.append)
    assert [(one.batch_size, len(done)) for one in finished] == [(4, 1), (1, 3)]


def test_seconds_of_a_point_are_its_own_and_a_share_of_the_rest() -> None:
    clock = iter((0.0, 10.0, 20.0, 30.0))
    both = {1: replace(timed(1, 5.0), seconds=2.0), 4: replace(timed(4, 9.0), seconds=5.0)}
    finished = measure_latency(
        JOB,
        protocol=Protocol(),
        worker=scripted(both, both, both),
        on_process=lambda _: None,
        spell=Spell(seconds=55.0, clock=lambda: next(clock)),
    )
    assert {one.batch_size: one.seconds for one in finished} == {1: 10.5, 4: 19.5}


def test_an_interruption_leaves_every_figure_that_can_be_judged_by_then() -> None:
    fine = {1: timed(1, 5.0), 4: timed(4, 9.0)}
    played = scripted(fine, {1: timed(1, 5.0), 4: disturbed(4)})
    processes = 0

    def worker(job: Job) -> Iterator[Timed]:
        nonlocal processes
        processes += 1
        if processes > 2:
            raise KeyboardInterrupt
        return played(job)

    kept: list[Finished] = []
    with pytest.raises(KeyboardInterrupt):
        kept.extend(
            measure_latency(JOB, protocol=Protocol(), worker=worker, on_process=lambda _: None)
        )
    assert [one.batch_size for one in kept] == [1]
    assert isinstance(kept[0].result, Latency)
    assert kept[0].result.process_medians_ms == (5.0, 5.0)


def test_a_failure_is_final_and_leaves_other_batch_sizes_alone() -> None:
    broken = {1: timed(1, 5.0), 4: Timed(batch_size=4, failure=OUT_OF_MEMORY)}
    results = measure(scripted(broken, {1: timed(1, 5.0)}, {1: timed(1, 5.0)}))
    assert isinstance(results[1], Latency)
    assert results[4] == OUT_OF_MEMORY
    assert OUT_OF_MEMORY.reason == "out of memory at batch 4"


def reason(one: Timed) -> str:
    return one.failure.reason if one.failure else ""


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
    one, four, eight = run_worker(replace(toy_job, batch_sizes=(1, 4, 8, 16)))
    assert one.samples is not None
    assert one.samples.times_ms
    assert reason(four) == "the forward pass raised ValueError: four is too many"
    assert reason(eight) == "the process was killed (for lack of memory, or by somebody) at batch 8"


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("sys.exit(0)", "the forward pass raised SystemExit: 0"),
        ("undefined()", "the forward pass raised NameError: name 'undefined' is not defined"),
        ("raise Odd('not\\nto be had')", "the forward pass raised Odd: not to be had"),
        ("raise Odd('Failed to allocate memory')", "out of memory at batch 1"),
        ("return x.flatten(1).argmax(1)", ""),
        ("return x.sum()", ""),
        ("return {'aux': None, 'logits': x.flatten(1)}", ""),
        ("return 3", "the model returns int; expected a tensor of scores"),
        (
            "torch.set_num_threads(2); return x.flatten(1)",
            "the model set torch to 2 threads while it ran; asked for 1",
        ),
    ],
)
def test_whatever_a_model_raises_costs_no_more_than_its_batch_size(
    tmp_path: Path, statement: str, expected: str
) -> None:
    (tmp_path / "toy_zoo.py").write_text(
        "import sys, torch\n"
        "class Odd(Exception):\n"
        "    pass\n"
        "class Small(torch.nn.Module):\n"
        "    def forward(self, x):\n"
        "        if x.shape[0] == 1:\n"
        f"            {statement}\n"
        "        return x.flatten(1)\n"
        "net = Small\n"
    )
    one, two = run_worker(replace(JOB, path=(str(tmp_path),), batch_sizes=(1, 2)))
    assert reason(one) == expected
    assert reason(two) == ("" if "threads" not in expected else expected)


@pytest.mark.skipif(sys.platform == "win32", reason="signals as POSIX has them")
@pytest.mark.parametrize(("name", "retry"), [("SIGTERM", True), ("SIGABRT", False)])
def test_a_process_that_a_signal_ends_names_it_and_is_tried_again_if_told_to_end(
    toy_job: Job, name: str, *, retry: bool
) -> None:
    zoo = Path(toy_job.path[0]) / "toy_zoo.py"
    zoo.write_text(zoo.read_text().replace("signal.SIGKILL", f"signal.{name}"))
    (eight,) = run_worker(replace(toy_job, batch_sizes=(8,)))
    assert eight.failure is not None
    assert eight.failure.reason.startswith(f"the process was ended by {name} at batch 8")
    assert eight.failure.retry is retry


def test_a_pass_that_never_returns_is_given_up(toy_job: Job) -> None:
    zoo = Path(toy_job.path[0]) / "toy_zoo.py"
    zoo.write_text(
        zoo.read_text().replace("os.kill(os.getpid(), signal.SIGKILL)", "signal.pause()")
    )
    (eight,) = run_worker(replace(toy_job, batch_sizes=(8,)), longest_s=12)
    assert reason(eight) == "the process had not ended after 12 s, at batch 8"


INTERRUPTED = """
import signal, sys, tempfile
import msgspec
from catalogue.measure.job import Job
from catalogue.measure.process import run_worker
signal.signal(signal.SIGINT, signal.default_int_handler)
tempfile.tempdir = sys.argv[1]
came = []
try:
    came.extend(run_worker(msgspec.json.decode(sys.stdin.buffer.read(), type=Job)))
except KeyboardInterrupt:
    print([one.batch_size for one in came])
"""
"""In a process of its own: libraries that other tests load do not survive a SIGINT."""


@pytest.mark.skipif(sys.platform == "win32", reason="signals as POSIX has them")
def test_an_interrupted_process_leaves_what_it_had_done_and_no_files(
    toy_job: Job, tmp_path: Path
) -> None:
    zoo = Path(toy_job.path[0]) / "toy_zoo.py"
    kill = "os.kill(os.getpid(), signal.SIGKILL)"
    zoo.write_text(
        zoo.read_text().replace(kill, "(os.kill(os.getppid(), signal.SIGINT), signal.pause())")
    )
    (files := tmp_path / "files").mkdir()
    done = subprocess.run(
        [sys.executable, "-c", INTERRUPTED, str(files)],
        input=msgspec.json.encode(replace(toy_job, batch_sizes=(1, 8))),
        stdout=subprocess.PIPE,
        check=True,
        timeout=120,
    )
    assert done.stdout.split() == [b"[1]"]
    assert list(files.iterdir()) == []


def test_batches_beyond_one_that_killed_its_process_are_tried_in_another(toy_job: Job) -> None:
    finished = measure_latency(
        replace(toy_job, batch_sizes=(8, 16)),
        protocol=Protocol(processes=1, limits=NEVER),
        worker=run_worker,
        on_process=lambda _: None,
    )
    results = results_of(finished)
    assert isinstance(results[8], Failure)
    assert isinstance(results[16], Latency)


def test_a_process_is_bound_and_says_what_it_saw(toy_job: Job) -> None:
    job = replace(toy_job, batch_sizes=(1, 2), asked=(1, 2), affinity=affinity())
    one, two = run_worker(job)
    for timed_one in (one, two):
        seen = timed_one.observed
        assert seen is not None
        assert seen.precision_found == "fp32"
        assert (seen.images_per_second or 0) > 0
        assert seen.ready_s > 0
        assert len(seen.processors) == (1 if job.affinity == "pinned" else 0)
        if sys.platform == "linux":
            assert seen.peak_memory_bytes is not None


def test_a_model_that_computes_in_another_precision_is_a_failure_that_names_both(
    toy_job: Job,
) -> None:
    zoo = Path(toy_job.path[0]) / "toy_zoo.py"
    text = zoo.read_text().replace("self.layer(x)", "self.layer.to(torch.bfloat16)(x.bfloat16())")
    zoo.write_text(text)
    (one,) = run_worker(replace(toy_job, batch_sizes=(1,), asked=(1,)))
    assert reason(one) == "asked for fp32, found bf16"


def test_a_process_that_is_disturbed_asks_nothing_and_begins_no_further_batch_size(
    toy_job: Job,
) -> None:
    zoo = Path(toy_job.path[0]) / "toy_zoo.py"
    zoo.write_text(
        zoo.read_text().replace("self.layer(x)", "self.layer.to(torch.bfloat16)(x.bfloat16())")
    )
    busy = replace(
        toy_job,
        batch_sizes=(1, 2),
        limits=replace(NEVER, foreign=-1.0),
        budget=replace(JOB.budget, patience_s=0.0),
        hurry_s=0.0,
    )
    one, two = run_worker(busy)
    for seen in (one, two):
        assert seen.failure is None  # a wrong precision is found by a process that counts
        assert seen.samples is not None
        assert not seen.samples.enough
        assert seen.samples.refusals == (FOREIGN,)
    assert one.samples is not None
    assert one.samples.refused_passes
    assert two.samples is not None
    assert (two.samples.refused_passes, two.samples.warmup_passes) == (0, 0)


@pytest.mark.skipif(sys.platform != "linux", reason="counts what Linux counts")
def test_a_real_model_beside_busy_processes_is_refused() -> None:
    layer, images = torch.nn.Conv2d(3, 4, 3), torch.randn(1, 3, 32, 32)
    run = timed_passes(lambda: layer(images), "cpu")
    with ExitStack() as busy:
        for _ in range(2 * len(bound_processors())):
            process = subprocess.Popen([sys.executable, "-c", "while True: pass"])
            busy.callback(process.wait)
            busy.callback(process.kill)
        time.sleep(0.2)
        samples = sample(
            run,
            Budget(sample_s=0.5, patience_s=0.5),
            begin=watch(),
            refuses=lambda stretch: disturbances(stretch, Limits(), threads=1),
        )
    assert samples.refused_passes
    assert {FOREIGN, WAITING} & set(samples.refusals)
