"""The sense checks over a whole zoo, in one pass.

Knows which checks there are; each stands in a module of its own.
"""

from collections.abc import Iterable

from catalogue.check.accuracy import accuracy_findings
from catalogue.entry import Zoo
from catalogue.errors import Diagnostic
from catalogue.read.findings import Findings
from catalogue.record import Record


def check_zoo(zoo: Zoo, *, records: Iterable[Record] = ()) -> tuple[Diagnostic, ...]:
    """Say what in a zoo's entries is implausible, contradictory or missing.

    Args:
        zoo: What was read.
        records: Measurements to hold reported figures against, the newest of each kind.

    Returns:
        Diagnostics by place; those that comments in the entries silence are left out.
    """
    findings = Findings()
    for entry in zoo.entries:
        accuracy_findings(entry, findings)
    return findings.folded()
