"""Documents as JSON text, and the JSON Schema that they fit.

Keys whose value is null, an empty list or the usual one are left out: they would be a third of all
bytes. How a figure came about stands in its model's own document alone, not in that of all models.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import replace

import msgspec

from catalogue.entry import Json
from catalogue.publish.documents import Document, ModelDocument
from catalogue.publish.wellformed import harmless

DIALECT = "https://json-schema.org/draft/2020-12/schema"
USUAL: Mapping[str, Json] = {
    "usual": True,
    "role": "reported",
    "exact": False,
    "wrong": False,
    "slow": False,
    "subset": False,
    "refused": 0,
    "unreadable": 0,
}
"""By key: the value that goes without saying, which the schema names as its default."""
_SAID = "|".join(f'{key}":{json.dumps(value)}' for key, value in USUAL.items())
_EMPTY = rf'"(?:[a-z0-9_]+":(?:null|\[\])|(?:{_SAID})(?=[,}}]))'.encode()
_FIRST = re.compile(_EMPTY + rb",")
_LAST = re.compile(rb",?" + _EMPTY + rb"(?=\})")
"""Keys of ours that say nothing. Within a string a quotation mark has a backslash before it, and a
key of a stranger's never holds such a value: what these find is a key of ours."""


DETAILS = frozenset(
    (
        *("provenance", "processes", "samples", "p25_ms", "p75_ms", "p50_ms", "cold_ms"),
        *(
            "refused",
            "refusals",
            "slow",
            "foreign_load",
            "cpu_share",
            "switches",
            "processors",
            "remarks",
            "settings",
        ),
        *("backend_version", "macs_checked", "fvcore_flops", "buffers", "top1_hits", "top5_hits"),
        *("unreadable", "weights_sha256", "manifest_sha256", "printed", "resolution", "reading"),
        *("cause", "fits", "summary", "arguments", "requires", "weights"),
        *("held_against", "off", "exact", "throughput", "top1_interval", "top5_interval"),
        *("contradictions", "values"),
    )
)
"""Keys of what is known of a figure or a model beyond what models are compared by."""


def model_text(model: ModelDocument) -> bytes:
    """A model with all that is known of it."""
    return _spare(model)


def brief_text(model: bytes) -> bytes:
    """The text of a model without its details, for the document of all."""
    return harmless(msgspec.json.encode(_brief(msgspec.json.decode(model))))


def document_text(document: Document, models: tuple[bytes, ...]) -> bytes:
    """A document on one line: indented, 1,500 models would fill twice the space.

    Angle brackets and ampersands are written as escapes, so that a page that embeds the text
    between script tags cannot be broken out of.

    Args:
        document: What stands around its models.
        models: Their texts.
    """
    around = _spare(replace(document, models=())).removesuffix(b"}")
    told = b',"models":[%s]' % b",".join(models) if models else b""
    return b"%s%s}\n" % (around, told)


def schema_text() -> str:
    """The JSON Schema of every document, made from the types that are written."""
    (reference,), definitions = msgspec.json.schema_components(
        [Document], ref_template="#/$defs/{name}"
    )
    schema = {
        "$schema": DIALECT,
        "title": "What a model catalogue publishes: some models with their figures",
        **reference,
        "$defs": {name: _optional(one) for name, one in definitions.items()},
    }
    return json.dumps(schema, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def _optional(definition: dict[str, Json]) -> dict[str, Json]:
    """An object whose keys may be missing: details, and what could be null or an empty list."""
    properties, required = definition.get("properties"), definition.get("required")
    if not isinstance(properties, dict) or not isinstance(required, list):
        return definition
    kept = [
        name
        for name in required
        if name not in DETAILS and name not in USUAL and not _may_be_empty(properties[str(name)])
    ]
    filled: dict[str, Json] = {
        name: _filled(one) | _default(name) for name, one in properties.items()
    }
    return definition | {"properties": filled, "required": kept}


def _default(name: str) -> dict[str, Json]:
    return {"default": USUAL[name]} if name in USUAL else {}


def _may_be_empty(schema: Json) -> bool:
    return schema != _filled(schema)


def _filled(schema: Json) -> dict[str, Json]:
    """The schema of a value that is neither null nor an empty list."""
    if not isinstance(schema, dict):
        return {}
    choices = schema.get("anyOf")
    if isinstance(choices, list):
        told = [one for one in choices if one != {"type": "null"}]
        rest = {key: one for key, one in schema.items() if key != "anyOf"}
        single = told[0] if len(told) == 1 else None
        return (single | rest) if isinstance(single, dict) else rest | {"anyOf": told}
    if schema.get("type") == "array" and "minItems" not in schema:
        return schema | {"minItems": 1}
    return schema


def _brief(value: Json) -> Json:
    if isinstance(value, dict):
        return {key: _brief(one) for key, one in value.items() if key not in DETAILS}
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return [_brief(one) for one in value]
    return value


def _spare(document: Document | ModelDocument) -> bytes:
    return harmless(_LAST.sub(b"", _FIRST.sub(b"", msgspec.json.encode(document))))
