"""The options of `catalogue refresh` that say on what to validate, and with what.

Imports no more than click before they are used, so that `--help` answers at once.
"""

import functools
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from catalogue.errors import WrongCallError

if TYPE_CHECKING:
    from catalogue.commands.validating import ValidationWishes

_OPTIONS = (
    click.option(
        "--imagenet",
        type=click.Path(path_type=Path, exists=True),
        envvar="CATALOGUE_IMAGENET",
        metavar="PATH",
        help="ImageNet's validation images, or those of a relative: class folders, tar files or "
        "parquet shards; without them accuracy is not measured. Also from CATALOGUE_IMAGENET.",
    ),
    click.option(
        "--dataset",
        metavar="NAME",
        help="What they are: imagenet-1k, imagenet-real, imagenet-v2, … Default: told from names.",
    ),
    click.option(
        "--labels",
        type=click.Path(path_type=Path, exists=True),
        metavar="PATH",
        help="Labels of images that lie flat: the devkit, or a list. Default: looked for nearby.",
    ),
    click.option(
        "--limit",
        type=click.IntRange(min=1),
        metavar="N",
        help="Validate on so many images only: a subset, recorded as one.",
    ),
    click.option(
        "--accuracy-precision",
        type=click.Choice(["fp32", "bf16", "fp16", "amp"]),
        default="fp32",
        show_default=True,
        help="What models compute in while they are validated; fp32 is never TF32.",
    ),
    click.option(
        "--accuracy-batch",
        type=click.IntRange(min=1),
        metavar="N",
        help="Images that go through a model at once. Default: found while validating.",
    ),
    click.option(
        "--pixel-cache",
        default="20GB",
        show_default=True,
        metavar="SIZE",
        help="Room on disk for decoded images, which models of one transform share; 0: none.",
    ),
    click.option(
        "--unreadable",
        type=click.Choice(["wrong", "stop"]),
        default="wrong",
        show_default=True,
        help="An image that cannot be decoded counts as wrong, or stops the run; it is named.",
    ),
)


class ValidationWords(NamedTuple):
    """The options as they were typed."""

    imagenet: Path | None
    dataset: str | None
    labels: Path | None
    limit: int | None
    accuracy_precision: str
    accuracy_batch: int | None
    pixel_cache: str
    unreadable: str

    def wishes(self) -> "ValidationWishes | None":
        """What they ask for; None where no images are named.

        Raises:
            WrongCallError: they make no sense, or go with images and there are none.
        """
        from catalogue.commands import validating  # noqa: PLC0415  # --help need not wait

        room = validating.size_in_bytes(self.pixel_cache)
        if self.imagenet is None:
            for word, value in (("dataset", self.dataset), ("labels", self.labels)):
                if value is not None:
                    message = f"--{word} goes with --imagenet PATH; name the images as well"
                    raise WrongCallError(message)
            return None
        return validating.ValidationWishes(
            path=self.imagenet,
            dataset=self.dataset,
            labels=self.labels,
            limit=self.limit,
            precision=self.accuracy_precision,
            batch_size=self.accuracy_batch,
            pixel_cache_bytes=room,
            stop_at_unreadable=self.unreadable == "stop",
        )


def validation_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command these options, as one argument `validation`."""

    @functools.wraps(command)
    def with_words(**words: object) -> None:
        own = {name: words.pop(name) for name in ValidationWords._fields}
        command(validation=ValidationWords(**own), **words)  # type: ignore[arg-type]  # click types them

    for option in reversed(_OPTIONS):
        with_words = option(with_words)
    return with_words
