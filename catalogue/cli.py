"""The command line: words in, plain lines out, one place where faults become exit statuses.

Imports what a command needs when it runs, so that `--help` answers at once.
"""

import sys
from pathlib import Path

import click

from catalogue import __version__
from catalogue.commands.import_words import import_
from catalogue.commands.timing_options import TimingWords, timing_options
from catalogue.commands.validation_options import ValidationWords, validation_options
from catalogue.commands.words import (
    DEVICE,
    DURATION,
    FILE,
    FOLDER,
    PATH,
    SIZE,
    index_option,
    once,
    open_here,
)
from catalogue.errors import CatalogueError, WrongCallError


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
@timing_options
@validation_options
@click.option(
    "--weights-dir",
    type=FOLDER,
    metavar="PATH",
    help="Where weights files lie: by the name in their URL, or as MODEL.safetensors or MODEL.pth.",
)
@click.option(
    "--weights",
    "weights_file",
    type=FILE,
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
    multiple=True,
    callback=once,
    type=SIZE,
    metavar="HxW",
    help="Count and time at this image size in place of each model's own: 288, or 288x384 for "
    "height x width; once.",
)
@click.option(
    "--form",
    type=click.Choice(["training", "deploy"]),
    default="training",
    show_default=True,
    help="deploy: count models with their parallel branches and norms fused.",
)
@click.option(
    "--time-budget",
    type=DURATION,
    metavar="TIME",
    help="Begin nothing that would not end within 8m, 90s or 1h30m; what is wanted most and cheap "
    "comes first.",
)
@click.option("--force", is_flag=True, help="Measure again what is up to date or known to fail.")
@click.option("--dry-run", is_flag=True, help="Say what would be measured and why; do nothing.")
@index_option
def refresh(  # noqa: PLR0913  # one parameter for each option that a person may type
    *,
    names: tuple[str, ...],
    models: tuple[str, ...],
    families: tuple[str, ...],
    every: bool,
    kinds: tuple[str, ...],
    weights_dir: Path | None,
    weights_file: Path | None,
    allow: tuple[str, ...],
    jobs: int | None,
    size: tuple[int, int] | None,
    form: str,
    time_budget: float | None,
    force: bool,
    dry_run: bool,
    index: Path | None,
    timing: TimingWords,
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
        timing=timing.wishes(),
        validation=validation.wishes(),
        weights_dir=weights_dir,
        weights_file=weights_file,
        force=force,
        jobs=jobs,
        size=size,
        form=form,
        time_budget=time_budget,
    )
    zoo = open_here(index, allow)
    sys.exit(refreshing.refresh(zoo, selection, wishes, dry_run=dry_run))


@cli.command()
@click.argument("paths", nargs=-1, type=PATH)
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
@click.option(
    "--links",
    flag_value="public",
    help="Ask the web for every address of entries and pages; each no more than once a week.",
)
@click.option(
    "--private-links",
    "links",
    flag_value="private",
    help="As --links; hosts of private networks may be asked, too.",
)
@click.option(
    "--write-archives",
    "links",
    flag_value="archives",
    help="As --links; the archived copies of dead sources are written beside them, as Archive.",
)
def check(
    *,
    paths: tuple[Path, ...],
    form: str,
    strict: bool,
    allow: tuple[str, ...],
    links: str | None,
) -> None:
    """Read entries and records, and print every fault at its place.

    PATHS are index files, metafiles, Markdown pages or folders; by default the zoo around here.
    """
    from catalogue.commands import checking  # noqa: PLC0415  # reads YAML; --help need not wait

    sys.exit(checking.check(paths, form=form, strict=strict, allow=allow, links=links))


@cli.command()
@click.option("--docs", type=PATH, metavar="PATH", help="Default: docs/ beside model-index/.")
@index_option
def render(*, docs: Path | None, index: Path | None) -> None:
    """Render the Markdown pages and plots, in every language, from entries and records.

    `mkdocs build` and `mkdocs serve` do this by themselves.
    """
    from catalogue.commands import rendering  # noqa: PLC0415  # imports matplotlib

    sys.exit(rendering.render(open_here(index, ()), docs))


@cli.command()
@click.option("--out", type=PATH, metavar="FILE", help="Default: standard output.")
@index_option
def export(*, out: Path | None, index: Path | None) -> None:
    """Write every record as a row of CSV.

    With its conditions, its provenance, and what has changed since it was made.
    """
    from catalogue.commands import exporting  # noqa: PLC0415  # imports pandas

    sys.exit(exporting.export(open_here(index, ()), out))


@cli.command(name="list")
@click.option("--family", "families", multiple=True, metavar="NAME", help="Only this family.")
@index_option
def list_(*, families: tuple[str, ...], index: Path | None) -> None:
    """List the models and how their records stand."""
    from catalogue.commands import listing  # noqa: PLC0415  # reads YAML; --help need not wait

    sys.exit(listing.list_models(open_here(index, ()), families))


@cli.command()
@click.argument("first", metavar="A")
@click.argument("second", metavar="B")
@click.option("--dataset", metavar="NAME", help="On which data set. Default: imagenet-1k, if any.")
@index_option
def compare(*, first: str, second: str, dataset: str | None, index: Path | None) -> None:
    """Say whether two models differ in accuracy on the very same images.

    A and B are models with accuracy records of the same images. Prints hits with Wilson intervals,
    on how many images only one of them is right, and McNemar's exact test of that.
    """
    from catalogue.commands import comparing  # noqa: PLC0415  # reads YAML; --help need not wait

    sys.exit(comparing.compare(open_here(index, ()), (first, second), dataset))


@cli.group()
def device() -> None:
    """What devices can do at most, for the least latency that pages work out."""


@device.command(name="measure")
@click.option(
    "--device",
    "word",
    type=DEVICE,
    default="cpu",
    show_default=True,
    metavar="TYPE",
    help="Which device of this machine: cpu, cuda, or cuda:1 for the second of several GPUs.",
)
@index_option
def measure_device(*, word: str, index: Path | None) -> None:
    """Measure the peak of matrix products and the bandwidth of memory; takes some seconds.

    What a maker states stands in catalogue.toml instead: [devices."Tesla T4"].
    """
    from catalogue.commands import devices, timing  # noqa: PLC0415  # reads YAML; --help need not wait

    (device_type,) = timing.choose_gpu([word])
    sys.exit(devices.measure_device(open_here(index, ()), device_type))


@cli.group()
def data() -> None:
    """The images that models are validated on."""


@data.command(name="check")
@click.argument("path", type=PATH)
@click.option(
    "--dataset",
    metavar="NAME",
    help="imagenet-1k, imagenet-real, imagenet-v2, imagenet-a, imagenet-r or imagenet-sketch. "
    "Default: told from the names of folders and files; imagenet-real is never told by them.",
)
@click.option(
    "--labels",
    type=PATH,
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


@cli.command()
@click.argument("folder", metavar="DIR", type=PATH)
@click.option("--add", is_flag=True, help="Add what is missing to a folder that is not empty.")
def init(*, folder: Path, add: bool) -> None:
    """Start a new zoo: example entries, the site's settings, a CI workflow.

    `catalogue refresh --all` and `mkdocs serve` work in it at once. No file is overwritten.
    """
    from catalogue.commands import starting  # noqa: PLC0415  # reads YAML; --help need not wait

    sys.exit(starting.start(folder, add=add))


cli.add_command(import_)


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
