"""Files of the theme that all languages of a site load from where the first one has them.

Knows files and their addresses; nothing of pages.
"""

from collections.abc import Callable, Collection

from jinja2 import Environment, pass_context
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.utils.templates import TemplateContext, url_filter

_FOLDER = "assets/"
UP = "../"
"""From the folder of a language to that of the first."""


def leave_shared(files: Files, first: Files, config: MkDocsConfig) -> frozenset[str]:
    """Take out of a language's files those of the theme that the first language has just so.

    Args:
        files: Of a language that is not the first.
        first: Of the first language.
        config: Of the former. Scripts that it names itself stay: they are loaded another way.

    Returns:
        The paths of what was taken out.
    """
    named = {str(one) for one in config.extra_javascript}
    own = [
        file
        for file in files
        if file.src_uri.startswith(_FOLDER)
        and file.src_uri not in named
        and file.src_dir != config.docs_dir
    ]
    shared = [file for file in own if _same(file, first.get_file_from_path(file.src_uri))]
    for file in shared:
        files.remove(file)
    return frozenset(file.src_uri for file in shared)


def lead_to_shared(env: Environment, shared: Collection[str]) -> None:
    """Let the theme's templates find what was taken out: their filter `url` leads to it."""
    env.filters["url"] = _leading(shared)


def _leading(shared: Collection[str]) -> Callable[[TemplateContext, str], str]:
    @pass_context
    def url(context: TemplateContext, value: str) -> str:
        address = url_filter(context, value)
        if value not in shared:
            return address
        return f"{address.removesuffix(value)}{UP}{value}"

    return url


def _same(file: File, other: File | None) -> bool:
    """Whether two files are one of the theme's, or were put together to the same bytes."""
    if other is None or file.src_dir != other.src_dir:
        return False
    return file.src_dir is not None or file.content_bytes == other.content_bytes
