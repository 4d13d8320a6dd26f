"""`catalogue list` says in a word how several points of a kind stand."""

import pytest
from samples import ENTRY

from catalogue.commands.listing import in_a_word
from catalogue.plan import Point, Standing, State
from catalogue.record import Kind

DONE, FAILED, MISSING, OLD = State.UP_TO_DATE, State.FAILED, State.MISSING, State.OUT_OF_DATE


@pytest.mark.parametrize(
    ("states", "word"),
    [
        ((DONE, DONE), "up to date"),
        ((FAILED, FAILED), "failed"),
        ((MISSING,), "missing"),
        ((DONE, DONE, FAILED), "up to date (1 failed)"),
        ((DONE, FAILED, MISSING), "2 of 3 up to date (1 failed)"),
        ((DONE, MISSING, OLD), "1 of 3 up to date"),
    ],
)
def test_a_failure_that_is_current_needs_nothing_and_one_to_try_again_is_missing(
    states: tuple[State, ...], word: str
) -> None:
    point = Point(kind=Kind.LATENCY)
    found = [Standing(entry=ENTRY, point=point, state=one, reason="") for one in states]
    assert in_a_word(found) == word


def test_no_points_at_all_are_not_up_to_date() -> None:
    assert in_a_word([]) == "nothing to do here"
