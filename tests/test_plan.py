"""Which points a model needs, and how each stands."""

from dataclasses import replace

import pytest
from samples import COUNTED, ENTRY, FAILED, LATENCY, SUBJECT, TIMED, record_of

from catalogue.entry import Builder
from catalogue.grid import USUAL
from catalogue.plan import Device, Point, State, points, standing, timings
from catalogue.record import ComplexityConditions, Failure, Kind

CPU = Device(type="cpu", name="A CPU", threads=2)
GPU = Device(type="cuda", name="A GPU", threads=0)
ON_CPU, ON_GPU = (timings(one, USUAL[one.type]) for one in (CPU, GPU))
COUNT = Point(kind=Kind.COMPLEXITY, input_size=(3, 224, 224))


def test_the_default_grid_is_that_of_published_tables() -> None:
    wanted = points(ENTRY, kinds=list(Kind), timings=[*ON_CPU, *ON_GPU], dataset=None)
    assert [str(point) for point in wanted] == [
        "complexity",
        "latency cpu fp32 batch 1",
        "latency cpu fp32 batch 4",
        "latency cpu fp32 batch 8",
        "latency cpu bf16 batch 1",
        "latency cpu bf16 batch 4",
        "latency cpu bf16 batch 8",
        "latency cuda fp32 batch 1",
        "latency cuda fp32 batch 4",
        "latency cuda fp32 batch 8",
        "latency cuda fp32 batch 32",
        "latency cuda fp16 batch 1",
        "latency cuda fp16 batch 4",
        "latency cuda fp16 batch 8",
        "latency cuda fp16 batch 32",
        "accuracy",
    ]


def test_a_point_without_records_is_missing() -> None:
    assert standing(ENTRY, COUNT, []).state is State.MISSING


def test_a_record_of_the_point_brings_it_up_to_date() -> None:
    found = standing(ENTRY, COUNT, [record_of()])
    assert (found.state, found.reason) == (State.UP_TO_DATE, "measured 2026-11-01")


def test_a_record_at_another_input_size_is_of_another_point() -> None:
    larger = record_of(conditions=ComplexityConditions(input_size=(3, 288, 288)))
    assert standing(ENTRY, COUNT, [larger]).state is State.MISSING


LARGER = ComplexityConditions(input_size=(3, 288, 288))


def test_an_entry_without_a_recipe_takes_the_input_size_of_its_library() -> None:
    point = Point(kind=Kind.COMPLEXITY)
    own = record_of(conditions=LARGER, subject=replace(SUBJECT, input_size=(3, 288, 288)))
    assert standing(ENTRY, point, [own]).state is State.UP_TO_DATE
    asked = record_of(conditions=LARGER, subject=replace(SUBJECT, input_size=(3, 224, 224)))
    assert standing(ENTRY, point, [asked]).state is State.MISSING


def test_a_record_that_says_nothing_of_the_own_size_is_of_that_size() -> None:
    """Records of before there were other sizes."""
    point = Point(kind=Kind.COMPLEXITY)
    assert standing(ENTRY, point, [record_of(conditions=LARGER)]).state is State.UP_TO_DATE


def test_a_size_that_was_asked_for_wants_a_record_of_that_size() -> None:
    point = Point(kind=Kind.COMPLEXITY, size=(288, 288))
    assert str(point) == "complexity 288x288"
    assert standing(ENTRY, point, [record_of()]).state is State.MISSING
    asked = record_of(conditions=LARGER, subject=replace(SUBJECT, input_size=(3, 224, 224)))
    assert standing(ENTRY, point, [record_of(), asked]).state is State.UP_TO_DATE


def test_the_own_size_asked_for_by_number_is_the_own_size() -> None:
    point = Point(kind=Kind.COMPLEXITY, size=(224, 224))
    assert standing(ENTRY, point, [record_of()]).state is State.UP_TO_DATE


def test_the_fused_form_is_another_point() -> None:
    point = replace(COUNT, form="deploy")
    assert str(point) == "complexity deploy"
    fused = record_of(conditions=replace(COUNTED, form="deploy"))
    assert standing(ENTRY, point, [record_of()]).state is State.MISSING
    assert standing(ENTRY, COUNT, [fused]).state is State.MISSING
    assert standing(ENTRY, point, [fused]).state is State.UP_TO_DATE


def test_a_latency_at_another_size_is_of_another_point() -> None:
    (own, *_) = points(ENTRY, kinds=[Kind.LATENCY], timings=ON_CPU, dataset=None)
    asked = replace(own, input_size=None, size=(288, 288))
    assert str(asked) == "latency cpu fp32 batch 1 288x288"
    larger = record_of(LATENCY, conditions=replace(TIMED, input_size=(3, 288, 288)))
    assert standing(ENTRY, own, [larger]).state is State.MISSING
    assert standing(ENTRY, asked, [larger]).state is State.UP_TO_DATE


@pytest.mark.parametrize(
    "other",
    [
        replace(TIMED, device="Another CPU"),
        replace(TIMED, threads=4),
        replace(TIMED, precision="bf16"),
        replace(TIMED, batch_size=4),
        replace(TIMED, backend="compile"),
        replace(TIMED, memory_format="channels_last"),
    ],
)
def test_a_latency_under_any_other_condition_is_of_another_point(other: object) -> None:
    (point, *_) = points(ENTRY, kinds=[Kind.LATENCY], timings=ON_CPU, dataset=None)
    assert standing(ENTRY, point, [record_of(LATENCY, conditions=TIMED)]).state is State.UP_TO_DATE
    record = record_of(LATENCY, conditions=other)  # type: ignore[arg-type]  # parametrised
    assert standing(ENTRY, point, [record]).state is State.MISSING


def test_an_outdated_record_says_what_changed() -> None:
    entry = replace(ENTRY, builder=Builder(target="timm:dpn68b"))
    found = standing(entry, COUNT, [record_of()])
    assert (found.state, found.reason) == (State.OUT_OF_DATE, "changed: builder")


def test_a_later_failure_does_not_hide_a_record_that_holds() -> None:
    late = record_of(FAILED, time="2026-11-09T00:00:00Z")
    assert standing(ENTRY, COUNT, [record_of(), late]).state is State.UP_TO_DATE


def test_a_models_own_failure_stands_until_something_changes() -> None:
    found = standing(ENTRY, COUNT, [record_of(FAILED)])
    assert (found.state, found.reason) == (State.FAILED, "out of memory at batch 1")
    stale = record_of(FAILED, subject=replace(SUBJECT, files_sha256="0" * 64))
    assert standing(ENTRY, COUNT, [stale]).state is State.MISSING


def test_a_failure_around_the_model_is_tried_again() -> None:
    failure = Failure(reason="no weights", retry=True)
    found = standing(ENTRY, COUNT, [record_of(failure, conditions=COUNTED)])
    assert (found.state, found.reason) == (State.MISSING, "last try failed: no weights")
