"""Latency tables: one set of conditions per column, failures as states, sources named."""

from dataclasses import replace

from page_zoo import LARGE, MIDDLE, SMALL, STORED, ZOO, figure, latency, record, timed

from catalogue.entry import Entry, ReportedLatency
from catalogue.page.home import home_page
from catalogue.page.latency import Timing, measured_tables, ref_of, reported_devices
from catalogue.page.series import Judged
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


def test_measured_times_stand_by_batch_size_with_failures_in_their_places() -> None:
    (table,) = measured_tables(models(SMALL, LARGE, MIDDLE))
    assert table.batches == (1, 8)
    assert [[cell.state for cell in row.cells] for row in table.rows] == [
        ["holds", "holds"],
        ["holds", "failed"],
        ["holds", "missing"],
    ]
    assert [row.cells[0].text for row in table.rows] == ["40.0", "55.0", "60.0"]
    assert [row.cells[0].best for row in table.rows] == [True, False, False]
    assert table.software == ("2.14.1",)


def test_what_failed_or_no_longer_holds_is_said_with_its_batch_sizes() -> None:
    old = replace(
        record(SMALL, Kind.LATENCY, timed(4), latency(9.0)),
        method=0,
    )
    (table,) = measured_tables(models(SMALL, LARGE, more=(old,)))
    assert [(dict(one.values)["model"], dict(one.values)["batches"]) for one in table.remarks] == [
        (ref_of(models(SMALL)[0]), ("4",)),
        (ref_of(models(LARGE)[0]), ("8",)),
    ]


def test_disturbed_processes_are_counted_and_the_spread_is_told() -> None:
    noisy = replace(latency(40.0), refused=2)
    other = record(SMALL, Kind.LATENCY, replace(timed(1), precision="bf16"), noisy)
    _, table = measured_tables(models(SMALL, more=(other,)))
    assert table.refused == 2
    (shown,) = table.rows[0].timings
    assert shown == Timing(rate="25.0", low="39.2", high="40.8", spread="2.0")


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


def test_other_conditions_make_another_table() -> None:
    faster = replace(timed(1), precision="bf16")
    other = record(SMALL, Kind.LATENCY, faster, latency(20.0))
    tables = measured_tables(models(SMALL, more=(other,)))
    assert [table.precision for table in tables] == ["FP32", "BF16"]


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
