"""What a validation is asked to do: plain values, without torch."""

from dataclasses import dataclass
from pathlib import Path

from catalogue.errors import WrongCallError, near
from catalogue.images.image_set import ImageSet

PRECISIONS = ("fp32", "bf16", "fp16", "amp")
PIXEL_CACHE_BYTES = 20_000_000_000
"""Room for the pixels of the two or three transforms that most models of a zoo share."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Validation:
    """How models are validated; of all this only images and precision are meant to move a hit."""

    images: ImageSet
    device: str = "cpu"
    """`cpu` or `cuda`."""
    precision: str = "fp32"
    """fp32 (never TF32), bf16, fp16: the dtype of weights and activations; amp: autocast."""
    batch_size: int | None = None
    """Images of one forward pass; None: found while validating."""
    threads: int = 1
    """Threads that decode images."""
    stop_at_unreadable: bool = False
    """Whether an image that cannot be decoded ends the run; else it counts as wrong."""
    pixel_cache: Path | None = None
    """Where decoded pixels are kept; None: nowhere."""
    pixel_cache_bytes: int = PIXEL_CACHE_BYTES
    runs: Path | None = None
    """Where runs that were cut off are kept, to go on from; None: nowhere."""
    bits: Path | None = None
    """Where the bits of which image was right are kept; None: nowhere."""

    def __post_init__(self) -> None:
        if self.precision not in PRECISIONS:
            message = (
                f"the precision is '{self.precision}'{near(self.precision, PRECISIONS)}; "
                "expected fp32, bf16, fp16 or amp"
            )
            raise WrongCallError(message)
        if self.batch_size is not None and self.batch_size < 1:
            message = f"the batch size is {self.batch_size}; expected 1 or more"
            raise WrongCallError(message)
