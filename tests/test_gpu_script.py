"""The script that runs whatever needs a GPU says so where there is none, and can be tried out."""

import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT

from catalogue.store import load

INDEX = """
Models:
  - Name: toy
    Builder: {Target: "timm:mobilenetv3_small_050", Kwargs: {num_classes: 10}}
    Preprocessing: {Input Size: [3, 32, 32], Resize: 32, Crop: 32}
"""


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
