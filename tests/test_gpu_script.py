"""The script that runs whatever needs a GPU says so where there is none, and can be tried out."""

import importlib.util
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from types import ModuleType

import pytest
from conftest import ROOT

from catalogue.store import load

INDEX = """
Models:
  - Name: toy
    Builder: {Target: "timm:mobilenetv3_small_050", Kwargs: {num_classes: 10}}
    Preprocessing: {Input Size: [3, 32, 32], Resize: 32, Crop: 32}
"""


STUBBORN = """
import os, pathlib, signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], process_group=0)
pathlib.Path(sys.argv[1]).write_text(f"{os.getpid()} {child.pid}")
print("begun", flush=True)
time.sleep(60)
"""


def loaded(name: str) -> ModuleType:
    """A module of the benchmarks, which are no package."""
    spec = importlib.util.spec_from_file_location(name, ROOT / "benchmarks" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


LACKING = ("playwright", "mkdocs", "matplotlib", "pandas", "fvcore", "jsonschema", "onnxruntime")
"""What need not be installed where the script runs."""
STEPPING = loaded("stepping")
loaded("sweep")
GPU = loaded("gpu")


def is_there(pid: str) -> bool:
    status = Path(f"/proc/{pid}/stat")
    return status.exists() and status.read_text().rpartition(")")[2].split()[0] != "Z"


def run(*words: str, out: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "benchmarks/gpu.py", str(out), *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


def test_without_a_gpu_nothing_is_run_and_a_line_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")
    done = run(out=tmp_path / "out")
    assert done.returncode == 2
    assert done.stdout.startswith("no CUDA device here, so nothing was run")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("text", ["nonsense", "", "9", "10s", "1.5m"])
def test_a_time_that_is_none_gives_one_plain_line(text: str, tmp_path: Path) -> None:
    done = run("--time", text, out=tmp_path / "out")
    assert done.returncode == 2
    assert done.stdout.splitlines() == [
        f"--time is {text!r}; expected a minute or more, such as 9m, 540s or 1h30m"
    ]
    assert done.stderr == ""


def test_times_are_read_in_hours_minutes_and_seconds() -> None:
    assert [GPU.seconds_of(one) for one in ("540s", "9m", "1h30m")] == [540, 540, 5400]


def test_a_backend_is_asked_for_where_all_that_it_needs_is_installed() -> None:
    assert GPU.are_installed(())
    assert GPU.are_installed((("pytest",), ("no-such-distribution", "msgspec")))
    assert not GPU.are_installed((("pytest",), ("no-such-distribution",)))


@pytest.mark.parametrize("asked", [True, False])
def test_a_step_that_will_not_end_is_ended_with_its_whole_session(
    asked: bool,  # noqa: FBT001  # a value of the test
    tmp_path: Path,
) -> None:
    log, pids = tmp_path / "log", tmp_path / "pids"
    end = STEPPING.Asked()
    with log.open("wb") as told:
        process = subprocess.Popen(
            [sys.executable, "-c", STUBBORN, str(pids)], stdout=told, start_new_session=True
        )
    while not log.read_text():
        time.sleep(0.05)
    if asked:
        threading.Timer(0.3, end).start()
    ended = STEPPING.watched(process, log, end, seconds=60 if asked else 0.3, grace_s=0.3)
    assert (ended.status, ended.cut, ended.said) == (-signal.SIGKILL, True, "begun\n")
    until = time.monotonic() + 10  # the system takes a moment to end them
    left = pids.read_text().split()
    while time.monotonic() < until and any(map(is_there, left)):
        time.sleep(0.05)
    assert [pid for pid in left if is_there(pid)] == []


def test_a_crash_of_refresh_is_told_from_models_that_failed() -> None:
    failed = "toy  latency  failed: out of memory\n3 measured; 1 failed; 2 left\n"
    later = failed + "no time for what is left, of 2 models; run again to go on\n"
    crash = "Traceback (most recent call last):\n  File\nOSError: gone\n"
    for status, said, cut, sound in (
        (0, "nothing to do\n", False, True),
        (1, failed, False, True),
        (1, later, False, True),
        (1, crash, False, False),
        (1, "3 measured\n" + crash, False, False),
        (2, failed, False, False),
        (-11, failed, False, False),
        (130, "catalogue: interrupted\n", True, True),
    ):
        ended = STEPPING.Ended(status=status, said=said, cut=cut)
        assert GPU.is_sound(ended) is sound, (status, said)


def test_what_it_runs_imports_nothing_that_a_machine_with_a_gpu_need_not_have() -> None:
    marked = [
        str(path) for path in (ROOT / "tests").glob("test_*.py") if "mark.gpu" in path.read_text()
    ]
    words = ["-q", "--collect-only", "-m", "gpu", "-p", "no:cacheprovider", *marked]
    code = (
        f"import sys; sys.modules.update(dict.fromkeys({LACKING!r}))\n"
        "import catalogue.commands.devices, catalogue.commands.refreshing, catalogue.refresh\n"
        f"import pytest; sys.exit(pytest.main({words!r}))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert len(marked) > 1


def test_records_are_copied_while_a_step_runs_each_once_and_whole(tmp_path: Path) -> None:
    folder = tmp_path / "model-index" / "measurements" / "toy"
    folder.mkdir(parents=True)
    (folder / "latency-old.json").write_text("old")
    before = frozenset(GPU.records(tmp_path))
    plan = GPU.Plan(
        out=tmp_path / "out",
        zoo=tmp_path,
        before=before,
        device="cpu",
        deadline=0.0,
        asked=STEPPING.Asked(),
    )
    log = tmp_path / "log"
    script = f"import pathlib; pathlib.Path({str(folder)!r}, 'latency-new.json').write_text('new')"
    seen: list[list[str]] = []

    def meanwhile() -> None:
        GPU.copy_new(plan)
        seen.append([path.name for path in plan.out.glob("measurements/toy/*")])

    with log.open("wb") as told:
        process = subprocess.Popen(
            [sys.executable, "-c", f"{script}; import time; time.sleep(60)"],
            stdout=told,
            start_new_session=True,
        )
    words = {"seconds": 3.0, "grace_s": 0.3, "meanwhile": meanwhile}
    STEPPING.watched(process, log, plan.asked, **words)
    assert ["latency-new.json"] in seen[:-1]  # before the step had ended
    assert seen[-1] == ["latency-new.json"]
    copied = plan.out / "measurements" / "toy" / "latency-new.json"
    assert copied.read_text() == "new"


def test_other_backends_are_asked_of_the_models_that_were_just_timed(tmp_path: Path) -> None:
    def add(model: str, name: str) -> None:
        folder = tmp_path / "model-index" / "measurements" / model
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()

    add("old", "latency-1.json")
    add("old", "latency-2.json")
    before = GPU.records(tmp_path)
    add("counted", "complexity-1.json")
    assert GPU.just_timed(tmp_path, before) == ["old"]
    add("one", "latency-1.json")
    add("two", "latency-1.json")
    add("two", "latency-2.json")
    assert GPU.just_timed(tmp_path, before) == ["two", "one"]


@pytest.mark.slow
def test_sigterm_ends_it_and_copies_what_there_is(tmp_path: Path) -> None:
    folder = tmp_path / "model-index"
    (folder / "measurements" / "toy").mkdir(parents=True)
    (folder / "model-index.yml").write_text(INDEX)
    words = ["benchmarks/gpu.py", str(tmp_path / "out"), "--device", "cpu"]
    process = subprocess.Popen(
        [sys.executable, *words, "--zoo", str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    while b"== device measure" not in process.stdout.readline():
        pass
    (folder / "measurements" / "toy" / "new.json").write_text("{}")
    process.send_signal(signal.SIGTERM)
    said, _ = process.communicate(timeout=30)
    assert process.returncode == 130, said
    assert (tmp_path / "out" / "measurements" / "toy" / "new.json").read_text() == "{}"


@pytest.mark.slow
def test_it_can_be_tried_out_on_a_cpu_and_ends_in_time(tmp_path: Path) -> None:
    (tmp_path / "model-index").mkdir()
    (tmp_path / "model-index" / "model-index.yml").write_text(INDEX)
    done = run("--device", "cpu", "--time", "2m", "--zoo", str(tmp_path), out=tmp_path / "out")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "== device measure: status 0" in done.stdout
    stored = load(tmp_path / "model-index" / "measurements")
    assert stored.diagnostics == ()
    assert [one.device for one in stored.limits]
    copied = list((tmp_path / "out" / "measurements").glob("toy/*.json"))
    assert len(copied) == len(stored.records)  # none on a machine that is too busy
    assert "== refresh --all --only latency" in done.stdout
