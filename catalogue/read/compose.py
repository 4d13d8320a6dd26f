"""The short way from text to nodes, for texts that cannot nest deeply or repeat themselves.

PyYAML's C composer is faster than a loop over its events. It also crashes on deep nesting, so it
sees only texts whose characters rule that out; all others take the long way. Aliases are let pass
where each repeats a handful of scalars, as in most zoos that have any.
"""

from itertools import chain
from typing import Any

import yaml
from yaml._yaml import CParser

_MOST_BRACKETS = 30
"""So many brackets nest no deeper than that."""
_SIGNS = (
    "!",
    # Line breaks other than the newline, which would hide what follows from the next signs.
    *("\t", "\r", "\x85", "\u2028", "\u2029"),
    # More than one level of blocks on a line, or many columns of them.
    *("- -", "- ?", "? ", "\n" + 25 * " "),
    *("\n---", "\n..."),
)
"""With 24 columns of indentation, a level a column, the last line's own and 30 brackets, nothing
nests 64 deep."""
_MOST_REPEATED = 100
"""How much an anchored list or mapping may hold for the short way."""
_MOST_ALIASES = 1000


class _Composer(CParser):
    """Gives no node a tag: each field decides its own type from the raw text.

    The composer asks for a tag, and says where it is, three times a node. `"".format` gives no
    tag whatever it is asked, and is not written in Python: that saves a tenth of composing.
    """

    resolve: Any = "".format
    descend_resolver: Any = "".format
    ascend_resolver: Any = "".format


def composed(text: str) -> tuple[yaml.Node, ...] | None:
    """The root node of a plain text that is sound YAML; None of any other."""
    if not _is_plain(text):
        return None
    composer = _Composer(text)
    try:
        node = composer.get_single_node()
    except yaml.YAMLError:
        return None
    finally:
        composer.dispose()
    if node is None:
        return ()
    return (node,) if "*" not in text or _repeats_little(node) else None


def _repeats_little(root: yaml.Node) -> bool:
    """Whether all that stands in the tree more than once is scalars, or short rows of them.

    So nothing is inside of itself, and nothing grows by repetition of what repeats.
    """
    seen: set[int] = set()
    waiting = [] if isinstance(root, yaml.ScalarNode) else [root]
    while waiting:
        node = waiting.pop()
        held = node.value
        if isinstance(node, yaml.MappingNode):
            held = list(chain.from_iterable(held))
        inner = [one for one in held if type(one) is not yaml.ScalarNode]
        if id(node) not in seen:
            seen.add(id(node))
            waiting += inner
        elif inner or len(held) > _MOST_REPEATED:
            return False
    return True


def _is_plain(text: str) -> bool:
    if text.startswith(("---", "%", 25 * " ")):
        return False
    for sign in _SIGNS:
        if sign in text:
            return False
    if text.count("*") > _MOST_ALIASES:
        return False
    return text.count("[") + text.count("{") <= _MOST_BRACKETS
