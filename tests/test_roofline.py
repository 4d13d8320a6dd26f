"""What a device's bandwidth and peak allow, in numbers that can be worked out by hand."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples import COMPLEXITY

from catalogue.roofline import Bound, Limits, Roof, bounds, intensity, moved_bytes, weights_bytes

SIZE = (3, 10, 10)
COUNTS = replace(COMPLEXITY, params=1000, macs=40_000, activations=500)
SMALL = Limits(device="A card", peaks=(("fp32", 1e6), ("fp16", 8e6)), bandwidth=1e6)


def test_weights_weigh_their_numbers_at_each_precision() -> None:
    sizes = [weights_bytes(COUNTS, precision) for precision in ("fp32", "fp16", "bf16", "int8")]
    assert sizes == [4000, 2000, 2000, 1000]


def test_parameters_are_read_once_a_batch_and_activations_written_and_read() -> None:
    one = 4 * (1000 + 300 + 2 * 500)
    eight = 4 * (1000 + 8 * (300 + 2 * 500))
    assert moved_bytes(COUNTS, SIZE, precision="fp32", batch_size=1) == one
    assert moved_bytes(COUNTS, SIZE, precision="fp32", batch_size=8) == eight
    assert moved_bytes(COUNTS, SIZE, precision="fp16", batch_size=8) == eight // 2
    assert moved_bytes(COUNTS, SIZE, precision="tf32", batch_size=8) == eight


def test_intensity_is_flops_for_each_byte() -> None:
    found = intensity(COUNTS, SIZE, precision="fp32", batch_size=1)
    assert found == pytest.approx(2 * 40_000 / 9200)


def test_a_model_above_the_ridge_is_bound_by_arithmetic_and_below_it_by_memory() -> None:
    arithmetic, memory = bounds(COUNTS, SIZE, SMALL, batch_size=1)
    assert arithmetic == Bound(
        device="A card",
        precision="fp32",
        batch_size=1,
        latency_ms=80.0,  # 80,000 FLOPs at 1e6 a second
        roof=Roof.COMPUTE,
        intensity=80_000 / 9200,
        ridge=1.0,
    )
    assert memory == Bound(
        device="A card",
        precision="fp16",
        batch_size=1,
        latency_ms=10.0,  # 80,000 FLOPs at 8e6; 4,600 bytes at 1e6 take 4.6 ms
        roof=Roof.COMPUTE,
        intensity=80_000 / 4600,
        ridge=8.0,
    )
    (slow,) = bounds(COUNTS, SIZE, replace(SMALL, peaks=(("fp16", 1e9),)), batch_size=1)
    assert slow.roof is Roof.MEMORY
    assert slow.latency_ms == pytest.approx(4.6)


@given(
    params=st.integers(0, 10**12),
    macs=st.integers(0, 10**15),
    activations=st.integers(0, 10**12),
    batch_size=st.integers(1, 256),
)
def test_no_bound_is_below_arithmetic_or_traffic_alone(
    params: int, macs: int, activations: int, batch_size: int
) -> None:
    counts = replace(COMPLEXITY, params=params, macs=macs, activations=activations)
    for found in bounds(counts, SIZE, SMALL, batch_size=batch_size):
        peak = dict(SMALL.peaks)[found.precision]
        rounded_up = found.latency_ms * (1 + 1e-12)
        assert rounded_up >= 1000 * 2 * macs * batch_size / peak
        moved = moved_bytes(counts, SIZE, precision=found.precision, batch_size=batch_size)
        assert rounded_up >= 1000 * moved / SMALL.bandwidth
        assert (found.roof is Roof.MEMORY) == (found.intensity < found.ridge) or (
            found.intensity == pytest.approx(found.ridge)
        )


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"bandwidth": 0.0}, "the bandwidth is 0.0; expected a positive number"),
        ({"peaks": (("fp32", -1.0),)}, "the peak at fp32 is -1.0; expected a positive number"),
        (
            {"peaks": (("fp64", 1.0),)},
            "precision is 'fp64'; expected one of fp32, tf32, fp16, bf16, int8",
        ),
    ],
)
def test_limits_that_no_device_has_are_refused(change: dict[str, float], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        replace(SMALL, **change)  # type: ignore[arg-type]  # parametrised
