"""What the program writes: measurements with their conditions and provenance.

Pure values. Nothing here reads files, builds models or knows of entries and pages.
"""

from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

from catalogue.provenance import Provenance


class Kind(Enum):
    """The kinds of measurement, in the order in which they are made and shown."""

    COMPLEXITY = "complexity"
    LATENCY = "latency"
    ACCURACY = "accuracy"


METHOD = {Kind.COMPLEXITY: 1, Kind.LATENCY: 3, Kind.ACCURACY: 2}
"""The version of each kind's method. Raising one makes every older record out of date."""

USUAL_DATASET = "imagenet-1k"
"""The data set that accuracies are of where nothing else is said."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Subject:
    """What was measured: when any of this changes, the record is out of date."""

    target: str
    """The builder's target."""
    arguments: str
    """The builder's args and kwargs, as canonical JSON."""
    library: str
    """The distribution that defines the model, with its version: `timm 1.0.31`."""
    files: tuple[str, ...]
    """Source files that define the model's modules, relative to where packages are installed."""
    files_sha256: str
    """Hash over the contents of `files`, in their order."""
    recipe: str | None = None
    """The preprocessing, as canonical JSON; accuracy only."""
    weights: str | None = None
    """The weights as the entry names them: SHA-256, its prefix or the URL; accuracy only."""
    input_size: tuple[int, int, int] | None = None
    """(C, H, W) that the entry or the library gives the model; None where it was never built.

    Conditions of another size were asked for: such a record is none of the model's own size.
    """
    added: str | None = None
    """Arguments that were added so that it takes the size asked for, as canonical JSON."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ComplexityConditions:
    """Under what a model was counted."""

    input_size: tuple[int, int, int]
    """(C, H, W) of the one image."""
    form: str = "training"
    """`training`: as the builder returns it; `deploy`: reparameterised branches fused."""


@dataclass(frozen=True, kw_only=True, slots=True)
class LatencyConditions:
    """Under what a forward pass was timed."""

    device: str
    """The device's own name: `Intel(R) Xeon(R) Platinum 8481C`, `NVIDIA H200`; with numbers of the
    processor where that is too little: `AMD EPYC (family 25, model 17, stepping 1)`."""
    device_type: str
    """`cpu` or `cuda`."""
    threads: int
    """Intra-operator threads of the host; 0 for a GPU."""
    precision: str
    """fp32, tf32, fp16, bf16 or amp."""
    backend: str
    """What runs the model, as `backend.BACKENDS` names it; `eager`: PyTorch as it is."""
    memory_format: str
    """`contiguous` (NCHW) or `channels_last` (NHWC)."""
    batch_size: int
    input_size: tuple[int, int, int]
    """(C, H, W)."""
    affinity: str = "free"
    """`pinned`: the process was bound to one processor for each thread; `free`: it was not."""


@dataclass(frozen=True, kw_only=True, slots=True)
class AccuracyConditions:
    """On what a model was validated."""

    dataset: str
    """`imagenet-1k`, `imagenet-real`, `imagenet-v2`, …"""
    split: str
    """`val` or `test`."""
    manifest_sha256: str
    """Hash over name and labels of every image."""
    images: int
    """Images that were asked about; fewer than the data set's when a subset was asked for."""
    subset: bool
    """Whether only a part of the data set was used."""
    precision: str
    """fp32, bf16, fp16 or amp."""
    input_size: tuple[int, int, int]
    """(C, H, W)."""
    recipe_id: str
    """The recipe's name in the entry, or `own` for the first, unnamed one."""


Conditions: TypeAlias = ComplexityConditions | LatencyConditions | AccuracyConditions


@dataclass(frozen=True, kw_only=True, slots=True)
class OperatorCost:
    """What all calls of one operator cost together."""

    operator: str
    """Name in ATen, such as `convolution`."""
    calls: int
    macs: int


@dataclass(frozen=True, kw_only=True, slots=True)
class ModuleCost:
    """What one direct part of the model costs, all that is inside it included."""

    module: str
    """Path of the module, such as `features.denseblock1`."""
    type: str
    """Class name of the module."""
    params: int
    """Parameter elements; those shared with an earlier module are counted there."""
    macs: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Complexity:
    """Counts of one forward pass of one image. FLOPs are 2 x `macs`, wherever they are printed."""

    params: int
    """Parameter elements, tied ones once."""
    buffers: int
    """Elements of persistent and other buffers (running statistics, index tables)."""
    weights_bytes: int
    """Bytes of parameters and persistent buffers in the dtypes the builder gives them."""
    macs: int
    """Multiply-accumulates of convolution, linear, matrix product, attention and recurrence.

    Bias, norms, activations and pooling are not multiply-accumulates in the sense of the field's
    tables. Source: fvcore `flop_count`, convention of https://arxiv.org/abs/2003.13678.
    """
    macs_checked: int | None
    """The same by an independent counter; None where it could not count."""
    checker: str
    """The independent counter and its version."""
    fvcore_flops: int | None
    """What fvcore's rules print as `flops`: MACs, plus norms, pooling and upsampling."""
    activations: int
    """Output elements of convolutions, linear layers and matrix products.

    Source: Radosavovic et al., https://arxiv.org/abs/2003.13678, and fvcore's activation counter.
    """
    by_operator: tuple[OperatorCost, ...]
    """Most expensive first."""
    by_module: tuple[ModuleCost, ...]
    """In the order of the model."""
    uncounted: tuple[OperatorCost, ...]
    """Operators that neither have a rule nor are known to be free, with their number of calls."""
    peak_activation_bytes: int | None = None
    """Largest sum of live activations during the pass, batch 1, in the model's dtype."""

    @property
    def flops(self) -> int:
        """2 x MACs: one multiplication and one addition each."""
        return 2 * self.macs


@dataclass(frozen=True, kw_only=True, slots=True)
class Latency:
    """Time of one forward pass of one batch."""

    latency_ms: float
    """Median over the processes of each process's median."""
    process_medians_ms: tuple[float, ...]
    """One median per fresh process, in the order they ran."""
    p25_ms: float
    """Lower quartile of all samples."""
    p75_ms: float
    """Upper quartile of all samples."""
    samples: int
    """Timed passes, all processes together."""
    warmup_passes: int
    """Untimed passes before them, the cold one included, all processes together."""
    cold_ms: float
    """The first pass of a process, median over the processes."""
    cpu_share: float
    """CPU time of the process over wall time x threads while sampling; median over processes."""
    foreign_load: float
    """Share of the usable processors that other work took while sampling; the worst process."""
    refused: int
    """Processes whose samples were thrown away because something disturbed them."""
    refusals: tuple[str, ...] = ()
    """Why, and why shorter stretches inside kept processes were, each reason once: foreign load,
    waiting for a processor, slow processors, throttling, a low clock."""
    slow: bool = False
    """Whether processors were slower than at their best, or another process was faster by more
    than a tenth, as nothing better was to be had."""
    p50_ms: float | None = None
    """Median of all samples of all processes together."""
    p90_ms: float | None = None
    """Null below 64 samples. Source of the counts: MLPerf Inference's rules."""
    p99_ms: float | None = None
    """Null below 662 samples."""
    images_per_second: float | None = None
    """Of passes sent back to back, without waiting for each; median over the processes in which
    nothing disturbed those. None where they are too few."""
    peak_memory_bytes: int | None = None
    """Of weights, input, activations and work space: what the device's allocator held at most, or
    by how much the process grew on a CPU; the largest of the processes. None for backends that
    neither tells of."""
    ready_s: float | None = None
    """Cold start: from a built model to its first answer, compiling or exporting included; median
    over the processes."""
    joules: float | None = None
    """Energy of one pass, where NVML counts it; median over the same processes."""
    clock_mhz: tuple[int, int] | None = None
    """Lowest and highest clock of the device while sampling, where it tells."""
    switches: int | None = None
    """Involuntary context switches while sampling, of the worst process kept."""
    processors: tuple[int, ...] = ()
    """Numbers of the processors that the process was bound to; none where it was free."""
    precision_found: str | None = None
    """The precision as read back from what ran; one that was not asked for is a failure."""
    relative_error: float | None = None
    """||y - y0|| / ||y0|| of the scores against eager fp32 on the same input; the worst process.
    None where those are all zeros."""
    top1_agreement: float | None = None
    """Share of those inputs whose best class is that of eager fp32; None where there is none."""
    backend_version: str | None = None
    """What ran the model, as it calls itself: `onnxruntime 1.32.0 (CPUExecutionProvider)`."""
    remarks: tuple[str, ...] = ()
    """What the backend tells beside: graph breaks, nodes that ran elsewhere; what could not be
    watched or was left out."""
    settings: tuple[tuple[str, str], ...] | None = None
    """(what, value) that the device and torch were set to: power limit, governor, cuDNN's switches,
    as far as they tell; every value that was seen. None in old records."""

    @property
    def spread(self) -> float:
        """(largest - smallest) / median of the processes' medians: the run-to-run spread."""
        return (max(self.process_medians_ms) - min(self.process_medians_ms)) / self.latency_ms


@dataclass(frozen=True, kw_only=True, slots=True)
class Accuracy:
    """Hits of a validation."""

    images: int
    top1_hits: int
    top5_hits: int
    unreadable: tuple[str, ...]
    """Images that could not be decoded; they count as wrong."""
    weights_sha256: str
    """Of the file that was loaded."""
    images_per_second: float
    """With decoding or with reading decoded pixels, as it came; without the time that was lost."""
    chance_hits: float = 0.0
    """Top-1 hits to be expected if the same guesses fell on the images at random."""
    not_finite: int = 0
    """Images for which a score was infinite or no number."""
    top1_by_class: str = ""
    """Top-1 hits of each class, in the order of the outputs, separated by spaces."""
    images_by_class: str = ""
    """Images of each class, likewise."""
    bits_sha256: str | None = None
    """Of the file that tells of each image whether it was a hit; it is kept outside git."""
    device: str = ""
    """The device's own name."""
    memory_format: str = ""
    """`channels_last` (NHWC) or `contiguous` (NCHW)."""
    batch_size: int = 0
    """Images of one forward pass, as it was found."""
    weights_source: str | None = None
    """Where it came from: an address (a hub's with the commit), a path in the zoo, or `file NAME`;
    None in old records."""

    @property
    def top1(self) -> float:
        """Percent."""
        return 100 * self.top1_hits / self.images

    @property
    def top5(self) -> float:
        """Percent."""
        return 100 * self.top5_hits / self.images


@dataclass(frozen=True, kw_only=True, slots=True)
class Failure:
    """A measurement that was tried and did not succeed."""

    reason: str
    """One line, such as `out of memory at batch 32`."""
    retry: bool
    """Whether trying again may help: true for missing weights, false for the model's own error."""
    code: str = ""
    """Which sort of failure, as `failing.WORDS` has them; none where a library's or a user's own
    words tell, and in old records."""
    values: tuple[tuple[str, str], ...] = ()
    """(name, value) of what the sentence of that code says beside."""


Result: TypeAlias = Complexity | Latency | Accuracy | Failure


@dataclass(frozen=True, kw_only=True, slots=True)
class Record:
    """A result with its conditions and provenance."""

    model: str
    """Id of the entry."""
    kind: Kind
    method: int
    subject: Subject
    conditions: Conditions
    result: Result
    provenance: Provenance

    @property
    def at_own_size(self) -> bool:
        """Whether it is of the input size that the entry or the library gives the model.

        That of an accuracy is always its recipe's.
        """
        own = self.subject.input_size
        return own in (None, self.conditions.input_size) or self.kind is Kind.ACCURACY
