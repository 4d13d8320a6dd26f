"""Where the multiply-accumulates and parameters of one model are."""

import re
from dataclasses import dataclass

from catalogue.page.evidence import Counted
from catalogue.page.wording import Said, by, grouped, in_giga, percent, say, scaled


@dataclass(frozen=True, kw_only=True, slots=True)
class Bar:
    """One line of a breakdown."""

    name: str
    type: str | None
    value: str
    """With the prefix of its unit."""
    share: float
    """Of the whole."""
    percent: str
    note: Said | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Breakdown:
    """Where the multiply-accumulates and parameters of a model are."""

    macs: str
    """Of the whole, in G."""
    size: str
    """Height and width of the image counted with."""
    modules: tuple[Bar, ...]
    operators: tuple[Bar, ...]
    uncounted: tuple[Said, ...]
    """Operators that no rule covers, with their calls."""
    checked: Said


def breakdown(counted: Counted | None) -> Breakdown | None:
    """Break a count down by module and by operator; None where there is no count."""
    if counted is None:
        return None
    result = counted.result
    modules = tuple(
        Bar(
            name=part.module,
            type=part.type,
            value=scaled(part.macs),
            share=_share(part.macs, result.macs),
            percent=percent(_share(part.macs, result.macs)),
            note=say("breakdown.params", params=scaled(part.params)) if part.params else None,
        )
        for part in result.by_module
        if part.macs or part.params
    )
    operators = tuple(
        Bar(
            name=part.operator,
            type=None,
            value=scaled(part.macs),
            share=_share(part.macs, result.macs),
            percent=percent(_share(part.macs, result.macs)),
            note=say("breakdown.calls", count=part.calls),
        )
        for part in result.by_operator
        if part.macs
    )
    return Breakdown(
        macs=in_giga(result.macs),
        size=by(counted.conditions.input_size[1:]),
        modules=modules,
        operators=operators,
        uncounted=tuple(
            say("breakdown.uncounted.one-operator", operator=part.operator, count=part.calls)
            for part in result.uncounted
        ),
        checked=_checked(counted),
    )


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


_CALLS = re.compile(r"calls of torch (?P<version>\S+) functions")
"""The counter of this program, as records name it; others are named as they name themselves."""


def _checker(name: str) -> str | Said:
    calls = _CALLS.fullmatch(name)
    return say("breakdown.checker.calls", version=calls["version"]) if calls else name


def _checked(counted: Counted) -> Said:
    result = counted.result
    checker = _checker(result.checker)
    if result.macs_checked is None:
        return say("breakdown.unchecked", checker=checker)
    agree = "agrees" if result.macs_checked == result.macs else "differs"
    return say(f"breakdown.{agree}", checker=checker, macs=grouped(result.macs_checked))
