"""The JSON documents of the site as values; their schema is made from these very types.

Measured figures use the words of the record format, reported ones those of the entry format.
Every key is always there; what is not known is null.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from msgspec import Meta

from catalogue.entry import Convention, Quantity, Role
from catalogue.page.verdict import Judgement
from catalogue.record import (
    AccuracyConditions,
    ComplexityConditions,
    Environment,
    LatencyConditions,
)

Texts = Annotated[
    Mapping[str, str],
    Meta(description="By language of the site; one that lacks a translation is missing."),
]
Macs = Annotated[int, Meta(description="Multiply-accumulates of one pass of one image.")]
Flops = Annotated[int, Meta(description="2 x multiply-accumulates of one pass of one image.")]
Percent = Annotated[float, Meta(description="Percent.", ge=0, le=100)]
Milliseconds = Annotated[float, Meta(description="Milliseconds for one batch.", ge=0)]
Size = Annotated[tuple[int, int], Meta(description="Height and width of the input, pixels.")]
Number = Annotated[int | float, Meta(description="In the unit that stands beside it.")]
Stale = Annotated[
    tuple[str, ...],
    Meta(description="What has changed since it was measured; empty while the figures hold."),
]
Usual = Annotated[
    bool, Meta(description="Whether it is of the model as built, at its own input size.")
]
Failed = Annotated[str | None, Meta(description="Why measuring failed; figures are then null.")]
Sources = Annotated[tuple[str, ...], Meta(description="Ids of the sources that print the figure.")]
Printed = Annotated[str, Meta(description="The figure as its source prints it.")]


@dataclass(frozen=True, kw_only=True, slots=True)
class Origin:
    """How a measurement came to be."""

    time: Annotated[str, Meta(description="UTC, ISO 8601.")]
    program: str
    method: Annotated[int, Meta(description="Version of the kind's method of measuring.")]
    commit: Annotated[str | None, Meta(description="Of the zoo; + where it had changes.")]
    environment: Annotated[str, Meta(description="Key of the document's environments.")]
    library: Annotated[str, Meta(description="What defines the model, with its version.")]
    seconds: Annotated[float, Meta(description="Wall time of the measurement.")]


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

    conditions: ComplexityConditions
    usual: Usual
    out_of_date: Stale
    failure: Failed
    figures: Counts | None
    provenance: Origin


@dataclass(frozen=True, kw_only=True, slots=True)
class TimedDocument:
    """A latency under known conditions."""

    conditions: LatencyConditions
    usual: Usual
    out_of_date: Stale
    failure: Failed
    figures: Times | None
    provenance: Origin


@dataclass(frozen=True, kw_only=True, slots=True)
class ValidatedDocument:
    """Accuracies under known conditions."""

    conditions: AccuracyConditions
    usual: Usual
    out_of_date: Stale
    failure: Failed
    figures: Hits | None
    provenance: Origin


@dataclass(frozen=True, kw_only=True, slots=True)
class Measured:
    """Everything that was measured: the newest that holds under each set of conditions."""

    complexity: tuple[CountedDocument, ...]
    latency: tuple[TimedDocument, ...]
    accuracy: tuple[ValidatedDocument, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class CostDocument:
    """A reported count or size."""

    quantity: Quantity
    convention: Annotated[
        Convention | None, Meta(description="Of FLOPs: macs, 2xmacs or unknown; else null.")
    ]
    value: Number
    printed: Printed
    resolution: Annotated[float, Meta(description="One unit in the last printed digit.")]
    input_size: Size | None
    tool: str | None
    role: Role
    sources: Sources
    note: Texts | None
    judgement: Judgement


@dataclass(frozen=True, kw_only=True, slots=True)
class AccuracyDocument:
    """A reported figure of a result."""

    metric: Annotated[str, Meta(description="top1 or top5, in percent; else as the source says.")]
    value: Number
    printed: Printed
    resolution: Annotated[float, Meta(description="One unit in the last printed digit.")]
    task: str | None
    dataset: str | None
    split: str | None
    preprocessing: str | None
    input_size: Size | None
    precision: str | None
    applies_to: Annotated[
        str | None, Meta(description="Whose weights the figure is of, if not this model's.")
    ]
    role: Role
    sources: Sources
    note: Texts | None
    judgement: Annotated[
        Judgement | None, Meta(description="Null for metrics that this program does not measure.")
    ]


@dataclass(frozen=True, kw_only=True, slots=True)
class LatencyDocument:
    """A reported time or rate."""

    value: Number
    unit: Annotated[str, Meta(description="ms (for one batch) or images/s.")]
    printed: Printed
    resolution: Annotated[float, Meta(description="One unit in the last printed digit.")]
    device: str
    precision: str
    batch_size: int
    runtime: str | None
    input_size: Size | None
    statistic: str | None
    role: Role
    sources: Sources
    note: Texts | None
    judgement: Judgement


@dataclass(frozen=True, kw_only=True, slots=True)
class Reported:
    """Everything that sources report, each figure judged by what was measured."""

    costs: tuple[CostDocument, ...]
    accuracies: tuple[AccuracyDocument, ...]
    latencies: tuple[LatencyDocument, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class BuilderDocument:
    """How the model is built."""

    target: str
    arguments: Annotated[str, Meta(description="Args and kwargs, as canonical JSON.")]
    requires: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class WeightsDocument:
    """A file of weights."""

    url: Annotated[str | None, Meta(description="Null where it does not lead to the web.")]
    name: str | None
    sha256: Annotated[str | None, Meta(description="All of it, or the prefix that is known.")]
    size_bytes: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class ModelDocument:
    """One model."""

    id: str
    name: str
    title: Texts
    aliases: tuple[str, ...]
    family: Annotated[str | None, Meta(description="Slug of its family's document.")]
    summary: Texts | None
    license_code: str | None
    license_weights: str | None
    builder: BuilderDocument | None
    weights: tuple[WeightsDocument, ...]
    input_size: Annotated[
        tuple[int, int, int] | None, Meta(description="Its own: channels, height, width.")
    ]
    measured: Measured
    reported: Reported


@dataclass(frozen=True, kw_only=True, slots=True)
class SourceDocument:
    """Where reported figures come from."""

    title: Texts
    url: str | None
    commit: str | None
    accessed: str | None
    note: Texts | None


@dataclass(frozen=True, kw_only=True, slots=True)
class FamilyDocument:
    """A family, with the ids of its models."""

    slug: str
    name: str
    title: Texts
    summary: Texts | None
    paper: str | None
    models: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Document:
    """What every file holds: some models with all that they refer to."""

    schema: str
    flops_convention: Annotated[str, Meta(description="What a measured FLOP is.")]
    families: tuple[FamilyDocument, ...]
    models: tuple[ModelDocument, ...]
    sources: Annotated[Mapping[str, SourceDocument], Meta(description="By id.")]
    environments: Annotated[Mapping[str, Environment], Meta(description="By id.")]
