"""A model's mapping as an entry, and a collection's as a collection.

Knows every field of both; knows nothing of files and imports.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

import yaml

from catalogue.entry import (
    Attribute,
    Collection,
    Distinct,
    Entry,
    License,
    Paper,
    ReportedResult,
    Text,
    Weights,
)
from catalogue.read.attributes import belongs_in_metadata, metadata_items
from catalogue.read.builder import read_builder
from catalogue.read.costs import read_costs, read_latencies
from catalogue.read.fields import folded
from catalogue.read.mapping import (
    Fields,
    Item,
    is_null,
    is_plain,
    kind_of,
    read_fields,
    read_part,
    say_unknown,
)
from catalogue.read.numbers import shown
from catalogue.read.particulars import (
    Particulars,
    attributes_of,
    costs_besides,
    read_particulars,
)
from catalogue.read.sheet import Sheet
from catalogue.read.tables import COLLECTION, DISTINCT, MODEL
from catalogue.read.values import flat, prose, scalar_text, text, words

_SLUG = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,199}", re.ASCII)
_NO_SLUG = re.compile(r"[^A-Za-z0-9._-]+")
_LONGEST_ID = 150
_YAML11 = re.compile(
    r"y|yes|n|no|true|false|on|off|[-+]?[1-9]\d*(:[0-5]?\d)+|\d{4}-\d\d?-\d\d?|"
    r"[-+]?0[0-7]+|[-+]?\d+\.\d*0|[-+]?\d[\d.]*e[-+]?\d+",
    re.IGNORECASE,
)
_OF_A_MODEL = (
    *("In Collection", "Results", "Weights", "Config", "Code", "Paper", "README"),
    *("Builder", "Preprocessing", "Costs", "Latency"),
)
_OF_A_RESULT = frozenset({"metrics"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Family:
    """A collection, and what its models take over."""

    collection: Collection
    particulars: Particulars


def read_family(sheet: Sheet, node: yaml.MappingNode) -> Family | None:
    """Read a collection; one without a name is an error, and none."""
    fields = read_fields(sheet, node, COLLECTION)
    name = _name(fields)
    stray, others = _sorted_unknown(fields)
    if name is None:
        return None
    own = read_particulars(fields, stray)
    extra = own.extra + attributes_of(fields, others) + _kept(sheet)
    collection = Collection(
        name=name,
        title=own.title or Text(plain=name),
        summary=own.summary,
        description=own.description,
        paper=own.paper,
        citation=own.citation,
        license=own.license,
        code=own.code,
        config=own.config,
        readme=own.readme,
        preprocessing=own.preprocessing,
        weights=own.weights,
        metadata=own.metadata.attributes,
        results=own.results,
        extra=extra,
        place=sheet.place(fields.known["Name"].value),
    )
    return Family(collection=collection, particulars=replace(own, extra=extra))


def read_model(
    sheet: Sheet, node: yaml.MappingNode, families: Mapping[str, Family]
) -> Entry | None:
    """Read a model; one without a name is an error, and none.

    Args:
        sheet: Where it stands.
        node: Its mapping.
        families: The collections it may be in, by name, those of its own file first.

    Returns:
        The entry; its `id` is what the file says, else made of its name, and may be taken.
    """
    fields = _with_misplaced(read_fields(sheet, node, MODEL))
    name = _name(fields)
    stray, others = _sorted_unknown(fields)
    if name is None:
        return None
    _say_yaml11(fields)
    collection = _collection(fields, families)
    reached = None if collection is None else families.get(collection)
    family = Particulars() if reached is None else reached.particulars
    own = read_particulars(fields, stray, family)
    heir = _heir(own, family)
    return Entry(
        id=_id(fields, name),
        name=name,
        title=own.title or Text(plain=name),
        collection=collection,
        aliases=words(sheet, fields.value("Alias"), "Alias"),
        distinct_from=_distinct(fields),
        summary=own.summary,
        description=own.description,
        builder=read_builder(sheet, fields.value("Builder"), name),
        preprocessing=own.preprocessing,
        weights=heir.weights,
        license=heir.license,
        citation=heir.citation,
        paper=heir.paper,
        code=heir.code,
        config=heir.config,
        readme=heir.readme,
        converted_from=_converted_from(fields),
        metadata=own.metadata.attributes,
        results=heir.results,
        costs=costs_besides(read_costs(sheet, fields.value("Costs")), own.metadata.costs),
        latencies=read_latencies(sheet, fields.value("Latency")) + own.metadata.latencies,
        place=sheet.place(fields.known["Name"].value),
        # Last, since reading all of the above adds to what is kept.
        extra=_besides(own.extra + attributes_of(fields, others) + _kept(sheet), family.extra),
    )


def _besides(own: tuple[Attribute, ...], family: tuple[Attribute, ...]) -> tuple[Attribute, ...]:
    """What the format does not know: the model's own, and its collection's of other names."""
    if not family:
        return own
    names = {attribute.name for attribute in own}
    return own + tuple(attribute for attribute in family if attribute.name not in names)


def _kept(sheet: Sheet) -> tuple[Attribute, ...]:
    """What the mappings inside the item just read held besides what the format asks for."""
    kept = tuple(
        Attribute(name=one.name, values=flat(one.value), place=one.sheet.place(one.value))
        for one in sheet.zone.kept
    )
    sheet.zone.kept.clear()
    return kept


class _Heir(NamedTuple):
    """What a model takes over from its collection where it says nothing itself."""

    weights: tuple[Weights, ...]
    results: tuple[ReportedResult, ...]
    license: License | None
    citation: str | None
    paper: Paper | None
    code: str | None
    config: str | None
    readme: str | None


def _heir(own: Particulars, family: Particulars) -> _Heir:
    given = own.given
    return _Heir(
        weights=own.weights if "Weights" in given else family.weights,
        results=own.results if "Results" in given else family.results,
        license=own.license if "License" in given else family.license,
        citation=own.citation if "Citation" in given else family.citation,
        paper=own.paper if "Paper" in given else family.paper,
        code=own.code if "Code" in given else family.code,
        config=own.config if "Config" in given else family.config,
        readme=own.readme if "README" in given else family.readme or own.readme,
    )


def _name(fields: Fields) -> str | None:
    node = fields.value("Name")
    if node is None or (isinstance(node, yaml.ScalarNode) and not node.value.strip()):
        message = f"{fields.table.title} without a Name; add one, it is not read"
        fields.sheet.error(fields.node, "missing-key", message)
        return None
    return scalar_text(fields.sheet, node, "Name")


def _sorted_unknown(fields: Fields) -> tuple[tuple[Item, ...], tuple[Item, ...]]:
    """Unknown items, each said: those that belong in Metadata, and all others."""
    stray: list[Item] = []
    others: list[Item] = []
    for item in fields.unknown:
        key = str(item.key.value)
        if belongs_in_metadata(key):
            message = f"{shown(key)} belongs under Metadata, and is read as if it stood there"
            fields.sheet.warning(item.key, "misplaced-key", message, alike=key)
            stray.append(item)
            continue
        if folded(key) in _OF_A_RESULT:
            message = f"{shown(key)} belongs to a result; put it under Results"
            fields.sheet.warning(item.key, "misplaced-key", message, alike=key)
        others.append(item)
    say_unknown(
        fields, tuple(item for item in others if folded(item.key.value) not in _OF_A_RESULT)
    )
    others.extend(fields.known[name] for name in fields.table.kept if name in fields.known)
    return tuple(stray), tuple(others)


def _with_misplaced(fields: Fields) -> Fields:
    """The model's items with those that stand one level too deep, inside Metadata."""
    node = fields.value("Metadata")
    if not isinstance(node, yaml.MappingNode):
        return fields
    lifted: dict[str, Item] = {}
    for key, value in node.value:
        name = _MISPLACED.get(folded(str(key.value))) if isinstance(key, yaml.ScalarNode) else None
        if name is None or name in fields.known or is_null(value):
            continue
        message = f"'{key.value}' stands inside Metadata; move it one level up, beside Name"
        fields.sheet.warning(key, "misplaced-key", message, alike=name)
        lifted[name] = Item(key, value)
    return fields._replace(known={**fields.known, **lifted}) if lifted else fields


_MISPLACED = {folded(name): name for name in _OF_A_MODEL}


def _say_yaml11(fields: Fields) -> None:
    """Say which names other YAML readers would take for booleans, numbers or dates."""
    nodes = [fields.value("Name"), fields.value("ID")]
    alias = fields.value("Alias")
    nodes += alias.value if isinstance(alias, yaml.SequenceNode) else [alias]
    odd = [
        node
        for node in nodes
        if isinstance(node, yaml.ScalarNode) and is_plain(node) and _YAML11.fullmatch(node.value)
    ]
    if odd:
        written = ", ".join(f"'{node.value}'" for node in odd)
        message = f"{written} read as text; without quotes other YAML readers see no text, quote it"
        fields.sheet.warning(odd[0], "unquoted", message)


def _id(fields: Fields, name: str) -> str:
    """The id the file gives, which the zone learns of, else one made of the name."""
    written = text(fields, "ID")
    if written is not None and _SLUG.fullmatch(written):
        fields.sheet.zone.given_ids.add(fields.sheet.place(fields.known["Name"].value))
        return written
    if written is not None:
        message = f"ID is {shown(written)}, expected letters, digits, '.', '_' and '-'"
        fields.sheet.error(fields.known["ID"].value, "bad-id", message)
    slug = _NO_SLUG.sub("-", name).strip("-._")[:_LONGEST_ID]
    return slug or "model"


def _collection(fields: Fields, families: Mapping[str, Family]) -> str | None:
    node = fields.value("In Collection")
    if node is None:
        return None
    if isinstance(node, yaml.SequenceNode):
        named = words(fields.sheet, node, "In Collection")
        if not named:
            return None
        message = f"In Collection is a list; '{named[0]}' is used, a model has one collection"
        fields.sheet.warning(node, "first-of-list", message)
        name = named[0]
    else:
        name = scalar_text(fields.sheet, node, "In Collection") or ""
    if name and name not in families:
        hint = fields.sheet.zone.findings.hint(name, families)
        message = f"there is no collection {shown(name)}{hint}; add it to Collections"
        fields.sheet.error(node, "unknown-collection", message)
    return name or None


def _distinct(fields: Fields) -> tuple[Distinct, ...]:
    node = fields.value("Distinct From")
    if node is None:
        return ()
    members = node.value if isinstance(node, yaml.SequenceNode) else [node]
    found = []
    for member in members:
        if isinstance(member, yaml.ScalarNode):
            found.append(Distinct(ref=str(member.value)))
            continue
        if not isinstance(member, yaml.MappingNode):
            message = f"Distinct From holds {kind_of(member)}, expected {{Ref, Reason}}"
            fields.sheet.error(member, "wrong-kind", message)
            continue
        inner = read_part(fields.sheet, member, DISTINCT)
        ref = text(inner, "Ref")
        if ref is None:
            fields.sheet.error(member, "missing-key", "a distinction has no Ref; add it")
            continue
        found.append(Distinct(ref=ref, reason=prose(inner, "Reason")))
    return tuple(found)


def _converted_from(fields: Fields) -> tuple[tuple[str, str], ...]:
    node = fields.value("Converted From")
    if node is None:
        return ()
    if isinstance(node, yaml.MappingNode):
        items = metadata_items(fields.sheet, node)
        return tuple((str(item.key.value), value) for item in items for value in flat(item.value))
    return tuple(("Weights", value) for value in flat(node))
