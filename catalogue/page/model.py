"""The page of one model: every figure with its conditions, verdict and provenance.

Assembles what the other modules of this package make. Knows no language and no markup.
"""

from dataclasses import dataclass

from catalogue.entry import Attribute, Entry, Text
from catalogue.page.alternatives import Alternative
from catalogue.page.backends import ModelDevice, model_devices
from catalogue.page.breakdown import Breakdown, breakdown
from catalogue.page.commands import Commands, commands
from catalogue.page.contradictions import contradictions
from catalogue.page.history import Machine, Origin, Past, State, history, machines, origins, states
from catalogue.page.known import known_failures
from catalogue.page.latency import ref_of
from catalogue.page.names import names_of_family, names_of_model
from catalogue.page.numbering import NumberedSource, number_sources
from catalogue.page.quantities import Quantity, quantities
from catalogue.page.recipes import RecipeView, recipe_view
from catalogue.page.roof import OtherCount, RoofView, other_counts, roof_view
from catalogue.page.rows import FamilyPlace
from catalogue.page.series import Judged
from catalogue.page.snippets import Snippet, python_snippets, refresh_snippet, shell_snippets
from catalogue.page.told_latency import ReportedDevice, reported_devices
from catalogue.page.validations import OtherValidation, other_validations
from catalogue.page.wording import ModelRef, Said
from catalogue.page.zoo import Family, JudgedZoo


@dataclass(frozen=True, kw_only=True, slots=True)
class ModelPage:
    """Everything on the page of a model."""

    ref: ModelRef
    entry: Entry
    names: tuple[str, ...]
    """What the search finds it by; `kin` are those of its family."""
    kin: tuple[str, ...]
    family: FamilyPlace | None
    arguments: str | None
    quantities: tuple[Quantity, ...]
    alternatives: tuple[Alternative, ...] | None
    """Models that are as good for less; None where there is no page to compare models on."""
    breakdown: Breakdown | None
    validations: tuple[OtherValidation, ...]
    others: tuple[OtherCount, ...]
    roof: RoofView | None
    measured: tuple[ModelDevice, ...]
    reported: tuple[ReportedDevice, ...]
    recipes: tuple[RecipeView, ...]
    python: tuple[Snippet, ...]
    shell: tuple[Snippet, ...]
    refresh: Snippet | None
    commands: tuple[Commands, ...]
    """The exact one of every figure."""
    known: tuple[Said, ...]
    """What is known to be wrong, but for failed measurements."""
    states: tuple[State, ...]
    history: tuple[Past, ...]
    origins: tuple[Origin, ...]
    machines: tuple[Machine, ...]
    """The same by machine and software."""
    metadata: tuple[Attribute, ...]
    """But for figures, which stand with their verdicts among the quantities."""
    citation: str | None
    sources: tuple[NumberedSource, ...]


def model_page(
    model: Judged, judged: JudgedZoo, *, alternatives: tuple[Alternative, ...] | None = None
) -> ModelPage:
    """Assemble the page of a model.

    Args:
        model: The model.
        judged: The zoo.
        alternatives: Models that are as good for less; None where nothing can be compared.
    """
    entry = model.evidence.entry
    family = judged.family_of(model)
    made = origins(model.evidence)
    disagreements = contradictions(model, judged.limits)
    return ModelPage(
        ref=ref_of(model),
        entry=entry,
        names=names_of_model(entry),
        kin=names_of_family(family.collection) if family else (),
        family=_place(family) if family else None,
        arguments=_arguments(entry),
        quantities=quantities(model),
        alternatives=alternatives,
        breakdown=breakdown(model.evidence.counted()),
        validations=other_validations(model.evidence),
        others=other_counts(model.evidence),
        roof=roof_view(model.evidence.counted(), judged.limits),
        measured=model_devices(model.evidence, judged.limits),
        reported=reported_devices([model], disagreements),
        recipes=tuple(recipe_view(recipe) for recipe in entry.preprocessing),
        python=python_snippets(entry),
        shell=shell_snippets(entry),
        refresh=refresh_snippet(entry) if entry.builder else None,
        commands=commands(model.evidence),
        known=known_failures(model, disagreements),
        states=states(model.evidence),
        history=history(model.evidence),
        origins=made,
        machines=machines(made),
        metadata=tuple(one for one in (*entry.metadata, *entry.extra) if not one.judged),
        citation=entry.citation or (family.collection.citation if family else None),
        sources=number_sources([entry], judged.zoo),
    )


def _place(family: Family) -> FamilyPlace:
    name = Text(plain=family.collection.name)
    return FamilyPlace(number=0, name=name, title=family.collection.title, slug=family.slug)


def _arguments(entry: Entry) -> str | None:
    if entry.builder is None or not (entry.builder.args or entry.builder.kwargs):
        return None
    given = [repr(value) for value in entry.builder.args]
    given += [f"{key}={value!r}" for key, value in entry.builder.kwargs.items()]
    return ", ".join(given)
