"""The languages of a site as mkdocs' theme needs them: their names and the words of its frame.

Reads labels. Knows nothing of pages.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from catalogue.languages import site_languages
from catalogue.page.labels import THEME, load_labels
from catalogue.page.layers import template_folders


@dataclass(frozen=True, kw_only=True, slots=True)
class Tongue:
    """One language of a site."""

    code: str
    """Such as `en`."""
    main: bool
    """Whether its pages stand at the root of the site; the others have folders."""
    labels: Mapping[str, str]
    """All of its words; those that it lacks are the first language's that has them."""
    terms: Path | None = None
    """Words that a search must not cut apart, in jieba's form."""

    @property
    def folder(self) -> str:
        """Where it stands in the site."""
        return "" if self.main else f"{self.code}/"

    @property
    def name(self) -> str:
        """In its own words."""
        return self.labels["language.name"]

    def theme(self) -> Mapping[str, str]:
        """The words that replace Material's, by Material's keys."""
        return {
            key.removeprefix(THEME): label
            for key, label in self.labels.items()
            if key.startswith(THEME)
        }


def tongues(project: Path) -> tuple[Tongue, ...]:
    """The languages of a site, that at its root first.

    Raises:
        CatalogueError: a language has no labels, or they cannot be read.
    """
    folders = template_folders(project / "templates")
    codes = site_languages(project)
    labels = {code: load_labels(folders, code) for code in codes}
    return tuple(
        Tongue(
            code=code,
            main=code == codes[0],
            labels=_filled(code, labels[code], list(labels.values())),
            terms=_terms(folders, code),
        )
        for code in codes
    )


def _filled(
    code: str, own: Mapping[str, str], every: Sequence[Mapping[str, str]]
) -> Mapping[str, str]:
    """A language's labels, with those of the others where it has none; the first counts."""
    filled: dict[str, str] = {}
    for labels in (*reversed(every), {"language.name": code, "language.locale": code}, own):
        filled.update(labels)
    return filled


def _terms(folders: Sequence[Path], code: str) -> Path | None:
    files = (folder / "labels" / f"{code}.terms.txt" for folder in folders)
    return next((file for file in files if file.is_file()), None)
