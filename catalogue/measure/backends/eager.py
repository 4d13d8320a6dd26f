"""PyTorch as it is.

Timed: the model's call on an input of its dtype and layout, on the device already.
"""

import torch
from torch import Tensor, nn

from catalogue.measure.backends.arithmetic import seen_precision
from catalogue.measure.backends.form import allow_tf32, converted, passes, placer
from catalogue.measure.backends.prepared import Prepared, Settings


def prepare(model: nn.Module, example: Tensor, settings: Settings) -> Prepared:
    """Convert the model; nothing runs yet."""
    allow_tf32(allowed=settings.precision == "tf32")
    if settings.threads:
        torch.set_num_threads(settings.threads)
    place = placer(settings)
    run = passes(converted(model, settings), settings)
    return Prepared(
        place=place,
        run=run,
        version=f"torch {torch.__version__}",
        read_precision=lambda: seen_precision(run, place(example), settings),
    )
