"""Why measurements failed or processes were refused, in words of every language where known.

Knows no language and no markup.
"""

from collections.abc import Callable, Iterable

from catalogue.failing import WORDS, recognised, recognised_remark
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
    "faster than the other processes": "alone",
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
    if failure.code == "precision":
        values["found"] = precision(dict(failure.values)["found"])
    return say(f"failure.{failure.code}", **values)


def precision(found: str, form: Callable[[str], str] = str) -> Value:
    """A precision read back, with what was partly in others said in words of every language.

    Args:
        found: As in records.
        form: How names of precisions are written.
    """
    first, _, others = found.partition(", partly ")
    if not others:
        return form(first)
    parts = tuple(form(one) for one in others.split(" and "))
    return say("precision.partly", first=form(first), others=parts)


def remarked(text: str) -> Said:
    """A remark on a time; where it is none of our sentences, the text as it stands."""
    known = recognised_remark(text)
    if known is None:
        return say("failure.quoted", text=text)
    code, values = known
    said: dict[str, Value] = {}
    for name, value in values:
        said[name] = int(value) if name == "count" and value.isdigit() else value
    return say(f"remark.{code}", **said)
