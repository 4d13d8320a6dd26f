"""Batch sizes: doubled while that pays, halved when memory runs out, remembered by a journal."""

from pathlib import Path

import numpy as np

from catalogue.validate.batching import Batching, batching
from catalogue.validate.journal import FINE, ROW, Journal, Rows, open_journal


def found(rates: dict[int, float], *, device: str = "cpu") -> Batching:
    """What is settled on where images of a second are those of each size."""
    sizes = batching(None, device)
    for _ in range(40):
        sizes = sizes.after(sizes.size, sizes.size / rates[sizes.size])
    return sizes


def test_a_size_is_doubled_for_as_long_as_that_pays() -> None:
    assert found({16: 100, 32: 180, 64: 183, 128: 500}).size == 32
    assert found({16: 100, 32: 90}).size == 16
    assert found({16: 1, 32: 2, 64: 4, 128: 8}).size == 128
    assert found({16 * 2**n: 2**n for n in range(10)}, device="cuda").size == 1024


def test_the_last_batch_which_is_smaller_tells_nothing() -> None:
    sizes = batching(None, "cpu")
    assert sizes.after(3, 9.0) == sizes


def test_a_size_that_somebody_wants_is_kept_but_for_a_lack_of_memory() -> None:
    wanted = batching(48, "cpu")
    assert wanted.after(48, 1.0) == wanted
    smaller = wanted.halved()
    assert smaller is not None
    assert (smaller.size, smaller.settled) == (24, True)
    assert batching(1, "cpu").halved() is None


def rows(count: int) -> Rows:
    made = np.zeros(count, ROW)
    made["best"] = np.arange(count)[:, None]
    made["state"] = FINE
    return made


def filled(folder: Path, sizes: Batching) -> Path:
    journal = open_journal(folder, "key", 100)
    journal.add(rows(40), sizes)
    journal.flush(sizes)
    journal.close()
    return folder / "key.run"


def restored(folder: Path) -> tuple[Journal, Batching]:
    journal = open_journal(folder, "key", 100)
    sizes = journal.restore(batching(None, "cpu"))
    journal.close()
    return journal, sizes


def test_a_journal_is_taken_up_with_its_rows_and_sizes(tmp_path: Path) -> None:
    filled(tmp_path, Batching(size=24, most=24, settled=True))
    journal, sizes = restored(tmp_path)
    assert (journal.done, sizes.size) == (40, 24)
    assert np.array_equal(journal.rows[:40], rows(40))


def test_a_size_that_was_new_when_the_run_died_is_not_tried_again(tmp_path: Path) -> None:
    filled(tmp_path, Batching(size=64, most=128, rate=9.0))
    assert restored(tmp_path)[1] == Batching(size=32, most=128, rate=9.0, settled=True)


def test_a_journal_that_was_damaged_is_begun_anew(tmp_path: Path) -> None:
    file = filled(tmp_path, batching(None, "cpu"))
    content = bytearray(file.read_bytes())
    content[-1] ^= 1
    file.write_bytes(content)
    assert restored(tmp_path)[0].done == 0
    file.write_bytes(b"{nonsense")
    assert restored(tmp_path)[0].done == 0


def test_two_runs_of_one_model_do_not_write_into_one_journal(tmp_path: Path) -> None:
    first = open_journal(tmp_path, "key", 100)
    second = open_journal(tmp_path, "key", 100)
    second.add(rows(10), batching(None, "cpu"))
    second.flush(batching(None, "cpu"))
    second.forget()
    assert (tmp_path / "key.run").exists()
    first.forget()
    assert not (tmp_path / "key.run").exists()
