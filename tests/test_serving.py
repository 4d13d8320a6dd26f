"""`mkdocs serve` in earnest: what a change shows, and that no build starts the next one."""

import re
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.request import urlopen

import pytest
from mkdocs.livereload import LiveReloadServer
from page_zoo import ENVIRONMENT, latency, record, timed
from test_site import FAMILIES, free_port, wait_for, zoo_in

from catalogue.page.zoo import judge_again, judge_zoo
from catalogue.read import read_zoo
from catalogue.record import Kind
from catalogue.site.touched import Kept, serve_touched, touched_models
from catalogue.store import load, save_environment, save_record

SECONDS = 90
SETTLED = 1.5
"""Longer than mkdocs waits for further changes before it builds, seconds."""


class Served:
    """A running server of a small zoo."""

    def __init__(self, folder: Path, port: int, log: Path) -> None:
        self.folder, self.port, self.log = folder, port, log

    @property
    def builds(self) -> int:
        """How often it has built anew."""
        return self.log.read_text(encoding="utf-8").count("Reloading browsers")

    def page(self, path: str) -> str:
        """A page as a browser gets it."""
        with urlopen(f"http://127.0.0.1:{self.port}/{path}") as answer:
            return str(answer.read().decode())

    def shows(self, words: str, path: str) -> bool:
        """Whether a page comes to show words, by one build that no other follows."""
        before = self.builds
        assert wait_for(lambda: self.builds > before, seconds=SECONDS), self.log.read_text()
        found = words in self.page(path)
        time.sleep(SETTLED)
        assert self.builds == before + 1, self.log.read_text()
        return found


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = zoo_in(tmp_path_factory.mktemp("served"))
    (folder / "templates/labels").mkdir(parents=True)
    (folder / "templates/labels/en.yml").write_text('home.heading.coverage: "Once"\n')
    (folder / "catalogue.toml").write_text("allow = []\n")
    measure(folder, milliseconds=11.0, at="2026-01-02T03:04:05Z")
    port, log = free_port(), folder / "serve.log"
    with log.open("w") as output:
        server = subprocess.Popen(
            [sys.executable, "-m", "mkdocs", "serve", "--dev-addr", f"127.0.0.1:{port}"],
            cwd=folder,
            stderr=output,
        )
    try:
        assert wait_for(lambda: "Serving on" in log.read_text(), seconds=SECONDS), log.read_text()
        yield Served(folder, port, log)
    finally:
        server.terminate()
        server.wait(timeout=20)


def measure(folder: Path, *, milliseconds: float, at: str, device: str = "Old CPU") -> None:
    """Write a latency of the last model, as a refresh would."""
    index = folder / "model-index"
    entry = read_zoo(index / "model-index.yml").zoo.entries[-1]
    conditions = replace(timed(1), device=device)
    made = record(entry, Kind.LATENCY, conditions, latency(milliseconds), time=at)
    environment = save_environment(index / "measurements", ENVIRONMENT)
    save_record(
        index / "measurements",
        replace(made, provenance=replace(made.provenance, environment=environment)),
    )


def test_a_new_record_shows_on_the_pages_of_its_model_without_building_the_others(
    served: Served,
) -> None:
    assert "11.0" in served.page("models/dpn68.html")
    measure(served.folder, milliseconds=77.7, at="2026-01-03T03:04:05Z", device="New CPU")
    assert served.shows("77.7", "models/dpn68.html")
    assert "77.7" in served.page("zh/families/dpn.html")
    assert re.search("Rebuilt what shows dpn68\n", served.log.read_text())
    assert "New CPU" not in served.page("index.html")
    assert served.shows("New CPU", "index.html"), "the pages of all models follow by themselves"
    assert "New CPU" in served.page("zh/index.html")
    assert re.search("Rebuilt what shows dpn68, all models\n", served.log.read_text())


def test_an_edited_entry_shows_in_the_other_language_too(served: Served) -> None:
    edited = FAMILIES.replace("双通道并行", "双通道齐头并进")
    (served.folder / "model-index/families.yml").write_text(edited, encoding="utf-8")
    assert served.shows("双通道齐头并进", "zh/families/dpn.html")


def test_an_edited_label_of_the_zoo_shows(served: Served) -> None:
    labels = served.folder / "templates/labels/en.yml"
    labels.write_text('home.heading.coverage: "Twice over"\n')
    assert served.shows("Twice over", "index.html")


def test_edited_settings_show(served: Served) -> None:
    toml = '[devices."Example CPU"]\npeak-tflops = {fp32 = 0.5}\nbandwidth-gbs = 20\n'
    (served.folder / "catalogue.toml").write_text(toml)
    assert served.shows("models/dpn68.html", "families/dpn.html")


def test_only_new_records_are_taken_for_new_records() -> None:
    records = Path("model-index/measurements")
    old = {records / "a/latency-1.json": (1, 1), Path("templates/home.md.j2"): (1, 1)}
    new = {records / "b/latency-2.json": (1, 1)}
    environment = {records / "environments/e.json": (1, 1)}
    device = {records / "devices/d.json": (1, 1)}
    assert touched_models(records, old, old | new | environment) == {"b"}
    assert touched_models(records, old, old) is None
    assert touched_models(records, old, old | {records / "a/latency-1.json": (2, 1)}) is None
    assert touched_models(records, old, old | new | {Path("templates/x.j2"): (1, 1)}) is None
    assert touched_models(records, old, new) is None
    assert touched_models(records, old, old | device) is None


def test_judging_one_model_anew_finds_what_judging_all_does(tmp_path: Path) -> None:
    folder = zoo_in(tmp_path)
    records = folder / "model-index/measurements"
    zoo = read_zoo(folder / "model-index/model-index.yml").zoo
    measure(folder, milliseconds=11.0, at="2026-01-02T03:04:05Z")
    before = judge_zoo(zoo, load(records))
    measure(folder, milliseconds=77.7, at="2026-01-03T03:04:05Z")
    anew = judge_again(before, load(records, only={"dpn68"}), {"dpn68"})
    assert anew == judge_zoo(zoo, load(records)) != before


def test_a_hook_of_an_older_zoo_is_told_what_it_lacks(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    server = LiveReloadServer(builder=lambda: None, host="127.0.0.1", port=0, root=str(tmp_path))
    serve_touched(server, tmp_path, (), Kept())
    assert "docs/hook.py' lacks on_startup" in caplog.text
    caplog.clear()
    serve_touched(server, tmp_path, (), Kept(serving=True))
    assert caplog.text == ""
    server.server_close()
