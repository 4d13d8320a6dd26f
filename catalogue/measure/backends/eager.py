"""PyTorch as it is.

Timed: the model's call on an input of its dtype and layout, on the device already.
"""

import torch
from torch import Tensor, nn

from catalogue.measure.backends.form import converted, passes, placer, whole_passes
from catalogue.measure.backends.prepared import Prepared, Settings
from catalogue.measure.precision import read_back, settle


def prepare(model: nn.Module, example: Tensor, settings: Settings) -> Prepared:
    """Convert the model; nothing runs yet."""
    settle(settings.precision)
    ready, place = converted(model, settings), placer(settings)
    run = passes(ready.made, settings)
    return Prepared(
        place=place,
        run=run,
        version=f"torch {torch.__version__}",
        read_back=lambda: read_back(
            ready.made, lambda: run(place(example)), device_type=settings.device_type
        ),
        whole=whole_passes(ready.made, settings),
        module=ready.made,
        earlier_s=ready.earlier_s,
    )
