"""The command line: words in, plain lines out, one place where faults become exit statuses.

Imports what a command needs when it runs, so that `--help` answers at once.
"""

import gc
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, ParamSpec

import click

from catalogue import __version__
from catalogue.commands.validation_options import ValidationWords, validation_options
from catalogue.errors import CatalogueError, WrongCallError

if TYPE_CHECKING:
    from catalogue.commands.opened import Opened

_Arguments = ParamSpec("_Arguments")
_PATH = click.Path(path_type=Path)
_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)
_FOLDER = click.Path(path_type=Path, exists=True, file_okay=False)


class _Size(click.ParamType[tuple[int, int]]):
    """An image size: one side, or height x width, in pixels."""

    name = "size"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[int, int]:
        """Read `288` or `288x384`; every other text is a wrong call."""
        found = re.fullmatch(r"([1-9]\d{0,4})(?:[xX×]([1-9]\d{0,4}))?", str(value), re.ASCII)
        if found is None:
            self.fail(f"'{value}'; expected 288, or 288x384 for height x width", param, ctx)
        return int(found[1]), int(found[2] or found[1])


_SIZE = _Size()


def _index_option(command: Callable[_Arguments, None]) -> Callable[_Arguments, None]:
    return click.option(
        "--index",
        type=_PATH,
        metavar="PATH",
        help="The root index file or its folder. Default: model-index/ here or in a parent folder.",
    )(command)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, "-V", "--version", prog_name="catalogue")
def cli() -> None:
    """Measure the models of a zoo and render its bilingual catalogue.

    Entries are YAML files under model-index/; records of what was measured lie beside them in
    model-index/measurements/; pages are rendered from both.
    """


@cli.command()
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option("--model", "models", multiple=True, metavar="NAME", help="A model; repeatable.")
@click.option("--family", "families", multiple=True, metavar="NAME", help="A whole family.")
@click.option("--all", "every", is_flag=True, help="Every model of the zoo.")
@click.option(
    "--only",
    "kinds",
    multiple=True,
    type=click.Choice(["complexity", "latency", "accuracy"]),
    help="Measure only this kind; repeatable.",
)
@click.option(
    "--device",
    "devices",
    multiple=True,
    type=click.Choice(["cpu", "cuda"]),
    help="Where to time; repeatable. Default: cpu, and cuda where there is one.",
)
@validation_options
@click.option(
    "--weights-dir",
    type=_FOLDER,
    metavar="PATH",
    help="Where weights files lie: by the name in their URL, or as MODEL.safetensors or MODEL.pth.",
)
@click.option(
    "--weights",
    "weights_file",
    type=_FILE,
    metavar="FILE",
    help="Validate one model with this file's weights.",
)
@click.option(
    "--allow",
    multiple=True,
    metavar="PACKAGE",
    help="A Python package that builders may import, beside those of catalogue.toml.",
)
@click.option(
    "--jobs",
    type=click.IntRange(min=1),
    metavar="N",
    help="Processes that count complexity side by side. Default: one for each processor.",
)
@click.option(
    "--input-size",
    "size",
    type=_SIZE,
    metavar="HxW",
    help="Count and time at this image size in place of each model's own: 288, or 288x384 for "
    "height x width.",
)
@click.option(
    "--form",
    type=click.Choice(["training", "deploy"]),
    default="training",
    show_default=True,
    help="deploy: count models with their parallel branches and norms fused.",
)
@click.option("--force", is_flag=True, help="Measure again what is up to date or known to fail.")
@click.option("--dry-run", is_flag=True, help="Say what would be measured and why; do nothing.")
@_index_option
def refresh(  # noqa: PLR0913  # one parameter for each option that a person may type
    *,
    names: tuple[str, ...],
    models: tuple[str, ...],
    families: tuple[str, ...],
    every: bool,
    kinds: tuple[str, ...],
    devices: tuple[str, ...],
    weights_dir: Path | None,
    weights_file: Path | None,
    allow: tuple[str, ...],
    jobs: int | None,
    size: tuple[int, int] | None,
    form: str,
    force: bool,
    dry_run: bool,
    index: Path | None,
    validation: ValidationWords,
) -> None:
    """Measure what is missing or out of date.

    NAMEs are models, as with --model. What is skipped is said, and why. Every measurement becomes
    a record in model-index/measurements/, one that failed as well. Interrupt it at any time: what
    is done is kept, and the next run goes on from there.
    """
    from catalogue.commands import refreshing  # noqa: PLC0415  # reads YAML; --help need not wait

    selection = refreshing.Selection(models=models + names, families=families, every=every)
    wishes = refreshing.Wishes(
        kinds=kinds,
        devices=devices,
        validation=validation.wishes(),
        weights_dir=weights_dir,
        weights_file=weights_file,
        force=force,
        jobs=jobs,
        size=size,
        form=form,
    )
    zoo = _open(index, allow)
    sys.exit(refreshing.refresh(zoo, selection, wishes, dry_run=dry_run))


@cli.command()
@click.argument("paths", nargs=-1, type=_PATH)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "github", "sarif"]),
    default="text",
    show_default=True,
    help="How to print the diagnostics.",
)
@click.option("--strict", is_flag=True, help="Exit with status 1 on warnings as well.")
@click.option("--allow", multiple=True, metavar="PACKAGE", help="See `catalogue refresh`.")
def check(*, paths: tuple[Path, ...], form: str, strict: bool, allow: tuple[str, ...]) -> None:
    """Read entries and records, and print every fault at its place.

    PATHS are index files, metafiles, Markdown pages or folders; by default the zoo around here.
    """
    from catalogue.commands import checking  # noqa: PLC0415  # reads YAML; --help need not wait

    sys.exit(checking.check(paths, form=form, strict=strict, allow=allow))


@cli.command()
@click.option("--docs", type=_PATH, metavar="PATH", help="Default: docs/ beside model-index/.")
@_index_option
def render(*, docs: Path | None, index: Path | None) -> None:
    """Render the Markdown pages and plots, in every language, from entries and records.

    `mkdocs build` and `mkdocs serve` do this by themselves.
    """
    from catalogue.commands import rendering  # noqa: PLC0415  # imports matplotlib

    sys.exit(rendering.render(_open(index, ()), docs))


@cli.command()
@click.option("--out", type=_PATH, metavar="FILE", help="Default: standard output.")
@_index_option
def export(*, out: Path | None, index: Path | None) -> None:
    """Write every record as a row of CSV.

    With its conditions, its provenance, and what has changed since it was made.
    """
    from catalogue.commands import exporting  # noqa: PLC0415  # imports pandas

    sys.exit(exporting.export(_open(index, ()), out))


@cli.command(name="list")
@click.option("--family", "families", multiple=True, metavar="NAME", help="Only this family.")
@_index_option
def list_(*, families: tuple[str, ...], index: Path | None) -> None:
    """List the models and how their records stand."""
    from catalogue.commands import listing  # noqa: PLC0415  # reads YAML; --help need not wait

    sys.exit(listing.list_models(_open(index, ()), families))


@cli.command()
@click.argument("first", metavar="A")
@click.argument("second", metavar="B")
@click.option("--dataset", metavar="NAME", help="On which data set. Default: imagenet-1k, if any.")
@_index_option
def compare(*, first: str, second: str, dataset: str | None, index: Path | None) -> None:
    """Say whether two models differ in accuracy on the very same images.

    A and B are models with accuracy records of the same images. Prints hits with Wilson intervals,
    on how many images only one of them is right, and McNemar's exact test of that.
    """
    from catalogue.commands import comparing  # noqa: PLC0415  # reads YAML; --help need not wait

    sys.exit(comparing.compare(_open(index, ()), (first, second), dataset))


@cli.group()
def device() -> None:
    """What devices can do at most, for the least latency that pages work out."""


@device.command(name="measure")
@click.option(
    "--device",
    "device_type",
    type=click.Choice(["cpu", "cuda"]),
    default="cpu",
    show_default=True,
    help="Which device of this machine.",
)
@_index_option
def measure_device(*, device_type: str, index: Path | None) -> None:
    """Measure the peak of matrix products and the bandwidth of memory; takes some seconds.

    What a maker states stands in catalogue.toml instead: [devices."Tesla T4"].
    """
    from catalogue.commands import devices  # noqa: PLC0415  # reads YAML; --help need not wait

    sys.exit(devices.measure_device(_open(index, ()), device_type))


@cli.group()
def data() -> None:
    """The images that models are validated on."""


@data.command(name="check")
@click.argument("path", type=_PATH)
@click.option(
    "--dataset",
    metavar="NAME",
    help="imagenet-1k, imagenet-real, imagenet-v2, imagenet-a, imagenet-r or imagenet-sketch. "
    "Default: told from the names of folders and files; imagenet-real is never told by them.",
)
@click.option(
    "--labels",
    type=_PATH,
    metavar="FILE",
    help="The list of labels of flat images: the devkit, or another known list. Default: looked "
    "for in and beside PATH.",
)
@click.option("--decode", is_flag=True, help="Decode every image and name those that cannot be.")
def check_data(*, path: Path, dataset: str | None, labels: Path | None, decode: bool) -> None:
    """Say what validation images PATH holds, and what is wrong with them.

    PATH is a folder or a file: class folders, ILSVRC2012_img_val.tar or its images with their
    devkit, parquet or WebDataset shards. Exit status 0 means that all images of the data set are
    there and nothing differs.
    """
    from catalogue.commands import looking  # noqa: PLC0415  # --help need not wait

    sys.exit(looking.check_data(path, dataset=dataset, labels=labels, decode=decode))


@cli.group(name="import")
def import_() -> None:
    """Add entries and reported figures from other formats.

    Importing again changes only what changed at the origin. What people wrote stays, comments
    included: model-index/imported/ remembers what an import wrote, and only that is renewed.
    """


@import_.command(name="timm")
@click.argument("pattern", default="*")
@_index_option
def import_timm(*, pattern: str, index: Path | None) -> None:
    """Entries for the models of the installed timm, one YAML file a family.

    PATTERN is a shell pattern, such as 'resnet*'. Each architecture becomes one entry, in which
    its pretrained tags stand as aliases, weights and preprocessing recipes; the default tag comes
    first and is the one that is measured. With a dot in it, as in 'resnet50.*', PATTERN is one of
    tags, and each tag becomes an entry of its own.
    """
    from catalogue.commands import importing  # noqa: PLC0415  # reads YAML; --help need not wait
    from catalogue.importing.timm_models import import_timm  # noqa: PLC0415  # as above

    sys.exit(importing.place(_open(index, ()), import_timm(pattern)))


@import_.command(name="timm-results")
@click.argument("files", nargs=-1, required=True, type=_PATH, metavar="CSV...")
@click.option("--url", metavar="URL", help="The folder that the files are published in.")
@_index_option
def import_timm_results(*, files: tuple[Path, ...], url: str | None, index: Path | None) -> None:
    """Reported figures from timm's result and inference benchmark tables.

    Rows go to the entries of the same name, alias or builder; models without an entry are counted
    and named. The file's name tells the data set, or the device, precision and versions.
    """
    from catalogue.commands import importing  # noqa: PLC0415  # reads YAML; --help need not wait
    from catalogue.importing.csv_table import read_table  # noqa: PLC0415  # as above
    from catalogue.importing.timm_tables import import_tables  # noqa: PLC0415  # as above

    zoo = _open(index, ())
    tables = [read_table(file) for file in files]
    sys.exit(importing.place(zoo, import_tables(tables, zoo.zoo, url=url)))


@import_.command(name="torchvision")
@click.argument("pattern", default="*")
@_index_option
def import_torchvision(*, pattern: str, index: Path | None) -> None:
    """Entries for the classification models of the installed torchvision.

    PATTERN is a shell pattern, such as 'resnet*'. Published accuracy and counts become reported
    figures.
    """
    from catalogue.commands import importing  # noqa: PLC0415  # reads YAML; --help need not wait
    from catalogue.importing import torchvision_models  # noqa: PLC0415  # as above

    batch = torchvision_models.import_torchvision(pattern)
    sys.exit(importing.place(_open(index, ()), batch))


@import_.command(name="model-index")
@click.argument("path", type=_PATH)
@click.option("--url", metavar="URL", help="Where the folder of PATH is published.")
@click.option(
    "--builder",
    type=click.Choice(["timm", "torchvision"]),
    help="The library that builds these models, under the names they have here.",
)
@_index_option
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
    sys.exit(importing.place(_open(index, ()), batch))


@import_.command(name="huggingface-card")
@click.argument("file", type=_PATH)
@click.option("--model", metavar="NAME", help="The model's name, where the file tells none.")
@_index_option
def import_card(*, file: Path, model: str | None, index: Path | None) -> None:
    """Reported results from a Hugging Face model card.

    FILE is a README.md, which brings the .eval_results/ beside it, or one file of those. Every
    result keeps the source it names itself.
    """
    from catalogue.commands import importing  # noqa: PLC0415  # reads YAML; --help need not wait
    from catalogue.importing.huggingface import import_card  # noqa: PLC0415  # as above

    sys.exit(importing.place(_open(index, ()), import_card(file, model=model)))


@cli.command()
@click.argument("folder", metavar="DIR", type=_PATH)
@click.option("--add", is_flag=True, help="Add what is missing to a folder that is not empty.")
def init(*, folder: Path, add: bool) -> None:
    """Start a new zoo: example entries, the site's settings, a CI workflow.

    `catalogue refresh --all` and `mkdocs serve` work in it at once. No file is overwritten.
    """
    from catalogue.commands import starting  # noqa: PLC0415  # reads YAML; --help need not wait

    sys.exit(starting.start(folder, add=add))


def _open(index: Path | None, allow: tuple[str, ...]) -> "Opened":
    from catalogue.commands.opened import open_zoo  # noqa: PLC0415  # reads YAML

    # Entries and records live as long as the process; looking through them for garbage takes a
    # fifth of the time that a command takes that has nothing to do.
    gc.disable()
    opened = open_zoo(Path.cwd(), index=index, allow=allow)
    gc.freeze()
    gc.enable()
    return opened


def main() -> None:
    """Run the command line: faults a user can mend become one line, never a traceback."""
    try:
        cli(standalone_mode=False)
    except click.ClickException as fault:
        fault.show()
        sys.exit(fault.exit_code)
    except WrongCallError as fault:
        sys.stderr.write(f"catalogue: {fault}\n")
        sys.exit(2)
    except CatalogueError as fault:
        sys.stderr.write(f"catalogue: {fault}\n")
        sys.exit(1)
    except OSError as fault:
        sys.stderr.write(f"catalogue: {fault.filename or 'file'}: {fault.strerror or fault}\n")
        sys.exit(1)
    except (KeyboardInterrupt, click.Abort):
        sys.stderr.write("catalogue: interrupted; what was measured is kept\n")
        sys.exit(130)
