"""Diagnostics in four forms."""

import json

import pytest

from catalogue.check.report import FORMS, format_diagnostics, summary
from catalogue.errors import Diagnostic, Place, Severity

FOUND = (
    Diagnostic(
        place=Place(file="a b.yml", line=3, column=14),
        severity=Severity.ERROR,
        code="bad-url",
        message="Weights is '(x': 100% wrong, twice",
    ),
    Diagnostic(
        place=Place(file="模型.yml", line=1, column=1),
        severity=Severity.NOTE,
        code="fraction",
        message="read as 79.8 %",
    ),
)


def test_text_ends_with_a_summary() -> None:
    assert format_diagnostics(FOUND, "text", models=14) == (
        "a b.yml:3:14: error: Weights is '(x': 100% wrong, twice [bad-url]\n"
        "模型.yml:1:1: note: read as 79.8 % [fraction]\n"
        "1 error, 0 warnings, 1 note in 14 models"
    )


def test_a_folder_stands_before_every_file() -> None:
    assert format_diagnostics(FOUND, folder="model-index/").startswith("model-index/a b.yml:3:14: ")


def test_nothing_found_is_said_as_well() -> None:
    assert format_diagnostics((), models=1) == "0 errors, 0 warnings, 0 notes in 1 model"
    assert summary(FOUND, models=0) == "1 error, 0 warnings, 1 note in 0 models"


def test_json_holds_every_field() -> None:
    assert json.loads(format_diagnostics(FOUND, "json"))[0] == {
        "file": "a b.yml",
        "line": 3,
        "column": 14,
        "severity": "error",
        "code": "bad-url",
        "message": "Weights is '(x': 100% wrong, twice",
    }


def test_github_commands_escape_what_would_end_them() -> None:
    assert format_diagnostics(FOUND, "github", folder="a,b:c").splitlines() == [
        (
            "::error file=a%2Cb%3Ac/a b.yml,line=3,col=14,title=bad-url::"
            "Weights is '(x': 100%25 wrong, twice"
        ),
        "::notice file=a%2Cb%3Ac/模型.yml,line=1,col=1,title=fraction::read as 79.8 %25",
    ]


def test_sarif_names_rule_level_and_region() -> None:
    log = json.loads(format_diagnostics(FOUND, "sarif"))
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert rules == ["bad-url", "fraction"]
    first, second = run["results"]
    assert (first["ruleId"], first["level"]) == ("bad-url", "error")
    assert (second["ruleIndex"], second["level"]) == (1, "note")
    location = first["locations"][0]["physicalLocation"]
    assert location["artifactLocation"]["uri"] == "a%20b.yml"
    assert location["region"] == {"startLine": 3, "startColumn": 14}


def test_an_unknown_form_is_refused() -> None:
    message = f"form is 'xml', expected one of {', '.join(FORMS)}"
    with pytest.raises(ValueError, match=f"^{message}$"):
        format_diagnostics(FOUND, "xml")
