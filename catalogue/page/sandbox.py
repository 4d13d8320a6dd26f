"""The sandbox that templates run in: jinja's own, which asks once about each attribute of a type.

A large zoo's pages read attributes millions of times; what is allowed depends on the type alone.
"""

from jinja2.sandbox import ImmutableSandboxedEnvironment


class Sandbox(ImmutableSandboxedEnvironment):
    """Templates read values and call what they are given; they reach nothing else."""

    def __init__(self, **options: object) -> None:
        """Take jinja's options."""
        super().__init__(**options)
        self._allowed: dict[tuple[type, str], bool] = {}

    def is_safe_attribute(self, obj: object, attr: str, value: object) -> bool:
        """What jinja says of the attribute, remembered."""
        key = (type(obj), attr)
        if key not in self._allowed:
            self._allowed[key] = super().is_safe_attribute(obj, attr, value)
        return self._allowed[key]
