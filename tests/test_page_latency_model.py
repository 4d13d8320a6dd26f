"""Latency on the page of a model: backends, speed-ups, what stands behind a time, bounds."""

from dataclasses import replace

import pytest
from latency_zoo import CPU, GPU, MODELS, judged, latency, stored
from page_zoo import SMALL, STORED, ZOO, record
from page_zoo import latency as old_latency

from catalogue.page.backends import ModelDevice, model_devices
from catalogue.page.curves import MOST, family_curves
from catalogue.page.details import Detail
from catalogue.page.wording import Said, say
from catalogue.page.zoo import judge_zoo
from catalogue.plot.curves import Line, Lines, draw_curves
from catalogue.record import Kind, Latency, Record
from catalogue.store import Stored

JUDGED = judged()
BATCHES = (1, 4, 8, 32)


def views(model: int) -> tuple[ModelDevice, ...]:
    return model_devices(JUDGED.models[model].evidence, JUDGED.limits)


def named(way: Said) -> str:
    values = dict(way.values)
    assert isinstance(values["backend"], Said)
    assert isinstance(values["layout"], Said)
    return f"{values['backend'].key} {values['layout'].key}"


def test_backends_stand_in_rows_and_precisions_and_batches_in_columns() -> None:
    card, cpu, *_ = views(0)
    assert card.columns == (("fp32", BATCHES), ("fp16", BATCHES))
    assert [named(row.way) for row in card.rows] == [
        "backend.eager layout.contiguous",
        "backend.compile layout.contiguous",
        "backend.cudagraph layout.contiguous",
        "backend.onnxruntime-tensorrt layout.contiguous",
    ]
    assert [named(row.way) for row in cpu.rows][-1] == "backend.openvino layout.channels_last"


def test_a_speed_up_is_over_eager_under_conditions_equal_in_all_else() -> None:
    found = {one.conditions: one.result.latency_ms for one in JUDGED.models[0].evidence.timings}
    _, cpu, *_ = views(0)
    fp32, bf16 = cpu.speedups
    (nhwc,) = (row for row in bf16.rows if "channels_last" in named(row.way))
    for batch, cell in zip((1, 4, 8), nhwc.ratios, strict=True):
        eager = replace(CPU, memory_format="channels_last", precision="bf16", batch_size=batch)
        assert cell.value == pytest.approx(found[eager] / found[replace(eager, backend="openvino")])
    assert "backend.eager" not in {named(row.way).split()[0] for row in fp32.rows}


def test_without_eager_under_the_same_conditions_there_is_no_speed_up() -> None:
    kept = [one for one in stored().records if not (one.conditions == CPU and one.model == "small")]
    zoo = judge_zoo(replace(ZOO, entries=(SMALL,)), replace(stored(), records=tuple(kept)))
    _, cpu, *_ = model_devices(zoo.models[0].evidence, zoo.limits)
    first, second, _ = cpu.speedups[0].rows[0].ratios
    assert (first.text, first.reason) == (None, say("speedup.no-eager"))
    assert second.text is not None


def test_wrong_answers_are_failures_with_how_wrong_they_are_beside_them() -> None:
    card, *_ = views(0)
    (row,) = (row for row in card.speedups[1].rows if "tensorrt" in named(row.way))
    assert {cell.state for cell in row.ratios} == {"failed"}
    assert (row.error, row.agreement) == ("0.83", "12.5")
    assert any("state.wrong" in repr(one) for one in card.remarks)


def test_what_was_remarked_on_times_that_stand_is_told_below_them() -> None:
    def noted(one: Record) -> Record:
        if isinstance(one.result, Latency) and "compile" in repr(one.conditions):
            return replace(one, result=replace(one.result, remarks=("1 graph breaks",)))
        return one

    times = replace(stored(), records=tuple(noted(one) for one in stored().records))
    model = judge_zoo(replace(ZOO, entries=MODELS), times).models[0]
    card, *_ = model_devices(model.evidence, JUDGED.limits)
    told = [dict(one.values) for one in card.remarks]
    reasons = [one for one in told if one["reason"] == say("remark.graph-breaks", count=1)]
    assert {one["batches"] for one in reasons} == {tuple(map(str, BATCHES))}
    assert {one["precision"] for one in reasons} == {"FP32", "FP16"}


def test_what_a_backend_cannot_do_is_a_state_with_its_reason() -> None:
    _, cpu, *_ = views(2)
    (onnx,) = (row for row in cpu.rows if "onnxruntime" in named(row.way))
    failed, untaken = onnx.cells[:3], onnx.cells[3:]
    quoted = say("failure.quoted", text="the exporter does not know aten::sort")
    assert {cell.reason for cell in failed} == {say("state.failed", reason=quoted)}
    cannot = say("state.cannot", backend=say("backend.onnxruntime"), precision="BF16")
    assert {cell.reason for cell in untaken} == {cannot}


def test_times_are_held_against_the_bound_of_their_device_precision_and_batch() -> None:
    card, cpu, *others = views(0)
    (two_threads,) = (one for one in others if dict(one.conditions.values)["threads"] == 2)
    way, cells = card.closeness.rows[0]
    assert named(way) == "backend.eager layout.contiguous"
    found = {one.conditions: one.result.latency_ms for one in JUDGED.models[0].evidence.timings}
    assert cells[0].value == pytest.approx(found[GPU] / (1000 * 4e9 / 8.1e12))
    reasons = {cell.reason for _, row in cpu.closeness.rows for cell in row if cell.text is None}
    assert say("closeness.no-peak", precision="BF16") in reasons
    assert two_threads.closeness.reason is not None
    bare = model_devices(JUDGED.models[0].evidence, ())
    assert bare[0].closeness.reason == say("closeness.no-device", device="Example card")


def test_a_column_of_details_is_of_one_time_and_says_what_is_missing_and_why() -> None:
    card, *_ = views(0)
    first = card.details[0]
    rows = {row.name.key: row.cells for row in first.rows}
    assert rows["detail.energy"][0] == ("80.0", None)
    assert rows["detail.clock"][3] == ("1410–1980", None)
    assert rows["detail.p99"][1] == (None, say("detail.none.samples", count=662))
    assert rows["detail.refused"][2][0] == say(
        "detail.refused.why", count="1", reasons=(say("refusal.foreign"),)
    )
    old = record(SMALL, Kind.LATENCY, replace(CPU, threads=5), old_latency(40.0))
    of_old = Stored(records=(old,), environments=STORED.environments)
    zoo = judge_zoo(replace(ZOO, entries=(SMALL,)), of_old)
    (view,) = model_devices(zoo.models[0].evidence, ())
    ((names, reason),) = view.details[0].absent
    assert say("detail.memory") in names
    assert reason == say("detail.none.method")


def details_of(*settings: tuple[tuple[str, str], ...] | None) -> tuple[Detail, ...]:
    """What stands behind times at growing batch sizes that were taken under those settings."""
    records = tuple(
        record(
            SMALL,
            Kind.LATENCY,
            replace(CPU, batch_size=batch),
            replace(latency(9.0, CPU), settings=one),
        )
        for batch, one in enumerate(settings, start=1)
    )
    stored_ones = Stored(records=records, environments=STORED.environments)
    (model,) = judge_zoo(replace(ZOO, entries=(SMALL,)), stored_ones).models
    (view,) = model_devices(model.evidence, ())
    return view.details


def test_settings_that_times_were_taken_under_are_told_once_each() -> None:
    governor, limit = ("governor", "powersave"), ("power_limit_w", "700")
    switch = ("cudnn_benchmark", "off")
    (one,) = details_of((governor, switch), (governor, limit, ("unheard-of", "1")), None)
    assert one.settings == (
        say("setting.governor", value="powersave"),
        say("setting.cudnn_benchmark", value=say("setting.is.off")),
        say("setting.power_limit_w", value="700"),
    )
    for settings, reason in (((), "detail.none.device"), (None, "detail.none")):
        (bare,) = details_of(settings)
        assert bare.settings == ()
        (names,) = (names for names, why in bare.absent if why == say(reason))
        assert say("detail.settings") in names


def test_lines_over_the_batch_size_are_of_one_precision_with_the_bound_below() -> None:
    card, *_ = views(0)
    titles = [(one.quantity, dict(one.title.values)["precision"]) for one in card.curves]
    assert titles == [
        ("latency", "FP32"),
        ("throughput", "FP32"),
        ("latency", "FP16"),
        ("throughput", "FP16"),
    ]
    assert [curve.bound for curve in card.curves[0].curves] == [False] * 4 + [True]
    assert [curve.paint for curve in card.curves[2].curves[:3]] == [0, 1, 2]
    assert len(card.curves[2].curves) == 4  # wrong answers make no line


def test_of_many_models_the_lines_are_spread_from_the_fastest_to_the_slowest() -> None:
    entries = [replace(SMALL, id=f"m{number}") for number in range(20)]
    records = [
        record(entry, Kind.LATENCY, replace(GPU, batch_size=batch), old_latency(ms))
        for number, entry in enumerate(entries)
        for batch, ms in ((1, 20.0 - number), (4, 60.0 - 3 * number), (8, 100.0 - 5 * number))
    ]
    stored = Stored(records=tuple(records), environments=STORED.environments)
    models = judge_zoo(replace(ZOO, entries=tuple(entries)), stored).models
    plot, *_ = family_curves(models, replace(GPU, batch_size=0), (("fp32", (1, 4, 8)),))
    assert (len(plot.curves), plot.left_out) == (MOST, 12)
    firsts = [curve.spots[0][1] for curve in plot.curves]
    assert (max(firsts), min(firsts)) == (20.0, 1.0)


@pytest.mark.parametrize(("longest", "pictures"), [(2, 0), (3, 1)])
def test_two_batch_sizes_are_left_to_the_table_which_says_as_much(
    longest: int, pictures: int
) -> None:
    """A line of two points is drawn beside a longer one, which it can be compared with."""
    other = replace(SMALL, id="other")
    taken = [(SMALL, batch) for batch in (1, 4, 8)[:longest]] + [(other, 1), (other, 4)]
    records = [
        record(entry, Kind.LATENCY, replace(GPU, batch_size=batch), old_latency(2.0 * batch))
        for entry, batch in taken
    ]
    stored = Stored(records=tuple(records), environments=STORED.environments)
    models = judge_zoo(replace(ZOO, entries=(SMALL, other)), stored).models
    found = family_curves(models, replace(GPU, batch_size=0), (("fp32", (1, 4, 8)),))
    assert len(found) == pictures
    assert {len(plot.curves) for plot in found} <= {2}


def test_a_picture_is_the_same_every_time_and_no_name_breaks_out_of_it() -> None:
    line = Line(name='<script>"&', spots=((1, 2.0), (8, 9.0)))
    lines = Lines(lines=(line,), x_label="<b>", y_label="ms", alt='"><script>')
    drawn = draw_curves(lines)
    assert drawn == draw_curves(lines)
    assert "<script>" not in drawn
    assert "<b>" not in drawn
    with pytest.raises(ValueError, match="above 0"):
        draw_curves(replace(lines, lines=(replace(line, spots=((1, 0.0),)),)))
