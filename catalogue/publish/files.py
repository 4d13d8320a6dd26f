"""Which files a zoo publishes for machines: their paths below the site, and their contents."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from catalogue.entry import Zoo
from catalogue.page.series import Judged
from catalogue.page.typeset import DATA
from catalogue.page.zoo import JudgedZoo
from catalogue.publish.badges import Around, around_of, badges, endpoint, svg
from catalogue.publish.csv_text import names_text, setups_text, sources_text
from catalogue.publish.huggingface import card_text, evaluations_text
from catalogue.publish.json_text import brief_text, document_text, model_text, schema_text
from catalogue.publish.model_index import model_index_text
from catalogue.publish.rows import figures_text
from catalogue.publish.zoo import family_document, model_document, zoo_document


@dataclass(frozen=True, kw_only=True, slots=True)
class PublishedFile:
    """A file to be written."""

    path: str
    """Below the folder of the first language."""
    content: bytes


def published(judged: JudgedZoo, languages: Sequence[str]) -> Iterator[PublishedFile]:
    """Every file that serves all languages.

    Args:
        judged: The zoo.
        languages: Those that texts are published in.
    """
    whole = zoo_document(judged, languages)
    told = {model.id: model_text(model) for model in whole.models}
    yield _file("models.schema.json", schema_text().encode())
    overview = replace(whole, environments={}, setups={})
    yield _file("models.json", document_text(overview, tuple(map(brief_text, told.values()))))
    yield _file("models.csv", figures_text(whole).encode())
    yield _file("names.csv", names_text(whole).encode())
    yield _file("sources.csv", sources_text(whole).encode())
    yield _file("setups.csv", setups_text(whole).encode())
    for family in whole.families:
        document = family_document(whole, family)
        yield _file(f"families/{family.slug}.json", document_text(document, ()))
    for model in whole.models:
        document = model_document(whole, model)
        yield _file(f"models/{model.id}.json", document_text(document, (told[model.id],)))
    yield _file("model-index.yml", model_index_text(judged).encode())
    around = around_of(judged)
    for one in judged.models:
        yield from _of_model(one, judged.zoo, around)


def _of_model(model: Judged, zoo: Zoo, around: Around) -> Iterator[PublishedFile]:
    """What others show of a model: badges, and the files of a model hub.

    All in one folder of each sort, as creating folders is what costs a disk most. An id may have
    dots; what follows it has its own number of them, so that no two files share a name.
    """
    sources = {one.id: one for one in zoo.sources}
    for badge in badges(model, around):
        yield _file(f"badges/{model.id}.{badge.name}.svg", svg(badge).encode())
        yield _file(f"badges/{model.id}.{badge.name}.json", endpoint(badge))
    card, evaluations = card_text(model, sources), evaluations_text(model, sources)
    yield _file(f"huggingface/{model.id}.card.yml", card.encode())
    yield _file(f"huggingface/{model.id}.eval_results.yml", evaluations.encode())


def _file(path: str, content: bytes) -> PublishedFile:
    return PublishedFile(path=f"{DATA}/{path}", content=content)
