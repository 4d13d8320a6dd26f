"""The reference of the entry format, key by key, made from its JSON Schema.

`python -m catalogue.read.reference > docs/entries.md` renews the page.
"""

import sys
from collections.abc import Iterator
from typing import Any

from catalogue.read.schema import schema

FILE = "docs/entries.md"
"""Where the page stands in the repository."""

_FORMS = {
    "text": "text",
    "prose": "text, or `{en: …, zh: …}`",
    "words": "text, or a list",
    "number": "number",
    "count": "number, also `86.92 M`",
    "integer": "whole number",
    "size": "224, or a list",
    "numbers": "list of numbers",
    "switch": "true or false",
    "url": "URL or path",
    "list": "list",
    "metrics": "mapping of names to figures",
    "any": "anything",
}
"""What the schema's building blocks are called on the page."""
_ABOUT = {
    "Collection": "One under `Collections`.",
    "Model": "One under `Models`.",
    "Source": "One under `Sources`, by its id.",
    "Paper": "Under `Paper`, where it is more than a URL.",
    "Code": "Under `Code`, where it is more than a URL.",
    "License": "Under `License`, where code and weights differ.",
    "Distinct": "One under `Distinct From`.",
    "Builder": "Under `Builder`, where it is more than a target.",
    "Preprocessing": "Under `Preprocessing`, one or several.",
    "Resize": "Under a recipe's `Resize`, where it is more than a number.",
    "Crop": "Under a recipe's `Crop`, where it is more than a number.",
    "Weights": "Under `Weights`, where it is more than a URL; one or several.",
    "Result": "One under `Results`.",
    "Cost": "One under `Costs`.",
    "Latency": "One under `Latency`: a row of a table by batch size.",
}
_INTRODUCTION = """\
# The entry format

<!-- Made by `python -m catalogue.read.reference > docs/entries.md`; edit that module, not this. -->

Entries are YAML files in a superset of the model-index format: what a zoo has today is valid here,
and what is written here loads in the `modelindex` library. [`model-index/`](../model-index/) holds
worked examples, and the [JSON Schema](../schema/zoo-index.schema.json) gives editors completion:
begin a file with `# yaml-language-server: $schema=../schema/zoo-index.schema.json`.

A key that stands here without a form takes what its own section says. A model's own value replaces
its collection's. Unknown keys are kept and noted. Keys are matched as written; near misses are
reported with the key that was probably meant. [Every check has its page](checks.md).
"""


def reference_page() -> str:
    """The page, as Markdown."""
    whole: Any = schema()
    sections = [_INTRODUCTION, *_section("Root of a file", "", whole)]
    for name, about in _ABOUT.items():
        sections.extend(_section(name, about, whole["$defs"][name]))
    return "\n".join(sections)


def _section(title: str, about: str, table: Any) -> Iterator[str]:  # noqa: ANN401  # JSON
    yield f"## {title}\n"
    if about:
        yield f"{about}\n"
    yield "| key | form | meaning |\n|---|---|---|"
    required = table.get("required", ())
    for key, field in table["properties"].items():
        needed = " (required)" if key in required else ""
        meaning = field.get("description", "").replace("|", "\\|")
        yield f"| `{key}`{needed} | {_form(field)} | {meaning} |"
    yield ""


def _form(field: Any) -> str:  # noqa: ANN401  # JSON
    """What a key takes, in few words; nothing where only a section of its own can say."""
    if "$ref" in field:
        return _FORMS.get(field["$ref"].rpartition("/")[2], "")
    if "enum" in field:
        return ", ".join(f"`{choice}`" for choice in field["enum"])
    found = (_form(one) for one in field.get("anyOf", ()) if one.get("type") != "null")
    return " or ".join(dict.fromkeys(form for form in found if form))


if __name__ == "__main__":
    sys.stdout.write(reference_page())
