"""Everything that was seen while a model was timed in one way, batch size by batch size.

A column holds what was seen of one time, so that nothing of unlike conditions meets in it. Knows no
language and no markup.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from catalogue.page.evidence import Finding, Timed
from catalogue.page.failed import precision, refusals
from catalogue.page.timed import timing
from catalogue.page.wording import (
    Said,
    in_mebibytes,
    milliseconds,
    percent,
    say,
    scientific,
    significant,
)
from catalogue.record import Latency

Shown: TypeAlias = str | Said
"""A value as printed."""


@dataclass(frozen=True, kw_only=True, slots=True)
class DetailRow:
    """One quantity at each batch size, each with why it is not there."""

    name: Said
    cells: tuple[tuple[Shown | None, Said | None], ...]
    """(as printed, reason) of each batch size; one of the two."""

    @property
    def absent(self) -> Said | None:
        """Why nothing is there, where that is the same at every batch size."""
        reasons = {reason for _, reason in self.cells}
        return next(iter(reasons)) if len(reasons) == 1 else None


@dataclass(frozen=True, kw_only=True, slots=True)
class Detail:
    """Everything seen under one set of conditions, but for the batch size."""

    precision: str
    way: Said
    """Backend and layout."""
    settings: tuple[Said, ...]
    """What the device and torch were set to."""
    batches: tuple[int, ...]
    slow: tuple[bool, ...]
    """Whether the times of each batch size are upper bounds."""
    rows: tuple[DetailRow, ...]
    """What is there for one batch size or more."""
    absent: tuple[tuple[tuple[Said, ...], Said], ...]
    """(quantities that are there for none, why)."""


def detail(precision: str, way: Said, findings: Sequence[tuple[int, Finding]]) -> Detail | None:
    """What stands behind the times of one precision, backend and layout.

    Args:
        precision: As in the conditions.
        way: Backend and layout.
        findings: (batch size, what was found), smallest batch first.

    Returns:
        None where nothing was timed.
    """
    timed = [(batch, one) for batch, finding in findings if (one := timing(finding)) is not None]
    if not timed:
        return None
    rows = [
        DetailRow(
            name=say(f"detail.{name}"), cells=tuple(_cell(one, name, show) for _, one in timed)
        )
        for name, show in _QUANTITIES
    ]
    absent: dict[Said, list[Said]] = {}
    for row in rows:
        if row.absent is not None:
            absent.setdefault(row.absent, []).append(row.name)
    settings = _settings(one.result for _, one in timed)
    if not settings:
        absent.setdefault(_why(timed[0][1], "settings"), []).append(say("detail.settings"))
    return Detail(
        precision=precision,
        way=way,
        settings=settings,
        batches=tuple(batch for batch, _ in timed),
        slow=tuple(one.result.slow for _, one in timed),
        rows=tuple(row for row in rows if row.absent is None),
        absent=tuple((tuple(names), reason) for reason, names in absent.items()),
    )


def _cell(
    timed: Timed, name: str, show: Callable[[Latency], Shown | None]
) -> tuple[Shown | None, Said | None]:
    shown = show(timed.result)
    if name == "energy" and timed.result.joules is not None:
        shown = significant(1000 * timed.result.joules / timed.conditions.batch_size, 3)
    if shown is not None:
        return shown, None
    return None, _why(timed, name)


def _why(timed: Timed, name: str) -> Said:
    """Why a time lacks something that others have."""
    needed = {"p90": 64, "p99": 662}.get(name)
    if timed.result.p50_ms is None:  # as in records of method 1
        return say("detail.none.method")
    if needed is not None and timed.result.samples < needed:
        return say("detail.none.samples", count=needed)
    if name in ("clock", "energy") or (name == "settings" and timed.result.settings is not None):
        return say("detail.none.device")
    return say("detail.none")


def _settings(results: Iterable[Latency]) -> tuple[Said, ...]:
    """Every setting under which some passes ran, once."""
    found = dict.fromkeys(each for one in results for each in one.settings or ())
    return tuple(
        say(f"setting.{what}", value=say(f"setting.is.{value}") if value in _WORDS else value)
        for what, value in found
        if what in _SETTINGS
    )


def _range(low: str, high: str) -> str:
    return low if low == high else f"{low}–{high}"


def _quartiles(result: Latency) -> Shown:
    return _range(milliseconds(result.p25_ms), milliseconds(result.p75_ms))


def _processes(result: Latency) -> Shown:
    medians = result.process_medians_ms
    return _range(milliseconds(min(medians)), milliseconds(max(medians)))


def _spread(result: Latency) -> Shown:
    return f"{100 * result.spread:.1f}"


def _clock(result: Latency) -> Shown | None:
    return None if result.clock_mhz is None else _range(*(str(one) for one in result.clock_mhz))


def _refused(result: Latency) -> Shown:
    if not result.refused or not result.refusals:
        return str(result.refused)
    return say("detail.refused.why", count=str(result.refused), reasons=refusals(result.refusals))


def _precision(found: str | None) -> Shown | None:
    said = precision(found, str.upper) if found else None
    return said if isinstance(said, (str, Said)) else None


def _optional(value: float | None, form: Callable[[float], str]) -> str | None:
    return None if value is None else form(value)


def _seconds(value: float) -> str:
    return significant(value, 2) if value < 1 else significant(value, 3)


_SETTINGS = frozenset(
    (
        *("power_limit_w", "performance_state", "cudnn_benchmark", "cudnn_deterministic"),
        *("governor", "energy_preference", "boost", "power"),
    )
)
"""What records tell of settings."""
_WORDS = frozenset(("on", "off", "mains", "battery"))
"""Values of those that have words in every language; others are numbers and names."""
_QUANTITIES: tuple[tuple[str, Callable[[Latency], Shown | None]], ...] = (
    ("median", lambda result: milliseconds(result.latency_ms)),
    ("quartiles", _quartiles),
    ("p90", lambda result: _optional(result.p90_ms, milliseconds)),
    ("p99", lambda result: _optional(result.p99_ms, milliseconds)),
    ("processes", _processes),
    ("spread", _spread),
    (
        "throughput",
        lambda result: _optional(result.images_per_second, lambda rate: significant(rate, 3)),
    ),
    ("memory", lambda result: _optional(result.peak_memory_bytes, in_mebibytes)),
    ("first", lambda result: milliseconds(result.cold_ms)),
    ("ready", lambda result: _optional(result.ready_s, _seconds)),
    ("energy", lambda _: None),
    ("clock", _clock),
    ("samples", lambda result: f"{result.samples} + {result.warmup_passes}"),
    ("foreign", lambda result: percent(result.foreign_load)),
    ("refused", _refused),
    (
        "precision",
        lambda result: _precision(result.precision_found),
    ),
    ("error", lambda result: _optional(result.relative_error, scientific)),
    ("agreement", lambda result: _optional(result.top1_agreement, percent)),
)
"""(label, how it is printed), in the order of the rows."""
