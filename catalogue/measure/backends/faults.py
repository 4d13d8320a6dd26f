"""What libraries raise when they cannot run a model, and one line to say it in."""

from collections.abc import Iterator
from contextlib import contextmanager

from catalogue.measure.backends.prepared import CannotRunError

FAULTS = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    ImportError,
    LookupError,
    NotImplementedError,
    OSError,
    RuntimeError,
    TypeError,
    ValueError,
)
"""What a backend's library may raise for a model it does not take."""
_MOST = 300
"""Characters of a library's message that are kept."""


@contextmanager
def failing_as(what: str) -> Iterator[None]:
    """Turn what a library raises inside into a failure of the backend.

    Args:
        what: What is tried, as something that failed: `the export to ONNX failed`.

    Raises:
        CannotRunError: anything was raised; where it was raised because of another fault, that one
            tells.
        MemoryError: the fault is about memory that is not there, which says nothing of the backend.
    """
    try:
        yield
    except FAULTS as fault:
        if is_out_of_memory(fault):
            raise MemoryError(str(fault)) from fault
        message = f"{what}: {_said(fault)}"
        raise CannotRunError(message) from fault


def is_out_of_memory(fault: BaseException) -> bool:
    """Whether a fault, whoever raises it, is about memory that is not there."""
    text = str(fault).lower()
    return isinstance(fault, MemoryError) or "out of memory" in text or "bad_alloc" in text


def _said(fault: BaseException) -> str:
    root = fault
    while root.__cause__ is not None:
        root = root.__cause__
    lines = [line.strip() for line in str(root).splitlines() if line.strip()]
    return ": ".join([type(root).__name__, *(line[:_MOST] for line in lines[:1])])
