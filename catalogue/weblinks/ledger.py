"""What was asked lately, so that no host is asked for the same address twice a week.

Reads and writes one file outside git.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from catalogue.weblinks.asking import Answer

_SCHEMA = "catalogue-links/1"
KEPT = timedelta(days=7)


@dataclass(frozen=True, kw_only=True, slots=True)
class Ledger:
    """A file of answers."""

    file: Path

    def lately(self, today: date) -> Mapping[str, Answer]:
        """Answers by address that still count: good ones of the last week. Others are asked anew.

        A file that is damaged counts as empty.
        """
        try:
            held = json.loads(self.file.read_text(encoding="utf-8"))["answers"]
            found = {url: _answer(url, one) for url, one in held.items()}
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return {}
        return {
            url: one
            for url, one in found.items()
            if one.good and timedelta(0) <= today - one.asked < KEPT
        }

    def keep(self, answers: Iterable[Answer]) -> None:
        """Write the good answers, through a temporary file."""
        held = {
            one.url: {"asked": one.asked.isoformat(), "status": one.status, "moved": one.moved}
            for one in sorted(answers, key=lambda one: one.url)
            if one.good
        }
        self.file.parent.mkdir(parents=True, exist_ok=True)
        temporary = self.file.with_suffix(".tmp")
        text = json.dumps({"schema": _SCHEMA, "answers": held}, indent=1, ensure_ascii=False)
        temporary.write_text(text + "\n", encoding="utf-8")
        temporary.replace(self.file)


def _answer(url: str, held: Mapping[str, object]) -> Answer:
    status, moved = held["status"], held["moved"]
    return Answer(
        url=url,
        asked=date.fromisoformat(str(held["asked"])),
        status=int(str(status)),
        moved=None if moved is None else str(moved),
    )
