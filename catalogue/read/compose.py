"""The short way from text to nodes, for texts that cannot nest deeply or repeat themselves.

PyYAML's C composer is faster than a loop over its events. It also crashes on deep nesting, so it
sees only texts whose characters rule that out; all others take the long way.
"""

import yaml

_MOST_BRACKETS = 30
"""So many brackets nest no deeper than that."""
_SIGNS = (
    *("&", "*", "!"),
    # Line breaks other than the newline, which would hide what follows from the next signs.
    *("\t", "\r", "\x85", "\u2028", "\u2029"),
    # More than one level of blocks on a line, or many columns of them.
    *("- -", "- ?", "? ", "\n" + 13 * " "),
    *("\n---", "\n..."),
)
"""With 12 columns of indentation, two levels a column and 30 brackets, nothing nests 64 deep."""


class _Loader(yaml.CBaseLoader):
    """Gives no node a tag: each field decides its own type from the raw text."""

    def resolve(self, kind: object, value: object, implicit: object) -> str:  # noqa: ARG002
        """No tag."""
        return ""

    def descend_resolver(self, node: object, index: object) -> None:
        """Keep no path; tags are not looked up by it."""

    def ascend_resolver(self) -> None:
        """Keep no path."""


def composed(text: str) -> tuple[yaml.Node, ...] | None:
    """The root node of a plain text that is sound YAML; None of any other."""
    if not _is_plain(text):
        return None
    loader = _Loader(text)
    try:
        node = loader.get_single_node()
    except yaml.YAMLError:
        return None
    finally:
        loader.dispose()
    return () if node is None else (node,)


def _is_plain(text: str) -> bool:
    if text.startswith(("---", "%", 13 * " ")) or any(sign in text for sign in _SIGNS):
        return False
    return text.count("[") + text.count("{") <= _MOST_BRACKETS
