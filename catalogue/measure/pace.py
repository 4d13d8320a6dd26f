"""How fast the processors are right now, against the best they have been seen to be.

Two short probes on all threads find what no counter of the system tells: a lower clock, or that a
hypervisor has moved two of its processors apart. Seen on a virtual machine with two processors,
otherwise idle: for 10 to 30 s at a time densenet121 took 102 ms in place of 78, while foreign
load stayed below 0.05 and waiting below 0.02; the meeting of two threads took 7.8 to 10.2 us in
place of 5.9 to 6.1, a product of matrices 174 to 213 us in place of 167 to 172.
"""

import time
from collections.abc import Callable, Sequence

import torch

from catalogue.measure.disturbance import SLOW, is_slow

_ELEMENTS = 1 << 16
"""Of the sum: the least that torch divides between two threads, so that their meeting is most of
its time."""
_SIDE = 256
"""Of the matrices, which fit into the caches."""
_MEETINGS, _PRODUCTS = 20, 5
"""Repeats; the fastest counts. A look takes 1 ms together."""
_ASK_AGAIN_S = 0.25

Pace = tuple[float, ...]
"""Fastest meeting of threads and fastest product, in us; empty where nothing is known."""


class Paces:
    """Looks at the pace between blocks of passes, and remembers the best."""

    def __init__(self, known: Pace, *, patience_s: float = 0.0) -> None:
        """Begin with a pace that is known, and so long to wait for it, all waits together."""
        self.best = known
        self._patience_s = patience_s
        self._slow = False
        ones = torch.ones(_ELEMENTS)
        square = torch.ones(_SIDE, _SIDE)
        total, product = torch.empty_like(ones), torch.empty_like(square)
        self._meet = lambda: torch.add(ones, ones, out=total)
        self._multiply = lambda: torch.mm(square, square, out=product)
        self._is_slow()  # the first look finds caches cold

    def look(self) -> tuple[str, ...]:
        """Note the pace, and say whether it is too slow, or was so at the look before."""
        before, self._slow = self._slow, self._is_slow()
        return (SLOW,) if before or self._slow else ()

    def wait(self) -> None:
        """Sleep until the pace is what it was at best, or patience runs out."""
        start = time.monotonic()
        while (slow := self._is_slow()) and time.monotonic() - start < self._patience_s:
            time.sleep(_ASK_AGAIN_S)
        self._patience_s -= min(self._patience_s, time.monotonic() - start)
        self._slow = slow

    def _is_slow(self) -> bool:
        now = (_fastest(self._meet, _MEETINGS), _fastest(self._multiply, _PRODUCTS))
        self.best = better(self.best, now)
        return is_slow(now, self.best)


def better(one: Sequence[float], other: Sequence[float]) -> Pace:
    """The best of both in each probe."""
    return tuple(map(min, one, other)) if one and other else tuple(one or other)


def _fastest(work: Callable[[], object], repeats: int) -> float:
    fastest = float("inf")
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        fastest = min(fastest, time.perf_counter() - start)
    return 1e6 * fastest
