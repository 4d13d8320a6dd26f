"""Pages without quotes that HTML does not ask for, their frame without blanks and ends of lines.

Pure: text in, text out. Only within tags, so that texts keep theirs.
"""

import re
from functools import lru_cache

_TAG = re.compile(r"(?s)<script\b(?![^>]*\bsrc=).*?</script>|<[a-zA-Z][^<>]*>")
"""Scripts within a page are left as they are: the content policy knows them by their hash."""
_NEEDLESS = re.compile(
    r'="(?P<plain>[\w./:#%+-]*[\w.:#%+-])"(?=[ >])|\s+xmlns="http://www\.w3\.org/2000/svg"'
    r'|(?P<quoted>"[^"]*")|\s+(?=[\s>])'
)
_QUOTED_TAG = re.compile(r'(<[a-z][^<>"]*="[^<>]*>)')
_PLAIN = re.compile(r'="([\w./:#%+-]*[\w.:#%+-])"(?=[ >])')
_BLOCK = re.compile(
    r"\n\s*(?=</?(?:aside|body|div|footer|form|head|header|html|li|link|main|meta|nav|script|title"
    r"|ul)[ >])"
)
"""The end of a line before a tag that begins a line anyway."""
_NAME = re.compile(r"\s*(<span class=md-ellipsis>)\s*([^<]*?)\s*</span>\s*")
"""A name in the frame, which stands alone in a box or beside an icon."""
_ARTICLE = ("<article", "</article>")


def unquoted(html: str) -> str:
    """A page whose tags outside its article have no needless quotes."""
    before, opening, rest = html.partition(_ARTICLE[0])
    article, closing, after = rest.partition(_ARTICLE[1])
    return _slim(before) + opening + article + closing + _slim(after)


def bare_tags(html: str) -> str:
    """HTML whose tags have no quotes around plain words; of scripts and code it knows nothing."""
    pieces = _QUOTED_TAG.split(html)
    pieces[1::2] = map(_bare_tag, pieces[1::2])
    return "".join(pieces)


@lru_cache(maxsize=8192)
def _bare_tag(tag: str) -> str:
    return _PLAIN.sub(r"=\1", tag)


def _slim(html: str) -> str:
    slim = _TAG.sub(lambda tag: tag[0] if tag[0].endswith("</script>") else _slim_tag(tag[0]), html)
    return _NAME.sub(r"\1\2</span>", _BLOCK.sub("", slim))


@lru_cache(maxsize=4096)
def _slim_tag(tag: str) -> str:
    """A tag; most are those of the page before."""
    return _NEEDLESS.sub(
        lambda found: f"={found['plain']}" if found["plain"] else found["quoted"] or "", tag
    )
