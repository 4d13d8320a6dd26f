"""No figure of a page stands alone: what is claimed has its verdict, what is missing its reason."""

import re
from dataclasses import replace
from pathlib import Path

from page_zoo import SMALL, STORED, ZOO, figure

from catalogue.entry import ReportedLatency, Text, Zoo
from catalogue.page.told_latency import Note, reported_devices
from catalogue.page.verdict import Verdict
from catalogue.page.wording import say
from catalogue.page.zoo import judge_zoo
from catalogue.read import read_zoo
from catalogue.render import render_site
from catalogue.store import Stored

ENTRY = """\
Collections: [{Name: Nets}]
Models:
  - Name: net1
    In Collection: Nets
    Builder: {Target: "timm:resnet18"}
    Metadata:
      FLOPs: 20586274792
      Parameters: 79250000
      File Size: 318016207
      Model Size: Small
      Epochs: 90
"""


def page(zoo: Zoo, folder: Path, name: str, stored: Stored | None = None) -> str:
    render_site(zoo, stored or Stored(environments={}), folder)
    return (folder / name).read_text(encoding="utf-8")


def test_figures_in_metadata_stand_with_their_verdict_only(tmp_path: Path) -> None:
    index = tmp_path / "model-index.yml"
    index.write_text(ENTRY, encoding="utf-8")
    text = page(read_zoo(index).zoo, tmp_path, "en/models/net1.md")
    described = text.partition("{: #metadata }")[2].partition("\n## ")[0]
    assert re.findall(r"<th>([^<]+)</th><td>([^<]+)<", described) == [
        ("Model Size", "Small"),
        ("Epochs", "90"),
    ]
    figures = text.partition("{: #figures ")[2].partition("\n## ")[0]
    assert figures.count("zoo-verdict--not-measured") == 3


def test_what_a_table_compares_by_is_said_without_what_there_is_not(tmp_path: Path) -> None:
    bare = replace(SMALL, results=(), latencies=(), costs=())
    for language, words in (("en", "No figures can be compared here yet"), ("zh", "暂无可比较")):
        text = page(replace(ZOO, entries=(bare,)), tmp_path, f"{language}/index.md")
        assert f'<p class="zoo-conditions">{words}' in text
        assert "★" not in text
    told = page(replace(ZOO, entries=(SMALL,)), tmp_path, "en/index.md")
    assert "none" not in told.partition("This table compares: ")[2].partition("</p>")[0]


def test_the_size_of_weights_is_told_in_bytes(tmp_path: Path) -> None:
    text = page(ZOO, tmp_path, "zh/models/small.md", STORED)
    assert "精确值 40,000,000 字节" in text


def line(precision: str, note: str | None = None) -> ReportedLatency:
    return ReportedLatency(
        device="GPU",
        precision=precision,
        by_batch=((1, figure("5.0")),),
        sources=("book",),
        note=Text(plain=note) if note else None,
    )


def test_reported_times_have_a_verdict_and_a_remark_names_its_columns() -> None:
    lines = (line("FP16", "In the wrong column."), line("FP32"))
    told = judge_zoo(replace(ZOO, entries=(replace(SMALL, latencies=lines),)), STORED)
    (device,) = reported_devices(told.models)
    assert device.verdicts == ((Verdict.NOT_MEASURED, say("reason.other-device")),)
    assert device.tables[0].notes == (
        Note(text=Text(plain="In the wrong column."), precisions=("FP16",)),
    )
    both = tuple(line(one, "Rounded.") for one in ("FP16", "FP32"))
    (device,) = reported_devices(
        judge_zoo(replace(ZOO, entries=(replace(SMALL, latencies=both),)), STORED).models
    )
    assert device.tables[0].notes == (Note(text=Text(plain="Rounded."), precisions=()),)
