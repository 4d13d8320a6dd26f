"""What is published in each language: the feed, `llms.txt`, and what preview pictures show."""

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from catalogue.entry import Text
from catalogue.page.family import FamilyPage
from catalogue.page.home import HomePage
from catalogue.page.plots import Plot
from catalogue.page.voice import Voice
from catalogue.page.wording import Said, say
from catalogue.page.zoo import JudgedZoo
from catalogue.plot.lettering import missing_glyphs
from catalogue.publish import feed, llms
from catalogue.publish.files import PublishedFile
from catalogue.publish.preview import Preview
from catalogue.publish.wellformed import one_line

PREVIEWS = "cards"
"""The folder of preview pictures."""
HOME_PREVIEW = f"{PREVIEWS}/home.png"


def spoken(judged: JudgedZoo, voice: Voice, *, shared: str) -> Iterator[PublishedFile]:
    """The files of one language; `shared` is the way to the root of the site."""
    news = feed.feed_text(judged, voice)
    if news is not None:
        yield PublishedFile(path=feed.FILE, content=news.encode())
    told = llms.llms_text(judged, voice, shared=shared)
    yield PublishedFile(path=llms.FILE, content=told.encode())


def family_preview(slug: str) -> str:
    """Where the picture of a family lies, which serves its models as well."""
    return f"{PREVIEWS}/family-{slug}.png"


def previews(
    home: HomePage, families: Sequence[FamilyPage], voice: Voice
) -> Iterator[tuple[str, Preview]]:
    """The pictures of one language, with their paths: of the home page and of families."""
    count = say("home.chip.models", count=home.models)
    families_count = say("home.chip.families", count=len(home.families))
    yield (
        HOME_PREVIEW,
        _preview(
            voice, (say("site.name"), say("home.lead")), (count, families_count), home.plots[:1]
        ),
    )
    cards = {card.slug: card for card in home.families}
    for family in families:
        card = cards[family.slug]
        facts = (say("family.models", count=card.models), *card.ranges)
        words = (card.title, card.summary or Text(plain=""))
        yield family_preview(family.slug), _preview(voice, words, facts, family.plots[:1])


def preview_digest(preview: Preview) -> str:
    """Changes with what a picture shows and with the code that draws it."""
    code = Path(__file__).with_name("preview.py").read_bytes()
    return hashlib.sha256(repr(preview).encode() + code).hexdigest()[:16]


def _preview(
    voice: Voice,
    words: tuple[Text | Said, Text | Said],
    facts: Sequence[Said],
    plots: Sequence[Plot],
) -> Preview:
    title, summary = (_drawable(voice.plain(one)) for one in words)
    said = tuple(_drawable(voice.plain(one)) for one in facts)
    site = _drawable(voice.plain(say("site.name")))
    alt = _alt(voice, words, facts, plots)
    if not plots:
        return Preview(title=title, summary=summary, facts=said, site=site, alt=alt)
    plot = plots[0]
    return Preview(
        title=title,
        summary=summary,
        facts=said,
        site="" if site == title else site,
        alt=alt,
        axes=(_drawable(voice.plain(plot.x_label)), _drawable(voice.plain(plot.y_label))),
        dots=tuple((point.x, point.y, point.on_frontier) for point in plot.points),
    )


def _alt(
    voice: Voice,
    words: tuple[Text | Said, Text | Said],
    facts: Sequence[Said],
    plots: Sequence[Plot],
) -> str:
    """What is seen, in a line or two; also the letters that the font of the picture lacks."""
    title, summary = words
    told = tuple(facts[:4])
    if plots:
        x, y = plots[0].x_label, plots[0].y_label
        seen = say("preview.alt.plot", title=title, facts=told, summary=summary, x=x, y=y)
    else:
        seen = say("preview.alt", title=title, facts=told, summary=summary)
    return one_line(voice.plain(seen), most=600)


def _drawable(text: str) -> str:
    """One line in the letters that the font has."""
    line = one_line(text, most=300)
    lacking = missing_glyphs(line)
    return "".join(letter for letter in line if letter not in lacking)
