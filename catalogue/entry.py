"""What people write: the values of a zoo's YAML entries, read and typed.

Pure values. Nothing here reads files, builds models or knows of records and pages.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from math import floor
from pathlib import Path
from typing import TypeAlias

from catalogue.errors import Place

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"

NOWHERE = Place(file="", line=1, column=1)
"""The place of values that no file holds (made in Python, or by an importer)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Text:
    """Prose in several languages, or plain text that serves every language (a name, a title)."""

    plain: str | None = None
    """Text written without a language."""
    translations: tuple[tuple[str, str], ...] = ()
    """(language code, text) pairs, in the order written."""
    place: Place = field(default=NOWHERE, compare=False, repr=False)

    def in_language(self, language: str) -> str | None:
        """The text in a language: its translation, else the plain text, else nothing."""
        return dict(self.translations).get(language, self.plain)

    @property
    def languages(self) -> tuple[str, ...]:
        """The language codes that have a translation."""
        return tuple(language for language, _ in self.translations)

    def any_language(self) -> str:
        """Some text to name the thing by: plain, else the first translation, else empty."""
        if self.plain is not None:
            return self.plain
        return self.translations[0][1] if self.translations else ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Figure:
    """A number as a source printed it."""

    value: float
    """In the field's unit: a count, bytes, percent (0-100), milliseconds or images/s."""
    resolution: float
    """One unit in the last printed digit, in the same unit; 79.8 % has 0.1, `20.6 G` has 1e8."""
    text: str
    """Exactly what stands in the file."""
    place: Place = field(default=NOWHERE, compare=False)


class Role(Enum):
    """Whose word a figure is."""

    REPORTED = "reported"
    """The zoo that publishes the weights says so."""
    PAPER = "paper"
    """The paper says so."""
    REFERENCE = "reference"
    """A source repeats somebody else's figure (PaddleClas' 'Reference top1' column)."""
    MEASURED = "measured"
    """Somebody else's measurement, not this program's."""


class Convention(Enum):
    """What a source counts as one FLOP."""

    MACS = "macs"
    TWO_MACS = "2xmacs"
    UNKNOWN = "unknown"


class Quantity(Enum):
    """What a reported cost is a figure of."""

    FLOPS = "FLOPs"
    MACS = "MACs"
    PARAMS = "Parameters"
    ACTIVATIONS = "Activations"
    WEIGHTS_BYTES = "Weights Size"
    PEAK_MEMORY_BYTES = "Peak Memory"


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """Where reported figures come from."""

    id: str
    title: Text
    url: str | None = None
    archive: str | None = None
    """Where a copy is kept, for when the page itself is gone."""
    commit: str | None = None
    accessed: str | None = None
    note: Text | None = None
    """The source's own measurement conditions, in words."""
    place: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class Paper:
    """A publication."""

    title: str | None = None
    url: str | None = None
    arxiv: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class License:
    """SPDX expressions, of the code and of the weights."""

    code: str | None = None
    weights: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Attribute:
    """One line of an entry's `Metadata`, kept as written (training resources, techniques, …)."""

    name: str
    values: tuple[str, ...]
    place: Place = field(default=NOWHERE, compare=False)
    judged: bool = field(default=False, compare=False)
    """Whether it is a figure as well, which pages show with its verdict, in its row of costs."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Collection:
    """A family of models (model-index's word)."""

    name: str
    title: Text
    summary: Text | None = None
    description: Text | None = None
    """Markdown."""
    paper: Paper | None = None
    citation: str | None = None
    """BibTeX; one or several entries."""
    license: License | None = None
    code: str | None = None
    config: str | None = None
    readme: str | None = None
    preprocessing: tuple["Preprocessing", ...] = ()
    weights: tuple["Weights", ...] = ()
    metadata: tuple[Attribute, ...] = ()
    results: tuple["ReportedResult", ...] = ()
    extra: tuple[Attribute, ...] = ()
    """Keys that the format does not know, kept so that nothing is lost."""
    place: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class Builder:
    """How a model is built.

    `target` is `timm:NAME`, `torchvision:NAME` or `package.module:callable`.
    """

    target: str
    args: tuple[Json, ...] = ()
    kwargs: Mapping[str, Json] = field(default_factory=dict)
    requires: tuple[str, ...] = ()
    """Requirement specifiers, such as `timm>=1.0`."""
    place: Place = field(default=NOWHERE, compare=False)

    @property
    def scheme(self) -> str:
        """`timm`, `torchvision` or `python`."""
        prefix = self.target.partition(":")[0]
        return prefix if prefix in ("timm", "torchvision") else "python"

    @property
    def name(self) -> str:
        """What stands behind the colon."""
        return self.target.partition(":")[2]

    @property
    def package(self) -> str:
        """The importable top-level package that is asked to build."""
        return self.target.partition(":")[0].partition(".")[0]


@dataclass(frozen=True, kw_only=True, slots=True)
class Preprocessing:
    """A recipe from an image file to the model's input."""

    id: str | None = None
    input_size: tuple[int, int, int] | None = None
    """(C, H, W)."""
    resize_size: int | tuple[int, int] | None = None
    """Pixels: of the shorter side, or (H, W)."""
    resize_mode: str = "shortest"
    """shortest, longest or squash."""
    interpolation: str = "bilinear"
    """nearest, bilinear, bicubic, lanczos, box or hamming."""
    antialias: bool = True
    crop_size: int | tuple[int, int] | None = None
    crop_mode: str = "center"
    """center, border or none."""
    crop_pct: float | None = None
    mean: tuple[float, ...] = (0.485, 0.456, 0.406)
    std: tuple[float, ...] = (0.229, 0.224, 0.225)
    color: str = "RGB"
    place: Place = field(default=NOWHERE, compare=False)

    def resize_pixels(self) -> int | tuple[int, int] | None:
        """The resize in pixels, worked out from `crop_pct` where the entry gives only that.

        Source: timm's `create_transform`: floor(input side / crop_pct).
        """
        if self.resize_size is not None or self.crop_pct is None or self.input_size is None:
            return self.resize_size
        _, height, width = self.input_size
        if height == width:
            return floor(height / self.crop_pct)
        return (floor(height / self.crop_pct), floor(width / self.crop_pct))


@dataclass(frozen=True, kw_only=True, slots=True)
class Weights:
    """One weights file."""

    url: str
    name: str | None = None
    sha256: str | None = None
    """64 lower-case hexadecimal digits."""
    sha256_prefix: str | None = None
    size_bytes: int | None = None
    format: str | None = None
    license: str | None = None
    key: str | None = None
    """Where the state dict stands inside the file, such as `state_dict`."""
    place: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class Metric:
    """One metric of a reported result."""

    name: str
    """As written, such as `Top 1 Accuracy`."""
    figure: Figure
    """Percent where the metric is an accuracy, else as written."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ReportedResult:
    """An accuracy that somebody reports."""

    task: str | None = None
    dataset: str | None = None
    split: str | None = None
    metrics: tuple[Metric, ...]
    top1: Figure | None = None
    """The metric that means top-1 accuracy, in percent."""
    top5: Figure | None = None
    role: Role = Role.REPORTED
    sources: tuple[str, ...] = ()
    """Ids of the sources that print this same claim."""
    preprocessing: str | None = None
    """Id of the recipe."""
    input_size: tuple[int, int] | None = None
    """(H, W)."""
    precision: str | None = None
    applies_to: str | None = None
    """Whose weights the figure belongs to, if not this entry's, such as `paddleclas:DPN131`."""
    note: Text | None = None
    place: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class ReportedCost:
    """A count or size that somebody reports."""

    quantity: Quantity
    figure: Figure
    convention: Convention | None = None
    """Of FLOPs; None for other quantities."""
    input_size: tuple[int, int] | None = None
    """(H, W)."""
    tool: str | None = None
    role: Role = Role.REPORTED
    sources: tuple[str, ...] = ()
    note: Text | None = None
    place: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class ReportedLatency:
    """One line of a latency table that somebody reports: one device and precision, by batch."""

    device: str
    precision: str
    """Upper case as in the format: FP32, TF32, FP16, BF16, AMP, INT8, FP8."""
    runtime: str | None = None
    input_size: tuple[int, int] | None = None
    """(H, W)."""
    unit: str = "ms"
    """`ms` (per batch) or `images/s`; us and s are converted to ms by the reader."""
    statistic: str | None = None
    by_batch: tuple[tuple[int, Figure], ...]
    """(batch size, figure), in ascending order of batch size."""
    role: Role = Role.REPORTED
    sources: tuple[str, ...] = ()
    note: Text | None = None
    place: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class Distinct:
    """A thing of the same or a similar name that is another model."""

    ref: str
    reason: Text | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One model of the zoo, as its YAML says."""

    id: str
    """Slug: letters, digits, `.`, `_` and `-`; unique in the zoo."""
    name: str
    title: Text
    collection: str | None = None
    """Name of its collection."""
    aliases: tuple[str, ...] = ()
    distinct_from: tuple[Distinct, ...] = ()
    summary: Text | None = None
    description: Text | None = None
    builder: Builder | None = None
    preprocessing: tuple[Preprocessing, ...] = ()
    """The first is the entry's own recipe; results may name another by id."""
    weights: tuple[Weights, ...] = ()
    license: License | None = None
    citation: str | None = None
    paper: Paper | None = None
    code: str | None = None
    config: str | None = None
    readme: str | None = None
    converted_from: tuple[tuple[str, str], ...] = ()
    """(what, URL) pairs."""
    metadata: tuple[Attribute, ...] = ()
    """Own attributes replace the collection's of the same name; the rest are the collection's."""
    results: tuple[ReportedResult, ...] = ()
    costs: tuple[ReportedCost, ...] = ()
    """From `Costs`, and from `Metadata` (FLOPs, Parameters, File Size) where `Costs` is silent."""
    latencies: tuple[ReportedLatency, ...] = ()
    extra: tuple[Attribute, ...] = ()
    """Keys of the model that the format does not know, kept so that nothing is lost."""
    place: Place = field(default=NOWHERE, compare=False)

    @property
    def validatable(self) -> bool:
        """Whether there may be weights: named ones, or those of the library that builds it."""
        own_code = self.builder is None or self.builder.scheme == "python"
        return bool(self.weights) or not own_code

    @property
    def recipe(self) -> Preprocessing | None:
        """The recipe the entry is validated with, if it gives one."""
        return self.preprocessing[0] if self.preprocessing else None


@dataclass(frozen=True, kw_only=True, slots=True)
class Zoo:
    """Everything people wrote, from one root."""

    root: Path
    """The folder of the root index file; records and relative paths live under it."""
    collections: tuple[Collection, ...] = ()
    entries: tuple[Entry, ...] = ()
    sources: tuple[Source, ...] = ()

    def collection(self, name: str | None) -> Collection | None:
        """The collection of that name, if there is one."""
        return next((family for family in self.collections if family.name == name), None)

    def source(self, source_id: str) -> Source | None:
        """The source of that id, if there is one."""
        return next((source for source in self.sources if source.id == source_id), None)
