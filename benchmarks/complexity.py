"""Count every architecture of timm without weights; say what it cost and how it compares.

    python benchmarks/complexity.py [--every N] [--published FOLDER]

FOLDER holds timm's own benchmark tables (`benchmark-infer-*.csv`, from its `results` folder).
"""

import argparse
import csv
import resource
import time
from collections.abc import Iterator
from pathlib import Path

import timm
import torch

from catalogue.errors import CatalogueError
from catalogue.measure.complexity import measure_complexity
from catalogue.meta import on_meta
from catalogue.record import Complexity


def main() -> None:
    """Count, and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--every", type=int, default=1, help="count only every N-th architecture")
    parser.add_argument("--published", type=Path, help="folder with timm's benchmark tables")
    options = parser.parse_args()
    torch.set_num_threads(1)
    names = timm.list_models()[:: options.every]
    started = time.process_time()
    counted = {name: found for name in names if (found := count(name))}
    spent = time.process_time() - started
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    unequal = [name for name, (found, _) in counted.items() if found.macs != found.macs_checked]
    print(f"timm {timm.__version__}, torch {torch.__version__}: {len(names)} architectures")
    print(f"CPU seconds, building included: {spent:.1f} ({1000 * spent / len(names):.0f} ms each)")
    print(f"peak memory: {peak_mb:.0f} MB")
    print(f"failed: {len(names) - len(counted)}; counters disagree: {len(unequal)} {unequal}")
    if options.published:
        compare(counted, options.published)


def count(name: str) -> tuple[Complexity, int] | None:
    """Build and count one architecture at its own size; also the height of its image."""
    try:
        with on_meta():
            model = timm.create_model(name)
        size = model.pretrained_cfg["input_size"]
        return measure_complexity(model, size), size[1]
    except CatalogueError as fault:
        print(f"{name}: {fault}")
        return None


def compare(counted: dict[str, tuple[Complexity, int]], folder: Path) -> None:
    """Print how many published figures lie within one percent, or the last printed digit."""
    published: dict[str, list[tuple[float, float]]] = {}
    for name, height, gmacs, macts in read(folder):
        if name in counted and counted[name][1] == height:
            published.setdefault(name, []).append((gmacs, macts))
    for title, column, scale in (("flops", 0, 1e9), ("activations", 1, 1e6)):
        far = []
        for name, figures in published.items():
            found = counted[name][0]
            ours = (found.fvcore_flops or 0, found.activations)[column] / scale
            if not any(near(ours, figure[column]) for figure in figures):
                far.append(name)
        print(f"{title} as published: {len(published) - len(far)} of {len(published)}; not {far}")


def near(ours: float, theirs: float) -> bool:
    """Within one percent, or half a unit of the second decimal."""
    return abs(ours - theirs) <= max(0.01 * theirs, 0.0051)


def read(folder: Path) -> Iterator[tuple[str, int, float, float]]:
    """Name, image height, GMACs and millions of activations of every published row."""
    for table in sorted(folder.glob("benchmark-infer-*.csv")):
        with table.open(newline="", encoding="utf-8") as file:
            for row in csv.DictReader(file):
                if row["infer_gmacs"] and row["infer_macts"]:
                    gmacs, macts = float(row["infer_gmacs"]), float(row["infer_macts"])
                    yield row["model"], int(row["infer_img_size"]), gmacs, macts


if __name__ == "__main__":
    main()
