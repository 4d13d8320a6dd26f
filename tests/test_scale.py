"""What must not grow with the zoo: rows and bytes of the home page, for each model more."""

from collections.abc import Iterator
from dataclasses import replace
from functools import cache

import pytest
from page_zoo import SMALL, STORED, ZOO, accuracy, complexity

from catalogue.entry import Text
from catalogue.page.home import LISTED, HomePage, home_page
from catalogue.page.labels import load_labels
from catalogue.page.layers import template_folders
from catalogue.page.typeset import Around, environment, typeset
from catalogue.page.voice import Voice
from catalogue.page.zoo import judge_zoo
from catalogue.plot import plot_height
from catalogue.record import Kind, Record, Result

MANY, MORE, FAMILIES = 300, 450, 10
BYTES_A_MODEL = 180
"""Of the chart's numbers, which the home page holds for every model."""


@cache
def home(models: int) -> HomePage:
    """The home page of a zoo of copies of one model, in ten families."""
    families = [
        replace(ZOO.collections[0], name=f"Family {at}", title=Text(plain=f"Family {at}"))
        for at in range(FAMILIES)
    ]
    entries = [
        replace(SMALL, id=f"net{at}", name=f"net{at}", collection=f"Family {at % FAMILIES}")
        for at in range(models)
    ]
    copies = [one for at, entry in enumerate(entries) for one in records(at, entry.id)]
    zoo = replace(ZOO, collections=tuple(families), entries=tuple(entries))
    return home_page(judge_zoo(zoo, replace(STORED, records=tuple(copies))))


def records(number: int, model: str) -> Iterator[Record]:
    """What was measured of one copy: no two cost the same."""
    for one in STORED.records:
        if one.model == SMALL.id:
            counts = complexity(10_000_000, 2_000_000_000 + number * 37 % 1000 * 1_000_000)
            hits = accuracy(37_000 + number * 101 % 2000, 46_000)
            changed: dict[Kind, Result] = {Kind.COMPLEXITY: counts, Kind.ACCURACY: hits}
            yield replace(one, model=model, result=changed.get(one.kind, one.result))


def written(models: int) -> str:
    folders = template_folders(None)
    setting = environment(folders)
    setting.globals["plot_height"] = plot_height
    voice = Voice(language="en", labels={"en": load_labels(folders, "en")}, link=lambda one: one)
    return typeset(home(models), voice, setting, Around())


def test_the_table_of_a_large_zoo_has_the_best_of_each_family() -> None:
    page = home(MANY)
    found = [row.family.slug for row in page.rows if row.family]
    assert page.models == MANY
    assert sorted(found) == sorted(card.slug for card in page.families)
    assert page.series.gain is not None
    best = max(page.series.gain.values.values())
    assert best in [row.gain.value for row in page.rows]


def test_the_table_of_a_small_zoo_has_every_model() -> None:
    assert len(home(LISTED).rows) == LISTED


def test_each_model_more_adds_little_to_the_home_page() -> None:
    text = {models: written(models) for models in (MANY, MORE)}
    assert f"Of {MANY} models" in text[MANY]
    more = len(text[MORE]) - len(text[MANY])
    assert 0 < more < BYTES_A_MODEL * (MORE - MANY)


@pytest.mark.parametrize("family", range(FAMILIES))
def test_every_family_is_linked_from_the_home_page(family: int) -> None:
    assert f'href="families/family-{family}.md"' in written(MANY)
