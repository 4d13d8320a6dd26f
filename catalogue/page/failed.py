"""Why measurements failed or processes were refused, in words of every language where known.

Knows no language and no markup.
"""

from collections.abc import Iterable

from catalogue.failing import WORDS, recognised
from catalogue.page.wording import Said, Value, say
from catalogue.record import Failure

_REFUSALS = {
    "foreign load": "foreign",
    "waiting for a processor": "waiting",
    "a quota on processor time": "quota",
    "involuntary context switches": "switches",
    "throttling": "throttling",
    "a low clock": "clock",
    "other work on the GPU": "gpu",
    "slow processors": "slow",
    "slower than the other processes": "apart",
    "a process that ended early": "lost",
    "something": "something",
}
"""How records name what disturbs, and the ends of the labels that say it."""


def refusals(found: Iterable[str]) -> tuple[Value, ...]:
    """Why processes were thrown away, each reason once; in words of every language where known."""
    return tuple(
        say(f"refusal.{_REFUSALS[one]}") if one in _REFUSALS else one
        for one in dict.fromkeys(found)
    )


def why(failure: Failure) -> Said:
    """The reason of a failure; where it is none of our sentences, the text as it stands."""
    failure = recognised(failure)
    if failure.code not in WORDS:
        return say("failure.quoted", text=failure.reason)
    values: dict[str, Value] = dict(failure.values)
    if "reasons" in values:
        values["reasons"] = refusals(dict(failure.values)["reasons"].split(" and "))
    return say(f"failure.{failure.code}", **values)
