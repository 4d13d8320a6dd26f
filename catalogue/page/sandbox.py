"""The sandbox that templates run in: jinja's own, which asks once about each attribute of a type.

A large zoo's pages read attributes millions of times; what is allowed depends on the type alone.
"""

from functools import partial
from typing import Any

from jinja2.compiler import CodeGenerator, Frame
from jinja2.nodes import Expr
from jinja2.runtime import Context, Macro
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup, escape

_OURS = (Macro, partial)
"""What templates call most: their macros, and what they are given. Neither can be made by them."""


class _Quick(CodeGenerator):
    """Compiles templates so that what is markup already is put out as it is, not copied first.

    Should jinja call this otherwise one day, its own way of escaping remains.
    """

    def _output_child_pre(self, node: Expr, frame: Frame, finalize: Any) -> None:  # noqa: ANN401 - as jinja has it
        if frame.eval_ctx.volatile or not frame.eval_ctx.autoescape:
            super()._output_child_pre(node, frame, finalize)
        else:
            self.write("environment.shown(")


class Sandbox(ImmutableSandboxedEnvironment):
    """Templates read values and call what they are given; they reach nothing else."""

    code_generator_class = _Quick

    def __init__(self, **options: object) -> None:
        """Take jinja's options."""
        super().__init__(**options)
        self._allowed: dict[tuple[type, str], bool] = {}

    @staticmethod
    def shown(value: object) -> Markup:
        """A value as templates put it out: escaped, unless it is markup."""
        return value if type(value) is Markup else escape(value)

    def is_safe_attribute(self, obj: object, attr: str, value: object) -> bool:
        """What jinja says of the attribute, remembered."""
        key = (type(obj), attr)
        if key not in self._allowed:
            self._allowed[key] = super().is_safe_attribute(obj, attr, value)
        return self._allowed[key]

    def getattr(self, obj: object, attribute: str) -> object:
        """An attribute; at once if it was allowed before, but for the methods of texts.

        Jinja puts a safe method in place of `format`, which only texts have.
        """
        if not isinstance(obj, str) and self._allowed.get((type(obj), attribute)):
            try:
                return getattr(obj, attribute)
            except AttributeError:
                pass
        return super().getattr(obj, attribute)

    def call(self, context: Context, called: Any, /, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - as jinja has it
        """What a call gives; at once where it is a macro, or one of the functions of ours."""
        if type(called) not in _OURS:
            return super().call(context, called, *args, **kwargs)
        kwargs.pop("_block_vars", None)
        kwargs.pop("_loop_vars", None)
        return called(*args, **kwargs)
