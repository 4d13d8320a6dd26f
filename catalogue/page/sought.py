"""What rows of models are found by beside what they show: a block that the tables' script reads."""

from collections.abc import Sequence

from markupsafe import Markup

from catalogue.page.island import block
from catalogue.page.names import titles
from catalogue.page.rows import ModelRow
from catalogue.page.voice import Voice


def sought(rows: Sequence[ModelRow], *, voice: Voice, families: bool = False) -> Markup:
    """A text for each row: names in other languages, aliases; nothing where no row has any.

    A row's id is in its link already.

    Args:
        rows: The models.
        voice: The language of the page.
        families: Whether models are of several, by whose titles they are found too.
    """
    texts = [
        " ".join((*_hidden_names(row, voice), *(_family_titles(row) if families else ())))
        for row in rows
    ]
    return block(texts, "zoo-sought") if any(texts) else Markup("")


def _hidden_names(row: ModelRow, voice: Voice) -> tuple[str, ...]:
    shown = {row.ref.id, voice.plain(row.ref.title)}
    return tuple(name for name in row.names if name not in shown)


def _family_titles(row: ModelRow) -> tuple[str, ...]:
    return titles(row.family.title) if row.family else ()
