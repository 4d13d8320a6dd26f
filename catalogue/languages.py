"""The languages of a zoo's site: one file of mkdocs' settings stands for each.

Reads only the language of those files, without mkdocs.
"""

import re
from pathlib import Path

import yaml

OURS = ("en", "zh")
"""Those that the program brings labels for; of a zoo without a site, too."""
MAIN_FILE = "mkdocs.yml"
_OTHER_FILE = re.compile(r"mkdocs\.([A-Za-z0-9-]+)\.yml")
_MATERIALS = "en"
"""The language of Material where its settings name none."""


def site_languages(project: Path) -> tuple[str, ...]:
    """The codes of a site's languages, that at its root first.

    `mkdocs.yml` is of the first; another `mkdocs.<language>.yml` counts where the language under
    `theme` is the one in its name, so that settings for other purposes are none.

    Args:
        project: The folder of `mkdocs.yml`.
    """
    main = project / MAIN_FILE
    if not main.is_file():
        return OURS
    first = _language(main) or _MATERIALS
    found = {
        named[1]
        for file in project.glob("mkdocs.*.yml")
        if (named := _OTHER_FILE.fullmatch(file.name)) and named[1] == _language(file)
    }
    return (first, *sorted(found - {first}))


def settings_file(language: str, *, main: str) -> str:
    """The name of the file of mkdocs' settings of a language."""
    return MAIN_FILE if language == main else f"mkdocs.{language}.yml"


def _language(file: Path) -> str | None:
    """What stands under `theme: language:`; None where there is nothing or no YAML."""
    try:
        root = yaml.compose(file.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
    except (yaml.YAMLError, UnicodeDecodeError, OSError):
        return None
    found = _child(_child(root, "theme"), "language")
    return str(found.value) if isinstance(found, yaml.ScalarNode) else None


def _child(node: yaml.Node | None, key: str) -> yaml.Node | None:
    pairs = node.value if isinstance(node, yaml.MappingNode) else ()
    return next((value for name, value in pairs if name.value == key), None)
