"""Pages and plots on disk: `render_site` writes what entries and records make, and only changes.

The only place of the page half that writes. What stands on a page is decided in `catalogue.page`.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from catalogue.entry import NOWHERE, Zoo
from catalogue.errors import Diagnostic, Place, Severity, as_typed
from catalogue.languages import OURS
from catalogue.page.alternatives import Alternative, alternatives
from catalogue.page.choose import ChoosePage, choose_page
from catalogue.page.compare import ComparePage, compare_page
from catalogue.page.family import FamilyPage, family_page
from catalogue.page.home import HomePage, home_page
from catalogue.page.labels import label_faults, label_file, load_labels
from catalogue.page.layers import template_folders, templates_folder
from catalogue.page.model import ModelPage, model_page
from catalogue.page.sandbox import Sandbox
from catalogue.page.typeset import METHOD, Around, environment, typeset
from catalogue.page.voice import Missing, Voice
from catalogue.page.zoo import JudgedZoo, judge_again, judge_zoo
from catalogue.pictures import draw_plots, draw_previews
from catalogue.plot import plot_height
from catalogue.publish.bits import bit_scripts
from catalogue.publish.files import published
from catalogue.publish.spoken import spoken
from catalogue.store import Stored
from catalogue.written import Written, WrittenFolder, finish, keep_rest, open_folder, write

__all__ = ["Rendered", "render_site", "templates_folder"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Known:
    """What a run worked out of the whole zoo, so that the next need not."""

    judged: JudgedZoo
    cheaper: Mapping[str, tuple[Alternative, ...]] | None
    """Models that are as good for less, by model; None where nothing can be compared."""
    bits: Path | None
    """The folder of correctness bits."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Rendered:
    """What rendering did, as paths below the folder of the documents."""

    written: tuple[str, ...]
    unchanged: tuple[str, ...]
    removed: tuple[str, ...]
    diagnostics: tuple[Diagnostic, ...] = ()
    """Labels and translations that are missing; another language stands in for them."""
    known: Known


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
    return render_judged(judge_zoo(zoo, stored), stored.bits, where, None)


def _go_on() -> None:
    """Nothing comes between two pages."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Where:
    """Where pages are rendered to, and in what manner; as `render_site` takes it."""

    docs: Path
    languages: tuple[str, ...]
    templates: Path | None
    between: Callable[[], None] = _go_on
    """Is called between pages; what it raises ends the rendering there."""


def render_judged(
    judged: JudgedZoo, folder: Path | None, where: Where, only: Collection[str] | None
) -> Rendered:
    """Write the pages that show some models, and those alone.

    Args:
        judged: The zoo.
        folder: Where correctness bits lie; None where there are none.
        where: As the last time.
        only: The models whose records have changed since the last run, where nothing else has.
            What machines read stays as it is. None for every page.

    Raises:
        CatalogueError: a label file or a template is broken.
    """
    bits = bit_scripts(judged, folder)
    where.between()
    home = home_page(judged)
    where.between()
    cheaper = alternatives(home.chart) if home.chart else None
    known = Known(judged=judged, cheaper=cheaper, bits=folder)
    pages = (*_overviews(home, judged, bits), *_own_pages(known, only))

    def rest(voice: Voice, written: WrittenFolder) -> None:
        if voice.language == where.languages[0]:
            for file in bits.values():
                write(written, file.path, file.content)
        if only is None:
            _write_for_machines(judged, pages, voice, written, where.languages)
        else:
            keep_rest(written)

    return _rendered(pages, known, where, rest)


def render_models(known: Known, stored: Stored, where: Where, only: Collection[str]) -> Rendered:
    """Write the pages of some models and of their families at once: without plots, nothing else.

    Args:
        known: From the last run; what it says of other models, these pages say.
        stored: All records of these models; others need not be among them.
        where: As the last time.
        only: The models.

    Raises:
        CatalogueError: a label file or a template is broken.
    """
    newer = replace(known, judged=judge_again(known.judged, stored, only))

    return _rendered(tuple(_own_pages(newer, only)), newer, where, None)


def _rendered(
    pages: Sequence["_Page"],
    known: Known,
    where: Where,
    rest: Callable[[Voice, WrittenFolder], None] | None,
) -> Rendered:
    """Write pages in every language, and in each their plots and the rest; None leaves both."""
    docs, languages = where.docs, where.languages
    folders = template_folders(where.templates)
    labels = {language: load_labels(folders, language) for language in languages}
    setting = environment(folders)
    setting.globals["plot_height"] = plot_height
    rendered: list[Written] = []
    missing = dict.fromkeys(label_faults(labels, folders))
    root = known.judged.zoo.root
    for language in languages:
        voice = Voice(language=language, labels=labels, link=_nowhere)
        folder = open_folder(docs / language)
        shared = "" if language == languages[0] else f"../{languages[0]}/"
        for page in pages:
            where.between()
            _write_page(page, voice, setting, folder, shared=shared)
        if rest is not None:
            where.between()
            draw_plots(pages, voice, folder)
        missing.update(dict.fromkeys(_untranslated(voice, label_file(folders, language), root)))
        if rest is None:
            keep_rest(folder)
        else:
            rest(voice, folder)
        rendered.append(finish(folder))
    return Rendered(
        written=tuple(path for one in rendered for path in one.written),
        unchanged=tuple(path for one in rendered for path in one.unchanged),
        removed=tuple(path for one in rendered for path in one.removed),
        diagnostics=tuple(missing),
        known=known,
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
    draw_previews(pages, voice, folder)
    if main:
        for file in published(judged, languages):
            write(folder, file.path, file.content)


def _overviews(home: HomePage, judged: JudgedZoo, bits: Collection[str]) -> Iterator[_Page]:
    """The pages that show all models."""
    yield home
    choosing = choose_page(home)
    if choosing is not None:
        yield choosing
    comparing = compare_page(home, judged, bits)
    if comparing is not None:
        yield comparing


def _own_pages(known: Known, only: Collection[str] | None) -> Iterator[_Page]:
    """The pages of families and models: of some models, or of all."""
    judged, cheaper = known.judged, known.cheaper
    for family in judged.families:
        if only is None or any(model.id in only for model in family.models):
            yield family_page(family.collection, family.models, judged.zoo, slug=family.slug)
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
    """Write a page."""
    path, up, here = _place(page)
    speaking = replace(voice, link=partial(_link, here, up))
    method = (folder.root / METHOD).is_file()
    around = Around(up=up, shared=shared, method=method)
    text = typeset(page, speaking, templates, around)
    write(folder, path, text.encode())


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
