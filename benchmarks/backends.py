"""Backends on the CPU: latency at batch 1, spread, cold start, and how far the answers are off.

Times timm's models through this program's own protocol, each process fresh, pinned, on one thread
unless told otherwise. Prints a Markdown table for each model. Takes about four minutes a model,
a third of them for torch.compile, which is timed in one process.

python benchmarks/backends.py [--models densenet121,dpn68] [--processes 2] [--threads 1]
"""

import argparse
from dataclasses import replace

from points import figure, one_image

from catalogue.measure.job import Job
from catalogue.measure.protocol import Protocol
from catalogue.measure.timing import Budget
from catalogue.record import Failure, Latency

WAYS = (
    ("eager", "fp32", "contiguous"),
    ("eager", "fp32", "channels_last"),
    ("eager", "bf16", "channels_last"),
    ("onnxruntime", "fp32", "contiguous"),
    ("openvino", "fp32", "contiguous"),
    ("openvino", "bf16", "contiguous"),
    ("compile", "fp32", "contiguous"),
)
"""Backend, precision and memory format."""


def main() -> None:
    """Time every model in every way."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--models", default="densenet121,dpn68")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--threads", type=int, default=1)
    words = parser.parse_args()
    for model in words.models.split(","):
        print(f"\n| {model} | ms | spread | ready s | error | same class | found |")
        print("|---|--:|--:|--:|--:|--:|---|")
        for way in WAYS:
            processes = 1 if way[0] == "compile" else words.processes
            budget = Budget(warmup_s=2.0, sample_s=3.0)
            plain = one_image(model, threads=words.threads, budget=budget)
            found = timed(plain, *way, processes)
            print(f"| {' '.join(way)} | {in_words(found)} |", flush=True)


def timed(
    plain: Job, backend: str, precision: str, memory_format: str, processes: int
) -> Latency | Failure:
    """One point."""
    one = replace(plain, backend=backend, precision=precision, memory_format=memory_format)
    protocol = Protocol(processes=processes, most=processes, retries=1)
    return figure(one, protocol)


def in_words(found: Latency | Failure) -> str:
    """The cells of a row."""
    if isinstance(found, Failure):
        return f"{found.reason} | | | | |"
    error = "" if found.relative_error is None else f"{found.relative_error:.1e}"
    same = "" if found.top1_agreement is None else f"{found.top1_agreement:.0%}"
    ready = found.ready_s or 0.0
    return (
        f"{found.latency_ms:.1f} | {found.spread:.1%} | {ready:.1f} | {error} | {same} "
        f"| {found.precision_found}, {found.backend_version}"
    )


if __name__ == "__main__":
    main()
