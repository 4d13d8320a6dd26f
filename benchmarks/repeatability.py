"""How far apart a point's repetitions lie: this program's beside timm's and torch's methods.

`python benchmarks/repeatability.py [--repeats 10] [--load] [--quiet FILE]`. The methods take turns,
each repetition in fresh processes. With --load, processes of its own disturb in bursts, seeded.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from statistics import median

from points import figure, one_image

from catalogue.machine import physical_threads
from catalogue.measure.protocol import Protocol
from catalogue.measure.timing import Budget
from catalogue.record import Latency

MODELS = ("mobilenetv3_small_100", "resnet18")
SEED = 20261125
BURST_S, PAUSE_S = (0.3, 2.5), (0.5, 3.0)
"""Shortest and longest of each, drawn evenly."""
OFF = 0.1
"""From this distance to the quiet median on, an accepted figure counts as contaminated."""

TIMM = """
import sys, time, timm, torch
model = timm.create_model(sys.argv[1]).eval()
images = torch.randn(1, 3, 224, 224)
def step():
    start = time.perf_counter()
    model(images)
    return time.perf_counter() - start
with torch.no_grad():
    for _ in range(10):
        step()
    print(1000 * sum(step() for _ in range(40)) / 40)
"""
"""The inference run of timm's script (not part of its package), to the letter of its method: 10
steps to warm up, the mean of 40 that the host times, torch's own number of threads.
Source: https://github.com/huggingface/pytorch-image-models/blob/main/benchmark.py"""

TORCH = """
import sys, timm, torch
from torch.utils.benchmark import Timer
model = timm.create_model(sys.argv[1]).eval()
images = torch.randn(1, 3, 224, 224)
with torch.no_grad():
    timer = Timer("model(images)", globals={"model": model, "images": images},
                  num_threads=int(sys.argv[2]))
    print(1000 * timer.blocked_autorange(min_run_time=2.0).median)
"""


Told = tuple[float, bool] | None
"""A latency in ms, and whether it is marked as taken on slow processors; None: refused."""


def ours(model: str) -> Told:
    """As `catalogue refresh` times one batch size."""
    job = one_image(model, threads=physical_threads(), budget=Budget())
    found = figure(job, replace(Protocol(), patience_s=3.0))
    return (found.latency_ms, found.slow) if isinstance(found, Latency) else None


def scripted(code: str) -> Callable[[str], Told]:
    """A method that is a script of its own."""

    def once(model: str) -> Told:
        command = [sys.executable, "-c", code, model, str(physical_threads())]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        return float(done.stdout), False

    return once


METHODS: tuple[tuple[str, Callable[[str], Told]], ...] = (
    ("catalogue", ours),
    ("timm", scripted(TIMM)),
    ("torch.utils.benchmark", scripted(TORCH)),
)


@contextmanager
def disturbed(*, on: bool) -> Iterator[None]:
    """Other work in bursts on every processor, until the end."""
    stop = threading.Event()
    drawn = random.Random(SEED)  # noqa: S311  # repeatable, no secret

    def bursts() -> None:
        while not stop.wait(drawn.uniform(*PAUSE_S)):
            busy = [
                subprocess.Popen([sys.executable, "-c", "while True: pass"])
                for _ in range(os.cpu_count() or 1)
            ]
            stop.wait(drawn.uniform(*BURST_S))
            for process in busy:
                process.kill()
                process.wait()

    thread = threading.Thread(target=bursts)
    if on:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        if on:
            thread.join()


def main() -> None:
    """Measure, then print spread and accepted figures that are off."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--repeats", type=int, default=10)
    parser.add_argument("--load", action="store_true")
    parser.add_argument("--models", nargs="+", default=MODELS)
    parser.add_argument("--json", type=Path, help="where figures go, after each repetition")
    parser.add_argument("--quiet", type=Path, help="those of a quiet run, to be off from")
    options = parser.parse_args()
    seen: dict[str, list[Told]] = {}
    start = time.monotonic()
    with disturbed(on=options.load):
        for _ in range(options.repeats):
            for model in options.models:
                for name, method in METHODS:
                    seen.setdefault(f"{model} {name}", []).append(method(model))
            if options.json:
                options.json.write_text(json.dumps(seen))
    quiet = json.loads(options.quiet.read_text()) if options.quiet else seen
    print(f"{time.monotonic() - start:.0f} s, {'loaded' if options.load else 'quiet'}")
    print("| model and method | median ms | spread | marked | refused | off |")
    print("|---|--:|--:|--:|--:|--:|")
    for key, figures in seen.items():
        print(row(key, figures, plain(quiet[key])))


def plain(figures: Iterable[Told]) -> list[float]:
    """Those that are neither refused nor marked."""
    return [one[0] for one in figures if one is not None and not one[1]]


def row(key: str, figures: list[Told], quiet: list[float]) -> str:
    """One row of the table; all but the counts are of figures without a mark."""
    known, refused = plain(figures), figures.count(None)
    marked = len(figures) - refused - len(known)
    if not known:
        return f"| {key} | | | {marked} | {refused} | 0 |"
    middle, usual = median(known), median(quiet)
    off = sum(abs(one - usual) > OFF * usual for one in known)
    spread = (max(known) - min(known)) / middle
    return f"| {key} | {middle:.2f} | {spread:.1%} | {marked} | {refused} | {off} |"


if __name__ == "__main__":
    main()
