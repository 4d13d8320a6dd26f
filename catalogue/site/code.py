"""Code of pages, highlighted once: languages share it, and models differ by a name in it.

Gives what the Markdown extension gives, which would highlight 25,000 blocks of a large zoo anew.
"""

import re
from functools import cache

from pymdownx.highlight import Highlight

_LITERAL = re.compile(r'"[\w./:-]+"', re.ASCII)
"""A text between quotes in which no language sees anything but text."""
_PLAIN = re.compile(r'<span class="[nw]">([^<]*)</span>')
"""Names and blanks, which no theme colours: a third of the letters of highlighted code."""
_MARKS = "\ue000\ue001"


def highlighted(code: str, language: str) -> str:
    """Code as the block of HTML that `pymdownx.highlight` makes of it, without idle marks."""
    if any(mark in code for mark in _MARKS):
        return _highlighted(code, language)
    literals = _LITERAL.findall(code)
    numbers = iter(range(len(literals)))
    shape = _LITERAL.sub(lambda _: '"{}{}{}"'.format(_MARKS[0], next(numbers), _MARKS[1]), code)
    html = _highlighted(shape, language)
    for number, literal in enumerate(literals):
        html = html.replace(f"{_MARKS[0]}{number}{_MARKS[1]}", literal[1:-1], 1)
    return html


@cache
def _highlighted(code: str, language: str) -> str:
    html = Highlight(None, pygments_lang_class=True).highlight(code, language)
    return _PLAIN.sub(r"\1", html)
