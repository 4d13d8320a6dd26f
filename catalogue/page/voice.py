"""Saying things in one language: labels filled, texts chosen, models linked.

What is missing in the language is said in another one, marked as such, and remembered.
"""

import re
import string
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import TypeVar

from markupsafe import Markup, escape

from catalogue.entry import NOWHERE, Text
from catalogue.errors import Place
from catalogue.page.markup import clean
from catalogue.page.plural import COUNT, plural_form
from catalogue.page.wording import ModelRef, Said, Value


@dataclass(frozen=True, kw_only=True, slots=True, order=True)
class Missing:
    """What had to be said in another language, or could not be said."""

    place: Place
    """Of the text in its entry; nowhere for a label, and for a text that was not read."""
    what: str
    """`text 'Dual Path'`, or the key of a label."""
    label: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Voice:
    """One language, on one page."""

    language: str
    labels: Mapping[str, Mapping[str, str]]
    """By language; the others stand in for what is missing."""
    link: Callable[[str], str | None]
    """The address of a model's page from here; None on that page itself."""
    missing: set[Missing] = field(default_factory=set)
    """Grows as things are said."""
    fixed: dict[str, Markup] = field(default_factory=dict)
    """Labels without gaps, as they were said before; every page of a language says them."""
    sentences: dict[Said, Markup] = field(default_factory=dict)
    """Others that every page says alike, as they were said before."""
    words: dict[Said, str] = field(default_factory=dict)
    """The same without markup."""

    def say(self, said: Said) -> Markup:
        """A sentence as HTML, with models linked."""
        if not said.values:
            return self.label(said.key)
        known = self.sentences.get(said)
        if known is None:
            known = self.fill(said)
            if _same_everywhere(said):
                _keep(self.sentences, said, known)
        return known

    def fill(self, said: Said) -> Markup:
        """A sentence as HTML, not remembered: its gaps may be filled with markup."""
        template, language = self._template(said)
        values = {name: self.show(value) for name, value in said.values}
        return self._in(language, spaced(escape(template), values))

    def label(self, key: str) -> Markup:
        """A label without gaps as HTML."""
        known = self.fixed.get(key)
        if known is None:
            known = self.fixed[key] = self.fill(Said(key=key))
        return known

    def show(self, value: Value) -> Markup:
        """What fills a gap, as HTML."""
        match value:
            case Markup():
                return value
            case Said():
                return self.say(value)
            case Text():
                return self.text(value)
            case ModelRef():
                return self.model(value)
            case tuple():
                return _listed(
                    [self.show(one) for one in value],
                    comma=self.say(_COMMA),
                    last=self.say(_LAST),
                )
            case _:
                return escape(clean(str(value)))

    def text(self, text: Text) -> Markup:
        """Prose of an entry as HTML."""
        chosen, language = self._chosen(text)
        return self._in(language, escape(clean(chosen)))

    def model(self, ref: ModelRef) -> Markup:
        """A model's title, linked unless this is its page."""
        address = self.link(ref.id)
        title = self.text(ref.title)
        if address is None:
            return Markup("<strong>{}</strong>").format(title)
        return Markup('<a href="{}">{}</a>').format(address, title)

    def plain(self, value: Value) -> str:
        """Anything sayable without markup, for attributes and pictures."""
        match value:
            case Said():
                known = self.words.get(value)
                return _keep(self.words, value, self._plain(value)) if known is None else known
            case Text():
                return clean(self._chosen(value)[0])
            case ModelRef():
                return self.plain(value.title)
            case tuple():
                return _listed(
                    [self.plain(one) for one in value],
                    comma=self.plain(_COMMA),
                    last=self.plain(_LAST),
                )
            case _:
                return clean(str(value))

    def _plain(self, said: Said) -> str:
        template, _ = self._template(said)
        return spaced(template, {name: self.plain(one) for name, one in said.values})

    def template(self, key: str) -> str:
        """A label with its gaps still open."""
        return self._template(Said(key=key))[0]

    def speaks(self, text: Text | None) -> str | None:
        """The language a text is shown in, where that is another one; for a `lang` attribute."""
        return None if text is None else self._chosen(text)[1]

    def _template(self, said: Said) -> tuple[str, str | None]:
        """A label, and its language where that is another one."""
        own = self.labels[self.language]
        if said.key in own:
            return own[_form(said, self.language, own)], None
        self.missing.add(Missing(place=NOWHERE, what=said.key, label=True))
        for language, labels in self.labels.items():
            if said.key in labels:
                return labels[_form(said, language, labels)], language
        return f"[{said.key}]", None

    def _chosen(self, text: Text) -> tuple[str, str | None]:
        """A text, and its language where that is another one."""
        own = text.in_language(self.language)
        if own is not None:
            return own, None
        if not text.translations:
            return "", None
        language, chosen = text.translations[0]
        self.missing.add(Missing(place=text.place, what=f"text '{chosen[:40]}'"))
        return chosen, language

    def _in(self, language: str | None, shown: Markup) -> Markup:
        if language is None:
            return shown
        return Markup('<span lang="{}">{}</span>').format(language, shown)


_MOST = 20_000
"""Sentences that are remembered; a large zoo's pages say millions, most on one page alone."""
_Kept = TypeVar("_Kept", str, Markup)


def _keep(kept: dict[Said, _Kept], said: Said, shown: _Kept) -> _Kept:
    """Remember how a sentence is said."""
    if len(kept) >= _MOST:
        kept.clear()
    kept[said] = shown
    return shown


def _same_everywhere(value: Value) -> bool:
    """Whether something is said alike on every page: links to models are not.

    Nor is markup, which equals the text that it looks like.
    """
    match value:
        case Said():
            return all(_same_everywhere(one) for _, one in value.values)
        case tuple():
            return all(map(_same_everywhere, value))
        case _:
            return type(value) in _ALIKE


_ALIKE = (str, int, Text)


def _form(said: Said, language: str, labels: Mapping[str, str]) -> str:
    """The key of the plural form that a language has for a sentence's count, else its own key."""
    if not said.values:
        return said.key
    count = dict(said.values).get(COUNT)
    digits = str(count).replace(",", "") if isinstance(count, int | str) else ""
    if not (digits.isascii() and digits.isdigit()):
        return said.key
    form = f"{said.key}.{plural_form(language, int(digits))}"
    return form if form in labels else said.key


_COMMA, _LAST = Said(key="list.comma"), Said(key="list.last")
_Str = TypeVar("_Str", str, Markup)


def spaced(template: _Str, values: Mapping[str, _Str]) -> _Str:
    """Fill a label's gaps, with a blank wherever Chinese meets Latin letters or digits there."""
    filled = ""
    for literal, name in _pieces(str(template)):
        # What was parsed had been escaped where it had to be, so each piece of it is, too.
        for piece in (literal,) if name is None else (literal, str(values[name])):
            filled += f" {piece}" if _meet(filled, piece) else piece
    return type(template)(filled)


@cache
def _pieces(template: str) -> tuple[tuple[str, str | None], ...]:
    """A label taken apart: (words, name of the gap behind them)."""
    parsed = string.Formatter().parse(template)
    return tuple((literal, name) for literal, name, _, _ in parsed)


_CHINESE = r"[\u3400-\u9fff]"
_LATIN = r"[A-Za-z0-9%+−±@]"
_BORDER = re.compile(f"{_CHINESE}\\0{_LATIN}|{_LATIN}\\0{_CHINESE}")


def _meet(left: str, right: str) -> bool:
    """Whether the visible ends of two pieces need a blank between them."""
    if left.isascii() and right.isascii():
        return False
    return _BORDER.fullmatch(f"{_end(left)}\0{_begin(right)}") is not None


def _end(text: str) -> str:
    """The last visible letter: tags behind it are passed over."""
    while text.endswith(">") and text.find(">", at := max(text.rfind("<"), 0)) == len(text) - 1:
        if text[at] != "<":
            break
        text = text[:at]
    return text[-1:]


def _begin(text: str) -> str:
    """The first visible letter."""
    while text.startswith("<") and ">" in text:
        text = text[text.index(">") + 1 :]
    return text[:1]


def _listed(items: Sequence[_Str], *, comma: _Str, last: _Str) -> _Str:
    """An enumeration: `A, B and C`."""
    *others, final = items or [comma[:0]]
    if not others:
        return final
    return spaced(
        type(comma)("{others}") + last + type(comma)("{final}"),
        {"others": comma.join(others), "final": final},
    )
