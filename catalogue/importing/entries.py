"""Entries and collections as values of the entry format, such that they read back the same.

Pure: the reverse of `catalogue.read.model`. What models take over from collections is left out.
"""

from collections.abc import Iterable, Sequence
from typing import TypeVar

from catalogue.entry import (
    Attribute,
    Builder,
    Collection,
    Entry,
    Json,
    License,
    Paper,
    ReportedCost,
    ReportedLatency,
    ReportedResult,
    Role,
    Source,
    Text,
    Weights,
)
from catalogue.importing.figures import cost_value, metric_value, plain, time_value
from catalogue.importing.recipes import recipe_value
from catalogue.importing.spell import Digits

_Own = TypeVar("_Own")


def collection_value(collection: Collection) -> dict[str, Json]:
    """A collection as a mapping."""
    return _without_nothing(
        {
            "Name": collection.name,
            "Title": _title(collection.title, collection.name),
            "Summary": text_value(collection.summary),
            "Description": text_value(collection.description),
            "Paper": _paper(collection.paper),
            "Citation": collection.citation,
            "License": _license(collection.license),
            "Code": collection.code,
            "README": collection.readme,
            "Metadata": _attributes(collection.metadata),
        }
    )


def entry_value(entry: Entry, collection: Collection | None) -> dict[str, Json]:
    """An entry as a model's mapping.

    Args:
        entry: The entry.
        collection: Its own, whose values it need not repeat.
    """
    family = collection or Collection(name="", title=Text())
    inherited = {(one.name, one.place) for one in family.metadata}
    own = [one for one in entry.metadata if (one.name, one.place) not in inherited]
    return _without_nothing(
        {
            "Name": entry.name,
            "ID": entry.id,
            "In Collection": entry.collection,
            "Title": _title(entry.title, entry.name),
            "Summary": text_value(entry.summary),
            "Description": text_value(entry.description),
            "Alias": list(entry.aliases),
            "Distinct From": [
                _without_nothing({"Ref": one.ref, "Reason": text_value(one.reason)})
                for one in entry.distinct_from
            ],
            "Builder": _builder(entry.builder),
            "Preprocessing": [recipe_value(recipe) for recipe in entry.preprocessing],
            "Weights": [weights_value(one) for one in entry.weights],
            "License": _license(_unless(entry.license, family.license)),
            "Paper": _paper(_unless(entry.paper, family.paper)),
            "Citation": _unless(entry.citation, family.citation),
            "Code": _unless(entry.code, family.code),
            "Config": entry.config,
            "README": _unless(entry.readme, family.readme),
            "Converted From": _grouped(entry.converted_from),
            "Metadata": _attributes(own),
            **_attributes(entry.extra),
            "Results": [result_value(one) for one in entry.results],
            "Costs": [_cost(one) for one in entry.costs],
            "Latency": [_latency(one) for one in entry.latencies],
        }
    )


def source_value(source: Source) -> dict[str, Json]:
    """A source as a mapping."""
    return _without_nothing(
        {
            "Title": text_value(source.title),
            "URL": source.url,
            "Commit": source.commit,
            "Accessed": source.accessed,
            "Note": text_value(source.note),
        }
    )


def result_value(result: ReportedResult) -> dict[str, Json]:
    """A reported result as a mapping."""
    return _without_nothing(
        {
            "Task": result.task,
            "Dataset": result.dataset,
            "Split": result.split,
            "Metrics": {one.name: metric_value(one.figure) for one in result.metrics},
            "Role": _role(result.role),
            "Input Size": _size(result.input_size),
            "Preprocessing": result.preprocessing,
            "Precision": result.precision,
            "Applies To": result.applies_to,
            "Source": _sources(result.sources),
            "Note": text_value(result.note),
        }
    )


def weights_value(weights: Weights) -> dict[str, Json]:
    """A weights file as a mapping."""
    return _without_nothing(
        {
            "Name": weights.name,
            "URL": weights.url,
            "SHA256": weights.sha256,
            "SHA256 Prefix": weights.sha256_prefix,
            "Bytes": weights.size_bytes,
            "Format": weights.format,
            "License": weights.license,
            "Key": weights.key,
        }
    )


def text_value(text: Text | None) -> Json:
    """A text, plain or by language."""
    if text is None:
        return None
    return text.plain if text.plain is not None else dict(text.translations)


def _cost(cost: ReportedCost) -> dict[str, Json]:
    return _without_nothing(
        {
            "Quantity": cost.quantity.value,
            **cost_value(cost),
            "Convention": cost.convention.value if cost.convention else None,
            "Input Size": _size(cost.input_size),
            "Tool": cost.tool,
            "Role": _role(cost.role),
            "Source": _sources(cost.sources),
            "Note": text_value(cost.note),
        }
    )


def _latency(latency: ReportedLatency) -> dict[str, Json]:
    return _without_nothing(
        {
            "Device": latency.device,
            "Precision": latency.precision,
            "Runtime": latency.runtime,
            "Input Size": _size(latency.input_size),
            "Unit": latency.unit,
            "Statistic": latency.statistic,
            "By Batch": {Digits(batch): time_value(one) for batch, one in latency.by_batch},
            "Role": _role(latency.role),
            "Source": _sources(latency.sources),
            "Note": text_value(latency.note),
        }
    )


def _builder(builder: Builder | None) -> Json:
    if builder is None:
        return None
    if not (builder.args or builder.kwargs or builder.requires):
        return builder.target
    return _without_nothing(
        {
            "Target": builder.target,
            "Args": list(builder.args),
            "Kwargs": dict(builder.kwargs),
            "Requires": list(builder.requires),
        }
    )


def _paper(paper: Paper | None) -> Json:
    if paper is None:
        return None
    return _without_nothing({"Title": paper.title, "URL": paper.url, "arXiv": paper.arxiv})


def _license(license_: License | None) -> Json:
    if license_ is None:
        return None
    return _without_nothing({"Code": license_.code, "Weights": license_.weights})


def _attributes(attributes: Iterable[Attribute]) -> dict[str, Json]:
    return {
        one.name: plain(one.values[0]) if len(one.values) == 1 else [plain(v) for v in one.values]
        for one in attributes
    }


def _grouped(pairs: Sequence[tuple[str, str]]) -> dict[str, Json]:
    """Pairs as a mapping; several of one name become a list."""
    names = dict.fromkeys(name for name, _ in pairs)
    groups = {name: [value for other, value in pairs if other == name] for name in names}
    return {name: one[0] if len(one) == 1 else [*one] for name, one in groups.items()}


def _title(title: Text, name: str) -> Json:
    return None if title == Text(plain=name) else text_value(title)


def _unless(own: _Own, inherited: _Own) -> _Own | None:
    return None if own == inherited else own


def _role(role: Role) -> str | None:
    return None if role is Role.REPORTED else role.value


def _size(size: tuple[int, int] | None) -> Json:
    if size is None:
        return None
    return size[0] if size[0] == size[1] else list(size)


def _sources(sources: Sequence[str]) -> Json:
    return sources[0] if len(sources) == 1 else list(sources)


def _without_nothing(value: dict[str, Json]) -> dict[str, Json]:
    return {key: one for key, one in value.items() if one not in (None, "", [], {})}
