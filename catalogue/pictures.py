"""Which pictures the pages of a run show, drawn unless they lie there already.

What a plot looks like is decided in `catalogue.plot`, what it shows in `catalogue.page`.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from catalogue import plot as drawing
from catalogue.page.family import FamilyPage
from catalogue.page.home import HomePage
from catalogue.page.typeset import plot_path
from catalogue.page.voice import Voice
from catalogue.page.wording import Said, say
from catalogue.plot import Point, Scatter, draw_scatter
from catalogue.plot.lettering import missing_glyphs
from catalogue.publish.preview import draw_preview
from catalogue.publish.spoken import preview_digest, previews
from catalogue.written import WrittenFolder, keep, write


@dataclass(frozen=True, kw_only=True, slots=True)
class _Picture:
    """A plot to be drawn, unless it has been drawn already."""

    path: str
    scatter: Scatter

    @property
    def digest(self) -> str:
        """Changes with what is drawn and with the code that draws."""
        drawn = f"{self.scatter!r}{_drawing_digest()}"
        return hashlib.sha256(drawn.encode()).hexdigest()[:16]


def draw_plots(pages: Sequence[object], voice: Voice, folder: WrittenFolder) -> None:
    """Draw the plots of some pages, unless they are drawn already."""
    for page in pages:
        if isinstance(page, HomePage | FamilyPage):
            stem = "home" if isinstance(page, HomePage) else f"family-{page.slug}"
            for picture in _pictures(page, stem, voice):
                _draw(folder, picture)


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
                    hollow=point.slow,
                )
                for point in plot.points
            ),
            x_label=_spoken(voice, plot.x_label),
            y_label=_spoken(voice, plot.y_label),
            frontier_label=_spoken(voice, say("axis.frontier")),
            x_log=_is_wide([point.x for point in plot.points]),
            series=series,
        )
        yield _Picture(path=plot_path(stem, plot.name), scatter=scatter)


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
    drawn = draw_scatter(picture.scatter)
    write(folder, picture.path, drawn.encode(), digest=picture.digest)


def draw_previews(pages: Sequence[object], voice: Voice, folder: WrittenFolder) -> None:
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
