"""Where readers put what they find: diagnostics, folded where they would repeat.

Knows places and severities; knows nothing of YAML.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

from catalogue.errors import Diagnostic, Place, Severity, near

SHOWN_ALIKE = 3
"""Diagnostics that say the same stand alone up to this number; more are folded into the first."""
MOST_HINTS = 100
_LINES_NAMED = 6
_LONGEST_HINTED = 80


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """A diagnostic, and what it has in common with others."""

    diagnostic: Diagnostic
    alike: str | None = None
    """Findings of one code and one `alike` say the same of different places."""


class Findings:
    """The diagnostics of one reading, in the order found."""

    def __init__(self) -> None:
        self._found: list[Finding] = []
        self._hints_left = MOST_HINTS

    def hint(self, word: str, known: Iterable[str]) -> str:
        """`errors.near`, a limited number of times: among thousands of names it is slow."""
        if self._hints_left == 0:
            return ""
        self._hints_left -= 1
        return near(word[:_LONGEST_HINTED], known)

    def error(self, place: Place, code: str, message: str, *, alike: str | None = None) -> None:
        """Something that cannot be used as it stands."""
        self._add(Severity.ERROR, place, code, message, alike)

    def warning(self, place: Place, code: str, message: str, *, alike: str | None = None) -> None:
        """Something that is used, and is probably not meant so."""
        self._add(Severity.WARNING, place, code, message, alike)

    def note(self, place: Place, code: str, message: str, *, alike: str | None = None) -> None:
        """A guess that is most likely right."""
        self._add(Severity.NOTE, place, code, message, alike)

    def extend(self, findings: Iterable[Finding]) -> None:
        """Take over findings made elsewhere."""
        self._found.extend(findings)

    def concern(self, file: str) -> bool:
        """Whether there is an error in a file so far."""
        return any(
            finding.diagnostic.place.file == file and finding.diagnostic.severity is Severity.ERROR
            for finding in self._found
        )

    def folded(self) -> tuple[Diagnostic, ...]:
        """All diagnostics by place; errors stand alone, what repeats is folded."""
        return fold(self._found)

    def _add(
        self, severity: Severity, place: Place, code: str, message: str, alike: str | None
    ) -> None:
        diagnostic = Diagnostic(place=place, severity=severity, code=code, message=message)
        self._found.append(Finding(diagnostic=diagnostic, alike=alike))


def fold(findings: Iterable[Finding]) -> tuple[Diagnostic, ...]:
    """Diagnostics in order of place, those that say the same folded into their first."""
    alone: list[Diagnostic] = []
    groups: dict[tuple[Severity, str, str], list[Diagnostic]] = defaultdict(list)
    for finding in findings:
        diagnostic = finding.diagnostic
        if finding.alike is None or diagnostic.severity is Severity.ERROR:
            alone.append(diagnostic)
        else:
            groups[diagnostic.severity, diagnostic.code, finding.alike].append(diagnostic)
    for group in groups.values():
        group.sort(key=lambda diagnostic: diagnostic.place)
        alone.extend(group if len(group) <= SHOWN_ALIKE else [_first_of(group)])
    return tuple(sorted(alone, key=lambda diagnostic: diagnostic.place))


def _first_of(group: list[Diagnostic]) -> Diagnostic:
    first = group[0]
    lines = [str(other.place.line) for other in group[1:] if other.place.file == first.place.file]
    others = len({other.place.file for other in group}) - 1
    where = []
    if lines:
        more_lines = ", …" if len(lines) > _LINES_NAMED else ""
        where.append(f"line {', '.join(lines[:_LINES_NAMED])}{more_lines}")
    if others:
        where.append(f"in {others} other file{'' if others == 1 else 's'}")
    more = f" (and {len(group) - 1} more like it: {', and '.join(where)})"
    return replace(first, message=first.message + more)
