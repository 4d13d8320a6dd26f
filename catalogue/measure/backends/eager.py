"""PyTorch as it is.

Timed: the model's call on an input of its dtype and layout, on the device already.
"""

import torch
from torch import Tensor, nn

from catalogue.measure.backends.form import converted, passes, placer
from catalogue.measure.backends.prepared import Prepared, Settings
from catalogue.measure.precision import precision_found, settle


def prepare(model: nn.Module, example: Tensor, settings: Settings) -> Prepared:
    """Convert the model; nothing runs yet."""
    settle(settings.precision)
    ready, place = converted(model, settings), placer(settings)
    run = passes(ready.made, settings)
    return Prepared(
        place=place,
        run=run,
        version=f"torch {torch.__version__}",
        read_precision=lambda: precision_found(
            ready.made, lambda: run(place(example)), device_type=settings.device_type
        ),
        module=ready.made,
        earlier_s=ready.earlier_s,
    )
