"""When two members of a list are the same thing, and when two values are the same.

Knows the entry format's lists; knows nothing of texts and files.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import TypeAlias

from catalogue.entry import Json
from catalogue.importing.spell import Digits, spelt
from catalogue.read.fields import folded

Object: TypeAlias = Mapping[str, Json]
Told: TypeAlias = Mapping[str, frozenset[str]]
"""The identifying fields of a member that are given, each as a set of texts."""

IDENTITY: Mapping[str, tuple[str, ...]] = {
    "Collections": ("Name",),
    "Models": ("ID", "Name"),
    "Preprocessing": ("ID",),
    "Weights": ("Name",),
    "Results": (
        *("Task", "Dataset", "Split", "Input Size", "Preprocessing"),
        *("Role", "Applies To", "Source"),
    ),
    "Costs": ("Quantity", "Convention", "Input Size", "Role", "Source"),
    "Latency": ("Device", "Precision", "Runtime", "Input Size", "Role", "Source"),
    "Distinct From": ("Ref",),
}
"""Which fields make two members of a list the same thing; all else of them are its values."""
SETS = frozenset({"Alias", "Import"})
"""Lists of texts in which each stands for itself, so that one may be added."""
_DEFAULTS: Object = {"Role": "reported"}


def told(name: str, member: Object) -> Told:
    """What tells a member of the list `name` from its others: the identifying fields it gives."""
    fields = _fields(name)
    given = {**_DEFAULTS, **member}
    texts = {folded(key): _texts(one) for key, one in given.items() if folded(key) in fields}
    return {key: found for key, found in texts.items() if found}


def find(name: str, wanted: Told, among: Sequence[Told]) -> int | None:
    """The position of the first member that is the same thing as `wanted`.

    Args:
        name: The list's key.
        wanted: What an importer says.
        among: What stands in a file, or what an importer said before.
    """
    return next((at for at, one in enumerate(among) if _is(name, wanted, one)), None)


def same(found: Json, wanted: Json) -> bool:
    """Whether what stands in a file says a value; `0.50` is 0.5 where a number is wanted."""
    if isinstance(wanted, dict):
        return (
            isinstance(found, dict)
            and found.keys() == wanted.keys()
            and all(same(found[name], wanted[name]) for name in wanted)
        )
    if isinstance(wanted, list):
        return (
            isinstance(found, list) and len(found) == len(wanted) and all(map(same, found, wanted))
        )
    if isinstance(wanted, bool):
        return str(found).casefold() == str(wanted).casefold()
    if isinstance(wanted, int | float | Digits):
        return _number(found) == float(wanted)
    return found == wanted


@lru_cache
def _fields(name: str) -> frozenset[str]:
    return frozenset(folded(field) for field in IDENTITY.get(name, ()))


def _texts(value: Json) -> frozenset[str]:
    members = value if isinstance(value, list) else [value]
    return frozenset(spelt(one).strip("'\"") for one in members if one is not None)


def _is(name: str, wanted: Told, found: Told) -> bool:
    if name == "Models":
        # People need not write an ID; where they do, the Name is theirs to change.
        if "id" in found and "id" in wanted:
            return found["id"] == wanted["id"]
        return "name" in found and found["name"] in (wanted.get("name"), wanted.get("id"))
    if wanted.keys() != found.keys():
        return False
    # A claim may have several sources: it is the same one if the wanted source is among them.
    return all(
        texts <= found[key] if key == "source" else texts == found[key]
        for key, texts in wanted.items()
    )


def _number(found: Json) -> float | None:
    try:
        return float(found) if isinstance(found, str | int | float) else None
    except ValueError:
        return None
