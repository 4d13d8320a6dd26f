"""The words of `catalogue import`: one subcommand for each format.

Imports no more than click before a command runs, so that `--help` answers at once.
"""

import sys
from pathlib import Path

import click

from catalogue.commands.words import PATH, index_option, open_here


@click.group(name="import")
def import_() -> None:
    """Add entries and reported figures from other formats.

    Importing again changes only what changed at the origin. What people wrote stays, comments
    included: model-index/imported/ remembers what an import wrote, and only that is renewed.
    """


@import_.command(name="timm")
@click.argument("pattern", default="*")
@index_option
def import_timm(*, pattern: str, index: Path | None) -> None:
    """Entries for the models of the installed timm, one YAML file a family.

    PATTERN is a shell pattern, such as 'resnet*'. Each architecture becomes one entry, in which
    its pretrained tags stand as aliases, weights and preprocessing recipes; the default tag comes
    first and is the one that is measured. With a dot in it, as in 'resnet50.*', PATTERN is one of
    tags, and each tag becomes an entry of its own.
    """
    from catalogue.commands import importing  # noqa: PLC0415  # reads YAML; --help need not wait
    from catalogue.importing.timm_models import import_timm  # noqa: PLC0415  # as above

    sys.exit(importing.place(open_here(index, ()), import_timm(pattern)))


@import_.command(name="timm-results")
@click.argument("files", nargs=-1, required=True, type=PATH, metavar="CSV...")
@click.option("--url", metavar="URL", help="The folder that the files are published in.")
@index_option
def import_timm_results(*, files: tuple[Path, ...], url: str | None, index: Path | None) -> None:
    """Reported figures from timm's result and inference benchmark tables.

    Rows go to the entries of the same name, alias or builder; models without an entry are counted
    and named. The file's name tells the data set, or the device, precision and versions.
    """
    from catalogue.commands import importing  # noqa: PLC0415  # reads YAML; --help need not wait
    from catalogue.importing.csv_table import read_table  # noqa: PLC0415  # as above
    from catalogue.importing.timm_tables import import_tables  # noqa: PLC0415  # as above

    zoo = open_here(index, ())
    tables = [read_table(file) for file in files]
    sys.exit(importing.place(zoo, import_tables(tables, zoo.zoo, url=url)))


@import_.command(name="torchvision")
@click.argument("pattern", default="*")
@index_option
def import_torchvision(*, pattern: str, index: Path | None) -> None:
    """Entries for the classification models of the installed torchvision.

    PATTERN is a shell pattern, such as 'resnet*'. Published accuracy and counts become reported
    figures.
    """
    from catalogue.commands import importing  # noqa: PLC0415  # reads YAML; --help need not wait
    from catalogue.importing import torchvision_models  # noqa: PLC0415  # as above

    batch = torchvision_models.import_torchvision(pattern)
    sys.exit(importing.place(open_here(index, ()), batch))


@import_.command(name="model-index")
@click.argument("path", type=PATH)
@click.option("--url", metavar="URL", help="Where the folder of PATH is published.")
@click.option(
    "--builder",
    type=click.Choice(["timm", "torchvision"]),
    help="The library that builds these models, under the names they have here.",
)
@index_option
def import_model_index(
    *, path: Path, url: str | None, builder: str | None, index: Path | None
) -> None:
    """Entries from a model-index.yml, an OpenMMLab metafile or timm's Markdown pages.

    PATH is a file, or a folder with an index. What is odd about it is said at its place, as by
    `catalogue check`; nothing is lost.
    """
    from catalogue.commands import importing  # noqa: PLC0415  # reads YAML; --help need not wait
    from catalogue.importing.model_index import import_model_index  # noqa: PLC0415  # as above
    from catalogue.read import read_zoo  # noqa: PLC0415  # as above

    batch = import_model_index(read_zoo(path), path, url=url, library=builder)
    sys.exit(importing.place(open_here(index, ()), batch))


@import_.command(name="huggingface-card")
@click.argument("file", type=PATH)
@click.option("--model", metavar="NAME", help="The model's name, where the file tells none.")
@index_option
def import_card(*, file: Path, model: str | None, index: Path | None) -> None:
    """Reported results from a Hugging Face model card.

    FILE is a README.md, which brings the .eval_results/ beside it, or one file of those. Every
    result keeps the source it names itself.
    """
    from catalogue.commands import importing  # noqa: PLC0415  # reads YAML; --help need not wait
    from catalogue.importing.huggingface import import_card  # noqa: PLC0415  # as above

    sys.exit(importing.place(open_here(index, ()), import_card(file, model=model)))
