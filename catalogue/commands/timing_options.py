"""The options of `catalogue refresh` that say where and under what to time.

Imports no more than click before they are used, so that `--help` answers at once.
"""

import functools
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

import click

from catalogue.commands.words import DEVICE, once
from catalogue.errors import WrongCallError

if TYPE_CHECKING:
    from catalogue.commands.timing import TimingWishes

_OPTIONS = (
    click.option(
        "--device",
        "devices",
        multiple=True,
        type=DEVICE,
        metavar="TYPE",
        help="Where to time: cpu, cuda, or cuda:1 for the second of several GPUs; repeatable, "
        "but with one GPU alone. Default: cpu, and cuda where there is one.",
    ),
    click.option(
        "--precision",
        "precisions",
        multiple=True,
        metavar="P",
        help="Time in fp32, tf32, fp16, bf16 or amp; repeatable. Default: fp32 and bf16 on a CPU "
        "that has instructions for it, fp32 and fp16 on a GPU, or what catalogue.toml says.",
    ),
    click.option(
        "--batch-size",
        "batch_sizes",
        multiple=True,
        type=click.IntRange(min=1),
        metavar="N",
        help="Images in a pass; repeatable. Default: 1, 4, 8, and 32 on a GPU, or what "
        "catalogue.toml says.",
    ),
    click.option(
        "--backend",
        "backends",
        multiple=True,
        metavar="B",
        help="What runs the model: eager (the default), compile, cudagraph, onnxruntime, "
        "onnxruntime-tensorrt, openvino or torch-tensorrt; repeatable.",
    ),
    click.option(
        "--memory-format",
        "memory_formats",
        multiple=True,
        metavar="F",
        help="How images and weights lie in memory: contiguous (the default) or channels_last; "
        "repeatable.",
    ),
    click.option(
        "--threads",
        multiple=True,
        callback=once,
        type=click.IntRange(min=1),
        metavar="N",
        help="Compute threads on the CPU; once. Default: one for each physical core.",
    ),
)


_AXIS = re.compile(r"precision|backend|memory format|batch size")
"""How messages of `Axes` begin."""


class TimingWords(NamedTuple):
    """The options as they were typed."""

    devices: tuple[str, ...]
    precisions: tuple[str, ...]
    batch_sizes: tuple[int, ...]
    backends: tuple[str, ...]
    memory_formats: tuple[str, ...]
    threads: int | None

    def wishes(self) -> "TimingWishes":
        """What they ask for.

        Raises:
            WrongCallError: one is unknown, or they do not go together.
        """
        from catalogue.commands import timing  # noqa: PLC0415  # --help need not wait
        from catalogue.grid import Axes  # noqa: PLC0415  # as above

        try:
            axes = Axes(
                precisions=self.precisions,
                batch_sizes=self.batch_sizes,
                backends=self.backends,
                memory_formats=self.memory_formats,
            )
        except ValueError as fault:
            raise WrongCallError(_as_option(str(fault))) from None
        return timing.wished(self.devices, axes, self.threads)


def _as_option(fault: str) -> str:
    """What is wrong with an axis, named as the option that gave it: `memory format 'x'; …`."""
    return _AXIS.sub(lambda found: f"--{found[0].replace(' ', '-')}", fault, count=1)


def timing_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command these options, as one argument `timing`."""

    @functools.wraps(command)
    def with_words(**words: object) -> None:
        own = {name: words.pop(name) for name in TimingWords._fields}
        command(timing=TimingWords(**own), **words)  # type: ignore[arg-type]  # click types them

    for option in reversed(_OPTIONS):
        with_words = option(with_words)
    return with_words
