"""A model's results as the Hugging Face hub reads them: card metadata, and `.eval_results`.

Only figures of these weights go out, each with the source that printed it. huggingface_hub keeps
one source for results of the same task, data set, configuration and split, and gives it to the
others; every result therefore has a configuration of its own, which names whose figure it is.
Source: `eval_results_to_model_index` in https://github.com/huggingface/huggingface_hub.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from catalogue.entry import Figure, Json, License, Role, Source
from catalogue.page.claims import AccuracyClaim, is_imagenet_val
from catalogue.page.evidence import Validated
from catalogue.page.markup import web_url
from catalogue.page.series import Judged
from catalogue.page.verdict import Judgement, Verdict
from catalogue.page.wording import by
from catalogue.publish.reported import number
from catalogue.publish.wellformed import one_line, yaml_text

IMAGENET = "ILSVRC/imagenet-1k"
"""The hub's own copy of the data set."""
_TASKS = {"top1": "top_1_accuracy", "top5": "top_5_accuracy"}
_NAMES = {"top1": "Top 1 Accuracy", "top5": "Top 5 Accuracy"}
_LICENSES = frozenset(
    (
        *("apache-2.0", "mit", "bsd-2-clause", "bsd-3-clause", "cc-by-4.0", "cc-by-nc-4.0"),
        *("cc-by-sa-4.0", "cc-by-nc-sa-4.0", "cc0-1.0", "mpl-2.0", "unlicense"),
    )
)
"""Names that the hub shares with SPDX, but for their case."""
_GNU = ("agpl-3.0", "gpl-2.0", "gpl-3.0", "lgpl-2.1", "lgpl-3.0")


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """One accuracy of the model's own weights, by whoever tells it."""

    metrics: tuple[tuple[str, float], ...]
    """(`top1` or `top5`, percent)."""
    whose: str
    """`measured`, or `reported-` and the source's id."""
    source: Source | None
    """None where we measured it, or where the entry names nobody."""
    dataset: str
    split: str
    remarks: tuple[tuple[str, str], ...]
    """How it was measured, what came of checking it."""
    time: str | None = None
    imagenet: bool = True


def told(model: Judged, sources: Mapping[str, Source]) -> tuple[Told, ...]:
    """Accuracies of the model's own weights: measured on the whole set, or reported.

    Left out: what holds for other weights, what papers say and what sources only repeat, parts of
    the data set, and measurements that are out of date.
    """
    measured = (_measured(one) for one in model.evidence.validations if _counts(one))
    reported = (
        one for claim in model.claims.accuracies if _is_own(claim) for one in _by(claim, sources)
    )
    return (*measured, *reported)


def card_text(model: Judged, sources: Mapping[str, Source]) -> str:
    """The metadata of a model card, to be put between its `---` lines."""
    entry = model.evidence.entry
    card: dict[str, Json] = {"pipeline_tag": "image-classification"}
    if entry.builder is not None and entry.builder.scheme == "timm":
        card["library_name"] = "timm"
    card.update(_license(entry.license))
    results = _distinct(told(model, sources))
    if results:
        card["model-index"] = [{"name": one_line(entry.name) or entry.id, "results": [*results]}]
    return yaml_text(card)


def evaluations_text(model: Judged, sources: Mapping[str, Source]) -> str:
    """What goes into a file of the folder `.eval_results`: an empty list where there is nothing."""
    found: list[Json] = [
        _evaluation(one, metric, value)
        for one in told(model, sources)
        if one.imagenet
        for metric, value in one.metrics
    ]
    return yaml_text(found)


def _counts(one: Validated) -> bool:
    return one.finding.holds and not one.conditions.subset


def _is_own(claim: AccuracyClaim) -> bool:
    result = claim.result
    return result.applies_to is None and result.role in (Role.REPORTED, Role.MEASURED)


def _measured(one: Validated) -> Told:
    provenance, under = one.finding.record.provenance, one.conditions
    return Told(
        metrics=(("top1", one.result.top1), ("top5", one.result.top5)),
        whose="measured",
        source=None,
        dataset="ImageNet-1k",
        split=under.split,
        remarks=(
            ("measured_by", provenance.program),
            ("images", str(one.result.images)),
            ("input_size", by(under.input_size[1:])),
            ("precision", under.precision),
            ("preprocessing", one_line(under.recipe_id)),
        ),
        time=provenance.time,
    )


def _by(claim: AccuracyClaim, sources: Mapping[str, Source]) -> Iterator[Told]:
    """A claim once for each source that prints it."""
    result = claim.result
    tops: tuple[tuple[str, Figure | None, Judgement | None], ...] = (
        ("top1", result.top1, claim.top1),
        ("top5", result.top5, claim.top5),
    )
    metrics = tuple((name, figure.value) for name, figure, _ in tops if figure is not None)
    verdicts = [f"{name} {one.verdict.value}" for name, _, one in tops if one and _judged(one)]
    conditions = (
        ("input_size", by(claim.input_size) if claim.input_size else None),
        ("precision", result.precision),
        ("preprocessing", result.preprocessing),
        ("verdict", ", ".join(verdicts)),
    )
    for source in result.sources or (None,) if metrics else ():
        known = sources.get(source) if source else None
        remarks = (("reported_by", _title(known) if known else source or "unnamed"), *conditions)
        yield Told(
            metrics=metrics,
            whose=f"reported-{source or 'unnamed'}",
            source=known,
            dataset=one_line(result.dataset or "ImageNet-1k") or "unnamed",
            split=one_line(result.split or "val"),
            remarks=tuple((name, one_line(said)) for name, said in remarks if said),
            imagenet=is_imagenet_val(result),
        )


def _judged(one: Judgement) -> bool:
    return one.verdict in (Verdict.CONFIRMED, Verdict.NEAR, Verdict.REFUTED)


def _title(source: Source) -> str:
    return one_line(source.title.in_language("en") or source.title.any_language()) or source.id


def _distinct(every: tuple[Told, ...]) -> Iterator[Json]:
    """Results of a card; where one source tells several, they are numbered."""
    seen: Counter[str] = Counter()
    for one in every:
        seen[one.whose] += 1
        count = seen[one.whose]
        yield _result(one, one.whose if count == 1 else f"{one.whose}-{count}")


def _result(one: Told, config: str) -> Json:
    kind = "imagenet-1k" if one.imagenet else one.dataset
    metrics: list[Json] = [
        {"type": "accuracy", "name": _NAMES[metric], "value": number(value)}
        for metric, value in one.metrics
    ]
    result: dict[str, Json] = {
        "task": {"type": "image-classification"},
        "dataset": {
            "name": one.dataset,
            "type": kind,
            "config": config,
            "split": one.split,
            "args": dict(one.remarks),
        },
        "metrics": metrics,
    }
    return result | _source(one)


def _source(one: Told) -> dict[str, Json]:
    url = web_url(one.source.url) if one.source else None
    return {"source": {"url": url, "name": _title(one.source)}} if one.source and url else {}


def _evaluation(one: Told, metric: str, value: float) -> Json:
    notes = "; ".join(f"{name.replace('_', ' ')} {said}" for name, said in one.remarks)
    found: dict[str, Json] = {
        "dataset": {"id": IMAGENET, "task_id": _TASKS[metric]},
        "value": number(value),
    }
    if one.time is not None:
        found["date"] = one.time
    return found | _source(one) | {"notes": notes}


def _license(license_: License | None) -> Mapping[str, Json]:
    name = license_.weights or license_.code if license_ else None
    if name is None:
        return {}
    folded = name.casefold()
    gnu = folded.removesuffix("-only").removesuffix("-or-later")
    if folded in _LICENSES or gnu in _GNU:
        return {"license": folded if folded in _LICENSES else gnu}
    return {"license": "other", "license_name": one_line(name)}
