"""What is published of measurements, as values: in the words of the record format.

A value that is None, an empty list and what is the usual case (`json_text.USUAL`) are not written:
their keys are missing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from msgspec import Meta

from catalogue.record import AccuracyConditions, ComplexityConditions

Macs = Annotated[int, Meta(description="Multiply-accumulates of one pass of one image.")]
Flops = Annotated[int, Meta(description="2 x multiply-accumulates of one pass of one image.")]
Percent = Annotated[float, Meta(description="Percent.", ge=0, le=100)]
Milliseconds = Annotated[float, Meta(description="Milliseconds for one batch.", ge=0)]
Stale = Annotated[
    tuple[str, ...],
    Meta(description="What has changed since it was measured; missing while the figures hold."),
]
Usual = Annotated[
    bool, Meta(description="Whether it is of the model as built, at its own input size.")
]
Conditions = Annotated[str, Meta(description="Key of the document's conditions of this kind.")]


@dataclass(frozen=True, kw_only=True, slots=True)
class FailureDocument:
    """Why measuring failed."""

    reason: Annotated[str, Meta(description="One line of English, or words of a library.")]
    code: Annotated[
        str | None,
        Meta(
            description="Which sort: pages say `failure.<code>` in each language; missing where "
            "the words are a library's."
        ),
    ]
    values: Annotated[
        Mapping[str, str] | None, Meta(description="What fills the gaps of that sentence.")
    ]


Failed = Annotated[
    FailureDocument | None, Meta(description="Why measuring failed; figures are then missing.")
]


@dataclass(frozen=True, kw_only=True, slots=True)
class Setup:
    """What many measurements have in common: by what they were made."""

    program: str
    method: Annotated[int, Meta(description="Version of the kind's method of measuring.")]
    commit: Annotated[str | None, Meta(description="Of the zoo; + where it had changes.")]
    environment: Annotated[str, Meta(description="Key of the document's environments.")]
    library: Annotated[str, Meta(description="What defines the model, with its version.")]


@dataclass(frozen=True, kw_only=True, slots=True)
class Making:
    """How one measurement came to be."""

    time: Annotated[str, Meta(description="UTC, ISO 8601.")]
    seconds: Annotated[float, Meta(description="Wall time of the measurement.")]
    setup: Annotated[str, Meta(description="Key of the document's setups.")]


@dataclass(frozen=True, kw_only=True, slots=True)
class Counts:
    """Parameters and operations."""

    params: int
    buffers: int
    weights_bytes: int
    macs: Macs
    flops: Flops
    macs_checked: Annotated[int | None, Meta(description="The same by another counter.")]
    fvcore_flops: Annotated[
        int | None, Meta(description="What fvcore calls flops: MACs with norms and pooling.")
    ]
    activations: int
    peak_activation_bytes: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Times:
    """The time of a batch."""

    latency_ms: Milliseconds
    throughput: Annotated[float, Meta(description="Batch size over latency_ms, in images/s.")]
    p25_ms: Milliseconds
    p75_ms: Milliseconds
    spread: Annotated[float, Meta(description="Between fresh processes, as a share.")]
    processes: int
    samples: int
    cold_ms: Annotated[float, Meta(description="The first pass of a process.")]
    refused: Annotated[int, Meta(description="Processes that were disturbed and thrown away.")]
    refusals: Annotated[tuple[str, ...], Meta(description="Why, each reason once.")]
    slow: Annotated[
        bool, Meta(description="Whether processors were slower than at their best throughout.")
    ]
    p50_ms: Milliseconds | None
    p90_ms: Milliseconds | None
    p99_ms: Milliseconds | None
    images_per_second: Annotated[
        float | None, Meta(description="Of passes sent back to back, without waiting for each.")
    ]
    peak_memory_bytes: int | None
    ready_s: Annotated[
        float | None, Meta(description="From a built model to its first answer, in seconds.")
    ]
    joules: Annotated[float | None, Meta(description="Energy of one pass.")]
    clock_mhz: Annotated[
        tuple[int, int] | None, Meta(description="Lowest and highest clock while sampling.")
    ]
    foreign_load: Annotated[
        float, Meta(description="Share of the processors that other work took.")
    ]
    cpu_share: Annotated[float, Meta(description="Processor time over wall time x threads.")]
    switches: Annotated[int | None, Meta(description="Involuntary context switches.")]
    processors: Annotated[tuple[int, ...], Meta(description="That processes were bound to.")]
    backend_version: str | None
    remarks: tuple[str, ...]
    settings: Annotated[
        tuple[tuple[str, str], ...],
        Meta(description="What the device and torch were set to: power limit, governor, …"),
    ]
    precision_found: Annotated[str | None, Meta(description="As read back from what ran.")]
    relative_error: Annotated[
        float | None, Meta(description="Of the scores to those of eager fp32 on the same input.")
    ]
    top1_agreement: Annotated[
        float | None, Meta(description="Share of those inputs with the same best class.")
    ]
    wrong: Annotated[bool, Meta(description="Whether that error is too large for its precision.")]


@dataclass(frozen=True, kw_only=True, slots=True)
class Hits:
    """The accuracies of a validation, each with its 95 % interval (Wilson)."""

    top1: Percent
    top1_interval: tuple[float, float]
    top1_hits: int
    top5: Percent
    top5_interval: tuple[float, float]
    top5_hits: int
    images: int
    unreadable: Annotated[int, Meta(description="Images that could not be decoded: wrong.")]
    weights_sha256: str


@dataclass(frozen=True, kw_only=True, slots=True)
class CountedDocument:
    """Counts under known conditions."""

    conditions: Conditions
    usual: Usual
    out_of_date: Stale
    failure: Failed
    figures: Counts | None
    provenance: Making


@dataclass(frozen=True, kw_only=True, slots=True)
class TimedAlike:
    """Under what the latencies of a series were measured: all but the batch size."""

    device: str
    device_type: str
    threads: Annotated[int, Meta(description="Of the host; 0 for a GPU.")]
    precision: str
    backend: str
    memory_format: str
    input_size: tuple[int, int, int]
    affinity: Annotated[str, Meta(description="pinned or free.")]


@dataclass(frozen=True, kw_only=True, slots=True)
class ConditionsDocument:
    """Under what measurements were made, once each; alike conditions have one key everywhere."""

    complexity: Mapping[str, ComplexityConditions]
    latency: Mapping[str, TimedAlike]
    accuracy: Mapping[str, AccuracyConditions]


@dataclass(frozen=True, kw_only=True, slots=True)
class TimedDocument:
    """The latency of one batch size."""

    batch_size: int
    usual: Usual
    out_of_date: Stale
    failure: Failed
    figures: Times | None
    provenance: Making


@dataclass(frozen=True, kw_only=True, slots=True)
class TimedSeries:
    """Latencies under conditions that differ in the batch size alone."""

    conditions: Conditions
    points: tuple[TimedDocument, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class ValidatedDocument:
    """Accuracies under known conditions."""

    conditions: Conditions
    usual: Usual
    out_of_date: Stale
    failure: Failed
    figures: Hits | None
    provenance: Making


@dataclass(frozen=True, kw_only=True, slots=True)
class Measured:
    """Everything that was measured: the newest that holds under each set of conditions."""

    complexity: tuple[CountedDocument, ...]
    latency: tuple[TimedSeries, ...]
    accuracy: tuple[ValidatedDocument, ...]
