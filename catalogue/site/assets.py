"""Style sheets and scripts: small files to read and to replace one by one, few to load.

The parts lie in the theme's folder `assets/zoo/`, those of a zoo over the program's. Pages load
what is put together of them here, in the same folder.
"""

import re
from collections.abc import Iterable, Mapping, Sequence

from jinja2 import Environment
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

from catalogue.site.shared import UP
from catalogue.site.unscripted import dark_scheme, dark_sheet

FOLDER = "assets/zoo/"
STYLES, SCRIPTS, FIRST = "site.css", "site.js", "first.js"
DARK, SEARCH = "dark.css", "search.js"
BUNDLES: Mapping[str, Sequence[str]] = {
    STYLES: (
        "frame.css",
        "outline.css",
        "keyboard.css",
        "icons.css",
        "tables.css",
        "parts.css",
        "charts.css",
        "choose.css",
        "compare.css",
        "print.css",
    ),
    SCRIPTS: (
        "iframe-worker.js",
        "outline.js",
        "keyboard.js",
        "headings.js",
        "data.js",
        "scale.js",
        "labels.js",
        "chart.js",
        "controls.js",
        "explore.js",
        "pick.js",
        "table-text.js",
        "table-columns.js",
        "tables.js",
        "mend.js",
    ),
    "choosing.js": ("budget.js", "choose.js"),
    "comparing.js": ("combobox.js", "paired.js", "side-by-side.js", "compared.js", "compare.js"),
}
"""What pages load, and the parts it is made of, in their order."""
_BUNDLE_OF = {part: name for name, parts in BUNDLES.items() for part in parts}
_PALETTE = re.compile(r"assets/stylesheets/palette\.[^/]*\.css")
"""Material's own colours."""
_WORKER = re.compile(r"assets/javascripts/workers/search\.[^/]*\.js")
_FIRST = "partials/first.html"
_COMMENT = re.compile(r"^[ \t]*/\*.*?\*/[ \t]*\n", re.DOTALL | re.MULTILINE)
_INDENT = re.compile(r"\n\s+")


def load_bundles(config: MkDocsConfig) -> None:
    """Have pages load what is put together, and only that of it that settings name themselves.

    Settings of older zoos name every part.
    """
    styles = [path for path in config.extra_css if not _is_part(path)]
    config.extra_css = [FOLDER + STYLES, *styles]
    config.extra_javascript = [one for one in config.extra_javascript if not _is_part(str(one))]


def put_together(files: Files, config: MkDocsConfig) -> None:
    """Replace the parts among the files of a site by what is made of them."""
    for name, parts in BUNDLES.items():
        found = [file for part in parts if (file := files.get_file_from_path(FOLDER + part))]
        text = "\n".join(slim(file.content_string, name) for file in found)
        for file in found:
            files.remove(file)
        files.append(File.generated(config, FOLDER + name, content=text))
    _precede_worker(files, config)
    _write_dark(files, config)


def _write_dark(files: Files, config: MkDocsConfig) -> None:
    """Put what pages without scripts load in the dark into a file, which `main.html` names."""
    scheme = dark_scheme(config.theme.get("palette"))
    if scheme is None:
        return
    names = [one.src_uri for one in files if _PALETTE.fullmatch(one.src_uri)]
    found = [files.get_file_from_path(path) for path in (*names, *config.extra_css)]
    text = dark_sheet([file.content_string for file in found if file], scheme)
    files.append(File.generated(config, FOLDER + DARK, content=text))
    config.extra["zoo_dark"] = FOLDER + DARK


def write_first(
    env: Environment,
    files: Files,
    config: MkDocsConfig,
    labels: Mapping[str, str],
    *,
    shared: Iterable[str] = (),
) -> None:
    """Put what pages need first before the script of that name.

    Args:
        env: Renders the templates of the theme.
        files: Of the site.
        config: Of the language that is being built.
        labels: What is said in that language: the name of the search, the tools of tables.
        shared: Paths of files that this language loads from the first.
    """
    # Part of the scripts of every page; the search's plug-in only wants to see that it is named.
    config.extra["polyfills"] = [
        path for path in config.extra.get("polyfills", ()) if not _is_part(str(path))
    ]
    script = files.get_file_from_path(FOLDER + FIRST)
    addresses = {one.src_uri: one.url for one in files} | {one: UP + one for one in shared}
    worker = next((url for path, url in addresses.items() if _WORKER.fullmatch(path)), "")
    env.filters["code"] = _code
    said = env.get_template(_FIRST).render(
        config=config, base_url=".", page=None, worker=worker, labels=labels
    )
    if script is not None:
        files.remove(script)
        text = f"{said.strip()}\n{slim(script.content_string, FIRST)}"
        files.append(File.generated(config, FOLDER + FIRST, content=text))


def _precede_worker(files: Files, config: MkDocsConfig) -> None:
    """Put our part of the search before Material's, into the file that works for the search."""
    ours = files.get_file_from_path(FOLDER + SEARCH)
    worker = next((file for file in files if _WORKER.fullmatch(file.src_uri)), None)
    if ours is None:
        return
    files.remove(ours)
    if worker is not None:
        text = f"{slim(ours.content_string, SEARCH)}\n{worker.content_string}"
        files.remove(worker)
        files.append(File.generated(config, worker.src_uri, content=text))


def page_scripts(names: Iterable[str]) -> list[str]:
    """The files to load for the scripts that a page names, which may be parts."""
    return list(dict.fromkeys(_BUNDLE_OF.get(name, name) for name in names))


def slim(text: str, name: str) -> str:
    """A part without the comments between its lines, which browsers have no use for."""
    bare = _COMMENT.sub("", text)
    return _INDENT.sub("\n", bare) if name.endswith(".css") else bare


def _is_part(path: str) -> bool:
    name = path.removeprefix(FOLDER)
    return path.startswith(FOLDER) and (name in _BUNDLE_OF or name in BUNDLES)


def _code(html: str) -> str:
    """What stands in the scripts of a piece of HTML."""
    return re.sub(r"</?script>", ";", html)
