"""Slips that people make and zoos hold: each is said with its remedy, or read without a word."""

from pathlib import Path

import pytest
from written import checked, model, said, written

METRICS = "Results:\n  - Task: Image Classification\n    Dataset: ImageNet\n    Metrics: {{{0}}}"


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        (
            METRICS.format("Top 1 Accuracy: NaN"),
            (
                "6:35: error: metric 'Top 1 Accuracy': 'NaN' is not a finite number; "
                "leave it out where there is none [not-a-number]"
            ),
        ),
        (
            METRICS.format("Top 1 Accuracy: ~79.8"),
            (
                "6:35: error: metric 'Top 1 Accuracy': '~79.8' is no exact number; "
                "write '79.8' if it is meant [not-a-number]"
            ),
        ),
        (
            METRICS.format("Top 1 Accuracy: -5"),
            "6:35: error: 'Top 1 Accuracy' is '-5', expected 0 % to 100 % [out-of-range]",
        ),
        (
            "Metadata: {FLOPs (G): 4.1M}",
            "3:27: error: FLOPs (G) is '4.1M': unit 'g' is given as well; give one of them [unit]",
        ),
        (
            "Metadata: {FLOPs (G): 4.1G}",
            "3:16: note: 'FLOPs (G)' is read as FLOPs: 4100000000 [unit-in-key]",
        ),
        (
            "Weights: false",
            "3:14: error: Weights is 'false', expected a URL or a path [bad-url]",
        ),
        (
            "Weights: www.a.org/a.pth",
            (
                "3:14: error: Weights is 'www.a.org/a.pth': it has no scheme; "
                "write 'https://www.a.org/a.pth' [bad-url]"
            ),
        ),
        (
            "Weights: file:///a.pth",
            (
                "3:14: error: Weights is 'file:///a.pth': scheme 'file' is not followed; "
                "expected https [bad-url]"
            ),
        ),
        (
            "README: /etc/hostname",
            (
                "3:13: error: README '/etc/hostname' is of one machine only; "
                "write it relative to this file [bad-url]"
            ),
        ),
        (
            "Builder: dpn131",
            (
                "3:14: error: 'm': Builder is 'dpn131' (did you mean 'timm:dpn131'?); "
                "expected timm:NAME, torchvision:NAME or module:function [builder]"
            ),
        ),
        (
            "Builder: timm：dpn131",
            (
                "3:14: error: 'm': Builder is 'timm：dpn131' (did you mean 'timm:dpn131'?); "
                "expected timm:NAME, torchvision:NAME or module:function [builder]"
            ),
        ),
        (
            "Builder: timm.models.dpn:__class__",
            (
                "3:14: error: 'm': Builder is 'timm.models.dpn:__class__'; "
                "expected timm:NAME, torchvision:NAME or module:function [builder]"
            ),
        ),
        (
            "Preprocessing: {Input Size: [224, 224, 3]}",
            "3:33: error: Input Size has its channels last; write [3, 224, 224] [not-a-size]",
        ),
        (
            "Preprocessing: {Crop Pct: 0.875%}",
            "3:31: error: Crop Pct is '0.875%', expected a share such as 0.875 [out-of-range]",
        ),
        (
            "Preprocessing: {Mean: [0.5, 0.5]}",
            "3:27: error: Mean has 2 numbers, expected one per channel [out-of-range]",
        ),
        (
            METRICS.format("Top 1 Accuracy: 79,83"),
            (
                "6:35: error: 'Top 1 Accuracy' is '79,83', which braces split at the comma; "
                "write '79.83', it is not read [not-a-number]"
            ),
        ),
        ("<<: 3", "3:9: error: '<<' takes over text '3', expected '*anchor' [bad-key]"),
        (
            "\u00a0Title: a",
            (
                "3:5: warning: the line is indented by U+00A0, read as a space; "
                "type a space [invisible-character]"
            ),
        ),
        (
            "Title: a\u202eb",
            (
                "3:13: warning: invisible character U+202E; "
                "it is left out here, delete it [invisible-character]"
            ),
        ),
    ],
)
def test_a_slip_is_said_with_its_remedy(tmp_path: Path, fields: str, message: str) -> None:
    if fields.startswith("\u00a0"):
        reading = written(tmp_path, f"Models:\n  - Name: m\n   {fields}\n")
        assert said(reading) == [message.replace("3:5", "3:1")]
        return
    assert model(tmp_path, fields)[1] == [message]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "Models:\n  - Name:foo\n    Weights: https://a.org/a.pth\n",
            (
                "2:9: error: no space after the colon of 'Name:'; write 'Name: foo'; "
                "model or collection 'foo' not read (lines 2 to 3) [syntax]"
            ),
        ),
        (
            "Models:\n  - Name: foo\n    Weights:https://a.org/a.pth\n",
            (
                "3:12: error: no space after the colon of 'Weights:'; "
                "write 'Weights: https://a.org/a.pth'; "
                "model or collection 'foo' not read (lines 2 to 3) [syntax]"
            ),
        ),
        (
            "Models:\n  -Name: foo\n",
            (
                "2:3: error: Models is a mapping, expected a list: '- Name: …'; "
                "a space is missing after '-' [wrong-kind]"
            ),
        ),
    ],
)
def test_a_missing_space_is_named(tmp_path: Path, text: str, message: str) -> None:
    assert said(written(tmp_path, text)) == [message]


@pytest.mark.parametrize(
    "fields",
    [
        METRICS.format("Top 1 Accuracy: '79.83 %', Top 5 Accuracy: 94.71\u00a0%"),
        "Metadata: {Parameters: 25_557_032}",
        "Title:\ta",
        "Title: !!binary aGVsbG8=",
        "Results: []",
        "Results:",
        "Metadata:",
        "Weights: [null]",
        "Weights: weights/a.pth",
        "Paper: 1707.01629",
        "Preprocessing: {Input Size: 3x224x224}",
        "Weights: {URL: https://a.org/a.pth, SHA256: " + "AB" * 32 + "}",
        "Latency: {Device: T4, Precision: fp32, By Batch: {1: 30ms}}",
    ],
)
def test_what_is_harmless_is_read_without_a_word(tmp_path: Path, fields: str) -> None:
    assert model(tmp_path, fields)[1] == []


@pytest.mark.parametrize("paper", ["1707.01629", "arXiv:1707.01629"])
def test_a_bare_arxiv_id_is_the_paper(tmp_path: Path, paper: str) -> None:
    entry, _ = model(tmp_path, f"Paper: {paper}")
    assert entry.paper is not None
    assert entry.paper.arxiv == "1707.01629"
    assert entry.paper.url == "https://arxiv.org/abs/1707.01629"


def test_metadata_and_results_may_stand_in_files_of_their_own(tmp_path: Path) -> None:
    (tmp_path / "m.yml").write_text("Parameters: 25M\nEpochs: 9\n", encoding="utf-8")
    (tmp_path / "r.yml").write_text(
        "- Task: T\n  Dataset: D\n  Metrics: {A: 1, B: '1,2'}\n- Metrics: {A: x}\n",
        encoding="utf-8",
    )
    reading = written(tmp_path, "Models:\n  - {Name: m, Metadata: m.yml, Results: r.yml}\n")
    (entry,) = reading.zoo.entries
    assert [(one.name, one.place.file) for one in entry.metadata] == [
        ("Parameters", "m.yml"),
        ("Epochs", "m.yml"),
    ]
    assert entry.costs[0].figure.value == 25e6
    assert [result.dataset for result in entry.results] == ["D", None]
    assert [one.place.file for one in reading.diagnostics] == ["m.yml", "r.yml", "r.yml"]


@pytest.mark.parametrize("path", ["../x.yml", "/etc/x.yml", "https://a.org/x.yml"])
def test_files_of_their_own_stand_inside_of_the_root(tmp_path: Path, path: str) -> None:
    entry, messages = model(tmp_path, f"Metadata: {path}")
    assert entry.metadata == ()
    assert len(messages) == 1
    assert "[import-outside]" in messages[0]


def test_an_error_rate_beside_its_siblings_accuracies_is_implausible(tmp_path: Path) -> None:
    text = "Models:\n" + "".join(
        f"  - Name: model{number}\n"
        f"    Results: {{Task: Image Classification, Dataset: ImageNet, "
        f"Metrics: {{Top 1 Accuracy: {accuracy}}}}}\n"
        for number, accuracy in enumerate((79.83, 80.07, 78.51, 20.17))
    )
    assert checked(tmp_path, text) == [
        (
            "9:88: warning: top-1 accuracy 20.17 is implausible beside its siblings' 79.17; "
            "is it an error rate, of an accuracy of 79.83? [implausible-accuracy]"
        )
    ]


def test_a_weak_model_among_strong_ones_is_left_alone(tmp_path: Path) -> None:
    text = "Models:\n" + "".join(
        f"  - Name: model{number}\n"
        f"    Results: {{Task: Image Classification, Dataset: ImageNet, "
        f"Metrics: {{Top 1 Accuracy: {accuracy}}}}}\n"
        for number, accuracy in enumerate((79.83, 80.07, 78.51, 45.2))
    )
    assert checked(tmp_path, text) == []


@pytest.mark.parametrize(
    "text", ["MIT", "apache-2.0", "MIT OR Apache-2.0", "CC-BY-NC-4.0", "LicenseRef-mine"]
)
def test_spdx_expressions_are_left_alone(tmp_path: Path, text: str) -> None:
    assert checked(tmp_path, f"Models:\n  - {{Name: m, License: {text}}}\n") == []


@pytest.mark.parametrize("text", ["proprietary", "MIT/Apache", "Foo-1.0"])
def test_other_licenses_are_noted(tmp_path: Path, text: str) -> None:
    assert checked(tmp_path, f"Models:\n  - {{Name: m, License: {text}}}\n") == [
        (
            f"2:12: note: license '{text}' is no SPDX identifier; "
            "write one, such as Apache-2.0, or LicenseRef- and a name [license]"
        )
    ]
