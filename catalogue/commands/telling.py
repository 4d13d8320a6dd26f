"""What a run says: one line an outcome on standard output, progress on standard error."""

import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from catalogue.bench import Left
from catalogue.commands.forecast import Forecast, number_of
from catalogue.errors import Place
from catalogue.estimate import Span
from catalogue.plan import Point, Standing, State, accuracy_words, backend_words
from catalogue.proportion import at_chance
from catalogue.record import (
    Accuracy,
    AccuracyConditions,
    Complexity,
    ComplexityConditions,
    Failure,
    Latency,
    LatencyConditions,
    Record,
)

_SOON_S = 60
"""Of what takes no longer than this, nobody needs to be told how long it takes."""
_NAMED = 5
"""How many unreadable images are named on the terminal."""
_WIDTHS = (24, 28)
"""Columns of a model's id and of what is measured; longer ones push the rest to the right."""


def told(record: Record) -> str:
    """A record's result in a few words, with units."""
    result = record.result
    if isinstance(result, Complexity):
        return f"{result.params:,} params, {result.macs:,} MACs, {result.flops:,} FLOPs (2 x MACs)"
    if isinstance(result, Latency):
        runs = len(result.process_medians_ms)
        return f"{result.latency_ms:.4g} ms, spread {result.spread:.1%} over {runs} processes"
    if isinstance(result, Accuracy):
        return _accuracy(record, result)
    return result.reason


def _accuracy(record: Record, result: Accuracy) -> str:
    conditions = record.conditions
    subset = isinstance(conditions, AccuracyConditions) and conditions.subset
    images = f"{'a subset of ' if subset else ''}{result.images:,} images"
    found = f"top-1 {result.top1:.3f} %, top-5 {result.top5:.3f} % of {images}"
    broken = len(result.unreadable)
    return found + (f" ({broken:,} unreadable, counted as wrong)" if broken else "")


def _doubts(result: Accuracy) -> Iterator[str]:
    """What makes a validation hard to believe, one line each."""
    if at_chance(result.top1_hits, result.images, result.chance_hits):
        yield (
            f"{result.top1_hits:,} top-1 hits are what guessing gives ({result.chance_hits:,.0f}); "
            "expected far more: weights, recipe, or the order or labels of classes are off"
        )
    if result.not_finite:
        yield (
            f"scores of {result.not_finite:,} images are no finite numbers; "
            "try --accuracy-precision fp32, and look at the weights"
        )
    for name in result.unreadable[:_NAMED]:
        yield f"'{name}' cannot be read"
    if len(result.unreadable) > _NAMED:
        yield f"… and {len(result.unreadable) - _NAMED:,} more, named in the record"


def what(record: Record) -> str:
    """What a record measures: `latency cpu fp32 batch 4`."""
    conditions, words = record.conditions, [record.kind.value]
    if isinstance(conditions, LatencyConditions):
        words += [conditions.device_type, conditions.precision]
        words += backend_words(conditions.backend, conditions.memory_format)
        words.append(f"batch {conditions.batch_size}")
    if isinstance(conditions, AccuracyConditions):
        words += accuracy_words(
            conditions.dataset, conditions.images, conditions.subset, conditions.precision
        )
    if isinstance(conditions, ComplexityConditions) and conditions.form != "training":
        words.append(conditions.form)
    if not record.at_own_size:
        words.append("{}x{}".format(*conditions.input_size[1:]))
    return " ".join(words)


class Teller:
    """Writes lines and keeps count of outcomes while a run goes on."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._bars: Progress | None = None
        self._ahead: dict[tuple[str, str], float] = {}
        self._begun = 0.0
        self._expected = 0.0
        self._left: list[str] = []
        self._done = 0

    def plan(self, one: Standing, *, wanted: bool, dry_run: bool) -> None:
        """Say what is skipped and why; in a dry run, what would be measured as well."""
        words = one.state.value + (f" ({one.reason})" if one.reason else "")
        if not wanted:
            self._counts["known to fail" if one.state is State.FAILED else "up to date"] += 1
            hint = "; --force tries again" if one.state is State.FAILED else ""
            self._line(one.entry.id, str(one.point), words + hint)
        elif dry_run:
            self._line(one.entry.id, str(one.point), f"would be measured: {words}")
        elif one.state is State.OUT_OF_DATE:
            self._line(one.entry.id, str(one.point), words)

    def skip(self, model: str, kind: str, reason: str) -> None:
        """Say that something is left out for all of a model."""
        self._counts["skipped"] += 1
        self._line(model, kind, f"skipped: {reason}")

    def needless(self, model: str, one: Point, reason: str) -> None:
        """Say that a point was not measured, and need not be."""
        self.skip(model, str(one), reason)
        self._done += 1
        if self._bars is not None:
            self._bars.advance(self._bars.task_ids[0])

    def left(self, left: Left) -> None:
        """Count what there was no time for."""
        self._counts["left"] += len(left.points)
        self._left.append(left.model)

    def remark(self, line: str) -> None:
        """Say what is no outcome, on standard error."""
        if self._bars is not None and sys.stderr.isatty():
            self._bars.console.print(escape(line))
        else:
            sys.stderr.write(line + "\n")

    def step(self, description: str, done: int, total: int) -> None:
        """Show what goes on now."""
        if self._bars is not None:
            self._bars.update(
                self._bars.task_ids[-1],
                description=escape(description),
                completed=done,
                total=total or None,
            )

    def done(self, record: Record, place: Place) -> None:
        """Say what came of a measurement, and where the entry stands if it failed."""
        failed = isinstance(record.result, Failure)
        self._done += 1
        self._counts["failed" if failed else "measured"] += 1
        words = f"failed: {told(record)} ({place})" if failed else told(record)
        self._line(record.model, what(record), words)
        if isinstance(record.result, Accuracy):
            for doubt in _doubts(record.result):
                self.remark(f"{record.model}: accuracy: {doubt}")
        self._ahead.pop((record.model, what(record)), None)
        if self._bars is not None:
            task = self._bars.task_ids[0]
            self._bars.update(task, advance=1, description=self._time_left())

    def _time_left(self) -> str:
        """What was expected of the points ahead, corrected by how long the others took."""
        ahead = sum(self._ahead.values())
        done = self._expected - ahead
        if not done or not ahead:
            return "all"
        pace = (time.monotonic() - self._begun) / done
        span = Span(low=0.9 * pace * ahead, high=1.1 * pace * ahead)
        return f"all; {span} left"

    @contextmanager
    def progress(self, before: Forecast) -> Iterator[None]:
        """Say what is ahead, and draw bars while the block runs; on a terminal only."""
        if before.seconds_at_most > _SOON_S:
            sys.stderr.write(f"{number_of(before.points)} to measure, {before.total()}\n")
        for one in before.portions:
            each = one.span.middle / len(one.points) if one.span else 0.0
            self._ahead |= {(one.entry.id, str(point)): each for point in one.points}
        self._begun, self._expected = time.monotonic(), sum(self._ahead.values())
        bars = _bars()
        with bars:
            bars.add_task("all", total=before.points)
            bars.add_task("load torch", total=None)
            self._bars = bars
            try:
                yield
            finally:
                self._bars = None

    def close(self) -> Counter[str]:
        """Say how many of each outcome there were, and give the counts."""
        words = ("measured", "failed", "up to date", "known to fail", "skipped", "left")
        said = [f"{self._counts[word]} {word}" for word in words if self._counts[word]]
        self._say("; ".join(said) or "nothing to do")
        if self._left:
            models = len(set(self._left))
            self._say(f"no time for what is left, of {models} models; run again to go on")
        return self._counts

    def interrupted(self, before: Forecast) -> None:
        """Say what is kept of a run that somebody ends, and how much of it is left."""
        self._counts["left"] = before.points - self._done
        self._left = []
        self.close()

    def close_dry_run(self, before: Forecast, time_budget: float | None) -> None:
        """Say how much a real run would measure, about how long that takes, and how much fits."""
        for line in before.lines():
            self._say(line)
        words = f"; {before.total()}" if before.points else ""
        current = [
            f"{self._counts[word]} {word}"
            for word in ("up to date", "known to fail")
            if self._counts[word] or word == "up to date"
        ]
        self._say(f"{before.points} to measure, {', '.join(current)}{words}")
        if time_budget is not None and before.points:
            self._say(f"--time-budget: {before.within(time_budget)}")

    def _line(self, model: str, point: str, words: str) -> None:
        self._say(f"{model:<{_WIDTHS[0]}} {point:<{_WIDTHS[1]}} {words}")

    def _say(self, line: str) -> None:
        """Print above the bars: while they are drawn on a terminal, standard output is theirs."""
        sys.stdout.write(line + "\n")
        if self._bars is not None:
            sys.stdout.flush()  # a measurement may take minutes; lists come at once


@contextmanager
def bar(description: str, total: int) -> Iterator[Callable[[], None]]:
    """Draw one bar while the block runs, on a terminal only.

    Yields:
        What moves it on by one.
    """
    with _bars() as bars:
        task = bars.add_task(description, total=total)

        def advance() -> None:
            bars.advance(task)

        yield advance


def _bars() -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
        redirect_stdout=sys.stdout.isatty(),
        disable=not sys.stderr.isatty(),
    )
