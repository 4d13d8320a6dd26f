"""One stored image to the pixels of a transform.

Images go by their place in the order in which their bytes lie, so that archives are read from
beginning to end. Knows Pillow and a set's bytes. Knows nothing of models, caches or batches.
"""

import hashlib
import io
import json
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import PIL
import torch
import torchvision
from PIL import Image, features
from torch import Tensor

from catalogue.entry import Preprocessing
from catalogue.images.image_set import ImageSet
from catalogue.measure.preprocess import make_pixels, output_size, transform_text

Pixels = npt.NDArray[np.uint8]
"""(N, H, W, 3) or (H, W, 3)."""
_BROKEN = (OSError, SyntaxError, ValueError, EOFError, Image.DecompressionBombError)
"""What Pillow raises at files that are no images, or are cut off."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Decoder:
    """The images of a set, as the pixels of one transform."""

    images: ImageSet
    shape: tuple[int, int, int]
    """(H, W, 3)."""
    transform: Callable[[Image.Image], Tensor]
    key: str
    """Hash over everything that the pixels hang on: images, transform, versions of libraries."""
    description: str
    """The same for people, as JSON."""

    def decode(self, place: int, pixels: Pixels) -> bool:
        """Write the pixels of one image into (H, W, 3); safe in several threads at once.

        Args:
            place: Into `images.reading_order`.
            pixels: Mutated.

        Returns:
            Whether it could be read; where not, the pixels are black.
        """
        index = self.images.reading_order[place]
        try:
            with Image.open(io.BytesIO(self.images.source.read(index))) as image:
                pixels[...] = self.transform(image).permute(1, 2, 0).numpy()
        except _BROKEN:
            pixels[...] = 0
            return False
        return True


def decoder(images: ImageSet, recipe: Preprocessing) -> Decoder:
    """Prepare to decode a set for a recipe.

    Raises:
        CatalogueError: the recipe leaves something open or asks for what cannot be done.
    """
    channels, height, width = output_size(recipe)
    text = json.dumps(
        {
            "transform": json.loads(transform_text(recipe)),
            "images": _images_sha256(images),
            "count": len(images.images),
            "pillow": PIL.__version__,
            "libjpeg": features.version("jpg"),
            "torchvision": torchvision.__version__,
            # Without antialiasing torch resizes, not Pillow.
            "torch": None if recipe.antialias else torch.__version__,
        },
        sort_keys=True,
        indent=1,
    )
    return Decoder(
        images=images,
        shape=(height, width, channels),
        transform=make_pixels(recipe),
        key=hashlib.sha256(text.encode()).hexdigest()[:32],
        description=text,
    )


def _images_sha256(images: ImageSet) -> str:
    """Hash over the name and the fingerprint of every image; labels move no pixel."""
    digest = hashlib.sha256()
    for index in images.reading_order:
        digest.update(f"{images.images[index].name}\0{images.source.fingerprint(index)}\n".encode())
    return digest.hexdigest()
