"""What was made of a model once, kept while the model lives: conversions, exported graphs."""

import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Generic, TypeVar
from weakref import WeakKeyDictionary

from torch import nn

Made = TypeVar("Made")


@dataclass(frozen=True, kw_only=True, slots=True)
class Once(Generic[Made]):
    """What was made, now or earlier."""

    made: Made
    earlier_s: float
    """Seconds it took when it was made for an earlier batch size; 0 where it was made just now."""


class Kept(Generic[Made]):
    """Makes something of each model once for each form that is asked for."""

    def __init__(self) -> None:
        self._seen: WeakKeyDictionary[nn.Module, dict[Hashable, tuple[Made, float]]] = (
            WeakKeyDictionary()
        )

    def of(self, model: nn.Module, form: Hashable, make: Callable[[], Made]) -> Once[Made]:
        """What was made of a model in a form, or is made now."""
        seen = self._seen.setdefault(model, {})
        if form in seen:
            made, seconds = seen[form]
            return Once(made=made, earlier_s=seconds)
        start = time.perf_counter()
        made = make()
        seen[form] = made, time.perf_counter() - start
        return Once(made=made, earlier_s=0.0)
