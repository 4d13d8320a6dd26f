"""The documentation tells the truth of the code: modules, commands, links, record keys."""

import ast
import json
import os
import re
from dataclasses import fields

import click
import pytest
from conftest import ROOT

from catalogue.cli import cli
from catalogue.provenance import Environment, Provenance
from catalogue.publish.json_text import schema_text
from catalogue.record import (
    Accuracy,
    AccuracyConditions,
    Complexity,
    ComplexityConditions,
    Failure,
    Latency,
    LatencyConditions,
    Subject,
)

MODULES = ROOT / "docs" / "modules.md"
RENEW = "renew: RENEW_DOCS=1 python -m pytest tests/test_docs.py"
PAGES = sorted(path.relative_to(ROOT) for path in (*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")))


def modules_page() -> str:
    """Every module with the first line of its docstring."""
    rows = [
        "# Every module",
        "",
        "<!-- Made from the docstrings: RENEW_DOCS=1 python -m pytest tests/test_docs.py -->",
        "",
        "What each file of the package is for, in its own words; the",
        "[architecture](architecture.md) says how they hang together.",
        "",
        "| module | job |",
        "|---|---|",
    ]
    for path in sorted((ROOT / "catalogue").rglob("*.py")):
        said = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
        job = said.split("\n\n")[0].replace("\n", " ").replace("|", "\\|")
        rows.append(f"| `{path.relative_to(ROOT).as_posix()}` | {job} |")
    return "\n".join(rows) + "\n"


def test_every_module_is_named_with_its_job() -> None:
    page = modules_page()
    assert "|  |" not in page, "a module has no docstring"
    if os.environ.get("RENEW_DOCS"):
        MODULES.write_text(page, encoding="utf-8")
    assert MODULES.read_text(encoding="utf-8") == page, RENEW


def test_the_architecture_page_names_every_room() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    rooms = {
        f"catalogue/{path.name}" + ("/" if path.is_dir() else "")
        for path in (ROOT / "catalogue").iterdir()
        if path.suffix == ".py" or (path / "__init__.py").is_file()
    }
    quiet = {"catalogue/__init__.py", "catalogue/__main__.py"}
    assert sorted(room for room in rooms - quiet if f"`{room}`" not in page) == []


@pytest.mark.parametrize("command", sorted(cli.commands))
def test_every_command_is_in_the_readme(command: str) -> None:
    assert f"`catalogue {command}" in (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("command", sorted(cli.commands))
def test_every_option_explains_itself(command: str) -> None:
    options = [one for one in cli.commands[command].params if isinstance(one, click.Option)]
    assert [option.name for option in options if not option.help] == []


@pytest.mark.parametrize(
    ("prefix", "kind"),
    [
        ("subject", Subject),
        ("provenance", Provenance),
        ("conditions", ComplexityConditions),
        ("conditions", LatencyConditions),
        ("conditions", AccuracyConditions),
        ("result", Complexity),
        ("result", Latency),
        ("result", Accuracy),
    ],
)
def test_every_key_of_a_record_is_described(prefix: str, kind: type) -> None:
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    names = [field.name for field in fields(kind)]
    assert [one for one in names if not re.search(rf"`{prefix}\.{one}(\[\])?`", page)] == []


@pytest.mark.parametrize("kind", [Failure, Environment])
def test_failures_and_environments_are_described(kind: type) -> None:
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    assert [field.name for field in fields(kind) if f"`{field.name}`" not in page] == []


def test_every_key_that_is_published_is_described() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    section = page[page.index("## What is published") : page.index("## What imports remember")]
    spelt_out = {"top1_interval", "top1_hits", "top5_interval", "top5_hits"}
    """Described as `_interval` and `_hits` of both."""
    definitions = json.loads(schema_text())["$defs"]
    theirs = {"AccuracyConditions", "ComplexityConditions", "TimedAlike", "Environment"}
    ours = [one for name, one in definitions.items() if name not in theirs]
    keys = {key for one in ours for key in one.get("properties", {})} - spelt_out
    assert len(keys) > 70
    assert sorted(key for key in keys if not re.search(rf"\b{key}\b", section)) == []


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_links_between_documents_lead_somewhere(page: os.PathLike[str]) -> None:
    path = ROOT / page
    targets = re.findall(r"\]\((?!https?://|#|mailto:)([^)#\s]+)", path.read_text(encoding="utf-8"))
    assert [target for target in targets if not (path.parent / target).exists()] == []
