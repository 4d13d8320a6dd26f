"""Badges of a model: what each says, as SVG and as an endpoint of shields.io.

Each model has every badge at an address that never changes; where nothing holds, it says that.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from matplotlib.ft2font import FT2Font

from catalogue.entry import Figure, Role, Text, Zoo
from catalogue.page.accuracies import accuracy_series
from catalogue.page.claims import Claims, is_imagenet_val
from catalogue.page.evidence import Evidence, Finding, Timed
from catalogue.page.series import Judged, Series
from catalogue.page.timed import counts, way_order
from catalogue.page.told import source_title
from catalogue.page.wording import by, in_giga, in_mega, milliseconds, printed, top
from catalogue.page.zoo import JudgedZoo
from catalogue.plot.lettering import FONT
from catalogue.publish.wellformed import harmless, one_line, xml
from catalogue.record import Kind, LatencyConditions

_MEASURED, _REPORTED, _ABSENT = "1d5fd1", "8a5a00", "5b6475"
_LABEL = "#3b4252"
_MOST = 90
"""Characters of a message; a device's name can be long."""
_LEFT_OUT = ", …"
"""Behind the conditions that a message has room for, where there are more."""
_SIZE, _PAD, _HEIGHT = 11, 6, 20
_SHIFT = 14
_WIDER = 1.08
"""How much wider the commonest fonts of browsers run than the one that is measured."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Badge:
    """What a badge says."""

    name: str
    """`params`, `flops`, `top1` or `latency`."""
    label: str
    message: str
    color: str
    """Six hexadecimal digits: whether it is measured, reported or neither."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Ways:
    """How models were timed."""

    layouts: frozenset[str]
    affinities: frozenset[str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Around:
    """What all badges of a zoo go by."""

    zoo: Zoo
    compared: Series | None
    """The accuracies that the home page compares models by, whose source goes before others."""
    ways: Ways


def around_of(judged: JudgedZoo) -> Around:
    """What the badges of a zoo go by."""
    timed = [one.conditions for model in judged.models for one in _holding(model.evidence)]
    return Around(
        zoo=judged.zoo, compared=accuracy_series(judged.models, judged.zoo), ways=ways_of(timed)
    )


def ways_of(timed: Sequence[LatencyConditions]) -> Ways:
    """The ways that times were taken in."""
    return Ways(
        layouts=frozenset(one.memory_format for one in timed),
        affinities=frozenset(one.affinity for one in timed),
    )


def badges(model: Judged, around: Around) -> tuple[Badge, ...]:
    """The four badges of a model."""
    evidence = model.evidence
    top1 = _top1(model, around.zoo, around.compared)
    return (_params(evidence), _flops(evidence), top1, _latency(evidence, around.ways))


def svg(badge: Badge) -> str:
    """A badge as a picture of its own, whose texts are read to those who cannot see it.

    Each once: a title would repeat them, and a page that shows the picture names it itself.
    """
    label, message = xml(badge.label), xml(badge.message)
    left, right = _width(badge.label) + 2 * _PAD, _width(badge.message) + 2 * _PAD
    whole = left + right
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{whole}" height="{_HEIGHT}" fill="#fff" '
        f'font-family="Verdana,DejaVu Sans,sans-serif" font-size="{_SIZE}">'
        f'<rect width="{whole}" height="{_HEIGHT}" rx="3" fill="#{badge.color}"/>'
        f'<path fill="{_LABEL}" d="M{left} 0v20H3q-3 0-3-3V3q0-3 3-3z"/>'
        f'<text x="{_PAD}" y="{_SHIFT}" textLength="{left - 2 * _PAD}">{label}</text>'
        f'<text x="{left + _PAD}" y="{_SHIFT}" textLength="{right - 2 * _PAD}">{message}</text>'
        "</svg>"
    )


def endpoint(badge: Badge) -> bytes:
    """A badge as https://shields.io/badges/endpoint-badge wants it."""
    said = {
        "schemaVersion": 1,
        "label": badge.label,
        "message": badge.message,
        "color": badge.color,
    }
    return harmless(json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()) + b"\n"


def _params(evidence: Evidence) -> Badge:
    counted = evidence.counted()
    if counted is None or not counted.finding.holds:
        return _absent("params", "params", evidence, Kind.COMPLEXITY)
    return _measured("params", "params", f"{in_mega(counted.result.params)} M")


def _flops(evidence: Evidence) -> Badge:
    label = "FLOPs (2 × MACs)"
    counted = evidence.counted()
    if counted is None or not counted.finding.holds:
        return _absent("flops", label, evidence, Kind.COMPLEXITY)
    size = by(counted.conditions.input_size[1:])
    return _measured("flops", label, f"{in_giga(counted.result.flops)} G at {size}")


def _top1(model: Judged, zoo: Zoo, compared: Series | None) -> Badge:
    label, evidence = "ImageNet top-1", model.evidence
    own = evidence.validated()
    if own is not None:
        size, precision = by(own.conditions.input_size[1:]), own.conditions.precision.upper()
        return _measured("top1", label, f"{top(own.result.top1)} % at {size}, {precision}")
    told = list(_told(model.claims, zoo))
    home = compared.source if compared and not compared.measured else None
    found = next((one for one in told if one[1] == home), told[0] if told else None)
    if found is None:
        return _absent("top1", label, evidence, Kind.ACCURACY)
    figure, title = found
    name = (title.in_language("en") or title.any_language()) if title else ""
    whose = f"reported by {name}" if name else "reported"
    message = one_line(f"{printed(figure)} %, {whose}", most=_MOST)
    return Badge(name="top1", label=label, message=message, color=_REPORTED)


def _told(claims: Claims, zoo: Zoo) -> Iterator[tuple[Figure, Text | None]]:
    """What is reported of these weights, once for each source, with the source's title."""
    for claim in claims.accuracies:
        result = claim.result
        is_own = result.applies_to is None and result.role is Role.REPORTED
        if is_own and result.top1 is not None and is_imagenet_val(result):
            for source in result.sources or (None,):
                yield result.top1, source_title(zoo, source) if source else None


def _holding(evidence: Evidence) -> list[Timed]:
    return [one for one in evidence.timings if counts(one) and one.finding.usual]


def _latency(evidence: Evidence, ways: Ways) -> Badge:
    """The time of the smallest batch; a GPU's before a CPU's, fp32 before others."""
    holding = _holding(evidence)
    if not holding:
        return _absent("latency", "latency", evidence, Kind.LATENCY)
    best = min(holding, key=_first)
    under = best.conditions
    bound = "at most " if best.result.slow else ""
    figure = f"{bound}{milliseconds(best.result.latency_ms)} ms"
    whole = (under.device, under.precision.upper(), f"batch {under.batch_size}", under.backend)
    threads = [f"{under.threads} threads"] if under.threads > 1 else []
    more = [*threads, by(under.input_size[1:]), *_way(under, ways)]
    return _measured("latency", "latency", _fitting(f"{figure}: {', '.join(whole)}", more))


def _fitting(message: str, more: Sequence[str]) -> str:
    """A message with as many further conditions as there is room for, none cut in two."""
    for number, one in enumerate(more):
        longer = f"{message}, {one}"
        last = number == len(more) - 1
        if len(longer) + (0 if last else len(_LEFT_OUT)) > _MOST:
            return message + _LEFT_OUT
        message = longer
    return message


def _way(under: LatencyConditions, ways: Ways) -> list[str]:
    """Layout and affinity where they are not the usual ones, or the zoo has others too."""
    told = (
        (under.memory_format, "contiguous", ways.layouts),
        (f"affinity {under.affinity}", "affinity free", ways.affinities),
    )
    return [own for own, usual, all_ in told if own != usual or len(all_) > 1]


def _first(one: Timed) -> tuple[bool, str, bool, int, str]:
    under = one.conditions
    return (
        under.device_type != "cuda",
        under.device,
        under.precision != "fp32",
        under.batch_size,
        f"{way_order(under)}{under!r}",
    )


def _measured(name: str, label: str, message: str) -> Badge:
    return Badge(name=name, label=label, message=one_line(message, most=_MOST), color=_MEASURED)


def _absent(name: str, label: str, evidence: Evidence, kind: Kind) -> Badge:
    usual = [one for one in evidence.findings if one.record.kind is kind and one.usual]
    return Badge(name=name, label=label, message=_why(usual), color=_ABSENT)


def _why(usual: list[Finding]) -> str:
    if any(one.stale for one in usual if one.failure is None):
        return "out of date"
    return "measuring failed" if any(one.failure for one in usual) else "not measured"


def _width(text: str) -> int:
    """Pixels of a text, about as browsers set it; `textLength` makes it exact."""
    return round(_WIDER * sum(_advances(text)))


def _advances(text: str) -> Iterator[float]:
    return (_advance(letter) for letter in text)


@cache
def _advance(letter: str) -> float:
    font = FT2Font(str(FONT))
    font.set_size(_SIZE, 72)
    if font.get_char_index(ord(letter)) == 0:
        return float(_SIZE)
    return float(font.load_char(ord(letter)).linearHoriAdvance / 65536)
