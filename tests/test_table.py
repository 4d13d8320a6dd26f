"""Records as a flat table."""

from samples import COMPLEXITY, FAILED, LATENCY, TIMED, record_of

from catalogue.table import records_table


def test_every_record_is_a_row_with_its_conditions() -> None:
    frame = records_table(
        [(record_of(), ()), (record_of(LATENCY, conditions=TIMED), ("method", "library"))]
    )
    assert list(frame["kind"]) == ["complexity", "latency"]
    assert list(frame.columns[:4]) == ["model", "kind", "failure", "out_of_date"]
    timed = frame.to_dict("records")[1]
    assert timed["conditions.batch_size"] == 1
    assert timed["conditions.input_size"] == "3 224 224"
    assert timed["result.latency_ms"] == 34.5
    assert timed["result.process_medians_ms"] == "34.0 34.5 36.0"
    assert timed["out_of_date"] == "method library"


def test_flops_are_twice_the_macs() -> None:
    (row,) = records_table([(record_of(), ())]).to_dict("records")
    assert row["result.flops"] == 2 * COMPLEXITY.macs
    assert row["result.macs"] == COMPLEXITY.macs


def test_a_failure_is_a_row_with_its_reason_and_no_figures() -> None:
    (row,) = records_table([(record_of(FAILED), ())]).to_dict("records")
    assert row["failure"] == "out of memory at batch 1"
    assert "result.macs" not in row


def test_no_records_make_an_empty_table() -> None:
    assert records_table([]).empty
