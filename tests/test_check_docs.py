"""Every code a reader or a check can give is explained, in both languages."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROW = re.compile(r"^\| `([a-z0-9-]+)` \|", re.MULTILINE)
REPORTING = {"error", "warning", "note", "_slip"}


def codes_in(path: Path) -> set[str]:
    """Codes given as the second argument of a reporting call, or as `code=`."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        function = node.func
        name = function.attr if isinstance(function, ast.Attribute) else ""
        name = function.id if isinstance(function, ast.Name) else name
        values = [keyword.value for keyword in node.keywords if keyword.arg == "code"]
        if name in REPORTING:
            values += node.args[1:2]
        found |= {
            value.value
            for value in values
            if isinstance(value, ast.Constant) and isinstance(value.value, str)
        }
    return found


def all_codes() -> set[str]:
    return {code for path in (ROOT / "catalogue").rglob("*.py") for code in codes_in(path)}


@pytest.mark.parametrize("name", ["checks.md", "checks.zh.md"])
def test_every_code_is_explained_once_and_no_other(name: str) -> None:
    explained = ROW.findall((ROOT / "docs" / name).read_text(encoding="utf-8"))
    assert sorted(explained) == sorted(all_codes())


def test_both_languages_explain_the_same_codes_in_the_same_order() -> None:
    english, chinese = (
        ROW.findall((ROOT / "docs" / name).read_text(encoding="utf-8"))
        for name in ("checks.md", "checks.zh.md")
    )
    assert english == chinese
