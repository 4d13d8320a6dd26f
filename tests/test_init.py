"""A new zoo: complete, sound and usable at once, in a folder and from a wheel."""

import os
import re
import subprocess
import sys
import zipfile
from importlib.util import find_spec
from pathlib import Path

import pytest
import yaml
from conftest import ROOT

from catalogue import __version__
from catalogue.build import build
from catalogue.check import check_zoo
from catalogue.errors import WrongCallError
from catalogue.read import read_zoo
from catalogue.settings import find_settings
from catalogue.starting import start_zoo, starter_files


def run(*words: str, folder: Path, path: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", *words],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(path)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_new_zoo_has_what_it_needs(tmp_path: Path) -> None:
    written = start_zoo(tmp_path / "zoo")
    assert written == tuple(sorted(starter_files()))
    assert {
        ".github/workflows/catalogue.yml",
        ".gitignore",
        "catalogue.toml",
        "docs/hook.py",
        "mkdocs.yml",
        "mkdocs.zh.yml",
        "model-index/model-index.yml",
        "schema/zoo-index.schema.json",
        "templates/README.md",
        "templates/README.zh.md",
        "zoo_models/__init__.py",
    } < set(written)


def test_its_site_is_set_up_as_ours(tmp_path: Path) -> None:
    start_zoo(tmp_path)
    for name in ("mkdocs.yml", "mkdocs.zh.yml", "docs/hook.py", "docs/zh/method.md"):
        assert (tmp_path / name).read_text() == (ROOT / name).read_text()
    assert (tmp_path / "requirements.txt").read_text() == f"zoo-catalogue>={__version__}\n"


def test_no_guide_of_it_names_a_file_that_it_lacks(tmp_path: Path) -> None:
    start_zoo(tmp_path)
    for guide in tmp_path.rglob("*.md"):
        text = guide.read_text(encoding="utf-8")
        assert "docs/templates" not in text
        for link in re.findall(r"\]\(([^):#]+)\)", text):
            assert (guide.parent / link).is_file(), (guide, link)
    assert (tmp_path / "templates/README.zh.md").is_file()


def test_its_workflow_tells_the_site_its_address(tmp_path: Path) -> None:
    start_zoo(tmp_path)
    workflow = tmp_path / ".github/workflows/catalogue.yml"
    steps = yaml.safe_load(workflow.read_text(encoding="utf-8"))["jobs"]["site"]["steps"]
    (build_step,) = [step for step in steps if step.get("run") == "mkdocs build --strict"]
    assert build_step["env"]["SITE_URL"].startswith("${{ vars.SITE_URL || format('https://{0}")


def test_its_entries_are_without_fault(tmp_path: Path) -> None:
    start_zoo(tmp_path)
    settings = find_settings(tmp_path)
    reading = read_zoo(settings.index, allowed=settings.allow)
    assert reading.diagnostics == ()
    assert list(check_zoo(reading.zoo, records=())) == []
    assert [one.id for one in reading.zoo.entries] == [
        "pocketnet_w16",
        "pocketnet_w32",
        "mobilenetv3_small_050",
    ]


@pytest.mark.parametrize("width", [16, 32])
def test_its_own_model_builds_by_the_formula(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, width: int
) -> None:
    start_zoo(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "zoo_models", raising=False)
    monkeypatch.delitem(sys.modules, "zoo_models.pocketnet", raising=False)
    zoo = read_zoo(tmp_path / "model-index", allowed=frozenset({"zoo_models"})).zoo
    entry = next(one for one in zoo.entries if one.id == f"pocketnet_w{width}")
    module = build(entry, allowed=frozenset({"zoo_models"}), device="meta").module
    block = [9 * c + c * c + 2 * c for c in (width, 2 * width)]
    down = [4 * c * 2 * c + 2 * c for c in (width, 2 * width)]
    ends = 48 * width + width, 4 * width * 1000 + 1000
    expected = sum(ends) + 2 * sum(block) + sum(down)
    assert sum(one.numel() for one in module.parameters()) == expected


def test_a_folder_that_is_not_empty_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(WrongCallError) as fault:
        start_zoo(tmp_path)
    assert str(fault.value) == (
        f"{tmp_path}: is not empty (mine.txt); name a new folder, or pass --add to write what is "
        "missing and overwrite nothing"
    )
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_a_fresh_git_repository_counts_as_empty(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    assert start_zoo(tmp_path)


def test_adding_overwrites_nothing(tmp_path: Path) -> None:
    (tmp_path / "mkdocs.yml").write_text("site_name: Mine\n")
    (tmp_path / "catalogue.toml").symlink_to(tmp_path / "nowhere")
    written = start_zoo(tmp_path, add=True)
    assert (tmp_path / "mkdocs.yml").read_text() == "site_name: Mine\n"
    assert not {"mkdocs.yml", "catalogue.toml"} & set(written)
    assert not (tmp_path / "nowhere").exists()
    assert start_zoo(tmp_path, add=True) == ()


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("")
    with pytest.raises(WrongCallError, match="is a file, expected a folder to start the zoo in"):
        start_zoo(tmp_path / "a")


@pytest.mark.slow
def test_measuring_and_building_work_at_once(tmp_path: Path) -> None:
    zoo = tmp_path / "zoo"
    started = run("catalogue", "init", str(zoo), folder=tmp_path)
    assert started.stdout.startswith(f"{len(starter_files())} files written in {zoo}\n")
    measured = run("catalogue", "refresh", "--all", "--only", "complexity", folder=zoo)
    assert (measured.returncode, measured.stderr) == (0, "")
    assert measured.stdout.endswith("3 measured\n")
    built = run("mkdocs", "build", "--strict", folder=zoo)
    assert built.returncode == 0, built.stderr
    for page in ("index.html", "models/pocketnet_w16.html", "zh/models/pocketnet_w16.html"):
        assert "PocketNet" in (zoo / "site" / page).read_text()
    schema = zoo / "site" / "schema" / "zoo-index.schema.json"
    assert schema.read_text() == (zoo / "schema" / "zoo-index.schema.json").read_text()


@pytest.mark.slow
@pytest.mark.skipif(find_spec("hatchling") is None, reason="hatchling is not installed")
def test_a_wheel_starts_the_same_zoo(tmp_path: Path) -> None:
    pip = ("pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "-w", str(tmp_path))
    made = run(*pip, str(ROOT), folder=tmp_path)
    assert made.returncode == 0, made.stderr
    (wheel,) = tmp_path.glob("*.whl")
    zipfile.ZipFile(wheel).extractall(tmp_path / "installed")
    installed = tmp_path / "installed"
    started = run("catalogue", "init", str(tmp_path / "zoo"), folder=tmp_path, path=installed)
    assert started.returncode == 0, started.stderr
    for name, text in starter_files().items():
        assert (tmp_path / "zoo" / name).read_text() == text
    built = run("mkdocs", "build", "--strict", folder=tmp_path / "zoo", path=installed)
    assert built.returncode == 0, built.stderr
