"""Diagnostics as text, JSON, GitHub workflow commands and SARIF 2.1.0.

Knows the four forms; knows nothing of how diagnostics come about.
"""

import json
from collections import Counter
from collections.abc import Sequence
from urllib.parse import quote

from catalogue.errors import Diagnostic, Severity

FORMS = ("text", "json", "github", "sarif")

_GITHUB = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}
_SARIF_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def format_diagnostics(
    diagnostics: Sequence[Diagnostic], form: str = "text", *, models: int = 0, folder: str = ""
) -> str:
    """All diagnostics in one of `FORMS`.

    Args:
        diagnostics: In the order in which they are to stand.
        form: Which form.
        models: How many models were read, for the summary of the text form.
        folder: The zoo's root as the user sees it, put before every file name.

    Returns:
        The text, without a newline at its end.

    Raises:
        ValueError: there is no such form.
    """
    prefix = f"{folder.rstrip('/')}/" if folder not in ("", ".") else ""
    if form == "text":
        lines = [f"{prefix}{diagnostic}" for diagnostic in diagnostics]
        return "\n".join([*lines, summary(diagnostics, models=models)])
    if form == "json":
        return json.dumps(
            [_plain(one, prefix) for one in diagnostics], indent=1, ensure_ascii=False
        )
    if form == "github":
        return "\n".join(_command(diagnostic, prefix) for diagnostic in diagnostics)
    if form == "sarif":
        return json.dumps(_sarif(diagnostics, prefix), indent=1, ensure_ascii=False)
    message = f"form is '{form}', expected one of {', '.join(FORMS)}"
    raise ValueError(message)


def summary(diagnostics: Sequence[Diagnostic], *, models: int) -> str:
    """How many diagnostics of each severity: `2 errors, 1 warning, 3 notes in 14 models`."""
    counts = Counter(diagnostic.severity for diagnostic in diagnostics)
    parts = [_counted(counts[severity], severity.word) for severity in reversed(Severity)]
    return f"{', '.join(parts)} in {_counted(models, 'model')}"


def _counted(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


def _plain(diagnostic: Diagnostic, prefix: str) -> dict[str, str | int]:
    return {
        "file": prefix + diagnostic.place.file,
        "line": diagnostic.place.line,
        "column": diagnostic.place.column,
        "severity": diagnostic.severity.word,
        "code": diagnostic.code,
        "message": diagnostic.message,
    }


def _command(diagnostic: Diagnostic, prefix: str) -> str:
    """A workflow command.

    Source: https://docs.github.com/actions/reference/workflow-commands-for-github-actions; the
    escapes are those of actions/toolkit, `command.ts`.
    """
    place = diagnostic.place
    properties = {
        "file": prefix + place.file,
        "line": str(place.line),
        "col": str(place.column),
        "title": diagnostic.code,
    }
    written = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    return f"::{_GITHUB[diagnostic.severity]} {written}::{_data(diagnostic.message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _sarif(diagnostics: Sequence[Diagnostic], prefix: str) -> dict[str, object]:
    """A SARIF log.

    Source: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html.
    """
    codes = sorted({diagnostic.code for diagnostic in diagnostics})
    driver = {
        "name": "catalogue",
        "rules": [{"id": code} for code in codes],
    }
    results = [
        {
            "ruleId": one.code,
            "ruleIndex": codes.index(one.code),
            "level": one.severity.word,
            "message": {"text": one.message},
            "locations": [_location(one, prefix)],
        }
        for one in diagnostics
    ]
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    return {"$schema": _SARIF_SCHEMA, "version": "2.1.0", "runs": [run]}


def _location(diagnostic: Diagnostic, prefix: str) -> dict[str, object]:
    place = diagnostic.place
    return {
        "physicalLocation": {
            "artifactLocation": {"uri": quote(prefix + place.file)},
            "region": {"startLine": place.line, "startColumn": place.column},
        }
    }
