"""Series of what was counted beside FLOPs and parameters: memory, weights, activations.

Computed from shapes on the meta device; nothing here was observed on a machine.
"""

from collections.abc import Callable, Sequence

from catalogue.page.keys import address_key, at
from catalogue.page.series import Judged, Series
from catalogue.page.wording import by, say
from catalogue.record import Complexity


def memory_series(models: Sequence[Judged], size: tuple[int, int]) -> Series | None:
    """Bytes of the weights and of the activations that live at a pass's fullest moment.

    For one image, in the model's own number format, as if freed memory were used again at once.
    It is a lower bound of what a device needs: kernels' workspaces, the allocator's reserve and
    the framework itself come on top.

    Args:
        models: The models.
        size: (H, W) of the image.
    """
    return _series(models, "memory", _memory, size=size)


def weights_series(models: Sequence[Judged]) -> Series | None:
    """Bytes of parameters and persistent buffers."""
    return _series(models, "weights", lambda counted: counted.weights_bytes)


def activations_series(models: Sequence[Judged], size: tuple[int, int]) -> Series | None:
    """Output elements of convolutions, linear layers and matrix products, for one image."""
    return _series(models, "activations", lambda counted: counted.activations, size=size)


def _memory(counted: Complexity) -> int | None:
    peak = counted.peak_activation_bytes
    return None if peak is None else counted.weights_bytes + peak


def _series(
    models: Sequence[Judged],
    quantity: str,
    value: Callable[[Complexity], int | None],
    *,
    size: tuple[int, int] | None = None,
) -> Series | None:
    found = {
        model.id: float(known)
        for model in models
        if (counted := model.evidence.counted(size)) and counted.finding.holds
        if (known := value(counted.result)) is not None
    }
    if not found:
        return None
    sized = {"size": by(size)} if size else {}
    return Series(
        measured=True,
        values=found,
        key=address_key(quantity, at(size)),
        conditions=say(f"series.{quantity}", **sized),
        axis=say(f"axis.{quantity}"),
        size=size,
    )
