"""Pages and plots on disk: `render_site` writes what entries and records make, and only changes.

The only place of the page half that writes. What stands on a page is decided in `catalogue.page`.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Literal

from jinja2.sandbox import ImmutableSandboxedEnvironment

from catalogue import plot as drawing
from catalogue.entry import Zoo
from catalogue.errors import Diagnostic, Place, Severity
from catalogue.page.family import FamilyPage, family_page
from catalogue.page.home import HomePage, home_page
from catalogue.page.labels import differences, load_labels
from catalogue.page.model import ModelPage, model_page
from catalogue.page.plots import Plot
from catalogue.page.typeset import METHOD, environment, plot_path, typeset
from catalogue.page.voice import Voice
from catalogue.page.wording import Said, say
from catalogue.page.zoo import JudgedZoo, judge_zoo
from catalogue.plot import Point, Scatter, draw_scatter, plot_height
from catalogue.plot.lettering import missing_glyphs
from catalogue.store import Stored

LIST = ".rendered"
"""Names every file that rendering wrote, so that it removes only what it wrote."""
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


@dataclass(kw_only=True, slots=True)
class _Folder:
    """The folder of one language, with what earlier runs and this one wrote there."""

    root: Path
    before: Mapping[str, str]
    """By path: the digest of what a picture was drawn from, empty for pages."""
    after: dict[str, str] = field(default_factory=dict)
    written: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)


def templates_folder() -> Path:
    """The package's own templates: beside the modules when installed, else in the checkout."""
    installed = Path(__file__).parent / "templates"
    return installed if installed.is_dir() else Path(__file__).parent.parent / "templates"


def render_site(
    zoo: Zoo,
    stored: Stored,
    docs: Path,
    *,
    languages: Sequence[str] = ("en", "zh"),
    templates: Path | None = None,
) -> Rendered:
    """Write every page and plot of a zoo, in every language.

    Files whose content is unchanged stay untouched; pages that an earlier run wrote and that no
    longer belong are removed; other files are never touched.

    Args:
        zoo: The entries.
        stored: The records.
        docs: The folder that holds one folder per language.
        languages: Their codes; each needs a label file.
        templates: The zoo's own folder of templates and labels, whose files replace the
            package's one by one.

    Raises:
        CatalogueError: a label file or a template is broken.
    """
    folders = [*([templates] if templates else []), templates_folder()]
    labels = {language: load_labels(folders, language) for language in languages}
    pages = tuple(_pages(judge_zoo(zoo, stored)))
    setting = environment(folders)
    setting.globals["plot_height"] = plot_height
    rendered, missing = [], dict.fromkeys(differences(labels, folders[-1]))
    for language in languages:
        voice = Voice(language=language, labels=labels, link=_nowhere)
        folder = _Folder(root=docs / language, before=_listed(docs / language))
        for page in pages:
            _write_page(page, voice, setting, folder)
        missing.update(dict.fromkeys(_untranslated(voice)))
        rendered.append(_finish(folder))
    return Rendered(
        written=tuple(path for one in rendered for path in one.written),
        unchanged=tuple(path for one in rendered for path in one.unchanged),
        removed=tuple(path for one in rendered for path in one.removed),
        diagnostics=tuple(missing),
    )


_Page = HomePage | FamilyPage | ModelPage


def _pages(judged: JudgedZoo) -> Iterator[_Page]:
    yield home_page(judged)
    for family in judged.families:
        yield family_page(family.collection, family.models, judged.zoo, slug=family.slug)
    for model in judged.models:
        yield model_page(model, judged)


def _nowhere(model: str) -> str | None:
    del model
    return None


def _link(here: str | None, up: str, model: str) -> str | None:
    """The way to a model's page; None on that page itself."""
    return None if model == here else f"{up}models/{model}.md"


def _write_page(
    page: _Page, voice: Voice, templates: ImmutableSandboxedEnvironment, folder: _Folder
) -> None:
    """Write a page and its plots."""
    path, up, here = _place(page)
    speaking = Voice(
        language=voice.language,
        labels=voice.labels,
        link=partial(_link, here, up),
        missing=voice.missing,
    )
    method = (folder.root / METHOD).is_file()
    _write(folder, path, typeset(page, speaking, templates, up=up, method=method))
    if not isinstance(page, ModelPage):
        stem = "home" if isinstance(page, HomePage) else f"family-{page.slug}"
        for picture in _pictures(page.plots, stem, speaking):
            _draw(folder, picture)


def _place(page: _Page) -> tuple[str, str, str | None]:
    """A page's path, its way up to the language's folder, and the model it is about."""
    match page:
        case HomePage():
            return "index.md", "", None
        case FamilyPage():
            return f"families/{page.slug}.md", "../", None
        case ModelPage():
            return f"models/{page.ref.id}.md", "../", page.ref.id


def _pictures(plots: Iterable[Plot], stem: str, voice: Voice) -> Iterator[_Picture]:
    for plot in plots:
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


def _draw(folder: _Folder, picture: _Picture) -> None:
    """Draw a picture unless it lies there, drawn from the same."""
    file = folder.root / picture.path
    if folder.before.get(picture.path) == picture.digest and file.is_file():
        folder.after[picture.path] = picture.digest
        folder.unchanged.append(picture.path)
        return
    _write(folder, picture.path, draw_scatter(picture.scatter, theme=picture.theme))
    folder.after[picture.path] = picture.digest


def _drawing_digest() -> str:
    code = sorted(Path(drawing.__file__).parent.glob("*.py"))
    return hashlib.sha256(b"".join(file.read_bytes() for file in code)).hexdigest()


def _write(folder: _Folder, path: str, text: str) -> None:
    file = folder.root / path
    content = text.encode()
    folder.after[path] = ""
    if file.is_file() and file.read_bytes() == content:
        folder.unchanged.append(path)
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
    folder.written.append(path)


def _listed(root: Path) -> Mapping[str, str]:
    """What an earlier run wrote; nothing where its list is missing or damaged."""
    try:
        listed = json.loads((root / LIST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    if not isinstance(listed, dict):
        return {}
    return {path: str(digest) for path, digest in listed.items() if _is_ours(path)}


def _is_ours(path: str) -> bool:
    """Whether rendering could have written a path: the list may have been tampered with."""
    folder, _, name = path.rpartition("/")
    return path == "index.md" or (folder in ("families", "models", "plots") and name != "..")


def _finish(folder: _Folder) -> Rendered:
    """Remove what no longer belongs, and write the list anew."""
    removed = [path for path in folder.before if path not in folder.after]
    for path in removed:
        (folder.root / path).unlink(missing_ok=True)
    listing = json.dumps(folder.after, indent=0, sort_keys=True) + "\n"
    file = folder.root / LIST
    if not file.is_file() or file.read_text(encoding="utf-8") != listing:
        file.write_text(listing, encoding="utf-8")
    name = folder.root.name
    return Rendered(
        written=tuple(f"{name}/{path}" for path in folder.written),
        unchanged=tuple(f"{name}/{path}" for path in folder.unchanged),
        removed=tuple(f"{name}/{path}" for path in removed),
    )


def _untranslated(voice: Voice) -> Iterator[Diagnostic]:
    for what in sorted(voice.missing):
        yield Diagnostic(
            place=Place(file=f"{voice.language}", line=1, column=1),
            severity=Severity.WARNING,
            code="missing-translation",
            message=f"the {what} is missing in '{voice.language}', another language stands in "
            "for it; translate it",
        )
