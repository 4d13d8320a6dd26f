"""What the program says of the machine it runs on."""

import subprocess
from pathlib import Path

from catalogue.machine import cpu_name, describe, git_commit, physical_threads, usable_cpus


def test_an_environment_names_processor_and_libraries() -> None:
    environment = describe(device_type="cpu")
    assert environment.cpu
    assert cpu_name().startswith(environment.cpu)
    assert environment.gpu is None
    assert {"torch", "timm"} <= {name for name, _ in environment.packages}


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
