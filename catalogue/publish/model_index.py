"""The whole zoo in one model-index file: for other zoos, and for whoever reads that format.

Measured figures stand beside the reported ones, with this program as their source.
"""

from collections.abc import Iterator, Sequence

from catalogue.entry import (
    Convention,
    Entry,
    Json,
    Preprocessing,
    Quantity,
    ReportedCost,
    Role,
    Source,
    Text,
    Zoo,
)
from catalogue.page.claims import AccuracyClaim
from catalogue.page.evidence import Evidence, Validated
from catalogue.page.markup import web_url
from catalogue.page.series import Judged
from catalogue.page.zoo import Family, JudgedZoo
from catalogue.publish.reported import metrics_of
from catalogue.publish.spelling import count_fields, metric_text, recipe_fields
from catalogue.publish.wellformed import yaml_text

_NAMES = {"top1": "Top 1 Accuracy", "top5": "Top 5 Accuracy"}


def model_index_text(judged: JudgedZoo) -> str:
    """Every model with its results and costs, each with its source."""
    ours = _free_id(judged.zoo)
    sources: dict[str, Json] = {one.id: _source(one) for one in judged.zoo.sources}
    sources[ours] = {"Title": "Measured by catalogue"}
    shared = {one.collection.name: _shared(one) for one in judged.families}
    families: list[Json] = [
        _named(one.collection.name, one.collection.title) | _recipes(shared[one.collection.name])
        for one in judged.families
    ]
    models: list[Json] = [
        _model(one, ours, shared.get(one.evidence.entry.collection or "", ()))
        for one in judged.models
    ]
    whole: dict[str, Json] = {"Type": "model-index", "Sources": sources}
    return yaml_text(whole | {"Collections": families, "Models": models})


def _free_id(zoo: Zoo) -> str:
    taken = {one.id for one in zoo.sources}
    names = ("catalogue", *(f"catalogue-{number}" for number in range(2, len(taken) + 3)))
    return next(name for name in names if name not in taken)


def _source(source: Source) -> Json:
    said: dict[str, Json | None] = {
        "Title": _text(source.title),
        "URL": web_url(source.url),
        "Commit": source.commit,
        "Accessed": source.accessed,
    }
    return {key: value for key, value in said.items() if value}


def _text(text: Text) -> Json:
    return text.plain if text.plain is not None else dict(text.translations)


def _named(name: str, title: Text) -> dict[str, Json]:
    """A name with its title, unless that is the name: it then is by itself."""
    return {"Name": name} if title.plain == name else {"Name": name, "Title": _text(title)}


def _shared(family: Family) -> tuple[Preprocessing, ...]:
    """The recipes that all models of a family have, which its collection then holds for them."""
    first, *others = (model.evidence.entry.preprocessing for model in family.models)
    return first if all(one == first for one in others) else ()


def _recipes(recipes: Sequence[Preprocessing]) -> dict[str, Json]:
    return {"Preprocessing": [recipe_fields(one) for one in recipes]} if recipes else {}


def _model(model: Judged, ours: str, shared: tuple[Preprocessing, ...]) -> Json:
    entry, evidence = model.evidence.entry, model.evidence
    said: dict[str, Json] = {
        **_named(entry.name, entry.title),
        "ID": entry.id,
        "In Collection": entry.collection,
        "Alias": [*entry.aliases],
        "Weights": next((url for one in entry.weights if (url := web_url(one.url))), None),
        "Metadata": _metadata(evidence),
        **_recipes(() if entry.preprocessing == shared else entry.preprocessing),
        "Results": [
            *(_validated(one, ours) for one in evidence.validations if _counts(one)),
            *(_claimed(claim) for claim in model.claims.accuracies),
        ],
        "Costs": [*_counted(evidence, ours), *_costs(entry)],
    }
    return {key: value for key, value in said.items() if value}


def _counts(one: Validated) -> bool:
    return one.finding.holds and not one.conditions.subset


def _metadata(evidence: Evidence) -> Json:
    """What readers of plain model-index look for: our counts, FLOPs being 2 x MACs."""
    counted = evidence.counted()
    if counted is None or not counted.finding.holds:
        return {}
    return {"FLOPs": counted.result.flops, "Parameters": counted.result.params}


def _validated(one: Validated, ours: str) -> Json:
    return {
        "Task": "Image Classification",
        "Dataset": "ImageNet-1k",
        "Split": one.conditions.split,
        "Metrics": {_NAMES["top1"]: one.result.top1, _NAMES["top5"]: one.result.top5},
        "Role": "measured",
        "Source": ours,
        "Preprocessing": one.conditions.recipe_id,
        "Input Size": [*one.conditions.input_size[1:]],
        "Precision": one.conditions.precision,
    }


def _claimed(claim: AccuracyClaim) -> Json:
    result = claim.result
    said: dict[str, Json | None] = {
        "Task": result.task,
        "Dataset": result.dataset,
        "Split": result.split,
        "Metrics": {
            _NAMES.get(name, name): metric_text(name, figure)
            for name, figure, _ in metrics_of(claim)
        },
        "Role": _role(result.role),
        "Source": [*result.sources],
        "Preprocessing": result.preprocessing,
        "Input Size": [*result.input_size] if result.input_size else None,
        "Precision": result.precision,
        "Applies To": result.applies_to,
        "Note": _text(result.note) if result.note else None,
    }
    return {key: value for key, value in said.items() if value}


def _role(role: Role) -> Json:
    """Whose word a figure is, where it is not a plain report."""
    return None if role is Role.REPORTED else role.value


def _counted(evidence: Evidence, ours: str) -> Iterator[Json]:
    counted = evidence.counted()
    if counted is None or not counted.finding.holds:
        return
    result = counted.result
    for quantity, value, convention in (
        (Quantity.MACS, result.macs, None),
        (Quantity.FLOPS, result.flops, Convention.TWO_MACS),
        (Quantity.PARAMS, result.params, None),
        (Quantity.ACTIVATIONS, result.activations, None),
    ):
        said: dict[str, Json] = {"Quantity": quantity.value, "Value": value}
        if convention is not None:
            said["Convention"] = convention.value
        if quantity is not Quantity.PARAMS:
            said["Input Size"] = [*counted.conditions.input_size[1:]]
        yield said | {"Role": "measured", "Source": ours}


def _costs(entry: Entry) -> Iterator[Json]:
    return (_cost(one) for one in entry.costs)


def _cost(cost: ReportedCost) -> Json:
    said: dict[str, Json | None] = {
        "Quantity": cost.quantity.value,
        **count_fields(cost.figure, cost.quantity),
        "Convention": cost.convention.value if cost.convention else None,
        "Input Size": [*cost.input_size] if cost.input_size else None,
        "Tool": cost.tool,
        "Role": _role(cost.role),
        "Source": [*cost.sources],
        "Note": _text(cost.note) if cost.note else None,
    }
    return {key: value for key, value in said.items() if value}
