"""What the figures say follows from the figures, and is not said where it does not."""

from dataclasses import replace

from page_zoo import LARGE, MIDDLE, SMALL, STORED, ZOO

from catalogue.entry import Entry
from catalogue.page.comparison import compare
from catalogue.page.sentences import sentences
from catalogue.page.series import Judged, Series
from catalogue.page.wording import ModelRef, Said, Value, say
from catalogue.page.zoo import judge_zoo
from catalogue.store import Stored


def models(*entries: Entry, stored: Stored = STORED) -> tuple[Judged, ...]:
    return judge_zoo(replace(ZOO, entries=entries), stored).models


def series(**values: float) -> Series:
    place = say("where.short", device="GPU", precision="FP32", batch=1)
    return Series(
        key="top1", measured=True, values=values, conditions=say("x"), axis=say("y"), device=place
    )


def said(gain: Series | None, flops: Series | None, *latencies: Series) -> dict[str, Said]:
    bare = [replace(one, results=(), costs=(), latencies=()) for one in (SMALL, LARGE, MIDDLE)]
    found = sentences(models(*bare), gain=gain, flops=flops, latencies=latencies)
    return {one.key: one for one in found}


def value(sentence: Said, name: str) -> Value:
    found = dict(sentence.values)[name]
    if isinstance(found, tuple):
        return tuple(one.id if isinstance(one, ModelRef) else one for one in found)
    return found.id if isinstance(found, ModelRef) else found


GAIN = series(small=75.0, large=78.0, middle=74.0)
FLOPS = series(small=4e9, large=1e10, middle=7e9)


def test_the_most_accurate_is_named_with_its_lead() -> None:
    sentence = said(GAIN, None)["says.most-accurate"]
    assert value(sentence, "model") == "large"
    assert value(sentence, "points") == "3.00"


def test_nobody_is_the_most_accurate_in_a_tie() -> None:
    assert "says.most-accurate" not in said(series(small=75.0, large=75.0), None)


def test_the_frontier_and_whom_it_beats_are_named() -> None:
    sentence = said(GAIN, FLOPS)["says.frontier"]
    assert value(sentence, "models") == ("small", "large")
    assert value(sentence, "beaten") == ("middle",)


def test_where_nobody_is_beaten_it_is_said_so() -> None:
    found = said(series(small=75.0, middle=76.0, large=78.0), FLOPS)
    assert "says.frontier.all" in found
    assert "says.frontier" not in found


def test_the_dearest_step_is_the_one_with_most_flops_per_point() -> None:
    sentence = said(series(small=70.0, middle=77.0, large=77.5), FLOPS)["says.dearest-step"]
    assert (value(sentence, "low"), value(sentence, "high")) == ("middle", "large")
    assert (value(sentence, "points"), value(sentence, "ratio")) == ("0.50", "1.43")


def test_more_flops_and_still_faster_is_worth_a_sentence() -> None:
    latency = series(small=40.0, large=50.0, middle=60.0)
    sentence = said(None, FLOPS, latency)["says.inversion"]
    assert (value(sentence, "more"), value(sentence, "less")) == ("large", "middle")
    assert (value(sentence, "more_ms"), value(sentence, "less_ms")) == ("50.0", "60.0")


def test_a_difference_within_the_spread_is_no_inversion() -> None:
    latency = series(small=40.0, large=59.0, middle=60.0)
    assert "says.inversion" not in said(None, FLOPS, latency)


def test_an_inversion_is_looked_for_under_further_conditions() -> None:
    none = series(small=40.0, large=80.0, middle=60.0)
    other = series(small=50.0, large=40.0)
    assert value(said(None, FLOPS, none, other)["says.inversion"], "less") == "small"


def test_figures_that_are_off_are_counted_and_the_worst_is_named() -> None:
    found = {
        one.key: one
        for one in sentences(models(SMALL, LARGE, MIDDLE), gain=None, flops=None, latencies=())
    }
    flops = found["says.flops-off"]
    assert (value(flops, "count"), value(flops, "total")) == (3, 5)
    assert (value(flops, "model"), value(flops, "off")) == ("middle", "+100.0")
    assert value(found["says.params-off"], "reported") == "20.20"


def test_sources_that_disagree_are_quoted_with_all_their_values() -> None:
    found = sentences(models(SMALL), gain=None, flops=None, latencies=())
    sentence = next(one for one in found if one.key == "says.sources-disagree")
    assert value(sentence, "values") == ("8.26", "28.083")
    assert (value(sentence, "count"), value(sentence, "ratio")) == (1, "3.40")


def test_a_family_without_figures_says_nothing() -> None:
    bare = replace(SMALL, results=(), costs=(), latencies=())
    alone = models(bare, stored=Stored(environments={}))
    chosen = compare(alone, ZOO)
    assert sentences(alone, gain=chosen.gain, flops=chosen.flops, latencies=chosen.latencies) == ()
