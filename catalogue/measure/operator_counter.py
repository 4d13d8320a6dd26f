"""Counts what a model does, operator by operator, where torch dispatches ATen operators.

Knows the rules, not the model.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import torch
from torch._ops import OpOverload
from torch.utils._python_dispatch import TorchDispatchMode

from catalogue.errors import CatalogueError
from catalogue.measure.live import LiveBytes
from catalogue.measure.meta_answers import ANSWERS, SHAPELESS, Answer
from catalogue.measure.operators import RULES, Rule
from catalogue.measure.parts import Parts
from catalogue.measure.standing import Standing, name_in_aten, standing_of
from catalogue.record import OperatorCost

_READS_VALUES = frozenset({"_local_scalar_dense", "equal", "is_nonzero", "nonzero", "_unique2"})
"""Operators whose result depends on numbers, which meta tensors lack."""

_KEEPS_STORAGE = frozenset({"_unsafe_view", "_reshape_alias", "lift_fresh"})
"""Operators that make no new storage though torch does not mark them as views."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Plan:
    """What is done at every call of one operator."""

    name: str
    rule: Rule | None
    answer: Answer | None
    allocates: bool
    reads_values: bool


@cache
def _plan(operator: OpOverload[..., Any]) -> _Plan:
    name = name_in_aten(operator)
    keeps = operator.is_view or _changes_in_place(operator) or name in _KEEPS_STORAGE
    return _Plan(
        name=name,
        rule=RULES.get(name),
        answer=ANSWERS.get(str(operator)),
        allocates=not keeps,
        reads_values=name in _READS_VALUES,
    )


def _changes_in_place(operator: OpOverload[..., Any]) -> bool:
    """Whether it writes to its first argument; torch 2.11 has no tag for that."""
    (first, *_) = operator._schema.arguments or (None,)  # noqa: SLF001  # no public way
    return first is not None and first.alias_info is not None and first.alias_info.is_write


class OperatorCounter(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Counts while it is active.

    Attributes:
        part_macs: Multiply-accumulates by index of the part that was at work.
        activations: Output elements of products.
    """

    def __init__(self, parts: Parts, live: LiveBytes) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.part_macs = [0] * len(parts.all)
        self.activations = 0
        self._parts = parts
        self._live = live
        self._macs: Counter[str] = Counter()
        self._calls: Counter[str] = Counter()
        self._judged: dict[OpOverload[..., Any], Standing] = {}

    @classmethod
    def _should_skip_dynamo(cls) -> bool:
        """Never compiled, hence no need of the guard that torch would put around every call."""
        return False

    def __torch_dispatch__(
        self,
        func: OpOverload[..., Any],
        types: object,
        args: Sequence[Any] = (),
        kwargs: dict[str, Any] | None = None,
    ) -> object:
        """Run an operator and count it.

        Raises:
            CatalogueError: it does work that no rule counts, or reads values that do not exist.
        """
        del types
        plan = _plan(func)
        result = None
        if (
            plan.answer is not None
            and not (kwargs and kwargs.keys() - SHAPELESS)
            and args[0].is_meta
        ):
            result = plan.answer(args)
        elif plan.reads_values:
            _refuse_without_values(plan.name, args)
        if result is None:
            result = func(*args, **(kwargs or {}))
        if plan.rule is not None:
            self._count(plan, args, result)
        elif func not in self._judged:
            self._judge(func, args)
        if self._judged.get(func) is Standing.UNJUDGED:
            self._calls[plan.name] += 1
        if plan.allocates:
            self._bear(result)
        return result

    def _count(self, plan: _Plan, args: Sequence[Any], result: object) -> None:
        if plan.rule is None:
            return
        work = plan.rule(args, result)
        self.part_macs[self._parts.at_work] += work.macs
        self.activations += work.outputs
        self._macs[plan.name] += work.macs
        self._calls[plan.name] += 1

    def _judge(self, operator: OpOverload[..., Any], args: Sequence[Any]) -> None:
        standing = standing_of(operator, args)
        if standing is Standing.WORK:
            message = (
                f"operator '{name_in_aten(operator)}' {standing.value}; "
                "expected one of those in catalogue/measure/operators.py: add its rule there"
            )
            raise CatalogueError(message)
        self._judged[operator] = standing

    def _bear(self, result: object) -> None:
        if isinstance(result, torch.Tensor):
            self._live.born(result)
        elif isinstance(result, list | tuple):
            for one in result:
                self._bear(one)

    @property
    def by_operator(self) -> tuple[OperatorCost, ...]:
        """Operators with a rule, most expensive first."""
        costs = (self._cost(name) for name in self._macs)
        return tuple(sorted(costs, key=lambda cost: (-cost.macs, cost.operator)))

    @property
    def uncounted(self) -> tuple[OperatorCost, ...]:
        """Operators that neither have a rule nor are known to be free, by name."""
        return tuple(self._cost(name) for name in sorted(self._calls.keys() - self._macs.keys()))

    def _cost(self, name: str) -> OperatorCost:
        return OperatorCost(operator=name, calls=self._calls[name], macs=self._macs[name])


def _refuse_without_values(name: str, args: Sequence[Any]) -> None:
    if isinstance(args[0], torch.Tensor) and args[0].is_meta:
        message = (
            f"forward looks at the values of a tensor ('{name}'), and the meta device has none; "
            "expected shapes to be enough: build the model on the CPU to count it"
        )
        raise CatalogueError(message)
