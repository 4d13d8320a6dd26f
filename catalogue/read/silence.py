"""Comments that silence a diagnostic at its place: `# catalogue: ignore[code] reason`.

Knows comments and places; knows nothing of what is silenced.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from catalogue.errors import Diagnostic, Place, Severity

_SILENCE = re.compile(
    r"#\s*catalogue:\s*ignore\s*(?:\[(?P<codes>[^\]]*)\])?\s*(?P<reason>[^\r\n]*)", re.IGNORECASE
)
_CODE = re.compile(r"[a-z0-9-]+")


@dataclass(frozen=True, kw_only=True, slots=True)
class Silence:
    """One such comment."""

    place: Place
    codes: frozenset[str]
    reason: str
    lines: tuple[int, int]
    """The lines it speaks for: its own, and the next where it stands alone."""


def silences(file: str, text: str) -> tuple[Silence, ...]:
    """The silencing comments of a text."""
    if "catalogue:" not in text:
        return ()
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        match = _SILENCE.search(line)
        if match is None:
            continue
        alone = not line[: match.start()].strip()
        found.append(
            Silence(
                place=Place(file=file, line=number, column=match.start() + 1),
                codes=frozenset(_CODE.findall(match["codes"] or "")),
                reason=match["reason"].strip(" -—:"),
                lines=(number, number + 1 if alone else number),
            )
        )
    return tuple(found)


def unsilenced(
    diagnostics: Iterable[Diagnostic], texts: Mapping[str, str]
) -> tuple[Diagnostic, ...]:
    """Diagnostics but for those that a comment silences.

    Args:
        diagnostics: What was found.
        texts: The files' texts by name, as in the places of the diagnostics.
    """
    quiet = {
        (silence.place.file, line, code)
        for file, text in texts.items()
        for silence in silences(file, text)
        for line in silence.lines
        for code in silence.codes
    }
    return tuple(
        one for one in diagnostics if (one.place.file, one.place.line, one.code) not in quiet
    )


def bare_silences(texts: Mapping[str, str]) -> tuple[Diagnostic, ...]:
    """A warning for every silencing comment that names no code or gives no reason."""
    return tuple(
        _bare(silence)
        for file, text in texts.items()
        for silence in silences(file, text)
        if not silence.codes or not silence.reason
    )


def _bare(silence: Silence) -> Diagnostic:
    lacking = "a reason" if silence.codes else "a code"
    return Diagnostic(
        place=silence.place,
        severity=Severity.WARNING,
        code="bare-silence",
        message=f"a silence without {lacking}; expected '# catalogue: ignore[code] reason'",
    )
