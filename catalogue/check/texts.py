"""Texts in two languages, citations, and markup that is not meant.

Knows texts; opens no files.
"""

import re
from collections.abc import Iterator

from catalogue.check.bibtex import bibtex_fault
from catalogue.entry import Collection, Entry, Text, Zoo
from catalogue.errors import Place
from catalogue.read.findings import Findings
from catalogue.read.tables import LANGUAGES

_TAG = re.compile(
    r"<\s*/?\s*(script|style|iframe|img|a|b|i|br|p|div|span|svg|object)\b[^>]*>", re.IGNORECASE
)
_HAN = re.compile("[\u4e00-\u9fff]")
_LONG = 24
"""Characters from which a text without a Chinese letter is no mere name."""
_LANGUAGE_NAMES = {"en": "English", "zh": "Chinese"}


def check_texts(zoo: Zoo, findings: Findings) -> None:
    """Check the texts and citations of a zoo."""
    owners: tuple[Collection | Entry, ...] = (*zoo.collections, *zoo.entries)
    bilingual = any(
        len(text.languages) > 1 for owner in owners for _, text, _ in _owned_texts(owner)
    )
    for owner in owners:
        for name, text, place in _owned_texts(owner):
            _languages(f"'{owner.name}': {name}", text, place, findings)
            _markup(f"'{owner.name}': {name}", text, place, findings)
            if bilingual and text.plain is not None and name != "Title":
                _plain(f"'{owner.name}': {name}", place, findings)
    for source in zoo.sources:
        if source.note is not None:
            _languages(f"source '{source.id}': Note", source.note, source.place, findings)
    _citations(zoo, findings)


def _owned_texts(owner: Collection | Entry) -> Iterator[tuple[str, Text, Place]]:
    """(field, text, place) of everything that is prose."""
    named = (("Title", owner.title), ("Summary", owner.summary), ("Description", owner.description))
    yield from ((name, text, owner.place) for name, text in named if text is not None)
    if isinstance(owner, Entry):
        reasons = (distinct.reason for distinct in owner.distinct_from)
        yield from (("Distinct From", text, owner.place) for text in reasons if text is not None)
        notes = [(result.note, result.place) for result in owner.results]
        notes += [(cost.note, cost.place) for cost in owner.costs]
        notes += [(latency.note, latency.place) for latency in owner.latencies]
        yield from (("Note", text, place) for text, place in notes if text is not None)


def _languages(what: str, text: Text, place: Place, findings: Findings) -> None:
    if not text.translations:
        return
    for language in LANGUAGES:
        if language not in text.languages:
            message = f"{what} has no {_LANGUAGE_NAMES[language]} text; add '{language}'"
            findings.warning(place, "missing-language", message, alike=language)
    chinese = dict(text.translations).get("zh", "")
    if len(chinese) > _LONG and not _HAN.search(chinese) and not what.endswith(": Title"):
        message = f"{what}: the text under 'zh' holds no Chinese; translate it"
        findings.warning(place, "untranslated", message, alike="zh")
    english = dict(text.translations).get("en", "")
    if len(_HAN.findall(english)) * 3 > len(english):
        message = f"{what}: the text under 'en' is Chinese; translate it"
        findings.warning(place, "untranslated", message, alike="en")


def _plain(what: str, place: Place, findings: Findings) -> None:
    message = f"{what} is in one language, others here are in two; write {{en: …, zh: …}}"
    findings.note(place, "missing-language", message, alike="plain")


def _markup(what: str, text: Text, place: Place, findings: Findings) -> None:
    for written in (text.plain or "", *(words for _, words in text.translations)):
        tag = _TAG.search(written)
        if tag is not None:
            message = f"{what} holds HTML ('{tag[0][:40]}'), which is shown as text; use Markdown"
            findings.warning(place, "markup", message)
            return


def _citations(zoo: Zoo, findings: Findings) -> None:
    seen: set[str] = set()
    owners: tuple[Collection | Entry, ...] = (*zoo.collections, *zoo.entries)
    for owner in owners:
        citation = owner.citation
        if citation is None or citation in seen:
            continue
        seen.add(citation)
        fault = bibtex_fault(citation)
        if fault is not None:
            message = f"'{owner.name}': Citation is no BibTeX: {fault}"
            findings.warning(owner.place, "bad-citation", message)
