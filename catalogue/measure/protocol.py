"""How often a timing is repeated, what is refused, and when it is given up: plain numbers."""

from dataclasses import dataclass

from catalogue.measure.disturbance import Limits

_LIMITS = Limits()


@dataclass(frozen=True, kw_only=True, slots=True)
class Protocol:
    """How often to repeat, and what to refuse."""

    processes: int = 3
    """Undisturbed processes wanted for each point."""
    spread: float = 0.03
    """Where their medians differ by more than this share of their median, more are taken …"""
    most: int = 7
    """… up to this many …"""
    extra_s: float = 30.0
    """… and as long as the model has not taken longer than this."""
    fewest: int = 2
    """What disturbance leaves must be as many, or there is no figure."""
    losses: int = 1
    """A process that died at a point says little: so many more are asked. More say enough."""
    retries: int = 3
    """Further processes, for points that were disturbed …"""
    enough_s: float = 40.0
    """… though none is begun for a point with the fewest, once the model has taken this long."""
    apart: float = 0.1
    """The fastest process sets the pace: one that is slower by more than this share was disturbed,
    since disturbances only ever slow a pass."""
    run_s: float = 55.0
    """Once a process was disturbed, eager gets a further one only if it ends, going by the longest
    so far, before the model has taken this long for each of its runs. The usual grid of a CPU has
    two, and so ends within two minutes."""
    hurry_s: float = 30.0
    """A process of eager in which a batch size was disturbed begins no other after this long."""
    give_up_s: float = 45.0
    """Other backends may take minutes to get ready: once the model has taken this long, a point
    that was disturbed twice is given up."""
    limits: Limits = _LIMITS
    """From where on passes are refused."""
    quiet: float = 0.1
    """Largest share of the usable processors that other work may take before a process starts."""
    patience_s: float = 15.0
    """How long to wait for a quiet machine before each process."""
    pace_wait_s: float = 4.0
    """How long each process waits for processors as fast as at their best, at all batch sizes
    together."""

    @property
    def least(self) -> int:
        """Processes that a figure is of at least."""
        return min(self.fewest, self.processes)
