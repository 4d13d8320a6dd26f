"""The JSON Schema of the entry format, made from the tables the readers use.

Editors complete and check by it. It wants choices spelt as the tables spell them; all else that it
refuses, the readers report.
"""

import json

from catalogue.entry import Json
from catalogue.read.fields import Field, Shape, Table
from catalogue.read.tables import (
    BUILDER,
    CODE,
    COLLECTION,
    COST,
    CROP,
    DISTINCT,
    LANGUAGES,
    LATENCY,
    LICENSE,
    METADATA_KEYS,
    MODEL,
    PAPER,
    PREPROCESSING,
    RESIZE,
    RESULT,
    ROOT,
    SOURCE,
    WEIGHTS,
)

FILE = "schema/zoo-index.schema.json"
"""Where the schema stands in the repository."""

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_NAMED: dict[str, Table] = {
    "Source": SOURCE,
    "Collection": COLLECTION,
    "Model": MODEL,
    "Paper": PAPER,
    "Code": CODE,
    "License": LICENSE,
    "Distinct": DISTINCT,
    "Builder": BUILDER,
    "Preprocessing": PREPROCESSING,
    "Resize": RESIZE,
    "Crop": CROP,
    "Weights": WEIGHTS,
    "Result": RESULT,
    "Cost": COST,
    "Latency": LATENCY,
}
_NUMBER = r"^[+-]?[0-9][0-9,_]*(\.[0-9]*)?([eE][+-]?[0-9]+)?\s*"


def schema() -> dict[str, Json]:
    """The schema of a root index file; every other file of a zoo fits it as well."""
    definitions: dict[str, Json] = {name: _object(table) for name, table in _NAMED.items()}
    definitions.update(_building_blocks())
    return {
        "$schema": _DIALECT,
        "title": "zoo-index/1, a superset of model-index",
        **_object(ROOT),
        "$defs": definitions,
    }


def schema_text() -> str:
    """The schema as its file holds it."""
    return json.dumps(schema(), indent=1, ensure_ascii=False) + "\n"


def _object(table: Table) -> dict[str, Json]:
    required: list[Json] = [field.name for field in table.fields if field.required]
    properties: dict[str, Json] = {field.name: _property(field) for field in table.fields}
    made: dict[str, Json] = {"type": "object", "properties": properties}
    if required:
        made["required"] = required
    return made


def _property(field: Field) -> dict[str, Json]:
    """What may stand behind one key; null says as much as leaving it out, unless it is required."""
    shape = _shape(field)
    if not field.required:
        shape = _any_of(shape, {"type": "null"})
    return {"description": field.doc, **shape}


def _shape(field: Field) -> dict[str, Json]:
    if field.choices:
        return {"enum": list(field.choices)}
    table = _reference(field.table) if field.table is not None else None
    if table is None:
        return {"$ref": f"#/$defs/{field.shape.value}"}
    if field.shape is Shape.BY_NAME:
        text: dict[str, Json] = {"$ref": f"#/$defs/{Shape.TEXT.value}"}
        return {"type": "object", "additionalProperties": _any_of(table, text)}
    if field.shape is Shape.TEXT_OR_TABLE:
        return _any_of({"$ref": f"#/$defs/{Shape.TEXT.value}"}, table, _array(table))
    if field.shape is Shape.LINKS:
        one = _any_of({"$ref": f"#/$defs/{Shape.URL.value}"}, table)
        return _any_of(one, _array(one))
    # A text among models or collections is a file to import.
    member = _any_of(table, {"type": "string"}) if field.table in (MODEL, COLLECTION) else table
    return _any_of(_array(member), table)


def _reference(table: Table) -> dict[str, Json]:
    name = next(name for name, known in _NAMED.items() if known is table)
    return {"$ref": f"#/$defs/{name}"}


def _any_of(*shapes: dict[str, Json]) -> dict[str, Json]:
    return {"anyOf": list(shapes)}


def _array(member: dict[str, Json]) -> dict[str, Json]:
    return {"type": "array", "items": member}


def _building_blocks() -> dict[str, Json]:
    """Every shape that is no table, by its name."""
    text: dict[str, Json] = {"type": ["string", "number", "boolean"]}
    count: dict[str, Json] = {
        "anyOf": [
            {"type": "number", "minimum": 0},
            {"type": "string", "pattern": _NUMBER + r"[A-Za-z /-]*$"},
        ]
    }
    languages: list[Json] = list(LANGUAGES)
    metadata: dict[str, Json] = dict.fromkeys(METADATA_KEYS, True)
    metric: dict[str, Json] = {
        "anyOf": [
            {"type": ["number", "null"]},
            {"type": "string", "pattern": _NUMBER + r"%?$"},
            {"type": "object", "required": ["Value"]},
        ]
    }
    side: dict[str, Json] = {"type": "integer", "minimum": 1}
    return {
        Shape.TEXT.value: text,
        Shape.PROSE.value: _any_of(
            {"type": ["string", "number"]},
            {
                "type": "object",
                "properties": {language: {"type": "string"} for language in LANGUAGES},
                "propertyNames": {"anyOf": [{"enum": languages}, {"pattern": "^[a-z]{2,3}(-|$)"}]},
            },
        ),
        Shape.WORDS.value: _any_of(text, _array(text)),
        Shape.NUMBER.value: count,
        Shape.COUNT.value: count,
        Shape.INTEGER.value: {"type": "integer", "minimum": 0},
        Shape.SIZE.value: {
            "anyOf": [side, {"type": "array", "items": side, "minItems": 1, "maxItems": 3}]
        },
        Shape.NUMBERS.value: {"type": "array", "items": {"type": "number"}, "minItems": 1},
        Shape.SWITCH.value: {"type": "boolean"},
        Shape.URL.value: {"type": "string", "pattern": r"^[^\s(\[<][^\s]*$"},
        Shape.LIST.value: {"type": "array"},
        Shape.ANY.value: True,
        Shape.ATTRIBUTES.value: {"type": ["object", "array"], "properties": metadata},
        Shape.METRICS.value: {
            "anyOf": [
                {"type": "object", "additionalProperties": metric},
                {"type": "array", "items": {"type": "object"}},
            ]
        },
        Shape.BY_BATCH.value: {
            "type": "object",
            "propertyNames": {"pattern": "^[1-9][0-9]*$"},
            "additionalProperties": {"type": "number", "exclusiveMinimum": 0},
        },
    }
