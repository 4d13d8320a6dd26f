"""The newest measurements of a zoo as an Atom feed, in one language.

Links are relative and ids are names without a host, so the feed is valid wherever it is put, and
does not change with it. Source: RFC 4287, sections 4.2.6 and 4.2.7.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import NAMESPACE_URL, uuid5

from catalogue.page.evidence import Finding
from catalogue.page.history import figures_of, measurement_of
from catalogue.page.voice import Voice
from catalogue.page.wording import Said, say
from catalogue.page.zoo import JudgedZoo
from catalogue.publish.wellformed import one_line, xml

FILE = "feed.xml"
ENTRIES = 50
"""Readers of feeds want what is new."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _News:
    """A measurement that holds, with whose it is."""

    time: str
    order: int
    model: str
    title: str
    finding: Finding


def feed_text(judged: JudgedZoo, voice: Voice) -> str | None:
    """The feed; None where nothing that holds was measured, since a feed has a time."""
    news = sorted(_news(judged, voice), key=lambda one: (one.time, one.order), reverse=True)
    if not news:
        return None
    name = voice.plain(say("site.name"))
    lines = (
        '<?xml version="1.0" encoding="utf-8"?>',
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{xml(voice.language)}">',
        f"<title>{_text(voice, say('feed.title', name=name))}</title>",
        f"<id>{_id(name, voice.language, judged.models[0].id)}</id>",
        f"<updated>{xml(news[0].time)}</updated>",
        f"<author><name>{xml(one_line(name))}</name></author>",
        f'<link rel="self" type="application/atom+xml" href="{FILE}"/>',
        '<link rel="alternate" type="text/html" href="index.html"/>',
        *(_entry(one, voice) for one in news[:ENTRIES]),
        "</feed>",
    )
    return "\n".join(lines) + "\n"


def _news(judged: JudgedZoo, voice: Voice) -> Iterator[_News]:
    for order, model in enumerate(judged.models):
        for finding in model.evidence.findings:
            if finding.holds:
                yield _News(
                    time=finding.record.provenance.time,
                    order=-order,
                    model=model.id,
                    title=voice.plain(model.evidence.entry.title),
                    finding=finding,
                )


def _entry(one: _News, voice: Voice) -> str:
    record = one.finding.record
    measurement = voice.plain(measurement_of(record.conditions))
    title = voice.plain(say("feed.entry", model=one.title, measurement=measurement))
    return (
        f"<entry><title>{xml(one_line(title))}</title>"
        f"<id>{_id(one.model, repr(record.conditions), one.time)}</id>"
        f"<updated>{xml(one.time)}</updated>"
        f'<link rel="alternate" type="text/html" href="models/{xml(one.model)}.html"/>'
        f"<summary>{_text(voice, figures_of(one.finding.record))}</summary></entry>"
    )


def _text(voice: Voice, said: Said) -> str:
    return xml(one_line(voice.plain(said)))


def _id(*parts: str) -> str:
    return uuid5(NAMESPACE_URL, "\0".join(parts)).urn
