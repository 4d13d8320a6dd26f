"""What libraries raise when they cannot run a model, and one line to say it in."""

from collections.abc import Iterator
from contextlib import contextmanager

from catalogue.failing import failure
from catalogue.measure.backends.prepared import CannotRunError

_OF_MEMORY = (
    "out of memory",
    "out_of_memory",
    "allocate memory",
    "not enough memory",
    "bad_alloc",
    "bad allocation",
    "alloc_failed",
)
"""What libraries write when there is no memory: torch on a CPU and on a GPU, CUDA, cuBLAS, cuDNN,
ONNX Runtime, the C++ library. Their exceptions share no class: ONNX Runtime's derive from
`Exception` alone."""
_MOST = 300
"""Characters of a library's message that are kept."""


@contextmanager
def failing_as(code: str) -> Iterator[None]:
    """Turn what a library raises inside into a failure of the backend.

    Args:
        code: Of `failing.WORDS`: what is tried, as something that failed; its gap is `fault`.

    Raises:
        CannotRunError: anything was raised; where it was raised because of another fault, that one
            tells.
        MemoryError: the fault is about memory that is not there, which says nothing of the backend.
    """
    try:
        yield
    except CannotRunError:
        raise
    except Exception as fault:
        if is_out_of_memory(fault):
            raise MemoryError(str(fault)) from fault
        raise CannotRunError(failure(code, ("fault", _said(fault)))) from fault


def is_out_of_memory(fault: BaseException) -> bool:
    """Whether a fault, or one it was raised because of or after, is about memory that is not there.

    Leaving the recording of a CUDA graph, for one, raises that the recording failed, not why.
    """
    at: BaseException | None = fault
    seen: set[int] = set()
    while at is not None and id(at) not in seen:
        text = str(at).lower()
        if isinstance(at, MemoryError) or any(words in text for words in _OF_MEMORY):
            return True
        seen.add(id(at))
        at = at.__cause__ or at.__context__
    return False


def _said(fault: BaseException) -> str:
    root = fault
    while root.__cause__ is not None:
        root = root.__cause__
    lines = [line.strip() for line in str(root).splitlines() if line.strip()]
    return ": ".join([type(root).__name__, *(line[:_MOST] for line in lines[:1])])
