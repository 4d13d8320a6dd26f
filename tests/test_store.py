"""Records on disk: what is written is read again, and nothing else is believed."""

import hashlib
import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples import COMPLEXITY, FAILED, LATENCY, PROVENANCE, TIMED, record_of

from catalogue.provenance import Environment
from catalogue.record import Complexity, Failure, ModuleCost, OperatorCost, Record
from catalogue.roofline import Limits
from catalogue.store import (
    from_json,
    load,
    newest,
    save_environment,
    save_limits,
    save_record,
    to_json,
)

COUNTS = st.integers(min_value=0, max_value=2**53)
COMPLEXITIES = st.builds(
    Complexity,
    params=COUNTS,
    buffers=COUNTS,
    weights_bytes=COUNTS,
    macs=COUNTS,
    macs_checked=st.none() | COUNTS,
    checker=st.text(),
    fvcore_flops=st.none() | COUNTS,
    activations=COUNTS,
    by_operator=st.tuples(st.builds(OperatorCost, operator=st.text(), calls=COUNTS, macs=COUNTS)),
    by_module=st.tuples(
        st.builds(ModuleCost, module=st.text(), type=st.text(), params=COUNTS, macs=COUNTS)
    ),
    uncounted=st.just(()),
    peak_activation_bytes=st.none() | COUNTS,
)
ENVIRONMENT = Environment(
    machine="x86_64",
    system="Linux 6",
    cpu="A CPU",
    cpus=2,
    memory_bytes=2**34,
    gpu=None,
    driver=None,
    cuda=None,
    python="3.12.1",
    packages=(("timm", "1.0.31"), ("torch", "2.14.1")),
)


@given(COMPLEXITIES)
def test_a_complexity_record_survives_the_way_through_json(result: Complexity) -> None:
    record = record_of(result)
    assert from_json(to_json(record)) == record


@pytest.mark.parametrize(
    "record", [record_of(LATENCY, conditions=TIMED), record_of(FAILED, conditions=TIMED)]
)
def test_latencies_and_failures_survive_the_way_through_json(record: Record) -> None:
    assert from_json(to_json(record)) == record


def test_a_failure_is_told_apart_from_a_result_by_its_key() -> None:
    fields = json.loads(to_json(record_of(FAILED)))
    assert fields["failure"] == {
        "reason": "out of memory at batch 1",
        "retry": False,
        "code": "",
        "values": [],
    }
    assert "result" not in fields


def test_a_file_is_named_by_its_content_and_written_once(tmp_path: Path) -> None:
    path = save_record(tmp_path, record_of())
    written = path.stat().st_mtime_ns
    assert save_record(tmp_path, record_of()) == path
    assert path.stat().st_mtime_ns == written
    assert path.parent.name == "dpn68"
    assert path.name.startswith("complexity-")


def test_two_measurements_never_share_a_file(tmp_path: Path) -> None:
    first = save_record(tmp_path, record_of())
    second = save_record(tmp_path, record_of(time="2026-11-02T10:00:00Z"))
    assert first != second


def test_no_temporary_file_is_left_behind(tmp_path: Path) -> None:
    path = save_record(tmp_path, record_of())
    assert [found.name for found in path.parent.iterdir()] == [path.name]


def test_records_are_loaded_oldest_first_and_the_newest_is_found(tmp_path: Path) -> None:
    late, early = record_of(time="2026-11-03T00:00:00Z"), record_of(time="2026-11-01T00:00:00Z")
    for record in (late, early):
        save_record(tmp_path, record)
    stored = load(tmp_path)
    assert stored.records == (early, late)
    assert list(newest(stored.records).values()) == [late]


def test_an_environment_is_written_once_and_loaded_by_its_id(tmp_path: Path) -> None:
    environment_id = save_environment(tmp_path, ENVIRONMENT)
    assert save_environment(tmp_path, ENVIRONMENT) == environment_id
    assert load(tmp_path).environments == {environment_id: ENVIRONMENT}


def test_a_missing_folder_holds_nothing(tmp_path: Path) -> None:
    stored = load(tmp_path / "nowhere")
    assert (stored.records, stored.environments, stored.diagnostics) == ((), {}, ())


def test_a_file_edited_by_hand_is_told_and_not_used(tmp_path: Path) -> None:
    folder = tmp_path / "measurements"
    path = save_record(folder, record_of(COMPLEXITY))
    path.write_text(path.read_text().replace("12000000", "11000000"))
    stored = load(folder)
    assert stored.records == ()
    (told,) = stored.diagnostics
    assert str(told).startswith(
        f"measurements/dpn68/{path.name}:1:1: error: not a valid record: its content hashes to "
    )
    assert str(told).endswith(
        "the file was edited or damaged; restore it from git, or delete it and refresh again "
        "[bad-record]"
    )


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        ({"schema": "catalogue-record/9"}, "schema is 'catalogue-record/9'"),
        ({"kind": "speed"}, "Invalid enum value 'speed'"),
        ({"model": 5}, "model: Expected `str`, got `int`"),
        ({"result": {"params": "many"}}, "result: "),
    ],
)
def test_a_record_of_another_form_is_refused_by_the_name_of_the_field(
    damage: dict[str, object], said: str
) -> None:
    fields = json.loads(to_json(record_of())) | damage
    with pytest.raises(ValueError, match=said.replace("`", ".")):
        from_json(json.dumps(fields))


def test_a_missing_key_is_named() -> None:
    fields = json.loads(to_json(record_of()))
    del fields["conditions"]
    with pytest.raises(ValueError, match="the key 'conditions' is missing"):
        from_json(json.dumps(fields))


def test_failures_say_whether_to_try_again() -> None:
    record = from_json(to_json(record_of(Failure(reason="no weights", retry=True))))
    assert isinstance(record.result, Failure)
    assert record.result.retry


def test_the_newest_limits_of_each_device_are_loaded(tmp_path: Path) -> None:
    old = Limits(device="A CPU", peaks=(("fp32", 1e11),), bandwidth=1e10, threads=2)
    new = replace(old, bandwidth=2e10, measured="2026-11-02")
    save_limits(tmp_path, new, replace(PROVENANCE, time="2026-11-02T10:00:00Z"))
    save_limits(tmp_path, old, PROVENANCE)
    found = load(tmp_path)
    assert (found.limits, found.records, found.diagnostics) == ((new,), (), ())


def test_limits_that_no_device_has_are_reported(tmp_path: Path) -> None:
    limits = Limits(device="A CPU", peaks=(("fp32", 1e11),), bandwidth=1e10)
    path = save_limits(tmp_path, limits, PROVENANCE)
    content = path.read_text().replace("10000000000.0", "-1.0")
    path.unlink()
    digest = hashlib.sha256(content.encode()).hexdigest()[:16]
    path.with_stem(digest).write_text(content)
    (diagnostic,) = load(tmp_path).diagnostics
    assert "the bandwidth is -1.0; expected a positive number" in diagnostic.message
