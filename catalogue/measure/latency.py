"""Latency: the same point timed in several fresh processes, and what to make of them.

Why processes: within one, the median of one model was narrow to 1 %, while the medians of eight
ran from 4.7 to 8.2 ms. So a point is the median of the processes' medians.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from statistics import median

from catalogue.failing import DIED, failure
from catalogue.measure.disturbance import foreign_loads
from catalogue.measure.job import Job, Timed
from catalogue.measure.judging import judge
from catalogue.measure.pinning import bound_processors
from catalogue.measure.protocol import Protocol
from catalogue.measure.sound import sound
from catalogue.measure.spell import Spell
from catalogue.record import Failure, Latency

Worker = Callable[[Job], Iterable[Timed]]
"""Times a job in a fresh process."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Finished:
    """What came of one batch size, all its processes together."""

    batch_size: int
    result: Latency | Failure
    seconds: float
    """Wall time of the processes, waits included; of those that timed other batch sizes as well,
    what this one took, and its share of the rest."""


def measure_latency(
    job: Job,
    *,
    protocol: Protocol,
    worker: Worker,
    on_process: Callable[[int], None],
    spell: Spell | None = None,
) -> Iterator[Finished]:
    """Time one model at every batch size of a job.

    Each process times every batch size that wants more, so that a slow drift of the machine hits
    all of them alike.

    Args:
        job: What to time.
        protocol: Repeats and refusals.
        worker: Runs one process, such as `process.run_worker`.
        on_process: Called with the number of processes done, after each.
        spell: What the model has taken in earlier runs; None: there were none, and will be none.

    Yields:
        A latency or a failure for every batch size, as soon as it wants no more processes.

    Raises:
        KeyboardInterrupt: as asked for, after every latency that can be judged by then.
    """
    spell = spell or Spell(seconds=protocol.run_s)
    run = _Run(job, protocol, spell)
    if job.backend == "eager" and not spell.has_room:
        yield from run.not_tried()
        return
    for number in range(protocol.most + protocol.retries):
        came: list[Timed] = []
        try:
            for one in worker(run.part()):
                came.append(one)  # noqa: PERF402  # what came before an interruption stays
            on_process(number + 1)
        except KeyboardInterrupt:
            run.take(came)
            yield from (one for one in run.judged() if isinstance(one.result, Latency))
            raise
        run.take(came)
        yield from run.finished()
        if not run.wanting:
            break
    yield from run.judged()
    spell.hopeless = not run.is_of_use


class _Run:
    """What has come of a job so far."""

    def __init__(self, job: Job, protocol: Protocol, spell: Spell) -> None:
        self._job, self._protocol, self._spell = job, protocol, spell
        self._timed: dict[int, list[Timed]] = {size: [] for size in job.batch_sizes}
        self._seconds = dict.fromkeys(job.batch_sizes, 0.0)
        self._start, self._spent_s = spell.clock(), 0.0
        self.wanting = tuple(self._timed)
        """Batch sizes that want another process."""
        self.is_of_use = False
        """Whether more came of it than that it was disturbed."""

    def part(self) -> Job:
        """What the next process is to time."""
        unasked = tuple(
            size
            for size in self.wanting
            if self._job.backend != "eager" or not any(map(_was_asked, self._timed[size]))
        )
        return replace(
            self._job,
            batch_sizes=self.wanting,
            asked=unasked,
            limits=self._protocol.limits,
            hurry_s=self._protocol.hurry_s if self._job.backend == "eager" else None,
            pace_wait_s=self._protocol.pace_wait_s,
        )

    def take(self, came: Sequence[Timed]) -> None:
        """Note what a process left; what it took beside its points is shared out among them."""
        before, self._spent_s = self._spent_s, self._spell.clock() - self._start
        took_s = self._spent_s - before
        rest_s = took_s - sum(one.seconds for one in came)
        for size in self.wanting:
            self._seconds[size] += max(rest_s, 0.0) / len(self.wanting)
        for one in came:
            self._timed[one.batch_size].append(one)
            self._seconds[one.batch_size] += one.seconds
        self._spell.took(took_s, disturbed=any(map(self._lost, self._timed)))

    def finished(self) -> Iterator[Finished]:
        """What has just come to want no more."""
        before, protocol = self.wanting, self._protocol
        self.wanting = tuple(
            size
            for size in before
            if not self._is_given_up(size)
            and _wants_more(self._timed[size], protocol, self._spent_s)
        )
        yield from (self._judged(size) for size in before if size not in self.wanting)

    def judged(self) -> Iterator[Finished]:
        """What wants more, as it stands."""
        yield from map(self._judged, self.wanting)

    def not_tried(self) -> Iterator[Finished]:
        """All of it, where earlier runs have left no time."""
        why = failure("busy", retry=True)
        for size in self.wanting:
            yield Finished(batch_size=size, result=why, seconds=0.0)

    def _judged(self, size: int) -> Finished:
        result = judge(self._timed[size], self._protocol)
        disturbed = isinstance(result, Failure) and result.code == "disturbed"
        self.is_of_use = self.is_of_use or not disturbed
        return Finished(batch_size=size, result=result, seconds=self._seconds[size])

    def _lost(self, size: int) -> int:
        """Processes of a batch size that were disturbed, or did not live to tell."""
        seen = self._timed[size]
        if any(one.failure and one.failure.code not in DIED for one in seen):
            return 0
        return len(seen) - len(sound(seen, self._protocol))

    def _is_given_up(self, size: int) -> bool:
        """Whether a point that was disturbed gets no further process."""
        lost = self._lost(size)
        if self._job.backend == "eager":
            return lost > 0 and not self._spell.has_room
        return lost > 1 and self._spent_s >= self._protocol.give_up_s


def _was_asked(timed: Timed) -> bool:
    """Whether a process read its precision back, and compared its answers."""
    return timed.observed is not None and timed.observed.precision_found is not None


def wait_for_quiet(protocol: Protocol) -> None:
    """Sleep until other work takes little of the processors, or patience runs out."""
    deadline = time.monotonic() + protocol.patience_s
    while _load(0.3) > protocol.quiet and time.monotonic() < deadline:
        pass


def _load(seconds: float) -> float:
    loads, bound = foreign_loads(seconds), bound_processors()
    return sum(loads[one] for one in bound if one < len(loads)) / len(bound)


def _wants_more(seen: list[Timed], protocol: Protocol, spent_s: float) -> bool:
    """A failure is the model's own and final; a disturbed or lost process is tried again."""
    codes = [timed.failure.code for timed in seen if timed.failure]
    if "not-ended" in codes or len(codes) > protocol.losses or not DIED.issuperset(codes):
        return False
    kept = sound(seen, protocol)
    fast = [one for one in kept if not one.slow]
    if len(seen) - len(fast) > protocol.retries:
        return False
    if len(fast) < protocol.processes:
        return len(kept) < protocol.fewest or spent_s < protocol.enough_s
    medians = [one.median_ms for one in fast]
    spread = (max(medians) - min(medians)) / median(medians)
    return spent_s < protocol.extra_s and spread > protocol.spread and len(fast) < protocol.most
