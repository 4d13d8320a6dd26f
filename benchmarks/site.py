"""What a site costs as its zoo grows: CPU, memory, disk, pages; from cold, and one record later.

Run `python benchmarks/site.py [--models 10 100 500 1500]`; `--rounds 3` takes medians.
"""

import argparse
import gzip
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil
from zoo import change_a_record, write_zoo

SIZES = (10, 100, 500, 1500)
EVERY = 0.05
"""Seconds between two looks at the memory of the process tree."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Cost:
    """What one build took."""

    cpu: float
    """Seconds, user and system, of the process and its children."""
    wall: float
    peak: int
    """Bytes resident in the whole process tree, at its largest."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Weight:
    """What lies on the disk after it."""

    pages: int
    files: int
    site: int
    docs: int
    home: int
    home_gzip: int


def built(project: Path) -> Cost:
    """Build the site in a process of its own."""
    before, begun = os.times(), time.perf_counter()
    process = subprocess.Popen([sys.executable, "-m", "mkdocs", "build", "-q"], cwd=project)
    peaks = [0]
    watching = threading.Thread(target=_watch, args=(process.pid, peaks), daemon=True)
    watching.start()
    if process.wait() != 0:
        sys.exit("mkdocs failed; its words stand above")
    wall, after = time.perf_counter() - begun, os.times()
    watching.join()
    user = after.children_user - before.children_user
    system = after.children_system - before.children_system
    return Cost(cpu=user + system, wall=wall, peak=max(peaks))


def _watch(pid: int, peaks: list[int]) -> None:
    """Note the memory of a process and all below it, until it ends."""
    try:
        root = psutil.Process(pid)
        while root.status() != psutil.STATUS_ZOMBIE:
            tree = [root, *root.children(recursive=True)]
            peaks.append(sum(_resident(one) for one in tree))
            time.sleep(EVERY)
    except psutil.NoSuchProcess:
        return


def _resident(process: psutil.Process) -> int:
    try:
        return int(process.memory_info().rss)
    except psutil.NoSuchProcess:
        return 0


def weighed(project: Path) -> Weight:
    """What a build left on the disk; sizes of contents, not of blocks."""
    site = [one for one in (project / "site").rglob("*") if one.is_file()]
    home = (project / "site/index.html").read_bytes()
    return Weight(
        pages=sum(one.suffix == ".html" for one in site),
        files=len(site),
        site=_size(site),
        docs=_size(one for one in (project / "docs").rglob("*") if one.is_file()),
        home=len(home),
        home_gzip=len(gzip.compress(home, mtime=0)),
    )


def _size(files: Iterable[Path]) -> int:
    return sum(one.stat().st_size for one in files)


def measured(models: int, rounds: int, *, cold_only: bool) -> None:
    """Build a zoo from cold and again with one record more, and print a line of each."""
    cold, again = [], []
    for _ in range(rounds):
        with tempfile.TemporaryDirectory() as folder:
            project = write_zoo(Path(folder), models)
            cold.append(built(project))
            weight = weighed(project)
            if not cold_only:
                change_a_record(project, milliseconds=12.34)
                again.append(built(project))
    later = _told(again) if again else "– | – | –"
    print(
        f"| {models:,} | {weight.pages:,} | {_told(cold)} | {later} "
        f"| {weight.site / 1e6:.1f} | {weight.docs / 1e6:.1f} | {weight.files:,} "
        f"| {weight.home / 1e3:.0f} / {weight.home_gzip / 1e3:.0f} |",
        flush=True,
    )


def _told(costs: Sequence[Cost]) -> str:
    middle = [
        statistics.median(values)
        for values in zip(*((one.cpu, one.wall, one.peak / 1e6) for one in costs), strict=True)
    ]
    return f"{middle[0]:.1f} | {middle[1]:.1f} | {middle[2]:.0f}"


def main() -> None:
    """Print a table whose rows grow."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--models", type=int, nargs="+", default=SIZES)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--cold", action="store_true", help="do not build a second time")
    wanted = parser.parse_args()
    print(
        "| models | pages | cold: CPU s | wall s | peak MB | one record later: CPU s | wall s "
        "| peak MB | site MB | docs MB | files | home kB / gzip |"
    )
    print("|--:" * 12 + "|")
    for models in wanted.models:
        measured(models, wanted.rounds, cold_only=wanted.cold)


if __name__ == "__main__":
    main()
