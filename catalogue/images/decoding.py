"""Decodes images only to see whether they can be."""

import io
import warnings
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import islice

from catalogue.images.image_set import ImageSet

_WINDOW = 256
"""Images handed to the threads ahead of the one that is waited for."""


def undecodable(data: bytes) -> str | None:
    """Why these bytes are no image that can be decoded whole; None if they are."""
    from PIL import Image, UnidentifiedImageError  # noqa: PLC0415  # only who decodes needs it

    try:
        with Image.open(io.BytesIO(data)) as image:
            if image.width * image.height > (Image.MAX_IMAGE_PIXELS or 0):
                return f"has {image.width:,} x {image.height:,} pixels, too many to be meant"
            image.convert("RGB")
    except UnidentifiedImageError:
        return "is of no known format" if data else "has no bytes"
    except Image.DecompressionBombError:
        return "has far too many pixels to be meant"
    # Pillow's decoders raise these on damaged files.
    except (OSError, SyntaxError, ValueError, EOFError, IndexError, TypeError) as fault:
        return str(fault).strip() or type(fault).__name__
    return None


@contextmanager
def unwarned() -> Iterator[None]:
    """Let Pillow's warnings about metadata and sizes pass while threads decode.

    Filters belong to the process, so that only the thread that waits for the others sets them.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def decode_all(images: ImageSet, threads: int) -> Iterator[tuple[str, str | None]]:
    """Every image's name, and why it cannot be read or decoded; None where it can.

    In the order in which they are stored, so that shards are read once.
    """

    def tried(index: int) -> tuple[str, str | None]:
        name = images.images[index].name
        try:
            return name, undecodable(images.source.read(index))
        except OSError as fault:
            return name, fault.strerror or str(fault)

    order = iter(images.reading_order)
    with ThreadPoolExecutor(threads) as pool:
        while window := list(islice(order, _WINDOW)):
            with unwarned():
                found = list(pool.map(tried, window))
            yield from found
