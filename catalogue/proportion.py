"""Shares of hits: their intervals, and whether two of them on the same images differ.

Pure arithmetic. Knows nothing of records, models or files.
"""

from dataclasses import dataclass
from math import comb, sqrt

Z95 = 1.959964
"""Standard deviations to either side that hold 95 % of a normal distribution."""
_TELLING = 20
"""Images from which on hits at the level of chance say something."""
_MOST_CHANCE = 0.5
"""Above this, one class makes up most of the images, and guessing it is no fault."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Pair:
    """Hits of two models on the same images."""

    both: int
    """Images that both are right about."""
    only_first: int
    only_second: int
    neither: int

    @property
    def images(self) -> int:
        """Images that both were asked about."""
        return self.both + self.only_first + self.only_second + self.neither

    @property
    def difference(self) -> float:
        """Share of the first less share of the second, in points of a percent."""
        return 100 * (self.only_first - self.only_second) / self.images


def wilson_interval(hits: int, images: int, *, z: float = Z95) -> tuple[float, float]:
    """The Wilson score interval of a proportion, in percent.

    Source: Wilson 1927, https://doi.org/10.1080/01621459.1927.10502953; z = 1.96 gives 95 %.

    Raises:
        ValueError: there are no images, or more hits than images.
    """
    if not 0 <= hits <= images or images == 0:
        message = f"{hits} hits out of {images} images is no proportion"
        raise ValueError(message)
    share = hits / images
    shrunk = 1 + z * z / images
    centre = (share + z * z / (2 * images)) / shrunk
    half = z / shrunk * sqrt(share * (1 - share) / images + z * z / (4 * images * images))
    return (100 * max(0.0, centre - half), 100 * min(1.0, centre + half))


def difference_interval(pair: Pair, *, z: float = Z95) -> tuple[float, float]:
    """The interval of the difference of two paired proportions, in points of a percent.

    Source: Agresti and Min 2005, https://doi.org/10.1002/sim.1781: Wald's interval after half an
    image is added to each of the four counts; it holds its level where Wald's own does not.
    """
    images = pair.images + 2
    first, second = pair.only_first + 0.5, pair.only_second + 0.5
    centre = (first - second) / images
    half = z * sqrt(first + second - (first - second) ** 2 / images) / images
    return (100 * max(-1.0, centre - half), 100 * min(1.0, centre + half))


def mcnemar_p(pair: Pair) -> float:
    """The exact, two-sided p of two models being equally often right.

    Only images count that one of them is right about: each is a coin toss under the hypothesis.

    Source: McNemar 1947, https://doi.org/10.1007/BF02295996; the exact binomial form.
    """
    tosses = pair.only_first + pair.only_second
    fewer = min(pair.only_first, pair.only_second)
    # Whole numbers throughout: floats run over at a few thousand tosses.
    tail = term = comb(tosses, fewer)
    for count in range(fewer, 0, -1):
        term = term * count // (tosses - count + 1)
        tail += term
    return min(1.0, _quotient(2 * tail, tosses))


def at_chance(hits: int, images: int, expected: float) -> bool:
    """Whether hits are no more than guesses give that know nothing of the images.

    Args:
        hits: Top-1 hits.
        images: Images that were asked about.
        expected: Hits that the same guesses would give on the images in random order.

    Returns:
        True within three standard deviations of what is expected; false where there are too few
        images, or too many of one class, to tell.
    """
    share = expected / images
    if images < _TELLING or share > _MOST_CHANCE:
        return False
    return hits <= expected + 3 * sqrt(images * share * (1 - share))


def _quotient(numerator: int, power: int) -> float:
    """`numerator` / 2 ** `power`, of numbers far beyond what a float holds."""
    excess = max(0, numerator.bit_length() - 64)
    return float(numerator >> excess) * 2.0 ** (excess - power)
