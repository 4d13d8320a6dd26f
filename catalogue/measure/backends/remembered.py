"""What a backend made for an input, remembered by where the input lies.

Inputs come back again and again while timing; what is made at the first sight of one (a binding,
a shared view, a recorded graph) must not be made, nor its memory copied, at each pass.
"""

from collections.abc import Callable
from typing import Generic, TypeVar

from torch import Tensor

Made = TypeVar("Made")


class Remembered(Generic[Made]):
    """Makes something for each input once."""

    def __init__(self, make: Callable[[Tensor], Made]) -> None:
        self._make = make
        self._seen: dict[int, tuple[Tensor, Made]] = {}

    def of(self, images: Tensor) -> Made:
        """What was made for an input, or is made now.

        The input is kept alive with it: its address must not become another's.
        """
        found = self._seen.get(images.data_ptr())
        if found is None:
            found = images, self._make(images)
            self._seen[images.data_ptr()] = found
        return found[1]
