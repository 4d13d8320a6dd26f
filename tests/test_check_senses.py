"""Whether what a zoo reports can be true."""

from dataclasses import replace
from pathlib import Path

import pytest
from written import checked, written

from catalogue.check import check_zoo
from catalogue.entry import Zoo
from catalogue.provenance import Provenance
from catalogue.record import (
    METHOD,
    Accuracy,
    AccuracyConditions,
    Complexity,
    ComplexityConditions,
    Conditions,
    Kind,
    Record,
    Result,
    Subject,
)

RESULT = "Results:\n      - {{Dataset: {0}, Metrics: {{{1}}}}}\n"


def of_model(folder: Path, fields: str) -> list[str]:
    return checked(folder, f"Models:\n  - Name: m\n    {fields}\n")


def of_result(folder: Path, metrics: str, dataset: str = "ImageNet-1k") -> list[str]:
    return of_model(folder, RESULT.format(dataset, metrics))


def test_top_1_above_top_5_cannot_be(tmp_path: Path) -> None:
    assert of_result(tmp_path, "Top 1 Accuracy: 94.7, Top 5 Accuracy: 79.8") == [
        (
            "4:58: warning: Top 1 94.7 is above Top 5 79.8, which cannot be; are they swapped, or "
            "error rates (100 % less the accuracy)? [top1-above-top5]"
        )
    ]


def test_an_error_rate_as_accuracy_is_implausible(tmp_path: Path) -> None:
    assert of_result(tmp_path, "Top 1 Accuracy: 0.98%, Top 5 Accuracy: 18.58%") == [
        (
            "4:58: warning: top-1 accuracy 0.98% is implausible for ImageNet-1k; is it an error "
            "rate, or a fraction with a percent sign? [implausible-accuracy]"
        )
    ]


@pytest.mark.parametrize(
    ("metrics", "dataset"),
    [
        ("Top 1 Accuracy: 79.8, Top 5 Accuracy: 94.7", "ImageNet-1k"),
        ("Top 1 Accuracy: 1.2%", "ImageNet-A"),
        ("Top 1 Accuracy: 1.2%", "Sketches"),
        ("Top 1 Error: 1.2%", "ImageNet-1k"),
    ],
)
def test_plausible_accuracies_are_left_alone(tmp_path: Path, metrics: str, dataset: str) -> None:
    assert of_result(tmp_path, metrics, dataset) == []


def test_a_fraction_among_percentages_is_of_another_scale(tmp_path: Path) -> None:
    text = "Models:\n" + "".join(
        f"  - Name: m{n}\n    Results: [{{Metrics: {{Top 1 Accuracy: {value}}}}}]\n"
        for n, value in enumerate(["79.8", "0.798", "80.1%"])
    )
    assert checked(tmp_path, text) == [
        (
            "5:42: warning: accuracy 0.798 is a fraction where the zoo's others are percentages; "
            "write 79.8% [mixed-scale]"
        )
    ]


def test_a_zoo_of_fractions_is_of_one_scale(tmp_path: Path) -> None:
    text = "Models:\n" + "".join(
        f"  - Name: m{n}\n    Results: [{{Metrics: {{Top 1 Accuracy: {value}}}}}]\n"
        for n, value in enumerate(["0.798", "0.801"])
    )
    assert checked(tmp_path, text) == []


COST = (
    "Costs:\n      - {{Quantity: {0}, Value: {1}, Convention: {2}}}\n"
    "      - {{Quantity: {3}, Value: {4}, Convention: {5}}}"
)


def test_twice_the_macs_in_flops_of_no_convention_is_a_slip(tmp_path: Path) -> None:
    fields = COST.format("FLOPs", "4.1G", "macs", "FLOPs", "8.2G", "unknown")
    assert of_model(tmp_path, fields) == [
        (
            "5:34: warning: 'm': FLOPs 8.2e+09 against FLOPs 4.1e+09 differ by a factor of 2; "
            "most likely one of them counts a multiply-add twice [cost-slip]"
        )
    ]


def test_figures_that_agree_in_their_conventions_are_no_slip(tmp_path: Path) -> None:
    fields = COST.format("FLOPs", "4.1G", "macs", "FLOPs", "8.2G", "2xmacs")
    assert of_model(tmp_path, fields) == []


def test_a_wrong_unit_and_a_conflict_between_sources_are_told_apart(tmp_path: Path) -> None:
    lines = "\n".join(
        f"      - {{Quantity: Parameters, Value: {value}}}" for value in ("79.25M", "79.25k", "73M")
    )
    messages = of_model(tmp_path, "Costs:\n" + lines)
    assert [message.rpartition("[")[2] for message in messages] == [
        "cost-slip]",
        "cost-slip]",
        "cost-conflict]",
    ]


def test_costs_at_different_input_sizes_are_not_compared(tmp_path: Path) -> None:
    lines = "\n".join(
        f"      - {{Quantity: MACs, Value: {value}, Input Size: {side}}}"
        for value, side in (("4G", 224), ("8G", 320))
    )
    assert of_model(tmp_path, "Costs:\n" + lines) == []


def test_a_count_without_its_unit_is_implausible(tmp_path: Path) -> None:
    assert of_model(tmp_path, "Metadata: {Parameters: 25.6}") == [
        (
            "3:28: warning: Parameters of 25.6 is implausible (did you mean '25.6 M'?); "
            "expected 1e+03 to 1e+13 [implausible-cost]"
        )
    ]


def test_plain_flops_lack_a_convention_and_are_noted_once(tmp_path: Path) -> None:
    text = "Models:\n" + "".join(
        f"  - Name: m{n}\n    Metadata: {{FLOPs: 4100000000}}\n" for n in range(5)
    )
    assert checked(tmp_path, text) == [
        (
            "3:23: note: FLOPs without a convention, so no measurement can confirm them; use Costs "
            "(and 4 more like it: line 5, 7, 9, 11) [convention]"
        )
    ]


def latency(*rows: str) -> str:
    return "Latency:\n" + "\n".join(f"      - {{Device: T4, {row}}}" for row in rows)


@pytest.mark.parametrize(
    ("by_batch", "words"),
    [("{1: 3, 8: 3}", "the same as batch 1 (3)"), ("{1: 3, 8: 2.5}", "less than batch 1 (3)")],
)
def test_a_larger_batch_takes_longer(tmp_path: Path, by_batch: str, words: str) -> None:
    (message,) = of_model(tmp_path, latency(f"Precision: FP32, By Batch: {by_batch}"))
    assert words in message
    assert message.endswith("copied, or in images/s? [batch-latency]")


def test_throughputs_may_fall(tmp_path: Path) -> None:
    row = "Precision: FP32, Unit: images/s, By Batch: {1: 3, 8: 2.5}"
    assert of_model(tmp_path, latency(row)) == []


def test_a_copied_precision_column_is_found(tmp_path: Path) -> None:
    messages = of_model(
        tmp_path,
        latency(
            "Precision: FP32, By Batch: {1: 3, 8: 9}", "Precision: FP16, By Batch: {1: 3, 8: 9}"
        ),
    )
    assert messages == [
        (
            "5:9: warning: 'm', T4: FP16 has the figures of FP32; a column was copied or "
            "mislabelled "
            "[same-precision]"
        )
    ]


def test_a_lower_precision_that_is_slower_is_odd(tmp_path: Path) -> None:
    messages = of_model(
        tmp_path,
        latency(
            "Precision: FP32, By Batch: {1: 3, 8: 9}", "Precision: INT8, By Batch: {1: 6, 8: 18}"
        ),
    )
    assert [message.rpartition("[")[2] for message in messages] == ["slower-precision]"]


def test_a_missing_language_is_a_warning(tmp_path: Path) -> None:
    assert of_model(tmp_path, "Summary: {en: A network}") == [
        "3:14: warning: 'm': Summary has no Chinese text; add 'zh' [missing-language]"
    ]
    assert of_model(tmp_path, "Summary: {zh: 一个网络}") == [
        "3:14: warning: 'm': Summary has no English text; add 'en' [missing-language]"
    ]


def test_plain_prose_is_noted_only_where_a_zoo_is_bilingual(tmp_path: Path) -> None:
    assert of_model(tmp_path, "Summary: A network") == []
    both = "Title: {en: A, zh: 甲}\n    Summary: A network"
    assert [line.rpartition("[")[2] for line in of_model(tmp_path, both)] == ["missing-language]"]


def test_text_that_was_not_translated_is_found(tmp_path: Path) -> None:
    fields = "Summary: {en: Every layer feeds all later ones, zh: Every layer feeds all later ones}"
    assert of_model(tmp_path, fields) == [
        (
            "3:14: warning: 'm': Summary: the text under 'zh' holds no Chinese; translate it "
            "[untranslated]"
        )
    ]


def test_a_text_says_the_same_figures_in_every_language(tmp_path: Path) -> None:
    alike = (
        "Summary: {en: 'ResNet50 takes 50,000 images, 4.1 G, sixteen s', zh: 16 秒、4.1 G、5 万张}"
    )
    assert of_model(tmp_path, alike) == []
    unlike = "Summary: {en: 75.5 of 90 images, zh: 90 张图中的 70.5 张}"
    assert of_model(tmp_path, unlike) == [
        (
            "3:14: warning: 'm': Summary has other figures under 'zh' than under 'en' (70.5, "
            "75.5); correct one [unlike-figures]"
        )
    ]


def test_markup_and_citations_are_checked(tmp_path: Path) -> None:
    assert of_model(tmp_path, "Title: <script>alert(1)</script>\n    Citation: Chen 2017") == [
        "2:11: warning: 'm': Citation is no BibTeX: it holds no '@type{key, …}' [bad-citation]",
        (
            "3:12: warning: 'm': Title holds HTML ('<script>'), which is shown as text; "
            "use Markdown [markup]"
        ),
    ]


def test_a_hash_that_disagrees_with_the_file_name_is_found(tmp_path: Path) -> None:
    fields = "Weights: {URL: 'https://a.org/m-71dfe43e0.pth', SHA256 Prefix: 81dfe43e0}"
    assert of_model(tmp_path, fields) == [
        (
            "3:14: warning: 'm': the file name says SHA-256 begins with 71dfe43e0, the entry "
            "81dfe43e0; one of them is of another file [hash-mismatch]"
        )
    ]


def test_a_license_is_named_by_its_spdx_identifier(tmp_path: Path) -> None:
    assert of_model(tmp_path, "License: Apache License 2.0") == [
        (
            "2:11: note: license 'Apache License 2.0' is no SPDX identifier "
            "(did you mean 'Apache-2.0'?) [license]"
        )
    ]


def test_a_finding_can_be_silenced_at_its_place(tmp_path: Path) -> None:
    fields = "Metadata: {Parameters: 25.6}  # catalogue: ignore[implausible-cost] a toy"
    assert of_model(tmp_path, fields) == []


def record(kind: Kind, conditions: Conditions, result: Result) -> Record:
    return Record(
        model="m",
        kind=kind,
        method=METHOD[kind],
        subject=Subject(
            target="timm:m", arguments="{}", library="timm 1", files=(), files_sha256=""
        ),
        conditions=conditions,
        result=result,
        provenance=Provenance(
            time="2026-01-01T00:00:00Z", program="x", commit=None, environment="e", seconds=1.0
        ),
    )


COUNTED = record(
    Kind.COMPLEXITY,
    ComplexityConditions(input_size=(3, 224, 224)),
    Complexity(
        params=25_000_000,
        buffers=0,
        weights_bytes=100_000_000,
        macs=4_100_000_000,
        macs_checked=None,
        checker="",
        fvcore_flops=None,
        activations=11_000_000,
        by_operator=(),
        by_module=(),
        uncounted=(),
    ),
)
VALIDATED = record(
    Kind.ACCURACY,
    AccuracyConditions(
        dataset="imagenet-1k",
        split="val",
        manifest_sha256="",
        images=1000,
        subset=False,
        precision="fp32",
        input_size=(3, 224, 224),
        recipe_id="own",
    ),
    Accuracy(
        images=1000,
        top1_hits=798,
        top5_hits=947,
        unreadable=(),
        weights_sha256="",
        images_per_second=1.0,
    ),
)


@pytest.mark.parametrize(
    ("cost", "factor"),
    [
        ("{Quantity: FLOPs, Value: 8.2G, Convention: macs}", 2),
        ("{Quantity: Parameters, Value: 25.0k}", 1000),
        ("{Quantity: MACs, Value: 4.1M}", 1000),
    ],
)
def test_a_reported_figure_off_the_measured_one_by_a_factor_is_found(
    tmp_path: Path, cost: str, factor: int
) -> None:
    zoo = written(tmp_path, f"Models:\n  - Name: m\n    Costs: [{cost}]\n").zoo
    (found,) = check_zoo(zoo, records=[COUNTED])
    assert f"is off the measured figure by a factor of {factor}" in found.message


@pytest.mark.parametrize(
    "cost",
    [
        "{Quantity: FLOPs, Value: 8.2G, Convention: 2xmacs}",
        "{Quantity: FLOPs, Value: 8.2G, Convention: unknown}",
        "{Quantity: MACs, Value: 8.2G, Input Size: 320}",
        "{Quantity: Parameters, Value: 25.56M}",
    ],
)
def test_conventions_and_sizes_explain_a_factor(tmp_path: Path, cost: str) -> None:
    zoo = written(tmp_path, f"Models:\n  - Name: m\n    Costs: [{cost}]\n").zoo
    assert check_zoo(zoo, records=[COUNTED]) == ()


def test_an_accuracy_far_from_the_measured_one_is_found(tmp_path: Path) -> None:
    text = "Models:\n  - Name: m\n    " + RESULT.format("ImageNet", "Top 1 Accuracy: 89.8%")
    (found,) = check_zoo(written(tmp_path, text).zoo, records=[VALIDATED])
    assert found.message == (
        "'m': top-1 of 89.8% is far from the 79.80 % measured; other weights, another recipe, "
        "or a slip?"
    )
    near = text.replace("89.8%", "79.6%")
    assert check_zoo(written(tmp_path, near).zoo, records=[VALIDATED]) == ()


def test_of_several_records_the_last_counts(tmp_path: Path) -> None:
    assert isinstance(COUNTED.result, Complexity)
    older = replace(COUNTED, result=replace(COUNTED.result, params=1))
    text = "Models:\n  - Name: m\n    Costs: [{Quantity: Parameters, Value: 25.0k}]\n"
    zoo = written(tmp_path, text).zoo
    assert len(check_zoo(zoo, records=[older, COUNTED])) == 1
    assert check_zoo(zoo, records=[COUNTED, older]) == ()


def test_a_zoo_made_in_python_is_checked_without_files(tmp_path: Path) -> None:
    zoo = written(tmp_path, "Models:\n  - Name: m\n    Metadata: {Parameters: 25.6}\n").zoo
    moved = replace(zoo, root=tmp_path / "nowhere")
    assert len(check_zoo(moved)) == 1
    assert check_zoo(Zoo(root=tmp_path)) == ()
