"""Small, true values that several tests need: an entry, a subject, records of each kind."""

from dataclasses import replace

from catalogue.entry import Builder, Entry, Preprocessing, Text
from catalogue.freshness import arguments_text, files_sha256, library_text
from catalogue.provenance import Provenance
from catalogue.record import (
    METHOD,
    Complexity,
    ComplexityConditions,
    Conditions,
    Failure,
    Kind,
    Latency,
    LatencyConditions,
    Record,
    Result,
    Subject,
)

BUILDER = Builder(target="timm:dpn68", kwargs={"num_classes": 10})
RECIPE = Preprocessing(id="timm", input_size=(3, 224, 224), resize_size=256, crop_size=224)
ENTRY = Entry(
    id="dpn68",
    name="dpn68",
    title=Text(plain="DPN-68"),
    collection="DPN",
    aliases=("DPN68", "paddleclas:DPN68"),
    builder=BUILDER,
    preprocessing=(RECIPE,),
)
FILES = ("timm/models/dpn.py",)
SUBJECT = Subject(
    target=BUILDER.target,
    arguments=arguments_text(BUILDER),
    library=library_text("timm"),
    files=FILES,
    files_sha256=files_sha256(FILES) or "",
)
PROVENANCE = Provenance(
    time="2026-11-01T10:00:00Z",
    program="catalogue 0.1.0",
    commit=None,
    environment="0123456789abcdef",
    seconds=1.5,
)
COMPLEXITY = Complexity(
    params=12_000_000,
    buffers=1000,
    weights_bytes=48_004_000,
    macs=2_300_000_000,
    macs_checked=2_300_000_000,
    checker="the other counter 1",
    fvcore_flops=2_350_000_000,
    activations=10_000_000,
    by_operator=(),
    by_module=(),
    uncounted=(),
)
LATENCY = Latency(
    latency_ms=34.5,
    process_medians_ms=(34.0, 34.5, 36.0),
    p25_ms=33.9,
    p75_ms=35.1,
    samples=120,
    warmup_passes=24,
    cold_ms=90.0,
    cpu_share=0.98,
    foreign_load=0.01,
    refused=0,
)
COUNTED = ComplexityConditions(input_size=(3, 224, 224))
TIMED = LatencyConditions(
    device="A CPU",
    device_type="cpu",
    threads=2,
    precision="fp32",
    backend="eager",
    memory_format="contiguous",
    batch_size=1,
    input_size=(3, 224, 224),
)
FAILED = Failure(reason="out of memory at batch 1", retry=False)


def record_of(
    result: Result = COMPLEXITY,
    *,
    conditions: Conditions = COUNTED,
    subject: Subject = SUBJECT,
    time: str = PROVENANCE.time,
) -> Record:
    """A record of `ENTRY`; its kind follows from the conditions."""
    kind = Kind.LATENCY if isinstance(conditions, LatencyConditions) else Kind.COMPLEXITY
    return Record(
        model=ENTRY.id,
        kind=kind,
        method=METHOD[kind],
        subject=subject,
        conditions=conditions,
        result=result,
        provenance=replace(PROVENANCE, time=time),
    )
