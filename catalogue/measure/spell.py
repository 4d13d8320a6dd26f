"""How long one model may keep a machine on which other work disturbs it, all its runs together.

A model that nothing disturbs may take as long as it does.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(kw_only=True, slots=True)
class Spell:
    """What one model has taken on one device so far."""

    seconds: float
    """What it may take once a process was disturbed."""
    clock: Callable[[], float] = time.monotonic
    """Seconds."""
    spent_s: float = 0.0
    longest_s: float = 0.0
    """Of one process."""
    disturbed: bool = False
    """Whether a process was."""
    hopeless: bool = False
    """Whether nothing else came of a whole run."""

    def took(self, seconds: float, *, disturbed: bool) -> None:
        """Note one process more."""
        self.spent_s += seconds
        self.longest_s = max(self.longest_s, seconds)
        self.disturbed = self.disturbed or disturbed

    @property
    def has_room(self) -> bool:
        """Whether one more process would end in time, going by the longest so far."""
        if self.hopeless:
            return False
        return not self.disturbed or self.spent_s + self.longest_s <= self.seconds
