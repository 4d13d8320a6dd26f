"""What the system counts while passes run, and from where on it is too much."""

import subprocess
import sys
import time
from contextlib import ExitStack

import pytest

from catalogue.measure.disturbance import (
    FOREIGN,
    QUOTA,
    SWITCHES,
    WAITING,
    Limits,
    Stretch,
    disturbances,
    foreign_loads,
    listed,
    siblings,
    watch,
)
from catalogue.measure.pinning import bound_processors

LIMITS = Limits()


def test_a_stretch_of_own_work_is_sound() -> None:
    stretch = Stretch(wall=1.0, own=1.98, foreign=0.05, waited=0.02, switches=150, processors=2)
    assert disturbances(stretch, LIMITS, threads=2) == ()


@pytest.mark.parametrize(
    ("stretch", "reason"),
    [
        (Stretch(wall=1.0, foreign=0.25, processors=2), FOREIGN),
        (Stretch(wall=1.0, waited=0.15), WAITING),
        (Stretch(wall=1.0, held_back=0.02), QUOTA),
        (Stretch(wall=1.0, waited=None, switches=500), SWITCHES),
    ],
)
def test_each_disturbance_is_named(stretch: Stretch, reason: str) -> None:
    assert disturbances(stretch, LIMITS, threads=2) == (reason,)


def test_switches_tell_nothing_where_waiting_is_counted() -> None:
    stretch = Stretch(wall=1.0, waited=0.0, switches=5000)
    assert disturbances(stretch, LIMITS, threads=1) == ()


def test_stretches_add_up() -> None:
    one = Stretch(wall=1.0, own=0.5, foreign=0.1, waited=0.2, switches=3, processors=2)
    both = one + one
    assert (both.wall, both.own, both.waited, both.switches) == (2.0, 1.0, 0.4, 6)
    assert both.foreign_load == pytest.approx(0.05)
    assert both.cpu_share(1) == pytest.approx(0.5)
    assert (one + Stretch(waited=None)).waited is None


def test_lists_of_processors_are_read_as_the_kernel_writes_them() -> None:
    assert listed("0-2,8\n") == (0, 1, 2, 8)
    assert bound_processors()[0] in siblings(bound_processors()[0])


def test_the_load_of_each_processor_is_a_share() -> None:
    assert all(0.0 <= load <= 1.5 for load in foreign_loads(0.05))


@pytest.mark.skipif(sys.platform != "linux", reason="counts what Linux counts")
def test_work_beside_busy_processes_is_seen_to_wait() -> None:
    begin = watch()
    with ExitStack() as busy:
        for _ in range(3 * len(bound_processors())):
            process = subprocess.Popen([sys.executable, "-c", "while True: pass"])
            busy.callback(process.wait)
            busy.callback(process.kill)
        time.sleep(0.3)
        end = begin()
        deadline = time.perf_counter() + 0.6
        while time.perf_counter() < deadline:
            pass
        stretch = end()
    assert stretch.wall >= 0.6
    assert {FOREIGN, WAITING} & set(disturbances(stretch, LIMITS, threads=1))
    if stretch.waited is not None:
        assert stretch.waited > 0.1
