"""The JSON documents of the site as values; their schema is made from these very types.

Reported figures use the words of the entry format. A value that is None, an empty list and what is
the usual case (`json_text.USUAL`) are not written: their keys are missing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from msgspec import Meta

from catalogue.entry import Convention, Quantity, Role
from catalogue.page.verdict import Cause, Reading, Reason, Verdict
from catalogue.provenance import Environment
from catalogue.publish.measured_documents import ConditionsDocument, Measured, Setup

Texts = Annotated[
    Mapping[str, str],
    Meta(description="By language of the site; one that lacks a translation is missing."),
]
Size = Annotated[tuple[int, int], Meta(description="Height and width of the input, pixels.")]
Number = Annotated[int | float, Meta(description="In the unit that stands beside it.")]
Sources = Annotated[tuple[str, ...], Meta(description="Ids of the sources that print the figure.")]
Printed = Annotated[
    str | None,
    Meta(description="As its source prints it; missing where that is the value, or value and %."),
]
Resolution = Annotated[
    float | None,
    Meta(description="One unit in the last printed digit; missing where `printed` is."),
]
Title = Annotated[
    Texts | None, Meta(description="By language of the site; missing where it is the name.")
]


@dataclass(frozen=True, kw_only=True, slots=True)
class JudgementDocument:
    """What our measurements say of a reported figure."""

    verdict: Verdict
    held_against: Annotated[
        float | None, Meta(description="What was measured, in the figure's unit and reading.")
    ]
    reading: Annotated[Reading | None, Meta(description="What the figure was read as.")]
    off: Annotated[
        float | None, Meta(description="(value - held_against) / held_against, as a share.")
    ]
    exact: Annotated[bool, Meta(description="Whether they agree in every printed digit.")]
    cause: Annotated[Cause | None, Meta(description="Why it is off, as far as numbers tell.")]
    fits: Annotated[Reading | None, Meta(description="The reading that does fit.")]
    reason: Annotated[Reason | None, Meta(description="Why it was not judged.")]


@dataclass(frozen=True, kw_only=True, slots=True)
class CostDocument:
    """A reported count or size."""

    quantity: Quantity
    convention: Annotated[Convention | None, Meta(description="Of FLOPs: macs, 2xmacs or unknown.")]
    value: Number
    printed: Printed
    resolution: Resolution
    input_size: Size | None
    tool: str | None
    role: Role
    sources: Sources
    note: Texts | None
    judgement: JudgementDocument


@dataclass(frozen=True, kw_only=True, slots=True)
class AccuracyDocument:
    """A reported figure of a result."""

    metric: Annotated[str, Meta(description="top1 or top5, in percent; else as the source says.")]
    value: Number
    printed: Printed
    resolution: Resolution
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
        JudgementDocument | None,
        Meta(description="Missing of metrics that this program does not measure."),
    ]


@dataclass(frozen=True, kw_only=True, slots=True)
class BatchDocument:
    """A reported time or rate of one batch size."""

    batch_size: int
    value: Number
    printed: Printed
    resolution: Resolution


@dataclass(frozen=True, kw_only=True, slots=True)
class LatencyDocument:
    """Reported times or rates under conditions that differ in the batch size alone."""

    unit: Annotated[str, Meta(description="ms (for one batch) or images/s.")]
    device: str
    precision: str
    runtime: str | None
    input_size: Size | None
    statistic: str | None
    role: Role
    sources: Sources
    note: Texts | None
    judgement: JudgementDocument
    points: tuple[BatchDocument, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class OpposedDocument:
    """One of the times that contradict each other, with what its source states of it."""

    value: Annotated[Number, Meta(description="Milliseconds for one batch.")]
    printed: Printed
    runtime: str | None
    input_size: Size | None
    statistic: str | None
    sources: Sources


@dataclass(frozen=True, kw_only=True, slots=True)
class ContradictionDocument:
    """Reported times of one device, precision and batch size that cannot all hold."""

    device: str
    precision: str
    batch_size: int
    ratio: Annotated[
        float | None, Meta(description="Of the longest to the shortest; missing if that is 0.")
    ]
    reasons: Annotated[
        tuple[str, ...],
        Meta(description="What the page says of it: labels, without `contradiction.` before them."),
    ]
    figures: Annotated[tuple[OpposedDocument, ...], Meta(description="The shortest first.")]


@dataclass(frozen=True, kw_only=True, slots=True)
class Reported:
    """Everything that sources report, each figure judged by what was measured."""

    costs: tuple[CostDocument, ...]
    accuracies: tuple[AccuracyDocument, ...]
    latencies: tuple[LatencyDocument, ...]
    contradictions: tuple[ContradictionDocument, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class BuilderDocument:
    """How the model is built."""

    target: str
    arguments: Annotated[
        str | None, Meta(description="Args and kwargs, as canonical JSON; missing without any.")
    ]
    requires: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class WeightsDocument:
    """A file of weights."""

    url: Annotated[str | None, Meta(description="Missing where it does not lead to the web.")]
    name: str | None
    sha256: Annotated[str | None, Meta(description="All of it, or the prefix that is known.")]
    size_bytes: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class ModelDocument:
    """One model."""

    id: str
    name: str
    title: Title
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
    archive: Annotated[str | None, Meta(description="Where a copy of it is kept.")]
    commit: str | None
    accessed: str | None
    note: Texts | None


@dataclass(frozen=True, kw_only=True, slots=True)
class FamilyDocument:
    """A family, with the ids of its models."""

    slug: str
    name: str
    title: Title
    summary: Texts | None
    paper: str | None
    models: Annotated[tuple[str, ...], Meta(description="In the documents of models: not told.")]


@dataclass(frozen=True, kw_only=True, slots=True)
class Document:
    """What every file holds: some models with all that they refer to."""

    schema: str
    flops_convention: Annotated[str, Meta(description="What a measured FLOP is.")]
    families: tuple[FamilyDocument, ...]
    sources: Annotated[Mapping[str, SourceDocument], Meta(description="By id.")]
    conditions: Annotated[
        ConditionsDocument, Meta(description="What measurements refer to as `conditions`.")
    ]
    environments: Annotated[Mapping[str, Environment], Meta(description="By id.")]
    setups: Annotated[Mapping[str, Setup], Meta(description="By id.")]
    models: tuple[ModelDocument, ...]
