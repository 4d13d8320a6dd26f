"""Pictures for those who show a link to the site: left out where no page can name them.

`og:image` asks for a whole address, so a site that does not know its own has no use for them.
"""

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files

from catalogue.publish.spoken import PREVIEWS


def leave_previews(files: Files, config: MkDocsConfig) -> None:
    """Take the pictures out of a site's files unless `site_url` is set."""
    if config.site_url:
        return
    for file in [one for one in files if one.src_uri.startswith(f"{PREVIEWS}/")]:
        files.remove(file)
