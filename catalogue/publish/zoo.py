"""The documents of a zoo: of all models, of one model, of one family."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from catalogue.entry import Builder, Entry, Paper, Text, Weights
from catalogue.freshness import arguments_text
from catalogue.page.contradictions import contradictions
from catalogue.page.markup import web_url
from catalogue.page.series import Judged
from catalogue.page.zoo import Family, JudgedZoo
from catalogue.provenance import Environment
from catalogue.publish.documents import (
    BuilderDocument,
    Document,
    FamilyDocument,
    ModelDocument,
    SourceDocument,
    Texts,
    WeightsDocument,
)
from catalogue.publish.measured import conditions_of, key_of, measured, setup_of
from catalogue.publish.measured_documents import ConditionsDocument, Setup
from catalogue.publish.reported import reported, texts

SCHEMA = "catalogue-models/3"
FLOPS = "1 FLOP = 1 multiplication or addition; FLOPs = 2 x MACs"
_NONE = ConditionsDocument(complexity={}, latency={}, accuracy={})


def zoo_document(judged: JudgedZoo, languages: Sequence[str]) -> Document:
    """Everything; the documents of models and families are parts of it."""
    slugs = {one.collection.name: one.slug for one in judged.families}
    return Document(
        schema=SCHEMA,
        flops_convention=FLOPS,
        families=tuple(_family(one, languages) for one in judged.families),
        models=tuple(_model(one, judged, slugs, languages) for one in judged.models),
        sources={
            source.id: SourceDocument(
                title=texts(source.title, languages) or {},
                url=web_url(source.url),
                archive=web_url(source.archive),
                commit=source.commit,
                accessed=source.accessed,
                note=texts(source.note, languages),
            )
            for source in judged.zoo.sources
        },
        conditions=conditions_of(model.evidence for model in judged.models),
        environments=_environments(judged.models),
        setups=_setups(judged.models),
    )


def family_document(whole: Document, family: FamilyDocument) -> Document:
    """One family with the ids of its models."""
    bare = replace(whole, sources={}, conditions=_NONE, environments={}, setups={})
    return replace(bare, families=(family,), models=())


def model_document(whole: Document, model: ModelDocument) -> Document:
    """One model with what it refers to: its family, sources, conditions, setups, environments."""
    cited = dict.fromkeys(_cited(model))
    setups = {one: whole.setups[one] for one in dict.fromkeys(_used(model))}
    places = dict.fromkeys(one.environment for one in setups.values())
    return replace(
        whole,
        families=tuple(
            replace(one, models=()) for one in whole.families if one.slug == model.family
        ),
        models=(model,),
        sources={one: whole.sources[one] for one in cited if one in whole.sources},
        conditions=_conditions(whole.conditions, model),
        environments={one: whole.environments[one] for one in places if one in whole.environments},
        setups=setups,
    )


def _conditions(every: ConditionsDocument, model: ModelDocument) -> ConditionsDocument:
    own = model.measured
    return ConditionsDocument(
        complexity={one.conditions: every.complexity[one.conditions] for one in own.complexity},
        latency={one.conditions: every.latency[one.conditions] for one in own.latency},
        accuracy={one.conditions: every.accuracy[one.conditions] for one in own.accuracy},
    )


def _setups(models: Iterable[Judged]) -> Mapping[str, Setup]:
    every = {
        setup_of(finding.record): None for model in models for finding in model.evidence.findings
    }
    return {key_of(setup): setup for setup in every}


def _environments(models: Iterable[Judged]) -> Mapping[str, Environment]:
    found = {
        finding.record.provenance.environment: finding.environment
        for model in models
        for finding in model.evidence.findings
        if finding.environment is not None
    }
    return {name: found[name] for name in sorted(found)}


def _family(family: Family, languages: Sequence[str]) -> FamilyDocument:
    collection = family.collection
    return FamilyDocument(
        slug=family.slug,
        name=collection.name,
        title=_title(collection.title, collection.name, languages),
        summary=texts(collection.summary, languages),
        paper=_paper(collection.paper),
        models=tuple(model.id for model in family.models),
    )


def _paper(paper: Paper | None) -> str | None:
    if paper is None:
        return None
    return web_url(paper.url) or (
        f"https://arxiv.org/abs/{paper.arxiv}" if paper.arxiv else paper.title
    )


def _title(title: Text, name: str, languages: Sequence[str]) -> Texts | None:
    """A title in every language, unless it is the name."""
    return None if title.plain == name else texts(title, languages)


def _model(
    model: Judged, judged: JudgedZoo, slugs: Mapping[str, str], languages: Sequence[str]
) -> ModelDocument:
    entry = model.evidence.entry
    return ModelDocument(
        id=entry.id,
        name=entry.name,
        title=_title(entry.title, entry.name, languages),
        aliases=entry.aliases,
        family=slugs.get(entry.collection or ""),
        summary=texts(entry.summary, languages),
        license_code=entry.license.code if entry.license else None,
        license_weights=entry.license.weights if entry.license else None,
        builder=_builder(entry.builder) if entry.builder else None,
        weights=_weights(entry),
        input_size=model.evidence.input_size,
        measured=measured(model.evidence),
        reported=reported(model.claims, languages, contradictions(model, judged.limits)),
    )


def _builder(builder: Builder) -> BuilderDocument:
    return BuilderDocument(
        target=builder.target,
        arguments=arguments_text(builder) if builder.args or builder.kwargs else None,
        requires=builder.requires,
    )


def _weights(entry: Entry) -> tuple[WeightsDocument, ...]:
    return tuple(_file(one) for one in entry.weights)


def _file(weights: Weights) -> WeightsDocument:
    return WeightsDocument(
        url=web_url(weights.url),
        name=weights.name,
        sha256=weights.sha256 or weights.sha256_prefix,
        size_bytes=weights.size_bytes,
    )


def _cited(model: ModelDocument) -> Iterator[str]:
    for cost in model.reported.costs:
        yield from cost.sources
    for accuracy in model.reported.accuracies:
        yield from accuracy.sources
    for latency in model.reported.latencies:
        yield from latency.sources


def _used(model: ModelDocument) -> Iterator[str]:
    yield from (one.provenance.setup for one in model.measured.complexity)
    yield from (one.provenance.setup for line in model.measured.latency for one in line.points)
    yield from (one.provenance.setup for one in model.measured.accuracy)
