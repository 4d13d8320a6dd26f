"""How fast processors are against their best, and what is remembered of it."""

import time
from pathlib import Path

import pytest

from catalogue.measure.best_pace import BestPace, load_pace, save_pace
from catalogue.measure.disturbance import SLOW, is_slow
from catalogue.measure.pace import Paces, better


def test_a_pace_is_slow_by_either_probe() -> None:
    assert not is_slow((6.1, 171.0), (5.9, 168.0))
    assert is_slow((10.0, 168.0), (5.9, 168.0))
    assert is_slow((5.9, 205.0), (5.9, 168.0))
    assert not is_slow((9.0, 300.0), ())


def test_the_better_of_two_paces_is_that_of_each_probe() -> None:
    assert better((6.0, 180.0), (7.0, 170.0)) == (6.0, 170.0)
    assert better((), (7.0, 170.0)) == better((7.0, 170.0), ()) == (7.0, 170.0)


def test_processors_slower_than_known_are_seen() -> None:
    assert Paces((1e-6, 1e-6)).look() == (SLOW,)
    paces = Paces(())
    assert all(one > 0 for one in paces.best)


def test_passes_between_a_slow_look_and_a_good_one_are_refused_as_well() -> None:
    paces = Paces((1e-6, 1e-6))
    paces.look()
    paces.best = ()
    assert paces.look() == (SLOW,)


def test_all_waits_of_a_process_share_one_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    paces = Paces((1e-6, 1e-6), patience_s=0.2)
    start = time.monotonic()
    paces.wait()
    assert time.monotonic() - start >= 0.2
    slept: list[float] = []
    monkeypatch.setattr(time, "sleep", slept.append)
    paces.wait()
    assert slept == []


def test_the_best_pace_is_kept_for_as_long_as_the_machine_runs(tmp_path: Path) -> None:
    known = load_pace(tmp_path, 2)
    assert known.pace == ()
    save_pace(tmp_path, known.after((6.0, 168.0), reached=True))
    assert load_pace(tmp_path, 2).pace == (6.0, 168.0)
    assert load_pace(tmp_path, 1).pace == ()
    save_pace(tmp_path, BestPace(boot="another", threads=2, pace=(1.0, 1.0)))
    assert load_pace(tmp_path, 2).pace == ()
    (tmp_path / "pace-2.json").write_text("broken")
    assert load_pace(tmp_path, 2).pace == ()


def test_a_pace_that_is_never_reached_again_is_forgotten() -> None:
    known = BestPace(boot="", threads=2, pace=(6.0, 168.0))
    for _ in range(11):
        known = known.after((6.0, 168.0), reached=False)
    assert known.pace == (6.0, 168.0)
    assert known.after((6.0, 168.0), reached=True).misses == 0
    assert known.after((6.0, 168.0), reached=False).pace == ()
