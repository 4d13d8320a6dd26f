"""Model cards and evaluation files of the Hugging Face hub as entries.

Each result keeps the source that it names itself: cards hold figures of several sources, and
huggingface_hub's own converter gives those of one data set to the first of them.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from catalogue.entry import Json
from catalogue.errors import CatalogueError
from catalogue.importing.batch import Batch, Family
from catalogue.importing.card_text import Card, read_card, read_evaluations
from catalogue.importing.figures import plain
from catalogue.importing.licenses import spdx
from catalogue.importing.spell import Digits
from catalogue.read.numbers import printed_number, shown

_EVALUATIONS = ".eval_results"
_ACCURACY = re.compile(r"\b(acc|accuracy|top-?[15])\b")
"""Metrics that the format has in percent, and cards as a fraction more often than not."""
_SCORE = "Score"
"""Name of a figure whose file gives none: what is measured is the benchmark's affair."""
_KEPT = {
    "library_name": "Library",
    "datasets": "Training Data",
    "base_model": "Base Model",
    "tags": "Tags",
}
"""Fields of a card that go into Metadata."""


@dataclass(kw_only=True, slots=True)
class _Findings:
    """What is gathered on the way."""

    file: str
    own_source: str
    """Id of the source of figures that name none: the card itself."""
    sources: dict[str, Json] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)


def import_card(path: Path, *, model: str | None = None) -> Batch:
    """The models of a card, with the evaluation files beside it, or those of one such file.

    Args:
        path: `README.md` of a model's repository, or `.eval_results/*.yaml` in it.
        model: The model's name, where the files do not tell it.

    Raises:
        CatalogueError: a file cannot be read, or there is no result in it.
    """
    is_card = path.suffix.casefold() == ".md"
    folder = path.parent if is_card else path.parent.parent
    card = read_card(path) if is_card else Card()
    files = sorted(folder.joinpath(_EVALUATIONS).glob("*.y*ml")) if is_card else [path]
    name = model or next((one.name for one in card.models), None) or folder.resolve().name
    findings = _Findings(file=path.name, own_source=f"card-{_slug(name)}")
    results = {one.name or name: _card_results(one.results, findings) for one in card.models}
    results.setdefault(name, [])
    for file in files:
        results[name] += _evaluated(read_evaluations(file), findings)
    if not any(results.values()):
        message = (
            f"{path}:1:1: holds no result; expected a card with model-index, or {_EVALUATIONS}"
        )
        raise CatalogueError(message)
    if any(one["Source"] == findings.own_source for held in results.values() for one in held):
        findings.sources[findings.own_source] = {"Title": f"{name} model card"}
    family = Family(
        file=f"huggingface/{_slug(name)}.yml",
        collection=None,
        models=tuple(_model(title, card, held) for title, held in results.items() if held),
    )
    return Batch(
        name=f"huggingface-{_slug(name)}",
        command="huggingface-card",
        origin=str(path),
        families=(family,),
        sources=findings.sources,
        remarks=tuple(findings.remarks),
    )


def _model(name: str, card: Card, results: Sequence[dict[str, Json]]) -> dict[str, Json]:
    model: dict[str, Json] = {"Name": name, "ID": _slug(name)}
    # The hub's `other` stands for the licence that `license_name` names.
    named = spdx(_text(card.fields.get("license")))
    license_ = named or spdx(_text(card.fields.get("license_name")))
    if license_:
        model["License"] = {"Weights": license_}
    kept = {title: card.fields[key] for key, title in _KEPT.items() if card.fields.get(key)}
    if kept:
        model["Metadata"] = kept
    return model | {"Results": [*results]}


def _card_results(
    results: Sequence[Mapping[str, Json]], findings: _Findings
) -> list[dict[str, Json]]:
    """Each result with its own source; metrics of one name become results of their own."""
    found: list[dict[str, Json]] = []
    for result in results:
        task, dataset = _object(result.get("task")), _object(result.get("dataset"))
        for metrics in _metric_groups(result, findings):
            one: dict[str, Json] = {
                "Task": _named(task),
                "Dataset": _named(dataset),
                "Split": dataset.get("split"),
                "Metrics": metrics,
                "Source": _source(_object(result.get("source")), findings),
                "Note": _note(dataset, ("config", "revision")),
            }
            found.append({key: value for key, value in one.items() if value})
    return found


def _metric_groups(result: Mapping[str, Json], findings: _Findings) -> Iterator[dict[str, Json]]:
    """Metrics by name, in as many groups as one name occurs."""
    groups: list[dict[str, Json]] = []
    for metric in _objects(result.get("metrics")):
        name = _text(metric.get("name")) or _text(metric.get("type")) or _SCORE
        value = _value(metric.get("value"), name, findings)
        if value is None:
            continue
        if _ACCURACY.search(name.casefold()) and isinstance(value, Digits) and float(value) <= 1:
            value = f"{Decimal(value).scaleb(2):f}%"
        free = next((group for group in groups if name not in group), None)
        if free is None:
            free = {}
            groups.append(free)
        free[name] = value
    yield from groups


def _evaluated(
    evaluations: Sequence[Mapping[str, Json]], findings: _Findings
) -> list[dict[str, Json]]:
    """The results of an `.eval_results` file.

    Source: https://github.com/huggingface/hub-docs/blob/main/eval_results.yaml.
    """
    found: list[dict[str, Json]] = []
    for one in evaluations:
        dataset = _object(one.get("dataset"))
        name, task = _text(dataset.get("id")), _text(dataset.get("task_id"))
        value = _value(one.get("value"), name or _SCORE, findings)
        if value is None or not name:
            if value is not None:
                findings.remarks.append(f"{findings.file}: a result without dataset.id; not read")
            continue
        result: dict[str, Json] = {
            "Dataset": name if task in (None, "default") else f"{name} ({task})",
            "Metrics": {_SCORE: value},
            "Source": _source(_object(one.get("source")), findings),
            "Note": _note(
                {**one, "revision": dataset.get("revision")}, ("notes", "date", "revision")
            ),
        }
        found.append({key: value for key, value in result.items() if value})
    return found


def _source(source: Mapping[str, Json], findings: _Findings) -> str:
    """Id of the source that a result names; that of the card where it names none."""
    url, name = _text(source.get("url")), _text(source.get("name"))
    title = name or _text(source.get("org")) or _text(source.get("user")) or url
    if title is None:
        return findings.own_source
    said: dict[str, Json] = {"Title": title, **({"URL": url} if url else {})}
    wished = _slug(title if name is None or url is None else f"{name} {url.partition('//')[2]}")
    free = next(
        one
        for one in (wished, *(f"{wished}-{number}" for number in range(2, 10_000)))
        if findings.sources.get(one, said) == said
    )
    findings.sources[free] = said
    return free


def _value(value: Json, name: str, findings: _Findings) -> Json:
    text = _text(value)
    try:
        printed_number(text or "")
    except ValueError:
        found = shown(text) if text is not None else "no single value"
        findings.remarks.append(f"{findings.file}: {name} is {found}, expected a number; not read")
        return None
    return plain(text or "")


def _note(said: Mapping[str, Json], names: Sequence[str]) -> str | None:
    """Further facts in one line; `default` says nothing."""
    facts = ((name, _text(said.get(name))) for name in names)
    told = [text if name == "notes" else f"{name} {text}" for name, text in facts if text]
    return "; ".join(one for one in told if not one.endswith(" default")) or None


def _named(value: Mapping[str, Json]) -> Json:
    return _text(value.get("name")) or _text(value.get("type"))


def _text(value: Json) -> str | None:
    return value.strip() or None if isinstance(value, str) else None


def _object(value: Json) -> Mapping[str, Json]:
    return value if isinstance(value, dict) else {}


def _objects(value: Json) -> list[Mapping[str, Json]]:
    members = value if isinstance(value, list) else [value]
    return [one for one in members if isinstance(one, dict)]


def _slug(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip("-._")[:80] or "model"
