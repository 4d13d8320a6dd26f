"""What several commands' words share: types of options, the option `--index`, opening the zoo.

Imports no more than click before a command runs, so that `--help` answers at once.
"""

import gc
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, ParamSpec, TypeVar

import click

from catalogue.errors import WrongCallError, near

if TYPE_CHECKING:
    from catalogue.commands.opened import Opened

_Arguments = ParamSpec("_Arguments")
_Value = TypeVar("_Value")
PATH = click.Path(path_type=Path)
FILE = click.Path(path_type=Path, exists=True, dir_okay=False)
FOLDER = click.Path(path_type=Path, exists=True, file_okay=False)
_TIMES = {"h": 3600, "m": 60, "s": 1}


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


class _Duration(click.ParamType[float]):
    """A time to spend, in seconds."""

    name = "duration"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """Read `8m`, `90s`, `1h30m` or `480`; every other text is a wrong call."""
        text = str(value)
        if re.fullmatch(r"\d{1,6}", text, re.ASCII):
            text += "s"
        parts = re.fullmatch(r"(?:\d{1,6}h)?(?:\d{1,6}m)?(?:\d{1,6}s)?", text, re.ASCII)
        seconds = sum(int(n) * _TIMES[unit] for n, unit in re.findall(r"(\d+)([hms])", text))
        if parts is None or not seconds:
            self.fail(f"'{value}'; expected a time such as 8m, 90s or 1h30m", param, ctx)
        return float(seconds)


class _DeviceWord(click.ParamType[str]):
    """A device of this machine: `cpu`, `cuda`, or one of several GPUs, `cuda:1`."""

    name = "device"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> str:
        """Read the word; every other text is a wrong call."""
        text = str(value)
        if not re.fullmatch(r"cpu|cuda(:\d{1,3})?", text, re.ASCII):
            hint = near(text, ("cpu", "cuda"))
            self.fail(
                f"'{value}'{hint}; expected cpu, cuda, or cuda:1 for the second GPU", param, ctx
            )
        return text


def once(
    _context: click.Context, option: click.Parameter, values: tuple[_Value, ...]
) -> _Value | None:
    """The value of an option that is declared as repeatable only to refuse a second one.

    Raises:
        WrongCallError: it was given more than once; click would silently take the last.
    """
    if len(values) > 1:
        name = option.opts[0]
        message = (
            f"{name} is given {len(values)} times; expected once: one run goes with one, so start "
            "a run for each"
        )
        raise WrongCallError(message)
    return values[0] if values else None


SIZE = _Size()
DURATION = _Duration()
DEVICE = _DeviceWord()


def index_option(command: Callable[_Arguments, None]) -> Callable[_Arguments, None]:
    """Give a command the option that names the zoo."""
    return click.option(
        "--index",
        type=PATH,
        metavar="PATH",
        help="The root index file or its folder. Default: model-index/ here or in a parent folder.",
    )(command)


def open_here(index: Path | None, allow: tuple[str, ...]) -> "Opened":
    """Read the zoo around the current folder, or the one that `--index` names."""
    from catalogue.commands.opened import open_zoo  # noqa: PLC0415  # reads YAML

    # Entries and records live as long as the process; looking through them for garbage takes a
    # fifth of the time that a command takes that has nothing to do.
    gc.disable()
    opened = open_zoo(Path.cwd(), index=index, allow=allow)
    gc.freeze()
    gc.enable()
    return opened
