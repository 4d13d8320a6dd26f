"""Which processors a timing gets, and that it gets them and equal thread pools."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from catalogue.measure.pinning import bound_processors, choose, command, pool_settings

CORES = {0: (0, 4), 4: (0, 4), 1: (1, 5), 5: (1, 5), 2: (2, 6), 6: (2, 6)}


def test_each_thread_gets_a_physical_core_the_least_loaded_first() -> None:
    loads = [0.0, 0.0, 0.5, 0.0, 0.9, 0.1, 0.0]
    chosen = choose(2, loads, allowed=(0, 1, 2, 4, 5, 6), siblings=CORES.__getitem__)
    assert chosen == (1, 6)  # 0 has a busy sibling; 2 is busy, so the other of its core


def test_siblings_are_used_only_where_cores_are_too_few() -> None:
    chosen = choose(4, [], allowed=(0, 4, 1, 5), siblings=CORES.__getitem__)
    assert chosen == (0, 1, 4, 5)


def test_no_more_are_chosen_than_are_allowed() -> None:
    assert choose(8, [], allowed=(3,), siblings=lambda one: (one,)) == (3,)


def test_all_pools_are_of_one_size() -> None:
    assert {size for _, size in pool_settings(2)} == {"2"}
    assert {size for _, size in pool_settings(0)} == {"1"}  # a GPU's host


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="needs Linux's affinity")
def test_a_process_is_bound_before_it_imports_anything(tmp_path: Path) -> None:
    (tmp_path / "where.py").write_text("import os; print(sorted(os.sched_getaffinity(0)))\n")
    last = bound_processors()[-1]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(tmp_path), *sys.path])}
    done = subprocess.run(
        command("where", (last,)), env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == f"[{last}]"


def test_a_process_that_is_free_is_started_as_it_is() -> None:
    assert command("where", ()) == [sys.executable, "-m", "where"]
