"""`catalogue check` as people type it: what it prints in each form, and its exit statuses."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT

NOTED = "Models:\n  - Name: noted\n    Framework: PyTorch\n"
WARNED = "Models:\n  - Name: warned\n    Wieghts: https://a.org/a.pth\n"
BROKEN = "Models:\n  - Name: broken\n    Weights: (https://a.org/a.pth\n  - Name: sound\n"
LEVELS = {"none", "note", "warning", "error"}


def check(folder: Path, text: str, *words: str) -> subprocess.CompletedProcess[str]:
    """Run `catalogue check` on a text in `model-index.yml`."""
    (folder / "model-index.yml").write_text(text, encoding="utf-8")
    return subprocess.run(
        [sys.executable, "-m", "catalogue", "check", *words],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@pytest.mark.parametrize(
    ("text", "plain", "strict"), [(NOTED, 0, 0), (WARNED, 0, 1), (BROKEN, 1, 1)]
)
def test_the_status_tells_whether_something_is_wrong(
    tmp_path: Path, text: str, plain: int, strict: int
) -> None:
    assert check(tmp_path, text).returncode == plain
    assert check(tmp_path, text, "--strict").returncode == strict


def test_text_is_one_line_a_finding_and_a_summary(tmp_path: Path) -> None:
    done = check(tmp_path, BROKEN)
    assert done.stderr == ""
    assert done.stdout.splitlines() == [
        (
            "model-index.yml:3:14: error: Weights is '(https://a.org/a.pth': it begins with '(' "
            "(did you mean 'https://a.org/a.pth'?); expected a URL or a path [bad-url]"
        ),
        "1 error, 0 warnings, 0 notes in 2 models",
    ]


def test_several_paths_are_checked_in_one_run(tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "model-index.yml").write_text(WARNED, encoding="utf-8")
    done = check(tmp_path, BROKEN, ".", "other")
    assert done.returncode == 1
    lines = done.stdout.splitlines()
    assert lines[1].startswith("other/model-index.yml:3:5: warning: 'Wieghts'")
    assert lines[-1] == "1 error, 1 warning, 0 notes in 3 models"


def test_a_missing_path_is_one_line_and_no_traceback(tmp_path: Path) -> None:
    done = check(tmp_path, NOTED, "nowhere")
    assert done.returncode == 2
    assert done.stderr == (
        "catalogue: nowhere: no such file or folder; expected an index file or a zoo's folder\n"
    )


def test_github_prints_commands_only(tmp_path: Path) -> None:
    done = check(tmp_path, BROKEN, "--format", "github")
    assert done.returncode == 1
    (line,) = done.stdout.splitlines()
    assert line.startswith("::error file=model-index.yml,line=3,col=14,title=bad-url::Weights is ")


def test_json_is_a_list_that_is_empty_where_nothing_is_wrong(tmp_path: Path) -> None:
    assert json.loads(check(tmp_path, "Models: [{Name: m}]\n", "--format", "json").stdout) == []
    (found,) = json.loads(check(tmp_path, WARNED, "--format", "json").stdout)
    assert (found["severity"], found["line"], found["column"]) == ("warning", 3, 5)


@pytest.mark.parametrize("text", ["Models: [{Name: m}]\n", NOTED, WARNED, BROKEN])
def test_sarif_has_what_the_standard_requires(tmp_path: Path, text: str) -> None:
    done = check(tmp_path, text, "--format", "sarif")
    log: dict[str, Any] = json.loads(done.stdout)
    assert log["version"] == "2.1.0"
    assert log["$schema"].endswith("sarif-2.1.0.json")
    (run,) = log["runs"]
    driver = run["tool"]["driver"]
    assert driver["name"] == "catalogue"
    assert len({rule["id"] for rule in driver["rules"]}) == len(driver["rules"])
    for result in run["results"]:
        assert driver["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["level"] in LEVELS
        assert result["message"]["text"]
        (location,) = result["locations"]
        physical = location["physicalLocation"]
        assert not physical["artifactLocation"]["uri"].startswith("/")
        assert min(physical["region"].values()) >= 1


def test_every_model_that_can_be_read_is_counted_beside_a_broken_one(tmp_path: Path) -> None:
    done = check(tmp_path, "Models:\n  - Name: a\n    Title: a: b\n  - Name: sound\n")
    assert done.returncode == 1
    assert done.stdout.splitlines()[-1] == "1 error, 0 warnings, 0 notes in 1 model"
