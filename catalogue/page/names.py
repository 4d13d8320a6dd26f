"""Every name that readers may look for a model or a family by, in whatever language."""

from catalogue.entry import Collection, Entry, Text


def names_of_model(entry: Entry) -> tuple[str, ...]:
    """Titles, the name in the index, the id and the aliases of a model, each once."""
    return _each_once(entry.title, entry.name, entry.id, *entry.aliases)


def names_of_family(collection: Collection) -> tuple[str, ...]:
    """Titles and the name of a family, each once."""
    return _each_once(collection.title, collection.name)


def titles(title: Text) -> tuple[str, ...]:
    """A title in every language."""
    return _each_once(title)


def _each_once(title: Text, *others: str) -> tuple[str, ...]:
    told = (title.plain or "", *(text for _, text in title.translations))
    return tuple(dict.fromkeys(name for name in (*told, *others) if name))
