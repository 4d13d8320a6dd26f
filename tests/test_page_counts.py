"""Memory, weights and activations as series: what they add up, and where they are silent."""

from dataclasses import replace

from page_zoo import LARGE, SMALL, ZOO, complexity, counted, record

from catalogue.page.counts import activations_series, memory_series, weights_series
from catalogue.page.series import Judged
from catalogue.page.zoo import judge_zoo
from catalogue.record import Kind
from catalogue.store import Stored

SIZE = (224, 224)
OF_SMALL = replace(complexity(10_000_000, 2_000_000_000), peak_activation_bytes=6_422_528)
OF_LARGE = complexity(20_000_000, 5_000_000_000)


def models(**changed: object) -> tuple[Judged, ...]:
    """One model whose activations were followed, and one of an older record."""
    records = (
        record(SMALL, Kind.COMPLEXITY, counted(), OF_SMALL, **changed),
        record(LARGE, Kind.COMPLEXITY, counted(), OF_LARGE),
    )
    stored = Stored(environments={}, records=records)
    return judge_zoo(replace(ZOO, entries=(SMALL, LARGE)), stored).models


def test_memory_is_that_of_the_weights_and_of_the_fullest_moment() -> None:
    series = memory_series(models(), SIZE)
    assert series is not None
    assert series.values == {"small": 4 * 10_000_000 + 6_422_528}
    assert series.key == "memory.224x224"
    assert series.size == SIZE


def test_what_was_counted_at_another_size_or_of_another_model_has_no_memory() -> None:
    assert memory_series(models(), (288, 288)) is None
    assert memory_series(models(target="timm:other"), SIZE) is None


def test_weights_and_activations_are_series_of_their_own() -> None:
    weights, activations = weights_series(models()), activations_series(models(), SIZE)
    assert weights is not None
    assert weights.values == {"small": 40_000_000.0, "large": 80_000_000.0}
    assert weights.size is None
    assert activations is not None
    assert set(activations.values.values()) == {10_000_000.0}
