"""Pages and plots on disk: `render_site` writes what entries and records make, and only changes.

The only place of the page half that writes. What stands on a page is decided in `catalogue.page`.
"""

import hashlib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Literal

from catalogue import plot as drawing
from catalogue.entry import NOWHERE, Zoo
from catalogue.errors import Diagnostic, Place, Severity, as_typed
from catalogue.languages import OURS
from catalogue.page.alternatives import alternatives
from catalogue.page.choose import ChoosePage, choose_page
from catalogue.page.compare import ComparePage, compare_page
from catalogue.page.family import FamilyPage, family_page
from catalogue.page.home import HomePage, home_page
from catalogue.page.labels import label_faults, label_file, load_labels
from catalogue.page.layers import template_folders, templates_folder
from catalogue.page.model import ModelPage, model_page
from catalogue.page.sandbox import Sandbox
from catalogue.page.typeset import METHOD, Around, environment, plot_path, typeset
from catalogue.page.voice import Missing, Voice
from catalogue.page.wording import Said, say
from catalogue.page.zoo import JudgedZoo, judge_zoo
from catalogue.plot import Point, Scatter, draw_scatter, plot_height
from catalogue.plot.lettering import missing_glyphs
from catalogue.publish.bits import bit_scripts
from catalogue.publish.files import published
from catalogue.publish.preview import draw_preview
from catalogue.publish.spoken import preview_digest, previews, spoken
from catalogue.store import Stored
from catalogue.written import Written, WrittenFolder, finish, keep, keep_rest, open_folder, write

__all__ = ["Rendered", "render_site", "templates_folder"]

THEMES: tuple[Literal["light"], Literal["dark"]] = ("light", "dark")


@dataclass(frozen=True, kw_only=True, slots=True)
class Rendered:
    """What rendering did, as paths below the folder of the documents."""

    written: tuple[str, ...]
    unchanged: tuple[str, ...]
    removed: tuple[str, ...]
    diagnostics: tuple[Diagnostic, ...] = ()
    """Labels and translations that are missing; another language stands in for them."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Picture:
    """A plot to be drawn, unless it has been drawn already."""

    path: str
    scatter: Scatter
    theme: Literal["light", "dark"]

    @property
    def digest(self) -> str:
        """Changes with what is drawn and with the code that draws."""
        drawn = f"{self.scatter!r}{self.theme}{_drawing_digest()}"
        return hashlib.sha256(drawn.encode()).hexdigest()[:16]


def render_site(
    zoo: Zoo,
    stored: Stored,
    docs: Path,
    *,
    languages: Sequence[str] = OURS,
    templates: Path | None = None,
) -> Rendered:
    """Write every page and plot of a zoo, in every language.

    Files whose content is unchanged stay untouched; pages that an earlier run wrote and that no
    longer belong are removed; other files are never touched.

    Args:
        zoo: The entries.
        stored: The records.
        docs: The folder that holds one folder per language.
        languages: Their codes, the first of which has the files that serve all; each needs a
            label file.
        templates: The zoo's own folder of templates and labels, whose files replace the
            package's one by one.

    Raises:
        CatalogueError: a label file or a template is broken.
    """
    where = Where(docs=docs, languages=tuple(languages), templates=templates)
    return render_touched(zoo, stored, where, None)


@dataclass(frozen=True, kw_only=True, slots=True)
class Where:
    """Where pages are rendered to, and in what manner; as `render_site` takes it."""

    docs: Path
    languages: tuple[str, ...]
    templates: Path | None


def render_touched(
    zoo: Zoo, stored: Stored, where: Where, only: Collection[str] | None
) -> Rendered:
    """Write the pages that show some models, and those alone.

    Args:
        zoo: The entries.
        stored: The records.
        where: As the last time.
        only: The models whose records have changed since the last run, where nothing else has.
            What machines read stays as it is. None for every page.

    Raises:
        CatalogueError: a label file or a template is broken.
    """
    docs, languages = where.docs, where.languages
    folders = template_folders(where.templates)
    labels = {language: load_labels(folders, language) for language in languages}
    judged = judge_zoo(zoo, stored)
    bits = bit_scripts(judged, stored.bits)
    pages = tuple(_pages(judged, bits, only))
    setting = environment(folders)
    setting.globals["plot_height"] = plot_height
    rendered: list[Written] = []
    missing = dict.fromkeys(label_faults(labels, folders))
    for language in languages:
        voice = Voice(language=language, labels=labels, link=_nowhere)
        folder = open_folder(docs / language)
        shared = "" if language == languages[0] else f"../{languages[0]}/"
        for page in pages:
            _write_page(page, voice, setting, folder, shared=shared)
        missing.update(dict.fromkeys(_untranslated(voice, label_file(folders, language), zoo.root)))
        if language == languages[0]:
            for file in bits.values():
                write(folder, file.path, file.content)
        if only is None:
            _write_for_machines(judged, pages, voice, folder, languages)
        else:
            keep_rest(folder)
        rendered.append(finish(folder))
    return Rendered(
        written=tuple(path for one in rendered for path in one.written),
        unchanged=tuple(path for one in rendered for path in one.unchanged),
        removed=tuple(path for one in rendered for path in one.removed),
        diagnostics=tuple(missing),
    )


_Page = HomePage | ChoosePage | ComparePage | FamilyPage | ModelPage


def _write_for_machines(
    judged: JudgedZoo,
    pages: Sequence[_Page],
    voice: Voice,
    folder: WrittenFolder,
    languages: Sequence[str],
) -> None:
    """Write what programs read and link previews show."""
    main = voice.language == languages[0]
    for file in spoken(judged, voice, shared="" if main else "../"):
        write(folder, file.path, file.content)
    _draw_previews(pages, voice, folder)
    if main:
        for file in published(judged, languages):
            write(folder, file.path, file.content)


def _pages(
    judged: JudgedZoo, bits: Collection[str], only: Collection[str] | None
) -> Iterator[_Page]:
    home = home_page(judged)
    yield home
    choosing = choose_page(home)
    if choosing is not None:
        yield choosing
    comparing = compare_page(home, judged, bits)
    if comparing is not None:
        yield comparing
    for family in judged.families:
        if only is None or any(model.id in only for model in family.models):
            yield family_page(family.collection, family.models, judged.zoo, slug=family.slug)
    cheaper = alternatives(home.chart) if home.chart else None
    for model in judged.models:
        if only is None or model.id in only:
            others = None if cheaper is None else cheaper.get(model.id, ())
            yield model_page(model, judged, alternatives=others)


def _nowhere(model: str) -> str | None:
    del model
    return None


def _link(here: str | None, up: str, model: str) -> str | None:
    """The way to a model's page; None on that page itself."""
    return None if model == here else f"{up}models/{model}.md"


def _write_page(
    page: _Page,
    voice: Voice,
    templates: Sandbox,
    folder: WrittenFolder,
    *,
    shared: str,
) -> None:
    """Write a page and its plots."""
    path, up, here = _place(page)
    speaking = Voice(
        language=voice.language,
        labels=voice.labels,
        link=partial(_link, here, up),
        missing=voice.missing,
        fixed=voice.fixed,
    )
    method = (folder.root / METHOD).is_file()
    around = Around(up=up, shared=shared, method=method)
    text = typeset(page, speaking, templates, around)
    write(folder, path, text.encode())
    if isinstance(page, HomePage | FamilyPage):
        stem = "home" if isinstance(page, HomePage) else f"family-{page.slug}"
        for picture in _pictures(page, stem, speaking):
            _draw(folder, picture)


def _place(page: _Page) -> tuple[str, str, str | None]:
    """A page's path, its way up to the language's folder, and the model it is about."""
    match page:
        case HomePage():
            return "index.md", "", None
        case ChoosePage():
            return "choose.md", "", None
        case ComparePage():
            return "compare.md", "", None
        case FamilyPage():
            return f"families/{page.slug}.md", "../", None
        case ModelPage():
            return f"models/{page.ref.id}.md", "../", page.ref.id


def _pictures(page: HomePage | FamilyPage, stem: str, voice: Voice) -> Iterator[_Picture]:
    families = page.chart.families if page.chart else ()
    series = tuple(_drawable(voice.plain(family), "–") for family in families)
    for plot in page.plots:
        scatter = Scatter(
            points=tuple(
                Point(
                    label=_drawable(voice.plain(point.ref), point.ref.id),
                    x=point.x,
                    y=point.y,
                    series=_drawable(voice.plain(point.family), "–"),
                    on_frontier=point.on_frontier,
                )
                for point in plot.points
            ),
            x_label=_spoken(voice, plot.x_label),
            y_label=_spoken(voice, plot.y_label),
            frontier_label=_spoken(voice, say("axis.frontier")),
            x_log=_is_wide([point.x for point in plot.points]),
            series=series,
        )
        for theme in THEMES:
            yield _Picture(path=plot_path(stem, plot.name, theme), scatter=scatter, theme=theme)


def _spoken(voice: Voice, label: Said) -> str:
    return _drawable(voice.plain(label), "?")


def _drawable(text: str, instead: str) -> str:
    """Text in the letters that the plots' font has; `instead` where none is left."""
    lacking = missing_glyphs(text)
    kept = "".join(letter for letter in text if letter not in lacking).strip()
    return kept or instead


_DECADE = 4.0


def _is_wide(costs: Sequence[float]) -> bool:
    """Whether costs spread so far that a linear axis would crowd the small ones."""
    return min(costs) > 0 and max(costs) / min(costs) > _DECADE


def _draw(folder: WrittenFolder, picture: _Picture) -> None:
    """Draw a picture unless it lies there, drawn from the same."""
    if keep(folder, picture.path, picture.digest):
        return
    drawn = draw_scatter(picture.scatter, theme=picture.theme)
    write(folder, picture.path, drawn.encode(), digest=picture.digest)


def _draw_previews(pages: Sequence[_Page], voice: Voice, folder: WrittenFolder) -> None:
    """Draw the pictures that others show of a link, unless they are drawn already."""
    (home,) = (page for page in pages if isinstance(page, HomePage))
    families = [page for page in pages if isinstance(page, FamilyPage)]
    for path, preview in previews(home, families, voice):
        digest = preview_digest(preview)
        if not keep(folder, path, digest):
            write(folder, path, draw_preview(preview), digest=digest)


def _drawing_digest() -> str:
    code = sorted(Path(drawing.__file__).parent.glob("*.py"))
    return hashlib.sha256(b"".join(file.read_bytes() for file in code)).hexdigest()


def _untranslated(voice: Voice, labels: Path, root: Path) -> Iterator[Diagnostic]:
    """What was missing while a language's pages were written; labels of others are found before."""
    elsewhere = {key for own in voice.labels.values() for key in own}
    for one in sorted(voice.missing):
        if not one.label:
            yield _text_missing(one, voice.language, root)
        elif one.what not in elsewhere:
            yield Diagnostic(
                place=Place(file=as_typed(labels), line=1, column=1),
                severity=Severity.ERROR,
                code="missing-label",
                message=f"a template asks for the label '{one.what}', which no language has; add "
                "it, or correct the template",
            )


def _text_missing(one: Missing, language: str, root: Path) -> Diagnostic:
    known = one.place != NOWHERE
    file = as_typed(root / one.place.file) if known else language
    return Diagnostic(
        place=replace(one.place, file=file),
        severity=Severity.WARNING,
        code="missing-translation",
        message=f"the {one.what} is missing in '{language}', another language stands in for it; "
        "translate it",
    )
