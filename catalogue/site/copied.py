"""What comes into the site without a frame: rendered files, and texts that there get addresses."""

from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files, InclusionLevel

from catalogue.publish import feed, llms
from catalogue.site.machines import finished_feed, finished_llms
from catalogue.written import share

_PUBLIC = (InclusionLevel.INCLUDED, InclusionLevel.NOT_IN_NAV)


def share_files(files: Files, config: MkDocsConfig) -> None:
    """Let the site share the bytes of rendered files; those at its root get addresses on the way.

    mkdocs then copies what does not lie there yet, and need not look for the rest: ten calls of
    the system for each of many thousand files.
    """
    rendered = {
        file.src_uri: file
        for file in files
        if "/" in file.src_uri and not file.is_documentation_page() and file.inclusion in _PUBLIC
    }
    targets = {path: Path(file.abs_dest_path) for path, file in rendered.items()}
    for path in share(Path(config.docs_dir), targets):
        vars(rendered[path])["copy_file"] = _stay


def _stay(dirty: object = None) -> None:
    """What copying does to a file that the site shares."""
    del dirty


def finish_texts(config: MkDocsConfig) -> None:
    """Give the feed and `llms.txt` the addresses that only the built site knows."""
    for name, finished in ((feed.FILE, finished_feed), (llms.FILE, finished_llms)):
        file = Path(config.site_dir) / name
        if file.is_file():
            text = file.read_text(encoding="utf-8")
            address = config.site_url or None
            text = finished(text, address=address, folders=config.use_directory_urls)
            file.write_text(text, encoding="utf-8")
