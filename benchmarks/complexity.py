"""Count architectures of timm as this program does, as fvcore does and as torch does: cost, result.

    python benchmarks/complexity.py [--every N] [--ways WAY ...]

Each way runs in a process of its own, on one thread, on the same sample. Building is included.
"""

import argparse
import json
import os
import platform
import resource
import subprocess
import sys
import time
import warnings
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from statistics import median

import timm
import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from catalogue.machine import cpu_name
from catalogue.measure.complexity import measure_complexity
from catalogue.meta import on_meta


@dataclass(frozen=True, kw_only=True, slots=True)
class Counted:
    """What one way made of one architecture."""

    macs: int | None
    """None where it failed."""
    cpu_s: float


def ours(name: str) -> int:
    """This program, without weights."""
    with on_meta():
        model = timm.create_model(name)
    return measure_complexity(model, model.pretrained_cfg["input_size"]).macs


def fvcore(name: str) -> int:
    """Fvcore on real weights: its convolutions, linear layers and products alone, as it is."""
    from fvcore.nn import FlopCountAnalysis  # noqa: PLC0415  # what others need not import

    model = timm.create_model(name).eval()
    analysis = FlopCountAnalysis(model, image_for(model, "cpu"))
    analysis.unsupported_ops_warnings(enabled=False).uncalled_modules_warnings(enabled=False)
    found = analysis.by_operator()
    return int(sum(found[one] for one in ("conv", "linear", "addmm", "matmul", "bmm", "einsum")))


def torch_real(name: str) -> int:
    """Torch's FlopCounterMode on real weights, as its documentation shows it."""
    model = timm.create_model(name).eval()
    with torch.no_grad(), FlopCounterMode(display=False) as counter:
        model(image_for(model, "cpu"))
    return int(counter.get_total_flops()) // 2


def torch_meta(name: str) -> int:
    """The same without weights."""
    with torch.device("meta"):
        model = timm.create_model(name).eval()
    with torch.no_grad(), FlopCounterMode(display=False) as counter:
        model(image_for(model, "meta"))
    return int(counter.get_total_flops()) // 2


WAYS: Mapping[str, Callable[[str], int]] = {
    "catalogue": ours,
    "fvcore": fvcore,
    "FlopCounterMode": torch_real,
    "FlopCounterMode-meta": torch_meta,
}


def image_for(model: nn.Module, device: str) -> torch.Tensor:
    """One image of the model's own size."""
    config = model.pretrained_cfg
    return torch.zeros((1, *config["input_size"]), device=device)  # type: ignore[index]


def main() -> None:
    """Run every way, and print; or be one of them."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--every", type=int, default=40, help="sample every N-th architecture")
    parser.add_argument("--ways", nargs="+", choices=WAYS, default=list(WAYS))
    parser.add_argument("--one", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        work(options.ways[0], options.every)
    else:
        compare(options.ways, options.every)


def work(way: str, every: int) -> None:
    """Count the sample in one way; one JSON line for each architecture, then the peak memory."""
    torch.set_num_threads(1)
    warnings.simplefilter("ignore")
    for name in timm.list_models()[::every]:
        start = time.process_time()
        try:
            macs: int | None = WAYS[way](name)
        except Exception as fault:  # noqa: BLE001  # whatever happens to a rival is a result
            print(f"{way}: {name}: {type(fault).__name__}: {fault}"[:200], file=sys.stderr)
            macs = None
        found = Counted(macs=macs, cpu_s=time.process_time() - start)
        print(json.dumps({"name": name, **asdict(found)}), flush=True)
    print(json.dumps(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024))


def compare(ways: list[str], every: int) -> None:
    """Run each way in a process of its own, and print what each cost and found."""
    python = f"Python {platform.python_version()}, torch {torch.__version__}, timm"
    print(f"{python} {timm.__version__}, {cpu_name()}, {len(timm.list_models()[::every])} sampled")
    first: dict[str, Counted] = {}
    for way in ways:
        found, peak_mb = run(way, every)
        first = first or found
        print(f"{way}: {row(found, first)}, peak {peak_mb:.0f} MB", flush=True)


def run(way: str, every: int) -> tuple[dict[str, Counted], float]:
    """What one way found by architecture, and its process's peak memory in MB."""
    command = [sys.executable, __file__, "--one", "--ways", way, "--every", str(every)]
    threads = dict.fromkeys(("OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    environment = {**os.environ, **threads, "HF_HUB_OFFLINE": "1"}
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    *lines, peak_mb = map(json.loads, done.stdout.splitlines())
    found = {one["name"]: Counted(macs=one["macs"], cpu_s=one["cpu_s"]) for one in lines}
    return found, float(peak_mb)


def row(found: Mapping[str, Counted], first: Mapping[str, Counted]) -> str:
    """Cost beside the first way's, and how many results are the same."""
    costs = [one.cpu_s for one in found.values()]
    ratio = median(one.cpu_s / first[name].cpu_s for name, one in found.items())
    failed = sum(one.macs is None for one in found.values())
    same = sum(one.macs is not None and one.macs == first[name].macs for name, one in found.items())
    return (
        f"{sum(costs):.1f} CPU s, median {1000 * median(costs):.0f} ms a model, "
        f"{ratio:.1f} times the first way's, {failed} failed, {same} of {len(found)} as the first"
    )


if __name__ == "__main__":
    main()
