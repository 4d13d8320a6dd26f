"""A model's points become records, whatever its code does."""

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from samples import ENTRY

from catalogue.bench import Bench
from catalogue.entry import Builder, Entry, Preprocessing
from catalogue.failing import failure
from catalogue.freshness import forget_files
from catalogue.grid import Axes
from catalogue.measure.disturbance import Limits
from catalogue.measure.protocol import Protocol
from catalogue.measure.timing import Budget
from catalogue.plan import Device, Point, State, points, standing, timings
from catalogue.record import Complexity, Failure, Kind, Latency, LatencyConditions, Record
from catalogue.refresh import measure_model

CPU = Device(type="cpu", name="A CPU", threads=1)
FP32 = Axes(
    precisions=("fp32",),
    batch_sizes=(1, 4, 8),
    backends=("eager",),
    memory_formats=("contiguous",),
)
TIMINGS = timings(CPU, FP32)
RECIPE = Preprocessing(id="own", input_size=(3, 16, 16), crop_size=16, resize_size=16)
SOURCE = """
import torch

class Net(torch.nn.Module):
    def __init__(self, greedy=False):
        super().__init__()
        self.greedy = greedy
        self.layer = torch.nn.Conv2d(3, 4, 3)

    def forward(self, images):
        if self.greedy and images.shape[0] > 1:
            raise torch.OutOfMemoryError("CUDA out of memory")
        return self.layer(images).mean((2, 3))

class Moody(Net):
    def forward(self, images):
        raise LookupError("not today")

def absent():
    raise RuntimeError("no such width")
"""


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    """A bench that allows one package, and measures quickly."""
    (tmp_path / "bench_zoo.py").write_text(SOURCE)
    monkeypatch.syspath_prepend(str(tmp_path))
    forget_files()
    yield Bench(
        program="catalogue 0",
        commit=None,
        environments={"cpu": "0123456789abcdef"},
        allowed=frozenset({"bench_zoo"}),
        path=(str(tmp_path),),
        validation=None,
        weights_dir=None,
        weights_cache=tmp_path / "cache",
        zoo_root=tmp_path,
        tell=lambda *_: None,
        say=lambda _: None,
        protocol=Protocol(
            processes=1,
            retries=0,
            limits=Limits(foreign=1e9, waiting=1e9, pace=False),
            patience_s=0.0,
        ),  # never refuse
        budget=Budget(warmup_s=0.02, sample_s=0.02, least_s=0.0),
    )
    sys.modules.pop("bench_zoo", None)


def entry_of(name: str, **kwargs: bool) -> Entry:
    builder = Builder(target=f"bench_zoo:{name}", kwargs=kwargs)
    return replace(ENTRY, builder=builder, preprocessing=(RECIPE,))


def measured(entry: Entry, bench: Bench, *kinds: Kind) -> list[Record]:
    wanted = points(entry, kinds=kinds or list(Kind), timings=TIMINGS, dataset=None)
    return [made for made in measure_model(entry, wanted, bench) if isinstance(made, Record)]


def test_a_record_is_made_for_every_point(bench: Bench) -> None:
    found = measured(entry_of("Net"), bench, Kind.COMPLEXITY, Kind.LATENCY)
    counted, *timed = (record.result for record in found)
    assert isinstance(counted, Complexity)
    assert counted.macs == 14 * 14 * 4 * 27  # output pixels x filters x taps
    assert all(isinstance(result, Latency) for result in timed)
    sizes = [
        one.conditions.batch_size for one in found if isinstance(one.conditions, LatencyConditions)
    ]
    assert sizes == [1, 4, 8]


def test_a_fresh_record_is_up_to_date_for_its_point(bench: Bench) -> None:
    entry = entry_of("Net")
    (point,) = points(entry, kinds=[Kind.COMPLEXITY], timings=[], dataset=None)
    records = measured(entry, bench, Kind.COMPLEXITY)
    assert standing(entry, point, records).state is State.UP_TO_DATE


def test_editing_the_models_source_outdates_its_record(bench: Bench, tmp_path: Path) -> None:
    entry = entry_of("Net")
    (point,) = points(entry, kinds=[Kind.COMPLEXITY], timings=[], dataset=None)
    records = measured(entry, bench, Kind.COMPLEXITY)
    (tmp_path / "bench_zoo.py").write_text(SOURCE + "# another\n")
    forget_files()
    found = standing(entry, point, records)
    assert (found.state, found.reason) == (State.OUT_OF_DATE, "changed: library")


def test_what_is_not_tried_on_a_busy_machine_is_a_record_to_try_again(bench: Bench) -> None:
    busy = replace(
        bench,
        protocol=replace(bench.protocol, limits=Limits(foreign=-1.0), retries=3, run_s=0.0),
        budget=replace(bench.budget, patience_s=0.0),
    )
    axes = replace(FP32, precisions=("fp32", "bf16"), batch_sizes=(1,))
    entry = entry_of("Net")
    wanted = points(entry, kinds=[Kind.LATENCY], timings=timings(CPU, axes), dataset=None)
    found = [made.result for made in measure_model(entry, wanted, busy) if isinstance(made, Record)]
    disturbed, untried = found
    assert isinstance(disturbed, Failure)
    assert isinstance(untried, Failure)
    assert (disturbed.code, dict(disturbed.values)["processes"]) == ("disturbed", "1")
    assert (untried.code, untried.retry) == ("busy", True)


def test_a_builder_that_raises_fails_every_point_with_its_own_words(bench: Bench) -> None:
    results = {record.result for record in measured(entry_of("absent"), bench)}
    assert results == {
        Failure(
            reason="Builder 'bench_zoo:absent' raised RuntimeError: no such width",
            retry=False,
        )
    }


def test_memory_that_runs_out_at_one_batch_size_leaves_the_others(bench: Bench) -> None:
    found = measured(entry_of("Net", greedy=True), bench, Kind.LATENCY)
    assert isinstance(found[0].result, Latency)
    assert [record.result for record in found[1:]] == [
        failure("out-of-memory", ("batch", 4)),
        failure("out-of-memory", ("batch", 8)),
    ]


def test_a_forward_pass_that_raises_is_a_failure_of_each_kind(bench: Bench) -> None:
    found = measured(entry_of("Moody"), bench, Kind.COMPLEXITY, Kind.LATENCY)
    reasons = [record.result.reason for record in found if isinstance(record.result, Failure)]
    assert len(reasons) == 4
    assert all("not today" in reason for reason in reasons)


def test_a_builder_that_is_not_allowed_is_tried_again_once_it_is(bench: Bench) -> None:
    (record,) = measured(entry_of("Net"), replace(bench, allowed=frozenset()), Kind.COMPLEXITY)
    assert isinstance(record.result, Failure)
    assert record.result.retry


def test_accuracy_without_weights_says_what_is_missing(bench: Bench) -> None:
    (record,) = measured(entry_of("Net"), bench, Kind.ACCURACY)
    assert record.result == Failure(
        reason="accuracy needs images; name them with --imagenet PATH", retry=True
    )


def test_another_size_is_timed_and_counted_as_a_condition_of_its_own(bench: Bench) -> None:
    entry = entry_of("Net")
    wanted = points(entry, kinds=[Kind.COMPLEXITY, Kind.LATENCY], timings=TIMINGS, dataset=None)
    asked = tuple(replace(point, input_size=None, size=(8, 12)) for point in wanted)
    made = [one for one in measure_model(entry, asked, bench) if isinstance(one, Record)]
    assert [type(record.result) for record in made] == [Complexity, Latency, Latency, Latency]
    for record in made:
        assert record.conditions.input_size == (3, 8, 12)
        assert record.subject.input_size == (3, 16, 16)
        assert not record.at_own_size
    assert {standing(entry, point, made).state for point in wanted} == {State.MISSING}
    assert {standing(entry, point, made).state for point in asked} == {State.UP_TO_DATE}


def test_a_builder_that_was_told_the_size_is_told_it_while_timing_too(bench: Bench) -> None:
    entry = replace(ENTRY, builder=Builder(target="timm:vit_tiny_patch16_224"), preprocessing=())
    point = Point(kind=Kind.LATENCY, size=(32, 32), device=CPU, precision="fp32", batch_size=1)
    (record,) = measure_model(entry, [point], bench)
    assert isinstance(record, Record)
    assert isinstance(record.result, Latency)
    assert record.subject.added == '{"img_size": 32}'
    assert record.subject.input_size == (3, 224, 224)


def test_a_model_that_fails_at_a_size_is_known_by_its_sources_at_the_size(bench: Bench) -> None:
    entry = entry_of("Net", greedy=True)
    point = Point(kind=Kind.COMPLEXITY, size=(1, 1))
    (record,) = measure_model(entry, [point], bench)
    assert isinstance(record, Record)
    assert isinstance(record.result, Failure)
    assert record.result.reason.startswith("cannot take 1x1: forward of Net fails on an image of ")
    assert (record.conditions.input_size, record.subject.input_size) == ((3, 1, 1), (3, 16, 16))
    assert record.subject.files == ("bench_zoo.py",)
    assert standing(entry, point, [record]).state is State.FAILED
