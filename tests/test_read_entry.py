"""The fields of one model: what they become, and what is said of those that are wrong."""

from pathlib import Path

import pytest
from written import model, said, written

from catalogue.entry import Convention, Preprocessing, Quantity, Role

FULL = """\
Sources:
  s: {Title: {en: A table, zh: 表}, URL: "https://a.org/t.md", Commit: 1e10, Accessed: 2024-05-01}
  t: https://a.org/u.md
Models:
  - Name: m
    ID: m.in1k
    Alias: [M, "x:M"]
    Title: {en: Model, zh: 模型}
    Builder:
      Target: timm:m.in1k
      Args: [1, "1", null, 1e-5, true, [a]]
      Kwargs: {num_classes: 1000, pretrained: false}
      Requires: timm>=1.0
    Preprocessing:
      - ID: own
        Input Size: [3, 224, 256]
        Resize: {Size: 256, Mode: squash, Interpolation: bicubic, Antialias: false}
        Crop: {Size: [224, 256], Mode: border}
        Crop Pct: '0.875'
        Mean: [0.5, 0.5, 0.5]
        Std: [0.25, 0.25, 0.25]
        Color: BGR
      - {ID: other, Input Size: 288, Resize: 320}
    Weights:
      URL: https://a.org/m-71dfe43e0.pth
      SHA256: 71DFE43E0aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
      Bytes: 318016207
    Results:
      - Task: Image Classification
        Dataset: ImageNet-1k
        Split: val
        Metrics: {Top 1 Accuracy: 79.836%, acc@5: 0.94708, mIoU: 31.5}
        Role: paper
        Source: [s, t]
        Preprocessing: other
        Input Size: 288
        Applies To: x:M
        Note: {en: A note, zh: 注}
    Costs:
      - {Quantity: FLOPs, Value: 11.54, Unit: G, Convention: 2xmacs, Input Size: 224, Source: s}
      - {Quantity: macs, Value: 16.09G, Tool: a tool}
      - {Quantity: Weights Size, Value: 1.5, Unit: MiB}
    Latency:
      - {Device: T4, Precision: fp16, Unit: us, By Batch: {8: 900.5, 1: 120}, Source: s}
      - {Device: T4, Precision: FP32, Unit: images/s, Batch Size: 64, Value: 1024.5}
      - {Device: T4, Precision: INT8, Per: image, By Batch: {4: 2.5}}
"""


def test_a_full_entry_is_read_without_a_word(tmp_path: Path) -> None:
    assert said(written(tmp_path, FULL.replace("0.94708", "94.708"))) == []


def test_a_full_entry_holds_what_is_written(tmp_path: Path) -> None:
    reading = written(tmp_path, FULL)
    (entry,) = reading.zoo.entries
    assert (entry.id, entry.aliases) == ("m.in1k", ("M", "x:M"))
    assert entry.title.in_language("zh") == "模型"
    assert entry.builder is not None
    assert entry.builder.args == (1, "1", None, 1e-5, True, ["a"])
    assert entry.builder.kwargs == {"num_classes": 1000, "pretrained": False}
    assert entry.builder.requires == ("timm>=1.0",)
    assert entry.preprocessing == (
        Preprocessing(
            id="own",
            input_size=(3, 224, 256),
            resize_size=256,
            resize_mode="squash",
            interpolation="bicubic",
            antialias=False,
            crop_size=(224, 256),
            crop_mode="border",
            crop_pct=0.875,
            mean=(0.5, 0.5, 0.5),
            std=(0.25, 0.25, 0.25),
            color="BGR",
        ),
        Preprocessing(id="other", input_size=(3, 288, 288), resize_size=320),
    )
    weights = entry.weights[0]
    assert weights.sha256 == "71dfe43e0" + "a" * 55
    assert (weights.sha256_prefix, weights.size_bytes) == (None, 318016207)


def test_a_full_result_holds_what_is_written(tmp_path: Path) -> None:
    (result,) = written(tmp_path, FULL).zoo.entries[0].results
    assert [(one.name, one.figure.value) for one in result.metrics] == [
        ("Top 1 Accuracy", 79.836),
        ("acc@5", 94.708),
        ("mIoU", 31.5),
    ]
    assert result.top5 is not None
    assert (result.top5.value, result.top5.text) == (94.708, "0.94708")
    assert result.top5.resolution == pytest.approx(0.001)
    assert (result.role, result.sources) == (Role.PAPER, ("s", "t"))
    assert (result.preprocessing, result.input_size) == ("other", (288, 288))
    assert (result.applies_to, result.split) == ("x:M", "val")


def test_full_costs_and_latencies_hold_what_is_written(tmp_path: Path) -> None:
    (entry,) = written(tmp_path, FULL).zoo.entries
    assert [(one.quantity, one.figure.value, one.convention) for one in entry.costs] == [
        (Quantity.FLOPS, 11.54e9, Convention.TWO_MACS),
        (Quantity.MACS, 16.09e9, None),
        (Quantity.WEIGHTS_BYTES, 1572864.0, None),
    ]
    assert entry.costs[0].figure.resolution == 1e7
    rows = [
        (row.precision, row.unit, [(batch, one.value) for batch, one in row.by_batch])
        for row in entry.latencies
    ]
    assert rows == [
        ("FP16", "ms", [(1, 0.12), (8, 0.9005)]),
        ("FP32", "images/s", [(64, 1024.5)]),
        ("INT8", "ms", [(4, 10.0)]),
    ]


def test_sources_keep_texts_that_yaml_would_take_for_numbers_and_dates(tmp_path: Path) -> None:
    first, second = written(tmp_path, FULL).zoo.sources
    assert (first.commit, first.accessed) == ("1e10", "2024-05-01")
    assert first.title.in_language("en") == "A table"
    assert (second.id, second.url) == ("t", "https://a.org/u.md")


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        (
            "Weights: (https://a.org/b.pth",
            (
                "3:14: error: Weights is '(https://a.org/b.pth': it begins with '(' "
                "(did you mean 'https://a.org/b.pth'?); expected a URL or a path [bad-url]"
            ),
        ),
        (
            "Weights: javascript:alert(1)",
            (
                "3:14: error: Weights is 'javascript:alert(1)': scheme 'javascript' is not "
                "followed; "
                "expected https [bad-url]"
            ),
        ),
        (
            "Weights: htps://a.org/b.pth",
            (
                "3:14: error: Weights is 'htps://a.org/b.pth': scheme 'htps' is not followed "
                "(did you mean 'https' or 'http'?); expected https [bad-url]"
            ),
        ),
        (
            "Weights: https://a.org/b c.pth",
            (
                "3:14: error: Weights is 'https://a.org/b c.pth': it has a space inside "
                "(did you mean 'https://a.org/b'?); write %20, or give one URL [bad-url]"
            ),
        ),
        (
            "Weights: https:///b.pth",
            (
                "3:14: error: Weights is 'https:///b.pth': it names no host; "
                "expected https://host/path [bad-url]"
            ),
        ),
        (
            "Weights: {URL: https://a.org/x.pth, SHA256: 71dfe43e0}",
            (
                "3:49: error: SHA256 is '71dfe43e0': 9, expected 64 hexadecimal digits; "
                "did you mean 'SHA256 Prefix'? [not-a-hash]"
            ),
        ),
        (
            "Weights: {SHA256 Prefix: 71dfe43e0}",
            "3:14: error: Weights has no URL; expected {URL: https://…} [missing-key]",
        ),
        (
            "Builder: tim:dpn131",
            (
                "3:14: error: 'm': Builder is 'tim:dpn131' (did you mean 'timm:dpn131'?); expected "
                "timm:NAME, torchvision:NAME or module:function [builder]"
            ),
        ),
        (
            "Builder: {Kwargs: {a: 1}}",
            (
                "3:14: error: 'm': Builder has no Target; expected timm:NAME, torchvision:NAME or "
                "module:function [builder]"
            ),
        ),
        (
            "Wieghts: x",
            "3:5: warning: 'Wieghts' is no key of a model (did you mean 'Weights'?) [misspelt-key]",
        ),
        (
            "Epochs: 3",
            (
                "3:5: warning: 'Epochs' belongs under Metadata, and is read as if it stood there "
                "[misplaced-key]"
            ),
        ),
        (
            "Metrics: {a: 1}",
            "3:5: warning: 'Metrics' belongs to a result; put it under Results [misplaced-key]",
        ),
        (
            "Metadata: {FLOPs: 102.7G}",
            (
                "3:23: warning: FLOPs is '102.7G', read as 102700000000 without a convention; "
                "give it under Costs with Convention: macs or 2xmacs [convention]"
            ),
        ),
        (
            "Metadata: {FLOPs: -5}",
            "3:23: error: FLOPs is '-5', expected no less than 0 [out-of-range]",
        ),
        (
            "Metadata: {FLOPs: 3 ms}",
            (
                "3:23: error: FLOPs is '3 ms': unit 'ms' is none of a count; "
                "expected k, M, G or T [unit]"
            ),
        ),
        (
            "Preprocessing: {Mean: [123.675, 116.28, 103.53]}",
            (
                "3:27: error: Mean is for pixels from 0 to 255, expected 0 to 1: [0.485, 0.456, "
                "0.406] "
                "[out-of-range]"
            ),
        ),
        (
            "Preprocessing: {Interpolation: cubic}",
            (
                "3:36: error: Interpolation is 'cubic' (did you mean 'bicubic'?); expected "
                "nearest, "
                "bilinear, bicubic, lanczos, box, hamming [unknown-choice]"
            ),
        ),
        (
            "Costs: [{Quantity: FLOPs, Value: 1.2, Unit: G}]",
            (
                "3:13: warning: FLOPs without a Convention; add Convention: macs, 2xmacs or "
                "unknown "
                "[convention]"
            ),
        ),
        (
            "Costs: [{Quantity: FLOPs}]",
            "3:13: error: a cost has no Value; add it [missing-key]",
        ),
        (
            "Latency: [{Device: T4, Precision: FP32, By Batch: {one: 3, 4: 5}}]",
            "3:56: error: batch size 'one' is no whole number above 0 [batch-size]",
        ),
        (
            "Latency: [{Device: T4, Precision: half, By Batch: {1: 3}}]",
            (
                "3:39: error: Precision is 'half'; expected FP32, TF32, FP16, BF16, AMP, INT8, FP8 "
                "[unknown-choice]"
            ),
        ),
        (
            "Paper: {arXiv: 1608.06990}",
            (
                "3:20: warning: arXiv is 1608.06990: a number to other programs, which lose its "
                "last 0; "
                "quote it [arxiv]"
            ),
        ),
        (
            "Summary: {en: x, chinese: y}",
            "3:22: warning: language 'chinese' is read as 'zh' (did you mean 'zh'?) [language]",
        ),
        (
            "ID: a/b",
            "3:9: error: ID is 'a/b', expected letters, digits, '.', '_' and '-' [bad-id]",
        ),
    ],
)
def test_a_wrong_field_is_said_with_place_finding_and_remedy(
    tmp_path: Path, fields: str, message: str
) -> None:
    entry, messages = model(tmp_path, fields)
    assert entry.name == "m"
    assert messages == [message]


@pytest.mark.parametrize(
    ("value", "severity", "code"),
    [
        ("79.8 ± 0.2", "note", "spread"),
        ("0.798", "note", "fraction"),
        ("N/A", "note", "no-value"),
        ("798.1", "error", "out-of-range"),
        ("-3%", "error", "out-of-range"),
        ("0.89s", "error", "not-a-number"),
        ("32.86$", "error", "not-a-number"),
        (".nan", "error", "not-a-number"),
        ("79.8/94.7", "error", "not-a-number"),
        ("good", "warning", "not-a-number"),
        ("[1, 2]", "error", "wrong-kind"),
    ],
)
def test_a_metric_that_is_no_plain_percentage_is_said(
    tmp_path: Path, value: str, severity: str, code: str
) -> None:
    entry, messages = model(
        tmp_path, f"Results:\n  - Metrics:\n      Top 1 Accuracy: {value}\n      mIoU: 3"
    )
    assert entry.results[0].metrics[-1].name == "mIoU"
    assert len(messages) == 1
    assert messages[0].startswith(f"5:27: {severity}: ")
    assert messages[0].endswith(f"[{code}]")


def test_results_misplaced_in_metadata_are_read_where_they_belong(tmp_path: Path) -> None:
    entry, messages = model(tmp_path, "Metadata:\n  Results: [{Metrics: {mAP: 3}}]\n  LR: 0.1")
    assert entry.results[0].metrics[0].figure.value == 3
    assert messages == [
        (
            "4:7: warning: 'Results' stands inside Metadata; move it one level up, beside Name "
            "[misplaced-key]"
        ),
    ]


def test_metrics_below_a_name_of_their_own_are_read(tmp_path: Path) -> None:
    entry, messages = model(
        tmp_path, "Results:\n  - Metrics:\n      Vid4: {PSNR: 24.4, SSIM: 0.74}\n      FID: 3"
    )
    assert [(one.name, one.figure.value) for one in entry.results[0].metrics] == [
        ("Vid4 PSNR", 24.4),
        ("Vid4 SSIM", 0.74),
        ("FID", 3.0),
    ]
    assert messages == [
        (
            "5:11: note: 'Vid4' holds metrics of its own, read as 'Vid4 PSNR', 'Vid4 SSIM' "
            "[nested-metrics]"
        )
    ]


def test_weights_by_name_are_several_files(tmp_path: Path) -> None:
    entry, messages = model(
        tmp_path, "Weights: {det: https://a.org/d.pth, rec: https://a.org/r.pth}"
    )
    assert [(one.name, one.url) for one in entry.weights] == [
        ("det", "https://a.org/d.pth"),
        ("rec", "https://a.org/r.pth"),
    ]
    assert messages == []


def test_a_date_in_a_file_name_is_no_hash(tmp_path: Path) -> None:
    entry, _ = model(
        tmp_path, "Weights: [https://a.org/x-20200620.pth, 'https://a.org/x-bd6371c8.pth']"
    )
    assert [one.sha256_prefix for one in entry.weights] == [None, "bd6371c8"]
