"""Judging reported figures: confirmed, refuted, and the reasons that numbers alone give."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from page_zoo import complexity, figure

from catalogue.entry import Convention
from catalogue.page.cells import explain
from catalogue.page.verdict import (
    Cause,
    Reading,
    Verdict,
    judge_activations,
    judge_file_size,
    judge_flops,
    judge_params,
    judge_top,
    rounding,
)

NET = complexity(10_000_000, 2_000_000_000)


def test_params_are_confirmed_within_half_of_the_last_printed_digit() -> None:
    assert judge_params(figure("10.00", 1e6), NET).verdict is Verdict.CONFIRMED
    assert judge_params(figure("10.01", 1e6), NET).verdict is Verdict.REFUTED
    assert judge_params(figure("10", 1e6), NET).verdict is Verdict.CONFIRMED


def test_a_refuted_figure_says_by_how_much() -> None:
    judged = judge_params(figure("9.5", 1e6), NET)
    assert judged.verdict is Verdict.REFUTED
    assert judged.off == pytest.approx(-0.05)
    assert judged.cause is None


def test_params_that_fit_parameters_plus_buffers_are_refuted_with_that_cause() -> None:
    judged = judge_params(figure("10.10", 1e6), NET)
    assert (judged.verdict, judged.cause) == (Verdict.REFUTED, Cause.BUFFERS)


def test_a_count_that_ends_in_zeros_was_rounded_there() -> None:
    assert rounding(figure("79250000")) == 5000
    assert rounding(figure("79254504")) == 0.5
    assert rounding(figure("20.6", 1e9)) == pytest.approx(5e7)


@pytest.mark.parametrize(
    ("text", "convention", "reading"),
    [
        ("2.00", Convention.MACS, Reading.MACS),
        ("4.00", Convention.TWO_MACS, Reading.TWO_MACS),
        ("2.02", Convention.MACS, Reading.FVCORE),
        ("4.04", Convention.TWO_MACS, Reading.TWO_FVCORE),
        ("2.00", Convention.UNKNOWN, Reading.MACS),
        ("4.00", Convention.UNKNOWN, Reading.TWO_MACS),
        ("2.02", Convention.UNKNOWN, Reading.FVCORE),
    ],
)
def test_operations_are_held_against_what_their_convention_means(
    text: str, convention: Convention, reading: Reading
) -> None:
    judged = judge_flops(figure(text, 1e9), convention, NET, square=True)
    assert (judged.verdict, judged.reading) == (Verdict.CONFIRMED, reading)
    assert judged.exact


def test_operations_within_half_a_percent_are_confirmed_but_not_exact() -> None:
    judged = judge_flops(figure("4.015", 1e9), Convention.TWO_MACS, NET, square=True)
    assert (judged.verdict, judged.exact) == (Verdict.CONFIRMED, False)
    further = judge_flops(figure("4.10", 1e9), Convention.TWO_MACS, NET, square=True)
    assert further.verdict is Verdict.REFUTED


def test_a_figure_in_another_convention_than_its_source_claims_is_refuted_with_what_it_fits() -> (
    None
):
    judged = judge_flops(figure("4.00", 1e9), Convention.MACS, NET, square=True)
    assert (judged.verdict, judged.cause) == (Verdict.REFUTED, Cause.OTHER_CONVENTION)
    assert judged.fits is Reading.TWO_MACS
    assert judged.off == pytest.approx(1.0)


def test_a_count_over_a_photographs_own_width_is_recognised_at_square_inputs_alone() -> None:
    count = figure("2.57", 1e9)
    judged = judge_flops(count, Convention.UNKNOWN, NET, square=True)
    assert (judged.verdict, judged.cause, judged.reading) == (
        Verdict.REFUTED,
        Cause.NON_SQUARE,
        Reading.MACS,
    )
    assert judge_flops(count, Convention.UNKNOWN, NET, square=False).cause is None


def test_a_coarse_rounding_of_such_a_count_is_held_against_the_reading_it_fits() -> None:
    judged = judge_flops(figure("3", 1e9), Convention.UNKNOWN, NET, square=True)
    assert (judged.cause, judged.reading) == (Cause.NON_SQUARE, Reading.MACS)
    assert explain(judged).key == "explain.non-square.rounded"


def test_a_net_without_multiplications_is_judged_too() -> None:
    judged = judge_flops(figure("1", 1e9), Convention.UNKNOWN, complexity(5, 0), square=True)
    assert (judged.verdict, judged.off) == (Verdict.REFUTED, None)


def test_a_file_is_confirmed_with_its_packaging_and_in_binary_megabytes() -> None:
    assert judge_file_size(figure("40100000"), NET).reading is Reading.FILE
    binary = judge_file_size(figure("38.15", 1e6), NET)
    assert (binary.verdict, binary.reading) == (Verdict.CONFIRMED, Reading.FILE_MIB)
    assert judge_file_size(figure("45000000"), NET).verdict is Verdict.REFUTED


def test_activations_are_judged_with_the_tolerance_of_counters() -> None:
    assert judge_activations(figure("10.0", 1e6), NET).verdict is Verdict.CONFIRMED
    assert judge_activations(figure("11.0", 1e6), NET).verdict is Verdict.REFUTED


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("75.000", Verdict.CONFIRMED),
        ("75.050", Verdict.CONFIRMED),
        ("75.051", Verdict.NEAR),
        ("74.900", Verdict.NEAR),
        ("75.102", Verdict.REFUTED),
        ("75.1", Verdict.CONFIRMED),
        ("75", Verdict.CONFIRMED),
        ("76", Verdict.REFUTED),
    ],
)
def test_accuracy_is_judged_by_points_beyond_its_rounding(text: str, verdict: Verdict) -> None:
    assert judge_top(figure(text), 75.0).verdict is verdict


@given(st.integers(min_value=1, max_value=10**12))
def test_what_we_measured_ourselves_is_always_confirmed(count: int) -> None:
    net = complexity(count, count)
    assert judge_params(figure(str(count)), net).verdict is Verdict.CONFIRMED
    judged = judge_flops(figure(str(count)), Convention.MACS, net, square=True)
    assert (judged.verdict, judged.reading) == (Verdict.CONFIRMED, Reading.MACS)
