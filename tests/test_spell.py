"""A model's usual grid on a CPU ends within two minutes, however much other work disturbs it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, repeat

import pytest
from test_latency import JOB, OUT_OF_MEMORY, disturbed, timed

from catalogue.measure.job import Job, Timed
from catalogue.measure.latency import measure_latency
from catalogue.measure.protocol import Protocol
from catalogue.measure.spell import Spell
from catalogue.record import Failure, Latency

RUNS = ("fp32", "bf16")
PROTOCOL = Protocol()


@dataclass
class Machine:
    """A clock that processes move, and what each of them sees: `x` is disturbed, `.` is not."""

    takes_s: float
    sees: Iterator[str]
    now: float = 0.0
    processes: int = 0

    def worker(self, job: Job) -> Iterator[Timed]:
        self.now += self.takes_s
        self.processes += 1
        seen = next(self.sees)
        return iter([disturbed(one) if seen == "x" else timed(one, 5.0) for one in job.batch_sizes])


def results(machine: Machine, backend: str = "eager") -> list[Latency | Failure]:
    """What comes of a grid, two precisions at two batch sizes."""
    spell = Spell(seconds=len(RUNS) * PROTOCOL.run_s, clock=lambda: machine.now)
    return [
        one.result
        for precision in RUNS
        for one in measure_latency(
            replace(JOB, precision=precision, backend=backend),
            protocol=PROTOCOL,
            worker=machine.worker,
            on_process=lambda _: None,
            spell=spell,
        )
    ]


def codes(found: Sequence[Latency | Failure]) -> list[str]:
    return [one.code if isinstance(one, Failure) else "" for one in found]


@pytest.mark.parametrize("takes_s", [4.0, 11.0, 17.0, 26.0, 38.0, 54.0])
@pytest.mark.parametrize("sees", ["x", ".x", "x.", "..x", ".xx", "xx.", "x..x"])
def test_a_disturbed_grid_ends_in_time_or_as_soon_as_undisturbed_and_says_what_was_given_up(
    takes_s: float, sees: str
) -> None:
    quiet = Machine(takes_s=takes_s, sees=repeat("."))
    assert codes(results(quiet)) == 4 * [""]
    machine = Machine(takes_s=takes_s, sees=chain.from_iterable(repeat(sees)))
    found = results(machine)
    assert len(found) == 4
    assert machine.now <= max(110.0, quiet.now)
    assert all(one.retry for one in found if isinstance(one, Failure))
    assert set(codes(found)) <= {"", "disturbed", "busy"}


def test_a_disturbance_costs_no_figure_as_long_as_there_is_time() -> None:
    machine = Machine(takes_s=18.0, sees=chain(".x", repeat(".")))
    assert codes(results(machine)) == 4 * [""]


def test_precisions_are_not_tried_where_nothing_came_of_the_one_before() -> None:
    machine = Machine(takes_s=9.0, sees=repeat("x"))
    assert codes(results(machine)) == ["disturbed", "disturbed", "busy", "busy"]
    assert machine.processes == 1 + PROTOCOL.retries


def test_a_slow_model_that_nothing_disturbs_takes_as_long_as_it_does() -> None:
    machine = Machine(takes_s=100.0, sees=repeat("."))
    assert codes(results(machine)) == 4 * [""]


def test_a_model_that_fails_by_itself_disturbs_nothing() -> None:
    machine = Machine(takes_s=50.0, sees=repeat("."))

    def worker(job: Job) -> Iterator[Timed]:
        broken = Timed(batch_size=4, failure=OUT_OF_MEMORY)
        return (broken if one.batch_size == 4 else one for one in machine.worker(job))

    spell = Spell(seconds=55.0, clock=lambda: machine.now)
    found = measure_latency(
        JOB, protocol=PROTOCOL, worker=worker, on_process=lambda _: None, spell=spell
    )
    assert codes([one.result for one in found]) == ["out-of-memory", ""]
    assert not spell.disturbed


def test_a_backend_that_takes_long_to_get_ready_has_a_second_try() -> None:
    machine = Machine(takes_s=90.0, sees=chain("x", repeat(".")))
    assert codes(results(machine, "compile")) == 4 * [""]
