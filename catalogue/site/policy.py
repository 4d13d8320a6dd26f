"""The content security policy of every page: what a browser may run and load, said in the page.

Pure: text in, text out. Of the scripts within a page only those of the theme are allowed, each by
its hash; which these are is read from the theme, so that nothing that got into a page can join
them.
"""

import re
from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from html import escape

_HERE = ("'self'", "file:")
"""What belongs to the site. In Firefox that never covers a page opened as a file, hence the scheme;
a page from a server cannot load from it anyway."""
_DIRECTIVES: Mapping[str, Sequence[str]] = {
    "default-src": ("'none'",),
    "script-src": _HERE,
    "style-src": _HERE,
    "img-src": (*_HERE, "data:"),
    "font-src": _HERE,
    "connect-src": ("'self'",),
    "worker-src": ("'self'",),
    "object-src": ("'none'",),
    "base-uri": ("'none'",),
    "form-action": ("'none'",),
}
_SCRIPT = re.compile(r"(?is)<script\b(?P<attributes>[^>]*)>(?P<code>.*?)</script\s*>")
_LOADED_OR_DATA = re.compile(r"""\bsrc\s*=|\btype\s*=\s*["']?application/json\b""", re.IGNORECASE)
_GAP = re.compile(r"\{\{.*?\}\}")
_ADDRESS = r"[\w./:~%-]*"
"""What a template puts into the gaps of its scripts: the way to the root of the site."""
_CHARSET = re.compile(r"<meta\s+charset=[^>]*>", re.IGNORECASE)
_RELOADING = re.compile(
    r"<script>(?P<code>(?:(?!</script).)*)</script>(?=\s*</body>\s*</html>\s*$)", re.DOTALL
)
_ALLOWED = re.compile(
    r"(<meta http-equiv=\"?Content-Security-Policy\"? content=\"[^\"]*script-src)"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Guarded:
    """A page with its policy."""

    html: str
    blocked: tuple[str, ...]
    """Beginnings of the scripts within the page that the policy keeps from running."""


def own_scripts(templates: Iterable[str]) -> tuple[re.Pattern[str], ...]:
    """What the scripts within a theme's templates look like once their gaps are filled."""
    return tuple(
        re.compile(_ADDRESS.join(re.escape(piece) for piece in _GAP.split(script["code"])))
        for template in templates
        for script in _SCRIPT.finditer(template)
    )


def guarded(
    html: str, own: Sequence[re.Pattern[str]], more: Mapping[str, Sequence[str]]
) -> Guarded:
    """Put the policy of a page into its head.

    Args:
        html: The page; what is no page comes back as it is.
        own: The theme's scripts, from `own_scripts`.
        more: What a zoo's maintainer allows beyond: sources by directive.
    """
    charset = _CHARSET.search(html)
    if charset is None:
        return Guarded(html=html, blocked=())
    inside = [
        script["code"]
        for script in _SCRIPT.finditer(html)
        if not _LOADED_OR_DATA.search(script["attributes"])
    ]
    known = [code for code in inside if any(one.fullmatch(code) for one in own)]
    hashes = sorted({_hash(code) for code in known})
    content = escape(policy(hashes, more), quote=False).replace('"', "&quot;")
    meta = f'<meta http-equiv="Content-Security-Policy" content="{content}">'
    return Guarded(
        html=html[: charset.end()] + meta + html[charset.end() :],
        blocked=tuple(code.strip()[:60] for code in inside if code not in known),
    )


def policy(hashes: Sequence[str], more: Mapping[str, Sequence[str]]) -> str:
    """The policy as a header would say it.

    Args:
        hashes: Of the scripts that may run within a page.
        more: Sources beyond the site itself, by directive.
    """
    directives = {
        name: (*sources, *(hashes if name == "script-src" else ()), *more.get(name, ()))
        for name, sources in (dict.fromkeys(more, ()) | dict(_DIRECTIVES)).items()
    }
    return "; ".join(
        " ".join((name, *_without_none(sources))) for name, sources in directives.items()
    )


def reloading(html: str) -> str:
    """Allow the script that `mkdocs serve` puts behind a page when it sends it.

    Nothing that a page says can stand there: its own end follows.
    """
    script = _RELOADING.search(html)
    if script is None or "livereload(" not in script["code"]:
        return html
    allowed = _hash(script["code"])
    return _ALLOWED.sub(lambda found: f"{found[0]} {allowed}", html, count=1)


def _hash(code: str) -> str:
    return f"'sha256-{b64encode(sha256(code.encode()).digest()).decode()}'"


def _without_none(sources: Sequence[str]) -> Sequence[str]:
    """Nothing, or what is allowed: browsers ignore the word for nothing beside anything else."""
    return [one for one in sources if one != "'none'"] if len(sources) > 1 else sources
