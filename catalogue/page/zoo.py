"""The whole zoo judged once, with the families in it and the file names of their pages.

What the pages of one run share.
"""

import re
from collections.abc import Collection as Some
from collections.abc import Mapping
from dataclasses import dataclass, replace

from catalogue.entry import Collection, Zoo
from catalogue.page.claims import judge
from catalogue.page.evidence import gather
from catalogue.page.series import Judged
from catalogue.roofline import Limits
from catalogue.store import Stored


@dataclass(frozen=True, kw_only=True, slots=True)
class Family:
    """A collection that has models, and where its page lies."""

    collection: Collection
    slug: str
    models: tuple[Judged, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class JudgedZoo:
    """Every model with its measurements and judged claims."""

    zoo: Zoo
    models: tuple[Judged, ...]
    families: tuple[Family, ...]
    """In the order of the collections; those without models are left out."""
    limits: tuple[Limits, ...] = ()
    """What devices can do at most."""

    def family_of(self, model: Judged) -> Family | None:
        """The family a model belongs to, if there is one."""
        name = model.evidence.entry.collection
        return next((one for one in self.families if one.collection.name == name), None)


def judge_again(judged: JudgedZoo, stored: Stored, only: Some[str]) -> JudgedZoo:
    """The same zoo with some models judged anew.

    Args:
        judged: The zoo as it was.
        stored: All records of these models; others need not be among them.
        only: Their ids.
    """
    entries = tuple(entry for entry in judged.zoo.entries if entry.id in only)
    newer = {model.id: model for model in _judged(replace(judged.zoo, entries=entries), stored)}
    return replace(
        judged,
        models=tuple(newer.get(model.id, model) for model in judged.models),
        families=tuple(
            replace(one, models=tuple(newer.get(model.id, model) for model in one.models))
            for one in judged.families
        ),
    )


def _judged(zoo: Zoo, stored: Stored) -> tuple[Judged, ...]:
    return tuple(
        Judged(evidence=evidence, claims=judge(evidence)) for evidence in gather(zoo, stored)
    )


def judge_zoo(zoo: Zoo, stored: Stored) -> JudgedZoo:
    """Put entries and records together, and judge every claim."""
    models = _judged(zoo, stored)
    slugs = _slugs(zoo)
    families = (
        Family(
            collection=collection,
            slug=slugs[collection.name],
            models=tuple(
                model for model in models if model.evidence.entry.collection == collection.name
            ),
        )
        for collection in zoo.collections
    )
    return JudgedZoo(
        zoo=zoo,
        models=models,
        families=tuple(one for one in families if one.models),
        limits=stored.limits,
    )


def _slugs(zoo: Zoo) -> Mapping[str, str]:
    """A file name for each collection: its name in lower case, numbered where two would clash."""
    slugs: dict[str, str] = {}
    for collection in zoo.collections:
        stem = re.sub(r"[^\w]+", "-", collection.name.casefold()).strip("-_") or "family"
        slug, count = stem, 1
        while slug in slugs.values() or slug in _TAKEN:
            count += 1
            slug = f"{stem}-{count}"
        slugs[collection.name] = slug
    return slugs


_TAKEN = ("index", "readme")
"""Stems that a site serves at the folder's own address."""
