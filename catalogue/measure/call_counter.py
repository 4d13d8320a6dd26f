"""Counts a model a second time, where Python calls torch's functions, by rules of its own.

It sees `linear` and `scaled_dot_product_attention` before torch takes them apart, where the
operator counter sees what they are made of. Knows nothing of that counter or of the model.
"""

from collections.abc import Sequence
from typing import Any

import torch
from torch.nn.functional import scaled_dot_product_attention
from torch.overrides import TorchFunctionMode

from catalogue.measure.call_rules import CALL_RULES, OPAQUE, Call
from catalogue.measure.fvcore_rules import FVCORE_RULES
from catalogue.measure.live import LiveBytes

CHECKER = f"calls of torch {torch.__version__.partition('+')[0]} functions"
"""How records name this counter."""


class CallCounter(TorchFunctionMode):
    """Counts while it is active.

    Attributes:
        macs: Multiply-accumulates that were seen.
        opaque: Whether something was called that does work which cannot be seen.
        fvcore_extras: What fvcore adds to them for norms, pooling and upsampling.
    """

    def __init__(self, live: LiveBytes) -> None:
        super().__init__()
        self.macs = 0
        self.fvcore_extras = 0
        self.opaque = False
        self._live = live

    def __torch_function__(
        self,
        func: Call,
        types: object,
        args: Sequence[Any] = (),
        kwargs: dict[str, Any] | None = None,
    ) -> object:
        """Run a function and count it; functions that it calls in turn are not seen."""
        del types
        named = kwargs or {}
        if func is scaled_dot_product_attention:
            result = self._attend(args, named)
        else:
            result = func(*args, **named)
        if func in CALL_RULES:
            self.macs += CALL_RULES[func](args, named, result)
        elif func in FVCORE_RULES:
            self.fvcore_extras += FVCORE_RULES[func](args, named, result)
        elif func in OPAQUE:
            self.opaque = True
        return result

    def _attend(self, args: Sequence[Any], named: dict[str, Any]) -> torch.Tensor:
        """Attention is one kernel where it matters, and never holds its weights in memory."""
        with self._live.paused():
            result = scaled_dot_product_attention(*args, **named)
        self._live.born(result)
        return result
