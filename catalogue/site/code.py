"""Code of pages, marked for its colours: comments, texts and keywords, and nothing else.

The marks are the shortest elements that mean nothing to a screen reader, `<i>`, `<u>` and `<b>`;
frame.css gives them the colours that the theme gives `c1`, `s2` and `k` of Pygments. The Markdown
extension marks every sign: two thirds of the letters of a model's code, and a tenth of the time to
build a large zoo. Other languages than those of our snippets are left to it.
"""

import re
from functools import cache
from html import escape

from pymdownx.highlight import Highlight

_TEXT = r"\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'"
_PYTHON_WORDS = (
    "as|assert|class|def|elif|else|except|finally|for|from|if|import|lambda|pass|raise|return|try"
    "|while|with|yield"
)
_KINDS = {
    "python": rf"(?P<u>[rbfRBF]{{0,2}}(?:\"\"\"[\s\S]*?\"\"\"|{_TEXT}))"
    rf"|(?P<i>\#[^\n]*)|\b(?P<b>{_PYTHON_WORDS})\b",
    "shell": rf"(?P<u>{_TEXT})|(?P<i>(?<!\S)\#[^\n]*)",
    "markdown": r"(?!)",
}
_PATTERNS = {language: re.compile(pattern) for language, pattern in _KINDS.items()}


def highlighted(code: str, language: str) -> str:
    """Code as a block of HTML, much as `pymdownx.highlight` gives it."""
    pattern = _PATTERNS.get(language)
    if pattern is None:
        return _by_extension(code, language)
    marked, at = [], 0
    for token in pattern.finditer(code):
        shown = escape(token[0], quote=False)
        marked += [
            escape(code[at : token.start()], quote=False),
            f"<{token.lastgroup}>{shown}</{token.lastgroup}>",
        ]
        at = token.end()
    marked.append(escape(code[at:], quote=False))
    return (
        f'<div class="language-{language} highlight"><pre><code>'
        f"{''.join(marked)}\n</code></pre></div>"
    )


@cache
def _by_extension(code: str, language: str) -> str:
    html: str = Highlight(None, pygments_lang_class=True).highlight(code, language)
    return html
