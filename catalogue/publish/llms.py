"""`llms.txt`: what language models should know of the site, and where the data lies.

Source: https://llmstxt.org/. Links are relative to the file.
"""

from collections.abc import Iterator

from catalogue.page.typeset import DATA
from catalogue.page.voice import Voice
from catalogue.page.wording import say
from catalogue.page.zoo import Family, JudgedZoo
from catalogue.publish.wellformed import one_line

FILE = "llms.txt"
_DOCUMENTS = ("models.json", "models.csv", "models.schema.json", "model-index.yml")


def llms_text(judged: JudgedZoo, voice: Voice, *, shared: str) -> str:
    """The file in one language.

    Args:
        judged: The zoo.
        voice: The language.
        shared: The way to the root of the site: `../` or nothing.
    """
    return "\n".join(_lines(judged, voice, shared)) + "\n"


def _lines(judged: JudgedZoo, voice: Voice, shared: str) -> Iterator[str]:
    def label(key: str) -> str:
        return one_line(voice.plain(say(key)), most=1000)

    yield f"# {label('site.name')}\n"
    yield f"> {label('home.lead')}\n"
    yield f"{label('llms.figures')}\n"
    yield f"## {label('heading.data')}\n"
    for name in _DOCUMENTS:
        yield f"- [{name}]({shared}{DATA}/{name}): {label('llms.' + name)}"
    yield f"- {DATA}/models/ID.json: {label('llms.model')}"
    if judged.families:
        yield f"\n## {label('home.heading.families')}\n"
        yield from (_family(family, voice) for family in judged.families)
    alone = [one for one in judged.models if judged.family_of(one) is None]
    if alone:
        yield f"\n## {label('home.heading.models')}\n"
        for model in alone:
            title = _linked(voice.plain(model.evidence.entry.title))
            yield f"- [{title}](models/{model.id}.html)"


def _family(family: Family, voice: Voice) -> str:
    """A family with the ids of its models, by which their pages and documents are named."""
    title = _linked(voice.plain(family.collection.title))
    summary = family.collection.summary
    said = f"{one_line(voice.plain(summary), most=300)} " if summary else ""
    models = ", ".join(model.id for model in family.models)
    return f"- [{title}](families/{family.slug}.html): {said}{models}"


def _linked(title: str) -> str:
    """Text of strangers that does not end the link it stands in."""
    return one_line(title).replace("\\", "").replace("[", "(").replace("]", ")")
