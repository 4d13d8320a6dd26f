"""One fresh process that times a job, from outside: started, waited for, and what it leaves.

Knows how such a process may end, and nothing of what its times are worth.
"""

import os
import signal
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec

from catalogue.failing import failure
from catalogue.machine import user_cache
from catalogue.measure.best_pace import BestPace, load_pace, save_pace
from catalogue.measure.disturbance import SLOW, foreign_loads, siblings
from catalogue.measure.job import Job, Timed
from catalogue.measure.pinning import bound_processors, choose, command, pool_settings
from catalogue.measure.scratch import scratch

_LONGEST_S = 1800.0
"""For one process; compiling takes one or two minutes, slow models as long for all batch sizes."""
_ASKED_TO_END = frozenset({1, 2, 15})
"""SIGHUP, SIGINT and SIGTERM come from people and batch systems, and are no fault of a model."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _End:
    """How a process ended, and what it wrote until then."""

    status: int
    output: bytes
    errors: bytes
    late: bool
    """Whether it had to be ended, as it had not by itself."""
    interrupted: bool
    """Whether somebody asked this program to end meanwhile."""


def run_worker(job: Job, *, longest_s: float = _LONGEST_S) -> Iterator[Timed]:
    """Time a job in a fresh process.

    A process that dies, or has not ended after the longest time, leaves a failure for the batch
    size it was at, and nothing for those it did not get to. Its temporary files go with it.

    Raises:
        KeyboardInterrupt: as asked for; after what the process had done until then.
    """
    cache = user_cache(os.environ)
    known = load_pace(cache, job.threads)
    job = replace(job, pace=known.pace)
    with scratch("timing") as folder:
        end = _ended(job, folder, longest_s)
    done = [msgspec.json.decode(line, type=Timed) for line in end.output.split(b"\n")[:-1]]
    if (learned := _with_process(known, done)) != known:
        save_pace(cache, learned)
    yield from done
    if end.interrupted:
        raise KeyboardInterrupt
    left = sorted(set(job.batch_sizes) - {timed.batch_size for timed in done})
    if left and end.late:
        values = ("seconds", f"{longest_s:,.0f}"), ("batch", left[0])
        yield Timed(batch_size=left[0], failure=failure("not-ended", *values))
    elif left:
        yield _died(end, left[0])


def _ended(job: Job, folder: Path, longest_s: float) -> _End:
    """Run a process to its end, which comes with this program's at the latest.

    It writes to files, so that what is done can be read whenever it ends. Its input stays open
    until then: should this program be killed, its end is the sign for the process to end as well.
    """
    late = interrupted = False
    with (folder / "output").open("w+b") as output, (folder / "errors").open("w+b") as errors:
        process = subprocess.Popen(  # noqa: S603  # our own module and numbers
            command("catalogue.measure.latency_worker", _processors(job)),
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=errors,
            env={**os.environ, **dict(pool_settings(job.threads)), "TMPDIR": str(folder)},
        )
        try:
            _tell(process, job)
            process.wait(timeout=longest_s)
        except subprocess.TimeoutExpired:
            late = True
        except KeyboardInterrupt:
            interrupted = True
        finally:
            process.kill()
            status = process.wait()
            _hang_up(process)
        output.seek(0)
        errors.seek(0)
        return _End(
            status=status,
            output=output.read(),
            errors=errors.read(),
            late=late,
            interrupted=interrupted,
        )


def _tell(process: "subprocess.Popen[bytes]", job: Job) -> None:
    if process.stdin is not None:
        with suppress(OSError):  # how a process ended that reads nothing is told by its status
            process.stdin.write(msgspec.json.encode(job) + b"\n")
            process.stdin.flush()


def _hang_up(process: "subprocess.Popen[bytes]") -> None:
    if process.stdin is not None:
        with suppress(OSError):  # what was not read is of no use to anybody
            process.stdin.close()


def _processors(job: Job) -> tuple[int, ...]:
    """Those that the process is bound to; none where it is free."""
    if job.affinity != "pinned":
        return ()
    return choose(job.threads, foreign_loads(0.1), allowed=bound_processors(), siblings=siblings)


def _with_process(known: BestPace, done: Sequence[Timed]) -> BestPace:
    """What is known of the machine's pace after one more process."""
    seen = [timed.observed.pace for timed in done if timed.observed and timed.observed.pace]
    if not seen:
        return known
    slow = all(SLOW in timed.samples.refusals for timed in done if timed.samples)
    sound = any(one.samples.enough and not one.samples.aside for one in done if one.samples)
    return known.after(seen[-1], reached=sound or not slow)


def _died(end: _End, batch_size: int) -> Timed:
    """What a process that died says of the batch size it was at."""
    status, batch = end.status, ("batch", batch_size)
    if status in (-9, 137):
        return Timed(batch_size=batch_size, failure=failure("killed", batch))
    last = end.errors.decode(errors="replace").strip().splitlines()[-1:]
    how, what = ("status", status) if status >= 0 else ("signal", _signal(-status))
    retry = -status in _ASKED_TO_END
    if not last:
        return Timed(batch_size=batch_size, failure=failure(how, batch, (how, what), retry=retry))
    said = ("said", last[0][:300])
    why = failure(f"{how}-said", batch, (how, what), said, retry=retry)
    return Timed(batch_size=batch_size, failure=why)


def _signal(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
