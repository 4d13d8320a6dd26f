"""The frame around the pages: whose theme files count, and its words in the site's languages.

Knows mkdocs' settings and labels; nothing of what a page says.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from urllib.parse import urlsplit

from jinja2 import ChoiceLoader, Environment, FileSystemLoader, PrefixLoader
from mkdocs.config.defaults import MkDocsConfig

from catalogue.page.layers import PROGRAM, template_folders, templates_folder
from catalogue.site.tongues import Tongue

THEME = "theme"
"""The folder of the theme's files among the templates."""
MATERIAL = "material"
"""Under this folder the program's theme finds the files of Material that it replaces."""
PERMALINK = "zoo_permalink"
"""The setting that says how the links to headings are called that scripts make."""
_TOGGLE = 'id="__drawer"'
_SCHEMES = {
    "(prefers-color-scheme)": "frame.colours.auto",
    "(prefers-color-scheme: light)": "frame.colours.light",
    "(prefers-color-scheme: dark)": "frame.colours.dark",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Home:
    """What the page for wrong addresses says in one language."""

    lang: str
    name: str
    """The language's own name, as of every `Alternate` of a page."""
    current: bool
    """Whether this is the language of the page around it."""
    lost: str
    """That there is no page."""
    back: str
    """That the link leads home."""
    folder: str
    """From the root of the host, as the address that was asked for may lie anywhere."""
    link: str
    """Its home page, likewise."""


def lay_themes(config: MkDocsConfig, project: Path) -> None:
    """Lay a zoo's own theme over the program's, and that over Material's, file by file."""
    folders = (folder / THEME for folder in template_folders(project / "templates"))
    layers = [str(folder) for folder in folders if folder.is_dir()]
    behind = [folder for folder in config.theme.dirs if folder not in layers]
    first = 1 if config.theme.custom_dir else 0
    config.theme.dirs[:] = [*behind[:first], *layers, *behind[first:]]


def name_layers(env: Environment, config: MkDocsConfig) -> None:
    """Let a file of a theme build on the one that it replaces, under the name of whose that is."""
    behind = [folder for folder in config.theme.dirs if Path(folder).name != THEME]
    program = FileSystemLoader(templates_folder() / THEME)
    named = PrefixLoader({PROGRAM: program, MATERIAL: FileSystemLoader(behind)})
    env.loader = ChoiceLoader([env.loader, named] if env.loader else [named])


def speak(config: MkDocsConfig, tongue: Tongue) -> None:
    """Fill in the words that mkdocs' settings leave to the labels."""
    for option in config.theme.get("palette") or ():
        if isinstance(option, dict) and "toggle" in option and option.get("media") in _SCHEMES:
            option["toggle"].setdefault("name", tongue.labels[_SCHEMES[option["media"]]])
    contents = config.mdx_configs.setdefault("toc", {})
    title = contents.setdefault("permalink_title", tongue.labels["frame.permalink"])
    if contents.get("permalink") is True:
        # headings.js makes these links, which a page need not hold; a mark of a zoo's own stays.
        contents["permalink"] = False
        config.extra[PERMALINK] = title
    # Read by our partials/language.html, through which all words of Material's pass.
    config.extra["zoo_words"] = {"language": tongue.code, **tongue.theme()}
    config.extra["zoo_material"] = _known_to_material(config, tongue.code)


def homes(tongues: Sequence[Tongue], own: Tongue, *, site: str, page: str) -> list[Home]:
    """The homes of a site, that of one language first.

    Args:
        tongues: The site's languages.
        own: The one that comes first.
        site: The address of the site, or nothing where it is not known.
        page: The file of a home page, or nothing where pages are served as folders.
    """
    root = f"{urlsplit(site).path.rstrip('/')}/"
    return [
        Home(
            lang=one.code,
            name=one.name,
            current=one is own,
            lost=one.labels["lost.title"],
            back=one.labels["lost.home"],
            folder=root + one.folder,
            link=root + one.folder + page,
        )
        for one in sorted(tongues, key=lambda one: one is not own)
    ]


def name_toggle(html: str, name: str) -> str:
    """A page whose box behind the button of the navigation has a name.

    Where there are no scripts, the box is what the keyboard opens the navigation with.
    """
    return html.replace(_TOGGLE, f'{_TOGGLE} aria-label="{escape(name)}"', 1)


def _known_to_material(config: MkDocsConfig, code: str) -> str:
    """The language whose words of Material's are taken where the labels have none."""
    file = Path("partials", "languages", f"{code}.html")
    return (
        code if any((folder / file).is_file() for folder in map(Path, config.theme.dirs)) else "en"
    )
