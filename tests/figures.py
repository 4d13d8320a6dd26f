"""The figures of a page, to hold one language against another."""

import json
import re
from collections import Counter
from html import unescape

_ISLAND = re.compile(r'(<script type="application/json"[^>]*>)(.*?)(</script>)', re.DOTALL)
_FIGURE = re.compile(r"\d+(?:[.,]\d+)*")
_TEN_THOUSANDS = re.compile(r"(\d+(?:\.\d+)?) ?万")
_NO_FIGURE = re.compile(r"urn:uuid:[0-9a-f-]+|__\w+|#[0-9a-f]{6}\b")


def figures(text: str) -> Counter[str]:
    """Every figure of a page with how often it stands there, those of attributes included.

    But for the words that scripts fill in or seek: a label for one thing says `1` in one language
    and nothing in another.
    """
    body = text[text.find("<article") : text.rfind("</article>")] if "<article" in text else text
    plain = _NO_FIGURE.sub(" ", unescape(_ISLAND.sub(_without_words, body)))
    return Counter(_FIGURE.findall(_TEN_THOUSANDS.sub(_in_digits, plain)))


def _in_digits(figure: re.Match[str]) -> str:
    """`5 万` as it is written elsewhere: `50,000`."""
    return f"{round(float(figure[1]) * 10_000):,}"


def _without_words(island: re.Match[str]) -> str:
    if "zoo-words" in island[1] or "zoo-sought" in island[1]:
        return island[1] + island[3]
    content = json.loads(island[2])
    content.pop("words", None)
    return island[1] + json.dumps(content, ensure_ascii=False) + island[3]
