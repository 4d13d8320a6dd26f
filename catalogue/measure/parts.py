"""The parts of a model that its cost is divided among, and which part is at work.

Knows modules and their nesting; nothing of operators.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from torch import nn
from torch.nn.modules.module import register_module_forward_hook, register_module_forward_pre_hook

from catalogue.measure.weights import NamedModules
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

    def __init__(self, modules: NamedModules) -> None:
        self.all: list[Part] = []
        self._at_work = [0]
        self._by_path: dict[str, int] = {}
        self._of: dict[int, int] = {}
        for path, module in modules:
            if path.count(".") <= 1:
                self._add(path, module)
            self._of[id(module)] = self._by_path[_part_path(path)]

    def _add(self, path: str, module: nn.Module) -> None:
        parent = self._by_path[path.rpartition(".")[0]] if path else -1
        self._by_path[path] = len(self.all)
        self.all.append(Part(path=path, type=type(module).__name__, parent=parent))

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

    def share(self, params: Mapping[str, int]) -> list[int]:
        """Sum what the modules at these paths own by the part they belong to.

        Returns:
            For each part its own share, without those of parts inside it.
        """
        owned = [0] * len(self.all)
        for path, elements in params.items():
            owned[self._by_path[_part_path(path)]] += elements
        return owned


def _part_path(path: str) -> str:
    """The first two names of a module's path: everything deeper belongs to its grandparent."""
    return ".".join(path.split(".", 2)[:2])


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
