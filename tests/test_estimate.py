"""How long measuring takes is told before: from records, else from peaks, else from caps."""

import subprocess
import sys
from dataclasses import replace

import pytest
from samples import COMPLEXITY, ENTRY, LATENCY, TIMED, record_of

from catalogue.commands.forecast import forecast, number_of, room, thrifty
from catalogue.entry import Convention, Entry, Figure, Quantity, ReportedCost
from catalogue.estimate import Basis, Pace, Span, expected
from catalogue.experience import Experience, experience
from catalogue.grid import USUAL
from catalogue.measure.protocol import Protocol
from catalogue.measure.timing import Budget
from catalogue.plan import Dataset, Device, Point, points, timings
from catalogue.record import Kind, Record
from catalogue.roofline import Limits

CPU = Device(type="cpu", name="A CPU", threads=2)
GRID = timings(CPU, USUAL["cpu"])
FP32 = GRID[:3]
PACE = Pace(protocol=Protocol(processes=3), budget=Budget(warmup_s=3.0, sample_s=4.0))
LARGE = replace(ENTRY, id="large")
NOTHING = experience((), ())


def counted(model: str, macs: int) -> Record:
    return replace(record_of(replace(COMPLEXITY, macs=macs)), model=model)


def timed(model: str, seconds: float, *, batch_size: int = 1, ms: float = 34.5) -> Record:
    one = record_of(
        replace(LATENCY, latency_ms=ms), conditions=replace(TIMED, batch_size=batch_size)
    )
    return replace(one, model=model, provenance=replace(one.provenance, seconds=seconds))


def known_of(*records: Record, limits: tuple[Limits, ...] = ()) -> Experience:
    return experience(records, limits)


def span_of(entry: Entry, known: Experience, wanted: tuple[Point, ...] = FP32) -> Span:
    found = expected(entry, wanted, known, PACE)
    assert found is not None
    return found


def test_a_run_takes_about_as_long_as_the_same_run_took_before() -> None:
    """Three records of one run share its 60 seconds; they are not 180."""
    known = known_of(*(timed("dpn68", 60.001 + size / 1000, batch_size=size) for size in (1, 4, 8)))
    found = span_of(ENTRY, known)
    assert found.basis is Basis.SAME
    assert found.low < 60 < found.high < 80
    assert span_of(ENTRY, known, FP32[:1]).high == pytest.approx(found.high / 3)


def test_another_model_tells_by_how_near_its_cost_is() -> None:
    def beside(macs: int) -> Span:
        known = known_of(
            counted("dpn68", 2_000_000_000),
            counted("large", macs),
            counted("huge", 20_000_000_000),
            timed("dpn68", 20.0, ms=10.0),
            timed("huge", 20.0, ms=5000.0),
        )
        return span_of(LARGE, known, FP32[:1])

    like_huge, like_dpn68 = beside(19_000_000_000), beside(2_100_000_000)
    assert like_huge.basis is Basis.RECORDS
    assert like_huge.middle > 2 * like_dpn68.middle


def test_processes_and_waits_are_counted_as_they_come_on_average() -> None:
    """Four processes of 10 s each, of which passes took 1 s: what another model adds are passes."""
    counted_passes = LATENCY.samples + LATENCY.warmup_passes
    calm = replace(LATENCY, latency_ms=4000.0 / counted_passes, refused=0)
    four = replace(calm, process_medians_ms=(1.0, 1.0, 1.0), refused=1)
    record = record_of(four, conditions=TIMED)
    slow = replace(record, provenance=replace(record.provenance, seconds=40.0, alone=True))
    known = known_of(replace(slow, model="other"))
    habit = known.habits["A CPU"]
    assert habit.processes == 4
    assert habit.rest_s == pytest.approx(9.0)
    assert 36 < span_of(ENTRY, known, FP32[:1]).middle < 60


def test_seconds_of_a_point_alone_are_not_shared_out() -> None:
    def alone(size: int, seconds: float) -> Record:
        one = timed("dpn68", seconds, batch_size=size)
        return replace(one, provenance=replace(one.provenance, alone=True))

    known = known_of(alone(1, 20.0), alone(4, 20.0), alone(8, 50.0))
    assert span_of(ENTRY, known).low < 90 < span_of(ENTRY, known).high
    assert span_of(ENTRY, known, FP32[2:]).low < 50 < span_of(ENTRY, known, FP32[2:]).high


def test_fewer_processes_are_taken_where_each_takes_long() -> None:
    """Two, each of four passes at batch sizes 1, 4 and 8, up to twice as long as another's."""
    found = span_of(ENTRY, known_of(timed("other", 30.0, ms=9000.0)))
    assert found.high == pytest.approx(2 * (4 * 9.0 * 2) * (1 + 4 + 8), rel=0.01)


def test_a_dry_run_says_what_a_time_budget_would_leave() -> None:
    known = known_of(*(timed("dpn68", 60.0, batch_size=size) for size in (1, 4, 8)))
    other = replace(ENTRY, id="other")
    before = forecast([(ENTRY, FP32), (other, FP32)], known, PACE, jobs=1)
    assert before.within(90.0) == (
        "3 of 6 points fit, about 35 to 65 s; 3, of 1 model, would be left for another run"
    )
    assert before.within(1000.0) == "all 6 points fit"


def test_records_of_an_older_method_tell_how_long_a_pass_is_but_not_a_run() -> None:
    old = replace(timed("dpn68", 1000.0, ms=2000.0), method=0)
    quick = replace(timed("dpn68", 1000.0, ms=2.0), method=0)
    slow, fast = (span_of(ENTRY, known_of(one), FP32[:1]) for one in (old, quick))
    assert fast.high < slow.high < 200
    assert slow.low > 3 * PACE.budget.least * 2.0 * 0.9


def test_without_records_the_peak_of_the_device_tells() -> None:
    limits = Limits(device="A CPU", peaks=(("fp32", 1e11),), bandwidth=1e10)
    known = known_of(counted("large", 50_000_000_000), limits=(limits,))
    found = span_of(LARGE, known, FP32[:1])
    assert found.basis is Basis.PEAK
    assert found.low > 3 * PACE.budget.least * 1.0, "a pass takes a second at least"


def test_where_nothing_is_known_the_caps_of_the_protocol_are_the_bound() -> None:
    found = span_of(ENTRY, NOTHING)
    assert found.basis is Basis.CAPS
    assert found.high <= 4 * (8 + 3 * 7.0)


def test_a_backend_that_compiles_takes_longer_at_every_batch_size() -> None:
    compiled = tuple(replace(point, backend="compile") for point in FP32)
    assert span_of(ENTRY, NOTHING, compiled).low > span_of(ENTRY, NOTHING).low + 6 * 15


def test_a_validation_of_which_nothing_tells_is_not_guessed() -> None:
    dataset = Dataset(
        name="imagenet-1k", split="val", manifest_sha256="0", images=50_000, subset=False
    )
    point = Point(kind=Kind.ACCURACY, dataset=dataset)
    assert expected(ENTRY, (point,), NOTHING, PACE) is None
    before = forecast([(ENTRY, (point,))], NOTHING, PACE, jobs=1)
    assert before.total() == "nobody knows how long"


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        (2.2, 2.4, "about 2 s"),
        (12, 34, "about 10 to 35 s"),
        (70, 300, "about 70 s to 5 min"),
        (121, 125, "about 2 min"),
        (600, 1200, "about 10 to 20 min"),
        (5000, 9000, "about 83 min to 2.5 h"),
        (40_000, 80_000, "about 11 to 22 h"),
    ],
)
def test_a_span_is_told_no_finer_than_it_is_known(low: float, high: float, words: str) -> None:
    assert str(Span(low=low, high=high)) == words


def test_a_forecast_counts_points_by_model_and_device() -> None:
    wanted = points(ENTRY, kinds=[Kind.COMPLEXITY, Kind.LATENCY], timings=GRID, dataset=None)
    before = forecast([(ENTRY, wanted), (LARGE, wanted[:1])], NOTHING, PACE, jobs=2)
    assert before.points == 8
    assert [line.split(", about")[0] for line in before.lines()] == [
        "dpn68: 7 points",
        "large: 1 point",
        "complexity: 2 points",
        "latency on A CPU, 2 threads: 6 points",
    ]
    assert before.work == [(ENTRY, wanted), (LARGE, wanted[:1])]


def test_little_time_goes_to_what_is_wanted_most_and_cheap() -> None:
    known = known_of(timed("dpn68", 50.0, ms=900.0), timed("large", 20.0))
    before = forecast([(ENTRY, GRID), (LARGE, GRID)], known, PACE, jobs=1)
    ordered = [(entry.id, str(wanted[0])) for entry, wanted in thrifty(before)]
    assert ordered == [
        ("large", "latency cpu fp32 batch 1"),
        ("dpn68", "latency cpu fp32 batch 1"),
        ("large", "latency cpu bf16 batch 1"),
        ("dpn68", "latency cpu bf16 batch 1"),
    ]


def test_nothing_begins_that_would_not_end_in_time() -> None:
    known = known_of(*(timed("dpn68", 60.0, batch_size=size) for size in (1, 4, 8)))
    before = forecast([(ENTRY, FP32)], known, PACE, jobs=1)
    clock = iter([0.0, 10.0, 60.0])
    may_begin = room(before, 100.0, now=lambda: next(clock))
    assert may_begin(ENTRY, FP32)
    assert not may_begin(ENTRY, FP32)


def test_what_went_faster_than_expected_leaves_room_for_more() -> None:
    known = known_of(*(timed("dpn68", 60.0, batch_size=size) for size in (1, 4, 8)))
    before = forecast([(ENTRY, FP32)], known, PACE, jobs=1)
    clock = iter([0.0, 0.0, 10.0, 50.0])
    may_begin = room(before, 100.0, now=lambda: next(clock))
    assert [may_begin(ENTRY, FP32) for _ in range(3)] == [True, True, True]


def test_telling_needs_no_torch() -> None:
    code = "import sys, catalogue.commands.refreshing; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_without_any_record_or_peak_a_large_model_takes_longer_than_a_small_one() -> None:
    small, large = (
        span_of(LARGE, known_of(counted("large", macs))) for macs in (50_000_000, 6_000_000_000)
    )
    assert small.basis is large.basis is Basis.USUAL
    assert large.low > 1.5 * small.low
    assert large.high > 1.5 * small.high


def test_operations_that_are_only_reported_tell_as_well() -> None:
    figure = Figure(value=12e9, resolution=1e9, text="12G")
    cost = ReportedCost(quantity=Quantity.FLOPS, figure=figure, convention=Convention.TWO_MACS)
    told = span_of(replace(LARGE, costs=(cost,)), NOTHING)
    assert told == span_of(LARGE, known_of(counted("large", 6_000_000_000)))


def test_one_point_is_told_as_one() -> None:
    assert [number_of(count) for count in (0, 1, 2)] == ["0 points", "1 point", "2 points"]


def test_what_is_alone_in_a_plan_is_told_as_long_as_all_of_it() -> None:
    before = forecast([(LARGE, FP32)], NOTHING, PACE, jobs=1)
    (line,) = before.lines()
    assert f", {before.total()} (" in line
