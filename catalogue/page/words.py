"""The words of a page's scripts, in its language: a block of JSON that no text can break out of."""

import json

from markupsafe import Markup

from catalogue.page.voice import Voice

_ESCAPED = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&'\u2028\u2029"}


def words(*prefixes: str, voice: Voice) -> Markup:
    """Labels with their gaps open, as a block of the page.

    Args:
        prefixes: How the keys of the labels begin.
        voice: The language.
    """
    found = {
        key: voice.template(key) for key in voice.labels[voice.language] if key.startswith(prefixes)
    }
    text = json.dumps(found, ensure_ascii=False, separators=(",", ":")).translate(_ESCAPED)
    return Markup('<script type="application/json" class="zoo-words">{}</script>').format(
        Markup(text)  # noqa: S704 - escaped above, as JSON needs it
    )
