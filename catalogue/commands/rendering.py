"""`catalogue render`: write the pages that entries and records make."""

import sys
from pathlib import Path

from catalogue.commands.opened import Opened, say_errors
from catalogue.images.contents import counted
from catalogue.languages import site_languages
from catalogue.render import render_site


def render(opened: Opened, docs: Path | None) -> int:
    """Render every page and plot.

    Returns:
        0; 1 where an entry or a record could not be read.
    """
    say_errors(opened)
    target = docs or opened.settings.project / "docs"
    templates = opened.settings.project / "templates"
    rendered = render_site(
        opened.zoo,
        opened.stored,
        target,
        languages=site_languages(opened.settings.project),
        templates=templates if templates.is_dir() else None,
    )
    for diagnostic in rendered.diagnostics:
        sys.stderr.write(f"{diagnostic}\n")
    sys.stdout.write(
        f"{counted(len(rendered.written), 'file')} written, {len(rendered.unchanged)} unchanged, "
        f"{len(rendered.removed)} removed in {target}\n"
    )
    return int(opened.broken)
