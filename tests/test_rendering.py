"""`catalogue render` as a command: what it says, and where."""

from dataclasses import replace
from pathlib import Path

import pytest
from page_zoo import LONER, MIDDLE, STORED, ZOO

from catalogue.commands.opened import Opened
from catalogue.commands.rendering import render
from catalogue.settings import Settings


def opened(project: Path) -> Opened:
    settings = Settings(project=project, index=project / "model-index" / "model-index.yml")
    zoo = replace(ZOO, entries=(MIDDLE, LONER))
    return Opened(settings=settings, zoo=zoo, stored=STORED, diagnostics=())


def test_missing_translations_are_told_and_do_not_fail(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert render(opened(tmp_path), None) == 0
    said = capsys.readouterr()
    assert said.err == (
        "zh:1:1: warning: the text 'Middle net' is missing in 'zh', another language stands in "
        "for it; translate it [missing-translation]\n"
    )
    written = sum(path.is_file() for path in (tmp_path / "docs").rglob("[!.]*"))
    assert written > 0
    docs = tmp_path / "docs"
    assert said.out == f"{written} files written, 0 unchanged, 0 removed in {docs}\n"
