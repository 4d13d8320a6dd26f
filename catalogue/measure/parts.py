"""The parts of a model that its cost is divided among, and which part is at work.

Knows modules and their nesting; nothing of operators.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from torch import nn
from torch.nn.modules.module import register_module_forward_hook, register_module_forward_pre_hook

from catalogue.record import ModuleCost

MOST_ROWS = 24
"""Rows that a page can show; a part is not opened when that would make more."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """A module that has a row of its own: the model, its children and its grandchildren."""

    path: str
    """Empty for the model itself."""
    type: str
    parent: int
    """Index of the part around it; -1 for the model."""


class Parts:
    """The parts of a model, in its order; the model itself is the first."""

    def __init__(self, model: nn.Module) -> None:
        self.all = [Part(path="", type=type(model).__name__, parent=-1)]
        self._at_work = [0]
        self._of = {id(model): 0}
        for child_name, child in model.named_children():
            index = self._add(child_name, child, parent=0)
            for name, grandchild in child.named_children():
                inner = self._add(f"{child_name}.{name}", grandchild, parent=index)
                for module in grandchild.modules():
                    self._of.setdefault(id(module), inner)

    def _add(self, path: str, module: nn.Module, *, parent: int) -> int:
        self.all.append(Part(path=path, type=type(module).__name__, parent=parent))
        index = len(self.all) - 1
        self._of.setdefault(id(module), index)
        return index

    @property
    def at_work(self) -> int:
        """Index of the innermost part whose module is being called."""
        return self._at_work[-1]

    @contextmanager
    def followed(self) -> Iterator[None]:
        """Keep `at_work` true while the model runs inside."""
        hooks = (
            register_module_forward_pre_hook(self._enters),
            register_module_forward_hook(self._leaves, always_call=True),
        )
        try:
            yield
        finally:
            for hook in hooks:
                hook.remove()

    def _enters(self, module: nn.Module, _: object) -> None:
        self._at_work.append(self._of.get(id(module), self._at_work[-1]))

    def _leaves(self, *_: object) -> None:
        self._at_work.pop()

    def params(self, model: nn.Module) -> list[int]:
        """Parameter elements of each part without those of parts inside it, tied ones once."""
        owned = [0] * len(self.all)
        seen: set[int] = set()
        for module in model.modules():
            part = self._of[id(module)]
            for parameter in module.parameters(recurse=False):
                if id(parameter) not in seen:
                    seen.add(id(parameter))
                    owned[part] += parameter.numel()
        return owned


def rows(parts: Sequence[Part], params: Sequence[int], macs: Sequence[int]) -> list[ModuleCost]:
    """Divide a model's cost among at most `MOST_ROWS` of its parts, without losing any.

    Children of the model have a row each. One that does more than half of the work is opened into
    its own children; if they are too many, those whose names differ only in a number behind
    (`conv4_1`, `conv4_2`) share a row. What a module does itself, outside its parts, has a row in
    its own name: an empty one for the model. Parts that neither own nor do anything have none.

    Args:
        parts: The model, its children and grandchildren, in order.
        params: Own parameter elements of each part.
        macs: Own multiply-accumulates of each part.
    """
    opened = _dominant(parts, macs)
    for grouped in (False, True):
        found = _rows(parts, params, macs, names=_row_names(parts, opened, grouped=grouped))
        if len(found) <= MOST_ROWS:
            return found
    return _rows(parts, params, macs, names=_row_names(parts, None, grouped=False))


def _dominant(parts: Sequence[Part], macs: Sequence[int]) -> int | None:
    """The child of the model that does more than half of the work, parts inside it included."""
    sums = [0] * len(parts)
    for index, part in enumerate(parts):
        sums[index if part.parent <= 0 else part.parent] += macs[index]
    most = max(range(len(parts)), key=sums.__getitem__)
    return most if most > 0 and 2 * sums[most] > sum(macs) else None


def _row_names(parts: Sequence[Part], opened: int | None, *, grouped: bool) -> list[str]:
    """For every part the path of the row that it belongs to."""
    names = []
    for part in parts:
        if part.parent <= 0:
            names.append(part.path)
        elif part.parent != opened:
            names.append(parts[part.parent].path)
        else:
            names.append(_stem(part.path) if grouped else part.path)
    return names


def _stem(path: str) -> str:
    """`features.conv4_1` becomes `features.conv4_*`; `blocks.7` becomes `blocks`."""
    parent, _, name = path.rpartition(".")
    stem = name.rstrip("0123456789")
    if stem == name:
        return path
    return f"{parent}.{stem}*" if stem else parent


def _rows(
    parts: Sequence[Part], params: Sequence[int], macs: Sequence[int], *, names: Sequence[str]
) -> list[ModuleCost]:
    """Sum parts of one name, in the order in which the names appear."""
    sums: dict[str, tuple[str, int, int]] = {}
    for part, name, own_params, own_macs in zip(parts, names, params, macs, strict=True):
        kind, more_params, more_macs = sums.get(name, (part.type, 0, 0))
        sums[name] = (kind, own_params + more_params, own_macs + more_macs)
    return [
        ModuleCost(module=name, type=kind, params=param_sum, macs=mac_sum)
        for name, (kind, param_sum, mac_sum) in sums.items()
        if param_sum or mac_sum
    ]
