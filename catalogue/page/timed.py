"""One measured time: whether it stands, under what it was taken, and how times were taken.

Knows no tables, no language and no markup.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from catalogue.backend import BACKENDS, ERROR_AT_MOST
from catalogue.page.cells import Cell, measured_cell
from catalogue.page.evidence import Finding, Timed
from catalogue.page.failed import refusals, why
from catalogue.page.wording import (
    Said,
    Value,
    by,
    milliseconds,
    percent,
    say,
    scientific,
    significant,
)
from catalogue.record import Latency, LatencyConditions

_BACKENDS = tuple(one.name for one in BACKENDS)
_UNWATCHED = "clocks, throttling and other work were not watched: "
BESIDE = {
    _UNWATCHED + "nvidia-ml-py is not installed": "not-installed",
    _UNWATCHED + "NVML does not tell of this GPU": "not-told",
    _UNWATCHED + "the GPU is split into instances (MIG)": "split",
    "throughput and energy were left out: passes sent back to back were disturbed": "no-rate",
}
"""What records remark of how times were taken, and the ends of the labels that say it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Timing:
    """What stands behind a measured time, in short, as printed."""

    rate: str
    """Images in a second, as the time of a batch gives it."""
    low: str
    """Lower quartile of the passes, in ms."""
    high: str
    """Upper quartile of the passes, in ms."""
    spread: str
    """Between the processes, in percent of the time."""


def timing(finding: Finding | None) -> Timed | None:
    """The latency of a finding, if that is what it holds."""
    if finding is None:
        return None
    conditions, result = finding.record.conditions, finding.record.result
    if not isinstance(result, Latency) or not isinstance(conditions, LatencyConditions):
        return None
    return Timed(finding=finding, conditions=conditions, result=result)


def fault(timed: Timed) -> Said | None:
    """Why a time counts for nothing: what ran does not answer as eager fp32 does."""
    error, agreement = timed.result.relative_error, timed.result.top1_agreement
    if error is None or not answers_wrongly(timed.result, timed.conditions.precision):
        return None
    return say(
        "state.wrong",
        error=scientific(error),
        agreement="–" if agreement is None else percent(agreement),
    )


def answers_wrongly(result: Latency, precision: str) -> bool:
    """Whether scores are too far from those of eager fp32 for what ran to be the model."""
    most = ERROR_AT_MOST.get(precision, max(ERROR_AT_MOST.values()))
    error = result.relative_error
    return error is not None and not error <= most


def counts(timed: Timed) -> bool:
    """Whether a time stands for the model: up to date, and of right answers."""
    return timed.finding.holds and fault(timed) is None


def competes(timed: Timed) -> bool:
    """Whether a time may be held against others: one that counts, and is no upper bound.

    What was taken while processors ran slower than at their best is one: it is shown and marked,
    but never the best, on no frontier and in no ratio.
    """
    return counts(timed) and not timed.result.slow


def timed_cell(finding: Finding | None, absent: Said | None = None) -> Cell:
    """A time as tables print it, or why there is none.

    Args:
        finding: What was found under the cell's conditions.
        absent: Why nothing was, where there is more to say than that nobody tried.
    """
    timed = timing(finding)
    if finding is None:
        return Cell(reason=absent or say("state.missing.latency"))
    if timed is None:
        reason = why(finding.failure) if finding.failure else ""
        return Cell(state="failed", reason=say("state.failed", reason=reason))
    wrong = fault(timed)
    if wrong is not None:
        return Cell(state="failed", reason=wrong)
    value = timed.result.latency_ms
    return replace(measured_cell(finding, value, milliseconds(value)), slow=timed.result.slow)


def shown_timing(finding: Finding | None) -> Timing | None:
    """What stands behind a time, in short."""
    timed = timing(finding)
    if timed is None:
        return None
    result = timed.result
    return Timing(
        rate=significant(1000 * timed.conditions.batch_size / result.latency_ms, 3),
        low=milliseconds(result.p25_ms),
        high=milliseconds(result.p75_ms),
        spread=f"{100 * result.spread:.1f}",
    )


def conditions_of(shared: LatencyConditions, *, way: bool = True) -> Said:
    """The conditions of a measured latency in words, without precision and batch size.

    Args:
        shared: The conditions.
        way: Whether to name backend and layout, too.
    """
    kind = "cpu" if shared.device_type == "cpu" else "gpu"
    return say(
        f"latency.conditions.{kind}" if way else f"latency.conditions.{kind}.any",
        device=shared.device,
        threads=shared.threads,
        affinity=say(f"affinity.{shared.affinity}"),
        size=by(shared.input_size[1:]),
        **({"way": way_of(shared)} if way else {}),
    )


def way_of(conditions: LatencyConditions) -> Said:
    """Backend and layout in words."""
    return say(
        "latency.way",
        backend=say(f"backend.{conditions.backend}"),
        layout=say(f"layout.{conditions.memory_format}"),
    )


def way_order(conditions: LatencyConditions) -> tuple[int, bool]:
    """Where a backend and a layout stand among others: eager and contiguous first."""
    known = conditions.backend in _BACKENDS
    rank = _BACKENDS.index(conditions.backend) if known else len(_BACKENDS)
    return (rank, conditions.memory_format != "contiguous")


def way_words(conditions: LatencyConditions) -> tuple[Value, ...]:
    """What names the conditions beside device, precision and batch; the usual goes without."""
    words: list[Value] = []
    if conditions.threads:
        words.append(say("where.threads", count=conditions.threads))
    if conditions.affinity != "free":
        words.append(say(f"affinity.{conditions.affinity}"))
    if conditions.backend != "eager":
        words.append(say(f"backend.{conditions.backend}"))
    if conditions.memory_format != "contiguous":
        words.append(say(f"layout.{conditions.memory_format}"))
    return tuple(words)


def every_way_word(conditions: LatencyConditions, version: str | None) -> tuple[Value, ...]:
    """What names the conditions beside device, precision and batch, the usual ones too.

    Args:
        conditions: The conditions.
        version: Of the backend, as records have it, where there is one: `torch 2.14.1+cu130`.
    """
    backend = say(f"backend.{conditions.backend}")
    words: list[Value] = []
    if conditions.threads:
        words.append(say("where.threads", count=conditions.threads))
        words.append(say(f"affinity.{conditions.affinity}"))
    number = version.partition(" ")[2] if version else ""
    words.append(say("where.backend", backend=backend, version=number) if number else backend)
    words.append(say(f"layout.{conditions.memory_format}"))
    return tuple(words)


def joined(words: Sequence[Value], label: str = "list.pair") -> Value:
    """Words in a row, with commas between them, or whatever a label has there."""
    first, *rest = words
    return say(label, first=first, rest=joined(rest, label)) if rest else first


def protocol(findings: Iterable[Finding]) -> Said:
    """How some times were taken, as counts that hold for all of them."""
    results = [timed.result for one in findings if (timed := timing(one)) is not None]
    if not results:
        return say("latency.protocol.none")
    return say(
        "latency.protocol",
        processes=_span([len(result.process_medians_ms) for result in results]),
        samples=_span([result.samples for result in results]),
        warmup=_span([result.warmup_passes for result in results]),
        spread=f"{100 * max(result.spread for result in results):.1f}",
    )


def refused(findings: Iterable[Finding]) -> Said | None:
    """How many processes were thrown away, and why; how many times are of slow processors."""
    results = [timed.result for one in findings if (timed := timing(one)) is not None]
    count = sum(result.refused for result in results)
    reasons = refusals(reason for one in results for reason in one.refusals)
    thrown = None
    if count:
        told = "latency.refused.why" if reasons else "latency.refused"
        thrown = say(told, count=count, **({"reasons": reasons} if reasons else {}))
    slow = sum(result.slow for result in results)
    if not slow:
        return thrown
    beside = say("latency.slow", count=slow)
    return say("table.both", one=beside, other=thrown) if thrown else beside


def beside(findings: Iterable[Finding]) -> tuple[Said, ...]:
    """What was not watched or is left out, and of how many times."""
    counts = Counter(
        BESIDE[remark]
        for one in findings
        if (timed := timing(one)) is not None
        for remark in timed.result.remarks
        if remark in BESIDE
    )
    return tuple(say(f"latency.beside.{what}", count=count) for what, count in counts.items())


def timings_of(findings: Iterable[Finding]) -> list[Timed]:
    """The latencies among some findings."""
    return [timed for one in findings if (timed := timing(one)) is not None]


def _span(numbers: Sequence[int]) -> str:
    low, high = min(numbers), max(numbers)
    return f"{low}" if low == high else f"{low}–{high}"
