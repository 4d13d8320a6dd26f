"""Reported latencies that exclude each other are named, with what their sources state."""

from dataclasses import replace

import pytest
from page_zoo import SMALL, STORED, ZOO, figure

from catalogue.entry import ReportedLatency
from catalogue.page.contradictions import Contradiction, contradictions
from catalogue.page.known import known_failures
from catalogue.page.told_latency import reported_devices
from catalogue.page.wording import Said
from catalogue.page.zoo import judge_zoo
from catalogue.roofline import Limits

FASTER = Limits(device="tesla t4", peaks=(("fp32", 1e15),), bandwidth=1e15)
SLOWER = Limits(device="Tesla T4", peaks=(("fp32", 1e12),), bandwidth=1e12)
MEASURED = "GPU of some kind"


def line(text: str, runtime: str | None = "TensorRT 8", **more: object) -> ReportedLatency:
    usual: dict[str, object] = {
        "device": "Tesla T4",
        "precision": "FP32",
        "runtime": runtime,
        "input_size": (224, 224),
        "by_batch": ((1, figure(text)),),
        "sources": ("page",),
    }
    return ReportedLatency(**(usual | more))  # type: ignore[arg-type]


def found(*lines: ReportedLatency, limits: Limits | None = None) -> tuple[Contradiction, ...]:
    (model,) = judge_zoo(replace(ZOO, entries=(replace(SMALL, latencies=lines),)), STORED).models
    return contradictions(model, () if limits is None else (limits,))


def reasons(one: Contradiction) -> dict[str, dict[str, object]]:
    return {reason.key: dict(reason.values) for reason in one.reasons}


def test_every_figure_is_named_with_the_factor_and_what_its_source_states() -> None:
    (one,) = found(line("19.64"), line("8.26", sources=("other",)))
    assert dict(one.lead.values) == {
        "precision": "FP32",
        "batch": 1,
        "values": ("8.26", "19.64"),
        "ratio": "2.38",
    }
    assert [(told.text, told.sources) for told in one.told] == [
        ("8.26", ("other",)),
        ("19.64", ("page",)),
    ]
    assert dict(one.told[0].conditions.values)["runtime"] == "TensorRT 8"


def test_alike_conditions_explain_nothing_and_are_said_to() -> None:
    (one,) = found(line("8.26"), line("19.64"), line("28.083", None))
    assert reasons(one)["contradiction.same"]["values"] == ("8.26", "19.64")
    assert reasons(one)["contradiction.no-runtime"]["values"] == ("28.083",)
    assert "contradiction.open" not in reasons(one)


def test_unstated_conditions_leave_open_which_figure_holds() -> None:
    (one,) = found(line("8.26"), line("19.64", None))
    assert "contradiction.open" in reasons(one)
    assert "contradiction.same" not in reasons(one)


@pytest.mark.parametrize(
    "other",
    [
        line("9.8"),
        line("20", "PyTorch 2.4"),
        line("20", precision="FP16"),
        line("20", by_batch=((4, figure("20")),)),
        line("20", input_size=(288, 288)),
        line("20", device="Tesla V100"),
        line("120", unit="images/s"),
        line("20", statistic="p99"),
    ],
)
def test_figures_close_by_or_of_other_stated_conditions_do_not_contradict(
    other: ReportedLatency,
) -> None:
    assert not found(line("8.26", statistic="mean"), other)


def test_a_source_that_is_less_exact_about_the_runtime_may_mean_the_same() -> None:
    assert found(line("8.26", "TensorRT 8.0.3.4"), line("19.64", "TensorRT"))


def test_times_of_an_unknown_device_are_held_against_nothing() -> None:
    assert not found(line("8", device="unknown"), line("20", device="unknown"))


def test_the_roofline_bound_rules_out_what_lies_below_it() -> None:
    slow = reasons(found(line("1.0"), line("900"), limits=SLOWER)[0])
    assert slow["contradiction.bound.some"]["values"] == ("1.0",)
    fast = reasons(found(line("1.0"), line("900"), limits=FASTER)[0])
    assert "contradiction.bound.none" in fast
    assert "contradiction.bound.unknown" in reasons(found(line("1.0"), line("900"))[0])


def test_the_page_of_the_model_says_so_at_the_device_and_among_known_failures() -> None:
    entry = replace(SMALL, latencies=(line("8.26"), line("19.64"), line("3", device="Other")))
    (model,) = judge_zoo(replace(ZOO, entries=(entry,)), STORED).models
    disagreements = contradictions(model, ())
    first, second = reported_devices([model], disagreements)
    assert first.contradictions == disagreements
    assert not second.contradictions
    (said,) = [
        one for one in known_failures(model, disagreements) if one.key == "known.contradicted"
    ]
    assert isinstance(said, Said)
    assert dict(said.values)["count"] == 1
