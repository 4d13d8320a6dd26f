"""`catalogue import`: find, merge, write, tell."""

import sys
from collections.abc import Sequence

from catalogue.commands.opened import Opened, say_errors
from catalogue.errors import WrongCallError
from catalogue.importing.batch import Batch
from catalogue.importing.place import Placed, place_batch

_NAMED = 5
"""Names that a line lists before it only counts."""


def place(opened: Opened, batch: Batch) -> int:
    """Merge a batch into the zoo and say what became of it.

    Returns:
        0.

    Raises:
        CatalogueError: a file of the zoo cannot be read, or not be edited safely.
        WrongCallError: the root index is no YAML file.
    """
    root_file = opened.settings.index.name
    if not root_file.endswith((".yml", ".yaml")):
        message = f"{root_file}: takes no imports; name an index file in YAML with --index"
        raise WrongCallError(message)
    say_errors(opened)
    placed = place_batch(batch, opened.zoo, root_file)
    for line in (*batch.remarks, *placed.kept, *_left(placed)):
        sys.stdout.write(f"{line}\n")
    sys.stdout.write(f"{batch.origin}: {_done(placed)}\n")
    return 0


def _left(placed: Placed) -> list[str]:
    plan = placed.plan
    reasons = (
        (plan.own, "have an entry of your own already, which stays as it is"),
        (plan.removed, "were imported before and taken out since; they stay out"),
        (
            plan.in_pages,
            "stand in Markdown pages or JSON, which are not edited; import those files first",
        ),
    )
    return [f"{_listed(ids)} {why}" for ids, why in reasons if ids]


def _listed(ids: Sequence[str]) -> str:
    shown = ", ".join(ids[:_NAMED])
    more = f", … ({len(ids)} in all)" if len(ids) > _NAMED else ""
    return shown + more


def _done(placed: Placed) -> str:
    if not placed.written:
        return "nothing to write, everything is there as it says"
    new = len(placed.plan.new)
    entries = f"{new} {'entry' if new == 1 else 'entries'} added"
    files = f"{len(placed.written)} {'file' if len(placed.written) == 1 else 'files'} written"
    return f"{entries}, {files}"
