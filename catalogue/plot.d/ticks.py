"""Round values for the axes of a plot, and how they are written.

Pure arithmetic. Knows nothing of drawing.
"""

from collections.abc import Iterable
from math import floor, log10

_FEWEST = 4
_MANTISSAS = ((1.0,), (1.0, 3.0), (1.0, 2.0, 5.0), (1.0, 2.0, 3.0, 5.0, 7.0))


def log_ticks(low: float, high: float) -> tuple[float, ...]:
    """Round values for a logarithmic axis: as few per decade as give four in all.

    Args:
        low: Lower end, above 0.
        high: Upper end, above `low`.
    """
    decades = range(floor(log10(low)), floor(log10(high)) + 1)
    for mantissas in _MANTISSAS:
        every = [float(f"{mantissa}e{decade}") for decade in decades for mantissa in mantissas]
        ticks = tuple(tick for tick in every if low <= tick <= high)
        if len(ticks) >= _FEWEST:
            return ticks
    return linear_ticks(low, high)


def linear_ticks(low: float, high: float) -> tuple[float, ...]:
    """Round values for a linear axis, about four to eight of them.

    Args:
        low: Lower end.
        high: Upper end, above `low`.
    """
    rough = (high - low) / 7
    power = floor(log10(rough))
    steps = (float(f"{nice}e{power}") for nice in (1, 2, 5, 10))
    step = next(step for step in steps if step >= rough)
    multiples = range(-floor(-low / step), floor(high / step) + 1)
    return tuple(round(at * step, -power) for at in multiples)


def tick_texts(ticks: Iterable[float], *, even: bool) -> list[str]:
    """Ticks as people write them: `1,000`, `20`, `0.5`, with a real minus.

    Args:
        ticks: The values.
        even: Whether all of them show as many decimals as the one that needs most.
    """
    texts = [f"{tick:,.10g}".replace("-", "\N{MINUS SIGN}") for tick in ticks]
    if not even:
        return texts
    decimals = max((len(text.partition(".")[2]) for text in texts), default=0)
    return [f"{tick:,.{decimals}f}".replace("-", "\N{MINUS SIGN}") for tick in ticks]
