"""Documents as JSON text, and the JSON Schema that they fit."""

import json

import msgspec

from catalogue.publish.documents import Document

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def compact(document: Document) -> bytes:
    """A document on one line: indented, 1,500 models would fill twice the space.

    Angle brackets and ampersands are written as escapes, so that a page that embeds the text
    between script tags cannot be broken out of.
    """
    return _harmless(msgspec.json.encode(document)) + b"\n"


def schema_text() -> str:
    """The JSON Schema of every document, made from the types that are written."""
    (reference,), definitions = msgspec.json.schema_components(
        [Document], ref_template="#/$defs/{name}"
    )
    schema = {
        "$schema": DIALECT,
        "title": "What a model catalogue publishes: some models with their figures",
        **reference,
        "$defs": definitions,
    }
    return json.dumps(schema, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def _harmless(text: bytes) -> bytes:
    """Within JSON these characters stand in strings only."""
    for character in (b"<", b">", b"&"):
        text = text.replace(character, b"\\u%04x" % ord(character))
    return text
