"""A small zoo with known figures, for the tests of pages: two families, every state once."""

from pathlib import Path

from catalogue.entry import (
    Attribute,
    Builder,
    Collection,
    Convention,
    Distinct,
    Entry,
    Figure,
    License,
    Metric,
    Paper,
    Preprocessing,
    Quantity,
    ReportedCost,
    ReportedLatency,
    ReportedResult,
    Role,
    Source,
    Text,
    Weights,
    Zoo,
)
from catalogue.freshness import arguments_text, files_sha256, recipe_text, weights_text
from catalogue.provenance import Environment, Provenance
from catalogue.record import (
    METHOD,
    Accuracy,
    AccuracyConditions,
    Complexity,
    ComplexityConditions,
    Conditions,
    Failure,
    Kind,
    Latency,
    LatencyConditions,
    ModuleCost,
    OperatorCost,
    Record,
    Result,
    Subject,
)
from catalogue.roofline import Limits
from catalogue.store import Stored

SIZE = (3, 224, 224)
RECIPE = Preprocessing(
    id="timm",
    input_size=SIZE,
    resize_size=256,
    interpolation="bicubic",
    crop_size=224,
    crop_pct=0.875,
)
ENVIRONMENT = Environment(
    machine="x86_64",
    system="Linux 6.1",
    cpu="Example CPU",
    cpus=2,
    memory_bytes=8 * 2**30,
    gpu=None,
    driver=None,
    cuda=None,
    python="3.12.1",
    packages=(("torch", "2.14.1"), ("timm", "1.0.31")),
)
BOOK = Source(
    id="book",
    title=Text(translations=(("en", "Book of models"), ("zh", "模型手册"))),
    url="https://example.org/book",
    commit="0123456789abcdef",
    note=Text(translations=(("en", "Read at dawn."), ("zh", "清晨所读。"))),
)
TABLE = Source(id="table", title=Text(plain="table.csv"), url="https://example.org/table.csv")


def figure(text: str, unit: float = 1.0) -> Figure:
    """A figure as printed, such as `30.51` in units of 1e9."""
    decimals = len(text.partition(".")[2])
    return Figure(value=float(text) * unit, resolution=unit * 10.0**-decimals, text=text)


def entry(model: str, family: str | None, **more: object) -> Entry:
    """An entry that timm builds, with weights and a recipe unless `more` says otherwise."""
    fields: dict[str, object] = {
        "builder": Builder(target=f"timm:{model}.in1k", requires=("timm>=1.0",)),
        "preprocessing": (RECIPE,),
        "weights": (
            Weights(
                url=f"https://example.org/{model}-0123abcd.pth",
                sha256_prefix="0123abcd",
                size_bytes=40_100_000,
            ),
        ),
    }
    title = more.pop("title", Text(plain=model.upper()))
    return Entry(id=model, name=model, title=title, collection=family, **(fields | more))  # type: ignore[arg-type]


def top(top1: str, top5: str | None, *sources: str, **more: object) -> ReportedResult:
    """A reported accuracy on ImageNet-1k."""
    return ReportedResult(
        dataset="ImageNet-1k",
        split="val",
        metrics=(Metric(name="Top 1 Accuracy", figure=figure(top1)),),
        top1=figure(top1),
        top5=figure(top5) if top5 else None,
        sources=sources,
        **more,  # type: ignore[arg-type]
    )


def cost(quantity: Quantity, text: str, unit: float, *sources: str, **more: object) -> ReportedCost:
    """A reported count."""
    return ReportedCost(quantity=quantity, figure=figure(text, unit), sources=sources, **more)  # type: ignore[arg-type]


def complexity(params: int, macs: int) -> Complexity:
    """Counts of a net of two halves."""
    return Complexity(
        params=params,
        buffers=params // 100,
        weights_bytes=4 * params,
        macs=macs,
        macs_checked=macs,
        checker="fvcore 0.1.5",
        fvcore_flops=macs + macs // 100,
        activations=10_000_000,
        by_operator=(OperatorCost(operator="convolution", calls=52, macs=macs),),
        by_module=(
            ModuleCost(module="features", type="Sequential", params=params // 2, macs=macs // 2),
            ModuleCost(module="head", type="Linear", params=params // 2, macs=macs // 2),
        ),
        uncounted=(OperatorCost(operator="aten.sort", calls=2, macs=0),),
    )


def latency(milliseconds: float) -> Latency:
    """A quiet timing by three processes."""
    return Latency(
        latency_ms=milliseconds,
        process_medians_ms=(0.99 * milliseconds, milliseconds, 1.01 * milliseconds),
        p25_ms=0.98 * milliseconds,
        p75_ms=1.02 * milliseconds,
        samples=192,
        warmup_passes=30,
        cold_ms=3 * milliseconds,
        cpu_share=0.99,
        foreign_load=0.01,
        refused=0,
    )


def accuracy(top1_hits: int, top5_hits: int) -> Accuracy:
    """Hits on the whole validation set."""
    return Accuracy(
        images=50_000,
        top1_hits=top1_hits,
        top5_hits=top5_hits,
        unreadable=(),
        weights_sha256="ab" * 32,
        images_per_second=900.0,
    )


def counted() -> ComplexityConditions:
    """One image of 224 x 224."""
    return ComplexityConditions(input_size=SIZE)


def timed(batch: int) -> LatencyConditions:
    """The example CPU, one thread, fp32."""
    return LatencyConditions(
        device="Example CPU",
        device_type="cpu",
        threads=1,
        precision="fp32",
        backend="eager",
        memory_format="contiguous",
        batch_size=batch,
        input_size=SIZE,
    )


def validated() -> AccuracyConditions:
    """The whole validation set by the entry's own recipe."""
    return AccuracyConditions(
        dataset="imagenet-1k",
        split="val",
        manifest_sha256="cd" * 32,
        images=50_000,
        subset=False,
        precision="fp32",
        input_size=SIZE,
        recipe_id="timm",
    )


def record(of: Entry, kind: Kind, conditions: Conditions, result: Result, **more: object) -> Record:
    """A record of an entry that holds, unless `more` changes the subject."""
    assert of.builder is not None
    of_accuracy = kind is Kind.ACCURACY
    digest = files_sha256(())
    assert digest is not None
    subject: dict[str, object] = {
        "target": of.builder.target,
        "arguments": arguments_text(of.builder),
        "library": "timm 1.0.31",
        "files": (),
        "files_sha256": digest,
        "recipe": recipe_text(of.preprocessing[0]) if of_accuracy else None,
        "weights": weights_text(of.weights) if of_accuracy else None,
    }
    time = str(more.pop("time", "2026-01-02T03:04:05Z"))
    return Record(
        model=of.id,
        kind=kind,
        method=METHOD[kind],
        subject=Subject(**(subject | more)),  # type: ignore[arg-type]
        conditions=conditions,
        result=result,
        provenance=Provenance(
            time=time,
            program="catalogue 0.1.0",
            commit="0123abc",
            environment="e1",
            seconds=12.34,
        ),
    )


SMALL = entry(
    "small",
    "Pairs",
    title=Text(translations=(("en", "Small net"), ("zh", "小网络"))),
    summary=Text(translations=(("en", "The small one."), ("zh", "较小的网络。"))),
    aliases=("tiny",),
    distinct_from=(
        Distinct(
            ref="timm:smaller",
            reason=Text(translations=(("en", "half as deep"), ("zh", "深度减半"))),
        ),
    ),
    license=License(code="Apache-2.0", weights="MIT"),
    metadata=(
        Attribute(name="Training Techniques", values=("SGD with Momentum", "Weight Decay")),
        Attribute(name="LR", values=("0.1",)),
    ),
    results=(
        top("75.00", "92.00", "book", preprocessing="timm"),
        top("75.30", None, "table"),
        top("76.4", "93.1", "table", applies_to="other:Small"),
        top("74.9", None, "book", role=Role.PAPER),
    ),
    costs=(
        cost(Quantity.FLOPS, "4.00", 1e9, "table", convention=Convention.TWO_MACS),
        cost(
            Quantity.FLOPS,
            "2570000000",
            1,
            "book",
            convention=Convention.UNKNOWN,
            input_size=(224, 224),
        ),
        cost(Quantity.MACS, "2.02", 1e9, "table"),
        cost(Quantity.PARAMS, "10.00", 1e6, "book", "table"),
        cost(Quantity.WEIGHTS_BYTES, "40100000", 1, "book"),
        cost(Quantity.PEAK_MEMORY_BYTES, "100", 1e6, "book"),
    ),
    latencies=(
        ReportedLatency(
            device="Tesla V100",
            precision="FP32",
            runtime="TensorRT 8",
            input_size=(224, 224),
            by_batch=((1, figure("8.26")), (4, figure("13.96"))),
            sources=("book",),
        ),
        ReportedLatency(
            device="Tesla V100",
            precision="FP32",
            input_size=(224, 224),
            by_batch=((1, figure("28.083")),),
            sources=("table",),
        ),
        ReportedLatency(
            device="unknown",
            precision="FP16",
            by_batch=((1, figure("3.65")),),
            sources=("table",),
            note=Text(translations=(("en", "No device named."), ("zh", "未注明设备。"))),
        ),
    ),
)
LARGE = entry(
    "large",
    "Pairs",
    title=Text(translations=(("en", "Large net"), ("zh", "大网络"))),
    results=(
        top("78.00", "94.00", "book", preprocessing="timm"),
        top("79.5", None, "table", applies_to="other:Large"),
    ),
    costs=(
        cost(Quantity.FLOPS, "9.50", 1e9, "table", convention=Convention.TWO_MACS),
        cost(Quantity.PARAMS, "20.20", 1e6, "table"),
    ),
    latencies=(
        ReportedLatency(
            device="Tesla V100",
            precision="FP32",
            runtime="TensorRT 8",
            input_size=(224, 224),
            by_batch=((1, figure("11.5")), (4, figure("19.0"))),
            sources=("book",),
        ),
    ),
)
MIDDLE = entry(
    "middle",
    "Pairs",
    title=Text(translations=(("en", "Middle net"),)),
    results=(top("74.50", "91.50", "book", preprocessing="timm"),),
    costs=(cost(Quantity.FLOPS, "7.00", 1e9, "table", convention=Convention.MACS),),
)
LONER = entry(
    "loner",
    None,
    builder=Builder(target="example.nets:Loner", kwargs={"widths": [8, 16], "act": "relu"}),
    weights=(),
    costs=(cost(Quantity.PARAMS, "1.5", 1e6, "book"),),
)

ZOO = Zoo(
    root=Path("model-index"),
    collections=(
        Collection(
            name="Pairs",
            title=Text(translations=(("en", "Pairs of nets"), ("zh", "成对的网络"))),
            summary=Text(translations=(("en", "Two by two."), ("zh", "成双成对。"))),
            description=Text(
                translations=(
                    ("en", "Nets that come in *pairs*.\n\nSee [the book](https://example.org)."),
                    ("zh", "这些网络*成对*出现，\n彼此相似。"),
                )
            ),
            paper=Paper(title="Pairs", arxiv="0000.00000"),
            citation="@misc{pairs2020,\n  title={Pairs}\n}\n",
            license=License(code="Apache-2.0"),
        ),
        Collection(name="Empty", title=Text(plain="Nothing yet")),
    ),
    entries=(SMALL, LARGE, MIDDLE, LONER),
    sources=(BOOK, TABLE),
)
LIMITS = (
    Limits(device="Example card", peaks=(("fp32", 8.1e12), ("fp16", 65e12)), bandwidth=320e9),
    Limits(
        device="Example CPU",
        peaks=(("fp32", 1e11),),
        bandwidth=2e10,
        measured="2026-01-02",
        threads=1,
    ),
)
STORED = Stored(
    environments={"e1": ENVIRONMENT},
    limits=LIMITS,
    records=(
        record(SMALL, Kind.COMPLEXITY, counted(), complexity(10_000_000, 2_000_000_000)),
        record(LARGE, Kind.COMPLEXITY, counted(), complexity(20_000_000, 5_000_000_000)),
        record(MIDDLE, Kind.COMPLEXITY, counted(), complexity(15_000_000, 3_500_000_000)),
        record(SMALL, Kind.LATENCY, timed(1), latency(40.0)),
        record(SMALL, Kind.LATENCY, timed(8), latency(300.0)),
        record(LARGE, Kind.LATENCY, timed(1), latency(55.0)),
        record(
            LARGE, Kind.LATENCY, timed(8), Failure(reason="out of memory at batch 8", retry=False)
        ),
        record(MIDDLE, Kind.LATENCY, timed(1), latency(60.0)),
        record(SMALL, Kind.ACCURACY, validated(), accuracy(37_500, 46_000)),
        record(LARGE, Kind.ACCURACY, validated(), accuracy(39_050, 47_000)),
        record(MIDDLE, Kind.ACCURACY, validated(), accuracy(37_000, 45_000), weights="ffff"),
        record(
            LONER,
            Kind.COMPLEXITY,
            counted(),
            Failure(reason="No module named 'example'", retry=True),
        ),
    ),
)
