"""Files are found through lists of folders as the disk itself would find them."""

import os
from pathlib import Path

import pytest

from catalogue.read.folders import Folders


def zoo(root: Path) -> Path:
    (root / "configs" / "a").mkdir(parents=True)
    (root / "configs" / "a" / "a.py").write_text("")
    (root / "configs" / "linked.py").symlink_to(root / "configs" / "a" / "a.py")
    (root / "dangling.py").symlink_to(root / "nowhere.py")
    (root / "round.py").symlink_to(root / "round.py")
    (root / "shortcut").symlink_to(root / "configs" / "a")
    return root


@pytest.mark.parametrize(
    "path",
    [
        *("configs/a/a.py", "configs/a/../a/a.py", "configs/./a/a.py", "configs//a/a.py"),
        *("configs/linked.py", "shortcut/a.py", "shortcut/../a/a.py", "shortcut/../../a.py"),
        *("configs/a", "configs/a/", "configs/a/a.py/", "configs/a/a.py/b", "configs/b.py", "."),
        *("dangling.py", "round.py", "round.py/a", "nowhere/a.py", "\0", "a\0/b", "é" * 300, ""),
        "x" * 300 + "/a.py",
    ],
)
def test_a_path_leads_to_the_file_that_the_system_opens(tmp_path: Path, path: str) -> None:
    full = f"{zoo(tmp_path)}/{path}"
    expected = os.path.realpath(full) if "\0" not in path and os.path.isfile(full) else None  # noqa: PTH113
    folders = Folders()
    assert folders.real_file(full) == expected
    assert folders.real_file(full) == expected, "the second look finds what the first did"


def test_a_folder_is_listed_once_however_many_files_are_asked_for(tmp_path: Path) -> None:
    folders = Folders()
    assert folders.real_file(f"{zoo(tmp_path)}/configs/a/a.py")
    (tmp_path / "configs" / "a" / "a.py").unlink()
    assert folders.real_file(f"{tmp_path}/configs/a/a.py"), "as the folder was at the first look"
