"""Page values put into templates: what templates may call, and how everything is escaped.

Reads templates. Writes nothing; the values it is given say what stands on a page.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from urllib.parse import quote

from jinja2 import StrictUndefined, TemplateError, TemplateNotFound, TemplateSyntaxError
from markupsafe import Markup

from catalogue.entry import Paper, Text
from catalogue.errors import CatalogueError
from catalogue.page.choose import ChoosePage
from catalogue.page.commands import Commands
from catalogue.page.compare import ComparePage
from catalogue.page.compare_island import compare_island
from catalogue.page.curves import CurvePlot
from catalogue.page.family import FamilyPage
from catalogue.page.home import HomePage
from catalogue.page.island import island
from catalogue.page.layers import Layers, last_line
from catalogue.page.markup import (
    clean,
    code_block,
    html,
    in_front_matter,
    in_markdown,
    prose,
    web_url,
)
from catalogue.page.model import ModelPage
from catalogue.page.numbering import numbers
from catalogue.page.sandbox import Sandbox
from catalogue.page.sought import sought
from catalogue.page.verdict import Verdict
from catalogue.page.voice import Voice
from catalogue.page.wording import Value, say
from catalogue.page.words import words
from catalogue.plot.curves import Line, Lines, draw_curves, key_mark

METHOD = "method.md"
"""The page on how things are measured: written by people, with the same anchors everywhere."""
DATA = "api"
"""The folder of what machines read."""
BADGES = ("params", "flops", "top1", "latency")
TEMPLATES = {
    HomePage: "home.md.j2",
    ChoosePage: "choose.md.j2",
    ComparePage: "compare.md.j2",
    FamilyPage: "family.md.j2",
    ModelPage: "model.md.j2",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Around:
    """Where a page stands, to link from."""

    up: str = ""
    """The way from its folder to its language's: `../` or nothing."""
    shared: str = ""
    """The way from there to the first language's, where the files lie that serve all: `../en/`."""
    method: bool = False
    """Whether there is a page on the method to link to."""


def environment(folders: Sequence[Path]) -> Sandbox:
    """The templates of some folders, most specific first, each file found on its own."""
    made = Sandbox(
        loader=Layers(folders),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters["md"] = in_markdown
    made.globals.update(
        badge_names=BADGES,
        badge_snippet=badge_snippet,
        code=code_block,
        said=say,
        Verdict=Verdict,
        web_link=_web_link,
        paper=_paper,
    )
    return made


def typeset(
    page: HomePage | ChoosePage | ComparePage | FamilyPage | ModelPage,
    voice: Voice,
    templates: Sandbox,
    around: Around,
) -> str:
    """A page as Markdown.

    Args:
        page: What stands on it.
        voice: The language it is in.
        templates: From `environment`.
        around: What it can link to.

    Raises:
        CatalogueError: a template is broken; the message names it and its line.
    """
    name = TEMPLATES[type(page)]
    callables = _words(voice, around)
    try:
        text = templates.get_template(name).render(
            page=page, numbers=numbers(page.sources), method=around.method, **callables
        )
    except (TemplateError, TypeError, ArithmeticError) as fault:
        place = _place(fault, name, templates.loader)
        message = f"{place}: {_told(fault)}; mend the template"
        raise CatalogueError(message) from fault
    return _BLANK_LINES.sub("\n\n", text).strip() + "\n"


def _told(fault: Exception) -> str:
    """What is wrong with a template, in one line."""
    if isinstance(fault, TemplateNotFound):
        return f"no template '{fault}'"
    told = fault.message if isinstance(fault, TemplateError) else str(fault)
    return " ".join(str(told).split())


def _place(fault: Exception, page: str, loader: object) -> str:
    """Where the template of a page is broken."""
    name, line = last_line(fault.__traceback__) or (page, None)
    if isinstance(fault, TemplateSyntaxError):
        name, line = fault.name or page, fault.lineno
    return loader.place(name, line) if isinstance(loader, Layers) else f"templates/{name}"


def _words(voice: Voice, around: Around) -> Mapping[str, object]:
    """What templates may call, in one language and for one folder."""
    up = around.up
    return {
        "t": partial(_label, voice),
        "say": partial(voice.show),
        "show": partial(voice.show),
        "text": partial(voice.text),
        "plain": partial(voice.plain),
        "heading": partial(_heading, voice),
        "island": partial(island, voice=voice),
        "words": partial(words, voice=voice),
        "compare_island": partial(compare_island, voice=voice),
        "sought": partial(sought, voice=voice),
        "prose": partial(_prose, voice),
        "template": voice.template,
        "front": partial(_front, voice),
        "front_list": _front_list,
        "elsewhere": partial(_elsewhere, voice),
        "model_url": lambda model: f"{up}models/{model}.md",
        "family_url": lambda slug: f"{up}families/{slug}.md",
        "compare_url": partial(_compare_url, up),
        "method_url": lambda anchor: f"{up}{METHOD}#{anchor}",
        "data_url": lambda path: f"{up}{around.shared}{DATA}/{path}",
        "shell_lines": partial(_shell_lines, voice),
        "curve_picture": partial(_curve_picture, voice),
        "curve_key": lambda curve: Markup(key_mark(curve.paint, bound=curve.bound)),  # noqa: S704
        "hollow_key": lambda: Markup(key_mark(0, hollow=True)),  # noqa: S704
        "plot_url": lambda page, plot: up + plot_path(page, plot.name),
    }


def _shell_lines(voice: Voice, found: Commands) -> str:
    """Commands for a shell, each below a comment that says what it measures."""
    return "\n".join(
        f"# {' '.join(voice.plain(one.what).split())}\n{one.code}" for one in found.commands
    )


def _curve_picture(voice: Voice, plot: CurvePlot) -> Markup:
    """Lines over the batch size, drawn on the page itself."""
    lines = Lines(
        lines=tuple(
            Line(
                name=voice.plain(one.name),
                spots=one.spots,
                paint=one.paint,
                bound=one.bound,
                hollow=one.slow,
            )
            for one in plot.curves
        ),
        x_label=voice.plain(say("latency.batch")),
        y_label=voice.plain(say(f"curve.axis.{plot.quantity}")),
        alt=voice.plain(plot.alt),
    )
    return Markup(draw_curves(lines))  # noqa: S704 - it escapes


def _compare_url(up: str, *models: str) -> str:
    """The page to compare on, with some models chosen."""
    chosen = "&".join(f"m={quote(model, safe='')}" for model in models)
    return f"{up}compare.md#{chosen}" if chosen else f"{up}compare.md"


def badge_snippet(model: str) -> str:
    """Markdown that shows a model's badges; paths count from the address of the site."""
    return "\n".join(f"![{name}]({DATA}/badges/{model}.{name}.svg)" for name in BADGES)


def plot_path(page: str, plot: str) -> str:
    """Where a picture lies, from its language's folder."""
    return f"plots/{page}-{plot}.svg"


_BLANK_LINES = re.compile(r"\n(?:[ \t]*\n){2,}")


def _label(voice: Voice, key: str, **values: Value) -> Markup:
    if values:
        return voice.fill(say(key, **values))
    known = voice.fixed.get(key)
    return voice.label(key) if known is None else known


def _heading(voice: Voice, title: Text) -> Markup:
    """A title of strangers within a Markdown heading."""
    shown = in_markdown(voice.plain(title))
    language = voice.speaks(title)
    return Markup('<span lang="{}">{}</span>').format(language, shown) if language else shown


def _prose(voice: Voice, text: Text) -> Markup:
    """Markdown of strangers as a block of HTML."""
    language = voice.speaks(text)
    mark = Markup(' lang="{}"').format(language) if language else ""
    return Markup('<div class="zoo-prose"{}>\n{}\n</div>').format(mark, prose(voice.plain(text)))


def _front(voice: Voice, value: Text | str) -> Markup:
    """Text, or the label of a key, for the front matter."""
    plain = voice.plain(say(value) if isinstance(value, str) else value)
    return Markup(in_front_matter(plain))  # noqa: S704 - it escapes


def _front_list(texts: Sequence[str]) -> Markup:
    """A list of texts for the front matter."""
    return Markup(f"[{', '.join(map(in_front_matter, texts))}]")  # noqa: S704 - it escapes


def _elsewhere(voice: Voice, title: Text) -> Markup:
    """What something is called in other languages than the page's, where that is something else."""
    own = voice.plain(title)
    shown = [
        Markup('<span lang="{}">{}</span>').format(language, clean(text))
        for language, text in title.translations
        if language != voice.language and clean(text) != own
    ]
    return voice.say(say("list.comma")).join(shown)


def _web_link(url: str | None, label: str) -> Markup:
    """A link to the web; what leads elsewhere is shown without a link."""
    address = web_url(url)
    if address is None:
        return html(label)
    return Markup('<a href="{}">{}</a>').format(address, html(label))


def _paper(paper: Paper) -> Markup:
    url = paper.url or (f"https://arxiv.org/abs/{paper.arxiv}" if paper.arxiv else None)
    return _web_link(url, paper.title or url or "")
