"""What the program says of the machine it runs on."""

import subprocess
from pathlib import Path

import pytest

from catalogue.machine import (
    cpu_name,
    describe,
    git_commit,
    gpu_name,
    has_gpu,
    physical_threads,
    usable_cpus,
)


def test_an_environment_names_processor_and_libraries() -> None:
    environment = describe(device_type="cpu")
    assert environment.cpu
    assert cpu_name().startswith(environment.cpu)
    assert environment.gpu is None
    assert {"torch", "timm"} <= {name for name, _ in environment.packages}


@pytest.mark.parametrize(
    "sign", ["proc/driver/nvidia/version", "usr/lib/wsl/lib/libcuda.so.1", None]
)
def test_a_gpu_is_looked_for_where_linux_and_wsl_have_its_driver(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sign: str | None
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    if sign is not None:
        (tmp_path / sign).parent.mkdir(parents=True)
        (tmp_path / sign).touch()
    assert has_gpu(tmp_path) is (sign is not None)
    assert gpu_name(tmp_path) is None


def test_a_gpu_that_only_its_own_command_tells_of_has_that_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    command = tmp_path / "nvidia-smi"
    command.write_text('#!/bin/sh\n[ "$1" = --query-gpu=name ] && echo "NVIDIA  A" && echo B\n')
    command.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert has_gpu(tmp_path)
    assert gpu_name(tmp_path) == "NVIDIA A"
    command.write_text("#!/bin/sh\necho 'NVIDIA-SMI has failed'\nexit 9\n")
    assert gpu_name(tmp_path) is None
    (tmp_path / "proc/driver/nvidia/gpus/1").mkdir(parents=True)
    (tmp_path / "proc/driver/nvidia/gpus/1/information").write_text("Model: \t NVIDIA C\n")
    assert gpu_name(tmp_path) == "NVIDIA C"


def test_threads_are_no_more_than_processors() -> None:
    assert 1 <= physical_threads() <= usable_cpus()


def test_a_commit_is_marked_when_tracked_files_differ(tmp_path: Path) -> None:
    def git(*words: str) -> None:
        identity = ("-c", "user.name=A", "-c", "user.email=a@example.org")
        subprocess.run(["git", "-C", str(tmp_path), *identity, *words], check=True)  # noqa: S607

    assert git_commit(tmp_path) is None
    git("init", "--quiet")
    (tmp_path / "entry.yml").write_text("Models: []\n")
    git("add", ".")
    git("commit", "--quiet", "--message", "begin")
    clean = git_commit(tmp_path)
    assert clean is not None
    assert len(clean) == 40
    (tmp_path / "new.json").write_text("{}\n")
    assert git_commit(tmp_path) == clean
    (tmp_path / "entry.yml").write_text("Models: [a]\n")
    assert git_commit(tmp_path) == clean + "+"
