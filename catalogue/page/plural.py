"""Which form of a label a language wants for a count: CLDR's plural rules, as Babel has them.

Knows forms, not words. The scripts of the pages ask the browser's `Intl.PluralRules` the same.

Source: https://cldr.unicode.org/index/cldr-spec/plural-rules.
"""

from collections.abc import Callable
from functools import cache

from babel import Locale, UnknownLocaleError

FORMS = ("zero", "one", "two", "few", "many", "other")
"""What CLDR calls the forms; each language has some of them."""
COUNT = "count"
"""The gap that says which form a label takes."""


def plural_form(language: str, count: int) -> str:
    """The form of a count in a language, such as `few` of 2 in Polish; English's if unknown."""
    return _rule(language)(count)


def base_of(key: str) -> str | None:
    """The label a key is a plural form of, if it ends like one: `rows` of `rows.few`."""
    base, _, form = key.rpartition(".")
    return base if base and form in FORMS else None


@cache
def _rule(language: str) -> Callable[[int], str]:
    try:
        return Locale.parse(language, sep="-").plural_form
    except (UnknownLocaleError, ValueError):
        return Locale("en").plural_form
