"""Nothing stays behind in the folder for temporary files, whichever process is killed."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
from test_latency import JOB

from catalogue.measure.backends.folder import own_folder
from catalogue.measure.scratch import scratch

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="locks and signals as POSIX has")

OWNER = """
import sys, tempfile, time
from catalogue.measure.scratch import scratch
tempfile.tempdir = sys.argv[1]
with scratch("test") as folder:
    (folder / "graph").write_text("large")
    print(folder, flush=True)
    time.sleep(60)
"""
PARENT = """
import sys, tempfile
import msgspec
from catalogue.measure.job import Job
from catalogue.measure.process import run_worker
tempfile.tempdir = sys.argv[1]
list(run_worker(msgspec.json.decode(sys.stdin.buffer.read(), type=Job)))
"""
WAITING = """
import os, pathlib, signal, tempfile, torch
class Net(torch.nn.Module):
    def forward(self, images):
        tempfile.mkstemp()
        told = pathlib.Path(__file__).with_name("told")
        told.with_suffix(".new").write_text(str(os.getpid()))
        told.with_suffix(".new").rename(told)
        signal.pause()
net = Net
"""


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder for temporary files, of this process and of those it starts."""
    (made := tmp_path / "files").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(made))
    return made


def owner(files: Path) -> tuple["subprocess.Popen[str]", Path]:
    """A process that has a folder, and the folder."""
    process = subprocess.Popen(
        [sys.executable, "-c", OWNER, str(files)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    return process, Path(process.stdout.readline().strip())


def aged(folder: Path) -> None:
    os.utime(folder, (time.time() - 100, time.time() - 100))


def within(seconds: float, is_so: Callable[[], bool]) -> bool:
    until = time.monotonic() + seconds
    while not is_so() and time.monotonic() < until:
        time.sleep(0.05)
    return is_so()


def test_a_folder_goes_with_its_block_whatever_is_raised_there(files: Path) -> None:
    def raising() -> None:
        with scratch("test") as folder:
            (folder / "graph").write_text("large")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        raising()
    assert list(files.iterdir()) == []


def test_what_an_owner_that_was_killed_has_left_goes_when_the_next_folder_is_made(
    files: Path,
) -> None:
    process, left = owner(files)
    process.kill()
    process.communicate()
    aged(left)
    with scratch("test") as folder:
        assert list(files.iterdir()) == [folder]


def test_a_folder_stays_while_its_owner_lives_or_may_not_have_locked_it_yet(files: Path) -> None:
    (new := files / "catalogue-run-new").mkdir()
    (foreign := files / "of-another-program").mkdir()
    aged(foreign)
    process, held = owner(files)
    aged(held)
    try:
        with scratch("test") as folder:
            assert set(files.iterdir()) == {new, foreign, held, folder}
    finally:
        process.kill()
        process.communicate()


def test_graphs_of_backends_lie_in_such_a_folder(files: Path) -> None:
    aged(one := own_folder("onnx"))
    other = own_folder("onnx")
    assert set(files.iterdir()) == {one, other}
    assert all(path.name.startswith("catalogue-run-onnx-") for path in (one, other))


def is_there(pid: str) -> bool:
    status = Path(f"/proc/{pid}/stat")
    return status.exists() and status.read_text().rpartition(")")[2].split()[0] != "Z"


def test_a_timing_process_ends_with_its_parent_and_leaves_no_files(
    files: Path, tmp_path: Path
) -> None:
    (tmp_path / "toy_zoo.py").write_text(WAITING)
    told = tmp_path / "told"
    job = replace(JOB, path=(str(tmp_path),), batch_sizes=(1,))
    parent = subprocess.Popen([sys.executable, "-c", PARENT, str(files)], stdin=subprocess.PIPE)
    assert parent.stdin is not None
    parent.stdin.write(msgspec.json.encode(job))
    parent.stdin.close()
    assert within(60, told.exists)
    parent.kill()
    parent.wait()
    assert within(20, lambda: list(files.iterdir()) == [] and not is_there(told.read_text()))
