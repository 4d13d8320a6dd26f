"""The sense checks over a whole zoo, in one pass.

Knows which checks there are; each stands in a module of its own.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path

from catalogue.check.accuracy import check_accuracies
from catalogue.check.costs import check_costs
from catalogue.check.files import check_files
from catalogue.check.latency import check_latencies
from catalogue.check.measured import check_against_records
from catalogue.check.texts import check_texts
from catalogue.entry import Zoo
from catalogue.errors import Diagnostic
from catalogue.languages import OURS
from catalogue.read.findings import Findings
from catalogue.read.silence import unsilenced
from catalogue.record import Record


def check_zoo(
    zoo: Zoo, *, records: Iterable[Record] = (), languages: Sequence[str] = OURS
) -> tuple[Diagnostic, ...]:
    """Say what in a zoo's entries is implausible, contradictory or missing.

    Args:
        zoo: What was read; its files are looked at again for comments that silence a finding.
        records: Measurements to hold reported figures against, oldest first.
        languages: Those of the zoo's site.

    Returns:
        Diagnostics by place, but for those silenced.
    """
    findings = Findings()
    check_accuracies(zoo, findings)
    check_costs(zoo, findings)
    check_latencies(zoo, findings)
    check_texts(zoo, findings, languages)
    check_files(zoo, findings)
    check_against_records(zoo, records, findings)
    diagnostics = findings.folded()
    return unsilenced(diagnostics, _texts(zoo.root, diagnostics))


def _texts(root: Path, diagnostics: Iterable[Diagnostic]) -> dict[str, str]:
    """The texts of the files that diagnostics are about; values made in Python have none."""
    files = {diagnostic.place.file for diagnostic in diagnostics} - {""}
    return {
        file: (root / file).read_text(encoding="utf-8", errors="replace")
        for file in sorted(files)
        if (root / file).is_file()
    }
