"""The commands, as people type them: what they print, and their exit statuses."""

import hashlib
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import torch
from conftest import ROOT
from PIL import Image
from safetensors.torch import save_file

from catalogue.record import Accuracy, AccuracyConditions
from catalogue.store import load

MODELS = """
import torch

class Net(torch.nn.Module):
    def __init__(self, width=4):
        super().__init__()
        self.layer = torch.nn.Conv2d(3, width, 3)

    def forward(self, images):
        return self.layer(images).mean((2, 3))

def moody():
    raise RuntimeError("not today")
"""
INDEX = """
Collections:
  - Name: Toys
    Title: {en: Toys, zh: 玩具}
Models:
  - Name: toy-small
    In Collection: Toys
    Alias: Tiny
    Builder: toy_models:Net
    Preprocessing: &recipe {ID: own, Input Size: [3, 16, 16], Resize: 16, Crop: 16}
  - Name: toy-large
    In Collection: Toys
    Builder: {Target: "toy_models:Net", Kwargs: {width: 8}}
    Preprocessing: *recipe
  - Name: toy-moody
    Builder: toy_models:moody
    Preprocessing: *recipe
"""


WIDE = """    Builder: {Target: "toy_models:Net", Kwargs: {width: 1000}}
"""


def make_images(folder: Path) -> None:
    """Two classes of three small pictures each."""
    for synset in ("n01440764", "n02102040"):
        (folder / synset).mkdir(parents=True)
        for number in range(3):
            picture = Image.new("RGB", (20 + number, 18), (number * 80, 40, 200))
            picture.save(folder / synset / f"{synset}_{number}.JPEG")


def make_weights(path: Path) -> str:
    """Weights for the wide net; returns their SHA-256."""
    torch.manual_seed(0)
    torch.save({"layer.weight": torch.randn(1000, 3, 3, 3), "layer.bias": torch.zeros(1000)}, path)
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.fixture
def zoo(tmp_path: Path) -> Path:
    (tmp_path / "model-index").mkdir()
    (tmp_path / "model-index" / "model-index.yml").write_text(INDEX, encoding="utf-8")
    (tmp_path / "toy_models.py").write_text(MODELS)
    (tmp_path / "catalogue.toml").write_text('allow = ["toy_models"]\n')
    return tmp_path


def run(*words: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "catalogue", *words],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT), "XDG_CACHE_HOME": str(folder / "cache")},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def lines(text: str) -> list[str]:
    """Printed lines with runs of spaces as one."""
    return [re.sub(r" +", " ", line) for line in text.splitlines()]


def test_help_names_every_command_without_importing_torch() -> None:
    done = run("--help", folder=ROOT)
    assert done.returncode == 0
    assert all(word in done.stdout for word in ("refresh", "check", "render", "list"))
    code = "import sys, catalogue.cli; sys.exit(any(m in sys.modules for m in ('torch', 'yaml')))"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def test_refresh_measures_once_and_then_says_it_is_up_to_date(zoo: Path) -> None:
    counted = ("refresh", "--model", "toy-small", "--only", "complexity")
    first = run(*counted, folder=zoo)
    assert first.returncode == 0
    macs = 14 * 14 * 4 * 27
    assert lines(first.stdout) == [
        f"toy-small complexity 112 params, {macs:,} MACs, {2 * macs:,} FLOPs (2 x MACs)",
        "1 measured",
    ]
    again = run(*counted, folder=zoo)
    assert again.returncode == 0
    assert re.fullmatch(
        r"toy-small complexity up to date \(measured \d{4}-\d\d-\d\d\)\n1 up to date\n",
        re.sub(" +", " ", again.stdout),
    )
    assert len(load(zoo / "model-index" / "measurements").records) == 1


def test_force_measures_again_and_keeps_the_older_record(zoo: Path) -> None:
    counted = ("refresh", "--model", "toy-small", "--only", "complexity")
    run(*counted, folder=zoo)
    time.sleep(1.1)  # records tell moments apart by the second
    assert "1 measured" in run(*counted, "--force", folder=zoo).stdout
    assert len(load(zoo / "model-index" / "measurements").records) == 2


def test_a_changed_entry_is_out_of_date_by_name(zoo: Path) -> None:
    run("refresh", "--model", "toy-large", "--only", "complexity", folder=zoo)
    index = zoo / "model-index" / "model-index.yml"
    index.write_text(index.read_text(encoding="utf-8").replace("width: 8", "width: 9"))
    listed = run("list", folder=zoo)
    assert "toy-large: complexity: out of date (changed: arguments)" in listed.stdout
    planned = run("refresh", "--family", "toys", "--only", "complexity", "--dry-run", folder=zoo)
    told = [re.sub("about [^(]*", "about …", line) for line in lines(planned.stdout)]
    assert told == [
        "toy-small complexity would be measured: missing",
        "toy-large complexity would be measured: out of date (changed: arguments)",
        "toy-small: 1 point, about …",
        "toy-large: 1 point, about …",
        "complexity: 2 points, about …(from records of this device)",
        "2 to measure, 0 up to date; about …",
    ]
    assert planned.returncode == 0


def test_accuracy_without_images_is_said_to_be_skipped(zoo: Path) -> None:
    done = run("refresh", "--model", "toy-small", "--only", "accuracy", folder=zoo)
    assert lines(done.stdout) == [
        "toy-small accuracy skipped: no --imagenet PATH: pages say 'reported, not measured'",
        "1 skipped",
    ]
    assert done.returncode == 0


def test_the_hash_of_a_hubs_weights_is_filled_in_and_the_record_stays_up_to_date(
    zoo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_images(zoo / "images")
    make_weights(zoo / "net.pth")
    commit, cache = "a" * 40, zoo / "hf" / "hub" / "models--zoo--toy"
    (cache / "snapshots" / commit).mkdir(parents=True)
    (cache / "refs").mkdir()
    (cache / "refs" / "main").write_text(commit)
    file = cache / "snapshots" / commit / "model.safetensors"
    save_file(torch.load(zoo / "net.pth"), file)
    monkeypatch.setenv("HF_HOME", str(zoo / "hf"))
    url = "https://huggingface.co/zoo/toy/resolve/main/model.safetensors"
    index = zoo / "model-index" / "model-index.yml"
    entry = f"    Weights: {url}  # ours\n"
    text = index.read_text(encoding="utf-8").replace("    Builder: toy_models:Net\n", WIDE + entry)
    index.write_text(text, encoding="utf-8")
    words = ("refresh", "--model", "toy-small", "--only", "accuracy", "--imagenet", "images")
    done = run(*words, folder=zoo)
    assert done.returncode == 0, done.stdout + done.stderr
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    filled = text.replace(url, f"{{URL: {url}, SHA256: {digest}}}")
    assert index.read_text(encoding="utf-8") == filled
    said = f"toy-small: weights: SHA256 {digest[:12]}… filled in at model-index.yml:10:14"
    assert said in lines(done.stderr)
    (record,) = load(zoo / "model-index" / "measurements").records
    assert isinstance(record.result, Accuracy)
    assert record.result.weights_source == url.replace("main", commit)
    assert record.subject.weights == url
    assert "1 up to date" in run(*words, folder=zoo).stdout


def test_accuracy_is_measured_on_a_folder_of_images_with_the_entrys_weights(zoo: Path) -> None:
    make_images(zoo / "images")
    weights = make_weights(zoo / "model-index" / "toy.pth")
    index = zoo / "model-index" / "model-index.yml"
    entry = f"    Weights: {{URL: toy.pth, SHA256: {weights}}}\n"
    text = index.read_text(encoding="utf-8").replace("    Builder: toy_models:Net\n", WIDE + entry)
    index.write_text(text, encoding="utf-8")
    words = ("refresh", "--model", "toy-small", "--only", "accuracy", "--imagenet", "images")
    done = run(*words, folder=zoo)
    assert done.returncode == 0, done.stderr
    assert lines(done.stdout)[0].startswith("toy-small accuracy subset of 6 top-1 ")
    assert "of a subset of 6 images" in done.stdout
    assert done.stderr.startswith("images: 998 classes (n01443537, ")
    (record,) = load(zoo / "model-index" / "measurements").records
    assert isinstance(record.result, Accuracy)
    assert record.result.weights_sha256 == weights
    assert isinstance(record.conditions, AccuracyConditions)
    assert record.conditions.subset
    assert record.result.bits_sha256 is not None
    assert (zoo / ".catalogue" / "bits" / f"{record.result.bits_sha256}.bits").stat().st_size == 2
    assert list((zoo / "cache" / "catalogue" / "runs").iterdir()) == []
    assert "1 up to date" in run(*words, folder=zoo).stdout
    both = run("refresh", "--all", "--weights", "toy.pth", folder=zoo / "model-index")
    assert both.returncode == 2
    assert both.stderr == (
        "catalogue: --weights toy.pth: 3 models are selected; a file holds the weights of one, "
        "so name exactly one with --model\n"
    )
    (zoo / "model-index" / "toy.pth").write_bytes(b"not the weights")
    broken = run(*words, "--force", folder=zoo)
    assert broken.returncode == 1
    assert "failed: " in broken.stdout
    assert "SHA-256" in broken.stdout


def test_a_failure_is_recorded_told_and_gives_status_1(zoo: Path) -> None:
    done = run("refresh", "--all", "--only", "complexity", folder=zoo)
    assert done.returncode == 1
    failed = (
        "toy-moody complexity failed: Builder 'toy_models:moody' raised RuntimeError: not today "
        "(model-index/model-index.yml:15:11)"
    )
    assert failed in lines(done.stdout)
    assert done.stdout.endswith("2 measured; 1 failed\n")
    assert "Traceback" not in done.stderr
    again = run("refresh", "--model", "toy-moody", "--only", "complexity", folder=zoo)
    assert again.returncode == 0
    assert "known to fail" in again.stdout
    assert "--force tries again" in again.stdout


@pytest.mark.parametrize("name", ["toy-small", "TOY-SMALL", "Tiny", "tiny"])
def test_a_model_answers_to_its_id_name_and_alias_in_any_case(zoo: Path, name: str) -> None:
    done = run("refresh", "--model", name, "--only", "complexity", "--dry-run", folder=zoo)
    assert "1 to measure" in done.stdout


@pytest.mark.parametrize(
    "words", [("--model", "toy-small", "tiny", "toy-large"), ("toy-small", "toy-large")]
)
def test_several_models_may_follow_one_another(zoo: Path, words: tuple[str, ...]) -> None:
    done = run("refresh", *words, "--only", "complexity", "--dry-run", folder=zoo)
    assert "2 to measure" in done.stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            ("refresh", "--model", "toy-smal"),
            "catalogue: --model toy-smal: no such model among 3 (did you mean 'toy-small'",
        ),
        (
            ("refresh", "--family", "Toyz"),
            "catalogue: --family Toyz: no such family (did you mean 'Toys'?); expected one of Toys",
        ),
        (
            ("refresh",),
            (
                "catalogue: nothing selected; name what to refresh with --model NAME, --family "
                "NAME or --all"
            ),
        ),
        (
            ("refresh", "--all", "--model", "toy-smal"),
            "catalogue: --model toy-smal: no such model among 3 (did you mean 'toy-small'",
        ),
        (
            ("refresh", "--all", "--family", "Toys"),
            (
                "catalogue: --all is every model, toy-small among them; leave out --all, or the "
                "names"
            ),
        ),
        (("refresh", "--only", "speed"), "Invalid value for '--only': 'speed'"),
        (("refresh", "--all", "--imagenet", "nowhere"), "Path 'nowhere' does not exist"),
    ],
)
def test_a_wrong_call_is_one_line_and_status_2(
    zoo: Path, words: tuple[str, ...], said: str
) -> None:
    done = run(*words, folder=zoo)
    assert said in done.stderr
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_a_folder_without_a_zoo_is_told(tmp_path: Path) -> None:
    done = run("list", folder=tmp_path)
    assert done.returncode == 1
    assert "no model index found; expected model-index/model-index.yml" in done.stderr


def test_a_broken_entry_is_told_and_its_neighbours_go_on(zoo: Path) -> None:
    index = zoo / "model-index" / "model-index.yml"
    broken = index.read_text(encoding="utf-8").replace("  - Name: toy-large\n", "  - Nme: x\n")
    index.write_text(broken, encoding="utf-8")
    done = run("refresh", "--model", "toy-small", "--only", "complexity", folder=zoo)
    assert "1 measured" in done.stdout
    assert "model-index.yml:" in done.stderr
    assert done.returncode == 1


def test_an_interruption_keeps_what_is_done(zoo: Path) -> None:
    # Where the tests run in the background, interrupts are ignored, and children would inherit it.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    process = subprocess.Popen(
        [sys.executable, "-u", "-m", "catalogue", "refresh", "--all"],
        cwd=zoo,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    signal.signal(signal.SIGINT, before)
    assert process.stdout is not None
    for line in process.stdout:
        if "MACs" in line:
            process.send_signal(signal.SIGINT)
            break
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 130
    assert errors.endswith("catalogue: interrupted; what was measured is kept\n")
    stored = load(zoo / "model-index" / "measurements")
    assert len(stored.records) >= 1
    assert stored.diagnostics == ()


def test_list_shows_how_every_model_stands(zoo: Path) -> None:
    run("refresh", "--model", "toy-small", "--only", "complexity", folder=zoo)
    done = run("list", folder=zoo)
    assert lines(done.stdout)[:4] == [
        "model family complexity latency here accuracy",
        "toy-small Toys up to date missing missing",
        "toy-large Toys missing missing missing",
        "toy-moody - missing missing missing",
    ]


def test_python_dash_m_is_the_same_program() -> None:
    assert run("--version", folder=ROOT).stdout.startswith("catalogue, version ")
