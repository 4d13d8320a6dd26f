"""Reported results: task, data set, metrics, and whose word they are.

Knows a result's fields; knows nothing of models.
"""

from collections.abc import Iterable

import yaml

from catalogue.entry import ReportedResult, Role
from catalogue.errors import near
from catalogue.read.fields import folded
from catalogue.read.figures import height_and_width
from catalogue.read.mapping import (
    Fields,
    Item,
    is_null,
    keep,
    kind_of,
    pairs,
    read_fields,
    say_unknown,
)
from catalogue.read.metrics import read_metrics
from catalogue.read.numbers import shown
from catalogue.read.sheet import Sheet, Zone
from catalogue.read.tables import RESULT
from catalogue.read.values import choice, prose, scalar_text, text, words


def read_results(
    sheet: Sheet, node: yaml.Node | None, recipes: Iterable[str | None]
) -> tuple[tuple[ReportedResult, ...], tuple[tuple[int, Item], ...]]:
    """Read a Results value.

    Args:
        sheet: Where it stands.
        node: A list of results, or a single one.
        recipes: Ids of the recipes that results may name.

    Returns:
        The results, and the keys unknown in each, by the result's position from 1.
    """
    if node is None:
        return (), ()
    members = node.value if isinstance(node, yaml.SequenceNode) else [node]
    if isinstance(node, yaml.MappingNode):
        message = "a single result, read as a list of one"
        sheet.note(node, "read-as-list", message, alike="single")
    results: list[ReportedResult] = []
    unknown: list[tuple[int, Item]] = []
    for position, member in enumerate(members, 1):
        if is_null(member):
            continue
        if not isinstance(member, yaml.MappingNode):
            message = f"a result is {kind_of(member)}, expected Task, Dataset and Metrics"
            sheet.error(member, "wrong-kind", message)
            continue
        fields = read_fields(sheet, member, RESULT)
        say_unknown(fields)
        unknown.extend((position, item) for item in fields.unknown)
        result = _result(fields, frozenset(recipes))
        if result is not None:
            results.append(result)
    return tuple(results), tuple(unknown)


def _result(fields: Fields, recipes: frozenset[str | None]) -> ReportedResult | None:
    sheet = fields.sheet
    node = fields.value("Metrics")
    if node is None:
        if "Metrics" in fields.known:
            sheet.note(fields.node, "no-value", "the result's Metrics are empty", alike="Metrics")
            return None
        message = "the result has no Metrics; expected names and values under Metrics"
        sheet.error(fields.node, "missing-key", message)
        return None
    task = _named(fields, "Task")
    classifies = folded(task or "").startswith("image classification")
    metrics = read_metrics(sheet, node, classifies=classifies)
    return ReportedResult(
        task=task,
        dataset=_named(fields, "Dataset"),
        split=text(fields, "Split"),
        metrics=metrics.all,
        top1=metrics.top1,
        top5=metrics.top5,
        role=role(fields),
        sources=cited(fields),
        preprocessing=_recipe(fields, recipes),
        input_size=height_and_width(sheet, fields.value("Input Size"), "Input Size"),
        precision=text(fields, "Precision"),
        applies_to=text(fields, "Applies To"),
        note=prose(fields, "Note"),
        place=sheet.place(fields.node),
    )


def _named(fields: Fields, name: str) -> str | None:
    """A task or data set: text, or Hugging Face's {type, name}."""
    node = fields.value(name)
    if isinstance(node, yaml.MappingNode):
        items = {folded(item.key.value): item for item in pairs(fields.sheet, node)}
        item = items.get("name") or items.get("type")
        node = None if item is None else item.value
        keep(fields.sheet, name, [other for other in items.values() if other is not item])
    if isinstance(node, yaml.SequenceNode):
        return ", ".join(words(fields.sheet, node, name)) or None
    return None if node is None else scalar_text(fields.sheet, node, name)


def _recipe(fields: Fields, recipes: frozenset[str | None]) -> str | None:
    named = text(fields, "Preprocessing")
    if named is not None and named not in recipes:
        known = [recipe for recipe in recipes if recipe]
        listed = ", ".join(sorted(known)) or "there are none"
        message = (
            f"no recipe has the ID {shown(named)}{near(named, known)}; expected one of: {listed}"
        )
        fields.sheet.warning(fields.known["Preprocessing"].value, "unknown-recipe", message)
    return named


def role(fields: Fields) -> Role:
    """Whose word a figure is; the zoo's own where nothing is said."""
    named = choice(fields, "Role")
    return Role.REPORTED if named is None else Role(named)


def cited(fields: Fields) -> tuple[str, ...]:
    """The ids of the sources a figure names; unknown ones are said, and kept."""
    node = fields.value("Source")
    if node is None:
        return ()
    sheet = fields.sheet
    found = words(sheet, node, "Source")
    members = node.value if isinstance(node, yaml.SequenceNode) else [node]
    for source, member in zip(found, members, strict=False):
        if source not in sheet.zone.sources:
            sheet.zone.cited_early.append((source, sheet.place(member)))
    return found


def say_unknown_sources(zone: Zone) -> None:
    """Say which citations name no source; to be called when every file was read."""
    for source, place in zone.cited_early:
        if source not in zone.sources:
            hint = zone.findings.hint(source, zone.sources)
            message = f"source {shown(source)} is not under Sources{hint}; add it there"
            zone.findings.warning(place, "unknown-source", message, alike=source)
