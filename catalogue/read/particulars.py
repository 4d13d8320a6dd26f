"""What models and collections have in common, and how a model takes over its collection's.

A model's own value replaces its collection's; lists are never joined.
"""

import re
from dataclasses import dataclass, field

import yaml

from catalogue.entry import (
    Attribute,
    License,
    Paper,
    Preprocessing,
    ReportedCost,
    ReportedResult,
    Text,
    Weights,
)
from catalogue.read.attributes import Metadata, metadata_items, read_metadata
from catalogue.read.fields import Table, folded
from catalogue.read.follow import followed
from catalogue.read.links import link, local_path
from catalogue.read.mapping import Fields, Item, is_plain, kind_of, read_part
from catalogue.read.numbers import shown
from catalogue.read.recipes import read_recipes
from catalogue.read.results import read_results
from catalogue.read.tables import CODE, LICENSE, PAPER
from catalogue.read.values import flat, prose, scalar_text, text
from catalogue.read.weights import read_weights

_ARXIV_URL = re.compile(r"arxiv\.org/(?:abs|pdf)/(\d{4}\.\d{4,5})")
_DECIMAL = re.compile(r"\d+\.\d+", re.ASCII)
_ARXIV_ID = re.compile(r"(\d{4}\.\d{4,5}|[a-z-]+(\.[A-Z]{2})?/\d{7})(v\d+)?")


@dataclass(frozen=True, kw_only=True, slots=True)
class Particulars:
    """The fields that collections have as well as models."""

    given: frozenset[str] = frozenset()
    """Keys that stand there, be it with null."""
    title: Text | None = None
    summary: Text | None = None
    description: Text | None = None
    paper: Paper | None = None
    citation: str | None = None
    license: License | None = None
    code: str | None = None
    config: str | None = None
    readme: str | None = None
    metadata: Metadata = field(default_factory=Metadata)
    preprocessing: tuple[Preprocessing, ...] = ()
    weights: tuple[Weights, ...] = ()
    results: tuple[ReportedResult, ...] = ()
    extra: tuple[Attribute, ...] = ()
    """What results hold besides the format; of a collection, all that it holds besides."""


def read_particulars(
    fields: Fields, stray: tuple[Item, ...], inherited: "Particulars | None" = None
) -> Particulars:
    """Read what models and collections share.

    Args:
        fields: The model's or collection's mapping.
        stray: Items that stand outside Metadata and belong in it.
        inherited: The collection's, for a model that is in one.
    """
    sheet = fields.sheet
    family = inherited or Particulars()
    given = frozenset(fields.known)
    metadata = _metadata(fields, stray)
    preprocessing = read_recipes(sheet, fields.value("Preprocessing"))
    if "Preprocessing" not in given:
        preprocessing = family.preprocessing
    ids = [recipe.id for recipe in preprocessing]
    results_sheet, node = followed(sheet, fields.value("Results"))
    results, unknown = read_results(results_sheet, node, ids)
    return Particulars(
        given=given,
        title=prose(fields, "Title"),
        summary=prose(fields, "Summary"),
        description=prose(fields, "Description"),
        paper=_paper(fields),
        citation=text(fields, "Citation"),
        license=_license(fields),
        code=_code(fields),
        config=_path(fields, "Config"),
        readme=_path(fields, "README") or (sheet.file if sheet.is_page else None),
        metadata=_merged(metadata, family.metadata),
        preprocessing=preprocessing,
        weights=read_weights(sheet, fields.value("Weights")),
        results=results,
        extra=tuple(
            Attribute(
                name=f"Results {position}: {item.key.value}",
                values=flat(item.value),
                place=results_sheet.place(item.value),
            )
            for position, item in unknown
        ),
    )


def _metadata(fields: Fields, stray: tuple[Item, ...]) -> Metadata:
    """A model's own metadata, with what stands beside Metadata and belongs there."""
    sheet, node = followed(fields.sheet, fields.value("Metadata"))
    items = metadata_items(sheet, node)
    if sheet is fields.sheet:
        return read_metadata(sheet, items + stray)
    return _merged(read_metadata(fields.sheet, stray), read_metadata(sheet, items))


def attributes_of(fields: Fields, items: tuple[Item, ...]) -> tuple[Attribute, ...]:
    """Items the format does not know, kept so that nothing is lost."""
    return tuple(
        Attribute(
            name=str(item.key.value),
            values=flat(item.value),
            place=fields.sheet.place(item.value),
        )
        for item in items
    )


def _merged(own: Metadata, family: Metadata) -> Metadata:
    if not family.attributes and not family.costs and not family.latencies:
        return own
    names = {folded(attribute.name) for attribute in own.attributes}
    quantities = {cost.quantity for cost in own.costs}
    return Metadata(
        attributes=own.attributes
        + tuple(one for one in family.attributes if folded(one.name) not in names),
        costs=own.costs + tuple(one for one in family.costs if one.quantity not in quantities),
        latencies=own.latencies or family.latencies,
    )


def costs_besides(
    listed: tuple[ReportedCost, ...], metadata: tuple[ReportedCost, ...]
) -> tuple[ReportedCost, ...]:
    """All costs: those under Costs, and those of Metadata that Costs does not repeat."""
    told = {(cost.quantity, cost.figure.value) for cost in listed}
    return listed + tuple(
        cost for cost in metadata if (cost.quantity, cost.figure.value) not in told
    )


def _path(fields: Fields, name: str) -> str | None:
    node = fields.value(name)
    if node is None:
        return None
    if isinstance(node, yaml.ScalarNode):
        return local_path(fields.sheet, node, name)
    return scalar_text(fields.sheet, node, name)


def _table(fields: Fields, name: str, table: Table) -> Fields | yaml.ScalarNode | None:
    """A value that is either text or a mapping; of a list, the first."""
    node = fields.value(name)
    sheet = fields.sheet
    if isinstance(node, yaml.SequenceNode) and node.value:
        if len(node.value) > 1:
            sheet.note(node, "first-of-list", f"{name} is a list, only its first is read")
        node = node.value[0]
    if isinstance(node, yaml.MappingNode):
        return read_part(sheet, node, table)
    if node is None or isinstance(node, yaml.ScalarNode):
        return node
    sheet.error(node, "wrong-kind", f"{name} is {kind_of(node)}, expected text or a mapping")
    return None


def _paper(fields: Fields) -> Paper | None:
    found = _table(fields, "Paper", PAPER)
    if found is None:
        return None
    if isinstance(found, yaml.ScalarNode):
        written = str(found.value).strip()
        if " " in written and "://" not in written:
            return Paper(title=written)
        number = re.sub("^arxiv: *", "", written, flags=re.IGNORECASE)
        if _ARXIV_ID.fullmatch(number):
            return Paper(url=f"https://arxiv.org/abs/{number}", arxiv=number)
        url = link(fields.sheet, found, "Paper")
        return None if url is None else Paper(url=url, arxiv=_arxiv_in(url))
    url_node = found.value("URL")
    url = (
        link(fields.sheet, url_node, "Paper URL") if isinstance(url_node, yaml.ScalarNode) else None
    )
    return Paper(title=text(found, "Title"), url=url, arxiv=_arxiv(found) or _arxiv_in(url or ""))


def _arxiv_in(url: str) -> str | None:
    match = _ARXIV_URL.search(url)
    return match[1] if match else None


def _arxiv(fields: Fields) -> str | None:
    node = fields.value("arXiv")
    written = text(fields, "arXiv")
    if written is None or node is None:
        return None
    plain = written.casefold().removeprefix("arxiv:").strip()
    match = _ARXIV_ID.fullmatch(_arxiv_in(written) or plain)
    if match is None:
        message = f"arXiv is {shown(written)}, expected an id such as '1707.01629'"
        fields.sheet.warning(node, "arxiv", message)
        return None
    if isinstance(node, yaml.ScalarNode) and is_plain(node) and plain.endswith("0"):
        message = f"arXiv is {written}: a number to other programs, which lose its last 0; quote it"
        fields.sheet.warning(node, "arxiv", message)
    elif isinstance(node, yaml.ScalarNode) and is_plain(node) and _DECIMAL.fullmatch(plain):
        message = f"arXiv is {written} without quotes, a number to other programs; quote it"
        fields.sheet.note(node, "arxiv", message, alike="number")
    return match[0]


def _license(fields: Fields) -> License | None:
    found = _table(fields, "License", LICENSE)
    if found is None:
        return None
    if isinstance(found, yaml.ScalarNode):
        written = str(found.value).strip()
        return License(code=written) if written else None
    return License(code=text(found, "Code"), weights=text(found, "Weights"))


def _code(fields: Fields) -> str | None:
    found = _table(fields, "Code", CODE)
    node = found.value("URL") if isinstance(found, Fields) else found
    return link(fields.sheet, node, "Code") if isinstance(node, yaml.ScalarNode) else None
