"""Latency tables: one set of conditions per column, failures as states, sources named."""

from dataclasses import replace

from latency_zoo import all_conditions, judged
from page_zoo import LARGE, MIDDLE, SMALL, STORED, ZOO, figure, latency, record, timed

from catalogue.entry import Entry, ReportedLatency, Text
from catalogue.failing import failure, remark
from catalogue.measure.clocks import (
    LOW_CLOCK,
    NOT_INSTALLED,
    NOT_TOLD,
    OTHERS_ON_GPU,
    SPLIT,
    THROTTLING,
)
from catalogue.measure.disturbance import FOREIGN, QUOTA, SWITCHES, WAITING
from catalogue.measure.judging import RATE_DISTURBED
from catalogue.page.comparison import DEVICES, compare, key_figures, page_plots
from catalogue.page.failed import refusals
from catalogue.page.home import home_page
from catalogue.page.latency import MeasuredTable, measured_devices, ref_of
from catalogue.page.plots import Placed
from catalogue.page.series import Judged, latency_key, latency_series
from catalogue.page.timed import Timing
from catalogue.page.told_latency import reported_devices
from catalogue.page.wording import Said, say
from catalogue.page.zoo import judge_zoo
from catalogue.record import Kind, Record
from catalogue.store import Stored


def models(*entries: Entry, more: tuple[Record, ...] = ()) -> tuple[Judged, ...]:
    stored = Stored(records=(*STORED.records, *more), environments=STORED.environments)
    return judge_zoo(replace(ZOO, entries=entries), stored).models


def line(precision: str, *, batch: int = 1, source: str = "book") -> ReportedLatency:
    return ReportedLatency(
        device="GPU", precision=precision, by_batch=((batch, figure("5.0")),), sources=(source,)
    )


def tables(*entries: Entry, more: tuple[Record, ...] = ()) -> tuple[MeasuredTable, ...]:
    return tuple(
        table for device in measured_devices(models(*entries, more=more)) for table in device.tables
    )


def test_measured_times_stand_by_batch_size_with_failures_in_their_places() -> None:
    (table,) = tables(SMALL, LARGE, MIDDLE)
    assert table.columns == (("fp32", (1, 8)),)
    assert [[cell.state for cell in row.cells] for row in table.rows] == [
        ["holds", "holds"],
        ["holds", "failed"],
        ["holds", "missing"],
    ]
    assert [row.cells[0].text for row in table.rows] == ["40.0", "55.0", "60.0"]
    assert [row.cells[0].best for row in table.rows] == [True, False, False]
    assert table.software == (say("latency.software", versions="2.14.1"),)


def test_what_failed_or_no_longer_holds_is_said_with_its_batch_sizes() -> None:
    old = replace(
        record(SMALL, Kind.LATENCY, timed(4), latency(9.0)),
        method=0,
    )
    (table,) = tables(SMALL, LARGE, more=(old,))
    assert [(dict(one.values)["model"], dict(one.values)["batches"]) for one in table.remarks] == [
        (ref_of(models(SMALL)[0]), ("4",)),
        (ref_of(models(LARGE)[0]), ("8",)),
    ]


def test_models_that_were_never_timed_under_these_conditions_are_named() -> None:
    other = record(SMALL, Kind.LATENCY, replace(timed(1), backend="openvino"), latency(9.0))
    _, table = tables(SMALL, LARGE, more=(other,))
    assert [one.id for one in table.untimed] == ["large"]


def test_disturbed_processes_are_counted_with_their_reasons_and_the_spread_is_told() -> None:
    noisy = replace(latency(40.0), refused=2, refusals=("throttling", "the moon"))
    other = record(SMALL, Kind.LATENCY, replace(timed(1), threads=4), noisy)
    _, table = tables(SMALL, more=(other,))
    assert table.refused == say(
        "latency.refused.why", count=2, reasons=(say("refusal.throttling"), "the moon")
    )
    slow = replace(
        record(SMALL, Kind.LATENCY, replace(timed(1), threads=4), noisy),
        result=replace(noisy, slow=True),
    )
    _, table = tables(SMALL, more=(slow,))
    assert table.refused is not None
    assert table.refused.key == "table.both"
    assert dict(table.refused.values)["one"] == say("latency.slow", count=1)
    (shown,) = table.rows[0].timings
    assert shown == Timing(rate="25.0", low="39.2", high="40.8", spread="2.0")


def test_no_time_is_the_best_where_the_processes_differ_by_more_than_the_times() -> None:
    records = tuple(
        record(model, Kind.LATENCY, replace(timed(1), threads=4), latency(milliseconds))
        for model, milliseconds in ((SMALL, 40.0), (LARGE, 40.7), (MIDDLE, 60.0))
    )
    *_, table = tables(SMALL, LARGE, MIDDLE, more=records)
    cells = [row.cells[0] for row in table.rows]
    assert [cell.best for cell in cells] == [False, False, False]
    assert [bool(cell.level) for cell in cells] == [True, True, False]
    assert table.tied


def test_a_fast_answer_that_is_wrong_is_a_failure() -> None:
    wrong = replace(latency(5.0), relative_error=0.4, top1_agreement=0.9)
    nothing = replace(latency(5.0), relative_error=float("nan"))
    for result in (wrong, nothing):
        other = record(SMALL, Kind.LATENCY, replace(timed(1), backend="openvino"), result)
        _, table = tables(SMALL, more=(other,))
        (cell,) = table.rows[0].cells
        assert (cell.state, cell.text) == ("failed", None)
        assert cell.reason is not None
        assert cell.reason.key == "state.wrong"
        series = latency_series(
            models(SMALL, LARGE, more=(other, replace(other, model="large"))), ZOO
        )
        assert not [one for one in series if "openvino" in one.key]


def test_reported_times_keep_every_digit_and_stand_in_line() -> None:
    printed = ("28.083", "1379.624", "11.7827", "5.0", "12")
    entries = [
        replace(
            SMALL,
            id=f"m{number}",
            latencies=(replace(line("FP32"), by_batch=((1, figure(text)),)),),
        )
        for number, text in enumerate(printed)
    ]
    (device,) = reported_devices(models(*entries))
    cells = [row.cells[0] for row in device.tables[0].rows]
    assert tuple(cell.text for cell in cells) == printed
    assert [cell.pad for cell in cells] == ["0", "0", "", "000", ".0000"]


def test_a_model_timed_under_other_conditions_is_not_called_untimed() -> None:
    def reason(own: Record) -> str | None:
        others = tuple(
            record(one, Kind.LATENCY, replace(timed(1), device="Other CPU"), latency(9.0))
            for one in (LARGE, MIDDLE)
        )
        stored = Stored(records=(*others, own), environments=STORED.environments)
        zoo = replace(ZOO, entries=(SMALL, LARGE, MIDDLE))
        first, *_ = home_page(judge_zoo(zoo, stored)).rows
        assert first.latency.text is None
        return first.latency.reason.key if first.latency.reason else None

    here = record(SMALL, Kind.LATENCY, timed(1), latency(40.0))
    assert reason(here) == "state.not-in-series"
    assert reason(replace(here, method=0)) == "state.stale"
    assert reason(replace(here, model="nobody")) == "state.missing.latency"


def test_precisions_share_a_table_in_columns_of_their_own_and_all_else_makes_another() -> None:
    bf16 = replace(timed(1), precision="bf16")
    unlike = (
        replace(timed(1), backend="openvino"),
        replace(timed(1), memory_format="channels_last"),
        replace(timed(1), threads=3),
        replace(timed(1), affinity="pinned"),
        replace(timed(1), input_size=(3, 96, 96)),
    )
    more = tuple(record(SMALL, Kind.LATENCY, one, latency(20.0)) for one in (bf16, *unlike))
    first, *others = tables(SMALL, more=more)
    assert first.columns == (("fp32", (1, 8)), ("bf16", (1,)))
    assert len(others) == 5
    assert all(table.columns == (("fp32", (1,)),) for table in others)


def test_precisions_of_one_source_share_a_row_in_columns_of_their_own() -> None:
    entry = replace(SMALL, latencies=(line("FP16"), line("FP32"), line("FP32", source="table")))
    (device,) = reported_devices(models(entry))
    (table,) = device.tables
    assert table.precisions == (("FP16", (1,)), ("FP32", (1,)))
    assert [row.sources for row in table.rows] == [("book",), ("table",)]
    assert [[cell.text for cell in row.cells] for row in table.rows] == [
        ["5.0", "5.0"],
        [None, "5.0"],
    ]


def test_runtimes_and_input_sizes_make_tables_of_their_own() -> None:
    with_runtime = replace(line("FP32"), runtime="TensorRT 8")
    sized = replace(line("FP32"), input_size=(288, 288))
    entry = replace(SMALL, latencies=(line("FP32"), with_runtime, sized))
    (device,) = reported_devices(models(entry))
    assert len(device.tables) == 3


def test_two_lines_of_one_precision_never_overwrite_each_other() -> None:
    entry = replace(SMALL, latencies=(line("FP32"), line("FP32")))
    (device,) = reported_devices(models(entry))
    assert len(device.tables[0].rows) == 2


def test_unknown_devices_come_last_without_a_name() -> None:
    unknown = replace(line("FP32"), device="unknown")
    entry = replace(SMALL, latencies=(unknown, line("FP32")))
    assert [device.device for device in reported_devices(models(entry))] == ["GPU", None]


def test_more_images_per_second_are_better() -> None:
    rates = [
        replace(line("FP32"), unit="images/s", by_batch=((1, figure(value)),))
        for value in ("100", "200")
    ]
    pair = (replace(SMALL, latencies=(rates[0],)), replace(LARGE, latencies=(rates[1],)))
    (device,) = reported_devices(models(*pair))
    assert [row.cells[0].best for row in device.tables[0].rows] == [False, True]


def test_every_reason_to_refuse_a_process_has_words_in_every_language() -> None:
    known = (FOREIGN, WAITING, QUOTA, SWITCHES, THROTTLING, LOW_CLOCK, OTHERS_ON_GPU)
    assert [one for one in refusals(known) if not isinstance(one, Said)] == []


def test_what_a_backend_remarks_or_cannot_do_stands_below_its_table() -> None:
    compiled = replace(timed(1), backend="compile")
    told = (remark("graph-breaks", ("count", 2)), "odd")
    broken = failure("compiled-nothing")
    wrong = replace(latency(5.0), relative_error=0.4, top1_agreement=0.9, remarks=told)
    results = ((SMALL, replace(latency(9.0), remarks=told)), (LARGE, broken), (MIDDLE, wrong))
    more = tuple(record(model, Kind.LATENCY, compiled, one) for model, one in results)
    _, table = tables(SMALL, LARGE, MIDDLE, more=more)
    said = [repr(one) for one in table.remarks]
    assert len(said) == 4
    for model, key in (
        ("small", "remark.graph-breaks"),
        ("small", "failure.quoted"),
        ("large", "failure.compiled-nothing"),
        ("middle", "state.wrong"),
    ):
        assert any(f"id='{model}'" in one and f"'{key}'" in one for one in said), (model, key)


def test_pages_say_what_was_not_watched_or_left_out() -> None:
    known = (NOT_INSTALLED, NOT_TOLD, SPLIT, RATE_DISTURBED)
    unwatched = replace(latency(40.0), remarks=(*known, "2 graph breaks"))
    other = record(SMALL, Kind.LATENCY, replace(timed(1), threads=4), unwatched)
    _, table = tables(SMALL, more=(other,))
    codes = ("not-installed", "not-told", "split", "no-rate")
    breaks, *others = table.remarks
    assert breaks.key == "latency.remark"
    assert others == [say(f"latency.beside.{code}", count=1) for code in codes]


def test_shared_addresses_of_usual_conditions_stay_and_all_others_differ() -> None:
    assert latency_key(timed(1)) == "ms.example-cpu.fp32.b1.224x224.1t"
    nhwc = replace(timed(1), memory_format="channels_last")
    assert latency_key(nhwc) == "ms.example-cpu.fp32.b1.224x224.1t.nhwc"
    every = list(all_conditions())
    assert len({latency_key(one) for one in every}) == len(every)


def test_series_of_unlike_conditions_have_names_of_their_own() -> None:
    series = [one for one in latency_series(judged().models, ZOO) if one.measured]
    assert len({repr(one.conditions) for one in series}) == len(series) > 20
    first, *_ = series
    assert first.key == "ms.example-card.fp32.b1.224x224"


def test_the_fastest_is_named_with_those_that_are_level_with_it() -> None:
    def level(milliseconds: float) -> list[str]:
        times = ((SMALL, 40.0), (LARGE, milliseconds), (MIDDLE, 80.0))
        records = tuple(
            record(model, Kind.LATENCY, replace(timed(1), threads=4), latency(value))
            for model, value in times
        )
        found = judge_zoo(
            replace(ZOO, entries=(SMALL, LARGE, MIDDLE)), Stored(records=records, environments={})
        ).models
        (card,) = (one for one in key_figures(found, compare(found, ZOO)) if one.key == "latency")
        assert card.ref.id == "small"
        return [one.id for one in card.level]

    assert level(40.5) == ["large"]
    assert level(50.0) == []


def on(device: str, count: int, *, precision: str = "fp32") -> tuple[Record, ...]:
    """Times of some copies on a device."""
    conditions = replace(timed(1), device=device, precision=precision)
    copies = copied(count)
    return tuple(record(one, Kind.LATENCY, conditions, latency(9.0)) for one in copies)


def copied(count: int) -> list[Entry]:
    return [replace(SMALL, id=f"net{at}", name=f"net{at}") for at in range(count)]


def drawn(*records: tuple[Record, ...]) -> list[tuple[str, Said]]:
    placed = [
        Placed(model=model, family=Text(plain="x"))
        for model in models(*copied(5), more=tuple(one for several in records for one in several))
    ]
    series = compare([one.model for one in placed], ZOO)
    return [(one.name, one.title) for one in page_plots(placed, series) if "latency" in one.name]


def test_each_device_that_enough_models_were_timed_on_has_a_plot_that_names_it() -> None:
    plain = say("plot.title.latency")
    assert drawn(on("A", 5)) == [("latency", plain)]
    found = drawn(on("A", 5), on("A", 5, precision="bf16"), on("B", 4), on("C", 3))
    assert [name for name, _ in found] == ["latency", "latency-2"]
    assert [title.key for _, title in found] == ["plot.title.on"] * 2
    for device, (_, title) in zip("AB", found, strict=True):
        assert f"('device', '{device}')" in repr(title)


def test_no_more_than_three_devices_have_a_plot() -> None:
    assert len(drawn(*(on(device, 5) for device in "ABCDE"))) == DEVICES == 3
