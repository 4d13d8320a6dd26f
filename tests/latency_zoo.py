"""A zoo that was timed under many conditions, for the tests of what pages show of latency.

Every time in it is a number of its own, so that whatever a page shows can be traced back to the
conditions it was taken under.
"""

from collections.abc import Iterator
from dataclasses import replace

from page_zoo import LARGE, LIMITS, MIDDLE, SIZE, SMALL, STORED, ZOO, complexity, counted, record

from catalogue.page.zoo import JudgedZoo, judge_zoo
from catalogue.record import Failure, Kind, Latency, LatencyConditions, Record, Result
from catalogue.store import Stored

CPU = LatencyConditions(
    device="Example CPU",
    device_type="cpu",
    threads=1,
    precision="fp32",
    backend="eager",
    memory_format="contiguous",
    batch_size=1,
    input_size=SIZE,
    affinity="pinned",
)
GPU = replace(CPU, device="Example card", device_type="cuda", threads=0, affinity="free")
MODELS = (SMALL, LARGE, MIDDLE)
BATCHES = {"cpu": (1, 4, 8), "cuda": (1, 4, 8, 32)}
WAYS = (
    (CPU, ("fp32", "bf16"), ("eager", "compile")),
    (CPU, ("fp32",), ("onnxruntime", "openvino")),
    (replace(CPU, memory_format="channels_last"), ("fp32", "bf16"), ("eager", "openvino")),
    (replace(CPU, threads=2), ("fp32",), ("eager",)),
    (replace(CPU, affinity="free"), ("fp32",), ("eager",)),
    (replace(CPU, input_size=(3, 288, 288)), ("fp32",), ("eager",)),
    (GPU, ("fp32", "fp16"), ("eager", "compile", "cudagraph", "onnxruntime-tensorrt")),
)
"""(conditions, precisions, backends) that every model was timed under."""
FASTER = {
    "eager": 1.0,
    "compile": 1.31,
    "cudagraph": 1.62,
    "onnxruntime": 2.2,
    "onnxruntime-tensorrt": 2.9,
    "openvino": 2.6,
}


def all_conditions() -> Iterator[LatencyConditions]:
    """Every set of conditions of the zoo, once."""
    for base, precisions, backends in WAYS:
        for backend in backends:
            for precision in precisions:
                for batch in BATCHES[base.device_type]:
                    yield replace(base, backend=backend, precision=precision, batch_size=batch)


def time_of(model: int, conditions: LatencyConditions, number: int) -> float:
    """A time in ms that no other conditions and no other model have, to three digits."""
    scale = 1.0 if conditions.device_type == "cuda" else 24.0
    speed = FASTER[conditions.backend] * (1.0 if conditions.precision == "fp32" else 1.9)
    speed *= 1.15 if conditions.memory_format == "channels_last" else 1.0
    base = scale * (1 + 0.45 * model) * (0.5 + 0.5 * conditions.batch_size) / speed
    return base * (1 + number * 1e-4)


def latency(milliseconds: float, conditions: LatencyConditions) -> Latency:
    """A timing with all that the method sees."""
    batch, precision = conditions.batch_size, conditions.precision
    gpu = conditions.device_type == "cuda"
    return Latency(
        latency_ms=milliseconds,
        process_medians_ms=(0.996 * milliseconds, milliseconds, 1.004 * milliseconds),
        p25_ms=0.99 * milliseconds,
        p75_ms=1.01 * milliseconds,
        samples=700 if batch == 1 else 192,
        warmup_passes=30,
        cold_ms=3 * milliseconds,
        cpu_share=0.99,
        foreign_load=0.01,
        refused=1 if batch == 8 else 0,
        refusals=("foreign load",) if batch == 8 else (),
        p50_ms=milliseconds,
        p90_ms=1.03 * milliseconds,
        p99_ms=1.2 * milliseconds if batch == 1 else None,
        images_per_second=1040 * batch / milliseconds,
        peak_memory_bytes=(40 + 9 * batch) * 2**20,
        ready_s=0.4 if conditions.backend == "eager" else 31.5,
        joules=0.08 * batch if gpu else None,
        clock_mhz=(1410, 1980) if gpu else None,
        switches=2,
        processors=() if gpu else tuple(range(conditions.threads)),
        precision_found=precision,
        relative_error=None if conditions.backend == "eager" and precision == "fp32" else 2.3e-5,
        top1_agreement=1.0,
    )


def _results() -> Iterator[Record]:
    number = 0
    for conditions in all_conditions():
        for index, model in enumerate(MODELS):
            number += 1
            milliseconds = time_of(index, conditions, number)
            yield record(
                model,
                Kind.LATENCY,
                conditions,
                _result(index, conditions, milliseconds),
                input_size=SIZE,
            )


def _result(model: int, conditions: LatencyConditions, milliseconds: float) -> Result:
    """What fails: memory at a large batch, a backend with a model, an answer."""
    found = latency(milliseconds, conditions)
    if conditions.device_type == "cuda" and model == 1 and conditions.batch_size == 32:
        return Failure(reason="out of memory at batch 32", retry=False)
    if conditions.backend == "onnxruntime" and model == 2:
        return Failure(reason="the exporter does not know aten::sort", retry=False)
    if (
        conditions.backend == "onnxruntime-tensorrt"
        and conditions.precision == "fp16"
        and not model
    ):
        return replace(found, relative_error=0.83, top1_agreement=0.125)
    return found


def stored() -> Stored:
    """Its records: counts, accuracies and very many times."""
    others = [one for one in STORED.records if not isinstance(one.conditions, LatencyConditions)]
    larger = replace(counted(), input_size=(3, 288, 288))
    others.append(
        record(
            SMALL, Kind.COMPLEXITY, larger, complexity(10_000_000, 3_306_122_449), input_size=SIZE
        )
    )
    return Stored(records=(*others, *_results()), environments=STORED.environments, limits=LIMITS)


def judged() -> JudgedZoo:
    """The same with its entries."""
    return judge_zoo(replace(ZOO, entries=MODELS), stored())
