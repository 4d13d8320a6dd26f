"""`catalogue check --links`: ask the web for every address of a zoo's entries and pages."""

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from catalogue.commands.archives import write_archives
from catalogue.commands.telling import bar
from catalogue.errors import Diagnostic
from catalogue.languages import site_languages
from catalogue.read import read_zoo
from catalogue.settings import Settings
from catalogue.weblinks.addresses import addresses
from catalogue.weblinks.archive import WAYBACK, Snapshot
from catalogue.weblinks.asking import Manners
from catalogue.weblinks.ledger import Ledger
from catalogue.weblinks.visit import Round, check_links

LEDGER = Path(".catalogue", "links.json")


def links(
    settings: Settings, *, manners: Manners, archive: str = WAYBACK, write: bool = False
) -> tuple[Diagnostic, ...]:
    """Ask for the addresses that entries and pages name, those of the last week left out.

    Args:
        settings: Of the zoo.
        manners: How hosts are asked.
        archive: Who is asked for copies of what is gone.
        write: Whether copies are written beside dead sources; what is dead is asked once more then.

    Raises:
        CatalogueError: nobody answers, or a file cannot be edited.
    """
    copies: list[tuple[str, Snapshot]] = []
    visit = Round(
        ledger=Ledger(file=settings.project / LEDGER),
        today=datetime.now(UTC).date(),
        manners=manners,
        archive=archive,
        bar=partial(bar, "links"),
        copied=lambda url, copy: copies.append((url, copy)),
    )
    found = check_links(addresses(_files(settings)), visit)
    zoo = read_zoo(settings.index, allowed=settings.allow).zoo
    if not write or not write_archives(zoo, copies):
        return found
    return check_links(addresses(_files(settings)), visit)


def _files(settings: Settings) -> Iterator[Path]:
    """What people write first, so that an address is named where it can be mended."""
    zoo, folder = read_zoo(settings.index, allowed=settings.allow).zoo, settings.index.parent
    places = [settings.index.name]
    places += [one.place.file for one in zoo.sources]
    places += [one.place.file for one in zoo.collections]
    places += [one.place.file for one in zoo.entries]
    yield from dict.fromkeys(folder / file for file in places if file)
    for language in site_languages(settings.project):
        yield from sorted((settings.project / "docs" / language).rglob("*.md"))
