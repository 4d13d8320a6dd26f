"""What people see of `catalogue import`: exit statuses, one line a fault, and what was done."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT

CSV = "model,img_size,top1,top5\na,224,79.00,94.00\nb,224,70.00,90.00\n"


def run(*words: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "catalogue", *words],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def zoo(tmp_path: Path) -> Path:
    """A folder with a zoo of one model, and a table."""
    folder = tmp_path / "model-index"
    folder.mkdir()
    (folder / "model-index.yml").write_text("Models:\n  - Name: a  # mine\n")
    (tmp_path / "results-imagenet.csv").write_text(CSV)
    return tmp_path


def test_an_import_says_what_it_did_and_what_it_passed_over(zoo: Path) -> None:
    first = run("import", "timm-results", "results-imagenet.csv", folder=zoo)
    assert (first.returncode, first.stderr) == (0, "")
    assert first.stdout == (
        "results-imagenet.csv: 1 of 2 rows are of models without an entry (b); `catalogue import "
        "timm` adds entries\n"
        "results-imagenet.csv: 0 entries added, 1 file written\n"
    )
    again = run("import", "timm-results", "results-imagenet.csv", folder=zoo)
    assert again.stdout.endswith(
        "results-imagenet.csv: nothing to write, everything is there as it says\n"
    )


def test_what_a_person_changed_is_said(zoo: Path) -> None:
    index = zoo / "model-index" / "model-index.yml"
    run("import", "timm-results", "results-imagenet.csv", folder=zoo)
    index.write_text(index.read_text().replace("79.00%", "79.01%"))
    (zoo / "results-imagenet.csv").write_text(CSV.replace("79.00", "79.10"))
    said = run("import", "timm-results", "results-imagenet.csv", folder=zoo).stdout
    assert (
        "model-index.yml: a > Results > ImageNet-1k > Metrics > Top 1 Accuracy: '79.01%' stays, "
        "the import says '79.10%'\n"
    ) in said
    assert "79.01%" in index.read_text()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("timm-results", "no.csv"), "no.csv: cannot be read: No such file or directory"),
        (("model-index", "no"), "no: no such file or folder; expected an index file or its folder"),
        (("huggingface-card", "no.md"), "no.md: cannot be read: No such file or directory"),
    ],
)
def test_a_file_that_is_not_there_is_one_line(
    zoo: Path, words: tuple[str, ...], message: str
) -> None:
    outcome = run("import", *words, folder=zoo)
    assert outcome.returncode == 1
    assert outcome.stderr.startswith(f"catalogue: {message}")
    assert outcome.stderr.count("\n") == 1


def test_without_a_zoo_nothing_is_imported(tmp_path: Path) -> None:
    (tmp_path / "results-imagenet.csv").write_text(CSV)
    outcome = run("import", "timm-results", "results-imagenet.csv", folder=tmp_path)
    assert outcome.returncode == 1
    assert "no model index found" in outcome.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["results-imagenet.csv"]


def test_importing_files_needs_no_torch() -> None:
    modules = "huggingface model_index place timm_tables csv_table timm_models torchvision_models"
    names = ", ".join(f"catalogue.importing.{name}" for name in modules.split())
    code = f"import sys, catalogue.starting, {names}; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0
