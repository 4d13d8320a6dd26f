"""`catalogue export`: every record as a row of CSV."""

import sys
from pathlib import Path

from catalogue.commands.opened import Opened, say_errors
from catalogue.freshness import changes
from catalogue.table import records_table


def export(opened: Opened, target: Path | None) -> int:
    """Write the records of all models that have an entry.

    Returns:
        0; 1 where an entry or a record could not be read.
    """
    say_errors(opened)
    entries = {entry.id: entry for entry in opened.zoo.entries}
    known = [record for record in opened.stored.records if record.model in entries]
    frame = records_table((one, changes(one, entries[one.model])) for one in known)
    frame.to_csv(target or sys.stdout, index=False, lineterminator="\n")
    return int(opened.broken)
