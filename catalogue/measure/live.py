"""How many bytes of activations are alive at once during a forward pass.

Observes tensors and their deaths; knows nothing of operators or models.
"""

import weakref
from collections.abc import Iterator
from contextlib import contextmanager

import torch


class LiveBytes:
    """Sum of the storages that were born during a pass and are still referenced."""

    def __init__(self) -> None:
        self.peak = 0
        self._now = 0
        self._paused = False
        self._alive: dict[int, weakref.ref[torch.UntypedStorage]] = {}

    def born(self, tensor: torch.Tensor) -> None:
        """Add a tensor that an operator has just made, unless its storage is known already."""
        if self._paused:
            return
        storage = tensor.untyped_storage()
        # torch keeps the Python object of a storage for as long as the storage itself lives
        key = id(storage)
        if key in self._alive:
            return
        size = storage.nbytes()

        def dies(_: weakref.ref[torch.UntypedStorage]) -> None:
            del self._alive[key]
            self._now -= size

        self._alive[key] = weakref.ref(storage, dies)
        self._now += size
        self.peak = max(self.peak, self._now)

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Take no notice of what is made inside: the steps of an operator that is run as one."""
        outer, self._paused = self._paused, True
        try:
            yield
        finally:
            self._paused = outer
