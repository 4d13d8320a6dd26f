"""Texts in several languages, citations, and markup that is not meant.

Knows texts; opens no files.
"""

import re
from collections.abc import Iterator, Sequence

from catalogue.check.bibtex import bibtex_fault
from catalogue.entry import NOWHERE, Collection, Entry, Source, Text, Zoo
from catalogue.errors import Place
from catalogue.read.findings import Findings

_TAG = re.compile(
    r"<\s*/?\s*(script|style|iframe|img|a|b|i|br|p|div|span|svg|object)\b[^>]*>", re.IGNORECASE
)
_HAN = re.compile("[\u4e00-\u9fff]")
_SAID = 2
"""Digits up to which a number may be a word: four, sixteen."""
_MYRIAD = 10_000
_MYRIADS = re.compile(r"(\d+(?:\.\d+)?) ?万")
_FIGURE = re.compile(r"(?<![A-Za-z\d.])\d+(?:,\d{3})*(?:\.\d+)?(?![A-Za-z\d])")
_LONG = 24
"""Characters from which a text without a Chinese letter is no mere name."""
_LANGUAGE_NAMES = {"en": "English", "zh": "Chinese"}


def check_texts(zoo: Zoo, findings: Findings, languages: Sequence[str]) -> None:
    """Check the texts and citations of a zoo whose site is in some languages."""
    owners: tuple[Collection | Entry, ...] = (*zoo.collections, *zoo.entries)
    bilingual = any(len(text.languages) > 1 for owner in owners for _, text in _owned_texts(owner))
    for owner in owners:
        for name, text in _owned_texts(owner):
            what, place = f"'{owner.name}': {name}", _place_of(text, owner)
            _languages(what, text, place, findings, languages)
            _same_figures(what, text, place, findings)
            _markup(what, text, place, findings)
            if bilingual and text.plain is not None and name != "Title":
                _plain(what, place, findings, languages)
    for source in zoo.sources:
        for name, told in (("Title", source.title), ("Note", source.note)):
            if told is not None:
                what, place = f"source '{source.id}': {name}", _place_of(told, source)
                _languages(what, told, place, findings, languages)
                _same_figures(what, told, place, findings)
    _citations(zoo, findings)


def _owned_texts(owner: Collection | Entry) -> Iterator[tuple[str, Text]]:
    """(field, text) of everything that is prose."""
    named = (("Title", owner.title), ("Summary", owner.summary), ("Description", owner.description))
    yield from ((name, text) for name, text in named if text is not None)
    if isinstance(owner, Entry):
        reasons = (distinct.reason for distinct in owner.distinct_from)
        yield from (("Distinct From", text) for text in reasons if text is not None)
        notes = [one.note for one in owner.results]
        notes += [one.note for one in owner.costs]
        notes += [one.note for one in owner.latencies]
        yield from (("Note", text) for text in notes if text is not None)


def _place_of(text: Text, owner: Collection | Entry | Source) -> Place:
    """Where a text stands; values made in Python have only their owner's place."""
    return owner.place if text.place == NOWHERE else text.place


def _languages(
    what: str, text: Text, place: Place, findings: Findings, languages: Sequence[str]
) -> None:
    if not text.translations:
        return
    for language in languages:
        if language not in text.languages:
            name = _LANGUAGE_NAMES.get(language, f"'{language}'")
            message = f"{what} has no {name} text; add '{language}'"
            findings.warning(place, "missing-language", message, alike=language)
    chinese = dict(text.translations).get("zh", "")
    if len(chinese) > _LONG and not _HAN.search(chinese) and not what.endswith(": Title"):
        message = f"{what}: the text under 'zh' holds no Chinese; translate it"
        findings.warning(place, "untranslated", message, alike="zh")
    english = dict(text.translations).get("en", "")
    if len(_HAN.findall(english)) * 3 > len(english):
        message = f"{what}: the text under 'en' is Chinese; translate it"
        findings.warning(place, "untranslated", message, alike="en")


def _same_figures(what: str, text: Text, place: Place, findings: Findings) -> None:
    """What one language counts, the others have to count alike; small numbers may be words."""
    (first, *others) = text.translations or (("", ""),)
    expected = _figures(first[1])
    for language, words in others:
        unlike = sorted(expected ^ _figures(words))
        if unlike:
            message = (
                f"{what} has other figures under '{language}' than under '{first[0]}' "
                f"({', '.join(unlike)}); correct one"
            )
            findings.warning(place, "unlike-figures", message, alike=language)


def _figures(words: str) -> frozenset[str]:
    """The numbers of a text that nobody writes as words: `5 万` and `50,000` are one."""
    words = _MYRIADS.sub(lambda found: f"{float(found[1]) * _MYRIAD:.0f}", words)
    found = (one[0].replace(",", "") for one in _FIGURE.finditer(words))
    return frozenset(one for one in found if len(one) > _SAID)


def _plain(what: str, place: Place, findings: Findings, languages: Sequence[str]) -> None:
    written = ", ".join(f"{language}: …" for language in languages)
    message = f"{what} is in one language, others here are in several; write {{{written}}}"
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
