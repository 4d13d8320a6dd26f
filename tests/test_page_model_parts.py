"""The rest of a model's page: exact commands, known failures, history, code that runs as shown."""

import contextlib
import io
import re
import shlex
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import click
import pytest
from latency_zoo import CPU, all_conditions, judged
from page_zoo import (
    LARGE,
    LONER,
    SIZE,
    SMALL,
    STORED,
    ZOO,
    accuracy,
    complexity,
    counted,
    latency,
    record,
    timed,
    validated,
)
from PIL import Image

from catalogue.cli import refresh
from catalogue.entry import Builder, Entry
from catalogue.page.commands import IMAGES, commands
from catalogue.page.history import history
from catalogue.page.known import known_failures
from catalogue.page.wording import say
from catalogue.page.zoo import judge_zoo
from catalogue.record import Failure, Kind, Record, Result
from catalogue.render import render_site
from catalogue.store import Stored

_FENCED = re.compile(r"^ *```(\w+)\n(.*?)^ *```", re.MULTILINE | re.DOTALL)


def shown(page: str, language: str) -> list[str]:
    """The code in one language on a rendered page, without the indents of tabs."""
    found = []
    for name, code in _FENCED.findall(page):
        if name == language:
            lines = code.splitlines()
            indent = min((len(line) - len(line.lstrip()) for line in lines if line), default=0)
            found.append("\n".join(line[indent:] for line in lines))
    return found


def page_of(entry: Entry, folder: Path, *records: Record) -> str:
    stored = Stored(records=records, environments=STORED.environments)
    render_site(replace(ZOO, entries=(entry,)), stored, folder)
    return (folder / "en" / "models" / f"{entry.id}.md").read_text(encoding="utf-8")


def asked(command: str, images: Path) -> dict[str, Any]:
    """What a command asks `catalogue refresh` for, read by the program itself."""
    program, name, *words = shlex.split(command.replace(IMAGES, str(images)))
    assert (program, name) == ("catalogue", "refresh")
    return refresh.make_context(name, words).params


def test_the_commands_of_a_page_ask_for_its_times_and_for_nothing_else(tmp_path: Path) -> None:
    model = judged().models[0]
    found = set()
    for group in commands(model.evidence):
        for command in group.commands:
            params = asked(command.code, tmp_path)
            assert params["force"]
            assert params["models"] == ("small",)
            if params["kinds"] != ("latency",):
                continue
            axes = ("devices", "backends", "memory_formats", "precisions", "batch_sizes")
            found |= {
                (*point, params["threads"] or 0, params["size"])
                for point in product(*(params[axis] for axis in axes))
            }
    assert found == {
        (
            one.device_type,
            one.backend,
            one.memory_format,
            one.precision,
            one.batch_size,
            one.threads,
            None if one.input_size == SIZE else one.input_size[1:],
        )
        for one in all_conditions()
    }


def test_every_command_on_a_page_is_one_that_the_program_takes(tmp_path: Path) -> None:
    (tmp_path / "images").mkdir()
    larger = replace(counted(), input_size=(3, 288, 288), form="deploy")
    part = replace(validated(), images=500, subset=True, precision="bf16")
    page = page_of(
        SMALL,
        tmp_path / "docs",
        record(SMALL, Kind.COMPLEXITY, counted(), complexity(1, 2)),
        record(SMALL, Kind.COMPLEXITY, larger, complexity(1, 3), input_size=SIZE),
        record(SMALL, Kind.LATENCY, timed(4), latency(9.0)),
        record(SMALL, Kind.ACCURACY, part, accuracy(400, 450)),
    )
    lines = [line for code in shown(page, "shell") for line in code.splitlines()]
    typed = [line for line in lines if line.startswith("catalogue refresh")]
    for line in typed:
        asked(line.replace("/path/to/imagenet", str(tmp_path / "images")), tmp_path / "images")
    assert any("--input-size 288x288 --form deploy" in line for line in typed)
    assert any("--limit 500" in line and "bf16" in line for line in typed)
    assert any(
        "--device cpu --precision fp32 --batch-size 4 --backend eager --memory-format contiguous "
        "--threads 1" in line
        for line in typed
    )


def test_without_a_builder_there_is_no_command() -> None:
    (model,) = judge_zoo(replace(ZOO, entries=(replace(SMALL, builder=None),)), STORED).models
    assert commands(model.evidence) == ()


def test_known_failures_name_doubts_wrong_answers_and_noise() -> None:
    keys = [one.key for one in known_failures(judged().models[0])]
    assert keys.count("known.wrong") == 4
    assert {"breakdown.uncounted", "known.refused.why", "known.refuted"} <= set(keys)
    guessed = replace(accuracy(50, 250), chance_hits=50.0, not_finite=3, unreadable=("a.jpg",))
    doubtful = replace(complexity(1, 4), macs_checked=5, uncounted=())
    noisy = replace(latency(40.0), refused=2)
    records = (
        record(LARGE, Kind.COMPLEXITY, counted(), doubtful),
        record(LARGE, Kind.LATENCY, timed(1), noisy),
        record(LARGE, Kind.ACCURACY, validated(), guessed),
    )
    stored = Stored(records=records, environments={})
    bare = replace(LARGE, costs=(), results=())
    (model,) = judge_zoo(replace(ZOO, entries=(bare,)), stored).models
    assert [one.key for one in known_failures(model)] == [
        "known.counters",
        "known.chance",
        "known.not-finite",
        "known.unreadable",
        "known.refused",
    ]


def test_a_model_without_any_failure_says_so(tmp_path: Path) -> None:
    assert "No failure is known" in page_of(LONER, tmp_path)


def test_history_keeps_what_newer_records_replaced_newest_first() -> None:
    times = ("2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z", "2026-01-03T00:00:00Z")
    failure = Failure(reason="the machine never became quiet", retry=True)
    results: tuple[Result, ...] = (latency(50.0), latency(40.0), failure)
    records = [
        record(SMALL, Kind.LATENCY, CPU, result, time=time)
        for result, time in zip(results, times, strict=True)
    ]
    stored = Stored(records=tuple(records), environments={})
    (model,) = judge_zoo(replace(ZOO, entries=(SMALL,)), stored).models
    past = history(model.evidence)
    assert [one.time[:10] for one in past] == ["2026-01-03", "2026-01-01"]
    quoted = say("failure.quoted", text=failure.reason)
    assert past[0].found == say("state.failed", reason=quoted)
    assert past[1].found == say("feed.latency", ms="50.0", low="49.0", high="51.0")
    assert len(history(model.evidence, most=1)) == 1


TINY = (
    Builder(target="timm:test_resnet.r160_in1k"),
    Builder(target="torchvision:squeezenet1_1"),
    Builder(target="torchvision.models.squeezenet:SqueezeNet", kwargs={"version": "1_1"}),
)


@pytest.mark.parametrize("builder", TINY, ids=lambda one: one.scheme)
def test_code_on_a_page_runs_as_it_is_shown(
    builder: Builder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without weights, which would need the network."""
    page = page_of(replace(SMALL, builder=builder, weights=()), tmp_path / "docs")
    blocks = shown(page, "python")
    assert any("transforms.Compose" in block for block in blocks)
    assert len(blocks) == (4 if builder.scheme == "timm" else 2)
    Image.new("RGB", (300, 260)).save(tmp_path / "photo.jpg")
    monkeypatch.chdir(tmp_path)
    said = io.StringIO()
    for block in blocks:
        with contextlib.redirect_stdout(said):
            exec(compile(block, "<page>", "exec"), {})  # noqa: S102  # what readers paste
    assert "%" in said.getvalue()


def test_commands_that_do_not_exist_would_be_found(tmp_path: Path) -> None:
    with pytest.raises(click.NoSuchOption):
        asked("catalogue refresh --model small --precisely fp32", tmp_path)
