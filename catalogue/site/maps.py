"""Source maps of the theme's scripts and style sheets: a site neither holds them nor names them.

They are for who develops the theme. A browser's tools ask for what is named, and report what is not
there.
"""

import re

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

_FOLDERS = ("assets/javascripts/", "assets/stylesheets/")
_MAP = ".map"
_NAMED = re.compile(
    r"^//# sourceMappingURL=.*\n?|^/\*# sourceMappingURL=[^*\n]*\*/\n?", re.MULTILINE
)
"""A comment on a line of its own: the same words within a line may be part of a text."""


def leave_maps(files: Files, config: MkDocsConfig) -> None:
    """Take the theme's source maps out of a site's files, and the comments that name them.

    Maps among the documents of a zoo are its own: they stay.
    """
    maps = [
        file
        for file in files
        if file.src_uri.endswith(_MAP)
        and file.src_uri.startswith(_FOLDERS)
        and file.src_dir != config.docs_dir
    ]
    for one in maps:
        files.remove(one)
        mapped = files.get_file_from_path(one.src_uri.removesuffix(_MAP))
        if mapped is not None:
            files.remove(mapped)
            files.append(_bare(mapped, config))


def _bare(file: File, config: MkDocsConfig) -> File:
    """A file without the comment that names its map."""
    return File.generated(config, file.src_uri, content=_NAMED.sub("", file.content_string))
