"""`catalogue refresh --only complexity` on a zoo that holds every kind of bad model."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT

from catalogue.machine import computes_bf16
from catalogue.record import Complexity, ComplexityConditions, Failure, Record
from catalogue.store import load

MODELS = """
import os
import signal

import torch
from torch import nn


class Net(nn.Module):
    def __init__(self, width=4):
        super().__init__()
        self.layer = nn.Conv2d(3, width, 3, padding=1)

    def forward(self, images):
        return self.layer(images).mean((2, 3))


class Rigid(Net):
    def forward(self, images):
        if images.shape[-1] != 16:
            raise ValueError("images must be 16 wide")
        return super().forward(images)


class Branched(nn.Module):
    def __init__(self):
        super().__init__()
        self.block = Branches()

    def forward(self, images):
        return self.block(images)


class Branches(nn.Module):
    def __init__(self):
        super().__init__()
        self.wide, self.narrow = nn.Conv2d(3, 3, 3, padding=1), nn.Conv2d(3, 3, 1)

    def forward(self, images):
        return self.wide(images) + self.narrow(images)

    def fuse(self):
        return nn.Conv2d(3, 3, 3, padding=1)


def moody():
    raise RuntimeError("not today")


class Captioned(Net):
    def forward(self, images, captions):
        return super().forward(images)


class Undecided(Net):
    def forward(self, images):
        if images.sum() > 0:
            return images
        return super().forward(images)


class Enormous(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Linear(256, 200_000_000, bias=False)
        self.second = nn.Linear(200_000_000, 256, bias=False)

    def forward(self, images):
        return self.second(self.first(images.mean(1).flatten(1)))


def deadly():
    os.kill(os.getpid(), signal.SIGKILL)
"""
BAD = ("moody", "Captioned", "Undecided")
GOOD = ("Net", "Rigid", "Branched", "Enormous", "Net2", "Net3")


def entry(name: str) -> str:
    builder = "Net" if name.startswith("Net") else name
    return (
        f"  - Name: {name}\n    Builder: toy_models:{builder}\n"
        "    Preprocessing: {Input Size: [3, 16, 16], Resize: 16, Crop: 16}\n"
    )


def make_zoo(folder: Path, *names: str) -> Path:
    (folder / "model-index").mkdir()
    text = "Models:\n" + "".join(entry(name) for name in names)
    (folder / "model-index" / "model-index.yml").write_text(text)
    (folder / "toy_models.py").write_text(MODELS)
    (folder / "catalogue.toml").write_text('allow = ["toy_models"]\n')
    return folder


def refresh(zoo: Path, *words: str) -> tuple[int, list[str], str]:
    """Run the command in the zoo; gives its exit status, lines and complaints."""
    command = [sys.executable, "-m", "catalogue", "refresh", "--all", *words]
    done = subprocess.run(
        command,
        cwd=zoo,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT), "HOME": str(zoo)},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout.splitlines(), done.stderr


def records(zoo: Path) -> dict[str, Record]:
    return {one.model: one for one in load(zoo / "model-index" / "measurements").records}


def line_of(model: str, lines: list[str]) -> str:
    (line,) = [line for line in lines if line.split()[:1] == [model]]
    return " ".join(line.split())


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_each_bad_model_gets_a_line_and_leaves_the_others_alone(tmp_path: Path, jobs: str) -> None:
    zoo = make_zoo(tmp_path, *BAD, *GOOD)
    status, lines, complaints = refresh(zoo, "--only", "complexity", "--jobs", jobs)
    assert status == 1
    assert complaints == ""
    assert lines[-1] == "6 measured; 3 failed"
    assert len(lines) == len(BAD) + len(GOOD) + 1
    where = "model-index/model-index.yml"
    assert line_of("moody", lines) == (
        "moody complexity failed: Builder 'toy_models:moody' raised RuntimeError: not today "
        f"({where}:2:11)"
    )
    assert line_of("Captioned", lines) == (
        "Captioned complexity failed: forward of Captioned does not take one image (missing a "
        "required argument: 'captions'); expected a model that takes one tensor (N, C, H, W) and "
        f"needs nothing else ({where}:5:11)"
    )
    assert line_of("Undecided", lines).startswith(
        "Undecided complexity failed: forward looks at the values of a tensor "
        "('_local_scalar_dense'), and the meta device has none; expected shapes to be enough"
    )
    made = records(zoo)
    assert {name for name, one in made.items() if isinstance(one.result, Failure)} == set(BAD)
    enormous = made["Enormous"].result
    assert isinstance(enormous, Complexity)
    assert enormous.params == enormous.macs == 2 * 256 * 200_000_000


def test_a_model_that_kills_its_process_dies_alone(tmp_path: Path) -> None:
    zoo = make_zoo(tmp_path, "deadly", *BAD, *GOOD)
    status, lines, _ = refresh(zoo, "--only", "complexity", "--jobs", "2")
    assert status == 1
    assert lines[-1] == "6 measured; 4 failed"
    assert line_of("deadly", lines) == (
        "deadly complexity failed: the process that counted it was killed (for lack of memory, or "
        "by somebody) (model-index/model-index.yml:2:11)"
    )


def test_a_model_that_kills_its_process_leaves_the_command_standing(tmp_path: Path) -> None:
    """Also where few models are counted, and where the model was to be timed as well."""
    zoo = make_zoo(tmp_path, "deadly", "Net")
    status, lines, _ = refresh(zoo, "--only", "complexity", "--jobs", "1")
    assert (status, lines[-1]) == (1, "1 measured; 1 failed")
    asked = "refresh --model deadly --device cpu --precision fp32 --batch-size 1"
    done = subprocess.run(
        [sys.executable, "-m", "catalogue", *asked.split()],
        cwd=zoo,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "latency cpu fp32 batch 1     failed: not tried, since the process that " in done.stdout


def test_another_input_size_is_a_record_of_its_own(tmp_path: Path) -> None:
    zoo = make_zoo(tmp_path, "Net", "Rigid")
    asked = ("--only", "complexity", "--input-size", "32x48")
    status, lines, _ = refresh(zoo, *asked)
    assert status == 1
    assert line_of("Net", lines) == (
        "Net complexity 32x48 112 params, 165,888 MACs, 331,776 FLOPs (2 x MACs)"
    )
    assert line_of("Rigid", lines) == (
        "Rigid complexity 32x48 failed: cannot take 32x48: forward of Rigid fails on an image of "
        "(3, 32, 48): ValueError: images must be 16 wide; try a size that it takes "
        "(model-index/model-index.yml:5:11)"
    )
    sized = records(zoo)["Net"]
    assert sized.conditions == ComplexityConditions(input_size=(3, 32, 48))
    assert sized.subject.input_size == (3, 16, 16)
    again, lines, _ = refresh(zoo, *asked)
    assert (again, lines[-1]) == (0, "1 up to date; 1 known to fail")
    status, lines, _ = refresh(zoo, "--only", "complexity")
    assert (status, lines[-1]) == (0, "2 measured")


def test_what_cannot_be_fused_is_said_and_not_recorded(tmp_path: Path) -> None:
    zoo = make_zoo(tmp_path, "Net", "Branched")
    status, lines, _ = refresh(zoo, "--form", "deploy")
    assert (status, lines[-1]) == (0, "1 measured; 1 skipped")
    assert line_of("Net", lines) == (
        "Net complexity deploy skipped: nothing to fuse: same as training form"
    )
    fused = 16 * 16 * 3 * 27
    assert line_of("Branched", lines) == (
        f"Branched complexity deploy 84 params, {fused:,} MACs, {2 * fused:,} FLOPs (2 x MACs)"
    )
    (record,) = records(zoo).values()
    assert record.conditions == ComplexityConditions(input_size=(3, 16, 16), form="deploy")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            ("--form", "deploy", "--only", "latency"),
            "catalogue: --form deploy goes with complexity alone; leave out --only latency\n",
        ),
        (
            ("--input-size", "32", "--only", "accuracy"),
            (
                "catalogue: --input-size does not go with accuracy, whose size the entry's recipe "
                "decides; leave out --only accuracy\n"
            ),
        ),
        (
            ("--input-size", "32x"),
            (
                "Error: Invalid value for '--input-size': '32x'; expected 288, or 288x384 for "
                "height x width\n"
            ),
        ),
        (
            ("--input-size", "0"),
            (
                "Error: Invalid value for '--input-size': '0'; expected 288, or 288x384 for "
                "height x width\n"
            ),
        ),
    ],
)
def test_options_that_do_not_go_together_are_a_wrong_call(
    tmp_path: Path, words: tuple[str, ...], said: str
) -> None:
    zoo = make_zoo(tmp_path, "Net")
    status, lines, complaints = refresh(zoo, *words)
    assert (status, lines) == (2, [])
    assert complaints.endswith(said)


def test_a_device_is_measured_and_its_limits_are_kept(tmp_path: Path) -> None:
    zoo = make_zoo(tmp_path, "Net")
    done = subprocess.run(
        [sys.executable, "-m", "catalogue", "device", "measure"],
        cwd=zoo,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT), "HOME": str(zoo)},
        capture_output=True,
        text=True,
        check=True,
    )
    (limits,) = load(zoo / "model-index" / "measurements").limits
    assert done.stdout.startswith(f"{limits.device}: fp32 ")
    assert 1e9 < dict(limits.peaks)["fp32"] < 1e15
    assert ("bf16" in dict(limits.peaks)) is computes_bf16()
    assert 1e8 < limits.bandwidth < 1e13
    (file,) = (zoo / "model-index" / "measurements" / "devices").iterdir()
    assert json.loads(file.read_text())["schema"] == "catalogue-device/1"
