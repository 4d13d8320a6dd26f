"""Reported latencies that cannot all hold: one device, precision, batch and size, many times.

Says which they are, how far they are apart, and whether anything that the sources state explains
it. Knows no language and no markup.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import inf, isfinite

from catalogue.entry import Figure, ReportedLatency
from catalogue.page.series import Judged
from catalogue.page.wording import Said, by, milliseconds, printed, say, times
from catalogue.roofline import Bound, Limits, bounds

APART = 1.2
"""From this ratio on two figures contradict each other. Repeated timings of one engine differ by a
few percent, so that a fifth is more than measuring anew explains."""
UNKNOWN = "unknown"
"""What entries write where a source does not name the device."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """One of the figures."""

    text: str
    """Milliseconds, as the source printed them."""
    sources: tuple[str, ...]
    conditions: Said
    """As far as the sources state them."""
    figure: Figure
    latency: ReportedLatency
    """The line of a source that it is from."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Contradiction:
    """Figures of one device, precision, batch size and input size that exclude each other."""

    device: str
    precision: str
    batch: int
    values: tuple[str, ...]
    """Milliseconds, as the sources printed them, the shortest first."""
    ratio: float
    """Of the longest to the shortest."""
    lead: Said
    """The figures, and by which factor they differ."""
    told: tuple[Told, ...]
    """Each with its conditions, the shortest time first."""
    reasons: tuple[Said, ...]
    """Whether what is stated explains the factor, and which figures our bound rules out."""


@dataclass(frozen=True, slots=True)
class _Line:
    value: float
    figure: Figure
    latency: ReportedLatency


def contradictions(model: Judged, limits: Sequence[Limits]) -> tuple[Contradiction, ...]:
    """Everything that the sources of a model's latencies contradict each other about.

    Args:
        model: The model.
        limits: What devices can do at most.
    """
    found: dict[tuple[str, str, int], list[_Line]] = defaultdict(list)
    for latency in model.evidence.entry.latencies:
        if latency.unit == "ms" and latency.device.casefold() != UNKNOWN:
            for batch, figure in latency.by_batch:
                key = (latency.device, latency.precision, batch)
                found[key].append(_Line(figure.value, figure, latency))
    return tuple(
        _contradiction(lines, batch, _bound(model, limits, lines, batch))
        for (_, _, batch), every in found.items()
        for alike in _by_size(every)
        if (lines := _contradicting(alike))
    )


def _by_size(lines: Sequence[_Line]) -> Iterator[list[_Line]]:
    """Lines of each input size, each with those that state none."""
    stated = dict.fromkeys(line.latency.input_size for line in lines)
    sizes = tuple(size for size in stated if size is not None)
    for size in sizes or stated:
        yield [line for line in lines if line.latency.input_size in (size, None)]


def _contradicting(lines: Sequence[_Line]) -> list[_Line]:
    """Those that contradict another one, the shortest time first."""
    found = {line: None for pair in combinations(lines, 2) if _contradict(*pair) for line in pair}
    return sorted(found, key=lambda line: line.value)


def _contradict(one: _Line, other: _Line) -> bool:
    low, high = sorted((one.value, other.value))
    return high >= APART * low and _may_be_alike(one.latency, other.latency)


def _may_be_alike(one: ReportedLatency, other: ReportedLatency) -> bool:
    """Whether nothing stated says that the two were taken in different ways."""
    return all(
        left is None or right is None or left.startswith(right) or right.startswith(left)
        for left, right in ((one.runtime, other.runtime), (one.statistic, other.statistic))
    )


def _contradiction(lines: Sequence[_Line], batch: int, bound: Bound | None) -> Contradiction:
    first = lines[0].latency
    ratio = lines[-1].value / lines[0].value if lines[0].value else inf
    lead = say(
        "contradiction.lead",
        precision=first.precision,
        batch=batch,
        values=_texts(lines),
        ratio=factor(ratio),
    )
    return Contradiction(
        device=first.device,
        precision=first.precision,
        batch=batch,
        values=_texts(lines),
        ratio=ratio,
        lead=lead,
        told=tuple(_told(line) for line in lines),
        reasons=(*_explanation(lines), _ruled_out(lines, bound)),
    )


def factor(ratio: float) -> str:
    """A ratio in words' digits; of a time of nothing it is infinite."""
    return times(ratio) if isfinite(ratio) else "∞"


def _texts(lines: Sequence[_Line]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(printed(line.figure) for line in lines))


def _told(line: _Line) -> Told:
    latency = line.latency
    return Told(
        text=printed(line.figure),
        sources=latency.sources,
        conditions=stated_conditions(latency),
        figure=line.figure,
        latency=latency,
    )


def stated_conditions(line: ReportedLatency) -> Said:
    """Runtime, input size and statistic, as far as the source states them."""
    return say(
        "latency.reported.statistic" if line.statistic else "latency.reported.conditions",
        runtime=line.runtime or say("runtime.unstated"),
        size=by(line.input_size) if line.input_size else say("size.unstated"),
        statistic=line.statistic or "",
    )


def _explanation(lines: Sequence[_Line]) -> Iterator[Said]:
    alike = _stated_alike(lines)
    if alike:
        first = alike[0].latency
        yield say(
            "contradiction.same",
            values=_texts(alike),
            runtime=first.runtime or "",
            size=by(first.input_size) if first.input_size else "",
        )
    silent = [line for line in lines if line.latency.runtime is None]
    if silent:
        yield say("contradiction.no-runtime", values=_texts(silent))
    if not alike:
        yield say("contradiction.open")


def _stated_alike(lines: Sequence[_Line]) -> list[_Line]:
    """The lines furthest apart that state one and the same runtime and input size."""
    groups: dict[tuple[object, ...], list[_Line]] = defaultdict(list)
    for line in lines:
        if line.latency.runtime is not None and line.latency.input_size is not None:
            key = (line.latency.runtime, line.latency.statistic)
            groups[key].append(line)
    apart = [_contradicting(group) for group in groups.values()]
    return max(
        apart, key=lambda group: group[-1].value / group[0].value if group else 0, default=[]
    )


def _bound(
    model: Judged, limits: Sequence[Limits], lines: Sequence[_Line], batch: int
) -> Bound | None:
    """The least time at the lines' device, precision and size, where all is known it takes."""
    latency = lines[0].latency
    size = next((one.latency.input_size for one in lines if one.latency.input_size), None)
    counted = model.evidence.counted(size)
    if counted is None or not counted.finding.holds:
        return None
    return next(
        (
            bound
            for limit in limits
            if limit.device.casefold() == latency.device.casefold()
            for bound in bounds(
                counted.result, counted.conditions.input_size, limit, batch_size=batch
            )
            if bound.precision == latency.precision.casefold()
        ),
        None,
    )


def _ruled_out(lines: Sequence[_Line], bound: Bound | None) -> Said:
    if bound is None:
        return say("contradiction.bound.unknown")
    least = milliseconds(bound.latency_ms)
    impossible = [line for line in lines if line.value < bound.latency_ms]
    if not impossible:
        return say("contradiction.bound.none", bound=least)
    return say("contradiction.bound.some", bound=least, values=_texts(impossible))
